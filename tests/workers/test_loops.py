"""A loop is stopped before it costs much, and a person can have it go on: text by text, on a real Valkey."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.brake import PAUSED_TEXT, RESUMED_TEXT
from gateway.domain.compliance import help_text, start_text, stop_text
from gateway.domain.consent import ConsentState
from gateway.domain.errors import CarrierRefused
from gateway.domain.notice import NoticeKind
from gateway.domain.phone import PhoneNumber
from gateway.flows.consent import forget_texter, read_person
from gateway.flows.numbers import NumberWishes, add_number, bind_number
from tests.examples import NOW, NUMBER, PEPPER, TEXTER, TEXTER_HASH
from tests.workers.desk import VOICE, Desk

_OURS = PhoneNumber("+12025550188")
_DRIVING = "I'm driving with Do Not Disturb While Driving turned on."


class _Texter:
    """Somebody, or something, that texts the number again once it was answered."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.at = desk, NOW

    async def text(self, body: str, *, seconds: float = 30) -> str:
        """Text, have it answered, and return what the gateway itself said."""
        self.at += timedelta(seconds=seconds)
        sid = await self.desk.text(body, at=self.at)
        await self.desk.work()
        return (await self.desk.store.messages.find(sid) or {})["answer"]

    async def run_into_the_brake(self) -> None:
        """Text as a phone does by itself, until the brake is put on."""
        for _ in range(20):
            if await self.text(_DRIVING) == PAUSED_TEXT:
                return
        pytest.fail("nobody put the brake on")


@pytest.fixture
def texter(desk: Desk) -> _Texter:
    """Somebody who texts the number."""
    return _Texter(desk)


async def test_an_automatic_reply_is_stopped(desk: Desk, texter: _Texter) -> None:
    """I52: a phone that answers by itself gets three answers, one word of the brake, and from then on silence."""
    said = [await texter.text(_DRIVING) for _ in range(8)]
    assert said == ["", "", "", PAUSED_TEXT, "", "", "", ""]
    assert len(desk.carrier.taken) == 3
    assert len(desk.model.asked) == 3


async def test_a_quick_person(desk: Desk, texter: _Texter) -> None:
    """I52: a person who texts every two seconds for half a minute is answered each time."""
    said = [await texter.text(f"And what about {turn}?", seconds=2) for turn in range(15)]
    assert (said, len(desk.carrier.taken)) == ([""] * 15, 15)


async def test_the_operator_hears_of_it(desk: Desk, texter: _Texter) -> None:
    """I52: a loop is a notice that names the number and not the texter, once, and the trace of its text tells why."""
    await texter.run_into_the_brake()
    sid = await desk.text(_DRIVING, at=texter.at)
    (posted,), _ = await desk.store.notices.read_all(limit=9, cursor=None)
    assert (posted.notice.kind, posted.notice.account_id) == (NoticeKind.LOOP_STOPPED, desk.customer.account.id)
    assert posted.notice.number == NUMBER
    assert posted.notice.reason.startswith(desk.conversation_id)
    assert TEXTER not in posted.notice.reason
    assert (await desk.trace(sid)).steps[0].details == {"reason": "paused: a loop"}


async def test_a_person_resumes(desk: Desk, texter: _Texter) -> None:
    """I52: RESUME, in any dress, ends the pause, and the agent answers the next text."""
    await texter.run_into_the_brake()
    assert await texter.text("Hello? I am a person") == ""
    assert await texter.text(" resume. ") == RESUMED_TEXT
    before = len(desk.carrier.taken)
    assert await texter.text("When do you open?") == ""
    assert len(desk.carrier.taken) == before + 1


async def test_start_resumes(desk: Desk, texter: _Texter) -> None:
    """I25, I52: START is answered in a pause as ever, and ends it."""
    await texter.run_into_the_brake()
    assert await texter.text("START") == start_text(VOICE)
    before = len(desk.carrier.taken)
    await texter.text("When do you open?")
    assert len(desk.carrier.taken) == before + 1


