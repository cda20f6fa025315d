"""Who pays for a reply: one decision, and never one payer for another."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.credential import Credential, Health, ModelRoute, Provider
from gateway.domain.errors import (
    CredentialMissing,
    CredentialSealed,
    CredentialUnfit,
    Failed,
    HostedMissing,
)
from gateway.domain.ids import AccountId, CredentialId
from gateway.domain.llm import Llm, LlmMode, Tier
from gateway.domain.model_errors import (
    HostedOverQuota,
    HostedRejected,
    ModelBusy,
    ModelFailed,
    ModelOverQuota,
    ModelRejectedKey,
)
from gateway.domain.payer import HostedModels, Payer, blame, choose_ways
from gateway.domain.secret import Secret
from tests.domain.values import a_credential, an_agent
from tests.examples import NOW

RECORD = a_credential(model="m")
BYOK = Llm(mode=LlmMode.BYOK)
OWN = Llm(mode=LlmMode.BYOK, base_url="https://a.example/v1", model="own", credential_id=CredentialId("cred_own"))
FAST, SMART = (Llm(mode=LlmMode.HOSTED, tier=tier) for tier in Tier)
MODELS = HostedModels(
    routes={tier: ModelRoute(provider=Provider.OPENAI, model=f"gpt-{tier}", base_url=None) for tier in Tier},
    secret=Secret("sk-operators"),
    fingerprint="ffffffffffff",
)
FALLING = replace(MODELS, falls_back=True)


@pytest.mark.parametrize(
    ("llm", "credential", "hosted", "chosen"),
    [
        (BYOK, RECORD, MODELS, [(Payer.BYOK, "m", RECORD)]),
        (BYOK, RECORD, None, [(Payer.BYOK, "m", RECORD)]),
        (replace(BYOK, model="n"), RECORD, FALLING, [(Payer.BYOK, "n", RECORD)]),
        (OWN, RECORD, FALLING, [(Payer.AGENT, "own", RECORD)]),
        (FAST, None, MODELS, [(Payer.HOSTED, "gpt-fast", MODELS.secret)]),
        (FAST, RECORD, MODELS, [(Payer.HOSTED, "gpt-fast", MODELS.secret)]),
        (SMART, None, FALLING, [(Payer.HOSTED, "gpt-smart", MODELS.secret)]),
        (replace(FAST, model="openai/o9"), None, FALLING, [(Payer.HOSTED, "o9", MODELS.secret)]),
        (
            FAST,
            None,
            FALLING,
            [(Payer.HOSTED, "gpt-fast", MODELS.secret), (Payer.HOSTED, "gpt-smart", MODELS.secret)],
        ),
    ],
)
def test_who_pays(
    llm: Llm,
    credential: Credential | None,
    hosted: HostedModels | None,
    chosen: list[tuple[Payer, str, Credential | Secret]],
) -> None:
    """I62: an agent's mode alone says whose key is shown; the smart model stands in for the fast one where it may."""
    ways = choose_ways(an_agent(llm=llm), credential, hosted, now=NOW)
    assert [(way.payment.payer, way.payment.model, way.key) for way in ways] == chosen
    assert [way.route.model for way in ways] == [model for _, model, _ in chosen]


@pytest.mark.parametrize(
    ("llm", "credential", "hosted", "failure"),
    [
        (BYOK, None, FALLING, CredentialMissing),
        (OWN, None, FALLING, CredentialMissing),
        (BYOK, replace(RECORD, account_id=AccountId("acct_other")), FALLING, CredentialSealed),
        (replace(BYOK, base_url="https://b.example/v1"), RECORD, FALLING, CredentialUnfit),
        (replace(BYOK, provider=Provider.ANTHROPIC), RECORD, FALLING, CredentialUnfit),
        (BYOK, replace(RECORD, base_url="https://b.example/v1"), FALLING, CredentialUnfit),
        (BYOK, replace(RECORD, model=None), FALLING, CredentialUnfit),
        (BYOK, replace(RECORD, health=Health.REJECTED, checked_at=NOW), FALLING, ModelRejectedKey),
        (FAST, RECORD, None, HostedMissing),
        (SMART, RECORD, replace(MODELS, routes={Tier.FAST: MODELS.routes[Tier.FAST]}), HostedMissing),
        (replace(FAST, model="dear"), RECORD, replace(MODELS, models=frozenset({"cheap"})), HostedMissing),
    ],
)
def test_nobody_pays_for_another(
    llm: Llm, credential: Credential | None, hosted: HostedModels | None, failure: type[Failed]
) -> None:
    """I62, I59: whatever is wrong with an agent's own way, no other key is taken instead."""
    with pytest.raises(failure):
        choose_ways(an_agent(llm=llm), credential, hosted, now=NOW)


def test_a_rejected_key_rests_for_five_minutes() -> None:
    """Contract 5: an own credential has a rest of its own, as a BYOK record has."""
    rejected = replace(RECORD, health=Health.REJECTED, checked_at=NOW)
    (way,) = choose_ways(an_agent(llm=OWN), rejected, None, now=NOW + timedelta(minutes=5))
    assert way.payment.payer is Payer.AGENT


def test_a_payment_tells_no_key() -> None:
    """I61: what a trace tells of who paid has the key's fingerprint, and neither the key nor its seal."""
    fast, smart = choose_ways(an_agent(llm=FAST), None, FALLING, now=NOW)
    assert fast.payment.describe() == {
        "paid_by": "hosted",
        "provider": "openai",
        "model": "gpt-fast",
        "fingerprint": "ffffffffffff",
        "tier": "fast",
        "instead_of": None,
    }
    assert (smart.payment.tier, smart.payment.instead_of) == (Tier.SMART, Tier.FAST)
    assert "sk-operators" not in repr((fast, smart))


@pytest.mark.parametrize(
    ("failure", "payer", "blamed"),
    [
        (ModelRejectedKey(), Payer.HOSTED, HostedRejected),
        (ModelOverQuota(), Payer.HOSTED, HostedOverQuota),
        (ModelBusy(), Payer.HOSTED, ModelBusy),
        (ModelRejectedKey(), Payer.BYOK, ModelRejectedKey),
        (ModelOverQuota(), Payer.AGENT, ModelOverQuota),
    ],
)
def test_whose_it_is_to_mend(failure: ModelFailed, payer: Payer, blamed: type[ModelFailed]) -> None:
    """Of the operator's own key no developer is told to set another one."""
    assert type(blame(failure, payer)) is blamed
