"""read_local_time: what time it probably is at a number, and where nobody can say."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from gateway.adapters.local_time import read_local_time
from gateway.domain.phone import PhoneNumber

_WINTER = datetime(2026, 11, 23, 21, 40, tzinfo=UTC)
_SUMMER = datetime(2026, 7, 1, 21, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("texter", "now", "clock", "zone"),
    [
        ("+12125550123", _WINTER, "16:40", "America/New_York"),
        ("+12125550123", _SUMMER, "17:40", "America/New_York"),
        ("+13105550100", _WINTER, "13:40", "America/Los_Angeles"),
        ("+819012345678", _WINTER, "06:40", "Asia/Tokyo"),
        ("+5511912345678", _WINTER, "18:40", "America/Sao_Paulo"),
        ("+34612345678", _WINTER, "22:40", "Europe/Madrid"),
        ("+351912345678", _WINTER, "21:40", "Europe/Lisbon"),
    ],
)
def test_one_zone(texter: str, now: datetime, clock: str, zone: str) -> None:
    """A number of one zone has its time, summer or winter; of a country with islands the mainland's."""
    time = read_local_time(PhoneNumber(texter), now)
    assert (f"{time.at:%H:%M}", time.zone, time.is_known) == (clock, zone, True)


def test_several_zones_of_one_time() -> None:
    """Where most of a number's zones have the same time it is told, without the name of a zone."""
    time = read_local_time(PhoneNumber("+447911123456"), _WINTER)
    assert (f"{time.at:%H:%M}", time.zone, time.is_known) == ("21:40", None, True)


@pytest.mark.parametrize("texter", ["+18005550100", "+79161234567", "+61412345678", "+88213300000", "+0000000000"])
def test_nobody_can_say(texter: str) -> None:
    """Toll-free, satellite and made-up numbers, and those of wide countries, have no time but UTC."""
    time = read_local_time(PhoneNumber(texter), _WINTER)
    assert (time.at, time.zone, time.is_known) == (_WINTER, None, False)


def test_without_tables_of_time_zones() -> None:
    """A machine that has no tables of time zones knows UTC alone, and says so."""
    code = (
        "import sys, zoneinfo; sys.modules['tzdata'] = None; zoneinfo.reset_tzpath(to=[]);"
        "from datetime import UTC, datetime; from gateway.adapters.local_time import read_local_time;"
        "print(read_local_time('+12125550123', datetime.now(UTC)).is_known)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