async def test_the_law_is_heeded_in_a_pause(desk: Desk, texter: _Texter) -> None:
    """I19, I24, I52: HELP and STOP are answered in a pause as ever."""
    await texter.run_into_the_brake()
    assert await texter.text("HELP") == help_text(VOICE)
    assert await texter.text("STOP") == stop_text(VOICE)
    assert (await desk.store.consents.read_standing(NUMBER, TEXTER_HASH)).state is ConsentState.OUT


async def test_a_program_that_says_help(desk: Desk, texter: _Texter) -> None:
    """I52: also what the gateway itself answers is no fuel: a program that sends HELP at once is left alone."""
    said = [await texter.text("HELP", seconds=0.5) for _ in range(20)]
    assert said == [help_text(VOICE)] * 9 + [PAUSED_TEXT] + [""] * 10
    assert await texter.text("STOP") == stop_text(VOICE)


async def test_a_program_that_learns_to_resume(desk: Desk, texter: _Texter) -> None:
    """I52: the second pause within the hour is put on in silence, and after three RESUME is no word any more."""
    await texter.run_into_the_brake()
    said = []
    for _ in range(4):
        said.append(await texter.text("RESUME"))
        said.append("".join([await texter.text(_DRIVING) for _ in range(5)]))
    assert said == [RESUMED_TEXT, ""] * 3 + ["", ""]


async def test_a_pause_ends(desk: Desk, texter: _Texter) -> None:
    """I52: an hour after it was put on, a pause is over."""
    await texter.run_into_the_brake()
    before = len(desk.carrier.taken)
    await texter.text("When do you open?", seconds=3601)
    assert len(desk.carrier.taken) == before + 1


async def test_what_twilio_stops_rests(desk: Desk, texter: _Texter) -> None:
    """I52: a conversation that Twilio stops as a loop (14107) rests here, too, until its texter resumes it."""
    desk.carrier.answers.append(CarrierRefused(twilio_code=14107))
    texter.at = datetime.now(UTC)
    assert [await texter.text(body) for body in ("Hi", "Hello?", "RESUME")] == ["", "", RESUMED_TEXT]
    assert len(desk.model.asked) == 1


async def test_other_texters_go_on(desk: Desk, texter: _Texter) -> None:
    """I52: the pause is that of one texter with one number."""
    await texter.run_into_the_brake()
    await bind_number(_OURS, desk.customer.agent.id, store=desk.store, now=NOW)
    for sender, recipient in (("+12025550177", NUMBER), (TEXTER, _OURS)):
        sid = await desk.text("Hello", sender=sender, recipient=recipient, at=texter.at)
        assert (await desk.trace(sid)).outcome == "admitted"


async def test_a_number_of_ours(desk: Desk) -> None:
    """I52: a number of this gateway, whoever has it, is no texter: its first text already meets silence, even STOP."""
    await add_number(_OURS, NumberWishes(), store=desk.store, now=NOW)
    for body in ("Hello", "STOP", "HELP"):
        sid = await desk.text(body, sender=_OURS)
        assert (await desk.store.messages.find(sid) or {})["answer"] == ""
        assert (await desk.trace(sid)).steps[0].details == {"reason": "from a number of ours"}


async def test_nothing_is_kept_of_the_words(desk: Desk, texter: _Texter) -> None:
    """I61, I70: what a loop is known by holds no words, lapses in an hour, and goes when its texter is forgotten."""
    await texter.run_into_the_brake()
    (name,) = await desk.store.connection.keys("tg:rally:*")
    kept = await desk.store.connection.read_hash(name)
    assert "driving" not in str(kept).lower()
    assert 0 < await desk.store.connection.pttl(name) <= 3_600_000
    await forget_texter(await read_person(PhoneNumber(TEXTER), store=desk.store, pepper=PEPPER), store=desk.store)
    assert await desk.store.connection.keys("tg:rally:*") == []
