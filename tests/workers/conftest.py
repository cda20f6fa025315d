"""What the workers' tests share: a desk, retries that don't wait, and a litellm that has found its feet."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
import stamina

from gateway.adapters.store import Store
from gateway.domain.credential import Provider
from tests.setting_up import QUIET, set_up_customer
from tests.workers.asking import anthropic_answer, ask, openai_answer
from tests.workers.desk import Desk, open_desk
from tests.workers.fakes import MOST_TRIES
from tests.workers.servers import say, serve
from workers import doubt


@pytest.fixture
async def desk(store: Store) -> Desk:
    """A worker's desk, and a customer whose number a texter can write to; no text waits for others."""
    return open_desk(store, await set_up_customer(store, texting=replace(QUIET, gather_ms=0)))


@pytest.fixture(autouse=True)
def _impatient() -> Iterator[None]:
    """Retry as often as ever, without the waits between."""
    with stamina.set_testing(testing=True, attempts=MOST_TRIES, cap=True):
        yield


@pytest.fixture(autouse=True)
def _no_doubts_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at once for what became of a part, as often as ever."""
    for wait in ("FENCE_SECONDS", "POST_SECONDS", "SECOND_LOOK_SECONDS"):
        monkeypatch.setattr(doubt, wait, 0.0)


@pytest.fixture(scope="session")
def warm_litellm() -> None:
    """Make litellm's first calls, which take it seconds, before a test looks at the clock."""

    async def warm() -> None:
        answers = {
            Provider.OPENAI_COMPAT: openai_answer(content="Hello"),
            Provider.ANTHROPIC: anthropic_answer({"type": "text", "text": "Hello"}),
        }
        for provider, answer in answers.items():
            async with serve(say(200, answer)) as server:
                await ask(server.place, provider, deadline_seconds=60)

    with asyncio.Runner() as runner:
        runner.run(warm())
