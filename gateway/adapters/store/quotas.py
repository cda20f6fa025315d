"""Quotas in Redis: counted by its clock, all of a request's at once."""

from collections.abc import Sequence
from itertools import chain
from math import ceil

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.domain.errors import TooMany
from gateway.domain.quota import Quota, Taken


class SpentQuotas:
    """What keys and addresses have used up."""

    def __init__(self, redis: Connection) -> None:
        self._take = script(redis, "take_quotas")

    async def take(self, quotas: Sequence[Quota]) -> Taken:
        """Take one from each; TooMany, and nothing taken, when one of them is spent."""
        spent, tightest, left, reset_ms = await self._take(
            keys=[keys.quota(quota.name, quota.whose) for quota in quotas],
            args=list(chain.from_iterable((quota.most, quota.seconds) for quota in quotas)),
        )
        seconds = max(1, ceil(reset_ms / 1000))
        if spent:
            quota = quotas[spent - 1]
            raise TooMany(limit=quota.name, most=quota.most, wait_seconds=seconds)
        return Taken(most=quotas[tightest - 1].most, left=left, reset_seconds=seconds)
