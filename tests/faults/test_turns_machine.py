"""Anything in any order: texts, repeats, STOP and START, a model and a Twilio that fail, crashes of workers and Redis.

Hypothesis draws the stories; real processes act in them; every rule of the house is checked once the gateway is quiet.
The normal run tells the same few stories each time. For a long run with new ones name how many:
`TURNS_MACHINE_STORIES=60 pytest tests/faults/test_turns_machine.py -s`; each story is summed up
in a line, and one that fails is printed step by step.
"""

import os
import sys
from collections.abc import Iterator
from typing import cast

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from gateway.domain.compliance import Voice, start_text, stop_text
from gateway.domain.phone import PhoneNumber
from tests.faults.books import check_books
from tests.faults.reckoning import Reckoning
from tests.faults.stage import Stage
from tests.faults.texting import texter
from tests.journeys.gateway import Gateway, running_gateway
from tests.journeys.stand_ins import Fields

_STORIES = int(os.environ.get("TURNS_MACHINE_STORIES", "0"))
_MOST_TEXTERS = 3
_TEXTERS = st.sampled_from([texter(number) for number in range(_MOST_TEXTERS)])
_MOMENTS = st.sampled_from(["now", "when the model is asked", "when a reply goes out"])
_VOICE = Voice(brand="Corner Cafe", help_contact="help@cafe.example")
_SILENCE = '<?xml version="1.0" encoding="UTF-8"?><Response />'
_FAULTS: dict[str, Fields] = {
    "busy": {"status": 429, "code": 20429},
    "dropped after it was taken": {"accept": True, "drop": True},
    "dropped before it was taken": {"drop": True},
    "an error after it was taken": {"accept": True, "status": 500},
    "slow": {"seconds": 1.5},
}
_WORKER_CRASHES, _REDIS_CRASHES, _FAULTY_SPELLS = 2, 2, 3


class TurnsUnderFaults(RuleBasedStateMachine):
    """Three texters, two web processes, two workers, one Redis; and what befalls them."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__()
        self.stage = Stage(gateway)
        self.stage.clear()

    @initialize()
    def everyone_texts(self) -> None:
        """Every story begins with something to answer."""
        for number in range(_MOST_TEXTERS):
            self.stage.text(texter(number))

    @rule(who=_TEXTERS, texts=st.integers(1, 3))
    def text(self, who: PhoneNumber, texts: int) -> None:
        """Someone texts, perhaps several times in a row; who is out opts in before."""
        self._come_in(who)
        for _ in range(texts):
            assert self.stage.text(who).answer == _SILENCE

    @rule(who=_TEXTERS)
    def text_twice_at_once(self, who: PhoneNumber) -> None:
        """The same text arrives at both web processes at the same moment."""
        self._come_in(who)
        first, second = self.stage.text_twice(who)
        assert first.answer == second.answer == _SILENCE

    def _come_in(self, who: PhoneNumber) -> None:
        if self.stage.consents.is_out(who):
            assert self.stage.start(who).answer == _twiml(start_text(_VOICE))

    @precondition(lambda self: self.stage.texts)
    @rule(which=st.integers(0, 1000))
    def repeat(self, which: int) -> None:
        """Any earlier text arrives once more, and meets with the very same bytes (I2, I4)."""
        text = self.stage.texts[which % len(self.stage.texts)]
        assert self.stage.repeat(text) == text.answer

    @rule(who=_TEXTERS, moment=_MOMENTS)
    def stop(self, who: PhoneNumber, moment: str) -> None:
        """Someone texts and then opts out, twice: one confirmation, in the webhook's answer, then silence (I23)."""
        self.text(who, 1)
        self.stage.reach(moment)
        assert self.stage.stop(who).answer == _twiml(stop_text(_VOICE))
        assert self.stage.stop(who).answer == _SILENCE
        assert self.stage.text(who).answer == _SILENCE

    @rule(mood=st.sampled_from(["ok", "slow", "fails"]))
    def change_model(self, mood: str) -> None:
        """The model changes its ways."""
        self.stage.change_model(mood)

    @precondition(lambda self: self.stage.faulty_spells < _FAULTY_SPELLS)
    @rule(who=_TEXTERS, names=st.lists(st.sampled_from(sorted(_FAULTS)), min_size=1, max_size=2))
    def trouble_twilio(self, who: PhoneNumber, names: list[str]) -> None:
        """The next parts meet with faults."""
        self.stage.trouble_twilio([_FAULTS[name] for name in names])
        self.text(who, 1)

    @precondition(lambda self: self.stage.worker_crashes < _WORKER_CRASHES)
    @rule(who=_TEXTERS, which=st.integers(0, 1), moment=_MOMENTS)
    def crash_worker(self, who: PhoneNumber, which: int, moment: str) -> None:
        """A worker is killed while a text is being answered, and replaced by another."""
        self.text(who, 1)
        self.stage.crash_worker(which, moment)

    @precondition(lambda self: self.stage.redis_crashes < _REDIS_CRASHES)
    @rule(who=_TEXTERS, moment=_MOMENTS)
    def crash_redis(self, who: PhoneNumber, moment: str) -> None:
        """Redis is killed and comes back with all it acknowledged, while a text is on its way."""
        self._come_in(who)
        self.stage.crash_redis(who, moment)

    @rule(moment=_MOMENTS)
    def pause(self, moment: str) -> None:
        """Nothing happens for a moment."""
        self.stage.reach(moment)

    def teardown(self) -> None:
        """Once everything is quiet, hold the account against the rules."""
        try:
            self.stage.come_to_rest()
            account = self.stage.reckon()
            sys.stdout.write(f"{self.stage.summary(account)}\n")
            self._check(account)
        finally:
            self.stage.close()

    def _check(self, account: Reckoning) -> None:
        assert account.lost() == [], "every text is answered or accounted for (I1, I33, I38)"
        assert account.doubled() == [], "no text is answered twice (I2, I46)"
        assert account.out_of_order() == [], "replies come in the order of the texts (I37)"
        self.stage.check_outcomes(account)
        self.stage.check_model_calls()
        self.stage.check_consents(account)
        check_books(self.stage.redis, account.messages)


def _twiml(text: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response><Message>{text.replace("&", "&amp;")}</Message></Response>'


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Processes of this module's own: it kills them."""
    with running_gateway(Gateway(tmp_path_factory.mktemp("machine"))) as running:
        running.add_worker()
        yield running


@pytest.mark.timeout(600 + 60 * _STORIES)
def test_any_story_ends_well(gateway: Gateway) -> None:
    """Whatever befalls whom: no text is lost, doubled or out of order, and a STOP is heeded (I1, I2, I19, I33, I37)."""
    run_state_machine_as_test(
        cast(type[RuleBasedStateMachine], lambda: TurnsUnderFaults(gateway)),  # any factory will do
        settings=settings(
            max_examples=_STORIES or 5,
            stateful_step_count=60 if _STORIES else 30,
            derandomize=not _STORIES,
            deadline=None,
            database=None,
            # a story takes seconds and its timing is never quite the same, so shrinking it leads nowhere
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
