"""Whose accounts these are, and who may use them.

The main one comes from the environment; others are opened over /control, and are gone when the stand-in stops.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from re import fullmatch
from secrets import token_hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A Twilio account."""

    sid: str
    tokens: tuple[str, ...] = field(repr=False)
    api_key: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def signing_token(self) -> str:
        """Return the primary token: Twilio signs with no other (docs/usage/webhooks/webhooks-security)."""
        return self.tokens[0]

    def admits(self, user: str, password: str) -> bool:
        """Tell whether these basic-auth credentials open the account (docs/iam/api-keys)."""
        pairs = [(self.sid, token) for token in self.tokens]
        pairs += [self.api_key] if self.api_key else []
        return any(_same(user, name) and _same(password, secret) for name, secret in pairs)


class Accounts:
    """The accounts of the stand-in, the main one first."""

    def __init__(self, main: Account) -> None:
        """Begin with the main account alone."""
        self.main = main
        self._others: dict[str, Account] = {}

    def open(self, account: Account) -> None:
        """Open one more account, or give one that is known other tokens."""
        self._others[account.sid] = account

    def find(self, sid: str) -> Account | None:
        """Find an account."""
        return self.main if sid == self.main.sid else self._others.get(sid)

    def owner_of(self, mark: str) -> Account:
        """Return the account whose mark stands on a record; one that is gone is nobody's to enter."""
        if not mark:
            return self.main
        return self.find(mark) or Account(sid=mark, tokens=(token_hex(16),))

    def mark(self, account: Account) -> str:
        """Return what an account's records bear: its SID, and the main one's nothing."""
        return "" if account.sid == self.main.sid else account.sid

    def forget_others(self) -> None:
        """Close every account but the main one."""
        self._others.clear()


def read_account(environ: Mapping[str, str]) -> Account:
    """Read the account from TEXTGATE_TWILIO_…; raise ValueError with the next step when it is incomplete."""
    sid = environ.get("TEXTGATE_TWILIO_ACCOUNT_SID", "").strip()
    tokens = [token.strip() for token in environ.get("TEXTGATE_TWILIO_AUTH_TOKEN", "").split(",")]
    if not fullmatch("AC[0-9a-fA-F]{32}", sid):
        raise ValueError("set TEXTGATE_TWILIO_ACCOUNT_SID to AC and 32 hex digits")
    if not all(tokens):
        raise ValueError("set TEXTGATE_TWILIO_AUTH_TOKEN to the token, or a list new,old")
    return Account(sid=sid, tokens=tuple(tokens), api_key=_api_key(environ))


def _api_key(environ: Mapping[str, str]) -> tuple[str, str] | None:
    name = environ.get("TEXTGATE_TWILIO_API_KEY_SID", "").strip()
    secret = environ.get("TEXTGATE_TWILIO_API_KEY_SECRET", "").strip()
    return (name, secret) if name and secret else None


def _same(given: str, wanted: str) -> bool:
    return compare_digest(given.encode(), wanted.encode())
