"""Where a development gateway lives: its ports, its secrets, and the file that a second terminal reads."""

import secrets
import shlex
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from gateway.adapters.key_ring import new_pair
from gateway.domain.ring import PEPPER_BYTES, encode, format_entry
from gateway.domain.secret import Secret

Environment = dict[str, str]
OFFLINE_MODEL = "offline"
"""What the offline model is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A data directory and three ports in a row: gateway, phone page, offline model."""

    directory: Path
    port: int

    @property
    def gateway_url(self) -> str:
        """Where webhooks and the API are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def phone_url(self) -> str:
        """Where the Twilio stand-in and its phone page are."""
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def model_place(self) -> str:
        """The offline model's host and port."""
        return f"127.0.0.1:{self.port + 2}"

    @property
    def is_usual(self) -> bool:
        """Whether other terminals look here without being told to."""
        return self.directory.resolve() == Path(".textgate").resolve()

    @property
    def logs(self) -> Path:
        """Where each process writes."""
        return self.directory / "logs"

    @property
    def environment_file(self) -> Path:
        """What a command in a second terminal reads."""
        return self.directory / "env"

    def read_environment(self) -> Environment:
        """Read what an earlier start has left; empty at the first."""
        found = dotenv_values(self.environment_file) if self.environment_file.exists() else {}
        return {name: value for name, value in found.items() if value is not None}

    def write_environment(self, environment: Environment) -> None:
        """Leave the settings for a second terminal and the next start, for our own eyes only."""
        self.environment_file.touch(mode=0o600)
        lines = ["# Written by `textgate dev` at each start; the keys in it are this machine's own."]
        lines += [f"{name}={shlex.quote(value)}" for name, value in environment.items()]
        self.environment_file.write_text("\n".join(lines) + "\n")

    def make_environment(self, redis_url: Secret) -> Environment:
        """Make the settings of all processes, with the secrets of earlier starts."""
        return {
            **_new_secrets(),
            **self.read_environment(),
            "TEXTGATE_REDIS_URL": redis_url.reveal(),
            "TEXTGATE_PUBLIC_URL": self.gateway_url,
            "TEXTGATE_TWILIO_API_URL": self.phone_url,
            "TEXTGATE_ALLOWED_PRIVATE_HOSTS": self.model_place,
            "TEXTGATE_SEEING_MODELS": OFFLINE_MODEL,
            "TEXTGATE_BRAND": "Textgate Demo",
            "TEXTGATE_HELP_CONTACT": "help@example.com",
        }


def _new_secrets() -> Environment:
    public, private = new_pair()
    _, edge = new_pair()
    return {
        "TEXTGATE_SEAL_KEYS": format_entry(public),
        "TEXTGATE_OPEN_KEYS": format_entry(private),
        "TEXTGATE_EDGE_KEYS": format_entry(edge),
        "TEXTGATE_PEPPER": encode(secrets.token_bytes(PEPPER_BYTES)),
        "TEXTGATE_TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
        "TEXTGATE_TWILIO_AUTH_TOKEN": secrets.token_hex(16),
    }
