"""An agent's llm: what may be said about it, what it becomes, and which key it fits."""

from dataclasses import replace

import pytest

from gateway.domain.credential import Credential, Health, Provider
from gateway.domain.errors import HostedMissing, InvalidRequest
from gateway.domain.ids import CredentialId
from gateway.domain.llm import HostedOffer, Llm, LlmMode, LlmWishes, Tier, check_fit, revise_llm
from gateway.domain.secret import Secret
from tests.domain.values import a_credential

HOSTED, BYOK = LlmMode.HOSTED, LlmMode.BYOK
NOTHING, FAST_ALONE = HostedOffer(), HostedOffer(tiers=frozenset({Tier.FAST}))
BOTH = HostedOffer(tiers=frozenset(Tier))
KEY = Secret("sk-own")
OWN = Llm(
    mode=BYOK,
    model="m",
    provider=Provider.OPENAI_COMPAT,
    base_url="https://a.example/v1",
    label="work",
    credential_id=CredentialId("cred_own"),
    fingerprint="0123456789ab",
)


@pytest.mark.parametrize(
    ("wishes", "offer", "mode", "tier"),
    [
        ({}, NOTHING, BYOK, None),
        ({}, BOTH, HOSTED, Tier.FAST),
        ({"mode": None, "tier": None}, BOTH, HOSTED, Tier.FAST),
        ({"mode": BYOK}, BOTH, BYOK, None),
        ({"mode": HOSTED}, FAST_ALONE, HOSTED, Tier.FAST),
        ({"tier": Tier.SMART}, BOTH, HOSTED, Tier.SMART),
        ({"api_key": KEY}, BOTH, BYOK, None),
        ({"provider": Provider.OPENAI}, BOTH, BYOK, None),
        ({"base_url": "https://a.example"}, BOTH, BYOK, None),
        ({"model": "m", "label": "l"}, BOTH, HOSTED, Tier.FAST),
    ],
)
def test_a_new_agents_mode(wishes: LlmWishes, offer: HostedOffer, mode: LlmMode, tier: Tier | None) -> None:
    """Contract 5: left out, an llm is hosted where the operator has set that up, else byok; some fields imply one."""
    llm = revise_llm(None, wishes, offer)
    assert (llm.mode, llm.tier) == (mode, tier)


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"mode": HOSTED, "api_key": KEY}, "llm_api_key_requires_byok_mode"),
        ({"mode": HOSTED, "api_key": Secret("")}, "llm_api_key_requires_byok_mode"),
        ({"mode": HOSTED, "provider": Provider.OPENAI}, "invalid_llm_provider"),
        ({"mode": HOSTED, "base_url": "https://a.example"}, "invalid_llm_base_url"),
        ({"mode": HOSTED, "model": " "}, "invalid_llm_model"),
        ({"mode": HOSTED, "model": "m\n"}, "invalid_llm_model"),
        ({"mode": BYOK, "tier": Tier.FAST}, "invalid_llm_tier"),
        ({"api_key": KEY, "tier": Tier.FAST}, "invalid_llm_tier"),
    ],
)
def test_what_does_not_go_together(wishes: LlmWishes, code: str) -> None:
    """Contract 5: a field that means nothing in its mode is refused by name, instead of being forgotten."""
    with pytest.raises(InvalidRequest) as caught:
        revise_llm(None, wishes, BOTH)
    assert caught.value.code == code
    assert str(caught.value.field).startswith("llm.")


@pytest.mark.parametrize(
    ("wishes", "offer"),
    [({"mode": HOSTED}, NOTHING), ({"tier": Tier.FAST}, NOTHING), ({"tier": Tier.SMART}, FAST_ALONE)],
)
def test_what_is_not_on_offer(wishes: LlmWishes, offer: HostedOffer) -> None:
    """A tier that the operator has no model for is `hosted_not_available`, with a way out, and never another one."""
    with pytest.raises(HostedMissing) as caught:
        revise_llm(None, wishes, offer)
    assert "byok" in caught.value.message


def test_models_that_may_be_named() -> None:
    """Where the operator lists models, a hosted agent may name these alone: the operator pays for what it chooses."""
    listed = replace(BOTH, models=frozenset({"mini", "maxi"}))
    assert revise_llm(None, {"model": "maxi"}, listed).model == "maxi"
    assert revise_llm(None, {"model": "anything"}, BOTH).model == "anything"
    with pytest.raises(InvalidRequest) as caught:
        revise_llm(None, {"model": "anything"}, listed)
    assert (caught.value.code, "maxi, mini" in caught.value.message) == ("invalid_llm_model", True)


