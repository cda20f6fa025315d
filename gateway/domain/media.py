"""Media: what came with a text besides its words, and how the agent is told of it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from gateway.domain.errors import InvalidRequest

TWILIO_API = "https://api.twilio.com"
MOST_MEDIA = 10
"""As many as Twilio says that a message can have: https://www.twilio.com/docs/messaging/api/media-resource."""
_COUNT = re.compile(r"[0-9]{1,2}")
_SID = re.compile(r"ME[0-9a-f]{32}")


class MediaKind(StrEnum):
    """What an agent is told that somebody sent, in these very words."""

    PICTURE = "picture"
    CONTACT = "contact card"
    EVENT = "calendar event"
    AUDIO = "audio recording"
    VIDEO = "video"
    FILE = "file"


_WHOLE_TYPES = {
    "text/vcard": MediaKind.CONTACT,
    "text/x-vcard": MediaKind.CONTACT,
    "text/directory": MediaKind.CONTACT,
    "text/calendar": MediaKind.EVENT,
    "text/x-vcalendar": MediaKind.EVENT,
    "application/ogg": MediaKind.AUDIO,
}
_FAMILIES = {"image": MediaKind.PICTURE, "audio": MediaKind.AUDIO, "video": MediaKind.VIDEO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One thing that came with a text."""

    kind: MediaKind
    """What its sender's phone said that it is: good for a word to the agent, and for nothing else."""
    sid: str = ""
    """Twilio's `ME…` for it; empty where the webhook named a URL that is none of this very message's at Twilio.

    Kept instead of the URL, so that no other place can ever be asked for it.
    """


class Fate(StrEnum):
    """What becomes of a picture before the agent is told of it."""

    NAMED = ""
    """It is shown, or it was."""
    UNSEEN = "that you can't see"
    UNOPENED = "that could not be opened"


_NO_FATES: Mapping[Media, Fate] = MappingProxyType({})
_NOT_FOR_MODELS = "that you can't open"


def read_media(form: Mapping[str, str], *, api_url: str, account_sid: str, message_sid: str) -> tuple[Media, ...]:
    """Read what a signed webhook says of media; InvalidRequest where it counts as Twilio never would.

    A strange type or URL is no reason to refuse a text. https://www.twilio.com/docs/messaging/guides/webhook-request
    """
    count = form.get("NumMedia") or "0"
    if not _COUNT.fullmatch(count):
        raise InvalidRequest("invalid_webhook", "NumMedia must be a number of one or two digits.", field="NumMedia")
    place = media_url(api_url, account_sid=account_sid, message_sid=message_sid, sid="")
    return tuple(
        Media(kind=kind_of(form.get(f"MediaContentType{i}", "")), sid=_find_sid(form.get(f"MediaUrl{i}", ""), place))
        for i in range(min(int(count), MOST_MEDIA))
    )


def media_url(api_url: str, *, account_sid: str, message_sid: str, sid: str) -> str:
    """Spell the one address at which Twilio has a message's media."""
    return f"{api_url}/2010-04-01/Accounts/{account_sid}/Messages/{message_sid}/Media/{sid}"


def kind_of(content_type: str) -> MediaKind:
    """Tell by its MIME type what somebody sent; what nobody knows is a file."""
    whole = content_type.partition(";")[0].strip().lower()
    return _WHOLE_TYPES.get(whole) or _FAMILIES.get(whole.partition("/")[0], MediaKind.FILE)


def _find_sid(url: str, place: str) -> str:
    # compared letter by letter: what is not taken apart can't be taken apart otherwise by somebody else
    sid = url.removeprefix(place)
    return sid if url.startswith(place) and _SID.fullmatch(sid) else ""


def tell(words: str, media: Sequence[Media], fates: Mapping[Media, Fate] = _NO_FATES) -> str:
    """Put what came with a text into words, below its own; a texter who writes such a line gains nothing by it."""
    if not media:
        return words
    counted = Counter((each.kind, _fate(each, fates)) for each in media)
    came = [_count(kind, number) + (f" {fate}" if fate else "") for (kind, fate), number in counted.items()]
    note = f"[The texter sent {_enumerate(came)}.]"
    return f"{words}\n{note}" if words.strip() else note


def _fate(media: Media, fates: Mapping[Media, Fate]) -> str:
    return fates.get(media, Fate.NAMED) if media.kind is MediaKind.PICTURE else _NOT_FOR_MODELS


def _count(kind: MediaKind, number: int) -> str:
    if number > 1:
        return f"{number} {kind}s"
    return f"an {kind}" if kind is MediaKind.AUDIO else f"a {kind}"


def _enumerate(things: Sequence[str]) -> str:
    *most, last = things
    return f"{', '.join(most)} and {last}" if most else last
