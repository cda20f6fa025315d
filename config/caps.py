"""The caps on turns and on spend, one setting each."""

from typing import Any

from pydantic import BaseModel, Field, NonNegativeInt, PositiveInt

from gateway.domain.cost import CENT
from gateway.domain.limits import TurnCaps
from gateway.domain.spend import SpendCaps

_DEFAULTS = TurnCaps()
_SENTENCES = {
    "agent": "Turns that an agent gets in a {period} (UTC); 0 for no cap.",
    "texter": "Turns that a phone gets of one account, or a user_ref of one agent, in a {period} (UTC); 0 for no cap.",
}


def _turns(whose: str, period: str) -> Any:
    return Field(
        default=getattr(_DEFAULTS, f"{whose}_{period}"),
        alias=f"TEXTGATE_LIMIT_{whose}_TURNS_{period}".upper(),
        description=_SENTENCES[whose].format(period=period),
    )


def _cents(whose: str, period: str) -> Any:
    words = f"Cents that an {whose} may spend in a {period} (UTC) on segments and tokens, whoever pays; 0 for no cap."
    return Field(default=0, alias=f"TEXTGATE_LIMIT_{whose}_SPEND_{period}_CENTS".upper(), description=words)


class CapSettings(BaseModel):
    """How many turns an agent and a texter get, and what they may cost; what is asked beyond is not answered."""

    agent_turns_day: NonNegativeInt = _turns("agent", "day")
    agent_turns_week: NonNegativeInt = _turns("agent", "week")
    agent_turns_month: NonNegativeInt = _turns("agent", "month")
    texter_turns_day: NonNegativeInt = _turns("texter", "day")
    texter_turns_week: NonNegativeInt = _turns("texter", "week")
    texter_turns_month: NonNegativeInt = _turns("texter", "month")
    texter_turns: PositiveInt | None = Field(
        default=None,
        alias="TEXTGATE_LIMIT_TEXTER_TURNS",
        description="Older name of TEXTGATE_LIMIT_TEXTER_TURNS_DAY, heeded where that is not set.",
    )

    agent_spend_day: NonNegativeInt = _cents("agent", "day")
    agent_spend_month: NonNegativeInt = _cents("agent", "month")
    account_spend_day: NonNegativeInt = _cents("account", "day")
    account_spend_month: NonNegativeInt = _cents("account", "month")

    @property
    def spend_caps(self) -> SpendCaps:
        """Those on spend."""
        names = SpendCaps.__dataclass_fields__
        return SpendCaps(**{name: getattr(self, name) * CENT or None for name in names})

    @property
    def caps(self) -> TurnCaps:
        """Those on turns."""
        is_older = self.texter_turns is not None and "texter_turns_day" not in self.model_fields_set
        return TurnCaps(
            agent_day=self.agent_turns_day or None,
            agent_week=self.agent_turns_week or None,
            agent_month=self.agent_turns_month or None,
            texter_day=(self.texter_turns if is_older else self.texter_turns_day) or None,
            texter_week=self.texter_turns_week or None,
            texter_month=self.texter_turns_month or None,
        )
