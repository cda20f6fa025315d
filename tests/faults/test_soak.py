"""A miniature of the soak: some of everything within seconds."""

from pathlib import Path

import pytest

from tests.faults.soak import soak


@pytest.mark.timeout(600)
def test_a_short_soak(tmp_path: Path) -> None:
    """Under load and all kinds of mischief no text is lost, doubled or out of order (I1, I2, I33, I36, I38, I46)."""
    result = soak(tmp_path, minutes=0.3, rate=10, seed=1)
    assert result.is_clean, "\n".join(f"{name:<34}{value}" for name, value in result.rows())
