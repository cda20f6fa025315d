"""The key ring: what is sealed opens at its place with the private half, and nowhere else."""

from dataclasses import replace

import pytest

from gateway.adapters.key_ring import EdgeRing, Opener, Sealer, new_pair
from gateway.domain.credential import Provider, SealedPlace
from gateway.domain.errors import CredentialSealed, EdgeShut
from gateway.domain.ids import AccountId, CredentialId
from gateway.domain.login import LoginPlace, TwilioLogin
from gateway.domain.phone import PhoneNumber
from gateway.domain.ring import PRIVATE_BYTES, PUBLIC_BYTES, decode, encode, format_entry
from gateway.domain.secret import Secret
from tests.examples import EDGE_KEYS, NUMBER, OPEN_KEYS, SEAL_KEYS

_PLACE = SealedPlace(
    account_id=AccountId("acct_" + "1" * 32),
    record_id=CredentialId("cred_" + "2" * 32),
    provider=Provider.OPENAI_COMPAT,
    origin="https://api.example.com:443",
)
_SECRET = Secret("sk-canary-8f14e45fceea167a")
_SEALED = Sealer(SEAL_KEYS).seal(_SECRET, _PLACE)
_KID, _, _TEXT = _SEALED.partition(".")
_BYTES = decode(_TEXT)
_OPENER = Opener(OPEN_KEYS)


@pytest.mark.parametrize("length", [0, 1, 50, 120, 200, 600])
def test_what_is_sealed_opens(length: int) -> None:
    """I59: a secret of any length opens at its place, as it was."""
    secret = Secret("k" * length)
    sealed = Sealer(SEAL_KEYS).seal(secret, _PLACE)
    assert _OPENER.open(sealed, _PLACE).reveal() == secret.reveal()


def test_a_seal_shows_nothing() -> None:
    """I58: neither the secret nor two seals of one secret can be told from a sealed value."""
    again = Sealer(SEAL_KEYS).seal(_SECRET, _PLACE)
    assert again != _SEALED
    assert _SECRET.reveal().encode() not in _BYTES
    assert _SECRET.reveal() not in _SEALED


def _positions() -> list[int]:
    size = len(_BYTES)
    return sorted({*range(0, size, 17), *range(40), *range(size - 40, size), 1087, 1088, 1119, 1120})


@pytest.mark.parametrize("bit", [0x01, 0x80, 0xFF])
def test_a_flipped_byte_keeps_it_shut(bit: int) -> None:
    """I59: one changed byte anywhere, in either half of the key share, the text or its tag, is CredentialSealed."""
    for position in _positions():
        changed = bytearray(_BYTES)
        changed[position] ^= bit
        with pytest.raises(CredentialSealed):
            _OPENER.open(f"{_KID}.{encode(bytes(changed))}", _PLACE)


_BROKEN = {
    "nothing": "",
    "a dot": ".",
    "no kid": _TEXT,
    "no text": f"{_KID}.",
    "one byte": f"{_KID}.AA",
    "the key share only": f"{_KID}.{encode(_BYTES[:1120])}",
    "without its last byte": f"{_KID}.{encode(_BYTES[:-1])}",
    "without its tag": f"{_KID}.{encode(_BYTES[:-16])}",
    "without its first byte": f"{_KID}.{encode(_BYTES[1:])}",
    "a byte more": f"{_KID}.{encode(_BYTES + b'x')}",
    "twice": f"{_KID}.{encode(_BYTES + _BYTES)}",
    "zeros": f"{_KID}.{encode(bytes(len(_BYTES)))}",
    "ones": f"{_KID}.{encode(bytes([255]) * len(_BYTES))}",
    "another kid": f"00000000.{_TEXT}",
    "a kid in capitals": f"{_KID.upper()}x.{_TEXT}",
    "no base64": f"{_KID}.***",
    "torn base64": f"{_KID}.{_TEXT}A",
    "not ASCII": f"{_KID}.\u00e9{_TEXT}",
    "two dots": f"{_KID}..{_TEXT}",
    "the secret itself": _SECRET.reveal(),
}


@pytest.mark.parametrize("sealed", _BROKEN.values(), ids=_BROKEN.keys())
def test_a_broken_seal_fails_closed(sealed: str) -> None:
    """I59: cut, grown, emptied or nonsense: CredentialSealed, and no error of a library's."""
    with pytest.raises(CredentialSealed) as caught:
        _OPENER.open(sealed, _PLACE)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "place",
    [
        replace(_PLACE, account_id=AccountId("acct_" + "9" * 32)),
        replace(_PLACE, record_id=CredentialId("cred_" + "9" * 32)),
        replace(_PLACE, provider=Provider.OPENAI),
        replace(_PLACE, origin="https://api.example.com:444"),
        replace(_PLACE, origin="http://api.example.com:443"),
        replace(_PLACE, origin="https://evil.example:443"),
        replace(_PLACE, origin=""),
        replace(_PLACE, account_id=AccountId(_PLACE.record_id), record_id=CredentialId(_PLACE.account_id)),
    ],
    ids=["account", "record", "provider", "port", "scheme", "host", "no origin", "swapped"],
)
def test_a_moved_seal_stays_shut(place: SealedPlace) -> None:
    """I59: at another account, record, provider or origin the same seal is CredentialSealed."""
    with pytest.raises(CredentialSealed):
        _OPENER.open(_SEALED, place)


