"""Media in Redis: a field of the message that they came with, erased with its words."""

import json
from collections.abc import Sequence

from gateway.domain.media import Media, MediaKind


def dump_media(media: Sequence[Media]) -> str | None:
    """Write what came with a text; None where nothing did."""
    return json.dumps([[each.kind.name, each.sid] for each in media]) if media else None


def media_of(field: str | None) -> tuple[Media, ...]:
    """Read what came with a text."""
    return tuple(Media(kind=MediaKind[kind], sid=sid) for kind, sid in json.loads(field or "[]"))
