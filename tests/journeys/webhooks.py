"""Webhooks posted by hand: the very same request several times, and many at once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx
from twilio.request_validator import RequestValidator

from tests.examples import AUTH_TOKEN

PATH = "/webhooks/twilio/sms"
_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the gateway said."""

    status: int
    body: str


def sign(form: Mapping[str, str], url: str) -> dict[str, str]:
    """Sign a form with Twilio's own library, and return the headers."""
    return {"X-Twilio-Signature": str(RequestValidator(AUTH_TOKEN).compute_signature(url + PATH, dict(form)))}


def post_all_at_once(forms: Sequence[Mapping[str, str]], *, signed_for: str, urls: Sequence[str]) -> list[Answer]:
    """Post signed forms at the same moment, by turns to each web process."""
    return asyncio.run(_post_all(forms, signed_for, urls))


async def _post_all(forms: Sequence[Mapping[str, str]], signed_for: str, urls: Sequence[str]) -> list[Answer]:
    limits = httpx.Limits(max_connections=len(forms), max_keepalive_connections=0)
    async with httpx.AsyncClient(trust_env=False, timeout=_SECONDS, limits=limits) as client:

        async def post(form: Mapping[str, str], url: str) -> Answer:
            answer = await client.post(url + PATH, data=dict(form), headers=sign(form, signed_for))
            return Answer(status=answer.status_code, body=answer.text)

        return await asyncio.gather(*[post(form, urls[index % len(urls)]) for index, form in enumerate(forms)])
