"""What a turn's models are shown of its pictures, and what they are told of the others."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from gateway.domain.conversation import Prompt
from gateway.domain.login import TwilioLogin
from gateway.domain.media import Fate, Media, MediaKind, tell
from gateway.domain.payer import Way
from gateway.domain.picture import MOST_PICTURES, Loss, Picture
from gateway.domain.turn import Turn
from workers.tools import MediaPlace, Tools

_UNSEEN = "unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A turn's pictures, as far as they were opened."""

    turn: Turn
    found: Mapping[Media, Picture | Loss]
    """Empty where no model that may be asked sees."""

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """What is shown, in the order in which it came."""
        return tuple(found for found in self.found.values() if isinstance(found, Picture))

    def words(self, *, seeing: bool) -> list[str]:
        """Say what came, to a model that is shown the pictures or to one that isn't."""
        fates = {media: self._fate(media, seeing=seeing) for media in _pictures_of(self.turn)}
        return [tell(message.text, message.media, fates) for message in self.turn.fresh]

    def show(self, prompt: Prompt, *, seeing: bool) -> Prompt:
        """Put the pictures beside the words that they came with."""
        *before, asked = prompt
        return (*before, replace(asked, pictures=self.pictures)) if seeing and self.pictures else prompt

    def count(self, *, seeing: bool) -> dict[str, int]:
        """Tell a trace how many pictures were shown, and why the others weren't; empty where none came."""
        every = [media for message in self.turn.fresh for media in message.media if media.kind is MediaKind.PICTURE]
        found = (self.found.get(media) if seeing else None for media in every)
        return dict(Counter("shown" if isinstance(each, Picture) else str(each or _UNSEEN) for each in found))

    def _fate(self, media: Media, *, seeing: bool) -> Fate:
        if not seeing:
            return Fate.UNSEEN
        return Fate.NAMED if isinstance(self.found.get(media), Picture) else Fate.UNOPENED


@asynccontextmanager
async def open_pictures(turn: Turn, ways: Sequence[Way], tools: Tools) -> AsyncIterator[Sight]:
    """Open a turn's pictures while the block runs, if there are any and a model that may be asked sees."""
    wanted = _pictures_of(turn)
    if not wanted or tools.pictures is None or not any(tools.model.sees(way.route) for way in ways):
        yield Sight(turn=turn, found={})
        return
    chosen = dict([item for item in wanted.items() if item[0].sid][:MOST_PICTURES])
    login = await _find_login(turn, tools)
    async with tools.pictures.opened(list(chosen.values()), login) as opened:
        found = {media: opened[chosen[media]] if media in chosen else _miss(media) for media in wanted}
        yield Sight(turn=turn, found=found)


def _pictures_of(turn: Turn) -> dict[Media, MediaPlace]:
    """Name a turn's pictures, and where Twilio has them."""
    return {
        media: MediaPlace(account_sid=message.account_sid, message_sid=message.id, sid=media.sid)
        for message in turn.fresh
        for media in message.media
        if media.kind is MediaKind.PICTURE
    }


def _miss(media: Media) -> Loss:
    return Loss.TOO_MANY if media.sid else Loss.NOT_TWILIOS


async def _find_login(turn: Turn, tools: Tools) -> TwilioLogin | None:
    number = turn.conversation.number
    return await tools.store.numbers.find_login(number) if number else None
