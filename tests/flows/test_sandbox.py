"""A number that many agents share, on a real Redis: who is at which agent, and what is said to whom."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from gateway.adapters.store import Store, keys
from gateway.domain.compliance import Keyword
from gateway.domain.consent import ConsentState, Scope
from gateway.domain.errors import Conflict
from gateway.domain.number import Keywords, Policy, Use
from gateway.domain.phone import PhoneNumber
from gateway.domain.sandbox import hint_text, join_text, leave_text, sandbox_start_text
from gateway.domain.secret import Secret
from gateway.domain.sms import SmsMode, SmsStatus
from gateway.flows import sandbox
from gateway.flows.accounts import close_account, speak_for
from gateway.flows.agents import AgentWishes, create_agent, delete_agent
from gateway.flows.consent import Person, forget_texter
from gateway.flows.numbers import NumberWishes, add_number, bind_number, release_number, set_number
from gateway.flows.sms import choose_sms, show_sms
from tests.domain.values import VOICE
from tests.examples import NOW, TEXTER, TEXTER_HASH, message_sid
from tests.flows.sandbox_texts import SANDBOX, find_joined, make_agent, text
from tests.setting_up import Customer, set_up_customer
from tests.web.contents import contents


@pytest.fixture
async def customer(store: Store) -> Customer:
    """Somebody beside a sandbox."""
    await add_number(SANDBOX, NumberWishes(use=Use.SANDBOX), store=store, now=NOW)
    return await set_up_customer(store)


async def test_join_talk_and_leave(store: Store, customer: Customer) -> None:
    """Contract 5: a code leads to its agent, whose account's talk it is; LEAVE ends that, and silence follows."""
    agent, code = await make_agent(customer, store)
    assert (await text(store, "Hello")).say == hint_text(VOICE)
    assert (await text(store, f"Join {code.upper()}!")).say == join_text(VOICE, code)
    row = (await store.consents.read_history(SANDBOX, TEXTER_HASH))[-1]
    assert (row.state, row.source, row.account_id) == (ConsentState.IN, "join-code", agent.account_id)
    assert row.wording == join_text(VOICE, code)
    assert (await text(store, "Hello")).outcome == "admitted"
    (conversation,) = await store.connection.read_members(keys.conversations_of(TEXTER_HASH))
    fields = await store.connection.read_hash(keys.conversation(conversation))
    assert (fields["account_id"], fields["agent_id"]) == (agent.account_id, agent.id)
    assert (await text(store, "leave")).say == leave_text(VOICE)
    assert (await text(store, "Hello?")).reason == "stranger"
    assert await find_joined(store) is None


async def test_a_repeat_is_answered_alike(store: Store, customer: Customer) -> None:
    """I2: the same MessageSid gets the same answer, and joins or leaves once, whatever came after it."""
    agent, code = await make_agent(customer, store)
    joined = await text(store, f"join {code}", sid=message_sid(901))
    left = await text(store, "leave", sid=message_sid(902))
    for _ in range(2):
        assert (await text(store, f"join {code}", sid=message_sid(901))).say == joined.say
        assert (await text(store, "leave", sid=message_sid(902))).say == left.say
    assert await find_joined(store) is None
    assert await store.connection.read_members(keys.joined(agent.id)) == set()


async def test_another_code_leaves_the_first(store: Store, customer: Customer) -> None:
    """Contract 5: who joins another agent is at that one alone, and each has a talk of its own."""
    first, first_code = await make_agent(customer, store)
    second, second_code = await make_agent(customer, store)
    for code in (first_code, second_code):
        await text(store, f"join {code}")
        await text(store, "Hello")
    assert await find_joined(store) == second.id
    assert await store.connection.read_members(keys.joined(first.id)) == set()
    talks = await store.connection.read_members(keys.conversations_of(TEXTER_HASH))
    agents = {await store.connection.read_field(keys.conversation(talk), "agent_id") for talk in talks}
    assert agents == {first.id, second.id}


