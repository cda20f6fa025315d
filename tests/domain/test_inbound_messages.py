"""InboundMessage.from_form: signed text has no field borders, so every value is held to its shape."""

import pytest

from gateway.domain.errors import InvalidRequest
from gateway.domain.message import InboundMessage
from tests.examples import ACCOUNT_SID, NOW, NUMBER, TEXTER, inbound_form, message_sid


def _without(name: str) -> dict[str, str]:
    return {field: value for field, value in inbound_form().items() if field != name}


def test_a_real_form_is_read_whole() -> None:
    """I9: the fields that matter come out as they were sent, spaces and emoji included."""
    message = InboundMessage.from_form(inbound_form("  a + b \U0001f44d "), now=NOW)
    assert (message.sid, message.account_sid) == (message_sid(), ACCOUNT_SID)
    assert (message.texter, message.number) == (TEXTER, NUMBER)
    assert (message.body, message.received_at, message.opt_out_type) == ("  a + b \U0001f44d ", NOW, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"Brandnew": "x"},
        {"MessagingServiceSid": "MG" + "0" * 32},
        {"MediaUrl0": "", "NumMedia": "1"},
        {"MessageSid": "MM" + "1" * 32, "SmsSid": "SM" + "1" * 32, "SmsMessageSid": "MM" + "1" * 32},
        {"Body": "\u00e9" * 1600},
        {"From": "+123456789012345"},
        {"From": "rcs:brand_x_agent"},
    ],
    ids=" ".join,
)
def test_forms_of_twilio_are_taken(changes: dict[str, str]) -> None:
    """I9: unknown fields, pools, pictures and other kinds of addresses are no reason to refuse."""
    form = inbound_form() | changes
    assert InboundMessage.from_form(form, now=NOW).sender == form["From"]


@pytest.mark.parametrize("name", ["MessageSid", "AccountSid", "From", "To", "Body"])
def test_a_missing_field_is_refused_by_name(name: str) -> None:
    """I10: a field that was moved elsewhere is missing, and the message says which."""
    with pytest.raises(InvalidRequest, match=name) as caught:
        InboundMessage.from_form(_without(name), now=NOW)
    assert (caught.value.code, caught.value.field) == ("invalid_webhook", name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MessageSid", ""),
        ("MessageSid", "SM123"),
        ("MessageSid", "SM" + "g" * 32),
        ("MessageSid", "SM" + "A" * 32),
        ("MessageSid", "XX" + "0" * 32),
        ("MessageSid", message_sid() + "\n"),
        ("MessageSid", message_sid() + "NumMedia0"),
        ("SmsSid", message_sid(2)),
        ("SmsMessageSid", message_sid(2)),
        ("AccountSid", "AC123"),
        ("AccountSid", ACCOUNT_SID.upper()),
        ("AccountSid", ACCOUNT_SID + "ApiVersion2010-04-01"),
        ("From", "+0123456789"),
        ("From", "+12345"),
        ("From", "+1234567890123456"),
        ("From", TEXTER + "FromCity"),
        ("From", TEXTER + "\n"),
        ("From", "+1202555014\u0663"),
        ("From", "x" * 257),
        ("To", NUMBER + "ToCity"),
        ("To", "+"),
        ("To", "x" * 257),
        ("Body", "a\0b"),
        ("Body", "x" * 3201),
    ],
)
def test_a_value_out_of_shape_is_refused(name: str, value: str) -> None:
    """I10: what is not exactly of its shape is no webhook of Twilio's, whatever its signature says."""
    with pytest.raises(InvalidRequest) as caught:
        InboundMessage.from_form(inbound_form() | {name: value}, now=NOW)
    assert caught.value.code == "invalid_webhook"


def test_a_refusal_does_not_repeat_the_value() -> None:
    """I61: the words of a refusal hold neither a phone number nor a text."""
    with pytest.raises(InvalidRequest) as caught:
        InboundMessage.from_form(inbound_form(From=TEXTER + "Secret"), now=NOW)
    assert TEXTER not in caught.value.message
