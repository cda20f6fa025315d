"""Lines between a texter and one number of ours, by who answers keywords there: Twilio's settings, and ours."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.domain.consent import ConsentRow, ConsentState, Source
from gateway.domain.ids import hash_texter
from gateway.domain.number import Keywords
from gateway.domain.phone import PhoneNumber
from gateway.flows.numbers import NumberWishes, add_number, bind_number
from tests.examples import PEPPER
from tests.journeys.gateway import Gateway
from tests.journeys.processes import wait_until
from tests.journeys.stand_ins import Fields
from tests.setting_up import Customer

GATEWAY, TWILIO, NETWORK = "", "twilio", "network"
"""Who answered, as the stand-in has it."""
_AT_ONCE = 10
_FAILED = {"failed", "undelivered"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """Who answers keywords on a number, as an operator has set it up at Twilio and here."""

    number: PhoneNumber
    keywords: Keywords
    switches: tuple[str, ...] = ()
    """What is switched on at Twilio."""
    stop_by: str = GATEWAY
    """Who has to answer STOP and START there."""
    help_by: str = GATEWAY
    source: Source = Source.KEYWORD
    yes_is_start: bool = True
    """Whether YES undoes a STOP."""

    @property
    def is_advanced(self) -> bool:
        """Whether Twilio tells us of each keyword that it knows."""
        return self.source is Source.OPT_OUT_TYPE


_DEFAULT, _ADVANCED = ("keyword_handling",), ("advanced_opt_out",)
MODES = {
    "long code, handling off, gateway": Mode(number=PhoneNumber("+12025550161"), keywords=Keywords.GATEWAY),
    "long code, handling on, twilio": Mode(
        number=PhoneNumber("+12025550162"),
        keywords=Keywords.TWILIO,
        switches=_DEFAULT,
        stop_by=TWILIO,
        help_by=TWILIO,
    ),
    "long code, Advanced Opt-Out, gateway": Mode(
        number=PhoneNumber("+12025550163"),
        keywords=Keywords.GATEWAY,
        switches=_ADVANCED,
        stop_by=TWILIO,
        help_by=TWILIO,
        source=Source.OPT_OUT_TYPE,
    ),
    "long code, Advanced Opt-Out, twilio": Mode(
        number=PhoneNumber("+12025550164"),
        keywords=Keywords.TWILIO,
        switches=_ADVANCED,
        stop_by=TWILIO,
        help_by=TWILIO,
        source=Source.OPT_OUT_TYPE,
    ),
    "toll-free number, handling on, twilio": Mode(
        number=PhoneNumber("+18885550165"),
        keywords=Keywords.TWILIO,
        switches=_DEFAULT,
        stop_by=NETWORK,
        help_by=TWILIO,
        yes_is_start=False,
    ),
    "short code, gateway": Mode(number=PhoneNumber("55166"), keywords=Keywords.GATEWAY),
    "short code, Advanced Opt-Out, twilio": Mode(
        number=PhoneNumber("55167"),
        keywords=Keywords.TWILIO,
        switches=_ADVANCED,
        stop_by=TWILIO,
        help_by=TWILIO,
        source=Source.OPT_OUT_TYPE,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One texter and one number."""

    gateway: Gateway
    mode: Mode
    texter: PhoneNumber

    def text(self, body: str) -> str:
        """Text the number, and return the MessageSid once everybody has answered who answers at once."""
        return self.gateway.phone.text(body, texter=self.texter, number=self.mode.number)

    def text_often(self, body: str) -> list[str]:
        """Text the same twenty times, ten at once and ten in a row; return the MessageSids."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return [*pool.map(self.text, [body] * _AT_ONCE), *[self.text(body) for _ in range(_AT_ONCE)]]

    def hear_agent(self, body: str) -> None:
        """Text the number, and wait until the agent has answered."""
        sid = self.text(body)
        wait_until(self.gateway.is_idle)
        assert self.gateway.has_outcome(sid, "answered")

    def is_unheard(self, body: str) -> bool:
        """Text the number, and tell whether the text was left without any answer, the agent's included."""
        before = len(self._reached())
        sid = self.text(body)
        wait_until(self.gateway.is_idle)
        return self.gateway.has_outcome(sid, "ignored") and len(self._reached()) == before

    def answers(self) -> list[Fields]:
        """Return what has reached the phone but what the agent said, whoever sent it."""
        return [message for message in self._reached() if message["direction"] != "outbound-api"]

    def answerers(self) -> list[str]:
        """Return by whom each of the answers is."""
        return [message["answered_by"] for message in self.answers()]

    def _reached(self) -> list[Fields]:
        messages = self.gateway.phone.messages(texter=self.texter, number=self.mode.number)
        return [message for message in messages if message["status"] not in _FAILED]

    def ledger(self) -> list[ConsentRow]:
        """Read all that is written of the texter's consent."""
        texter_hash = hash_texter(PEPPER, self.texter)
        return self.gateway.look(lambda store: store.consents.read_history(self.mode.number, texter_hash))

    def story(self) -> list[tuple[ConsentState, Source | str, str]]:
        """Tell the ledger in short."""
        return [(row.state, row.source, row.wording) for row in self.ledger()]


def open_line(mode: Mode, customer: Customer, gateway: Gateway, *, texter: PhoneNumber) -> Line:
    """Set a number up at Twilio and here, and have a customer's agent answer on it."""
    gateway.phone.own(mode.number, sms_url=webhook_of(gateway), **dict.fromkeys(mode.switches, True))
    now, wishes = datetime.now(UTC), NumberWishes(keywords=mode.keywords)
    gateway.look(lambda store: add_number(mode.number, wishes, store=store, now=now))
    gateway.look(lambda store: bind_number(mode.number, customer.agent.id, store=store, now=now))
    return Line(gateway=gateway, mode=mode, texter=texter)


def webhook_of(gateway: Gateway) -> str:
    """Where Twilio posts texts to."""
    return f"{gateway.urls[0]}/webhooks/twilio/sms"
