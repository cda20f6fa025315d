"""Erase what is older than it is kept, a little at a time."""

from datetime import timedelta

from redis.commands.core import AsyncScript

from gateway.adapters.store import keys
from gateway.adapters.store.connection import Connection, script
from gateway.domain.retention import Retention

KNOWN = timedelta(days=7)
"""How long a message is recognised at least, though its words are gone: Twilio's repetitions change nothing."""
_AT_ONCE = 200


class Erasure:
    """What grows old."""

    def __init__(self, redis: Connection) -> None:
        self._texts = script(redis, "clock", "recent", "erase_texts")
        self._records = script(redis, "clock", "erase_records")
        self._consent = script(redis, "clock", "erase_consent")

    async def erase_old(self, retention: Retention) -> int:
        """Erase all that is older than it is kept; return how much that was."""
        names = (
            keys.MESSAGE_PREFIX,
            keys.TURN_PREFIX,
            keys.SID_PREFIX,
            keys.CONVERSATION_PREFIX,
            keys.HISTORY_PREFIX,
            keys.INBOX_PREFIX,
            keys.CONVERSATIONS_PREFIX,
            keys.TURNS_PREFIX,
            keys.RECENT,
        )
        traces, receipts = (keys.TRACE_PREFIX, keys.STEPS_PREFIX), (keys.RECEIPTS_PREFIX,)
        ledgers = (keys.LEDGER_PREFIX, keys.CONSENT_PREFIX, keys.PLACES_PREFIX)
        return sum(
            [
                await _repeat(
                    self._texts,
                    [keys.aging("texts"), keys.DEAD, keys.SEATED],
                    *(_ms(retention.texts), _ms(KNOWN), _AT_ONCE),
                    *names,
                ),
                await _repeat(self._records, [keys.aging("traces")], _ms(retention.traces), _AT_ONCE, *traces),
                await _repeat(self._records, [keys.aging("receipts")], _ms(retention.receipts), _AT_ONCE, *receipts),
                await _repeat(
                    self._consent,
                    [keys.aging("consent"), keys.LEDGERS],
                    *(_ms(retention.consent), _AT_ONCE),
                    *ledgers,
                ),
            ]
        )


async def _repeat(run: AsyncScript, names: list[str], *args: str | int) -> int:
    """Run a script until it finds no more than it takes at once."""
    erased = 0
    while found := int(await run(keys=names, args=list(args))):
        erased += found
        if found < _AT_ONCE:
            break
    return erased


def _ms(period: timedelta) -> int:
    return int(period.total_seconds() * 1000)
