"""What a worker has loaded before it takes its first job."""

import asyncio
import subprocess
import sys

import pytest

from gateway.domain.credential import Provider
from tests.workers.asking import anthropic_answer, openai_answer
from tests.workers.servers import say, serve

_ANSWERS = {
    Provider.OPENAI_COMPAT: openai_answer(content="Hello"),
    Provider.ANTHROPIC: anthropic_answer({"type": "text", "text": "Hello"}),
}
_PROGRAM = """
import asyncio, gc, sys
from gateway.domain.credential import Provider
from tests.workers.asking import ask
from workers.warm_up import warm_up

async def main():
    await warm_up()
    before = set(sys.modules)
    print(await ask(sys.argv[1], Provider(sys.argv[2]), deadline_seconds=60))
    print(*(name for name in sys.modules.keys() - before if name.partition(".")[0] in ("litellm", "openai")))
    print(gc.get_freeze_count() > len(gc.get_objects()))

asyncio.run(main())
"""


@pytest.mark.parametrize("provider", _ANSWERS)
async def test_a_first_turn_loads_nothing(provider: Provider) -> None:
    """I35: once warm, a first call loads nothing of the model library, and the collector looks through little."""
    async with serve(say(200, _ANSWERS[provider])) as server:
        words = await _run(server.place, provider)
    assert words.splitlines() == ["Hello", "", "True"]


async def _run(place: str, provider: Provider) -> str:
    arguments = [sys.executable, "-W", "ignore", "-c", _PROGRAM, place, provider.value]
    process = await asyncio.create_subprocess_exec(*arguments, stdout=subprocess.PIPE)
    words, _ = await process.communicate()
    assert process.returncode == 0
    return words.decode()
