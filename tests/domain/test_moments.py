"""Moments as text: RFC 3339 in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from gateway.domain.trace import format_time, parse_time
from tests.examples import NOW


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOW, "2026-11-23T10:15:30.123Z"),
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00.000Z"),
        (datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))), "2025-12-31T23:00:00.000Z"),
    ],
)
def test_a_moment_is_written_in_utc(moment: datetime, text: str) -> None:
    """Contract 4: times are RFC 3339 in UTC, and read back to the same moment."""
    assert format_time(moment) == text
    assert parse_time(text) == moment
