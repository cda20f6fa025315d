"""Replies of several parts, and how far each of them has come."""

from gateway.domain.reply import MAX_PART
from tests.workers.desk import Desk

TWO_PARTS = ("a" * MAX_PART, "b" * 10)
THREE_PARTS = (*TWO_PARTS[:1], "b" * MAX_PART, "c")


async def part_states(desk: Desk, sid: str) -> list[str]:
    """Read the states of the parts that answer a message."""
    turn = await desk.turn(sid)
    return [turn[f"part:{index}"] for index in range(3) if f"part:{index}" in turn]
