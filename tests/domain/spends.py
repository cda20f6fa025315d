"""Spend of all sorts, for properties of it."""

from datetime import date

from hypothesis import strategies as st

from gateway.domain.spend import COUNTS, Spend, SpendRow

_COUNT = st.integers(0, 10**12)
SPENDS = st.builds(
    Spend,
    **dict.fromkeys(COUNTS, _COUNT),
    outcomes=st.dictionaries(st.sampled_from(["answered", "failed", "capped"]), st.integers(1, 9)),
)
ROWS = st.builds(
    SpendRow,
    day=st.dates(date(2026, 1, 1), date(2026, 1, 5)),
    agent_id=st.sampled_from(["agt_1", "agt_2", "agt_3"]),
    spend=SPENDS,
)
