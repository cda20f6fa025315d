"""Checks in Redis: asked for by whoever holds no private key, made once by a worker, forgotten within a minute."""

import json
from datetime import timedelta
from itertools import chain

from gateway.adapters import queue
from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.adapters.store.records import only_set
from gateway.adapters.store.replies import Reply
from gateway.domain.check import Check, Verdict
from gateway.domain.credential import Health
from gateway.domain.ids import CheckId, CredentialId
from gateway.domain.llm import Tier

_LIFE = timedelta(minutes=1)
"""Nobody waits that long; and what a worker finds later would be about a moment that is over."""


class Checks:
    """What workers are asked to try."""

    def __init__(self, redis: Connection) -> None:
        self._redis = redis
        self._request = script(redis, "request_check")

    async def request(self, check: Check) -> None:
        """Ask for a check; the job that a worker takes holds its id alone."""
        named = {"credential_id": check.credential_id, "tier": check.tier}
        fields = only_set({"id": check.id, "channel": check.channel, **named})
        job = queue.describe_check(check.id)
        seconds = [int(life.total_seconds()) for life in (_LIFE, keys.WAKE_UPS)]
        await self._request(
            keys=[keys.check(check.id), keys.ARRIVALS, queue.QUEUE],
            args=[seconds[0], queue.JOB_PREFIX, check.id, job, seconds[1], *chain.from_iterable(fields.items())],
        )

    async def take(self, check_id: CheckId) -> Check | None:
        """Take a check, to make it; None when somebody has, or nobody waits for it any more."""
        async with self._redis.pipeline() as pipe:
            pipe.hgetall(keys.check(check_id))
            pipe.delete(keys.check(check_id))
            fields, _ = await pipe.execute()
        if not fields:
            return None
        credential_id, tier = fields.get("credential_id"), fields.get("tier")
        return Check(
            id=CheckId(fields["id"]),
            channel=fields["channel"],
            credential_id=CredentialId(credential_id) if credential_id else None,
            tier=Tier(tier) if tier else None,
        )

    async def answer(self, check: Check, verdict: Verdict) -> None:
        """Tell whoever asked for a check what came of it."""
        told = {"health": verdict.health.value, "reason": verdict.reason, "failure": verdict.failure}
        async with self._redis.pipeline() as pipe:
            pipe.set(keys.reply(check.id), json.dumps(told), ex=_LIFE)
            pipe.publish(check.channel, check.id)
            await pipe.execute()


def read_verdict(answer: Reply) -> Verdict:
    """Read what came of a check, as its worker has told it."""
    return Verdict(health=Health(answer["health"]), reason=answer["reason"], failure=answer["failure"])
