"""What came with texts that are found late: listed one text after the other, and no reason to lose any text."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from gateway.adapters.store import Store
from gateway.adapters.store.media import media_of
from gateway.adapters.twilio_api import TwilioApi
from gateway.domain.media import MOST_MEDIA, Media, MediaKind
from gateway.domain.secret import Secret
from gateway.flows.reconcile import reconcile
from tests.domain.values import VOICE
from tests.examples import ACCOUNT_SID, AUTH_TOKEN, NUMBER, PEPPER, TEXTER, media_sid, message_sid
from tests.setting_up import set_up_customer

_HOUR = timedelta(hours=1)
_PICTURE = {"sid": media_sid(), "content_type": "image/png"}
_UNKNOWN = {"sid": media_sid(2), "content_type": None}


class _Twilio(ThreadingHTTPServer):
    """Lists two texts, one of them with media, whose list answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.media, self.asked = 200, list[dict[str, Any]](), list[str]()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, path: str) -> tuple[int, dict[str, Any]]:
        if "/Media.json" in path:
            self.asked.append(path)
            return self.status, {"media_list": self.media}
        texts = [_text(2, "Hello", "0"), _text(1, "Look", "2")] if "To=" in path else []
        return 200, {"messages": texts, "next_page_uri": None}


class _Handler(BaseHTTPRequestHandler):
    server: _Twilio

    def do_GET(self) -> None:
        status, answer = self.server.answer(self.path)
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def _text(number: int, body: str, num_media: str) -> dict[str, str]:
    at = format_datetime(datetime.now(UTC) - timedelta(minutes=5 - number))
    ends = {"from": TEXTER, "to": NUMBER, "account_sid": ACCOUNT_SID, "direction": "inbound", "date_sent": at}
    return {"sid": message_sid(number), "body": body, "num_media": num_media, **ends}


@pytest.fixture
def twilio() -> Iterator[_Twilio]:
    """A Twilio with two texts whose webhooks never came."""
    with _Twilio() as server:
        serving = Thread(target=server.serve_forever, args=[0.01])
        serving.start()
        yield server
        server.shutdown()
        serving.join()


@pytest.fixture(autouse=True)
async def _customer(store: Store) -> None:
    await set_up_customer(store)


async def _recover(store: Store, twilio: _Twilio, *, new: int = 2) -> tuple[Media, ...]:
    """Reconcile, and return what is known to have come with the one text."""
    now = datetime.now(UTC)
    password = Secret(AUTH_TOKEN)
    api = TwilioApi(api_url=twilio.url, account_sid=ACCOUNT_SID, user=ACCOUNT_SID, password=password)
    with closing(api):
        counted = await reconcile(
            store=store, twilio_of=lambda _: api, since=now - _HOUR, max_age=_HOUR, now=now, voice=VOICE, pepper=PEPPER
        )
    assert (counted["seen"], counted["recovered"], counted["numbers_skipped"]) == (2, new, 0)
    assert await store.messages.find(message_sid(2))
    fields = await store.messages.find(message_sid(1)) or {}
    return media_of(fields.get("media", ""))


async def test_listed_as_twilio_lists_them(store: Store, twilio: _Twilio) -> None:
    """I17: one page holds all that a text can have; a type that Twilio does not tell makes it a file."""
    twilio.media = [_PICTURE, _UNKNOWN]
    picture, unknown = await _recover(store, twilio)
    assert picture == Media(kind=MediaKind.PICTURE, sid=media_sid())
    assert unknown == Media(kind=MediaKind.FILE, sid=media_sid(2))
    place = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{message_sid(1)}/Media.json"
    assert twilio.asked == [f"{place}?PageSize={MOST_MEDIA}"]


async def test_asked_once(store: Store, twilio: _Twilio) -> None:
    """I17: what came with a text that is known is not asked for again."""
    twilio.media = [_PICTURE, _PICTURE]
    came = await _recover(store, twilio)
    assert await _recover(store, twilio, new=0) == came
    assert len(twilio.asked) == 1


async def test_deleted_meanwhile(store: Store, twilio: _Twilio) -> None:
    """I17: a text whose media were deleted at Twilio is received without them, and so are the others."""
    twilio.status = 404
    assert await _recover(store, twilio) == ()


@pytest.mark.parametrize("status", [500, 429, 403])
async def test_not_told(store: Store, twilio: _Twilio, status: int) -> None:
    """I17: where Twilio won't list what came with a text, its words are received; its agent hears that more came."""
    twilio.status = status
    assert await _recover(store, twilio) == (Media(kind=MediaKind.FILE),) * 2
