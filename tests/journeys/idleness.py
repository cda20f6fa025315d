"""Whether anything is still to come, as a Redis shows it."""

from typing import Any

from arq.constants import in_progress_key_prefix

from gateway.adapters.queue import QUEUE
from gateway.adapters.store import keys


def wake_ups(redis: Any) -> list[str]:
    """Return the jobs that nobody has begun."""
    return [job for job in redis.zrange(QUEUE, 0, -1) if not redis.exists(in_progress_key_prefix + job)]


def is_idle(redis: Any) -> bool:
    """Tell whether nothing waits, nothing is queued and nobody is at work: nothing more can come."""
    busy = redis.exists(keys.WAITING) or wake_ups(redis) or any(redis.scan_iter("tg:hold:*", count=1000))
    return not busy
