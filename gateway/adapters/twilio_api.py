"""Twilio's API as the operator's tool asks it: one request after the other, nothing sent.

https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from gateway.domain.errors import CarrierBusy, CarrierRefused
from gateway.domain.ids import MessageId
from gateway.domain.media import MOST_MEDIA, Media, MediaKind, kind_of
from gateway.domain.message import InboundMessage
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret

_SECONDS = 15.0
_PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SentText:
    """A text that Twilio took from us."""

    sid: str
    texter: str
    body: str
    at: datetime


class TwilioApi:
    """One Twilio account, seen through its REST API."""

    def __init__(self, *, api_url: str, account_sid: str, user: str, password: Secret) -> None:
        self._account_sid = account_sid
        self._client = httpx.Client(base_url=api_url, auth=(user, password.reveal()), timeout=_SECONDS, trust_env=False)

    def list_inbound(self, number: PhoneNumber, *, since: datetime) -> Iterator[InboundMessage]:
        """List the texts to a number since a moment, newest first; what came with them is only counted, as files.

        CarrierBusy when Twilio can't be reached, CarrierRefused when it won't say.
        """
        for found in self._list({"To": number}, since=since):
            if found["direction"] == "inbound":
                yield _read_inbound(found)

    def list_sent(self, number: PhoneNumber, *, since: datetime) -> Iterator[SentText]:
        """List the texts that were sent from a number over the API since a moment, newest first; raises as above.

        What a webhook answered is not among them: of that we never get a SID.
        """
        for found in self._list({"From": number}, since=since):
            if found["direction"] == "outbound-api":
                yield _read_sent(found)

    def list_media(self, message: InboundMessage) -> tuple[Media, ...]:
        """List what came with a text; nothing where it was deleted meanwhile.

        Where Twilio won't say, it is left as it was counted: the words are worth more than what came with them.
        """
        path = f"/2010-04-01/Accounts/{self._account_sid}/Messages/{message.sid}/Media.json"
        try:
            response = self._ask(path, {"PageSize": str(MOST_MEDIA)})
            listed = [] if response.status_code == httpx.codes.NOT_FOUND else _read(response)["media_list"]
        except (CarrierBusy, CarrierRefused):
            return message.media
        return tuple(
            Media(kind=kind_of(each["content_type"] or ""), sid=each["sid"] or "") for each in listed[:MOST_MEDIA]
        )

    def _list(self, which: dict[str, str], *, since: datetime) -> Iterator[dict[str, Any]]:
        path = f"/2010-04-01/Accounts/{self._account_sid}/Messages.json"
        query = {**which, "DateSent>": since.strftime("%Y-%m-%dT%H:%M:%SZ"), "PageSize": str(_PAGE)}
        page = _read(self._ask(path, query))
        while True:
            yield from page["messages"]
            if not page.get("next_page_uri"):
                return
            page = _read(self._ask(page["next_page_uri"], None))

    def _ask(self, path: str, query: dict[str, str] | None) -> httpx.Response:
        try:
            return self._client.get(path, params=query)
        except httpx.HTTPError:
            raise CarrierBusy("Twilio can't be reached at TEXTGATE_TWILIO_API_URL.") from None

    def close(self) -> None:
        """Close every connection."""
        self._client.close()


def _read(response: httpx.Response) -> dict[str, Any]:
    if response.is_client_error:
        raise CarrierRefused(f"Twilio answered {response.status_code}. Are the SID and its token right?")
    if not response.is_success:
        raise CarrierBusy(f"Twilio answered {response.status_code}. Try again.")
    return dict(response.json())


def _read_inbound(found: dict[str, Any]) -> InboundMessage:
    return InboundMessage(
        sid=MessageId(found["sid"]),
        account_sid=found["account_sid"],
        sender=found["from"],
        recipient=found["to"],
        body=found["body"],
        opt_out_type=None,
        received_at=_moment(found),
        media=(Media(kind=MediaKind.FILE),) * min(int(found.get("num_media") or 0), MOST_MEDIA),
    )


def _read_sent(found: dict[str, Any]) -> SentText:
    return SentText(sid=found["sid"], texter=found["to"], body=found["body"], at=_moment(found))


def _moment(found: dict[str, Any]) -> datetime:
    return parsedate_to_datetime(found["date_sent"] or found["date_created"])
