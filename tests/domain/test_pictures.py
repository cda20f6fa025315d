"""Pictures: what is taken for one, and where Twilio's answers may lead."""

import pytest

from gateway.domain.picture import Loss, Picture, find_next, read_picture

API = "https://api.twilio.com"
URL = f"{API}/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
STAND_IN = "http://127.0.0.1:8081"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
    ],
)
def test_kinds(head: bytes, kind: str) -> None:
    """The first bytes tell what a picture is."""
    assert read_picture(head + b"rest") == Picture(type=kind, data=head + b"rest")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"<svg/>",
        b"<html>",
        b" GIF89a",
        b"RIFF\0\0\0\0WAVE",
        b"\0\0\0\x18ftypheic",
        b"%PDF-1.7",
        b"BM",
    ],
)
def test_no_pictures(data: bytes) -> None:
    """What models can't read is no picture, whatever its type said."""
    assert read_picture(data) is Loss.NO_PICTURE


def test_a_picture_is_not_told() -> None:
    """I61: what is printed of a picture shows nothing of it."""
    assert "canary" not in repr(Picture(type="image/png", data=b"canary"))


@pytest.mark.parametrize(
    "location",
    [
        "https://mms.twiliocdn.com/AC1/0123?Expires=1&Signature=a%2Fb~c&Key-Pair-Id=d",
        "https://media.twiliocdn.com/AC1/0123",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC1/0123",
        "https://mms.twiliocdn.com:443/AC1/0123",
    ],
)
def test_twilio_s_media_hosts(location: str) -> None:
    """I68: Twilio's own media hosts are followed to."""
    assert find_next(URL, location, api_url=API) == location


@pytest.mark.parametrize(
    "location",
    [
        "",
        "/2010-04-01/Accounts/AC1.json",
        API,
        "http://mms.twiliocdn.com/AC1/0123",
        "https://mms.twiliocdn.com:8443/AC1/0123",
        "https://mms.twiliocdn.com./AC1/0123",
        "https://twiliocdn.com.evil.example/AC1",
        "https://eviltwiliocdn.com/AC1",
        "https://mms.twiliocdn.com@evil.example/AC1",
        "https://user@mms.twiliocdn.com/AC1",
        "https://evil.example\\.twiliocdn.com/AC1",
        "https://evil.example/.twiliocdn.com",
        "//evil.example/AC1",
        "https://s3-external-1.amazonaws.com/evil/AC1",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/../evil/AC1",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/%2e%2e/evil/AC1",
        "https://s3.amazonaws.com/media.twiliocdn.com/AC1",
        "https://127.0.0.1/AC1",
        "https://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:8081/AC1",
        "file:///etc/passwd",
        "https://[::1/AC1",
        "https://mms.twiliocdn.com:x/AC1",
        "https://mms.twiliocdn.com/A C1",
        "https://mms.twiliocdn.com/\u00e9",
    ],
)
def test_elsewhere(location: str) -> None:
    """I68: no other place is, however much it looks like one of Twilio's."""
    assert find_next(URL, location, api_url=API) is None


def test_a_stand_in_s_media() -> None:
    """A stand-in's media are beside its API, and at no other port; Twilio's hosts are as good as ever."""
    url = f"{STAND_IN}/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
    assert find_next(url, "/media/1", api_url=STAND_IN) == f"{STAND_IN}/media/1"
    assert find_next(url, "http://127.0.0.1:8082/media/1", api_url=STAND_IN) is None
    assert find_next(url, "https://127.0.0.1:8081/media/1", api_url=STAND_IN) is None
    assert find_next(url, "https://mms.twiliocdn.com/1", api_url=STAND_IN)
