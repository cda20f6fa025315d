"""What the tool's tests share: a complete environment on a real, empty Redis."""

from pathlib import Path

import pytest

from gateway.domain.secret import Secret
from tests.cli.tool import Tool
from tests.examples import environment


@pytest.fixture
def tool(tmp_path: Path, redis_url: Secret) -> Tool:
    """The tool of an operator whose settings are complete."""
    return Tool(directory=tmp_path, variables=environment(TEXTGATE_REDIS_URL=redis_url.reveal()))


@pytest.fixture
def stranger(tmp_path: Path) -> Tool:
    """The tool of somebody who has set nothing."""
    return Tool(directory=tmp_path)
