"""What came with texts, as Twilio keeps it: behind the account's login, and shown at an address that needs none.

https://www.twilio.com/docs/messaging/api/media-resource
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Self

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

MOST_BYTES = 5 * 1024 * 1024
"""Of all media of a text."""
SHOWN_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""What a browser may show in our own name: nothing that can hold a script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaItem:
    """One thing that came with a text."""

    sid: str
    content_type: str
    created_at: datetime
    url: str = ""
    """Where the webhook says that it is; empty: at the API, as always at Twilio."""

    def to_json(self) -> dict[str, Any]:
        """Give the record as it stands in the data file."""
        return {
            "sid": self.sid,
            "content_type": self.content_type,
            "created_at": self.created_at.isoformat(),
            "url": self.url,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Read a record of the data file."""
        return cls(**{**record, "created_at": datetime.fromisoformat(record["created_at"])})


class MediaShelf:
    """The bytes of media: files in a directory, or memory where there is none."""

    def __init__(self, directory: Path | None) -> None:
        """Name the directory; nothing is made before the first write."""
        self._directory = directory
        self._held: dict[str, bytes] = {}
        self.signature = token_urlsafe(16)
        """What a signed address has to show, until the stand-in stops."""

    def put(self, sid: str, content: bytes) -> None:
        """Keep something."""
        if self._directory is None:
            self._held[sid] = content
            return
        self._directory.mkdir(parents=True, exist_ok=True)
        (self._directory / sid).write_bytes(content)

    def find(self, sid: str) -> bytes | None:
        """Find something; only what has been put here has a name."""
        if self._directory is None:
            return self._held.get(sid)
        path = self._directory / sid
        return path.read_bytes() if path.parent == self._directory and path.is_file() else None

    def drop(self, sid: str) -> None:
        """Forget something."""
        self._held.pop(sid, None)
        if self._directory:
            (self._directory / sid).unlink(missing_ok=True)


async def show_content(request: Request) -> Response:
    """Show media at a signed address, as Twilio's content delivery does: a login shown here is one too many."""
    stand_in = request.app.state.stand_in
    item = stand_in.exchange.find_media(request.path_params["media"])
    content = stand_in.shelf.find(item.sid) if item else None
    if request.query_params.get("Signature") != stand_in.shelf.signature:
        return PlainTextResponse("no such signature", status_code=403)
    if "authorization" in request.headers:
        return PlainTextResponse("only one way to authenticate is allowed", status_code=400)
    if content is None:
        return PlainTextResponse("not found", status_code=404)
    return Response(content, media_type=item.content_type, headers={"X-Content-Type-Options": "nosniff"})


def content_routes() -> list[Route]:
    """Return the addresses of media's own host."""
    return [Route("/media/{media}", show_content, methods=["GET"])]
