"""Where a texter's pictures are fetched, with whose login, and what never is."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway.domain.ids import AccountId
from gateway.domain.picture import Loss, Picture
from gateway.domain.secret import Secret
from tests.examples import ACCOUNT_SID, AUTH_TOKEN, media_sid, message_sid
from tests.workers.servers import Answer, Server, drip, drop, hang, pour, say, serve
from workers.lanes import lane_of
from workers.pictures import MOST_BYTES, TwilioPictures
from workers.tools import MediaPlace

_ACCOUNT = AccountId("acct_" + "0" * 32)
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 500
AUTHORIZATION = "Basic " + b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
PATH = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{message_sid()}/Media/{media_sid()}"


def place(number: int = 1, *, account_sid: str = ACCOUNT_SID) -> MediaPlace:
    """Where Twilio has a picture of the example account."""
    return MediaPlace(account_sid=account_sid, message_sid=message_sid(), sid=media_sid(number))


@asynccontextmanager
async def pictures_at(server: Server, *, seconds: float = 5.0) -> AsyncIterator[TwilioPictures]:
    """The door to pictures, with the operator's login, at a server that stands in for Twilio."""
    pictures = TwilioPictures(
        api_url=server.url, account_sid=ACCOUNT_SID, user=ACCOUNT_SID, password=Secret(AUTH_TOKEN), seconds=seconds
    )
    yield pictures
    await pictures.close()


async def fetch(server: Server, *places: MediaPlace, seconds: float = 5.0) -> list[Picture | Loss]:
    """Fetch pictures, one at `place()` where none is named."""
    async with (
        pictures_at(server, seconds=seconds) as pictures,
        pictures.opened(places or [place()], None) as found,
    ):
        return list(found.values())


def in_turn(*answers: Answer) -> Answer:
    """Answer one request after the other, each in its own way."""
    left = iter(answers)

    async def answer(writer: asyncio.StreamWriter) -> None:
        await next(left)(writer)

    return answer


def send_to(location: str, status: int = 307) -> Answer:
    """Send whoever asks elsewhere."""
    return say(status, location=location)


