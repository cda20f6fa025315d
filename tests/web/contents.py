"""All that is in a Redis, to be compared before and after."""

from typing import Any

from redis import Redis

from gateway.domain.secret import Secret

Contents = dict[str, Any]
_COSTS = "tg:quota:"
_READ: dict[str, tuple[str, tuple[str | int, ...]]] = {
    "hash": ("HGETALL", ()),
    "string": ("GET", ()),
    "set": ("SMEMBERS", ()),
    "list": ("LRANGE", (0, -1)),
    "zset": ("ZRANGE", (0, -1, "WITHSCORES")),
}


def contents(redis_url: Secret, pattern: str = "*") -> Contents:
    """Read every key with its value, or those of a pattern; what requests cost only when it is asked for."""
    with Redis.from_url(redis_url.reveal(), decode_responses=True) as client:
        found: Contents = {}
        for name in client.scan_iter(pattern, count=1000):
            if name.startswith(_COSTS) and not pattern.startswith(_COSTS):
                continue
            command, arguments = _READ[client.execute_command("TYPE", name)]
            found[name] = client.execute_command(command, name, *arguments)
        return found


def names(found: Contents, prefix: str) -> list[str]:
    """Name the keys that begin with `prefix`."""
    return sorted(name for name in found if name.startswith(prefix))
