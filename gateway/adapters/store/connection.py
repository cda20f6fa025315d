"""The connection to Redis: its deadlines, its scripts, and its errors in our words."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from importlib import resources
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from redis.asyncio import BlockingConnectionPool, ConnectionPool, Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.commands.core import AsyncScript
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
)

from gateway.domain.errors import StoreDown
from gateway.domain.secret import Secret

_CONNECT_SECONDS = 2.0
_ANSWER_SECONDS = 2.0
_SYNC_SECONDS = 1.5
_CONNECTIONS = 64
_REFUSED_US = "Redis refuses the password. Put the right one into TEXTGATE_REDIS_URL: redis://:PASSWORD@host:6379/0."
_NO_DISK = (
    "Redis can't write its append-only file, and so it refuses to write at all. "
    "Make room on its disk; it goes on by itself."
)
_NO_MEMORY = "Redis has reached its maxmemory, and so it refuses to write. Give it more memory, and raise maxmemory."
_NO_MASTER = (
    "This Redis is a replica and takes no writes. Put its master into TEXTGATE_REDIS_URL, "
    "or its sentinels: redis+sentinel://host1:26379,host2:26379/master-name/0."
)
_NO_REPLICAS = "Redis refuses to write: fewer replicas than min-replicas-to-write follow it. Start them."
_STILL_LOADING = "Redis is still reading its files. Wait until it is done."
_KINDS: dict[type[Exception], str] = {
    AuthenticationError: _REFUSED_US,
    OutOfMemoryError: _NO_MEMORY,
    ReadOnlyError: _NO_MASTER,
    BusyLoadingError: _STILL_LOADING,
}
_WORDS = {"NOAUTH": _REFUSED_US, "MISCONF": _NO_DISK, "NOREPLICAS": _NO_REPLICAS}
_SENTINEL_SCHEME = "redis+sentinel://"


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except NoScriptError:
        raise  # redis-py answers it by loading the script
    except (RedisError, OSError, TimeoutError) as error:
        raise StoreDown(_explain(error)) from error


def _explain(error: Exception) -> str | None:
    """Tell what to do about an error of Redis's, where it says what ails it."""
    of_its_kind = (sentence for kind, sentence in _KINDS.items() if isinstance(error, kind))
    in_its_words = (sentence for word, sentence in _WORDS.items() if word in str(error))
    return next(of_its_kind, None) or next(in_its_words, None)


@asynccontextmanager
async def in_time(seconds: float) -> AsyncIterator[None]:
    """Give what is asked of Redis in the block so long in all, however many questions; then StoreDown."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise StoreDown from None


class _Pipeline(Pipeline):
    async def execute(self, raise_on_error: bool = True) -> list[Any]:  # noqa: FBT001, FBT002 - redis-py's signature
        with _in_our_words():
            return list(await super().execute(raise_on_error))


class Connection(Redis):
    """A Redis client that raises StoreDown, and nothing else, when Redis does not take or give."""

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        with _in_our_words():
            return await cast(Any, super()).execute_command(*args, **options)

    async def to_disk(self, run: Callable[..., Awaitable[Any]]) -> Any:
        """Run a script, and return only when what it wrote is on the disk; StoreDown when it doesn't get there.

        WAITAOF waits for the writes of its own connection, so both go over one. It returns at once where every
        write is synced anyway; where there is no append-only file to wait for, `doctor` has complained.
        https://redis.io/commands/waitaof/
        """
        async with _Pipeline(self.connection_pool, self.response_callbacks, transaction=False, shard_hint=None) as pipe:
            await run(client=pipe)
            pipe.execute_command("WAITAOF", 1, 0, int(_SYNC_SECONDS * 1000))
            outcome, synced = await pipe.execute(raise_on_error=False)
        if isinstance(outcome, Exception):
            raise StoreDown from outcome
        if not isinstance(synced, Exception) and synced[0] < 1:
            raise StoreDown
        return outcome

    async def read_hash(self, key: str) -> dict[str, str]:
        """Read a hash; empty where there is none."""
        return dict(await self.execute_command("HGETALL", key))

    async def read_field(self, key: str, field: str) -> str | None:
        """Read one field of a hash."""
        value = await self.execute_command("HGET", key, field)
        return None if value is None else str(value)

    async def read_list(self, key: str) -> list[str]:
        """Read a whole list; empty where there is none."""
        return list(await self.execute_command("LRANGE", key, 0, -1))

    async def read_members(self, key: str) -> set[str]:
        """Read a whole set; empty where there is none."""
        return set(await self.execute_command("SMEMBERS", key))

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:  # noqa: FBT001, FBT002
        return _Pipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)


def connect(url: Secret) -> Connection:
    """Make a client of the Redis at `url`; it connects when first used."""
    return Connection(connection_pool=make_pool(url, decode_responses=True, max_connections=_CONNECTIONS))


def make_pool(url: Secret, **options: Any) -> ConnectionPool:
    """Make a pool of connections to a Redis, or to whichever Redis the sentinels call the master.

    `redis+sentinel://[user:password@]host1:port,host2:port/master-name/db`; TLS only for a Redis named directly.
    """
    deadlines = {"socket_connect_timeout": _CONNECT_SECONDS, "socket_timeout": _ANSWER_SECONDS}
    options = {**deadlines, "health_check_interval": 30, **options}
    if not url.reveal().startswith(_SENTINEL_SCHEME):
        return BlockingConnectionPool.from_url(url.reveal(), timeout=_CONNECT_SECONDS, **options)
    parts = urlsplit(url.reveal())
    _, master, database = f"{parts.path}/0".split("/")[:3]
    sentinels = [_read_place(place) for place in parts.netloc.rpartition("@")[2].split(",")]
    guard = cast(Any, Sentinel)(sentinels, socket_connect_timeout=_CONNECT_SECONDS, socket_timeout=_ANSWER_SECONDS)
    pool: ConnectionPool = cast(Any, _SentinelPool)(
        master,
        guard,
        db=int(database or 0),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        timeout=_CONNECT_SECONDS,
        **options,
    )
    return pool


class _SentinelPool(SentinelConnectionPool, BlockingConnectionPool):
    """A pool in which one waits for a free connection; it closes its connections to the sentinels, too."""

    async def disconnect(self, inuse_connections: bool = True) -> None:  # noqa: FBT001, FBT002
        await super().disconnect(inuse_connections)
        if not inuse_connections:
            return  # the master has changed, and others are asking the sentinels this very moment
        for sentinel in cast(Any, self).sentinel_manager.sentinels:
            await sentinel.aclose()


def _read_place(place: str) -> tuple[str, int]:
    host, _, port = place.rpartition(":")
    return host, int(port)


@cache
def _source(name: str) -> str:
    return (resources.files(__package__) / "scripts" / f"{name}.lua").read_text()


def script(redis: Connection, *names: str) -> AsyncScript:
    """Register a Lua script: the files of `names`, one after the other."""
    return redis.register_script("\n".join(_source(name) for name in names))
