"""Who answers STOP, START and HELP before the application can, and whom that blocks: pure rules.

Twilio, by default: whole messages only, in any case (help article "Twilio support for opt-out keywords", 223134027;
REVOKE and OPTOUT since 14 May 2025). Sentences such as "stop please" do nothing. A number has this switched on or not.

Twilio, with Advanced Opt-Out (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out, help article
360034798533): the same words, on short codes too, and the webhook is told by OptOutType. An operator can change words
and answers there; the stand-in keeps the defaults.

The carrier network, on toll-free numbers (help article 360058144374): STOP alone is answered and blocked outside of
Twilio, which nobody can customise or switch off; START or UNSTOP alone undo it. The other words for STOP, and HELP, are
Twilio's there as on long codes; who is out gets no HELP.

A short code outside of a Messaging Service has nobody who answers (help article 223181748).

Unverified, since no document that we could read says so: that a START from somebody who is not out, and on long codes a
HELP from somebody who is, meet silence; that Twilio's own list follows a STOP or START which the network has answered;
that neither party repeats an answer; that a YES against the network's block still comes with OptOutType START. That a
START is answered twice, by the network and by Advanced Opt-Out, stands in a customer's copy of Twilio's article
(https://staffready.com/mobile-notifications), not in what we saw of the article itself.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

from gateway.dev.twilio.numbering import Kind


class Keyword(Enum):
    """What a keyword asks for; the values are those of OptOutType."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


class Party(StrEnum):
    """Who answers and blocks on its own, each with a list that the other doesn't see."""

    TWILIO = "twilio"
    NETWORK = "network"


class Handling(Enum):
    """What Twilio does about keywords on a number."""

    OFF = "off"
    DEFAULT = "default"
    ADVANCED = "advanced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a party says to the sender."""

    party: Party
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What becomes of a text: who blocks the sender from now on, what is answered, what the webhook is told."""

    blocked_by: frozenset[Party]
    answers: tuple[Answer, ...] = ()
    opt_out_type: str = ""


_WORDS: Final = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), Keyword.STOP),
    **dict.fromkeys(("START", "YES", "UNSTOP"), Keyword.START),
    **dict.fromkeys(("HELP", "INFO"), Keyword.HELP),
}
_NETWORK_WORDS: Final = {"STOP": Keyword.STOP, "START": Keyword.START, "UNSTOP": Keyword.START}
_FAREWELL: Final = "You are unsubscribed: this number will not text you again. Reply START to resubscribe."
_WELCOME: Final = "You are subscribed again. Reply HELP for help, STOP to unsubscribe. Msg&data rates may apply."
_HELP: Final = "Reply STOP to unsubscribe. Msg&data rates may apply."
_NETWORK_FAREWELL: Final = (
    'NETWORK MSG: You texted "stop": this number can\'t text you any more. Text "unstop" to undo it.'
)
_NETWORK_WELCOME: Final = 'NETWORK MSG: You texted "{word}": this number can text you again.'


def read_keyword(body: str) -> Keyword | None:
    """Find the keyword of Twilio's that a text consists of, if it does."""
    return _WORDS.get(body.strip().upper())


def read_network_keyword(body: str) -> Keyword | None:
    """Find the keyword of the network's that a text consists of.

    No space may stand before it (Bandwidth's guide to toll-free A2P messaging says so of UNSTOP; unverified for STOP).
    """
    return _NETWORK_WORDS.get(body.rstrip().upper())


def react(body: str, *, kind: Kind, handling: Handling, blocked_by: frozenset[Party]) -> Reaction:
    """Decide what network and Twilio do about a text; the network stands nearer to the phone and comes first."""
    network = Reaction(blocked_by=blocked_by)
    if kind is Kind.TOLL_FREE:
        network = _react_as_network(body, blocked_by)
    keyword = read_keyword(body)
    if keyword is None or not _listens(kind, handling):
        return network
    blocked, words = _react_as_twilio(keyword, handling, before=blocked_by, network=network)
    return Reaction(
        blocked_by=blocked,
        answers=(*network.answers, *([Answer(party=Party.TWILIO, words=words)] if words else [])),
        opt_out_type=keyword.value if handling is Handling.ADVANCED else "",
    )


def _listens(kind: Kind, handling: Handling) -> bool:
    return handling is Handling.ADVANCED or (handling is Handling.DEFAULT and kind is not Kind.SHORT)


def _react_as_network(body: str, blocked_by: frozenset[Party]) -> Reaction:
    keyword, out = read_network_keyword(body), Party.NETWORK in blocked_by
    if keyword is Keyword.STOP and not out:
        answer = Answer(party=Party.NETWORK, words=_NETWORK_FAREWELL)
        return Reaction(blocked_by=blocked_by | {Party.NETWORK}, answers=(answer,))
    if keyword is Keyword.START and out:
        answer = Answer(party=Party.NETWORK, words=_NETWORK_WELCOME.format(word=body.rstrip().lower()))
        return Reaction(blocked_by=blocked_by - {Party.NETWORK}, answers=(answer,))
    return Reaction(blocked_by=blocked_by)


def _react_as_twilio(
    keyword: Keyword, handling: Handling, *, before: frozenset[Party], network: Reaction
) -> tuple[frozenset[Party], str]:
    """Say who blocks from now on, and Twilio's words; each change of standing is confirmed once."""
    match keyword:
        case Keyword.STOP:
            return network.blocked_by | {Party.TWILIO}, "" if before or network.answers else _FAREWELL
        case Keyword.START if Party.NETWORK in network.blocked_by:
            # YES is no word of the network's, and Twilio's words don't get past its block
            return network.blocked_by, ""
        case Keyword.START:
            speaks = Party.TWILIO in before and (not network.answers or handling is Handling.ADVANCED)
            return network.blocked_by - {Party.TWILIO}, _WELCOME if speaks else ""
        case Keyword.HELP:
            # someone who is out stays unanswered until they come back
            return network.blocked_by, "" if before else _HELP
