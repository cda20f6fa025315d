"""`textgate reconcile`: texts whose webhook never arrived, fetched from Twilio."""

import asyncio
import re
from datetime import timedelta
from functools import partial
from typing import Annotated

import typer

from config.settings import ReconcileSettings
from gateway.adapters.store.erasure import KNOWN
from gateway.adapters.twilio_api import TwilioApi
from gateway.cli.environment import command_settings, command_store
from gateway.cli.output import Json, show
from gateway.cli.webhooks import login_of
from gateway.domain.errors import EdgeShut
from gateway.domain.login import TwilioLogin
from gateway.flows.reconcile import reconcile as reconcile_texts

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def reconcile(
    since: Annotated[str, typer.Option(help="How far to look back: 30m, 2h, 1d.")] = "2h",
    as_json: Json = False,
) -> None:
    """Receive the texts that Twilio has and the gateway never got. Those too old are marked stale, not answered."""
    show(asyncio.run(_reconcile(_read_span(since))), as_json=as_json)


def _read_span(text: str) -> timedelta:
    found = re.fullmatch(r"([0-9]{1,4})([mhd])", text)
    if not found:
        raise typer.BadParameter("say how far to look back like 30m, 2h or 1d", param_hint="--since")
    span = timedelta(**{_UNITS[found[2]]: int(found[1])})
    if span > KNOWN:
        # what was erased or forgotten is recognised for so long; older texts would be saved again
        raise typer.BadParameter(f"look back {KNOWN.days} days at the most", param_hint="--since")
    return span


async def _reconcile(span: timedelta) -> dict[str, int]:
    settings = command_settings(ReconcileSettings)
    async with command_store() as store:
        now = await store.read_clock()
        return await reconcile_texts(
            store=store,
            twilio_of=partial(_open_twilio, settings),
            since=now - span,
            max_age=timedelta(seconds=settings.max_answer_age_s),
            now=now,
            voice=settings.voice,
            pepper=settings.pepper_bytes,
        )


def _open_twilio(settings: ReconcileSettings, login: TwilioLogin | None) -> TwilioApi | None:
    """Open the account that owns a number; None where its token can't be opened."""
    try:
        account_sid, (user, password) = login_of(login, settings)
    except EdgeShut:
        return None
    return TwilioApi(api_url=settings.twilio_api_url, account_sid=account_sid, user=user, password=password)