def test_a_place_is_spelled_without_ambiguity() -> None:
    """I59: no border between two fields can be shifted so that two places read alike."""
    shifted = replace(_PLACE, account_id=AccountId(_PLACE.account_id + '", "x'), record_id=CredentialId("y"))
    other = replace(_PLACE, account_id=AccountId(_PLACE.account_id), record_id=CredentialId('x", "y'))
    assert shifted.info(_KID) != other.info(_KID)
    assert _PLACE.info(_KID) != _PLACE.info("00000000")


def test_a_kid_of_the_ring_can_not_be_downgraded() -> None:
    """I59: relabelled with another key of the same ring, a seal stays shut."""
    public, private = new_pair()
    opener = Opener(Secret(f"{OPEN_KEYS.reveal()},{format_entry(private)}"))
    assert opener.open(_SEALED, _PLACE).reveal() == _SECRET.reveal()
    with pytest.raises(CredentialSealed):
        opener.open(f"{public.kid}.{_TEXT}", _PLACE)


def test_a_ring_opens_with_each_of_its_keys() -> None:
    """I60: during a rotation old seals open and new ones are made with the first key."""
    public, private = new_pair()
    sealer = Sealer(Secret(f"{format_entry(public)},{SEAL_KEYS.reveal()}"))
    opener = Opener(Secret(f"{format_entry(private)},{OPEN_KEYS.reveal()}"))
    sealed = sealer.seal(_SECRET, _PLACE)
    assert sealed.startswith(f"{public.kid}.")
    assert {opener.open(value, _PLACE).reveal() for value in (sealed, _SEALED)} == {_SECRET.reveal()}
    with pytest.raises(CredentialSealed):
        _OPENER.open(sealed, _PLACE)


def test_the_edge_can_not_open() -> None:
    """I58: a Sealer has no way to open, and its ring is no ring for an Opener."""
    assert not hasattr(Sealer(SEAL_KEYS), "open")
    with pytest.raises(ValueError, match="another ring"):
        Opener(SEAL_KEYS)
    with pytest.raises(ValueError, match="another ring"):
        Sealer(OPEN_KEYS)


def test_pairs_are_hybrid_and_different() -> None:
    """I58: a pair holds both halves of ML-KEM-768 and X25519, and no two pairs are alike."""
    (public, private), (other, _) = new_pair(), new_pair()
    assert (len(public.material), len(private.material)) == (PUBLIC_BYTES, PRIVATE_BYTES)
    assert public.kid == private.kid != other.kid
    assert private.material not in public.material


_TOKEN = Secret("0123456789abcdef0123456789abcdef")


def _login(ring: Secret = EDGE_KEYS) -> TwilioLogin:
    place = LoginPlace(account_id=AccountId("acct_" + "1" * 32), number=NUMBER, account_sid="AC" + "2" * 32)
    sealed = EdgeRing(ring).seal(_TOKEN, place)
    return TwilioLogin(account_id=place.account_id, number=NUMBER, account_sid=place.account_sid, sealed=sealed)


def test_a_twilio_token_opens_at_its_place() -> None:
    """I59: a Twilio token opens for its account, number and Twilio account, and at no other place."""
    ring, login = EdgeRing(EDGE_KEYS), _login()
    assert ring.open(login).reveal() == _TOKEN.reveal()
    for moved in (
        replace(login, account_id=AccountId("acct_" + "3" * 32)),
        replace(login, number=PhoneNumber("+12025550111")),
        replace(login, account_sid="AC" + "4" * 32),
        replace(login, sealed=login.sealed[:-2] + "AA"),
        replace(login, sealed=""),
    ):
        with pytest.raises(EdgeShut):
            ring.open(moved)


def test_the_two_rings_open_nothing_of_each_other() -> None:
    """Design 1.6: what is sealed for workers stays shut at the edge, and a model key's place is no token's."""
    as_token = replace(_login(), sealed=_SEALED)
    with pytest.raises(EdgeShut):
        EdgeRing(OPEN_KEYS).open(as_token)
    with pytest.raises(CredentialSealed):
        Opener(EDGE_KEYS).open(_login().sealed, _PLACE)


def test_the_edge_ring_is_rotated() -> None:
    """I60: a ring `new,old` seals with the new key and opens what the old one sealed; the new one alone does not."""
    new = format_entry(new_pair()[1])
    both = EdgeRing(Secret(f"{new},{EDGE_KEYS.reveal()}"))
    assert both.open(_login()).reveal() == _TOKEN.reveal()
    resealed = _login(Secret(f"{new},{EDGE_KEYS.reveal()}"))
    assert EdgeRing(Secret(new)).open(resealed).reveal() == _TOKEN.reveal()
    with pytest.raises(EdgeShut):
        EdgeRing(Secret(new)).open(_login())
