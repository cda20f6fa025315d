"""What the phone page may conclude from a thread."""

from dataclasses import replace

import pytest

from gateway.dev.twilio.keywords import Party
from gateway.dev.twilio.sending import Draft, make_message
from gateway.dev.twilio.standing import read_standing
from tests.dev.conftest import NUMBER, PHONE

TEXT = make_message(Draft(sender=PHONE, to=NUMBER, body=""), direction="inbound", status="received")
GOODBYE = "<You are unsubscribed. Text START to come back."


@pytest.mark.parametrize(
    ("bodies", "because"),
    [
        ([], ""),
        (["hello", "<hi"], ""),
        (["STOP"], "It texted STOP, and waits for the confirmation."),
        (["hello", "stop", GOODBYE], "It texted stop, and the number confirmed it."),
        (["STOP", GOODBYE, "hello?"], "It texted STOP, and the number confirmed it."),
        (["STOP", GOODBYE, "START"], ""),
        (["START", "leave me alone", GOODBYE], "The number said goodbye to it."),
        (
            ["leave me alone", "<We won\u2019t text you again. START brings us back."],
            "The number said goodbye to it.",
        ),
        (["HELP", "<No more texts? Reply STOP. START resumes."], ""),
        (["please don't stop"], ""),
    ],
)
def test_last_word(bodies: list[str], because: str) -> None:
    """The last keyword decides, then a goodbye of the number; a HELP that names the keywords is neither."""
    thread = [
        replace(TEXT, body=body.removeprefix("<"), direction="outbound-reply" if body[0] == "<" else "inbound")
        for body in bodies
    ]
    standing = read_standing(thread, blocked_by=())
    assert (standing.out, standing.because) == (bool(because), because)


@pytest.mark.parametrize(
    ("parties", "because"),
    [
        ({Party.TWILIO}, "Twilio itself blocks this number from texting it."),
        ({Party.TWILIO, Party.NETWORK}, "The carrier network blocks this number from texting it."),
    ],
)
def test_block_lists(parties: set[Party], because: str) -> None:
    """A block of Twilio's or of the network's needs no reading between the lines, and is named."""
    standing = read_standing([], blocked_by=parties)
    assert (standing.out, standing.because) == (True, because)
