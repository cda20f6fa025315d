"""Which texts show that two programs text each other, and which are a person's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.loop import Heard, Rally, find_loop, make_print
from tests.domain.values import a_text
from tests.examples import NOW

_LINES = (
    "Hello there",
    "I would like a table for two people, tonight at eight if that can be done, please, by the window",
    "ok",
    "And do you have something without gluten? My friend can't have any of it, and neither can her sister",
    "Great, thanks a lot! What is your address, and is there a place to park a car or two near to you",
)
_DRIVING = (
    "I am driving",
    "I\u2019m driving with Do Not Disturb While Driving turned on. I\u2019ll see your message when I get there.",
    "I'm currently driving. Sent from my car.",
    "Auto-reply: I am in a meeting.",
    "This is an automated response.",
    "Automatic reply: I am out of office until Monday.",
    "This mailbox is not monitored.",
    "Respuesta automática: estoy conduciendo.",
    "Réponse automatique : je conduis.",
)
_PEOPLE = ("I was driving all day", "My reply is automatic by now", "Are you out?", "Do not disturb my sister", "ok")


def converse(
    texts: int,
    seconds: float,
    words: Callable[[int], str],
    *,
    said: Callable[[int], str] = lambda turn: f"Reply {turn}",
) -> int | None:
    """Have a texter answer every reply so many seconds after their last text; gives the text that shows a loop."""
    heard: list[Heard] = []
    for turn in range(texts):
        rally = Rally(heard=tuple(heard), has_replied=turn > 0, said=make_print(said(turn - 1)))
        message = replace(a_text(words(turn)), received_at=NOW + timedelta(seconds=seconds * turn))
        heard.append(rally.hear(message))
        if find_loop(heard):
            return turn + 1
    return None


@pytest.mark.parametrize("seconds", [2, 2.5, 4, 10])
def test_a_quick_person(seconds: float) -> None:
    """I52: somebody who texts every two seconds for half a minute, and is answered each time, is no loop."""
    assert converse(15, seconds, lambda turn: _LINES[turn % len(_LINES)]) is None
    assert converse(15, seconds, lambda _: "next") is None


def test_a_person_who_repeats_a_question() -> None:
    """I52: somebody who asks the same five times, since they don't like the answer, is no loop."""
    assert converse(5, 20, lambda _: "What time do you close today?") is None


def test_a_burst_is_no_loop() -> None:
    """I52: texts that nothing was sent in between are nobody's answers, however many they are."""
    rally = Rally()
    heard = [rally.hear(a_text("Hello")) for _ in range(40)]
    assert find_loop(heard) is None


@pytest.mark.parametrize("seconds", [0.2, 0.5, 1, 1.3])
def test_a_race(seconds: float) -> None:
    """I52: whoever answers faster than anybody reads is a program, whatever it says: by the tenth text it is known."""
    assert converse(40, seconds, lambda turn: f"Thing {turn}") == 10


@pytest.mark.parametrize("seconds", [2, 5, 7])
def test_long_answers(seconds: float) -> None:
    """I52: ten long answers in a row, each within seconds, are typed by nobody."""
    found = converse(
        40, seconds, lambda turn: f"Answer {turn}: thank you very much for your message, how may I help you today?"
    )
    assert found == 11


@pytest.mark.parametrize("words", _DRIVING)
@pytest.mark.parametrize("seconds", [1.5, 60])
def test_automatic_replies(words: str, seconds: float) -> None:
    """I52: what phones and mailboxes say by themselves is a loop at the third answer to us."""
    assert converse(10, seconds, lambda _: words) == 4


@pytest.mark.parametrize("words", _PEOPLE)
def test_words_of_people(words: str) -> None:
    """Words that only sound like an automatic reply are a person's."""
    assert Rally().hear(a_text(words)).is_automatic is False


@pytest.mark.parametrize("seconds", [1.5, 25])
def test_the_same_over_and_over(seconds: float) -> None:
    """I52: the same sentence in answer to everything is a loop at the sixth answer, a short word at the twentieth."""
    assert converse(30, seconds, lambda _: "Thank you for contacting us. We will be in touch!") == 7
    assert converse(30, seconds, lambda _: "Busy") == 21


def test_an_echo() -> None:
    """I52: our own words sent back three times are a loop, whatever became of case and marks on the way."""
    found = converse(10, 30, lambda turn: f"REPLY  {turn - 1}!", said=lambda turn: f"Reply {turn}.")
    assert found == 4


def test_a_person_talks_for_hours() -> None:
    """I52: a long talk at a person's pace never becomes a loop."""
    assert converse(300, 9, lambda turn: f"{_LINES[turn % len(_LINES)]} {turn}") is None


def test_a_streak() -> None:
    """I52: short answers without a pause, one every four seconds, are stopped within three minutes."""
    assert converse(100, 4, lambda turn: f"Bye {turn}") == 41


def test_what_is_old_does_not_count() -> None:
    """I52: the same sentence once an hour is a reminder, and no loop."""
    assert converse(30, 3600, lambda _: "Please send me the weather report of today") is None
