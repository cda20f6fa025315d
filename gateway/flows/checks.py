"""Have a worker try a credential, or a model of the operator's: whoever asks here has no key for it."""

from gateway.adapters.mint import mint
from gateway.adapters.store import Store
from gateway.adapters.store.checks import read_verdict
from gateway.adapters.store.liveness import ALIVE_SECONDS
from gateway.adapters.store.replies import ReplyListener
from gateway.domain.check import Check, Verdict
from gateway.domain.credential import Credential
from gateway.domain.errors import CredentialSealed, HostedMissing, NotReady
from gateway.domain.ids import CheckId, CredentialId
from gateway.domain.llm import Tier

_WAIT_SECONDS = 10.0
"""Longer than a worker tries, so that its word is what is heard."""
_NO_WORKER = "No worker is there to try the model, or none in time. Try again; if it lasts, tell your operator."
_HOSTED_COLD = "The gateway's own model does not answer at the moment. Try again; if it lasts, tell your operator."
_SEALED = (
    "The workers can't open this model key. Set it again with `PUT /v1/byok` or `textgate byok set`; if that is "
    "refused, the operator must give the workers the TEXTGATE_OPEN_KEYS that belong to TEXTGATE_SEAL_KEYS."
)


async def ask_worker(credential_id: CredentialId, *, store: Store, replies: ReplyListener) -> Verdict | None:
    """Have a worker open a credential and try it with its provider; None when there is none, or none in time."""
    check = Check(id=CheckId(mint("chk")), channel=replies.channel, credential_id=credential_id)
    return await _await_verdict(check, store, replies)


async def _await_verdict(check: Check, store: Store, replies: ReplyListener) -> Verdict | None:
    if not await store.liveness.count_workers(seconds=ALIVE_SECONDS):
        return None
    async with replies.expect(check.id) as reply:
        await store.checks.request(check)
        answer = await reply(_WAIT_SECONDS)
    return read_verdict(answer) if answer else None


async def warm_up_byok(credential: Credential, *, store: Store, replies: ReplyListener) -> None:
    """Have a model key tried; NotReady, with what to do, when an agent could not answer with it."""
    verdict = await ask_worker(credential.id, store=store, replies=replies)
    if verdict is None:
        raise NotReady(CredentialSealed.code, _NO_WORKER)
    if not verdict.opened:
        raise NotReady(CredentialSealed.code, _SEALED)
    if verdict.tells_nothing:
        raise NotReady(CredentialSealed.code, f"Nobody can tell so far whether the model key works. {verdict.reason}")
    if verdict.failure is not None:
        raise NotReady(CredentialSealed.code, f"The model key can't be used: {verdict.reason}")


async def warm_up_hosted(tier: Tier, *, store: Store, replies: ReplyListener) -> None:
    """Have one of the operator's models tried; HostedMissing when no agent could answer with it."""
    check = Check(id=CheckId(mint("chk")), channel=replies.channel, tier=tier)
    verdict = await _await_verdict(check, store, replies)
    if verdict is None:
        raise HostedMissing(_NO_WORKER)
    if verdict.failure is not None:
        raise HostedMissing(_HOSTED_COLD)  # what ails it is the operator's business, and in the worker's log
