"""How phrases are written that ask whether a person or a machine answers, and how texters misspell their words.

Words are folded as symbols.py does it: lower case, no accents, apostrophes gone (`youre`) or split where French elides
(`c est`), hyphens too (`es tu`). Every gap is bounded and of known words, so that looking for a phrase stays linear.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Phrasings(NamedTuple):
    """How one language asks."""

    always: re.Pattern[str]
    """What asks with or without a question mark."""
    asked: re.Pattern[str]
    """What asks with one."""
    choice: re.Pattern[str]
    """What asks in a sentence of few words."""
    quoting: re.Pattern[str]
    """What speaks of the words, and does not ask them."""


def either(alternatives: str) -> str:
    """Match one of some alternatives, which stand apart by white space; `_` is a space in them."""
    return f"(?:{'|'.join(alternatives.split())})".replace("_", " ")


def some(words: str, *, most: int) -> str:
    """Match up to so many of some words, each with the space behind it."""
    return rf"(?:{either(words)} ){{0,{most}}}"


def before(words: str) -> str:
    """Match where a sentence ends, or goes on with one of some words: "a real person?", but not "a real person's"."""
    return rf"(?= *$| {either(words)}\b)"


def pattern(*phrases: str) -> re.Pattern[str]:
    """Compile phrases that begin with a word."""
    return re.compile("|".join(rf"\b{phrase}" for phrase in phrases))


def _slips(word: str) -> Iterator[str]:
    """Write a word with one slip: a letter left out, doubled or swapped, or a wrong vowel."""
    for index in range(1, len(word)):
        head, here, tail = word[:index], word[index], word[index + 1 :]
        yield head + tail
        yield head + here + here + tail
        yield head[:-1] + here + head[-1] + tail
        if here in "aeiou":
            yield from (head + vowel + tail for vowel in "aeiou")


_MISSPELT = ("human", "robot", "person", "automated", "machine", "chatbot", "personne", "humain", "persona", "humano")
_OTHER_WORDS = {*_MISSPELT, "root", "humana", "rabot"}
"""What a slip may make, and what is a word of its own."""
SLIPS: Mapping[str, str] = {slip: word for word in _MISSPELT for slip in _slips(word) if slip not in _OTHER_WORDS}
_SPELLINGS = """
    u=you ya=you yu=you yuo=you yall=you r=are arent=are aint=are ru=are_you ur=your yr=your youre=you_are isnt=is
    im=i_am whos=who_is thats=that_is theres=there_is tlking=talking talkin=talking 2=to w=with ppl=people robo=robot
    bots=bot robots=robot chatbots=chatbot rovot=robot rebot=robot makina=maquina ers=eres ablo=hablo vs=vous
    qqn=quelquun esque=est_ce_que esk=est_ce_que cest=c_est tes=t_es
"""
SPELLINGS: Mapping[str, str] = {
    written: meant.replace("_", " ") for written, meant in (entry.split("=") for entry in _SPELLINGS.split())
}
