"""Twilio's own Python library works against the stand-in."""

from collections.abc import Iterator
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.dev.conftest import ACCOUNT_SID, NUMBER, PHONE, TOKEN, StandInServer

DAY_BEFORE_YEARS = "2026-01-01"


class RedirectedClient:
    """The library's HTTP client, with Twilio's host replaced."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._client = TwilioHttpClient(timeout=10)
        self.session = self._client.session
        self.session.trust_env = False

    def request(self, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        return self._client.request(method, url.replace("https://api.twilio.com", self._base), *arguments, **options)


@pytest.fixture
def client(line: StandInServer) -> Iterator[Any]:
    http = RedirectedClient(line.base)
    yield Client(ACCOUNT_SID, TOKEN, http_client=http)
    http.session.close()


def test_messages(client: Any, line: StandInServer) -> None:
    """Create, fetch, list over pages, redact, delete."""
    created = client.messages.create(to=PHONE, from_=NUMBER, body="hello")
    assert (created.status, created.num_segments, created.direction) == ("queued", "1", "outbound-api")
    assert created.date_created.tzinfo
    for word in ("two", "three"):
        line.text(word)
    assert client.messages(created.sid).fetch().body == "hello"
    assert [m.body for m in client.messages.list(page_size=1)] == ["three", "two", "hello"]
    assert [m.body for m in client.messages.list(from_=PHONE, limit=1)] == ["three"]
    assert len(client.messages.list(date_sent_after=DAY_BEFORE_YEARS)) == 3
    assert client.messages(created.sid).update(body="").body == ""
    assert client.messages(created.sid).delete()


def test_numbers(client: Any) -> None:
    """Find a number, point it elsewhere, buy another, give it back."""
    [number] = client.incoming_phone_numbers.list(phone_number=NUMBER)
    assert number.update(sms_url="http://127.0.0.1:1/new").sms_url == "http://127.0.0.1:1/new"
    bought = client.incoming_phone_numbers.create(phone_number="+15005550007", friendly_name="second")
    assert [n.sid for n in client.incoming_phone_numbers.list(friendly_name="second")] == [bought.sid]
    assert bought.delete()
    assert client.api.accounts(ACCOUNT_SID).fetch().status == "active"


def test_errors(client: Any) -> None:
    """The library understands a refusal."""
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to="Ada", from_=NUMBER, body="hello")
    assert (refused.value.code, refused.value.status) == (21211, 400)
