"""What in an agent's words will not work by text: asking people for an answer that is a keyword.

"Reply YES to confirm or CANCEL to cancel": whoever answers CANCEL opts out, and the agent never hears it. "Reply STOP
to opt out" is as it should be. Words are read in English, Spanish and French; what is found is told, never refused.
"""

import re
import unicodedata
from collections.abc import Iterator

from gateway.domain.agent import Agent
from gateway.domain.compliance import Keyword, read_keyword
from gateway.domain.consent import ConsentState
from gateway.domain.honesty import find_gaps

_SENTENCE = re.compile(r"[^.!?;\n]{1,400}")
"""Longer ones are read in pieces: what is looked at twice stays bounded."""
_NEAR = 120
"""Characters before and after an asking that belong to it."""
_ASKING = re.compile(
    r"""(?ix) \b (?:
    (?: repl(?:y|ying) | respond(?:ing)? | answer(?:ing)? | text(?:ing)? | typ(?:e|ing) | send(?:ing)? | writ(?:e|ing)
      | say(?:ing)? | enter | confirm | ask (?: \s \w+ ){0,2} \s for
      | respond[ae]n? | responder | respondiendo | contest[ae]n? | contestar | escrib[ae]n? | escribir | escribiendo
      | envi[ae]n? | enviar | enviando | mand[ae]n? | mandar | di | dig[ae]n? | tecle[ae]n?
      | repond(?:s|ez|re|ant) | tap(?:e|ez|er|ant) | ecri(?:s|vez|re|vant) | envo(?:yez|yer|yant|ie) | di(?:s|tes)
    ) \b
    (?: \s+ (?: back | us | me | with | by | just | only | simply | the | a | an | single | one | word | either | text
      | of | clear | simple | plain | con | la | palabra | solo | una | nos | simplemente | par | avec | le | mot | nous
      | moi | juste | simplement | seulement | uniquement ) \b ){0,5} ) [\s:]+"""
)
"""A verb that asks for an answer, up to where the answer stands."""
_WORD = r"[A-Za-z]{2,12}(?:[ -](?i:out|all)\b)?"
_QUOTED = re.compile(rf"[\"'\u201c\u2018\u00ab*`(\[]+\s?({_WORD})[.!,]?\s?[\"'\u201d\u2019\u00bb*`)\]]+")
_CAPITALS = re.compile(
    # END, but not END OF SEASON
    r"([A-Z]{2,12}(?:[ -](?:OUT|ALL))?|\d{1,2})\b"
    r"(?!'| (?!(?:OR|AND|TO|IF|WHEN|FOR|NOW|AT|O|Y|OU|ET|PARA|POUR)\b)[A-Z]{2})"
)
_PLAIN = re.compile(rf"({_WORD})\b(?!')")
_NEXT = re.compile(r"(?:[,/]\s*|\b(?:or|and|o|u|y|ou|et)\s+)(?:(?:or|and|o|u|y|ou|et|a|the|with|con|par)\s+)?")
_LISTED = re.compile(r"\s*(?:,\s*(?:or\s)?|/|\s(?:or|o|u|ou)\s)\s*")
_TO_DO = re.compile(
    r"(?i)\s*to (?:confirm|cancel|accept|book|agree|continue|proceed|approve|reschedule|keep|order|pay)\b"
)
_GOES_ON = re.compile(
    r"(?i)\s*(?:$|[,)/]|(?:if|when|or|and|at|as|before|within|para|si|pour|o|ou|please)\b"
    r"|to (?:get|see|start|begin|end)\b)"
)
_PEOPLE = re.compile(
    r"""(?ix) \b (?: ask | tell | have | invite | instruct | require | prompt | remind | let | they | people
    | (?:customer|user|guest|client|caller|texter|patient)s? | pid[ae] | pideles? | diles? | clientes? | usuarios?
    | personas? | demandez? | invite[sz]? | gens ) \b"""
)
_NOT = re.compile(
    r"""(?ix) \b (?: never | not | avoid | without | cannot | \w+n't | dont | no | nunca | jamas | evita\w* | sin | ne
    | n' | jamais | evite[rz]? | sans ) \b (?! \s (?: forget | olvid\w+ | oubli\w+ ) | '? oubli\w+ )"""
)
_PURPOSES = {
    Keyword.STOP: re.compile(
        r"""(?ix) \b (?: opt (?:s|ed|ing)? [ -]? (?:\w+[ ])? out | to [ ] unsubscribe | unsubscribing | be [ ] removed
        | stop [ ] (?: receiving | getting | (?: (?:all|these|our|the|any|further) [ ])? (?:texts?|messages?|sms) )
        | (?: no [ ] more | end ) [ ] (?:texts|messages) | dar\w* [ ] de [ ] baja | no [ ] recibir
        | dejar [ ] de [ ] recibir | desuscrib\w+ | desabonn\w+ | desinscri\w+ | ne [ ] plus [ ] recevoir ) \b"""
    ),
    Keyword.HELP: re.compile(
        r"(?i)\bfor (?:\w+ )?(?:help|info\w*|support|assistance)|\b(?:ayuda|informacion|aide|infos)\b"
    ),
    Keyword.START: re.compile(r"(?i)\bopt(?:ing)?[ -]?(?:back )?[ -]?in\b|\b(?:resubscribe|subscribe|resume|rejoin)\b"),
}
"""What keywords are for: naming one beside its purpose is as it should be."""
_IS = {
    Keyword.STOP: "an opt-out keyword: whoever answers so gets no more texts",
    Keyword.START: "an opt-in keyword",
    Keyword.HELP: "the keyword for help",
}


