"""Forget a conversation, or a texter: words and number, but not that they are out, nor the proof of it."""

import json
from collections.abc import AsyncIterator, Collection, Iterable
from itertools import chain

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.erasure import KNOWN
from gateway.adapters.store.records import Fields
from gateway.adapters.store.seating import Description
from gateway.adapters.store.sms import CHANNELS
from gateway.adapters.store.spending import BOOKS
from gateway.domain.ids import TexterHash

_AT_ONCE = 500
_TURNS_AT_ONCE = 200
FORGOTTEN = "conversation_deleted"
"""What whoever waits for a reply hears when its conversation is forgotten."""
_NAMES = json.dumps(
    {
        "message": keys.MESSAGE_PREFIX,
        "turn": keys.TURN_PREFIX,
        "sid": keys.SID_PREFIX,
        "trace": keys.TRACE_PREFIX,
        "reply": keys.REPLY_PREFIX,
        "conversations": keys.CONVERSATIONS_PREFIX,
        "rally": keys.RALLY_PREFIX,
        "recent": keys.RECENT,
        "books": BOOKS,
        "known_ms": int(KNOWN.total_seconds() * 1000),
        "no_reply": json.dumps({"outcome": "forgotten", "reply_text": None, "failure": FORGOTTEN}),
        "reply_seconds": int(keys.REPLIES.total_seconds()),
    }
)


