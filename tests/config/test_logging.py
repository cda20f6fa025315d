"""Logs: one JSON line per deed; an exception's type and places, never its words."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from tests.config.production_logs import production_logs

CANARY = "canary-sk-92eb5ffee6ae2fec"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What our processes write to standard error."""
    with production_logs() as written:
        yield written


def fail_with_a_secret() -> None:
    """Fail as a library does that repeats what it was given."""
    raise ValueError(f"bad key {CANARY}") from KeyError(CANARY)


def test_one_line_per_deed(log: StringIO) -> None:
    """A deed is one JSON line with its level, its time in UTC and its details; line breaks stay inside."""
    structlog.get_logger().info("text.received", trace_id="trc_1", odd="a\nb")
    line = json.loads(log.getvalue())
    assert str(line.pop("timestamp")).endswith("Z")
    assert line == {"event": "text.received", "level": "info", "trace_id": "trc_1", "odd": "a\nb"}


def test_exceptions(log: StringIO) -> None:
    """I61: an exception is logged as its type and the places it passed; its words and its cause's are not."""
    try:
        fail_with_a_secret()
    except ValueError as error:
        structlog.get_logger().exception("turn.failed", exc_info=error)
    out = log.getvalue()
    assert CANARY not in out
    line = json.loads(out)
    assert (line["event"], line["level"], line["error"]) == ("turn.failed", "error", "ValueError")
    assert [place.partition(" ")[2] for place in line["where"]] == ["test_exceptions", "fail_with_a_secret"]
    assert all(place.startswith("test_logging.py:") for place in line["where"])


def test_exception_in_flight(log: StringIO) -> None:
    """I61: an exception that is logged by its being there keeps its words, too."""
    try:
        fail_with_a_secret()
    except ValueError:
        structlog.get_logger().exception("turn.failed")
    assert "turn.failed" in log.getvalue()
    assert CANARY not in log.getvalue()


@pytest.mark.parametrize("name", ["LiteLLM", "litellm", "openai", "openai._base_client", "httpx", "httpcore.http11"])
@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR])
def test_talkative_libraries(log: StringIO, name: str, level: int) -> None:
    """I61: libraries that echo keys, headers and bodies are not heard at any level that they use."""
    logging.getLogger(name).log(level, "%s", CANARY)
    assert log.getvalue() == ""


def test_arguments_of_jobs(log: StringIO) -> None:
    """I61: the lines in which arq repeats a job's arguments are not written."""
    logging.getLogger("arq.worker").info("%s", CANARY)
    assert log.getvalue() == ""


def test_warnings_of_others(log: StringIO) -> None:
    """What another library warns of is one JSON line, too."""
    logging.getLogger("somebody").warning("low on %s\nand more", "file handles")
    assert json.loads(log.getvalue()) == {"event": "low on file handles", "logger": "somebody", "level": "warning"}


def test_exceptions_of_others(log: StringIO) -> None:
    """I61: an exception that another library logs is its type and places, without its words."""
    try:
        fail_with_a_secret()
    except ValueError:
        logging.getLogger("somebody").exception("it failed")
    line = json.loads(log.getvalue())
    assert CANARY not in log.getvalue()
    assert (line["event"], line["error"], line["level"]) == ("it failed", "ValueError", "error")


def test_debug_lines(log: StringIO) -> None:
    """Debug lines of ours, and what is below a warning of others, are nobody's business."""
    structlog.get_logger().debug("detail", key=CANARY)
    logging.getLogger("somebody").info(CANARY)
    assert log.getvalue() == ""