@pytest.mark.parametrize(
    ("current", "wishes", "becomes"),
    [
        (OWN, {"label": "new"}, replace(OWN, label="new")),
        (OWN, {"mode": None, "model": None}, replace(OWN, model=None)),
        (OWN, {"mode": BYOK}, OWN),
        (OWN, {"api_key": None}, Llm(mode=BYOK, model="m")),
        (OWN, {"api_key": None, "label": "l"}, Llm(mode=BYOK, model="m", label="l")),
        (OWN, {"provider": Provider.OPENAI}, replace(OWN, provider=Provider.OPENAI, base_url=None)),
        (OWN, {"provider": OWN.provider, "model": "n"}, replace(OWN, model="n")),
        (OWN, {"mode": HOSTED}, Llm(mode=HOSTED, tier=Tier.FAST)),
        (Llm(mode=HOSTED, tier=Tier.SMART, model="h"), {"mode": BYOK, "model": "m"}, Llm(mode=BYOK, model="m")),
        (Llm(mode=HOSTED, tier=Tier.SMART, model="h"), {"model": None}, Llm(mode=HOSTED, tier=Tier.SMART)),
        (Llm(mode=HOSTED, tier=Tier.SMART), {"tier": None}, Llm(mode=HOSTED, tier=Tier.SMART)),
        (Llm(mode=BYOK, model="m"), {"api_key": None}, Llm(mode=BYOK, model="m")),
        (Llm(mode=BYOK, base_url="https://a.example"), {"api_key": None}, Llm(mode=BYOK, base_url="https://a.example")),
    ],
)
def test_changes(current: Llm, wishes: LlmWishes, becomes: Llm) -> None:
    """Contract 5: what is not named stays, null clears; another mode, or null for the own key, begins anew."""
    assert revise_llm(current, wishes, BOTH) == becomes


@pytest.mark.parametrize("wishes", [{"api_key": KEY}, {"provider": Provider.OPENAI}, {"base_url": "https://a.example"}])
def test_a_hosted_agent_stays_hosted(wishes: LlmWishes) -> None:
    """A field of byok alone does not silently turn a hosted agent into another payer's."""
    with pytest.raises(InvalidRequest):
        revise_llm(Llm(mode=HOSTED, tier=Tier.FAST), wishes, BOTH)


@pytest.mark.parametrize(
    ("llm", "code"),
    [
        (Llm(mode=BYOK), None),
        (Llm(mode=BYOK, base_url="https://a.example/other/path"), None),
        (Llm(mode=BYOK, base_url="https://A.EXAMPLE:443"), None),
        (Llm(mode=BYOK, provider=Provider.OPENAI_COMPAT), None),
        (Llm(mode=BYOK, provider=Provider.OPENAI), "invalid_llm_provider"),
        (Llm(mode=BYOK, base_url="https://b.example/v1"), "invalid_llm_base_url"),
        (Llm(mode=BYOK, base_url="https://a.example.evil.example/v1"), "invalid_llm_base_url"),
        (Llm(mode=BYOK, base_url="https://a.example:8443/v1"), "invalid_llm_base_url"),
        (Llm(mode=BYOK, base_url="http://a.example/v1"), "invalid_llm_base_url"),
        (replace(OWN, base_url=None), "invalid_llm_base_url"),
        (replace(OWN, base_url="https://b.example/v1"), "invalid_llm_base_url"),
        (Llm(mode=BYOK, model=" "), "invalid_llm_model"),
    ],
)
def test_a_key_is_not_lured_elsewhere(llm: Llm, code: str | None) -> None:
    """Contract 5: without a key of its own an agent may name no provider, scheme, host or port but the key's (I67)."""
    credential = a_credential(model="m")
    if code is None:
        check_fit(llm, credential)
        return
    with pytest.raises(InvalidRequest) as caught:
        check_fit(llm, credential)
    assert caught.value.code == code


def test_a_key_stays_where_it_was_sealed_for() -> None:
    """I59: a record whose base URL was changed behind our back fits no agent any more."""
    credential: Credential = replace(a_credential(model="m"), base_url="https://b.example/v1", health=Health.OK)
    with pytest.raises(InvalidRequest):
        check_fit(Llm(mode=BYOK), credential)
