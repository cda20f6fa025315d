"""A number that many agents share, on a real Redis: who is at which agent, and what is said to whom."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

import pytest

from gateway.adapters.store import Store, keys
from gateway.domain.agent import Agent
from gateway.domain.compliance import Keyword
from gateway.domain.consent import ConsentState
from gateway.domain.errors import Conflict
from gateway.domain.ids import TexterHash
from gateway.domain.line import Line
from gateway.domain.message import InboundMessage
from gateway.domain.number import Policy, Use
from gateway.domain.phone import PhoneNumber
from gateway.domain.sandbox import hint_text, join_text, leave_text, sandbox_start_text
from gateway.domain.secret import Secret
from gateway.domain.sms import SmsMode, SmsStatus
from gateway.flows import sandbox
from gateway.flows.accounts import close_account, speak_for
from gateway.flows.agents import AgentWishes, create_agent, delete_agent
from gateway.flows.consent import Person, forget_texter
from gateway.flows.numbers import NumberWishes, add_number, bind_number, release_number, set_number
from gateway.flows.receive import Received, receive_text
from gateway.flows.sms import choose_sms, show_sms
from tests.domain.values import VOICE, a_text
from tests.examples import NOW, PEPPER, TEXTER, TEXTER_HASH, message_sid
from tests.setting_up import Customer, set_up_customer
from tests.web.contents import contents

_SANDBOX = PhoneNumber("+12025550190")
_numbers = count(1)


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody beside a sandbox."""
    await add_number(_SANDBOX, NumberWishes(use=Use.SANDBOX), store=store, now=NOW)
    return await set_up_customer(store)


async def _make(customer: Customer, store: Store) -> tuple[Agent, str]:
    agent = await create_agent(customer.key, AgentWishes(), store=store, now=NOW)
    setup = await choose_sms(agent, SmsMode.SANDBOX, store=store, now=NOW)
    assert (setup.status, setup.number) == (SmsStatus.ACTIVE, _SANDBOX)
    return agent, setup.join_code or ""


async def _text(store: Store, body: str, *, sid: str | None = None, to: str = _SANDBOX) -> Received:
    text = a_text(body, sid=sid or message_sid(next(_numbers)), To=to)
    return await receive_text(text, store=store, voice=VOICE, pepper=PEPPER, now=NOW)


async def _is_at(store: Store) -> str | None:
    return await store.connection.read_field(keys.members(_SANDBOX), TEXTER_HASH)


async def test_join_talk_and_leave(store: Store, customer: Customer) -> None:
    """Contract 5: a code leads to its agent, whose account's talk it is; LEAVE ends that, and silence follows."""
    agent, code = await _make(customer, store)
    assert (await _text(store, "Hello")).say == hint_text(VOICE)
    assert (await _text(store, f"Join {code.upper()}!")).say == join_text(VOICE, code)
    row = (await store.consents.read_history(_SANDBOX, TEXTER_HASH))[-1]
    assert (row.state, row.source, row.account_id) == (ConsentState.IN, "join-code", agent.account_id)
    assert row.wording == join_text(VOICE, code)
    assert (await _text(store, "Hello")).outcome == "admitted"
    (conversation,) = await store.connection.read_members(keys.conversations_of(TEXTER_HASH))
    fields = await store.connection.read_hash(keys.conversation(conversation))
    assert (fields["account_id"], fields["agent_id"]) == (agent.account_id, agent.id)
    assert (await _text(store, "leave")).say == leave_text(VOICE)
    assert (await _text(store, "Hello?")).reason == "stranger"
    assert await _is_at(store) is None


async def test_a_repeat_is_answered_alike(store: Store, customer: Customer) -> None:
    """I2: the same MessageSid gets the same answer, and joins or leaves once, whatever came after it."""
    agent, code = await _make(customer, store)
    joined = await _text(store, f"join {code}", sid=message_sid(901))
    left = await _text(store, "leave", sid=message_sid(902))
    for _ in range(2):
        assert (await _text(store, f"join {code}", sid=message_sid(901))).say == joined.say
        assert (await _text(store, "leave", sid=message_sid(902))).say == left.say
    assert await _is_at(store) is None
    assert agent.id not in str(await store.connection.read_members(keys.joined(agent.id)))


async def test_another_code_leaves_the_first(store: Store, customer: Customer) -> None:
    """Contract 5: who joins another agent is at that one alone, and each has a talk of its own."""
    first, first_code = await _make(customer, store)
    second, second_code = await _make(customer, store)
    for code in (first_code, second_code):
        await _text(store, f"join {code}")
        await _text(store, "Hello")
    assert await _is_at(store) == second.id
    assert await store.connection.read_members(keys.joined(first.id)) == set()
    talks = await store.connection.read_members(keys.conversations_of(TEXTER_HASH))
    agents = {await store.connection.read_field(keys.conversation(talk), "agent_id") for talk in talks}
    assert agents == {first.id, second.id}


