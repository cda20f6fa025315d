"""Words on consent in any order, on a real Redis and through the real deeds, held against a model in plain Python.

Hypothesis draws the stories: texts of every kind, repeats, Twilio's blocks, operators who speak for a texter, hand over
numbers and say who answers keywords, scopes, erasure. After every step the store has to stand where the model stands.
`LEDGER_MACHINE_STORIES=2000 pytest tests/adapters/test_ledger_machine.py` tells new stories instead of the usual ones.
"""

import os
from collections.abc import Iterator
from typing import cast

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from gateway.domain.consent import ConsentState, Scope
from gateway.domain.number import Keywords, Policy
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from tests.adapters.consent_model import EVERYWHERE
from tests.adapters.consent_stage import ACCOUNTS, NUMBERS, TEXTERS, ConsentStage, running_stage
from tests.adapters.text_kinds import DOUBT, JOIN, KINDS, START, STOP, STOP_WORD, TALK, Kind

_STORIES = int(os.environ.get("LEDGER_MACHINE_STORIES", "0"))
_WHO, _NUMBER = st.sampled_from(TEXTERS), st.sampled_from(NUMBERS)
_STOP_WORDS = st.sampled_from([(), (STOP_WORD,)])
_WORD = st.sampled_from([ConsentState.IN, ConsentState.OUT])


class ConsentLedger(RuleBasedStateMachine):
    """Two texters, three numbers, two accounts."""

    def __init__(self, stage: ConsentStage) -> None:
        super().__init__()
        self.stage = stage
        stage.begin()

    @rule(who=_WHO, number=_NUMBER, kind=st.sampled_from(KINDS))
    def text(self, who: PhoneNumber, number: PhoneNumber, kind: Kind) -> None:
        """Somebody texts."""
        self.stage.text(who, number, kind)

    @rule(who=_WHO, number=_NUMBER, kinds=st.lists(st.sampled_from(KINDS), min_size=2, max_size=4))
    def text_on(self, who: PhoneNumber, number: PhoneNumber, kinds: list[Kind]) -> None:
        """Somebody texts several times in a row."""
        for kind in kinds:
            self.stage.text(who, number, kind)

    @rule(who=_WHO, number=_NUMBER, word=st.sampled_from([kind for kind in KINDS if kind.means in ("stop", "start")]))
    def doubt_twice(self, who: PhoneNumber, number: PhoneNumber, word: Kind) -> None:
        """Somebody may mean to opt out, says a word, opts in, and may mean it again."""
        for kind in (DOUBT, word, START, DOUBT, DOUBT):
            self.stage.text(who, number, kind)

    @precondition(lambda self: self.stage.received)
    @rule(which=st.integers(0, 1000))
    def repeat(self, which: int) -> None:
        """Any earlier text comes once more: it is answered as before, and nothing changes (I4, I27)."""
        self.stage.repeat(which)

    @rule(who=_WHO, number=_NUMBER, stops=st.sampled_from(["", *NUMBERS, EVERYWHERE]))
    def send(self, who: PhoneNumber, number: PhoneNumber, stops: str) -> None:
        """A text is answered; between reply and fence the texter stops a number, or the operator all (I19, I27)."""
        self.stage.send(who, number, stops)

    @rule(who=_WHO, number=st.sampled_from([None, *NUMBERS]), state=_WORD)
    def speak_for(self, who: PhoneNumber, number: PhoneNumber | None, state: ConsentState) -> None:
        """An operator notes what a texter has told them."""
        self.stage.speak_for(who, number, state)

    @rule(who=_WHO, number=_NUMBER, scope=st.sampled_from(Scope))
    def reopen(self, who: PhoneNumber, number: PhoneNumber, scope: Scope) -> None:
        """An operator's START opens every number again that one STOP has closed, those never texted among them."""
        self.stage.reach(scope, is_later=False)
        self.stage.text(who, number, STOP)
        self.stage.speak_for(who, None, ConsentState.IN)

    @rule(who=_WHO, number=_NUMBER, is_old=st.booleans())
    def block(self, who: PhoneNumber, number: PhoneNumber, is_old: bool) -> None:  # noqa: FBT001 - Hypothesis passes it by name
        """Twilio says 21610 of a part, which was fenced long ago or this moment."""
        self.stage.block(who, number, is_old=is_old)

    @rule(who=_WHO, number=_NUMBER, is_old=st.booleans())
    def block_who_is_in(self, who: PhoneNumber, number: PhoneNumber, is_old: bool) -> None:  # noqa: FBT001
        """Twilio says 21610 of a part, which was fenced before or after the texter's START."""
        self.stage.text(who, number, START)
        self.stage.block(who, number, is_old=is_old)

    @rule(who=_WHO, number=_NUMBER, befalls=st.sampled_from(["nothing", "forgotten", "released"]))
    def join(self, who: PhoneNumber, number: PhoneNumber, befalls: str) -> None:
        """Somebody joins by a code; being forgotten, or a number that comes back, makes them a stranger again."""
        self.stage.change_number(number, Policy.CODE, Keywords.GATEWAY, ())
        for kind in (START, JOIN, TALK):
            self.stage.text(who, number, kind)
        if befalls == "forgotten":
            self.stage.forget(who)
        elif befalls == "released":
            self.stage.hand_over(number, ACCOUNTS[0])
            self.stage.change_number(number, Policy.CODE, Keywords.GATEWAY, ())
        self.stage.text(who, number, TALK)

    @rule(scope=st.sampled_from(Scope), is_later=st.booleans())
    def reach(self, scope: Scope, is_later: bool) -> None:  # noqa: FBT001
        """Opt-outs reach so far from now on, or from a later day on."""
        self.stage.reach(scope, is_later=is_later)

    @rule(number=_NUMBER, account=st.sampled_from(["", *ACCOUNTS]))
    def hand_over(self, number: PhoneNumber, account: str) -> None:
        """A number is released, and perhaps bound for an account, the same or another."""
        self.stage.hand_over(number, account)

    @rule(number=_NUMBER, policy=st.sampled_from(Policy), keywords=st.sampled_from(Keywords), words=_STOP_WORDS)
    def change_number(self, number: PhoneNumber, policy: Policy, keywords: Keywords, words: tuple[str, ...]) -> None:
        """An operator says anew who is answered on a number, and by whom keywords are."""
        self.stage.change_number(number, policy, keywords, words)

    @rule(who=_WHO)
    def forget(self, who: PhoneNumber) -> None:
        """A texter is forgotten on request."""
        self.stage.forget(who)

    @rule()
    def erase(self) -> None:
        """Years pass without a text, and every ledger is erased."""
        self.stage.erase()

    @invariant()
    def the_store_stands_where_the_model_stands(self) -> None:
        """Standings, their reasons and every row are the model's; ledgers only grow, without a gap."""
        self.stage.check()


@pytest.fixture(scope="module")
def stage(redis_server: Secret) -> Iterator[ConsentStage]:
    """Two customers on a real Redis, and a story that can begin again and again."""
    with running_stage(redis_server) as running:
        yield running


@pytest.mark.timeout(120 + 2 * _STORIES)
def test_consent_in_any_order(stage: ConsentStage) -> None:
    """I4, I19, I25, I26, I27, I32: whoever says what in whatever order, consent is what was said, and why is proved."""
    run_state_machine_as_test(
        cast(type[RuleBasedStateMachine], lambda: ConsentLedger(stage)),  # any factory will do
        settings=settings(
            max_examples=_STORIES or 30,
            stateful_step_count=25,
            derandomize=not _STORIES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
