"""Caps on turns: in whatever order things happen, never more than the cap is taken, and what is due comes back."""

import asyncio
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from redis import Redis

from gateway.adapters.mint import mint
from gateway.adapters.store import Store
from gateway.adapters.store.messages import ApiMessage
from gateway.domain.conversation import Channel, Conversation
from gateway.domain.ids import MessageId, TraceId, TurnId, derive_conversation_id
from gateway.domain.limits import Allowance, TurnCaps, TurnLimits
from gateway.domain.secret import Secret
from gateway.domain.turn import Outcome, Turn
from tests.adapters.cap_stage import TALKS, next_period, open_stage, setting_clocks
from tests.adapters.texts import STEP, hold_of
from tests.examples import AGES, PEPPER
from tests.setting_up import Customer, set_up_customer

_PERIODS = (resources.files("gateway.adapters.store") / "scripts" / "periods.lua").read_text()
_LOOK = """
local periods = periods_at(tonumber(ARGV[1]))
return {periods.day[1], periods.day[2], periods.week[1], periods.week[2], periods.month[1], periods.month[2]}
"""
_AT_ONCE = 200
_TALK = st.integers(0, len(TALKS) - 1)
_OUTCOMES = st.sampled_from([Outcome.ANSWERED, Outcome.ANSWERED, Outcome.STALE, Outcome.OPTED_OUT])
_STEPS = st.one_of(
    st.tuples(st.just("begin"), _TALK),
    st.tuples(st.just("end"), _TALK, _OUTCOMES),
    *[st.tuples(st.just("talk"), _TALK, st.lists(_OUTCOMES, min_size=1, max_size=5))] * 3,
    st.tuples(st.just("wait"), st.timedeltas(timedelta(0), timedelta(hours=15))),
    st.tuples(st.just("wait until"), st.sampled_from(["day", "week", "month"]), st.sampled_from([-1, 0])),
)
_MOMENTS = st.datetimes(datetime(1970, 1, 5), datetime(2400, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moment=_MOMENTS)
@settings(max_examples=300, deadline=None)
def test_periods_are_the_calendars(redis_server: Secret, moment: datetime) -> None:
    """Days, ISO weeks and months begin and end by the UTC calendar, leap years included, to the millisecond."""
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    with Redis.from_url(redis_server.reveal()) as client:
        for near in (moment, *(next_period(period, moment) for period in ("day", "week", "month"))):
            for at in (near - timedelta(milliseconds=1), near):
                found = client.eval(_PERIODS + _LOOK, 0, round(at.timestamp() * 1000))
                ends = [round(next_period(period, at).timestamp() * 1000) for period in ("day", "week", "month")]
                assert found[1::2] == ends
                days = (at.date() - datetime(1970, 1, 1, tzinfo=UTC).date()).days
                assert found[::2] == [days, (days + 3) // 7, (at.year - 1970) * 12 + at.month - 1]


_A = Outcome.ANSWERED
_ANN, _TEXTER = 1, 6
_A_MONTH = [
    *(("wait until", "month", 0), ("wait until", "week", 0)),
    *(("talk", _ANN, [_A]), ("wait until", "day", 0), ("talk", _ANN, [_A] * 3)),
    *(("wait until", "week", -1), ("begin", _ANN), ("wait until", "week", 0), ("talk", _ANN, [_A] * 3)),
    *(("talk", _TEXTER, [_A, Outcome.STALE, _A, _A, _A]), ("wait until", "month", 0), ("talk", _TEXTER, [_A] * 3)),
]
"""A user and a texter of one agent, until day, week and month are used up, their own and then the agent's."""


@example(story=_A_MONTH, days=0)
@given(story=st.lists(_STEPS, min_size=15, max_size=30), days=st.integers(0, 800))
@settings(max_examples=15, deadline=None)
def test_in_any_order(redis_server: Secret, story: list[tuple[object, ...]], days: int) -> None:
    """I53: turns of all sorts, opened, ended and left open in any order over days: each gets what the book says.

    That is: taken never exceeds a cap, refused takes nothing, unpaid gives back once, a new period begins anew.
    """
    with setting_clocks(), asyncio.Runner() as runner:
        runner.run(_tell(redis_server, story, days))


async def _tell(url: Secret, story: list[tuple[object, ...]], days: int) -> None:
    stage = await open_stage(url, days)
    try:
        for step in story:
            match step:
                case ("begin", int(which)):
                    await stage.begin(which)
                case ("end", int(which), Outcome() as outcome):
                    await stage.end(which, outcome)
                case ("talk", int(which), list(outcomes)):
                    for outcome in outcomes:
                        await stage.begin(which)
                        await stage.end(which, outcome)
                case ("wait", timedelta() as pause):
                    await stage.set_clock(stage.now + pause)
                case ("wait until", str(period), int(milliseconds)):
                    then = next_period(period, stage.now) + timedelta(milliseconds=milliseconds)
                    await stage.set_clock(max(stage.now, then))
        await stage.check()
    finally:
        await stage.store.close()


def _talk(customer: Customer, number: int) -> Conversation:
    agent = customer.agent
    return Conversation(
        id=derive_conversation_id(PEPPER, "api", agent.id, str(number)),
        account_id=agent.account_id,
        channel=Channel.API,
        agent_id=agent.id,
        user_ref=str(number),
    )


async def _say(store: Store, talk: Conversation) -> None:
    message_id, trace_id = MessageId(mint("msg")), TraceId(mint("trc"))
    message = ApiMessage(id=message_id, text="Hi", trace_id=trace_id, reply_channel="nobody")
    await store.messages.admit(message, conversation=talk, step=STEP, promise=None)


@pytest.mark.parametrize("cap", ["agent_day", "agent_month"])
async def test_under_race(store: Store, cap: str) -> None:
    """I53: of two hundred turns at once, when one is left, exactly one is granted, and the count is the cap."""
    customer = await set_up_customer(store)
    talks = [_talk(customer, number) for number in range(_AT_ONCE + 4)]
    limits = TurnLimits(max_answer_age=AGES, max_tries=3, caps=TurnCaps(**{cap: 5}))
    for talk in talks:
        await _say(store, talk)
    holds = [await hold_of(store, talk.id) for talk in talks]

    async def begin(number: int) -> Allowance:
        turn = await store.turns.open(holds[number], TurnId(mint("turn")), limits, alone=True)
        assert isinstance(turn, Turn)
        return turn.allowance

    assert [await begin(number) for number in range(4)] == [Allowance.GRANTED] * 4
    raced = await asyncio.gather(*(begin(number) for number in range(4, _AT_ONCE + 4)))
    assert raced.count(Allowance.GRANTED) == 1
    (count,) = await store.connection.keys(f"tg:taken:{cap}:*")
    assert await store.connection.read_field(count, "turns") == "5"