async def test_the_way_to_a_picture() -> None:
    """I68: Twilio is shown the login, and the place where it sends us is not."""
    async with serve(in_turn(send_to("/media/1?Signature=s"), say(200, PNG))) as twilio:
        assert await fetch(twilio) == [Picture(type="image/png", data=PNG)]
    first, second = twilio.requests
    assert (first.line, first.headers["authorization"]) == (f"GET {PATH} HTTP/1.1", AUTHORIZATION)
    assert second.line == "GET /media/1?Signature=s HTTP/1.1"
    assert "authorization" not in second.headers
    assert {request.headers["accept-encoding"] for request in twilio.requests} == {"identity"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_sent_inside(status: int) -> None:
    """I67, I68: nobody inside is connected to, wherever Twilio's answer leads."""
    async with serve(say(200, PNG)) as inside:
        locations = [inside.url, f"//{inside.place}/", inside.url.replace("127.0.0.1", "localhost")]
        for location in locations:
            async with serve(send_to(location, status)) as twilio:
                assert await fetch(twilio) == [Loss.ELSEWHERE]
    assert inside.connections == 0


async def test_twilio_s_name_that_leads_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """I67: Twilio's own media host is not connected to either when its name leads to a private address."""

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.1",)

    monkeypatch.setattr("workers.egress.resolve", resolve)
    async with serve(say(200, PNG)) as inside, serve(send_to("https://mms.twiliocdn.com/AC1/1")) as twilio:
        monkeypatch.setattr(
            "workers.pictures.find_next",
            lambda *_, **__: f"http://mms.twiliocdn.com:{inside.place.rpartition(':')[2]}/",
        )
        assert await fetch(twilio) == [Loss.UNREACHABLE]
    assert inside.connections == 0


async def test_sent_on_and_on() -> None:
    """I68: after two redirects nobody is followed any more."""
    chain = [send_to(f"/media/{hop}") for hop in range(5)]
    async with serve(in_turn(*chain)) as twilio:
        assert await fetch(twilio) == [Loss.ELSEWHERE]
    assert len(twilio.requests) == 3
    assert ["authorization" in request.headers for request in twilio.requests] == [True, False, False]


@pytest.mark.parametrize(
    ("answer", "loss"),
    [
        (say(401), Loss.REFUSED),
        (say(404), Loss.REFUSED),
        (say(500), Loss.UNREACHABLE),
        (say(200), Loss.NO_PICTURE),
        (say(200, b"<svg onload='x'/>", content_type="image/png"), Loss.NO_PICTURE),
        (say(200, b"<html>", content_type="image/jpeg"), Loss.NO_PICTURE),
        (say(200, b"\0\0\0\x18ftypheic", content_type="image/heic"), Loss.NO_PICTURE),
        (say(200, PNG, content_encoding="gzip"), Loss.UNREACHABLE),
        (send_to("https://mms.twiliocdn.com@evil.example/"), Loss.ELSEWHERE),
        (drop, Loss.UNREACHABLE),
        (pour(None), Loss.TOO_LARGE),
        (pour(500_000_000), Loss.TOO_LARGE),
        (pour(MOST_BYTES + 1), Loss.TOO_LARGE),
    ],
)
async def test_losses(answer: Answer, loss: Loss) -> None:
    """I68: what is refused, no picture, compressed, too large or without end is not shown; it is told why."""
    async with serve(answer) as twilio:
        assert await fetch(twilio) == [loss]


@pytest.mark.parametrize("answer", [drip, hang])
async def test_too_slow(answer: Answer) -> None:
    """I68: one deadline for all of a turn's pictures, whatever trickles in meanwhile."""
    began = asyncio.get_running_loop().time()
    async with serve(answer) as twilio:
        assert await fetch(twilio, place(1), place(2), seconds=0.5) == [Loss.TOO_SLOW, Loss.TOO_SLOW]
    assert asyncio.get_running_loop().time() - began < 3


async def test_those_in_time() -> None:
    """A picture that came in time is shown although another one didn't."""
    async with serve(in_turn(say(200, PNG), hang)) as twilio:
        found = await fetch(twilio, place(1), place(2), seconds=1)
    assert found == [Picture(type="image/png", data=PNG), Loss.TOO_SLOW]


async def test_together_too_large() -> None:
    """All pictures of a turn have five megabytes between them."""
    large = PNG + b"x" * (MOST_BYTES // 2)
    async with serve(say(200, large)) as twilio:
        first, *others = await fetch(twilio, place(1), place(2), place(3))
    assert isinstance(first, Picture)
    assert others == [Loss.TOO_LARGE, Loss.TOO_LARGE]


async def test_another_account_s() -> None:
    """I68: without the login of the account that has it, a picture is not asked for."""
    async with serve(say(200, PNG)) as twilio:
        assert await fetch(twilio, place(account_sid="AC" + "f" * 32)) == [Loss.NO_LOGIN]
    assert twilio.connections == 0


async def test_room() -> None:
    """A worker holds so many bytes of pictures and no more; who finds no room in time goes without."""
    async with serve(say(200, PNG + b"x" * (MOST_BYTES - 1000))) as twilio, pictures_at(twilio, seconds=2) as pictures:
        async with _held(pictures, 8), pictures.opened([place()], None) as found:
            assert list(found.values()) == [Loss.TOO_SLOW]
        async with pictures.opened([place()], None) as found:
            assert all(isinstance(each, Picture) for each in found.values())


async def _fetch_in_lane(pictures: TwilioPictures) -> list[Picture | Loss]:
    async with lane_of(_ACCOUNT), pictures.opened([place()], None) as found:
        return list(found.values())


async def test_more_turns_of_an_account_than_there_is_room_for() -> None:
    """I44: a turn that waits for room is in no other's way, and so all of one account's turns get their pictures."""
    async with serve(say(200, PNG)) as twilio, pictures_at(twilio) as pictures:
        founds = await asyncio.gather(*(_fetch_in_lane(pictures) for _ in range(20)))
    assert all(isinstance(found, Picture) for (found,) in founds)


async def test_a_lane_that_is_long_busy() -> None:
    """I44: a picture that came in time is shown, however long its turn then waits for its account's lane."""
    async with serve(say(200, PNG)) as twilio, pictures_at(twilio, seconds=0.3) as pictures:
        fetching = asyncio.create_task(_fetch_in_lane(pictures))
        await asyncio.sleep(0)
        async with lane_of(_ACCOUNT):
            await asyncio.sleep(0.6)
            assert len(twilio.requests) == 1
        assert [type(found) for found in await fetching] == [Picture]


async def test_back_in_the_lane() -> None:
    """I44: whoever has fetched pictures, or has failed to, computes in its account's lane again."""
    async with serve(drop) as twilio, pictures_at(twilio, seconds=1) as pictures:
        async with lane_of(_ACCOUNT), pictures.opened([place()], None):
            late = asyncio.create_task(_fetch_in_lane(pictures))
            await asyncio.sleep(0.2)
            assert twilio.connections == 1
        assert await late == [Loss.UNREACHABLE]


@asynccontextmanager
async def _held(pictures: TwilioPictures, times: int) -> AsyncIterator[None]:
    """Hold as large pictures as there may be, so many turns' worth at once."""
    if not times:
        yield
        return
    async with pictures.opened([place()], None), _held(pictures, times - 1):
        yield