class Forgetting:
    """What is kept about a texter, wherever it is."""

    def __init__(self, redis: Connection, seating: Description) -> None:
        self._redis = redis
        self._seating = json.dumps(seating)
        self._conversation = script(redis, "clock", "seating", "recent", "booking", "telling", "forget_conversation")
        self._consent = script(redis, "channels", "forget_consent")

    async def forget_conversation(self, conversation_id: str, *, while_there: str = "") -> int:
        """Forget a conversation: what waits, what was said, every text and turn; return how many those were.

        Nothing more is forgotten once a key is gone that is to be `while_there`; and as its texter waits for that then,
        turns that are older than the list of them are left to retention.
        """
        fields = await self._redis.read_hash(keys.conversation(conversation_id))
        if "created_ms" not in fields and not while_there:
            await self._find_turns(conversation_id)
        forgotten = await self._forget_asked(fields)
        names = (keys.conversation, keys.inbox, keys.history, keys.hold, keys.apology)
        places = [keys.WAITING, keys.turns_of(conversation_id), keys.aging("texts"), keys.DEAD]
        is_all = 0
        while not is_all:
            some, is_all = await self._conversation(
                keys=[*(name(conversation_id) for name in names), *places],
                args=[conversation_id, self._seating, _TURNS_AT_ONCE, _NAMES, while_there],
            )
            forgotten += some
        return forgotten

    async def _find_turns(self, conversation_id: str) -> None:
        """Find the turns of a conversation that is older than the list of them."""
        async for names in self._read_aging():
            turns = [name.removeprefix("turn:") for name in names if name.startswith("turn:")]
            async with self._redis.pipeline() as pipe:
                for turn_id in turns:
                    pipe.hget(keys.turn(turn_id), "conversation_id")
                owners = await pipe.execute()
            theirs = [turn_id for turn_id, owner in zip(turns, owners, strict=True) if owner == conversation_id]
            if theirs:
                await self._redis.execute_command("SADD", keys.turns_of(conversation_id), *theirs)

    async def _forget_asked(self, conversation: Fields) -> int:
        """Forget the text that waits until its texter has said whether they opt out by it."""
        if "texter_hash" not in conversation:
            return 0
        standing = keys.consent(conversation["number"], conversation["texter_hash"])
        asked = await self._redis.read_field(standing, "asked_sid")
        account_id = await self._redis.read_field(standing, "asked_account")
        if not asked or account_id != conversation["account_id"]:
            return 0
        await self._forget_messages([asked])
        return 1

    async def forget_conversations(self, texter_hash: TexterHash) -> tuple[set[str], int]:
        """Forget a texter's conversations; return their ids, and how many texts and turns went with them."""
        found = await self._redis.read_members(keys.conversations_of(texter_hash))
        counts = [await self.forget_conversation(conversation_id) for conversation_id in found]
        return found, sum(counts)

    async def forget_texts(self, texter: str, conversations: set[str]) -> int:
        """Forget what a texter wrote, and the turns that answered it; return how many there were."""
        forgotten = 0
        async for names in self._read_aging():
            async with self._redis.pipeline() as pipe:
                for name in names:
                    kind, _, record_id = name.partition(":")
                    whose = keys.message(record_id) if kind == "message" else keys.turn(record_id)
                    pipe.hget(whose, "sender" if kind == "message" else "conversation_id")
                owners = await pipe.execute()
            theirs = [
                name for name, owner in zip(names, owners, strict=True) if owner == texter or owner in conversations
            ]
            for name in theirs:
                await self._forget(name)
            forgotten += len(theirs)
        return forgotten

    async def _read_aging(self) -> AsyncIterator[list[str]]:
        cursor = 0
        while True:
            cursor, found = await self._redis.zscan(keys.aging("texts"), cursor, count=_AT_ONCE)
            yield [name for name, _ in found]
            if not cursor:
                return

    async def _forget(self, name: str) -> None:
        kind, _, record_id = name.partition(":")
        if kind == "turn":
            await self._forget_turn(record_id)
        else:
            await self._forget_messages([record_id])

    async def _forget_messages(self, message_ids: Collection[str]) -> None:
        """Keep of texts what their repetitions are known by, as erasure does."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for message_id in message_ids:
                pipe.hgetall(keys.message(message_id))
            found = await pipe.execute()
        async with self._redis.pipeline() as pipe:
            for message_id, fields in zip(message_ids, found, strict=True):
                pipe.delete(keys.message(message_id))
                if "unheard" in fields:
                    pipe.srem(fields["unheard"], message_id)
                known = {field: fields[field] for field in ("answer", "trace_id", "account_sid") if field in fields}
                if known:
                    pipe.hset(keys.message(message_id), mapping=known)
                    pipe.expire(keys.message(message_id), KNOWN)
                pipe.zrem(keys.aging("texts"), f"message:{message_id}")
            await pipe.execute()

    async def _forget_turn(self, turn_id: str) -> None:
        fields = await self._redis.read_hash(keys.turn(turn_id))
        sids = [value for field, value in fields.items() if field.startswith("part:") and field.endswith(":sid")]
        async with self._redis.pipeline() as pipe:
            pipe.delete(keys.turn(turn_id), *(keys.sid(sid) for sid in sids))
            pipe.zrem(keys.DEAD, turn_id)
            pipe.zrem(keys.aging("texts"), f"turn:{turn_id}")
            await pipe.execute()

    async def forget_number(self, texter_hash: TexterHash) -> int:
        """Take a texter out of ledgers, which go on under the hash, of guests and sandboxes; return how many rows."""
        numbers = await self._redis.zrange(keys.NUMBERS, 0, -1)
        return await self._take_out(texter_hash, numbers, "", None)

    async def _take_out(self, texter_hash: TexterHash, numbers: Iterable[str], account_id: str, but: str | None) -> int:
        places = list({*await self._redis.read_members(keys.places(texter_hash)), *numbers})
        rows = 0
        for start in range(0, len(places), _AT_ONCE):
            async with self._redis.pipeline(transaction=False) as pipe:
                for place in places[start : start + _AT_ONCE]:
                    names = [keys.ledger(place, texter_hash), keys.guests(place), keys.hinted(place, texter_hash)]
                    whose: list[str | int] = [texter_hash, place, json.dumps(CHANNELS), account_id, keys.AGENT_PREFIX]
                    whose += [int(place == but)]
                    await self._consent(keys=[*names, keys.number(place)], args=whose, client=pipe)
                rows += sum(map(int, await pipe.execute()))
        return rows

    async def _read_numbers_of(self, account_id: str) -> set[str]:
        """Read the numbers that an account's agents answer on, or may."""
        agents = await self._redis.zrange(keys.agents_of(account_id), 0, -1)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zrange(keys.SANDBOXES, 0, -1)
            for agent_id in agents:
                pipe.smembers(keys.numbers_of(agent_id))
            return set(chain.from_iterable(await pipe.execute()))

    async def _read_conversations_of(self, account_id: str, texter_hash: TexterHash) -> list[str]:
        """Read the conversations that a texter has with an account."""
        every = list(await self._redis.read_members(keys.conversations_of(texter_hash)))
        async with self._redis.pipeline(transaction=False) as pipe:
            for conversation_id in every:
                pipe.hget(keys.conversation(conversation_id), "account_id")
            owners = await pipe.execute()
        return [conversation_id for conversation_id, owner in zip(every, owners, strict=True) if owner == account_id]

    async def forget_within(self, account_id: str, texter_hash: TexterHash, number: str) -> None:
        """Forget what an account keeps of a texter who has wished so by a text to `number`.

        Where that text leads, as their guest or member there, is left to whoever saves it, and ends the wish: so
        whoever dies in between can begin again, and whoever comes late forgets nothing that was said since.
        """
        wish = keys.wish(number, texter_hash)
        if await self._redis.get(wish) != account_id:
            return
        for conversation_id in await self._read_conversations_of(account_id, texter_hash):
            await self.forget_conversation(conversation_id, while_there=wish)
        await self._forget_messages(await self._redis.read_members(keys.unheard(account_id, texter_hash)))
        await self._take_out(texter_hash, await self._read_numbers_of(account_id), account_id, but=number)
