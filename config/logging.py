"""Logs: one JSON line per deed, on stderr, with no secret, no whole phone number and no text in it."""

import json
import logging
import sys

import structlog

_ECHOES = ("litellm", "LiteLLM", "openai", "httpx", "httpcore")
"""Libraries that repeat keys, headers or bodies even in their warnings."""


def configure_logging() -> None:
    """Send our own events as JSON lines to stderr, and of other libraries only what warns."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _name_exception,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    stderr = logging.StreamHandler(sys.stderr)
    stderr.setFormatter(_ForeignFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[stderr], force=True)
    for name in _ECHOES:
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _ForeignFormatter(logging.Formatter):
    """Writes what other libraries log as our own lines: first line only, and never an exception's message."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"event": record.getMessage().partition("\n")[0], "logger": record.name}
        error = record.exc_info[1] if record.exc_info else None
        return json.dumps({**line, **(_describe(error) if error else {}), "level": record.levelname.lower()})


def _name_exception(
    _logger: structlog.typing.WrappedLogger, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Keep of an exception its type and the places it passed: its message may hold a key or a text."""
    error = event.pop("exc_info", None)
    error = sys.exc_info()[1] if error is True else error
    return {**event, **_describe(error)} if isinstance(error, BaseException) else event


def _describe(error: BaseException) -> dict[str, object]:
    return {"error": type(error).__name__, "where": _places(error)}


def _places(error: BaseException) -> list[str]:
    places = []
    frame = error.__traceback__
    while frame is not None:
        code = frame.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{frame.tb_lineno} {code.co_name}")
        frame = frame.tb_next
    return places[-6:]
