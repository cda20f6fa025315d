"""The queue of wake-ups: arq jobs that name a conversation, or a check, and nothing else."""

import json
from typing import Any

from arq.constants import default_queue_name, job_key_prefix
from arq.jobs import serialize_job

QUEUE = default_queue_name
JOB_PREFIX = job_key_prefix
WAKE = "wake_conversation"
"""The worker's function that a wake-up calls."""
CHECK = "check_credential"
"""The worker's function that tries a credential with its provider."""
CONVERSATION = "<conversation>"
"""What stands in a described wake-up for the conversation's id."""


def serialize(job: dict[str, Any]) -> bytes:
    """Write a job as JSON: arq's default is pickle, which runs what it reads."""
    return json.dumps(job, default=str).encode()


def deserialize(stored: bytes) -> dict[str, Any]:
    """Read a job; a job that is no JSON object is refused by arq as it should be."""
    job = json.loads(stored)
    if not isinstance(job, dict):
        raise TypeError("a job is a JSON object")
    return job


def describe_wake_up() -> str:
    """Describe a wake-up as arq stores it, to be written by the very script that saves what it is about.

    Its time of queueing, which arq only logs, is left out: scripts have no clock that ours agrees with.
    """
    return serialize_job(WAKE, (CONVERSATION,), {}, None, 0, serializer=serialize).decode()


def describe_check(check_id: str) -> str:
    """Describe the job that makes a check, as arq stores it."""
    return serialize_job(CHECK, (check_id,), {}, None, 0, serializer=serialize).decode()
