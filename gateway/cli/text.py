"""`textgate text`: a correctly signed pretend text, and what the gateway answers."""

import asyncio
import time
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

import httpx
import typer

from config.settings import CarrierSettings
from gateway.adapters.mint import mint_message_sid
from gateway.adapters.store import Store
from gateway.adapters.store.turns import parts_of
from gateway.cli.environment import command_settings, command_store, in_store
from gateway.cli.output import Json, say, show
from gateway.cli.webhooks import login_of
from gateway.domain.errors import Conflict, InvalidRequest, NotFound
from gateway.domain.ids import MessageId
from gateway.domain.login import TwilioLogin
from gateway.domain.secret import Secret
from gateway.domain.turn import PartState
from gateway.flows.numbers import read_number, read_own_number
from gateway.web.signature import sign

_REAL_TWILIO = "api.twilio.com"
_LOOK_SECONDS = 0.1
_POST_SECONDS = 15.0
"""Twilio's own limit for a webhook: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came back for a pretend text."""

    trace_id: str
    outcome: str
    reply: list[str]


def text(
    sender: Annotated[str, typer.Argument(metavar="+FROM")],
    number: Annotated[str, typer.Argument(metavar="+TO")],
    words: Annotated[str, typer.Argument(metavar='"words"')],
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for the answer.")] = 15,
    yes: Annotated[bool, typer.Option("--yes", help="Do it although the reply is a real text.")] = False,
    as_json: Json = False,
) -> None:
    """Send a pretend text to the gateway, as Twilio would, and print what it answers."""
    settings = command_settings(CarrierSettings)
    if urlsplit(settings.twilio_api_url).hostname == _REAL_TWILIO and not yes:
        raise Conflict(
            "real_twilio",
            "TEXTGATE_TWILIO_API_URL is the real Twilio: the reply would be a real text. Say --yes if you mean it.",
        )
    sid, began = mint_message_sid(), time.monotonic()
    texter, ours = read_number(sender), read_own_number(number)
    account_sid, token = _find_signer(in_store(lambda store: store.numbers.find_login(ours)), settings)
    _post(settings, _form(account_sid, sid, sender=texter, number=ours, words=words), token)
    heard = asyncio.run(_listen(sid, wait))
    _report(sid, heard, time.monotonic() - began, as_json=as_json)


def _find_signer(login: TwilioLogin | None, settings: CarrierSettings) -> tuple[str, Secret]:
    """Find the Twilio account that a number belongs to, and the token that signs; EdgeShut when it can't be opened."""
    if login is None:
        return settings.twilio_account_sid, settings.twilio_auth_tokens[0]
    account_sid, (_, token) = login_of(login, settings)
    return account_sid, token


def _form(account_sid: str, sid: str, *, sender: str, number: str, words: str) -> dict[str, str]:
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": account_sid,
        "From": sender,
        "To": number,
        "Body": words,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    }


def _post(settings: CarrierSettings, form: dict[str, str], token: Secret) -> None:
    """Post a signed webhook; httpx.TransportError when nobody is there, InvalidRequest when it is refused."""
    url = f"{settings.public_urls[0]}/webhooks/twilio/sms"
    signature = sign(url, list(form.items()), token)
    answer = httpx.post(
        url, data=form, headers={"X-Twilio-Signature": signature}, timeout=_POST_SECONDS, trust_env=False
    )
    if answer.status_code != httpx.codes.OK:
        raise InvalidRequest("webhook_refused", f"The gateway at {url} answered {answer.status_code}: {answer.text}")


async def _listen(sid: MessageId, seconds: float) -> Heard | None:
    deadline = time.monotonic() + seconds
    async with command_store() as store:
        while True:
            heard = await _look(sid, store)
            if heard or time.monotonic() >= deadline:
                return heard
            await asyncio.sleep(_LOOK_SECONDS)


async def _look(sid: MessageId, store: Store) -> Heard | None:
    """See whether a message has come to its end, be it silence."""
    message = await store.messages.find(sid)
    if message is None:
        raise NotFound(f"{sid} is not in this Redis. Does the gateway use another one than this command?")
    trace = await store.traces.read(message["trace_id"])
    if trace.outcome == "admitted":
        return None
    if trace.turn_id is None:  # it ended in the webhook
        outcome = _reason(trace.steps[0].details) or trace.outcome
        return Heard(trace_id=trace.id, outcome=outcome, reply=_words(message["answer"]))
    turn = await store.turns.find(trace.turn_id) or {}
    sent = [part.text for part in parts_of(turn) if part.state is PartState.SENT]
    return Heard(trace_id=trace.id, outcome=trace.outcome, reply=sent)


def _words(answer: str) -> list[str]:
    return [answer] if answer else []


def _reason(details: dict[str, str]) -> str | None:
    return details.get("reason") or details.get("keyword")


def _report(sid: str, heard: Heard | None, seconds: float, *, as_json: bool) -> None:
    if as_json:
        fields = {
            "message_sid": sid,
            "trace_id": heard.trace_id if heard else None,
            "outcome": heard.outcome if heard else "waiting",
            "reply": heard.reply if heard else [],
            "seconds": round(seconds, 3),
        }
        show(fields, as_json=True)
    elif heard and heard.reply:
        print("\n".join(heard.reply))
    say(_summary(heard, seconds) + f"  See: textgate trace {sid}")
    if not (heard and heard.reply):
        raise typer.Exit(1)


def _summary(heard: Heard | None, seconds: float) -> str:
    if heard is None:
        return f"No answer within {seconds:.0f} s. Is a worker running? Try: textgate doctor."
    if not heard.reply:
        return f"Silence: {heard.outcome}."
    if heard.outcome == "apologised":
        return "Apologised: the model failed, and the trace says why."
    return f"Answered in {seconds:.1f} s."
