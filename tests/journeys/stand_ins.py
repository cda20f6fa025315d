"""What tests say to the two stand-ins: the phone network, and the model."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from gateway.domain.phone import PhoneNumber, is_short_code
from tests.examples import ACCOUNT_SID, AUTH_TOKEN, NUMBER, TEXTER

_SECONDS = 30.0

Fields = dict[str, Any]


def open_client() -> httpx.Client:
    """Make a client that keeps no connection: servers come and go under it."""
    return httpx.Client(trust_env=False, timeout=_SECONDS, limits=httpx.Limits(max_keepalive_connections=0))


class Phone:
    """The phones of texters, on the Twilio stand-in."""

    def __init__(self, url: str, client: httpx.Client) -> None:
        self._url = url
        self._client = client

    def text(self, body: str, *, texter: PhoneNumber = TEXTER, number: PhoneNumber = NUMBER) -> str:
        """Text the number, and return the MessageSid once the gateway has taken the text."""
        report = self._post_text(body, texter, number)
        assert report["webhook_status"] == 200, report
        return str(report["message_sid"])

    def send(
        self, content: bytes, kind: str = "image/png", *, body: str = "", number: PhoneNumber = NUMBER, url: str = ""
    ) -> str:
        """Send a picture, or something else, and return the MessageSid; with a URL that Twilio would never name."""
        media = [{"content_type": kind, "content": b64encode(content).decode(), "url": url}]
        report = self._post_text(body, TEXTER, number, media=media)
        assert report["webhook_status"] == 200, report
        return str(report["message_sid"])

    def text_unheard(self, body: str, *, texter: PhoneNumber, number: PhoneNumber) -> None:
        """Text a number whose webhook leads nowhere: Twilio alone hears it."""
        report = self._post_text(body, texter, number)
        assert report["webhook_status"] is None, report

    def _post_text(self, body: str, texter: PhoneNumber, number: PhoneNumber, **more: object) -> Fields:
        texting = {"from": texter, "to": number, "body": body, "wait": True, **more}
        report: Fields = self._client.post(f"{self._url}/control/texts", json=texting).raise_for_status().json()
        return report

    def received(self, *, texter: PhoneNumber = TEXTER) -> list[str]:
        """Return what was sent to a texter, in order."""
        return [str(message["body"]) for message in self.messages(texter=texter)]

    def messages(self, *, texter: PhoneNumber = TEXTER, number: PhoneNumber = NUMBER) -> list[Fields]:
        """Return the messages to a texter, in order, as Twilio shows them."""
        answer = self._client.get(f"{self._url}/control/messages", params={"from": number, "to": texter})
        found: list[Fields] = answer.raise_for_status().json()["messages"]
        return found

    def all_messages(self) -> list[Fields]:
        """Return the messages to all texters, in order."""
        answer = self._client.get(f"{self._url}/control/messages", params={"from": NUMBER})
        found: list[Fields] = answer.raise_for_status().json()["messages"]
        return found

    def fail_next(self, *faults: Fields) -> None:
        """Have the next texts that the gateway sends meet these faults, one each."""
        self._client.post(f"{self._url}/control/faults", json={"next": faults}).raise_for_status()

    def fate_next(self, *fates: Fields | int) -> None:
        """Have the next texts that Twilio takes end so, one each."""
        self._client.post(f"{self._url}/control/deliveries", json={"next": fates}).raise_for_status()

    def pool(self, service: str, *numbers: PhoneNumber) -> None:
        """Have a Messaging Service send by these numbers."""
        wishes = {"messaging_service_sid": service, "numbers": numbers}
        self._client.post(f"{self._url}/control/services", json=wishes).raise_for_status()

    def own(self, number: PhoneNumber, *, sms_url: str, **switches: bool) -> None:
        """Own one more number, whose texts are posted to a web process, with Twilio's switches for keywords set so."""
        wishes = {"keyword_handling": False, "advanced_opt_out": False, "sms_url": sms_url, **switches}
        known = self._client.post(f"{self._url}/control/numbers/{number}", json=wishes)
        if known.is_success:
            return
        if is_short_code(number):
            code = {"short_code": number, **wishes}
            self._client.post(f"{self._url}/control/short-codes", json=code).raise_for_status()
        else:
            shop = f"{self._url}/2010-04-01/Accounts/{ACCOUNT_SID}/IncomingPhoneNumbers.json"
            bought = self._client.post(shop, data={"PhoneNumber": number}, auth=(ACCOUNT_SID, AUTH_TOKEN))
            bought.raise_for_status()
            self.own(number, sms_url=sms_url, **switches)

    def open_account(self, account_sid: str, auth_token: str, *numbers: PhoneNumber) -> None:
        """Have a customer have an account of its own at Twilio, with numbers."""
        account = {"account_sid": account_sid, "auth_token": auth_token, "numbers": numbers}
        self._client.post(f"{self._url}/control/accounts", json=account).raise_for_status()

    def forget(self) -> None:
        """Forget all messages; the number stays."""
        self._client.post(f"{self._url}/control/reset", json={}).raise_for_status()


class Model:
    """The offline model, and what reached it since the test began."""

    def __init__(self, url: str, client: httpx.Client) -> None:
        self._url = url
        self._client = client
        self._seen = 0

    def behave(self, **wishes: object) -> None:
        """Answer so from now on: `reply`, `status`, `gate`; what is not named is as usual."""
        self._client.post(f"{self._url}/control", json=wishes).raise_for_status()

    def take_calls(self) -> list[Fields]:
        """Return the calls since they were taken last, and have the model forget them."""
        calls: list[Fields] = self._client.delete(f"{self._url}/control/calls").raise_for_status().json()
        self._seen = 0
        return calls

    @contextmanager
    def thinking(self) -> Iterator[None]:
        """Have it think for as long as the block runs, and then answer as usual."""
        self.behave(gate="closed")
        try:
            yield
        finally:
            self.behave()

    def all_calls(self) -> list[Fields]:
        """Return every call since it was started."""
        calls: list[Fields] = self._client.get(f"{self._url}/control/calls").raise_for_status().json()
        return calls

    def calls(self) -> list[Fields]:
        """Return the calls of this test."""
        return self.all_calls()[self._seen :]

    def has_calls(self, number: int) -> bool:
        """Tell whether so many calls have come in."""
        return len(self.calls()) >= number

    def asked(self) -> list[str]:
        """Return the last words of each call."""
        return [call["body"]["messages"][-1]["content"] for call in self.calls()]

    def forget(self) -> None:
        """Answer as usual, and count from here."""
        self.behave()
        self._seen = len(self.all_calls())
