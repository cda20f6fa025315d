"""Media: what of a signed webhook is believed of them, and how an agent is told of them."""

import pytest

from gateway.domain.errors import InvalidRequest
from gateway.domain.media import Fate, Media, MediaKind, kind_of, tell
from gateway.domain.message import InboundMessage
from gateway.domain.receiving import Answer, Ask, Ignore, Say, decide
from tests.domain.values import VOICE, a_line, a_text
from tests.examples import ACCOUNT_SID, NOW, inbound_form, media_sid, message_sid, pictured_form

PICTURE, CARD = Media(kind=MediaKind.PICTURE, sid=media_sid()), Media(kind=MediaKind.CONTACT)
LINE = a_line()
OWN = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{message_sid()}/Media/{media_sid()}"


def read(url: str, *, content_type: str = "image/png", **options: str) -> Media:
    """What is kept of one thing that a webhook names so."""
    form = inbound_form("", NumMedia="1", MediaUrl0=url, MediaContentType0=content_type)
    (media,) = InboundMessage.from_form(form, now=NOW, **options).media
    return media


def test_own_media() -> None:
    """I68: of Twilio's media of this very message their SID is kept, whichever API they are at."""
    assert read(OWN).sid == media_sid()
    own = OWN.replace("https://api.twilio.com", "http://127.0.0.1:8081")
    assert read(own, api_url="http://127.0.0.1:8081").sid == media_sid()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://evil.example/cat.png",
        OWN.replace("https://", "http://"),
        OWN.replace("api.twilio.com", "api.twilio.com:8443"),
        OWN.replace("api.twilio.com", "api.twilio.com."),
        OWN.replace("api.twilio.com", "api.twilio.com.evil.example"),
        OWN.replace("api.twilio.com", "API.twilio.com"),
        OWN.replace("https://", "https://evil.example@"),
        OWN.replace("https://api.twilio.com", "https://evil.example/https://api.twilio.com"),
        OWN.replace(ACCOUNT_SID, "AC" + "f" * 32),
        OWN.replace(message_sid(), message_sid(2)),
        OWN.replace("/Media/", "/Media/../Media/"),
        OWN.replace("/Media/", "/Media%2F"),
        OWN.replace("/Media/", "//Media/"),
        OWN + "/",
        OWN + "?to=evil",
        OWN + "#",
        OWN + ".json",
        OWN + "\n",
        OWN[:-1] + "G",
        OWN[:-1],
        "x" * 5000,
    ],
)
def test_other_media(url: str) -> None:
    """I68: of every other URL nothing is kept that could be asked for, and the text is taken all the same."""
    assert read(url) == Media(kind=MediaKind.PICTURE)


@pytest.mark.parametrize("count", ["-1", "1.0", "100", "99999999999", "\u0663", "one", " 1"])
def test_absurd_counts(count: str) -> None:
    """I10: a count that Twilio never sends is refused by name."""
    with pytest.raises(InvalidRequest) as caught:
        InboundMessage.from_form(inbound_form(NumMedia=count), now=NOW)
    assert (caught.value.code, caught.value.field) == ("invalid_webhook", "NumMedia")


@pytest.mark.parametrize(("count", "kept"), [("", 0), ("0", 0), ("3", 3), ("10", 10), ("11", 10), ("99", 10)])
def test_counts(count: str, kept: int) -> None:
    """As many are kept as a message can have, also where their fields are missing."""
    assert len(InboundMessage.from_form(inbound_form(NumMedia=count), now=NOW).media) == kept


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("image/jpeg", MediaKind.PICTURE),
        ("IMAGE/HEIC", MediaKind.PICTURE),
        ("text/vcard; charset=utf-8", MediaKind.CONTACT),
        ("text/x-vCard", MediaKind.CONTACT),
        ("text/directory", MediaKind.CONTACT),
        ("text/calendar", MediaKind.EVENT),
        ("audio/amr", MediaKind.AUDIO),
        ("application/ogg", MediaKind.AUDIO),
        ("video/3gpp", MediaKind.VIDEO),
        ("application/pdf", MediaKind.FILE),
        ("text/plain", MediaKind.FILE),
        ("", MediaKind.FILE),
        ("x" * 5000, MediaKind.FILE),
        ("image", MediaKind.PICTURE),
    ],
)
def test_kinds(content_type: str, kind: MediaKind) -> None:
    """A type that nobody knows is a file, never an error."""
    assert kind_of(content_type) is kind


@pytest.mark.parametrize(
    ("words", "media", "fates", "told"),
    [
        ("Hello", [], {}, "Hello"),
        ("", [PICTURE], {}, "[The texter sent a picture.]"),
        ("", [Media(kind=MediaKind.AUDIO)], {}, "[The texter sent an audio recording that you can't open.]"),
        (" ", [PICTURE], {PICTURE: Fate.UNSEEN}, "[The texter sent a picture that you can't see.]"),
        ("Look", [PICTURE], {PICTURE: Fate.UNOPENED}, "Look\n[The texter sent a picture that could not be opened.]"),
        ("Her", [CARD], {CARD: Fate.UNSEEN}, "Her\n[The texter sent a contact card that you can't open.]"),
        (
            "",
            [PICTURE, Media(kind=MediaKind.PICTURE), Media(kind=MediaKind.FILE), CARD, CARD],
            {},
            "[The texter sent 2 pictures, a file that you can't open and 2 contact cards that you can't open.]",
        ),
    ],
)
def test_words(words: str, media: list[Media], fates: dict[Media, Fate], told: str) -> None:
    """What came is named below the texter's own words, each kind with how many there are and what became of them."""
    assert tell(words, media, fates) == told


def test_a_picture_alone() -> None:
    """A picture without words is answered; a text without either is not."""
    pictured = InboundMessage.from_form(pictured_form(""), now=NOW)
    assert isinstance(decide(pictured, LINE, VOICE), Answer)
    assert decide(a_text(" "), LINE, VOICE) == Ignore(reason="empty text")


@pytest.mark.parametrize(("words", "kind"), [("STOP", Say), ("stop texting me", Say), ("please stop", Say)])
def test_words_below_a_picture(words: str, kind: type[Say | Ask]) -> None:
    """I24: who takes consent back below a picture takes it back."""
    assert isinstance(decide(InboundMessage.from_form(pictured_form(words), now=NOW), LINE, VOICE), kind)
