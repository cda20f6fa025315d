"""Our numbers in Redis: who answers keywords on them, and which agent answers."""

import json
from collections.abc import Mapping
from datetime import datetime

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.logins import LOGIN_FIELDS, login_fields, login_of, signers_of
from gateway.adapters.store.records import Fields, only_set, pairs, read_page
from gateway.adapters.store.sms import CHANNELS, setup_fields
from gateway.domain.errors import Conflict, NotFound
from gateway.domain.ids import AccountId, AgentId, TexterHash
from gateway.domain.login import Flaw, TwilioLogin
from gateway.domain.number import Keywords, Kind, Number, Policy, Use
from gateway.domain.phone import PhoneNumber
from gateway.domain.sms import SmsMode, SmsSetup, SmsStatus
from gateway.domain.trace import format_time, parse_time


class Numbers:
    """Our numbers, and the agents that answer on them."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._save = script(redis, "channels", "save_number")
        self._bind = script(redis, "bind_number")
        self._bring = script(redis, "channels", "bring_number")
        self._note_flaw = script(redis, "note_flaw")
        self._find_signers_of_turn = script(redis, "find_signers")
        self._release = script(redis, "channels", "release_number")

    async def save(self, number: Number, use: Use | None = None) -> None:
        """Keep a number's settings, new or changed, and what it is there for, if that is said.

        Who it is bound for stays as it is; Conflict when it is bound and would be a sandbox.
        """
        name = number.number
        saved = await self._save(
            keys=[keys.number(name), keys.NUMBERS, keys.POOL, keys.SANDBOXES],
            args=[name, json.dumps(_settings(number)), use.value if use else "", json.dumps(CHANNELS)],
        )
        if not saved:
            words = (
                f"{name} is bound to an agent, and a sandbox is bound to none. First: textgate numbers release {name}"
            )
            raise Conflict("number_bound", words)

    async def bind(self, new: Number, agent_id: AgentId, account_id: AccountId, *, now: datetime) -> AgentId | None:
        """Bind a number, which is as `new` says where it was not known, and return the agent that had it before.

        Conflict when it is another account's, or a sandbox, or the account is closed; NotFound when the agent is gone.
        """
        number = new.number
        outcome, *more = await self._bind(
            keys=[
                *(keys.number(number), keys.numbers_of(agent_id), keys.NUMBERS, keys.POOL),
                *(keys.agent(agent_id), keys.account(account_id)),
            ],
            args=[
                *(account_id, number, agent_id, keys.numbers_of(""), format_time(now)),
                json.dumps(_settings(new)),
            ],
        )
        if outcome == "bound":
            return AgentId(more[0]) if more else None
        raise _refuse_to_bind(outcome, number, agent_id, account_id, more)

    async def bring(
        self, new: Number, agent_id: AgentId, login: TwilioLogin, *, now: datetime, is_same_token: bool = False
    ) -> None:
        """Bind a number that an account has brought, with its login; by whatever way the agent came to one ends.

        Unless it is the same token, sealed anew, the one before signs webhooks for a day more.
        Conflict when the number is the operator's, or another account's; NotFound when agent or account is gone.
        """
        setup = SmsSetup(mode=SmsMode.BYO_TWILIO, status=SmsStatus.ACTIVE, number=new.number)
        outcome = await self._bring(
            keys=[
                *(keys.number(new.number), keys.numbers_of(agent_id), keys.NUMBERS, keys.agent(agent_id)),
                *(keys.account(login.account_id), keys.former_token(new.number)),
            ],
            args=[
                *(login.account_id, new.number, agent_id, json.dumps(CHANNELS), format_time(now)),
                json.dumps(_settings(new)),
                json.dumps(login_fields(login)),
                json.dumps(setup_fields(setup)),
                0 if is_same_token else int(keys.FORMER_TOKEN.total_seconds()),
            ],
        )
        if outcome == "taken":
            raise taken(new.number)
        if outcome == "gone":
            raise NotFound(f"There is no agent {agent_id}.")

    async def note_flaw(self, login: TwilioLogin, flaw: Flaw | None) -> None:
        """Note what is wrong with a number's login; nothing, when that has been replaced meanwhile."""
        await self._note_flaw(keys=[keys.number(login.number)], args=[login.sealed, flaw.value if flaw else ""])

    async def find_login(self, number: PhoneNumber) -> TwilioLogin | None:
        """Find the login of a number that was brought; None for every other."""
        return login_of(number, await self._redis.execute_command("HMGET", keys.number(number), *LOGIN_FIELDS))

    async def find_login_of_agent(self, agent_id: AgentId) -> TwilioLogin | None:
        """Find the login of the number that was brought to an agent."""
        for number in sorted(await self._redis.read_members(keys.numbers_of(agent_id))):
            login = await self.find_login(PhoneNumber(number))
            if login:
                return login
        return None

    async def find_signers(self, number: PhoneNumber) -> tuple[TwilioLogin, ...]:
        """Find the logins by whose token a webhook about a number may be signed; none where nobody has brought it."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hmget(keys.number(number), list(LOGIN_FIELDS))
            pipe.get(keys.former_token(number))
            values, former = await pipe.execute()
        return signers_of(login_of(number, values), former)

    async def find_signers_of_turn(self, turn_id: str) -> tuple[TwilioLogin, ...]:
        """Find the same of the number that a turn answers on, in one round trip."""
        prefixes = (keys.CONVERSATION_PREFIX, keys.NUMBER_PREFIX, keys.FORMER_PREFIX)
        number, *found = await self._find_signers_of_turn(keys=[keys.turn(turn_id)], args=[*prefixes, *LOGIN_FIELDS])
        return signers_of(login_of(PhoneNumber(number), found[1:]), found[0]) if number else ()

    async def release(self, number: PhoneNumber) -> Number:
        """Let a number go and return what it was; NotFound when it is not ours."""
        fields = await self._release(
            keys=[keys.number(number), keys.guests(number), keys.NUMBERS, keys.POOL, keys.SANDBOXES],
            args=[number, json.dumps(CHANNELS)],
        )
        return _known(number_of(pairs(fields)), number)

    async def find(self, number: PhoneNumber) -> Number | None:
        """Find a number."""
        return number_of(await self._redis.read_hash(keys.number(number)))

    async def read(self, number: PhoneNumber) -> Number:
        """Read a number; NotFound when it is not ours."""
        return _known(await self.find(number), number)

    async def find_of_agent(self, agent_id: AgentId) -> PhoneNumber | None:
        """Find the number that an agent answers on; of several, the first by name."""
        numbers = await self._redis.read_members(keys.numbers_of(agent_id))
        return PhoneNumber(min(numbers)) if numbers else None

    async def find_sandbox(self) -> PhoneNumber | None:
        """Find the number that sandboxed agents share; of several, the first by name."""
        found = await self._redis.zrange(keys.SANDBOXES, 0, 0)
        return PhoneNumber(found[0]) if found else None

    async def read_all(self, *, limit: int, cursor: str | None) -> tuple[list[Number], str | None]:
        """Read a page of all numbers, in their order, and where the next begins."""
        page = await read_page(self._redis, keys.NUMBERS, limit=limit, cursor=cursor)
        async with self._redis.pipeline() as pipe:
            for number in page.ids:
                pipe.hgetall(keys.number(PhoneNumber(number)))
            found = await pipe.execute()
        return [one for fields in found if (one := number_of(fields))], page.next_cursor

    async def admit_guests(self, number: PhoneNumber, guests: Mapping[TexterHash, PhoneNumber]) -> None:
        """Let texters be answered where only guests are."""
        await self._redis.execute_command("HSET", keys.guests(number), *_flat(guests))

    async def dismiss_guest(self, number: PhoneNumber, guest: TexterHash) -> bool:
        """Take a texter off a number's guests; False when they were none."""
        return bool(await self._redis.execute_command("HDEL", keys.guests(number), guest))

    async def read_guests(self, number: PhoneNumber) -> list[PhoneNumber]:
        """Read a number's guests, in order."""
        return sorted(PhoneNumber(guest) for guest in (await self._redis.read_hash(keys.guests(number))).values())


