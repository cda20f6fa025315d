"""What nobody foresaw: 500 in our own shape, and not a word of it outside."""

import io
import json
from typing import NoReturn

import httpx
import pytest

from gateway.domain.secret import Secret
from tests.examples import TEXTER, inbound_form
from tests.setting_up import Customer
from tests.web.api import expect
from tests.web.contents import contents
from tests.web.twilio import post_text

_CANARY = "canary-3c59dc048e8850243be8079a5c74d079"


async def _fail(*_args: object, **_named: object) -> NoReturn:
    raise RuntimeError(_CANARY) from ValueError(_CANARY)


_ASKED = {
    "gateway.web.api.byok.seal_credential": ("PUT", "/v1/byok", {"provider": "openai", "api_key": _CANARY}),
    "gateway.web.api.agents.draft_agent": ("POST", "/v1/agents", {"system_prompt": _CANARY}),
    "gateway.web.api.requests.authenticate": ("GET", "/v1/status", None),
    "gateway.web.api.messages.admit_message": ("POST", "/v1/agents/{}/messages", {"text": _CANARY}),
}


@pytest.mark.parametrize("place", _ASKED)
async def test_an_unforeseen_error_of_the_api_tells_nothing(
    api: httpx.AsyncClient, customer: Customer, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """I61: an error with a secret in its message is 500 `internal_error`; neither answer nor log repeats the secret."""
    monkeypatch.setattr(place, _fail)
    method, path, body = _ASKED[place]
    response = await api.request(method, path.format(customer.agent.id), json=body)
    expect(response, 500, "internal_error")
    assert _CANARY not in response.text + log.getvalue()
    (event,) = (line for line in map(json.loads, log.getvalue().splitlines()) if line["event"] == "request.failed")
    assert (event["error"], event["trace_id"]) == ("RuntimeError", response.headers["x-trace-id"])
    assert any("_fail" in place for place in event["where"])


async def test_an_unforeseen_error_of_the_webhook_saves_nothing(
    web: httpx.AsyncClient,
    customer: Customer,
    redis_url: Secret,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """I1, I61: a webhook that fails unforeseen is 500, so that Twilio's fallback acts, and the log has no text."""
    monkeypatch.setattr("gateway.web.inbound.receive_text", _fail)
    before = contents(redis_url)
    response = await post_text(web, inbound_form(_CANARY))
    expect(response, 500, "internal_error")
    assert _CANARY not in response.text + log.getvalue()
    assert contents(redis_url) == before


async def test_a_text_leaves_one_line_without_its_words(
    web: httpx.AsyncClient, customer: Customer, log: io.StringIO
) -> None:
    """I61: the log line of a text names its SID and outcome, masks the phones and holds no word of it."""
    form = inbound_form(_CANARY)
    await post_text(web, form)
    (event,) = (line for line in map(json.loads, log.getvalue().splitlines()) if line["event"] == "text.received")
    assert (event["message_sid"], event["outcome"], event["texter"]) == (form["MessageSid"], "admitted", "+1202***0143")
    for secret in (_CANARY, TEXTER, form["To"]):
        assert secret not in log.getvalue()
