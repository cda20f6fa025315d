"""What a pretend phone sends with a text: JSON with the bytes in base64."""

import binascii
from base64 import b64decode
from datetime import UTC, datetime
from re import fullmatch
from typing import Any, Final

from gateway.dev.twilio.media import MOST_BYTES, MediaItem
from gateway.dev.twilio.records import new_sid

_MOST: Final = 10
_SHAPE: Final = 'media must be a list of at most 10, such as [{"content_type": "image/png", "content": "base64"}]'


class BadAttachment(ValueError):
    """An attachment that no phone can send; the sentence says what to do."""


def read_attachments(asked: Any) -> list[tuple[MediaItem, bytes]]:
    """Read attachments; a `url` of one is what the webhook says instead of Twilio's own, as an attacker wants it."""
    if not isinstance(asked, list) or len(asked) > _MOST:
        raise BadAttachment(_SHAPE)
    read = [_read(each) for each in asked]
    if sum(len(content) for _, content in read) > MOST_BYTES:
        raise BadAttachment("a phone can't send more than 5 MB with a text")
    return read


def _read(asked: Any) -> tuple[MediaItem, bytes]:
    if not isinstance(asked, dict) or set(asked) - {"content_type", "content", "url"}:
        raise BadAttachment(_SHAPE)
    kind, content, url = (asked.get(name, "") for name in ("content_type", "content", "url"))
    if not (isinstance(kind, str) and isinstance(url, str) and isinstance(content, str)):
        raise BadAttachment(_SHAPE)
    if not fullmatch(r"[\x20-\x7e]{0,200}", kind):
        raise BadAttachment("content_type must be a MIME type such as image/png")
    try:
        data = b64decode(content, validate=True)
    except binascii.Error:
        raise BadAttachment("content must be base64") from None
    return MediaItem(sid=new_sid("ME"), content_type=kind, created_at=datetime.now(UTC), url=url), data
