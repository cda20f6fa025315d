"""Parts in Redis: fenced, settled, and what Twilio's receipts say of them."""

from collections.abc import Sequence
from datetime import datetime

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.consents import CONSENT
from gateway.adapters.store.holds import as_holder
from gateway.adapters.store.logins import LOGIN_FIELDS, login_of
from gateway.adapters.store.rallies import KEEP_MS
from gateway.adapters.store.records import dump_step, moment_of
from gateway.domain.errors import (
    BadSignature,
    BeingAsked,
    Blocked,
    CarrierUnknown,
    NotFound,
    OptedOut,
)
from gateway.domain.login import TwilioLogin
from gateway.domain.loop import make_print
from gateway.domain.trace import Step
from gateway.domain.turn import Hold, OutboundPart, Part, PartState, Passage, Turn

_FOREIGN = -1


class Parts:
    """What is sent, and what became of it."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._fence = script(redis, "clock", "consent", "holding", "fence_part")
        self._settle = script(redis, "settle_part")
        self._note = script(redis, "clock", "note_receipt")

    async def fence(self, hold: Hold, turn: Turn, part: Part, step: Step) -> Passage:
        """Ask for the last time whether a part may be sent, mark it as being sent, and return by which way it leaves.

        OptedOut when the texter is out, BeingAsked while they are asked if they want to be, Blocked when an operator
        has blocked them, NotFound when the number is another agent's by now, or nobody's, or the texter has left the
        agent, CarrierUnknown when somebody has fenced the part before.
        """
        conversation = turn.conversation
        if conversation.number is None or conversation.texter_hash is None:
            raise NotFound
        outcome, *sender = await as_holder(
            self._fence,
            hold,
            [
                *(keys.turn(turn.id), keys.number(conversation.number), keys.steps(turn.id)),
                keys.members(conversation.number),
                keys.rally(conversation.number, conversation.texter_hash),
            ],
            [
                *(_part_field(part), conversation.account_id, dump_step(step)),
                *(conversation.number, conversation.texter_hash, CONSENT, conversation.agent_id, keys.BLOCKED),
                *(make_print(part.text), KEEP_MS, *LOGIN_FIELDS, "messaging_service"),
            ],
        )
        refusals = {
            "out": OptedOut,
            "asked": BeingAsked,
            "blocked": Blocked,
            "unbound": NotFound,
            "taken": CarrierUnknown,
        }
        if outcome in refusals:
            raise refusals[outcome]
        *login, messaging_service = sender
        return Passage(login=login_of(conversation.number, login), messaging_service=messaging_service)

    async def settle(self, turn_id: str, part: Part, state: PartState, step: Step, *, sid: str = "") -> None:
        """Store what became of a part: a fact, so it needs no hold."""
        await self._settle(
            keys=[keys.turn(turn_id), keys.steps(turn_id), keys.sid(sid)],
            args=[_part_field(part), state.value, sid, dump_step(step), step.details.get("twilio_code", "")],
        )

    async def find_fence(self, turn_id: str, part_index: int) -> datetime | None:
        """Find when a part was fenced last, by Redis's clock."""
        return moment_of(await self._redis.read_field(keys.turn(turn_id), f"part:{part_index}:fenced_ms"))

    async def read_login(self, part: OutboundPart) -> TwilioLogin | None:
        """Read the login by which a part was fenced; NotFound when the number is another Twilio account's now."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hget(keys.turn(part.turn_id), f"part:{part.index}:by")
            pipe.hmget(keys.number(part.sender), list(LOGIN_FIELDS))
            fenced_by, values = await pipe.execute()
        login = login_of(part.sender, values)
        if fenced_by is not None and fenced_by != (login.account_sid if login else ""):
            raise NotFound
        return login

    async def find_sid(self, turn: Turn, part: Part) -> str | None:
        """Find the SID of a part, which a receipt may have brought by now."""
        return await self._redis.read_field(keys.turn(turn.id), f"{_part_field(part)}:sid")

    async def find_foreign(self, sids: Sequence[str]) -> set[str]:
        """Find those of `sids` that are known as some part's already."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for sid in sids:
                pipe.exists(keys.sid(sid))
            known = await pipe.execute()
        return {sid for sid, is_known in zip(sids, known, strict=True) if is_known}

    async def note_receipt(
        self, turn_id: str, part_index: int, *, status: str, sid: str, step: Step, signed_by: str = ""
    ) -> bool:
        """Store Twilio's word on a part, once for each status; False when it is about no part of ours.

        `signed_by` is the Twilio account that an account has brought, or empty for the operator's: BadSignature when
        it is not the one that the part's number belongs to.

        A receipt proves that Twilio took the part: its SID is kept for whoever is in doubt.
        """
        prefixes = (keys.CONVERSATION_PREFIX, keys.NUMBER_PREFIX)
        noted = await self._note(
            keys=[keys.turn(turn_id), keys.receipts(turn_id), keys.sid(sid), keys.aging("receipts")],
            args=[turn_id, part_index, status, sid, dump_step(step), signed_by, *prefixes],
        )
        if noted == _FOREIGN:
            raise BadSignature
        return bool(noted)


def _part_field(part: Part) -> str:
    return f"part:{part.index}"
