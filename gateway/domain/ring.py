"""Key rings as text: `kid:material`, several by commas, the first one current."""

import base64
import binascii
import re
from dataclasses import dataclass

PUBLIC_BYTES = 1184 + 32
"""ML-KEM-768 encapsulation key, then X25519 public key."""
PRIVATE_BYTES = 64 + 32
"""ML-KEM-768 seed, then X25519 private key."""
PEPPER_BYTES = 32

_ENTRY = re.compile(r"^([0-9a-f]{8}):([A-Za-z0-9_-]+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class RingEntry:
    """One key of a ring; its bytes never show in a repr."""

    kid: str
    material: bytes

    def __repr__(self) -> str:
        return f"RingEntry({self.kid})"


def parse_ring(text: str, *, size: int) -> tuple[RingEntry, ...]:
    """Read a ring whose keys have `size` bytes each; ValueError with the next step where it is none."""
    entries = tuple(_parse_entry(entry.strip(), size) for entry in text.split(","))
    if len({entry.kid for entry in entries}) != len(entries):
        raise ValueError("names one key twice")
    return entries


def _parse_entry(text: str, size: int) -> RingEntry:
    found = _ENTRY.fullmatch(text)
    if not found:
        raise ValueError("is not of the form kid:key; make a ring with `textgate keyring new`")
    material = decode(found[2])
    if len(material) != size:
        raise ValueError(f"holds a key of {len(material)} bytes where {size} belong; is it another ring's variable?")
    return RingEntry(kid=found[1], material=material)


def format_entry(entry: RingEntry) -> str:
    """Write an entry as `parse_ring` reads it."""
    return f"{entry.kid}:{encode(entry.material)}"


def encode(material: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(material).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Read what `encode` wrote; ValueError where it is something else."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("is not base64url") from error
