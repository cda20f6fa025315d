"""Topics: a texter may begin a new one, and the agent is not shown any more what was said before.

Nothing is erased: the history keeps a mark where each topic begins. Over the API nobody begins one: a `user_ref` does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile, groupby

from gateway.domain.conversation import Channel, Role, Utterance, join_texts
from gateway.domain.honesty import Language
from gateway.domain.set_phrases import find_phrase
from gateway.domain.turn import Turn

# no word here answers a question of its own accord, as "reset" or "again" would
_PHRASES = {
    Language.ENGLISH: (
        *("newtopic", "newsubject", "newchat", "newconversation", "startover", "letsstartover"),
        *("startanewtopic", "startanewchat", "startanewconversation", "startnewchat"),
    ),
    Language.SPANISH: ("nuevotema", "nuevaconversacion", "nuevochat", "empezardenuevo", "empecemosdenuevo"),
    Language.FRENCH: ("nouveausujet", "nouvelleconversation", "nouvellediscussion", "nouveauchat"),
}
_LANGUAGES = {phrase: language for language, phrases in _PHRASES.items() for phrase in phrases}
_BEGUN = {
    Language.ENGLISH: "OK, a new topic. What was said before is left aside. How can I help?",
    Language.SPANISH: "De acuerdo, nuevo tema. Lo dicho antes queda aparte. En que le ayudo?",
    Language.FRENCH: "D'accord, nouveau sujet. On laisse ce qui a été dit avant. Je vous écoute.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A new topic, begun by one of a turn's texts."""

    language: Language
    about: Turn
    """The turn with none but the texts that came after it, which are what it is about."""


def find_beginning(turn: Turn) -> Beginning | None:
    """Find the last new topic that a turn's texts begin."""
    if turn.conversation.channel is not Channel.SMS:
        return None
    for index in range(len(turn.heard) - 1, -1, -1):
        language = _find_phrase(turn.heard[index])
        if language:
            later = tuple(turn.fresh[index + 1 :])
            return Beginning(language=language, about=replace(turn, waiting=later, stale=frozenset()))
    return None


def topic_text(language: Language) -> str:
    """Word the acknowledgement of a new topic that nothing has been said about yet."""
    return _BEGUN[language]


def tell_texts(turn: Turn) -> tuple[Utterance, ...]:
    """Tell what the history grows by of a turn's texts: one utterance, or one for each topic that they are about."""
    if turn.conversation.channel is not Channel.SMS:
        return (Utterance(role=Role.USER, text=join_texts(turn.told)),)
    return tuple(_tell_topics(turn)) or (Utterance(role=Role.USER, text=""),)


def _tell_topics(turn: Turn) -> Iterator[Utterance]:
    texts = zip(turn.heard, turn.told, strict=True)
    for begins, group in groupby(texts, key=lambda text: _find_phrase(text[0]) is not None):
        yield Utterance(role=Role.USER, text=join_texts([told for _, told in group]), begins_topic=begins)


def current_topic(history: Sequence[Utterance]) -> Sequence[Utterance]:
    """Tell what was said since the last topic was begun, without the words that begin it and acknowledge it."""
    begins = max((index for index, said in enumerate(history) if said.begins_topic), default=-1)
    if begins < 0:
        return history
    return tuple(dropwhile(lambda said: said.role is Role.ASSISTANT, history[begins + 1 :]))


def _find_phrase(text: str) -> Language | None:
    return find_phrase(text, _LANGUAGES)
