"""The quotas of the API and of numbers that accounts bring, one setting each."""

from typing import Any

from pydantic import BaseModel, Field, PositiveInt

from gateway.domain.account import Plan
from gateway.domain.quota import PlanQuotas, Quotas


def _requests(plan: str, most: int, whose: str, period: str) -> Any:
    name = f"TEXTGATE_LIMIT_{plan}_{whose}_{period}".upper()
    return Field(
        default=most, alias=name, description=f"Requests per {whose} and {period}, with keys of the plan {plan}."
    )


class QuotaSettings(BaseModel):
    """How much of the API anybody may use."""

    free_key_minute: PositiveInt = _requests("free", 60, "key", "minute")
    free_ip_minute: PositiveInt = _requests("free", 120, "ip", "minute")
    free_key_day: PositiveInt = _requests("free", 1_000, "key", "day")
    pro_key_minute: PositiveInt = _requests("pro", 300, "key", "minute")
    pro_ip_minute: PositiveInt = _requests("pro", 500, "ip", "minute")
    pro_key_day: PositiveInt = _requests("pro", 10_000, "key", "day")
    max_key_minute: PositiveInt = _requests("max", 600, "key", "minute")
    max_ip_minute: PositiveInt = _requests("max", 1_000, "ip", "minute")
    max_key_day: PositiveInt = _requests("max", 50_000, "key", "day")
    byok_key_minute: PositiveInt = _requests("byok", 600, "key", "minute")
    byok_ip_minute: PositiveInt = _requests("byok", 1_000, "ip", "minute")
    byok_key_day: PositiveInt = _requests("byok", 50_000, "key", "day")
    agents_key_day: PositiveInt = Field(
        default=50, alias="TEXTGATE_LIMIT_AGENTS_KEY_DAY", description="Agents that a key may make in a day."
    )
    agents_ip_minute: PositiveInt = Field(
        default=10, alias="TEXTGATE_LIMIT_AGENTS_IP_MINUTE", description="Agents that an address may make in a minute."
    )
    byok_key_hour: PositiveInt = Field(
        default=5, alias="TEXTGATE_LIMIT_BYOK_KEY_HOUR", description="Model keys that a key may set in an hour."
    )
    warmup_key_hour: PositiveInt = Field(
        default=3,
        alias="TEXTGATE_LIMIT_WARMUP_KEY_HOUR",
        description="Warm-ups that a key may ask for in an hour, of each mode.",
    )

    own_number_texts_minute: PositiveInt = Field(
        default=600,
        alias="TEXTGATE_LIMIT_OWN_NUMBER_TEXTS_MINUTE",
        description="Texts in a minute to a number that its account has brought (byo_twilio), keywords among them; of "
        "more Twilio is told to try later.",
    )

    @property
    def quotas(self) -> Quotas:
        """All of them."""
        return Quotas(
            plans={plan: self._of_plan(plan) for plan in Plan},
            agents_key_day=self.agents_key_day,
            agents_ip_minute=self.agents_ip_minute,
            byok_key_hour=self.byok_key_hour,
            warmup_key_hour=self.warmup_key_hour,
            own_number_texts_minute=self.own_number_texts_minute,
        )

    def _of_plan(self, plan: Plan) -> PlanQuotas:
        numbers = {name: getattr(self, f"{plan.value}_{name}") for name in ("key_minute", "ip_minute", "key_day")}
        return PlanQuotas(**numbers)
