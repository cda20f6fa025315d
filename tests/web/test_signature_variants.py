"""Webhooks that Twilio really sends, signed by Twilio's own library: all are taken."""

from collections.abc import Callable
from urllib.parse import quote, quote_plus

import httpx
import pytest

from gateway.domain.secret import Secret
from tests.examples import AUTH_TOKEN, PUBLIC_URL, inbound_form
from tests.setting_up import Customer
from tests.web.contents import contents, names
from tests.web.processes import calling, web_process
from tests.web.twilio import FORM, SMS, post_text, said, signature

_FORMS = {
    "as it comes": inbound_form(),
    "blank fields": inbound_form(MediaUrl0="", FromZip="", Brandnew=""),
    "spaces and plus": inbound_form("  1 + 1 = 2  "),
    "form characters": inbound_form("a&b=c%20d;e?f#g"),
    "line breaks": inbound_form("one\r\ntwo\nthree\t"),
    "emoji": inbound_form("\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f"),
    "other scripts": inbound_form("\u4f60\u597d \u0645\u0631\u062d\u0628\u0627 \u00e9\u00fc", FromCity="Z\u00dcRICH"),
    "unknown fields": inbound_form(Zeta="1", alpha="2", _x="3", **{"A-b": "4"}),
    "a pooled number": inbound_form(MessagingServiceSid="MG" + "0" * 32),
    "a picture": inbound_form(
        "Look", NumMedia="1", MediaUrl0="https://api.twilio.com/x", MediaContentType0="image/png"
    ),
    "a fallback request": inbound_form(ErrorCode="11200", ErrorUrl="https://gateway.example.com/x?y=1"),
    "the longest text": inbound_form("\U0001f600" * 800),
}


@pytest.mark.parametrize("form", _FORMS.values(), ids=_FORMS.keys())
async def test_a_form_of_twilio_is_taken(
    web: httpx.AsyncClient, customer: Customer, redis_url: Secret, form: dict[str, str]
) -> None:
    """I9: whatever Twilio puts into a form, a right signature over it is accepted and the text is saved."""
    assert said(await post_text(web, form)) == []
    saved = contents(redis_url)
    assert saved[f"tg:message:{form['MessageSid']}"]["body"] == form["Body"]
    assert len(names(saved, "arq:job:")) == 1


_URLS = {
    # settings, the URL that Twilio signs, the target of the request as it reaches us
    "plain": (PUBLIC_URL, PUBLIC_URL + SMS, SMS),
    "trailing slash": (PUBLIC_URL + "/", PUBLIC_URL + SMS, SMS),
    "signed with the port": (PUBLIC_URL, f"{PUBLIC_URL}:443{SMS}", SMS),
    "a port in the settings": (f"{PUBLIC_URL}:8443", f"{PUBLIC_URL}:8443{SMS}", SMS),
    "a port in the settings only": (f"{PUBLIC_URL}:8443", PUBLIC_URL + SMS, SMS),
    "plain http": ("http://gateway.example.com", f"http://gateway.example.com{SMS}", SMS),
    "plain http with the port": ("http://gateway.example.com", f"http://gateway.example.com:80{SMS}", SMS),
    "an IPv6 literal with a port": ("https://[2606:4700::1]:8443", f"https://[2606:4700::1]:8443{SMS}", SMS),
    "a query": (PUBLIC_URL, f"{PUBLIC_URL}{SMS}?tenant=7&x=a%20b+c%2F&y=", f"{SMS}?tenant=7&x=a%20b+c%2F&y="),
    "overrides in the settings": (f"{PUBLIC_URL}#rc=3&rp=5xx,ct,rt", PUBLIC_URL + SMS, SMS),
    "overrides after a slash": (f"{PUBLIC_URL}/#rc=3", PUBLIC_URL + SMS, SMS),
    "a path before ours": (f"{PUBLIC_URL}/gateway", f"{PUBLIC_URL}/gateway{SMS}", SMS),
    "a comma at the end": (f"{PUBLIC_URL}, ", PUBLIC_URL + SMS, SMS),
    "the second of two": (f"https://a.example,{PUBLIC_URL}", PUBLIC_URL + SMS, SMS),
    "the first of two": (f"{PUBLIC_URL}, https://b.example/#rc=1", PUBLIC_URL + SMS, SMS),
}


