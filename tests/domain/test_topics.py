"""Topics: which texts begin one, and what an agent is shown since."""

import pytest

from gateway.domain.conversation import Role, Utterance
from gateway.domain.honesty import Language
from gateway.domain.segment import count_segments, is_gsm
from gateway.domain.set_phrases import find_phrase
from gateway.domain.topic import _LANGUAGES, current_topic, topic_text

_SAID = Utterance(role=Role.USER, text="one")
_ANSWERED = Utterance(role=Role.ASSISTANT, text="two")
_BEGUN = Utterance(role=Role.USER, text="new topic", begins_topic=True)


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("new topic", Language.ENGLISH),
        ("NEW TOPIC!", Language.ENGLISH),
        ("New topic, please", Language.ENGLISH),
        ("start over", Language.ENGLISH),
        ("Let's start over.", Language.ENGLISH),
        ("new chat", Language.ENGLISH),
        ("Nuevo tema", Language.SPANISH),
        ("nueva conversaci\u00f3n", Language.SPANISH),
        ("Nouveau sujet !", Language.FRENCH),
        ("new topic: pizza", None),
        ("can we start over with the order", None),
        ("delete the draft and start over", None),
        ("new topic, forget that", None),
        ("reset", None),
        ("again", None),
        ("new", None),
        ("over", None),
        ("sujet", None),
    ],
)
def test_a_new_topic_is_a_whole_text(body: str, language: Language | None) -> None:
    """A text begins a new topic by a set phrase alone; a sentence that holds one goes to the agent."""
    assert find_phrase(body, _LANGUAGES) is language


@pytest.mark.parametrize("language", list(Language))
def test_the_acknowledgement_is_cheap(language: Language) -> None:
    """I31: a new topic is acknowledged in one segment of plain letters."""
    assert (is_gsm(topic_text(language)), count_segments(topic_text(language))) == (True, 1)


@pytest.mark.parametrize(
    ("history", "shown"),
    [
        ([], []),
        ([_SAID, _ANSWERED], [_SAID, _ANSWERED]),
        ([_SAID, _ANSWERED, _BEGUN, _ANSWERED], []),
        ([_SAID, _BEGUN, _ANSWERED, _SAID, _ANSWERED], [_SAID, _ANSWERED]),
        ([_BEGUN, _SAID, _BEGUN, _SAID], [_SAID]),
        ([_ANSWERED, _SAID], [_ANSWERED, _SAID]),
    ],
)
def test_what_an_agent_is_shown(history: list[Utterance], shown: list[Utterance]) -> None:
    """Of a history, what was said since the last new topic, without its acknowledgement."""
    assert list(current_topic(history)) == shown
