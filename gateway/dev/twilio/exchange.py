"""The stand-in's memory: numbers, messages and blocks, written through to the data file."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from gateway.dev.twilio.errors import UNDELIVERED
from gateway.dev.twilio.feed import Feed
from gateway.dev.twilio.journal import Entry, Journal
from gateway.dev.twilio.keywords import Party
from gateway.dev.twilio.media import MediaItem
from gateway.dev.twilio.records import LogLine, Message, Number

Pair = tuple[str, str]


class Exchange:
    """Everything the account holds; each change is kept and told to the open pages."""

    def __init__(self, journal: Journal, feed: Feed) -> None:
        """Read what an earlier run has kept, and tidy the file."""
        self.feed = feed
        self._journal = journal
        self._messages: dict[str, Message] = {}
        self._numbers: dict[str, Number] = {}
        self._blocks: dict[Pair, frozenset[Party]] = {}
        for entry in journal.read():
            self._replay(entry)
        journal.rewrite(self._entries())

    def messages(self) -> list[Message]:
        """Return all messages, oldest first."""
        return list(self._messages.values())

    def find_message(self, sid: str) -> Message | None:
        """Find one message."""
        return self._messages.get(sid)

    def find_media(self, sid: str) -> MediaItem | None:
        """Find one thing that came with a message."""
        return next((item for message in self._messages.values() for item in message.media if item.sid == sid), None)

    def put_message(self, message: Message) -> Message:
        """Keep a message, new or changed."""
        self._messages[message.sid] = message
        self._keep({"message": message.to_json()})
        return message

    def advance(self, sid: str, status: str, error_code: int | None = None) -> Message | None:
        """Move a message on; None when it was deleted in the meantime."""
        message = self._messages.get(sid)
        if not message:
            return None
        now = datetime.now(UTC)
        sent_at = message.sent_at or (None if status in ("queued", "failed") else now)
        words = UNDELIVERED.get(error_code) if error_code else None
        return self.put_message(
            replace(
                message,
                status=status,
                updated_at=now,
                sent_at=sent_at,
                error_code=error_code,
                error_message=words,
            )
        )

    def note(self, sid: str, line: LogLine) -> None:
        """Add a line to a message's log, if the message still exists."""
        message = self._messages.get(sid)
        if message:
            self.put_message(replace(message, log=(*message.log, line)))

    def drop_message(self, sid: str) -> None:
        """Forget a message."""
        self._messages.pop(sid, None)
        self._keep({"message_gone": sid})

    def numbers(self) -> list[Number]:
        """Return all numbers, oldest first."""
        return list(self._numbers.values())

    def find_number(self, name: str) -> Number | None:
        """Find a number by its SID or in E.164."""
        by_sid = self._numbers.get(name)
        return by_sid or next((n for n in self._numbers.values() if n.phone_number == name), None)

    def put_number(self, number: Number) -> Number:
        """Keep a number, new or changed."""
        self._numbers[number.sid] = number
        self._keep({"number": number.to_json()})
        return number

    def drop_number(self, sid: str) -> None:
        """Forget a number; its messages stay, as they do at Twilio."""
        self._numbers.pop(sid, None)
        self._keep({"number_gone": sid})

    def read_blockers(self, number: str, phone: str) -> frozenset[Party]:
        """Tell who keeps this number's texts from this phone."""
        return self._blocks.get((number, phone), frozenset())

    def set_blockers(self, number: str, phone: str, parties: frozenset[Party]) -> None:
        """Say who keeps this number's texts from this phone from now on."""
        if parties == self.read_blockers(number, phone):
            return
        self._block((number, phone), parties)
        self._keep(_block_entry((number, phone), parties))

    def reset(self, *, numbers: bool) -> None:
        """Forget messages and blocks, and the numbers too if asked."""
        self._messages.clear()
        self._blocks.clear()
        if numbers:
            self._numbers.clear()
        self._journal.rewrite(self._entries())
        self.feed.tell("change")

    def close(self) -> None:
        """Let go of the data file and of everyone watching."""
        self.feed.close()
        self._journal.close()

    def _keep(self, entry: Entry) -> None:
        self._journal.append(entry)
        self.feed.tell("change")

    def _block(self, pair: Pair, parties: frozenset[Party]) -> None:
        self._blocks[pair] = parties
        if not parties:
            del self._blocks[pair]

    def _entries(self) -> list[Entry]:
        numbers: list[Entry] = [{"number": number.to_json()} for number in self._numbers.values()]
        messages: list[Entry] = [{"message": message.to_json()} for message in self._messages.values()]
        blocks: list[Entry] = [_block_entry(pair, parties) for pair, parties in sorted(self._blocks.items())]
        return [*numbers, *messages, *blocks]

    def _replay(self, entry: dict[str, Any]) -> None:
        match entry:
            case {"message": record}:
                self._messages[record["sid"]] = Message.from_json(record)
            case {"number": record}:
                self._numbers[record["sid"]] = Number.from_json(record)
            case {"message_gone": sid}:
                self._messages.pop(sid, None)
            case {"number_gone": sid}:
                self._numbers.pop(sid, None)
            case {"block": [number, phone], "by": parties}:
                self._block((number, phone), frozenset(map(Party, parties)))
            case {"block": [number, phone], "blocked": blocked}:
                # written when nobody but Twilio blocked
                self._block((number, phone), frozenset({Party.TWILIO} if blocked else ()))
            case _:
                pass


def _block_entry(pair: Pair, parties: frozenset[Party]) -> Entry:
    return {"block": list(pair), "by": sorted(parties)}
