"""A text from a phone: the record, the webhook, the fallback, and the replies in TwiML.

Parameters: docs/messaging/guides/webhook-request. Fallback: docs/availability-reliability.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from gateway.dev.twilio.account import Accounts
from gateway.dev.twilio.delivery import Delivery
from gateway.dev.twilio.errors import ALERTS
from gateway.dev.twilio.exchange import Exchange
from gateway.dev.twilio.keywords import Answer, Handling, Party, Reaction, react
from gateway.dev.twilio.media import MediaItem
from gateway.dev.twilio.records import LogLine, Message, Number, new_sid
from gateway.dev.twilio.resources import media_uri
from gateway.dev.twilio.sending import Draft, find_obstacle, make_message
from gateway.dev.twilio.twiml import BadTwiml, Reply, read_replies
from gateway.dev.twilio.webhooks import Outcome, Webhooks

# Twilio sends where the numbers are at home; the 555-01xx phones of the page live nowhere in particular
_PLACE: Final = {"City": "", "State": "", "Zip": "", "Country": "US"}


class Inbound:
    """Takes texts from phones and hands them to the application."""

    def __init__(
        self, exchange: Exchange, webhooks: Webhooks, delivery: Delivery, *, accounts: Accounts, base_url: str
    ) -> None:
        """Know whom to ask and whom to tell."""
        self._exchange = exchange
        self._webhooks = webhooks
        self._delivery = delivery
        self._accounts = accounts
        delivery.when_delivered(self._pass_on)
        self._base_url = base_url

    def receive(self, number: Number, *, phone: str, body: str, media: Sequence[MediaItem] = ()) -> Message:
        """Make the inbound message; the network's and Twilio's own keywords act here, before the application hears."""
        blockers = self._exchange.read_blockers(number.phone_number, phone)
        reaction = react(body, kind=number.kind, handling=number.handling, blocked_by=blockers)
        draft = Draft(sender=phone, to=number.phone_number, body=body)
        message = make_message(draft, direction="inbound", status="received")
        message = replace(message, opt_out_type=reaction.opt_out_type, account_sid=number.account_sid)
        if media:
            message = replace(message, sid=new_sid("MM"), segments=1, media=tuple(media))
        self._exchange.put_message(message)
        self._carry_out(reaction, number, phone)
        return message

    async def _pass_on(self, sent: Message) -> None:
        """Hand a text to a number of ours on to its application: at Twilio, too, it is a message of its own then."""
        number = self._exchange.find_number(sent.to)
        if number:
            await self.deliver(self.receive(number, phone=sent.sender, body=sent.body))

    async def deliver(self, message: Message) -> None:
        """Hand a text to the application: its webhook, and if that fails its fallback."""
        number = self._exchange.find_number(message.to)
        if not number or not number.sms_url:
            self._note(message, "webhook", "", Outcome(attempts=0), detail="this number has no SmsUrl")
            return
        form = self._form(message)
        code = await self._call(message, "webhook", number.sms_url, form, number.sms_method)
        if code and number.sms_fallback_url:
            form |= {"ErrorCode": str(code), "ErrorUrl": number.sms_url}
            await self._call(message, "fallback", number.sms_fallback_url, form, number.sms_fallback_method)

    def settle(self) -> None:
        """Close the log of texts whose webhook an earlier run did not live to see answered."""
        for message in self._exchange.messages():
            if message.inbound and not message.log:
                detail = "the stand-in was stopped before the webhook was answered"
                self._note(message, "webhook", "", Outcome(attempts=0), code=11200, detail=detail)

    async def _call(self, message: Message, kind: str, url: str, form: Mapping[str, str], method: str) -> int | None:
        token = self._accounts.owner_of(message.account_sid).signing_token
        outcome = await self._webhooks.call(url, form, token=token, method=method)
        code, detail, replies = _judge(outcome)
        self._note(message, kind, url, outcome, code=code, detail=detail)
        for reply in replies:
            self._answer(message, reply)
        return code

    def _carry_out(self, reaction: Reaction, number: Number, phone: str) -> None:
        self._exchange.set_blockers(number.phone_number, phone, reaction.blocked_by)
        for answer in reaction.answers:
            draft = Draft(sender=number.phone_number, to=phone, body=answer.words)
            message = make_message(draft, direction="outbound-reply", status="queued")
            listed = _is_listed(answer, number.handling)
            message = replace(message, answered_by=answer.party, listed=listed, account_sid=number.account_sid)
            self._delivery.dispatch(self._exchange.put_message(message))

    def _answer(self, message: Message, reply: Reply) -> None:
        draft = Draft(
            sender=reply.sender or message.to,
            to=reply.to or message.sender,
            body=reply.body,
            status_callback=reply.status_callback,
        )
        if reply.body:
            self._send(draft, message.account_sid, obstacle=find_obstacle(draft, self._exchange))

    def _send(self, draft: Draft, account_sid: str, *, obstacle: int | None) -> None:
        message = make_message(draft, direction="outbound-reply", status="queued", account_sid=account_sid)
        if obstacle:
            message = replace(message, status="failed", error_code=obstacle, error_message=ALERTS.get(obstacle))
        self._delivery.dispatch(self._exchange.put_message(message))

    def _note(
        self,
        message: Message,
        kind: str,
        url: str,
        outcome: Outcome,
        *,
        code: int | None = None,
        detail: str = "",
    ) -> None:
        line = LogLine(
            at=datetime.now(UTC).isoformat(),
            kind=kind,
            event="received",
            url=url,
            status=outcome.status,
            attempts=outcome.attempts,
            error_code=code,
            detail=detail,
        )
        self._exchange.note(message.sid, line)

    def _form(self, message: Message) -> dict[str, str]:
        form = {
            "ToCountry": _PLACE["Country"],
            "ToState": _PLACE["State"],
            "SmsMessageSid": message.sid,
            "NumMedia": str(len(message.media)),
            "ToCity": _PLACE["City"],
            "FromZip": _PLACE["Zip"],
            "SmsSid": message.sid,
            "FromState": _PLACE["State"],
            "SmsStatus": "received",
            "FromCity": _PLACE["City"],
            "Body": message.body,
            "FromCountry": _PLACE["Country"],
            "To": _on_channel_of(message.sender, message.to),
            "ToZip": _PLACE["Zip"],
            "NumSegments": str(message.segments),
            "MessageSid": message.sid,
            "AccountSid": self._accounts.owner_of(message.account_sid).sid,
            "From": message.sender,
            "ApiVersion": "2010-04-01",
        }
        # only Advanced Opt-Out tells; under the default handling the application reads the words itself
        form |= {"OptOutType": message.opt_out_type} if message.opt_out_type else {}
        return form | self._media_fields(message, form["AccountSid"])

    def _media_fields(self, message: Message, account_sid: str) -> dict[str, str]:
        fields = {}
        for index, item in enumerate(message.media):
            fields[f"MediaUrl{index}"] = item.url or self._base_url + media_uri(account_sid, message, item)
            fields[f"MediaContentType{index}"] = item.content_type
        return fields


def _on_channel_of(sender: str, number: str) -> str:
    """Name a number as it is named on the channel that a text came over: `whatsapp:+1555…` is texted from there."""
    channel, colon, _ = sender.rpartition(":")
    return channel + colon + number


def _is_listed(answer: Answer, handling: Handling) -> bool:
    """Tell whether an answer to a keyword can be found in Twilio's list of messages.

    The network's own never came by Twilio, and those of Advanced Opt-Out are said not to appear (help article
    360034798533, of which we could read only the beginning of that sentence). That the default ones do is unverified.
    """
    return answer.party is Party.TWILIO and handling is Handling.DEFAULT


def _judge(outcome: Outcome) -> tuple[int | None, str, list[Reply]]:
    if outcome.problem:
        return 11200, outcome.problem, []
    try:
        return None, "", read_replies(outcome.content_type, outcome.content)
    except BadTwiml as bad:
        return bad.code, f"{ALERTS[bad.code]}: {bad}", []