@pytest.mark.parametrize(("public_url", "signed_url", "target"), _URLS.values(), ids=_URLS.keys())
async def test_a_url_as_twilio_signs_it_is_known(
    redis_url: Secret, customer: Customer, public_url: str, signed_url: str, target: str
) -> None:
    """I9: the signed URL is the one of the settings, with or without port, with its query, without its fragment."""
    form = inbound_form()
    async with web_process(redis_url, TEXTGATE_PUBLIC_URL=public_url) as app, calling(app) as web:
        response = await post_text(web, form, path=target, signed=signature(form, url=signed_url))
    assert said(response) == []


def _percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


@pytest.mark.parametrize("escape", [quote, quote_plus, _percent])
async def test_the_spelling_of_the_form_does_not_matter(
    web: httpx.AsyncClient, customer: Customer, escape: Callable[[str], str]
) -> None:
    """I9: what is signed are the decoded values, however they were escaped on the way."""
    form = inbound_form("a + b \u00e9")
    body = "&".join(f"{escape(name)}={escape(value)}" for name, value in form.items())
    headers = {"content-type": f"{FORM}; charset=UTF-8", "x-twilio-signature": signature(form)}
    assert said(await web.post(SMS, content=body, headers=headers)) == []


@pytest.mark.parametrize(
    ("tokens", "signing", "status"),
    [
        ("new-token,old-token", "new-token", 200),
        ("new-token,old-token", "old-token", 200),
        ("new-token, old-token , shared-key", "shared-key", 200),
        ("new-token", "new-token", 200),
        ("new-token", "old-token", 403),
        ("new-token,old-token", "new-token,old-token", 403),
        ("new-token,,old-token", "", 403),
    ],
)
async def test_tokens_overlap_while_they_rotate(
    redis_url: Secret, customer: Customer, tokens: str, signing: str, status: int
) -> None:
    """I11: during a rotation old, new and shared key are accepted; after it the old one is refused."""
    form = inbound_form()
    async with web_process(redis_url, TEXTGATE_TWILIO_AUTH_TOKEN=tokens) as app, calling(app) as web:
        response = await post_text(web, form, signed=signature(form, token=signing))
    assert response.status_code == status


_SPOOFED = {
    "Host": {"host": "evil.example"},
    "X-Forwarded-Host": {"x-forwarded-host": "evil.example", "x-forwarded-proto": "http"},
    "X-Forwarded-Port": {"x-forwarded-port": "6666"},
    "X-Forwarded-Path": {"x-forwarded-path": "/elsewhere", "x-forwarded-prefix": "/elsewhere"},
    "Forwarded": {"forwarded": "host=evil.example;proto=http"},
    "X-Original-URL": {"x-original-url": "/elsewhere", "x-rewrite-url": "/elsewhere"},
}


@pytest.mark.parametrize("headers", _SPOOFED.values(), ids=_SPOOFED.keys())
async def test_headers_do_not_move_the_signed_url(
    web: httpx.AsyncClient, customer: Customer, headers: dict[str, str]
) -> None:
    """I8: Host and forwarding headers neither break a right signature nor make a wrong one right."""
    assert said(await post_text(web, inbound_form(), headers=headers)) == []
    form = inbound_form(sid="SM" + "f" * 32)
    for url in (f"https://evil.example{SMS}", f"http://evil.example{SMS}", f"{PUBLIC_URL}/elsewhere"):
        refused = await post_text(web, form, signed=signature(form, url=url), headers=headers)
        assert refused.status_code == 403


def test_the_oracle_agrees_with_itself() -> None:
    """The signatures of these tests are Twilio's own: for the example of its documentation, the documented one."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    documented = signature(form, url="https://example.com/myapp.php?foo=1&bar=2", token="12345")
    assert documented == "L/OH5YylLD5NRKLltdqwSvS0BnU="
    assert AUTH_TOKEN not in documented
