"""Receipts: what they make of a part, in every order and however often they come."""

from itertools import pairwise, permutations, product

import pytest

from gateway.domain.receipt import Delivery, Word, find_last, judge_delivery, judge_reply
from gateway.domain.turn import PartState

SENT, DELIVERED, READ = Word(status="sent"), Word(status="delivered"), Word(status="read")
UNDELIVERED, FAILED = Word(status="undelivered", error_code=30003), Word(status="failed", error_code=30008)
QUEUED, SENDING, STRANGE = Word(status="queued"), Word(status="sending"), Word(status="brand_new_state")
WORDS = (SENT, DELIVERED, UNDELIVERED, FAILED, READ, QUEUED, SENDING, STRANGE)
TERMINAL = {DELIVERED, UNDELIVERED, FAILED, READ}


def _expected(words: set[Word]) -> Word | None:
    """What a person would say who knows all the words, and nothing of their order."""
    for word in (READ, DELIVERED, UNDELIVERED, FAILED, SENT, SENDING, QUEUED):
        if word in words:
            return word
    return None


def test_every_order() -> None:
    """I51: all eight words in each of their orders come to the same."""
    assert {find_last(order) for order in permutations(WORDS)} == {READ}


def test_every_sequence_with_duplicates() -> None:
    """I51: each sequence of five words, repetitions among them, comes to what its words say without their order."""
    for order in product(WORDS, repeat=5):
        assert find_last(order) == _expected(set(order)), order


def test_last_words_stay() -> None:
    """I51: once a last word is there, no later word takes a part back to being under way, or from arrived to lost."""
    for order in product(WORDS, repeat=4):
        states = [find_last(order[:end]) for end in range(5)]
        for before, after in pairwise(states):
            assert before not in TERMINAL or after in TERMINAL, order
            assert before not in {DELIVERED, READ} or after in {DELIVERED, READ}, order


@pytest.mark.parametrize("words", [(), (STRANGE,)], ids=["none", "an unknown one"])
@pytest.mark.parametrize("state", PartState)
def test_before_the_first_word(state: PartState, words: tuple[Word, ...]) -> None:
    """I51: until Twilio has said something that we can place, a part is as we know it."""
    assert judge_delivery(0, state, words) == Delivery(part=0, status=state.value)


def test_refused_at_once() -> None:
    """I48: a part that Twilio refused says with which code, in words."""
    delivery = judge_delivery(1, PartState.FAILED, (), 21211)
    assert delivery.sentence == "failed: 21211, the texter's number is not valid"


def test_in_words() -> None:
    """A delivery tells status, code and meaning; one that went well, its status alone."""
    lost = judge_delivery(0, PartState.SENT, [SENT, UNDELIVERED])
    assert lost.sentence.startswith("undelivered: 30003, the phone can't be reached")
    assert lost.describe() == {
        "status": "undelivered",
        "error_code": 30003,
        "meaning": "the phone can't be reached: off, without service, or not able to get texts",
    }
    assert judge_delivery(0, PartState.SENT, [DELIVERED, SENT]).describe() == {"status": "delivered"}


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (("delivered", "delivered"), "delivered"),
        (("delivered", "sent"), "sent"),
        (("delivered", "queued", "sent"), "queued"),
        (("read", "delivered"), "delivered"),
        (("delivered", "undelivered", "sent"), "undelivered"),
        (("delivered", "cancelled"), "cancelled"),
        (("delivered", "unknown"), "unknown"),
    ],
)
def test_reply(statuses: tuple[str, ...], expected: str) -> None:
    """A reply has come as far as the part of it that came least far."""
    deliveries = [Delivery(part=part, status=status) for part, status in enumerate(statuses)]
    found = judge_reply(deliveries)
    assert found is not None
    assert found.status == expected


def test_no_reply() -> None:
    """A turn without parts has no delivery."""
    assert judge_reply([]) is None
