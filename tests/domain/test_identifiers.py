"""Identifiers: their shapes, and conversation names that tell nothing."""

import re

import pytest

from gateway.adapters.mint import mint, mint_api_key, mint_message_sid
from gateway.domain.ids import derive_conversation_id, is_account_sid, is_id, is_message_sid
from tests.examples import ACCOUNT_SID, NUMBER, PEPPER, TEXTER


def test_a_conversation_has_one_name() -> None:
    """Two processes name the conversation of the same people alike, without asking each other."""
    parts = ("sms", "acct_1", NUMBER, TEXTER)
    assert derive_conversation_id(PEPPER, *parts) == derive_conversation_id(PEPPER, *parts)


@pytest.mark.parametrize(
    ("pepper", "parts"),
    [
        (PEPPER, ("sms", "acct_2", NUMBER, TEXTER)),
        (PEPPER, ("sms", "acct_1", TEXTER, NUMBER)),
        (PEPPER, ("api", "acct_1", NUMBER, TEXTER)),
        (PEPPER, ("sms", "acct_1" + NUMBER, "", TEXTER)),
        (b"q" * 32, ("sms", "acct_1", NUMBER, TEXTER)),
    ],
    ids=["account", "direction", "channel", "borders", "pepper"],
)
def test_another_conversation_has_another_name(pepper: bytes, parts: tuple[str, ...]) -> None:
    """After a number changes hands, the next account's conversation is another one."""
    assert derive_conversation_id(pepper, *parts) != derive_conversation_id(PEPPER, "sms", "acct_1", NUMBER, TEXTER)


def test_a_conversation_id_tells_no_phone_number() -> None:
    """I65: the one thing that a job names holds no digit run of either phone."""
    name = derive_conversation_id(PEPPER, "sms", "acct_1", NUMBER, TEXTER)
    assert re.fullmatch(r"conv_[0-9a-f]{32}", name)


@pytest.mark.parametrize("prefix", ["agt", "acct", "key", "cred", "conv", "turn", "trc", "msg"])
def test_a_minted_id_is_of_its_kind(prefix: str) -> None:
    """A new id has its kind's shape and no other kind's, and comes after every id minted before."""
    first, second = mint(prefix), mint(prefix)
    assert is_id(first, prefix)
    assert not is_id(first, "xyz")
    assert first < second


@pytest.mark.parametrize(
    "value", ["", "agt_", "agt_123", "agt_" + "0" * 31, "agt_" + "G" * 32, "agt_" + "0" * 32 + "\n"]
)
def test_another_shape_is_no_id(value: str) -> None:
    """What a caller may type for an id is held to its shape."""
    assert not is_id(value, "agt")


def test_twilio_sids_are_held_to_their_shape() -> None:
    """SM, MM and AC, then 32 small hexadecimal digits, and nothing after them."""
    assert is_account_sid(ACCOUNT_SID)
    assert is_message_sid(mint_message_sid())
    assert is_message_sid("MM" + "0" * 32)
    assert not is_message_sid("SM" + "0" * 32 + "\n")
    assert not is_account_sid(ACCOUNT_SID + "\n")


def test_api_keys_are_long_and_different() -> None:
    """An API key is `vck_` and 256 random bits."""
    keys = {mint_api_key().reveal() for _ in range(100)}
    assert len(keys) == 100
    assert all(re.fullmatch(r"vck_[A-Za-z0-9_-]{43}", key) for key in keys)
