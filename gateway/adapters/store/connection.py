"""The connection to Redis: its deadlines, its scripts, and its errors in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import Any, cast

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import Pipeline
from redis.commands.core import AsyncScript
from redis.exceptions import AuthenticationError, NoScriptError, RedisError

from gateway.domain.errors import StoreDown
from gateway.domain.secret import Secret

_CONNECT_SECONDS = 2.0
_ANSWER_SECONDS = 2.0
_CONNECTIONS = 64
_REFUSED_US = (
    "Redis refuses the password. Put the right one into TEXTGATE_REDIS_URL: redis://:PASSWORD@host:6379/0."
)


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except NoScriptError:
        raise  # redis-py answers it by loading the script
    except AuthenticationError as error:
        raise StoreDown(_REFUSED_US) from error
    except (RedisError, OSError, TimeoutError) as error:
        raise StoreDown(_REFUSED_US if "NOAUTH" in str(error) else None) from error


class _Pipeline(Pipeline):
    async def execute(self, raise_on_error: bool = True) -> list[Any]:  # noqa: FBT001, FBT002 - redis-py's signature
        with _in_our_words():
            return list(await super().execute(raise_on_error))


class Connection(Redis):
    """A Redis client that raises StoreDown, and nothing else, when Redis does not take or give."""

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        with _in_our_words():
            return await cast(Any, super()).execute_command(*args, **options)

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
    pool = BlockingConnectionPool.from_url(
        url.reveal(),
        decode_responses=True,
        max_connections=_CONNECTIONS,
        timeout=_CONNECT_SECONDS,
        socket_connect_timeout=_CONNECT_SECONDS,
        socket_timeout=_ANSWER_SECONDS,
        health_check_interval=30,
    )
    return Connection(connection_pool=pool)


@cache
def _source(name: str) -> str:
    return (resources.files(__package__) / "scripts" / f"{name}.lua").read_text()


def script(redis: Connection, *names: str) -> AsyncScript:
    """Register a Lua script: the files of `names`, one after the other."""
    return redis.register_script("\n".join(_source(name) for name in names))