def find_warnings(agent: Agent) -> tuple[str, ...]:
    """Tell, in sentences for people, what in an agent's words will not work as its developer may think."""
    texting = agent.texting
    said = (agent.system_prompt, texting.disclosure, texting.apology, texting.refusal)
    return (*find_flags(*said), *find_gaps(texting.disclosure))


def find_flags(*texts: str) -> tuple[str, ...]:
    """Tell which keywords an agent's words ask people to answer with, each once, and what to ask for instead."""
    words = dict.fromkeys(word for text in texts for word in _find_words(text))
    return tuple(
        f"It asks people to answer {word}. That is {_IS[keyword]}; the gateway or the carrier takes it, "
        "and the agent may never hear it. Ask for 1 or 2, or OK, instead."
        for word in words
        if (keyword := _read(word))
    )


def _find_words(text: str) -> Iterator[str]:
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    for sentence in _SENTENCE.findall(plain.replace("\u2019", "'")):
        for asking in _ASKING.finditer(sentence):
            if not _NOT.search(_clause(sentence, asking.start())):
                yield from _find_answers(sentence, asking)


def _clause(sentence: str, end: int) -> str:
    """Tell what stands before an asking, in its own part of the sentence."""
    return sentence[max(0, end - _NEAR) : end].rpartition(",")[2]


def _find_answers(sentence: str, asking: re.Match[str]) -> Iterator[str]:
    """Find the keywords that are asked for, but for those that do what they are for."""
    before = sentence[max(0, asking.start() - _NEAR) : asking.start()]
    rest = sentence[asking.end() : asking.end() + _NEAR]
    found = _read_marked(rest) if _marked(rest, 0) else _read_plain(before, rest)
    for word in found:
        keyword = _read(word)
        if keyword and not _serves(keyword, word, sentence):
            yield word.upper()


def _read_marked(rest: str) -> Iterator[str]:
    """Read words in capitals, in quotation marks or figures: the first, and each that stands beside it as a choice."""
    places = [0, *(choice.end() for choice in _NEXT.finditer(rest))]
    return (found[1] for place in places if (found := _marked(rest, place)))


def _marked(rest: str, place: int) -> re.Match[str] | None:
    return _QUOTED.match(rest, place) or _CAPITALS.match(rest, place)


def _read_plain(before: str, rest: str) -> list[str]:
    """Read words like all others, where it is people who are to say them: "ask them to answer yes or no"."""
    words, place = [], 0
    while found := _PLAIN.match(rest, place):
        words.append(found[1])
        separator = _LISTED.match(rest, found.end())
        place = found.end()
        if not separator:
            break
        place = separator.end()
    is_meant = _TO_DO.match(rest, place) or (_PEOPLE.search(before) and _GOES_ON.match(rest, place))
    return words if is_meant else []


def _serves(keyword: Keyword, word: str, sentence: str) -> bool:
    """Tell whether a keyword is named for what it does: STOP to opt out, HELP for help."""
    return word.upper() != "YES" and _PURPOSES[keyword].search(sentence.replace(word, " ", 1)) is not None


def _read(word: str) -> Keyword | None:
    return read_keyword(word, ConsentState.OUT)
