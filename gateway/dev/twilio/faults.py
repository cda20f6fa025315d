"""Scripted faults: what becomes of the next POSTs of Messages.json, and what the sender hears of it."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.dev.twilio.errors import Refusal

_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "code": (int,),
    "status": (int,),
    "accept": (bool,),
    "drop": (bool,),
    "seconds": (int, float),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One POST that does not go as it should."""

    refusal: Refusal | None = None
    """What is answered; None: what would be answered anyway."""
    accepts: bool = False
    """Whether the text goes out although something else is answered."""
    drops: bool = False
    """Whether the connection ends in the middle of the answer."""
    seconds: float = 0.0
    """How long the sender waits before anything happens."""

    @classmethod
    def read(cls, step: Any) -> "Fault":
        """Read one step of a script; ValueError when it makes no sense."""
        if not isinstance(step, dict) or not step or set(step) - set(_KINDS):
            raise ValueError
        if any(type(value) not in _KINDS[name] for name, value in step.items()):
            raise ValueError
        code, status = step.get("code"), step.get("status")
        refusal = Refusal(code or 20500, status=status) if code or status else None
        return cls(
            refusal=refusal,
            accepts=step.get("accept", False),
            drops=step.get("drop", False),
            seconds=float(step.get("seconds", 0)),
        )

    @property
    def spares(self) -> bool:
        """Tell whether the text is handled as if nothing were wrong, if only late."""
        return self.accepts or (self.refusal is None and not self.drops)


class BrokenAnswer(Response):
    """An answer that promises a body and ends without it: the server closes the connection then."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send the head alone."""
        head = [(b"content-type", b"application/json"), (b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 201, "headers": head})
