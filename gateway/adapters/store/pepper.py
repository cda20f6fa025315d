"""The pepper that this Redis was filled with: with another one nobody would be found to have opted out."""

import hashlib
import hmac

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection
from gateway.domain.errors import StoreDown


class Pepper:
    """Remembers the first pepper by a keyed hash, and knows any other."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._known: bytes | None = None

    async def claim(self, pepper: bytes) -> None:
        """Fill this Redis with a pepper, or make sure that it was; StoreDown when it was another."""
        if pepper == self._known:
            return
        digest = _digest(pepper)
        _compare(await self._redis.set(keys.PEPPER, digest, nx=True, get=True), digest)
        self._known = pepper

    async def check(self, pepper: bytes) -> None:
        """Make sure that this Redis was filled with no other pepper; StoreDown when it was."""
        _compare(await self._redis.get(keys.PEPPER), _digest(pepper))


def _digest(pepper: bytes) -> str:
    return hmac.digest(pepper, b"pepper", hashlib.sha256).hex()


def _compare(first: str | None, digest: str) -> None:
    if first not in (None, digest):
        raise StoreDown(
            "TEXTGATE_PEPPER is not the one that this Redis was filled with, so that no opt-out would be found. "
            "Put the first one back; it is never rotated."
        )
