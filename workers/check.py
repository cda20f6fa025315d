"""Make a check: open a credential, and try it with its provider as cheaply as can be."""

from datetime import UTC, datetime

import structlog

from gateway.domain.check import Check, Verdict, judge
from gateway.domain.credential import Credential
from gateway.domain.errors import CredentialSealed, ModelFailed
from gateway.domain.ids import CheckId
from workers.lanes import at_work, lane_of
from workers.tools import Tools

_TRY_SECONDS = 8.0
"""Less than whoever asked waits, so that they hear of a provider that does not answer."""

log = structlog.get_logger()


async def make_check(check_id: CheckId, tools: Tools) -> None:
    """Make a check, and tell whoever asked; nothing to do when it was made before, or is over."""
    check = await tools.store.checks.take(check_id)
    credential = await tools.store.credentials.find_record(check.credential_id) if check else None
    if check is None or credential is None:
        return
    verdict = await _try(credential, tools)
    await _note(check, credential, verdict, tools)


async def _try(credential: Credential, tools: Tools) -> Verdict:
    """Try a credential in its account's lane: a check is no reason to keep other accounts' turns waiting."""
    failure: ModelFailed | CredentialSealed | None = None
    with at_work(credential.account_id):
        async with lane_of(credential.account_id):
            try:
                # opened here and nowhere earlier: the key lives as long as this call
                secret = tools.opener.open(credential.sealed, credential.place)
                await tools.model.try_key(credential.route_to(credential.model), secret, seconds=_TRY_SECONDS)
            except (ModelFailed, CredentialSealed) as error:
                failure = error
    return judge(failure, now=datetime.now(UTC))


async def _note(check: Check, credential: Credential, verdict: Verdict, tools: Tools) -> None:
    if verdict.opened:  # else it tells something of the worker's key ring, and nothing of the key
        await tools.store.credentials.note_health(
            credential.id, verdict.health, at=verdict.answered_at, reason=verdict.reason
        )
    await tools.store.checks.answer(check, verdict)
    log.info("check.made", account_id=credential.account_id, health=verdict.health.value, failure=verdict.failure)
