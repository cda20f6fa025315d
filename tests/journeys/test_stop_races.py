"""STOP against a reply of five parts, at every moment of it: what has not left by then never does."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.domain.consent import ConsentState, Scope, Source
from gateway.domain.number import Keywords
from gateway.domain.phone import PhoneNumber
from tests.examples import TEXTER
from tests.journeys.gateway import Gateway
from tests.journeys.lines import Mode, open_line
from tests.journeys.processes import wait_until
from tests.journeys.questions import CONFIRMATION, PARTS, Question
from tests.setting_up import QUIET, Customer

_SISTER = PhoneNumber("+12025550171")
_MISTAKEN = Mode(number=PhoneNumber("+12025550172"), keywords=Keywords.GATEWAY, switches=("keyword_handling",))
_BUSY = {"code": 20429, "status": 429}
_SLOWLY, _VERY_SLOWLY = {"seconds": 0.15}, {"seconds": 1.5}
_MOMENTS = [
    *[("id", ""), ("part:0", "")],
    *[(f"part:{part}", state) for part in range(5) for state in ("sending", "sent")],
]
"""How far a turn has come, as its record shows it."""
_TIMES = 2


@pytest.fixture
def customer(gateway: Gateway) -> Iterator[Customer]:
    """A customer whose agent answers at once, in five parts."""
    made = gateway.set_up_customer(replace(QUIET, gather_ms=0))
    gateway.model.behave(reply="".join(PARTS))
    yield made
    gateway.phone.fail_next()


def test_stop_at_any_moment(gateway: Gateway, customer: Customer) -> None:
    """I19: whenever a STOP comes, nothing is fenced after it, and what is queued is cancelled, each part by name."""
    moments = _MOMENTS * _TIMES
    gateway.phone.fail_next(*[_SLOWLY] * (len(moments) * len(PARTS)))

    def stop_at(each: int) -> int:
        question = Question(gateway=gateway, texter=PhoneNumber(f"+1202555{3000 + each}"))
        question.wait_for(*moments[each])
        question.stop()
        question.wait_for_end()
        assert question.confirmations() == [CONFIRMATION]
        return question.out()

    with ThreadPoolExecutor(len(moments)) as pool:
        went_out = list(pool.map(stop_at, range(len(moments))))
    assert 5 in went_out
    assert any(0 < out < 5 for out in went_out), went_out


def test_stop_while_a_part_is_posted(gateway: Gateway, customer: Customer) -> None:
    """I19: the part whose POST is under way arrives, alone: none of those behind it follows."""
    for under_way in (0, 2, 4):
        gateway.phone.fail_next(*[{"seconds": 0}] * under_way, _VERY_SLOWLY)
        question = Question(gateway=gateway, texter=PhoneNumber(f"+1202555310{under_way}"))
        question.wait_for(f"part:{under_way}", "sending")
        question.stop()
        question.wait_for_end()
        assert question.out() == under_way + 1
        assert question.confirmations() == [CONFIRMATION]


def test_stop_while_texts_wait(gateway: Gateway, customer: Customer) -> None:
    """I19: a STOP during the model call ends that turn and the texts that wait behind it, which no model hears."""
    gateway.model.behave(gate="closed")
    question = Question(gateway=gateway, texter=TEXTER)
    wait_until(lambda: gateway.model.has_calls(1))
    waiting = [gateway.phone.text(f"And {number}?") for number in range(5)]
    question.stop()
    gateway.model.behave(reply="".join(PARTS))
    wait_until(lambda: gateway.has_outcome(waiting[-1], "opted_out") and gateway.is_idle())
    assert question.out() == 0
    assert {gateway.read_trace(sid).outcome for sid in waiting} == {"opted_out"}
    assert len(gateway.model.calls()) == 1
    assert gateway.phone.received() == [CONFIRMATION]


def test_stop_while_twilio_is_busy(gateway: Gateway, customer: Customer) -> None:
    """I19, I47: a STOP between two tries ends the trying: the next one asks for consent anew."""
    gateway.phone.fail_next(*[_BUSY] * 4)
    question = Question(gateway=gateway, texter=TEXTER)
    wait_until(lambda: "part.pending" in question.steps())
    question.stop()
    question.wait_for_end()
    assert question.out() == 0
    assert gateway.phone.received() == [CONFIRMATION]


def test_stop_while_a_part_is_in_doubt(gateway: Gateway, customer: Customer) -> None:
    """I19, I46: a STOP while a part is looked for: it counts as sent if Twilio has it, else it is not sent again."""
    gateway.phone.fail_next({"drop": True})
    lost = Question(gateway=gateway, texter=TEXTER)
    lost.wait_for("part:0", "unknown")
    gateway.phone.fail_next({"drop": True, "accept": True})
    taken = Question(gateway=gateway, texter=PhoneNumber("+12025553201"))
    taken.wait_for("part:0", "unknown")
    for question in (lost, taken):
        question.stop()
        assert question.has_come_to("part:0", "unknown")
    for question, out in ((lost, 0), (taken, 1)):
        question.wait_for_end()
        assert question.out() == out
        assert question.confirmations() == [CONFIRMATION]


def test_stop_to_a_sister_number(gateway: Gateway, customer: Customer) -> None:
    """I19, I32: where opt-outs reach a whole account, a STOP to one of its numbers cancels what another one queued."""
    open_line(Mode(number=_SISTER, keywords=Keywords.GATEWAY), customer, gateway, texter=TEXTER)
    gateway.look(lambda store: store.consents.set_scope(Scope.ACCOUNT, datetime(2026, 1, 1, tzinfo=UTC)))
    gateway.phone.fail_next({"seconds": 0}, _VERY_SLOWLY)
    question = Question(gateway=gateway, texter=TEXTER)
    question.wait_for("part:1", "sending")
    question.stop(number=_SISTER)
    question.wait_for_end()
    assert question.out() == 2
    assert question.confirmations() == [CONFIRMATION]


def test_stop_that_only_twilio_heard(gateway: Gateway, customer: Customer) -> None:
    """I26: where Twilio blocks on its own and its webhook failed, 21610 opts out here, and nothing is tried again."""
    line = open_line(_MISTAKEN, customer, gateway, texter=TEXTER)
    gateway.phone.own(_MISTAKEN.number, sms_url="", keyword_handling=True)
    gateway.phone.text_unheard("STOP", texter=TEXTER, number=_MISTAKEN.number)
    open_line(_MISTAKEN, customer, gateway, texter=TEXTER)
    sid = line.text("Hello")
    wait_until(lambda: gateway.has_outcome(sid, "opted_out") and gateway.is_idle())
    assert [row.source for row in line.ledger()] == [Source.FIRST_TEXT, Source.CARRIER_BLOCK]
    steps = gateway.read_trace(sid).steps
    assert [step.name for step in steps].count("part.fenced") == 1
    assert line.is_unheard("Are you there?")
    assert line.answerers() == ["twilio"]


def test_stop_that_twilio_blocks_as_well(gateway: Gateway, customer: Customer) -> None:
    """I19, I26: with Twilio's handling left on by mistake a STOP is confirmed by Twilio alone, and still holds here."""
    line = open_line(_MISTAKEN, customer, gateway, texter=TEXTER)
    with gateway.model.thinking():
        sid = line.text("Hello")
        wait_until(lambda: gateway.model.has_calls(1))
        line.text("STOP")
    wait_until(lambda: gateway.has_outcome(sid, "opted_out") and gateway.is_idle())
    assert line.answerers() == ["twilio"]
    assert [(row.state, row.source) for row in line.ledger()][1:] == [(ConsentState.OUT, Source.KEYWORD)]
    assert "part.fenced" not in [step.name for step in gateway.read_trace(sid).steps]
