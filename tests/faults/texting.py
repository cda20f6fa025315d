"""Texters and their texts, as Twilio brings them: each again, to one web process or the other, until it is taken."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import httpx

from gateway.domain.phone import PhoneNumber
from tests.examples import inbound_form
from tests.journeys.webhooks import PATH, sign

_PAUSE_SECONDS = 0.2
_READ_SECONDS = 5.0
"""How long one web process may take: a frozen one is given up, and the other is asked."""
_PATIENCE_SECONDS = 60.0
_OK = 200


def texter(number: int) -> PhoneNumber:
    """One of many texters."""
    return PhoneNumber(f"+1202{5_551_000 + number:07}")


@dataclass(slots=True, kw_only=True)
class Text:
    """One text, and how it was met."""

    sid: str
    texter: PhoneNumber
    words: str
    sent_at: datetime
    taken_at: datetime
    """When the first 2xx was there."""
    taken_by: str = ""
    """The web process that said so."""
    answer: str = ""
    """The body of that 2xx."""
    refusals: list[str] = field(default_factory=list)
    """What it met before: status codes, and connections that came to nothing."""


class Line:
    """Twilio's side of the webhook; one connection pool for all texts."""

    def __init__(self, urls: Callable[[], Sequence[str]], *, signed_for: str) -> None:
        self._urls = urls
        self._signed_for = signed_for
        self._turns = itertools.count()
        self._client = httpx.AsyncClient(trust_env=False, timeout=httpx.Timeout(_READ_SECONDS, connect=2))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def bring(self, words: str, *, sid: str, texter: PhoneNumber) -> Text:
        """Bring a text to the gateway, again and again until it says 2xx."""
        sent_at = datetime.now(UTC)
        text = Text(sid=sid, texter=texter, words=words, sent_at=sent_at, taken_at=sent_at)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not await self._is_taken(text):  # noqa: ASYNC110 - nobody tells when a server is back
                await asyncio.sleep(_PAUSE_SECONDS)
        return text

    async def _is_taken(self, text: Text) -> bool:
        try:
            answer = await self.post(text)
        except httpx.TransportError as error:
            text.refusals.append(type(error).__name__)
            return False
        if answer.status_code != _OK:
            text.refusals.append(str(answer.status_code))
            return False
        text.taken_at, text.answer = datetime.now(UTC), answer.text
        text.taken_by = str(answer.url).removesuffix(PATH)
        return True

    async def post(self, text: Text) -> httpx.Response:
        """Post a text once, to the web process whose turn it is, but not to the one that has taken it."""
        urls = [url for url in self._urls() if url != text.taken_by]
        url = urls[next(self._turns) % len(urls)]
        form = inbound_form(text.words, sid=text.sid, From=text.texter)
        return await self._client.post(url + PATH, data=form, headers=sign(form, self._signed_for))