@pytest.mark.parametrize("how", ["mode", "delete", "close", "release", "no sandbox"])
async def test_who_is_gone_has_nobody_any_more(store: Store, customer: Customer, redis_url: Secret, how: str) -> None:
    """I70: with the agent, its account or the number goes who had joined, and the code is nobody's."""
    agent, code = await _make(customer, store)
    await _text(store, f"join {code}")
    match how:
        case "mode":
            await choose_sms(agent, SmsMode.NONE, store=store, now=NOW)
        case "delete":
            await delete_agent(agent, store=store, now=NOW)
        case "close":
            await close_account(customer.account.id, store=store, now=NOW)
        case "release":
            await release_number(_SANDBOX, store=store, now=NOW)
        case _:
            await set_number(_SANDBOX, NumberWishes(use=Use.POOL), store=store, now=NOW)
    assert await _is_at(store) is None
    assert (await _text(store, "Hello")).outcome != "admitted"
    if how in ("release", "no sandbox"):
        shown = await show_sms(agent, store=store, now=NOW)
        assert (shown.status, shown.join_code) == (SmsStatus.PENDING, code)
    else:
        assert code not in str(contents(redis_url, "tg:join-codes")) + str(contents(redis_url, "tg:sms:*"))
        assert (await _text(store, f"join {code}")).outcome == "ignored"


@pytest.mark.parametrize("how", ["release", "no sandbox"])
async def test_a_sandbox_of_before(store: Store, customer: Customer, how: str) -> None:
    """Contract 5: whom an agent had on a sandbox that was dissolved is not taken from another agent, when it goes."""
    first, first_code = await _make(customer, store)
    second, second_code = await _make(customer, store)
    await _text(store, f"join {first_code}")
    if how == "release":
        await release_number(_SANDBOX, store=store, now=NOW)
    else:
        await set_number(_SANDBOX, NumberWishes(use=Use.POOL), store=store, now=NOW)
    assert await store.connection.read_members(keys.joined(first.id)) == set()
    await add_number(_SANDBOX, NumberWishes(use=Use.SANDBOX), store=store, now=NOW)
    await _text(store, f"join {second_code}")
    await delete_agent(first, store=store, now=NOW)
    assert await _is_at(store) == second.id


async def test_the_same_mode_again_keeps_the_code(store: Store, customer: Customer) -> None:
    """Contract 5: asked for the sandbox again, an agent keeps its code and its people; having left it, neither."""
    agent, code = await _make(customer, store)
    await _text(store, f"join {code}")
    assert (await choose_sms(agent, SmsMode.SANDBOX, store=store, now=NOW)).join_code == code
    assert await store.sms.set(agent.id, await store.sms.find(agent.id))
    assert await _is_at(store) == agent.id
    await choose_sms(agent, SmsMode.NONE, store=store, now=NOW)
    await choose_sms(agent, SmsMode.SANDBOX, store=store, now=NOW)
    assert await _is_at(store) is None


