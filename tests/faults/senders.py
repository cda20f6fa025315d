"""Texters who text steadily, through a Twilio that posts again what was not met with a 2xx."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from gateway.adapters.mint import mint
from gateway.domain.phone import PhoneNumber
from tests.examples import inbound_form
from tests.journeys.gateway import Gateway

_PAUSE_SECONDS = 0.4
_REPEAT_SECONDS = 0.2


class Senders:
    """Texters, each with a thread of its own."""

    def __init__(self, gateway: Gateway, number: int) -> None:
        self.gateway = gateway
        self.texters = [PhoneNumber(f"+1202555{7000 + index}") for index in range(number)]
        self.taken: dict[PhoneNumber, list[str]] = {texter: [] for texter in self.texters}
        """The words of each texter that were met with 200."""
        self.refusals = 0
        self._enough = threading.Event()

    @contextmanager
    def texting(self) -> Iterator[None]:
        """Have them text while the block runs; at its end all they have sent was taken."""
        with ThreadPoolExecutor(len(self.texters)) as pool:
            sending = [pool.submit(self._keep_texting, texter) for texter in self.texters]
            try:
                yield
            finally:
                self._enough.set()
            for sent in sending:
                sent.result()

    def _keep_texting(self, texter: PhoneNumber) -> None:
        while not self._enough.wait(_PAUSE_SECONDS):
            words = f"word{len(self.taken[texter])}from{texter[-4:]}."
            self.text(texter, words)
            self.taken[texter].append(words)

    def text(self, texter: PhoneNumber, words: str) -> None:
        """Post one text until it is taken."""
        form = inbound_form(words, sid="SM" + mint("sid").removeprefix("sid_"), From=texter)
        while (status := self.gateway.post(form)[0].status) != 200:
            assert status == 503, "Twilio takes anything else for our last word"
            self.refusals += 1
            time.sleep(_REPEAT_SECONDS)

    def heard(self, texter: PhoneNumber) -> list[str]:
        """Return the texter's own words as the offline model repeated them, in the order in which they came."""
        said = " ".join(self.gateway.phone.received(texter=texter)).replace("\n", " ").split()
        return [word for word in said if word.startswith("word")]
