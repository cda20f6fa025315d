"""A number that sends by a Messaging Service: every part names both, whoever owns the Twilio account."""

from gateway.domain.login import TwilioLogin
from gateway.flows.numbers import NO_SERVICE, NumberWishes, set_number
from tests.examples import NOW, NUMBER
from tests.workers.desk import Desk

SERVICE = "MG" + "5" * 32


async def _set(desk: Desk, **wishes: str) -> None:
    await set_number(NUMBER, NumberWishes(**wishes), store=desk.store, now=NOW)  # type: ignore[arg-type]


async def _answer(desk: Desk) -> str | None:
    await desk.text("Hi")
    await desk.work()
    part = desk.carrier.taken[-1]
    assert part.sender == NUMBER
    return part.passage.messaging_service


async def test_by_the_service(desk: Desk) -> None:
    """Parts leave by the number's service, from the number that was texted, until it is taken away again."""
    assert await _answer(desk) is None
    await _set(desk, messaging_service=SERVICE)
    assert await _answer(desk) == SERVICE
    await _set(desk, label="the cafe's")
    assert await _answer(desk) == SERVICE
    await _set(desk, messaging_service=NO_SERVICE)
    assert await _answer(desk) is None


async def test_as_it_is_when_fenced(desk: Desk) -> None:
    """A service that is set while the model thinks counts: the fence says by which way a part leaves."""

    async def set_it() -> None:
        await _set(desk, messaging_service=SERVICE)

    desk.model.interlude = set_it
    assert await _answer(desk) == SERVICE


async def test_of_a_number_that_was_brought(desk: Desk) -> None:
    """A brought number's service is one of its own Twilio account: it goes along with that account's login."""
    await _set(desk, messaging_service=SERVICE)
    own = "AC" + "9" * 32
    fields = {"twilio_sid": own, "twilio_token": "sealed"}
    await desk.store.connection.execute_command("HSET", f"tg:number:{NUMBER}", *sum(fields.items(), ()))
    await desk.text("Hi", account_sid=own)
    await desk.work()
    passage = desk.carrier.taken[-1].passage
    assert passage.messaging_service == SERVICE
    assert isinstance(passage.login, TwilioLogin)
    assert passage.login.account_sid == own
