"""Make a check: try a credential, or a model of the operator's, as cheaply as can be."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

import structlog

from gateway.domain.check import Check, Verdict, judge
from gateway.domain.credential import Credential, Health
from gateway.domain.errors import CredentialSealed, HostedMissing
from gateway.domain.ids import AccountId, CheckId, CredentialId
from gateway.domain.llm import Tier
from gateway.domain.model_errors import ModelFailed
from workers.lanes import at_work, lane_of
from workers.tools import Tools

_TRY_SECONDS = 8.0
"""Less than whoever asked waits, so that they hear of a provider that does not answer."""
_OPERATOR = AccountId("operator")
"""In whose lane the operator's own models are tried."""

log = structlog.get_logger()


async def make_check(check_id: CheckId, tools: Tools) -> None:
    """Make a check, and tell whoever asked; nothing to do when it was made before, or is over."""
    check = await tools.store.checks.take(check_id)
    if check and check.tier:
        await _check_hosted(check, check.tier, tools)
    elif check and check.credential_id:
        await _check_credential(check, check.credential_id, tools)


async def _check_credential(check: Check, credential_id: CredentialId, tools: Tools) -> None:
    credential = await tools.store.credentials.find_record(credential_id)
    if credential:
        verdict = await _judge(credential.account_id, partial(_try, credential, tools))
        await _note(check, credential, verdict, tools)


async def _check_hosted(check: Check, tier: Tier, tools: Tools) -> None:
    route = tools.hosted.routes.get(tier) if tools.hosted else None
    if tools.hosted is None or route is None:
        verdict = Verdict(health=Health.UNVERIFIED, failure=HostedMissing.code)
    else:
        ask = partial(tools.model.try_key, route, tools.hosted.secret, seconds=_TRY_SECONDS)
        verdict = await _judge(_OPERATOR, ask)
    await tools.store.checks.answer(check, verdict)
    log.info("check.made", tier=tier.value, health=verdict.health.value, failure=verdict.failure)


async def _judge(account_id: AccountId, attempt: Callable[[], Awaitable[None]]) -> Verdict:
    """Make an attempt in an account's lane: a check is no reason to keep other accounts' turns waiting."""
    failure: ModelFailed | CredentialSealed | None = None
    with at_work(account_id):
        async with lane_of(account_id):
            try:
                await attempt()
            except (ModelFailed, CredentialSealed) as error:
                failure = error
    return judge(failure, now=datetime.now(UTC))


async def _try(credential: Credential, tools: Tools) -> None:
    route = credential.route_to(credential.model)
    # opened here and nowhere earlier: the key lives as long as this call
    secret = tools.opener.open(credential.sealed, credential.place)
    await tools.model.try_key(route, secret, seconds=_TRY_SECONDS)


async def _note(check: Check, credential: Credential, verdict: Verdict, tools: Tools) -> None:
    if verdict.opened:  # else it tells something of the worker's key ring, and nothing of the key
        await tools.store.credentials.note_health(
            credential.id, verdict.health, at=verdict.answered_at, reason=verdict.reason
        )
    await tools.store.checks.answer(check, verdict)
    log.info("check.made", account_id=credential.account_id, health=verdict.health.value, failure=verdict.failure)
