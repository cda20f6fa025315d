"""docs/api.md from top to bottom, as somebody who pastes it: every line of it works."""

import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.journeys.gateway import Gateway
from tests.journeys.processes import wait_until
from tests.setting_up import Customer

_PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
_SECONDS = 300
_GIVEN = re.compile(r"^export (TEXTGATE|KEY|MODEL)=.*$", re.MULTILINE)
"""What the reader takes from their own `make dev`, or from their operator."""


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def given(gateway: Gateway, customer: Customer) -> dict[str, str]:
    """Where the reader's gateway is, their key, and a model to try it with; a worker is there."""
    wait_until(lambda: gateway.redis.client.zcard("tg:workers") > 0)
    return {"TEXTGATE": f"{gateway.urls[0]}/v1", "KEY": customer.api_key, "MODEL": gateway.model_base_url}


def test_the_shell_s_lines(gateway: Gateway, given: dict[str, str]) -> None:
    """Contract 5: every line for a shell does what the page says; none of them is refused."""
    assert shutil.which("curl"), "no curl here, so nobody has pasted the page: apt install curl"
    script = "set -euo pipefail\n" + _GIVEN.sub("", "\n".join(_blocks("bash")))
    done = subprocess.run(
        ["bash"],
        input=script,
        env=gateway.environment | given,
        cwd=gateway.directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"reply_text":"I am an offline stand-in' in done.stdout


def test_python_s_lines(given: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Contract 5: every line for Python does what the page says; none of them is refused."""
    send = httpx.Client.send
    monkeypatch.setattr(httpx.Client, "send", lambda *call, **more: send(*call, **more).raise_for_status())
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    names: dict[str, object] = {}
    try:
        exec("\n".join(_blocks("python")), names)  # noqa: S102 - they are our own
    finally:
        names["tg"].close()  # type: ignore[attr-defined]
