"""Logs as a process of ours writes them, for a test to read."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO

import structlog

from config.logging import configure_logging


@contextmanager
def production_logs() -> Iterator[StringIO]:
    """Log as our processes do, to a standard error that is kept; everything is as before afterwards."""
    root, quietened = logging.getLogger(), logging.root.manager.loggerDict
    handlers, level = root.handlers[:], root.level
    levels = {name: logger.level for name, logger in quietened.items() if isinstance(logger, logging.Logger)}
    with redirect_stderr(StringIO()) as written:
        configure_logging()
        try:
            yield written
        finally:
            root.handlers[:], root.level = handlers, level
            for name, logger in quietened.items():
                if isinstance(logger, logging.Logger):
                    logger.setLevel(levels.get(name, logging.NOTSET))
            structlog.reset_defaults()
