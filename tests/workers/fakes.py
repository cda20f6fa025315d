"""A model and a carrier that do what a test tells them, and remember what they were asked."""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.completion import Completion, Tokens
from gateway.domain.conversation import Prompt
from gateway.domain.cost import ModelPrice
from gateway.domain.credential import ModelRoute, Provider
from gateway.domain.secret import Secret
from gateway.domain.turn import OutboundPart
from workers.lanes import outside_lane

Interlude = Callable[[], Awaitable[object]]
MOST_TRIES = 100
"""What is tried for ever is tried so often in a test."""
WORDS = "We open at eight."


class WorkerDied(BaseException):
    """The worker's process ended here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the model was asked, where, and with which key."""

    prompt: Prompt
    route: ModelRoute
    key: str
    seconds: float | None = None


@dataclass(slots=True, kw_only=True)
class ScriptedModel:
    """A LanguageModel: its answers in order, then always the same words."""

    answers: deque[str | Exception] = field(default_factory=deque)
    tokens: Tokens | None = None
    """What each answer comes to."""
    price: ModelPrice | None = None
    priced: list[tuple[Provider, str]] = field(default_factory=list)
    """Whose price was asked for."""
    interlude: Interlude | None = None
    """What happens once while the model thinks."""
    asked: list[Question] = field(default_factory=list)
    trials: deque[Exception] = field(default_factory=deque)
    """How trials of keys end, in order; then well."""
    tried: list[tuple[ModelRoute, str]] = field(default_factory=list)
    """Where keys were tried, and which."""
    seeing: set[str] = field(default_factory=set)
    """Models that take pictures."""
    window: int | None = None
    """How many tokens it takes in, as far as that is known."""
    patience: list[float] = field(default_factory=list)
    """For how long at the most."""

    def sees(self, route: ModelRoute) -> bool:
        return route.model in self.seeing

    async def try_key(self, route: ModelRoute, secret: Secret, *, seconds: float) -> None:
        self.tried.append((route, secret.reveal()))
        self.patience.append(seconds)
        interlude, self.interlude = self.interlude, None
        if interlude:
            async with outside_lane():  # as whoever waits for a network does
                await interlude()
        if self.trials:
            raise self.trials.popleft()

    def find_window(self, route: ModelRoute) -> int | None:
        assert route.model
        return self.window

    async def complete(
        self, prompt: Prompt, route: ModelRoute, secret: Secret, *, seconds: float | None = None
    ) -> Completion:
        self.asked.append(Question(prompt=prompt, route=route, key=secret.reveal(), seconds=seconds))
        interlude, self.interlude = self.interlude, None
        if interlude:
            await interlude()
        answer = self.answers.popleft() if self.answers else WORDS
        if isinstance(answer, Exception):
            raise answer
        return Completion(text=answer, tokens=self.tokens)

    def find_price(self, provider: Provider, model: str) -> ModelPrice | None:
        self.priced.append((provider, model))
        return self.price

    @property
    def last_words(self) -> list[str]:
        """What stood last in each prompt."""
        return [question.prompt[-1].text for question in self.asked]


@dataclass(slots=True, kw_only=True)
class ScriptedCarrier:
    """A Carrier: its answers in order, then it takes everything."""

    answers: deque[str | Exception] = field(default_factory=deque)
    interlude: Interlude | None = None
    """What happens once while a part is on its way."""
    taken: list[OutboundPart] = field(default_factory=list)
    list_shows: deque[list[str] | Exception] = field(default_factory=deque)
    """What its list of messages shows to one look after the other; then what it really took."""
    accepted: list[tuple[str, str]] = field(default_factory=list)
    """SID and words of every part that it took."""
    looked_for: list[tuple[OutboundPart, datetime]] = field(default_factory=list)

    async def find(self, part: OutboundPart, *, since: datetime) -> list[str]:
        self.looked_for.append((part, since))
        really = [sid for sid, words in self.accepted if words == part.text]
        shown = self.list_shows.popleft() if self.list_shows else really
        if isinstance(shown, Exception):
            raise shown
        return shown

    async def send(self, part: OutboundPart) -> str:
        self.taken.append(part)
        interlude, self.interlude = self.interlude, None
        if interlude:
            await interlude()
        answer = self.answers.popleft() if self.answers else sent_sid(len(self.taken))
        if isinstance(answer, Exception):
            raise answer
        self.accepted.append((answer, part.text))
        return answer

    @property
    def texts(self) -> list[str]:
        """The words of every part that was handed over, as often as it was."""
        return [part.text for part in self.taken]


def sent_sid(number: int) -> str:
    """The SID that the carrier gives to the part that it takes as its `number`th."""
    return f"SM{0xF0 + number:032x}"
