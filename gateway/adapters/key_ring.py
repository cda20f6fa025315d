"""The key ring: sealing with public keys, opening with private ones.

HPKE (RFC 9180) with the hybrid ML-KEM-768 + X25519 KEM, so that what is stolen today stays shut when
one of the two is broken. A sealed value reads `kid.base64url`; its place goes into HPKE's `info`.
"""

import hashlib
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from gateway.domain.errors import CredentialSealed, EdgeShut
from gateway.domain.login import LoginPlace, TwilioLogin
from gateway.domain.ring import PRIVATE_BYTES, PUBLIC_BYTES, RingEntry, decode, encode, format_entry, parse_ring
from gateway.domain.secret import Secret

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_KEM_PUBLIC = 1184
_KEM_SEED = 64


class Place(Protocol):
    """Where a sealed value belongs, and nowhere else."""

    def info(self, kid: str) -> bytes:
        """Spell the place out, unambiguously."""
        ...


class Sealer:
    """Seals with the current public key; can open nothing."""

    def __init__(self, ring: Secret) -> None:
        current = parse_ring(ring.reveal(), size=PUBLIC_BYTES)[0]
        self._kid = current.kid
        self._key = _load_public(current.material)

    def seal(self, value: Secret, place: Place) -> str:
        """Seal `value` so that it opens only at `place`."""
        sealed = _SUITE.encrypt(value.reveal().encode(), self._key, info=place.info(self._kid))
        return f"{self._kid}.{encode(sealed)}"


class Opener:
    """Opens what was sealed to any key of the ring."""

    def __init__(self, ring: Secret) -> None:
        entries = parse_ring(ring.reveal(), size=PRIVATE_BYTES)
        self._keys = {entry.kid: _load_private(entry.material) for entry in entries}

    def open(self, sealed: str, place: Place) -> Secret:
        """Open a sealed value; CredentialSealed when it was altered, moved, or sealed to another ring."""
        kid, _, ciphertext = sealed.partition(".")
        try:
            opened = _SUITE.decrypt(decode(ciphertext), self._keys[kid], info=place.info(kid))
        except (KeyError, ValueError, InvalidTag):
            raise CredentialSealed from None
        return Secret(opened.decode())


class EdgeRing:
    """The ring of the edge: seals and opens the Twilio tokens of accounts that bring their own, and nothing else.

    Nothing that was opened is kept: opening takes an eighth of a millisecond.
    """

    def __init__(self, ring: Secret) -> None:
        entries = parse_ring(ring.reveal(), size=PRIVATE_BYTES)
        self._sealer = Sealer(Secret(",".join(format_entry(_public_half(entry)) for entry in entries)))
        self._opener = Opener(ring)

    def seal(self, token: Secret, place: LoginPlace) -> str:
        """Seal a Twilio token so that it opens only at `place`."""
        return self._sealer.seal(token, place)

    def open(self, login: TwilioLogin) -> Secret:
        """Open a login's token; EdgeShut when it was altered, moved, or sealed to another ring."""
        try:
            return self._opener.open(login.sealed, login.place)
        except CredentialSealed:
            raise EdgeShut from None


def _public_half(entry: RingEntry) -> RingEntry:
    private = entry.material
    kem = MLKEM768PrivateKey.from_seed_bytes(private[:_KEM_SEED])
    x25519 = X25519PrivateKey.from_private_bytes(private[_KEM_SEED:])
    return RingEntry(kid=entry.kid, material=_public_bytes(kem, x25519))


def _public_bytes(kem: MLKEM768PrivateKey, x25519: X25519PrivateKey) -> bytes:
    return kem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def new_pair() -> tuple[RingEntry, RingEntry]:
    """Make a key pair and return its public and its private half; the kid is a digest of the public one."""
    kem, x25519 = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
    private = kem.private_bytes_raw() + x25519.private_bytes_raw()
    public = _public_bytes(kem, x25519)
    kid = hashlib.sha256(public).hexdigest()[:8]
    return RingEntry(kid=kid, material=public), RingEntry(kid=kid, material=private)


def _load_public(material: bytes) -> MLKEM768X25519PublicKey:
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(material[:_KEM_PUBLIC]),
        X25519PublicKey.from_public_bytes(material[_KEM_PUBLIC:]),
    )


def _load_private(material: bytes) -> MLKEM768X25519PrivateKey:
    return MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(material[:_KEM_SEED]),
        X25519PrivateKey.from_private_bytes(material[_KEM_SEED:]),
    )