async def test_no_two_agents_have_one_code(store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contract 5: agents that would get the same code at once get different ones, in as many words as it takes."""
    monkeypatch.setattr(sandbox, "mint_agent_code", lambda words: f"brave-otter{'-x' * (words - 2)}")
    agents = [await create_agent(customer.key, AgentWishes(), store=store, now=NOW) for _ in range(2)]
    setups = await asyncio.gather(*(choose_sms(agent, SmsMode.SANDBOX, store=store, now=NOW) for agent in agents))
    assert sorted(setup.join_code or "" for setup in setups) == ["brave-otter", "brave-otter-x"]


async def test_stop_ends_it_all(store: Store, customer: Customer) -> None:
    """I19: STOP opts out of the whole number and leaves the agent; a code counts again after START."""
    agent, code = await _make(customer, store)
    await _text(store, f"join {code}")
    assert "opted out" in (await _text(store, "STOP")).say
    assert await _is_at(store) is None
    assert (await _text(store, f"join {code}")).reason == "opted out"
    assert (await _text(store, "START")).say == sandbox_start_text(VOICE)
    await _text(store, f"join {code}")
    assert await _is_at(store) == agent.id


async def test_a_hint_an_hour(store: Store, customer: Customer) -> None:
    """I69: strangers at once are told how to join once; the next hour's first text is told again."""
    said = await asyncio.gather(*(_text(store, f"Hello {index}") for index in range(10)))
    assert sorted(one.say for one in said) == [""] * 9 + [hint_text(VOICE)]
    name = keys.hinted(_SANDBOX, TEXTER_HASH)
    assert 3500 < await store.connection.ttl(name) <= 3600
    await store.connection.delete(name)
    assert (await _text(store, "Hello")).say == hint_text(VOICE)


def _meanwhile(store: Store, monkeypatch: pytest.MonkeyPatch, deed: Callable[[], Awaitable[object]]) -> None:
    """Have something happen once, after the first look at a text's line and before what was decided is saved."""
    look = store.messages.read_line

    async def look_and_wait(message: InboundMessage, texter_hash: TexterHash) -> Line:
        line = await look(message, texter_hash)
        monkeypatch.setattr(store.messages, "read_line", look)
        await deed()
        return line

    monkeypatch.setattr(store.messages, "read_line", look_and_wait)


async def test_left_between_look_and_save(store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """I19: a text that was decided for an agent does not get to it when its texter has left it meanwhile."""
    _, code = await _make(customer, store)
    await _text(store, f"join {code}")
    _meanwhile(store, monkeypatch, lambda: _text(store, "leave"))
    assert (await _text(store, "Hello")).outcome == "said"
    assert await store.connection.zcard(keys.WAITING) == 0


async def test_gone_between_look_and_save(store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """I70: nobody joins an agent that was deleted while its code was looked up."""
    agent, code = await _make(customer, store)
    _meanwhile(store, monkeypatch, lambda: delete_agent(agent, store=store, now=NOW))
    assert (await _text(store, f"join {code}")).say == hint_text(VOICE)
    assert await _is_at(store) is None


async def test_bound_between_look_and_save(store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """I12: a number that is a sandbox no longer, and somebody's, is not talked about as one."""

    async def bind() -> None:
        await set_number(_SANDBOX, NumberWishes(use=Use.OWN), store=store, now=NOW)
        await bind_number(_SANDBOX, customer.agent.id, store=store, now=NOW)

    _meanwhile(store, monkeypatch, bind)
    assert (await _text(store, "Hello")).outcome == "admitted"


async def test_hinted_between_look_and_save(store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """I69: of two strangers' texts at the same moment one is told how to join."""
    _meanwhile(store, monkeypatch, lambda: _text(store, "Hi"))
    assert (await _text(store, "Hello")).reason == "stranger"


async def test_all_at_once(store: Store, customer: Customer) -> None:
    """I37: codes, LEAVE, STOP and START at once leave a texter at one agent or none, as the indexes tell alike."""
    made = [await _make(customer, store) for _ in range(2)]
    bodies = [f"join {code}" for _, code in made] + ["leave", "Hello", "STOP", "START"]
    for _ in range(5):
        await asyncio.gather(*(_text(store, body) for body in bodies))
        is_at = await _is_at(store)
        joined = [agent.id for agent, _ in made if await store.connection.read_members(keys.joined(agent.id))]
        assert joined == ([is_at] if is_at else [])
        standing = await store.consents.read_standing(_SANDBOX, TEXTER_HASH)
        assert not (is_at and standing.state is ConsentState.OUT)


async def test_the_joined_account_speaks(store: Store, customer: Customer) -> None:
    """I24: the brand is that of the account whose agent is joined, unless the number has one of its own."""
    await speak_for(customer.account.id, brand="Bakery", help_contact="555", store=store, now=NOW)
    _, code = await _make(customer, store)
    assert (await _text(store, "Hello")).say.startswith("Corner Cafe: ")
    assert (await _text(store, f"join {code}")).say.startswith("Bakery: ")
    assert "Help: 555." in (await _text(store, Keyword.HELP.value)).say
    await set_number(_SANDBOX, NumberWishes(brand="Sandbox"), store=store, now=NOW)
    assert (await _text(store, "HELP")).say.startswith("Sandbox: ")


async def test_a_sandbox_is_bound_to_nobody(store: Store, customer: Customer) -> None:
    """Contract 4: a sandbox is not bound, nor a bound number made one; its policy is open; the next step is named."""
    with pytest.raises(Conflict, match="--no-sandbox"):
        await bind_number(_SANDBOX, customer.agent.id, store=store, now=NOW)
    with pytest.raises(Conflict, match="numbers release"):
        await set_number(customer.number.number, NumberWishes(use=Use.SANDBOX), store=store, now=NOW)
    with pytest.raises(Conflict, match="--policy open"):
        await set_number(_SANDBOX, NumberWishes(policy=Policy.CODE), store=store, now=NOW)
    assert (await store.numbers.read(_SANDBOX)).use is Use.SANDBOX


async def test_forgotten_is_forgotten(store: Store, customer: Customer, redis_url: Secret) -> None:
    """I70: who is forgotten is at no agent any more, and no key of a sandbox names them."""
    _, code = await _make(customer, store)
    await _text(store, "Hello")
    await _text(store, f"join {code}")
    await _text(store, "Hello")
    await forget_texter(Person(texter=TEXTER, texter_hash=TEXTER_HASH), store=store)
    found = contents(redis_url)
    assert TEXTER not in str(found)
    assert not [name for name in found if "members" in name or "hinted" in name]
    assert TEXTER_HASH not in str(contents(redis_url, "tg:joined:*"))