def taken(number: PhoneNumber) -> Conflict:
    """Make the refusal of a number that somebody else has at this gateway."""
    return Conflict("number_taken", f"{number} is in use at this gateway already. Release it there, or bring another.")


def _refuse_to_bind(
    outcome: str, number: PhoneNumber, agent_id: AgentId, account_id: AccountId, more: list[str]
) -> Conflict | NotFound:
    release = f"textgate numbers release {number}"
    match outcome:
        case "gone":
            return NotFound(f"There is no agent {agent_id}.")
        case "closed":
            return Conflict("account_closed", f"The account {account_id} is closed. Choose an agent of another.")
        case "sandbox":
            words = f"{number} is a sandbox, for many agents. First: textgate numbers set {number} --no-sandbox"
            return Conflict("number_is_sandbox", words)
    words = f"{number} is bound for another account. Release it first: {release}"
    if more[0] == Use.POOL:
        words = (
            f"{number} was in the pool, and a managed agent of another account, {' '.join(more[1:])}, has got it. "
            f"To take it back: {release}, then textgate numbers add {number} --no-pool, then bind it again"
        )
    return Conflict("number_taken", words)


def _flat(guests: Mapping[TexterHash, PhoneNumber]) -> list[str]:
    return [text for guest in guests.items() for text in guest]


def _known(found: Number | None, number: PhoneNumber) -> Number:
    if found is None:
        raise NotFound(f"{number} is not known here. Add it: textgate numbers add {number}")
    return found


def _settings(number: Number) -> Fields:
    return only_set(
        {
            "number": number.number,
            "kind": number.kind.value,
            "keywords": number.keywords.value,
            "policy": number.policy.value,
            "stop_words": json.dumps(number.stop_words),
            "join_code": number.join_code,
            "label": number.label,
            "brand": number.brand,
            "help_contact": number.help_contact,
            "messaging_service": number.messaging_service,
            "added_at": format_time(number.added_at),
        }
    )


def number_of(fields: Fields) -> Number | None:
    """Make a number of its fields; None where there are none."""
    if not fields:
        return None
    account_id, agent_id, bound_at = fields.get("account_id"), fields.get("agent_id"), fields.get("bound_at")
    return Number(
        number=PhoneNumber(fields["number"]),
        kind=Kind(fields["kind"]),
        use=Use(fields.get("use", Use.OWN)),
        keywords=Keywords(fields["keywords"]),
        policy=Policy(fields["policy"]),
        stop_words=tuple(json.loads(fields["stop_words"])),
        join_code=fields.get("join_code"),
        label=fields.get("label"),
        brand=fields.get("brand"),
        help_contact=fields.get("help_contact"),
        messaging_service=fields.get("messaging_service"),
        account_id=AccountId(account_id) if account_id else None,
        agent_id=AgentId(agent_id) if agent_id else None,
        login=login_of(PhoneNumber(fields["number"]), [fields.get(name) for name in LOGIN_FIELDS]),
        added_at=parse_time(fields["added_at"]),
        bound_at=parse_time(bound_at) if bound_at else None,
    )
