"""The frame: what an agent that texts is told besides its own instructions: medium, room, brand, and the texter's time.

It holds nothing that the texter may not know, and not their number: what a model is told it may be made to tell.
"""

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.compliance import MAX_LINE
from gateway.domain.texting import Texting
from gateway.domain.window import estimate_tokens

MOST_TOKENS = 200
"""What the frame costs at the most, whoever texts."""
_BRAND_TOKENS = 35
_ALONE, _JOINED = (160, 70), (153, 67)
"""Letters of a segment alone, and of one of several: of the GSM alphabet, and of any other."""
_FEW = 10
"""A ceiling above which it is no measure: nobody reads as much at once."""
_BORDER = "\n\nYour instructions:\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTime:
    """What time it probably is where a texter is."""

    at: datetime
    zone: str | None
    """The time zone; None where only how far it is from UTC is known."""
    is_known: bool
    """Whether it is the texter's at all; else it is UTC."""


def frame_text(texting: Texting, brand: str, time: LocalTime) -> str:
    """Word the frame of one turn, in one line."""
    emoji = "" if texting.emoji else " No emoji."
    return (
        f'You answer text messages (SMS) sent to "{_tame(brand)}". Write plain text, no Markdown, tables or headings. '
        "Never ask for a one-word reply like YES, STOP or CANCEL: carriers take those. "
        f"Keep it short: {_tell_room(texting)}{emoji} The rest of a longer one is sent to who replies MORE. "
        f"{_tell_time(time)}"
    )


def frame_prompt(frame: str, prompt: str) -> str:
    """Put the frame before an agent's own instructions, which stay as they are, behind a border."""
    return f"{frame}{_BORDER}{prompt}" if frame and prompt else frame or prompt


def _tame(brand: str) -> str:
    """Make a name of a brand, whatever it is: one line, no quotation marks, not too dear."""
    shown = "".join(character if character.isprintable() else " " for character in brand.replace('"', "'"))
    name = " ".join(shown.split())[:MAX_LINE]
    while estimate_tokens(name) > _BRAND_TOKENS:
        name = name[:-1]
    return name.strip()


def _tell_room(texting: Texting) -> str:
    most = texting.max_segments
    if most > _FEW:
        return "a few sentences."
    plain, other = _ALONE if most == 1 else _JOINED
    dear = "emoji or non-Latin letters" if texting.emoji else "non-Latin letters"
    segments = "1 segment" if most == 1 else f"{most} segments"
    return f"at most {segments}, {plain * most} plain characters ({other * most} with {dear})."


def _tell_time(time: LocalTime) -> str:
    # said by hand: names of days and months must not depend on the locale
    moment = f"{time.at:%A} {time.at.day} {time.at:%B %Y, %H:%M}"
    if not time.is_known:
        return f"The texter's local time is unknown; in UTC it is {moment}."
    offset = f"{time.at:%z}"
    zone = ", ".join(filter(None, (time.zone, f"UTC{offset[:3]}:{offset[3:5]}")))
    return f"By the texter's number it is probably {moment} where they are ({zone})."
