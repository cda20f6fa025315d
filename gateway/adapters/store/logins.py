"""Twilio logins in Redis: fields of the number that they serve, gone with it."""

from collections.abc import Sequence
from dataclasses import replace

from gateway.adapters.store.records import Fields, only_set
from gateway.domain.ids import AccountId
from gateway.domain.login import Flaw, TwilioLogin
from gateway.domain.phone import PhoneNumber

LOGIN_FIELDS = ("account_id", "twilio_sid", "twilio_token", "twilio_flaw")
"""Whose number it is, that account's Twilio SID, the sealed token, and what is wrong with it."""


def login_fields(login: TwilioLogin) -> Fields:
    """Write a login as it is kept beside the number's settings."""
    flaw = login.flaw.value if login.flaw else None
    return only_set({"twilio_sid": login.account_sid, "twilio_token": login.sealed, "twilio_flaw": flaw})


def signers_of(login: TwilioLogin | None, former: str | None) -> tuple[TwilioLogin, ...]:
    """Name the logins by whose token a webhook may be signed: the one that is, and that with the token before."""
    if login is None:
        return ()
    return (login, replace(login, sealed=former)) if former else (login,)


def login_of(number: PhoneNumber, values: Sequence[str | None]) -> TwilioLogin | None:
    """Make a login of a number's LOGIN_FIELDS; None for a number that nobody has brought."""
    account_id, account_sid, sealed, flaw = values
    if not (account_id and account_sid and sealed):
        return None
    return TwilioLogin(
        account_id=AccountId(account_id),
        number=number,
        account_sid=account_sid,
        sealed=sealed,
        flaw=Flaw(flaw) if flaw else None,
    )