@pytest.mark.parametrize("how", ["mode", "delete", "close", "release", "no sandbox"])
async def test_who_is_gone_has_nobody_any_more(store: Store, customer: Customer, redis_url: Secret, how: str) -> None:
    """I70: with the agent, its account or the number goes who had joined, and the code is nobody's."""
    agent, code = await make_agent(customer, store)
    await text(store, f"join {code}")
    match how:
        case "mode":
            await choose_sms(agent, SmsMode.NONE, store=store, now=NOW)
        case "delete":
            await delete_agent(agent, store=store, now=NOW)
        case "close":
            await close_account(customer.account.id, store=store, now=NOW)
        case "release":
            await release_number(SANDBOX, store=store, now=NOW)
        case _:
            await set_number(SANDBOX, NumberWishes(use=Use.POOL), store=store, now=NOW)
    assert await find_joined(store) is None
    assert (await text(store, "Hello")).outcome != "admitted"
    if how in ("release", "no sandbox"):
        shown = await show_sms(agent, store=store, now=NOW)
        assert (shown.status, shown.join_code) == (SmsStatus.PENDING, code)
    else:
        assert code not in str(contents(redis_url, "tg:join-codes")) + str(contents(redis_url, "tg:sms:*"))
        assert (await text(store, f"join {code}")).outcome == "ignored"


@pytest.mark.parametrize("how", ["release", "no sandbox"])
async def test_a_sandbox_of_before(store: Store, customer: Customer, how: str) -> None:
    """Contract 5: whom an agent had on a sandbox that was dissolved is not taken from another agent, when it goes."""
    first, first_code = await make_agent(customer, store)
    second, second_code = await make_agent(customer, store)
    await text(store, f"join {first_code}")
    if how == "release":
        await release_number(SANDBOX, store=store, now=NOW)
    else:
        await set_number(SANDBOX, NumberWishes(use=Use.POOL), store=store, now=NOW)
    assert await store.connection.read_members(keys.joined(first.id)) == set()
    await add_number(SANDBOX, NumberWishes(use=Use.SANDBOX), store=store, now=NOW)
    await text(store, f"join {second_code}")
    await delete_agent(first, store=store, now=NOW)
    assert await find_joined(store) == second.id


async def test_the_same_mode_again_keeps_the_code(store: Store, customer: Customer) -> None:
    """Contract 5: asked for the sandbox again, an agent keeps its code and its people; having left it, neither."""
    agent, code = await make_agent(customer, store)
    await text(store, f"join {code}")
    assert (await choose_sms(agent, SmsMode.SANDBOX, store=store, now=NOW)).join_code == code
    assert await store.sms.set(agent, await store.sms.find(agent.id))
    assert await find_joined(store) == agent.id
    await choose_sms(agent, SmsMode.NONE, store=store, now=NOW)
    await choose_sms(agent, SmsMode.SANDBOX, store=store, now=NOW)
    assert await find_joined(store) is None


