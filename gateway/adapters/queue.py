"""The queue of wake-ups: arq jobs that name a conversation and nothing else."""

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

from arq.constants import default_queue_name, job_key_prefix
from arq.jobs import serialize_job

from gateway.domain.ids import ConversationId

QUEUE = default_queue_name
WAKE = "wake_conversation"
"""The worker's function that a wake-up calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeUp:
    """A job as arq stores it, to be written by the very script that saves what it is about."""

    job_id: str
    job_key: str
    job: bytes
    due_ms: int


def serialize(job: dict[str, Any]) -> bytes:
    """Write a job as JSON: arq's default is pickle, which runs what it reads."""
    return json.dumps(job, default=str).encode()


def deserialize(stored: bytes) -> dict[str, Any]:
    """Read a job; a job that is no JSON object is refused by arq as it should be."""
    job = json.loads(stored)
    if not isinstance(job, dict):
        raise TypeError("a job is a JSON object")
    return job


def wake_up(conversation_id: ConversationId, *, job_id: str | None = None, in_seconds: float = 0) -> WakeUp:
    """Make the wake-up of a conversation; the same `job_id` is queued at most once at a time."""
    # unique by default: arq drops a job whose id is still running, and that run may already have looked
    job_id = job_id or f"wake:{uuid.uuid4().hex}"
    now_ms = int(time.time() * 1000)
    job = serialize_job(WAKE, (conversation_id,), {}, None, now_ms, serializer=serialize)
    return WakeUp(job_id=job_id, job_key=job_key_prefix + job_id, job=job, due_ms=now_ms + int(in_seconds * 1000))
