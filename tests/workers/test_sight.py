"""What a turn's model is shown of pictures, and told of the rest; the history keeps a word of them."""

from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from gateway.domain.completion import Tokens
from gateway.domain.login import TwilioLogin
from gateway.domain.message import InboundMessage
from gateway.domain.model_errors import ModelBusy, ModelRefused
from gateway.domain.picture import Loss, Picture
from gateway.domain.secret import Secret
from gateway.domain.spend import sum_up
from gateway.flows.consent import Person, forget_texter
from gateway.flows.receive import receive_text
from tests.examples import ACCOUNT_SID, NOW, PEPPER, TEXTER, TEXTER_HASH, media_sid, message_sid, pictured_form
from tests.web.contents import contents
from tests.workers.desk import VOICE, Desk
from tests.workers.fakes import WORDS
from workers.tools import Found, MediaPlace

CAT = Picture(type="image/png", data=b"a cat")


@dataclass(slots=True, kw_only=True)
class ScriptedPictures:
    """A door to pictures: what it finds in order, then always the same cat."""

    found: deque[Picture | Loss] = field(default_factory=deque)
    asked: list[MediaPlace] = field(default_factory=list)
    held: int = 0

    @asynccontextmanager
    async def opened(self, places: Sequence[MediaPlace], _login: TwilioLogin | None) -> AsyncIterator[Found]:
        self.asked += places
        self.held += 1
        yield {place: self.found.popleft() if self.found else CAT for place in places}
        self.held -= 1


@pytest.fixture
def pictures(desk: Desk) -> ScriptedPictures:
    """The door of a desk whose model sees."""
    pictures = ScriptedPictures()
    desk.tools = replace(desk.tools, pictures=pictures)
    desk.model.seeing = {"test-model"}
    return pictures


async def send(desk: Desk, words: str = "", *, number: int = 1, **changes: str) -> str:
    """Receive a text with a picture."""
    form = pictured_form(words, sid=message_sid(900 + number), **changes)
    message = InboundMessage.from_form(form, now=NOW)
    await receive_text(message, store=desk.store, voice=VOICE, pepper=PEPPER, now=NOW)
    return message.sid


async def told(desk: Desk, sid: str) -> dict[str, Any]:
    """Read what the trace tells of the pictures."""
    return next(step.details for step in (await desk.trace(sid)).steps if step.name == "reply.recorded")


async def test_shown(desk: Desk, pictures: ScriptedPictures) -> None:
    """A picture stands beside the words that it came with, is asked for by Twilio's names, and let go afterwards."""
    sid = await send(desk, "Who is this?")
    await desk.work()
    (question,) = desk.model.asked
    assert question.prompt[-1].pictures == (CAT,)
    assert question.prompt[-1].text.endswith("Who is this?\n[The texter sent a picture.]")
    assert pictures.asked == [MediaPlace(account_sid=ACCOUNT_SID, message_sid=sid, sid=media_sid())]
    assert pictures.held == 0
    assert (await told(desk, sid))["pictures"] == {"shown": 1}
    assert (await desk.history())[0] == ("user", "Who is this?\n[The texter sent a picture.]")


async def test_unseen(desk: Desk, pictures: ScriptedPictures) -> None:
    """For a model that sees nothing no picture is fetched, and it is told that one came."""
    desk.model.seeing.clear()
    sid = await send(desk)
    await desk.work()
    assert desk.model.last_words[-1].endswith("[The texter sent a picture that you can't see.]")
    assert pictures.asked == []
    assert (await told(desk, sid))["pictures"] == {"unseen": 1}


async def test_not_opened(desk: Desk, pictures: ScriptedPictures) -> None:
    """A picture that can't be had is told of, the turn goes on, and the trace says why."""
    pictures.found.append(Loss.TOO_LARGE)
    sid = await send(desk, MediaUrl1="https://evil.example/cat.png", NumMedia="2", MediaContentType1="image/png")
    await desk.work()
    assert desk.model.last_words[-1].endswith("[The texter sent 2 pictures that could not be opened.]")
    assert desk.model.asked[-1].prompt[-1].pictures == ()
    assert (await told(desk, sid))["pictures"] == {"too_large": 1, "not_twilios": 1}
    assert len(pictures.asked) == 1
    assert len(desk.carrier.taken) == 1


async def test_refused_by_the_model(desk: Desk, pictures: ScriptedPictures) -> None:
    """A model that refuses pictures is asked once more without, and they are fetched once for both."""
    desk.model.answers += [ModelRefused(status=400)]
    sid = await send(desk)
    await desk.work()
    assert [len(question.prompt[-1].pictures) for question in desk.model.asked] == [1, 0]
    assert desk.model.last_words[-1].endswith("[The texter sent a picture that you can't see.]")
    assert len(pictures.asked) == 1
    assert (await told(desk, sid))["pictures"] == {"unseen": 1}


@pytest.mark.parametrize("then", [WORDS, ModelBusy()], ids=["words", "busy"])
async def test_wordless_with_pictures(desk: Desk, pictures: ScriptedPictures, then: str | Exception) -> None:
    """I53: what a look at pictures that brought no words is billed counts, whatever comes of the try without."""
    wordless = ModelRefused()
    wordless.tokens = Tokens(asked=1_000, answered=20)
    desk.model.answers += [wordless, then]
    desk.model.tokens = Tokens(asked=300, answered=4)
    await send(desk)
    await desk.work()
    today = await desk.store.spending.read_today()
    spend = sum_up(row.spend for row in await desk.store.spending.read(desk.customer.account.id, today, today))
    assert (spend.tokens_in, spend.tokens_out) == ((1_300, 24) if then is WORDS else (1_000, 20))
    assert pictures.held == 0


async def test_busy_with_pictures(desk: Desk, pictures: ScriptedPictures) -> None:
    """A model that is busy is not asked again for the pictures' sake."""
    desk.model.answers += [ModelBusy()]
    await send(desk)
    await desk.work()
    assert len(desk.model.asked) == 1


async def test_too_many(desk: Desk, pictures: ScriptedPictures) -> None:
    """Of many pictures the first four are shown, and the model is told of the others."""
    for number in range(6):
        url = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/"
        sid = message_sid(901 + number).replace("SM", "MM")
        await send(desk, number=1 + number, MediaUrl0=f"{url}{sid}/Media/{media_sid(number)}")
    await desk.work()
    assert desk.model.asked[-1].prompt[-1].pictures == (CAT,) * 4
    assert desk.model.last_words[-1].count("could not be opened") == 2


async def test_stale_and_out(desk: Desk, pictures: ScriptedPictures) -> None:
    """Nobody looks at the picture of somebody who has stopped, or that is too old."""
    await send(desk)
    await desk.text("STOP")
    await desk.work()
    assert pictures.asked == []


async def test_forgotten(desk: Desk, pictures: ScriptedPictures, redis_url: Secret) -> None:
    """I70: what was known of a picture goes with its text, when a texter is forgotten."""
    await send(desk)
    assert media_sid() in str(contents(redis_url, "tg:*"))
    await desk.work()
    await forget_texter(Person(texter=TEXTER, texter_hash=TEXTER_HASH), store=desk.store)
    assert media_sid() not in str(contents(redis_url, "tg:*"))
    assert "picture" not in str(contents(redis_url, "tg:history:*"))


async def test_no_picture_is_kept(desk: Desk, pictures: ScriptedPictures, redis_url: Secret) -> None:
    """I61: neither a picture nor a URL of one is in Redis."""
    await send(desk)
    await desk.work()
    kept = str(contents(redis_url, "tg:*"))
    assert "a cat" not in kept
    assert "/Media/" not in kept