async def test_no_two_agents_have_one_code(store: Store, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contract 5: agents that would get the same code at once get different ones, in as many words as it takes."""
    monkeypatch.setattr(sandbox, "mint_agent_code", lambda words: f"brave-otter{'-x' * (words - 2)}")
    agents = [await create_agent(customer.key, AgentWishes(), store=store, now=NOW) for _ in range(2)]
    setups = await asyncio.gather(*(choose_sms(agent, SmsMode.SANDBOX, store=store, now=NOW) for agent in agents))
    assert sorted(setup.join_code or "" for setup in setups) == ["brave-otter", "brave-otter-x"]


async def test_stop_ends_it_all(store: Store, customer: Customer) -> None:
    """I19: STOP opts out of the whole number and leaves the agent; a code counts again after START."""
    agent, code = await make_agent(customer, store)
    await text(store, f"join {code}")
    assert "opted out" in (await text(store, "STOP")).say
    assert await find_joined(store) is None
    assert (await text(store, f"join {code}")).reason == "opted out"
    assert (await text(store, "START")).say == sandbox_start_text(VOICE)
    await text(store, f"join {code}")
    assert await find_joined(store) == agent.id


async def test_a_stop_that_somebody_else_answers(store: Store, customer: Customer) -> None:
    """I23: where Twilio answers keywords, its STOP is noted in silence, and leaves the agent all the same."""
    await set_number(SANDBOX, NumberWishes(keywords=Keywords.TWILIO), store=store, now=NOW)
    _, code = await make_agent(customer, store)
    await text(store, f"join {code}")
    assert (await text(store, "STOP")).say == ""
    assert await find_joined(store) is None
    assert (await store.consents.read_standing(SANDBOX, TEXTER_HASH)).state is ConsentState.OUT


async def test_an_opt_out_of_a_wider_scope(store: Store, customer: Customer) -> None:
    """I32: where opt-outs reach an account's numbers, who stopped on another of them joins none of its agents."""
    await store.consents.set_scope(Scope.ACCOUNT, datetime.now(UTC) - timedelta(days=1))
    _, code = await make_agent(customer, store)
    await text(store, "STOP", to=customer.number.number)
    assert (await text(store, f"join {code}")).reason == "opted out"
    other = await set_up_customer(store, name="Bakery", number=PhoneNumber("+12025550198"))
    agent, code = await make_agent(other, store)
    await text(store, f"join {code}")
    assert await find_joined(store) == agent.id


async def test_a_hint_an_hour(store: Store, customer: Customer) -> None:
    """I69: strangers at once are told how to join once; the next hour's first text is told again."""
    said = await asyncio.gather(*(text(store, f"Hello {index}") for index in range(10)))
    assert sorted(one.say for one in said) == [""] * 9 + [hint_text(VOICE)]
    name = keys.hinted(SANDBOX, TEXTER_HASH)
    assert 3500 < await store.connection.ttl(name) <= 3600
    await store.connection.delete(name)
    assert (await text(store, "Hello")).say == hint_text(VOICE)


async def test_the_joined_account_speaks(store: Store, customer: Customer) -> None:
    """I24: the brand is that of the account whose agent is joined, unless the number has one of its own."""
    await speak_for(customer.account.id, brand="Bakery", help_contact="555", store=store, now=NOW)
    _, code = await make_agent(customer, store)
    assert (await text(store, "Hello")).say.startswith("Corner Cafe: ")
    assert (await text(store, f"join {code}")).say.startswith("Bakery: ")
    assert "Help: 555." in (await text(store, Keyword.HELP.value)).say
    await set_number(SANDBOX, NumberWishes(brand="Sandbox"), store=store, now=NOW)
    assert (await text(store, "HELP")).say.startswith("Sandbox: ")


async def test_a_sandbox_is_bound_to_nobody(store: Store, customer: Customer) -> None:
    """Contract 4: a sandbox is not bound, nor a bound number made one; its policy is open; the next step is named."""
    with pytest.raises(Conflict, match="--no-sandbox"):
        await bind_number(SANDBOX, customer.agent.id, store=store, now=NOW)
    with pytest.raises(Conflict, match="numbers release"):
        await set_number(customer.number.number, NumberWishes(use=Use.SANDBOX), store=store, now=NOW)
    with pytest.raises(Conflict, match="--policy open"):
        await set_number(SANDBOX, NumberWishes(policy=Policy.CODE), store=store, now=NOW)
    assert (await store.numbers.read(SANDBOX)).use is Use.SANDBOX


async def test_forgotten_is_forgotten(store: Store, customer: Customer, redis_url: Secret) -> None:
    """I70: who is forgotten is at no agent any more, and no key of a sandbox names them."""
    _, code = await make_agent(customer, store)
    await text(store, "Hello")
    await text(store, f"join {code}")
    await text(store, "Hello")
    await forget_texter(Person(texter=TEXTER, texter_hash=TEXTER_HASH), store=store)
    found = contents(redis_url)
    assert TEXTER not in str(found)
    assert not [name for name in found if "members" in name or "hinted" in name]
    assert TEXTER_HASH not in str(contents(redis_url, "tg:joined:*"))
