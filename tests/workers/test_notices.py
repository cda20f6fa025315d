"""Notices: what the operator hears of without having to look for it."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from gateway.domain.errors import InvalidRequest
from gateway.domain.ids import AccountId, TurnId
from gateway.domain.limits import TurnCaps
from gateway.domain.model_errors import ModelBusy, ModelRejectedKey
from gateway.domain.notice import Notice, NoticeKind
from tests.examples import LIMITS, TEXTER
from tests.workers.desk import Desk

_OTHER = AccountId("acct_other")


async def _read(desk: Desk) -> list[tuple[str, str]]:
    posted, _ = await desk.store.notices.read_all(limit=100, cursor=None)
    return [(each.notice.kind.value, each.notice.reason) for each in posted]


async def _say(desk: Desk, *texts: str) -> None:
    for text in texts:
        await desk.text(text)
        await desk.work()


@pytest.mark.parametrize(
    ("failure", "notice"),
    [
        (ModelRejectedKey(), ("byok.rejected", "byok_rejected")),
        (ModelBusy(), ("turn.dead", "upstream_unavailable")),
    ],
)
async def test_failure(desk: Desk, failure: Exception, notice: tuple[str, str]) -> None:
    """I42: a rejected key and a dead turn are a notice and a log line, which names neither phone nor words."""
    desk.model.answers.append(failure)
    with capture_logs() as logs:
        await _say(desk, "canary")
    assert await _read(desk) == [notice]
    (line,) = [line for line in logs if line["event"] == notice[0]]
    assert line["log_level"] == "warning"
    assert not {"canary", TEXTER} & set(map(str, line.values()))


async def test_success(desk: Desk) -> None:
    """An answered text is no news."""
    await _say(desk, "Hi")
    assert await _read(desk) == []


async def test_once_an_hour(desk: Desk) -> None:
    """The same trouble of one account is told once an hour, so that it buries no other."""
    desk.model.answers.extend([ModelBusy(), ModelBusy(), ModelRejectedKey()])
    with capture_logs() as logs:
        await _say(desk, "1", "2", "3")
    assert await _read(desk) == [("byok.rejected", "byok_rejected"), ("turn.dead", "upstream_unavailable")]
    assert [line["event"] for line in logs if line["event"] == "turn.dead"] == ["turn.dead"]
    (guard,) = await desk.store.connection.keys("tg:noticed:*:turn.dead:*")
    assert 0 < await desk.store.connection.ttl(guard) <= 3600


async def test_capped(desk: Desk) -> None:
    """I52: a texter who has used up the day is told to the operator, once."""
    desk.tools = replace(desk.tools, limits=replace(LIMITS, caps=TurnCaps(texter_day=1)))
    await _say(desk, "1", "2", "3")
    assert await _read(desk) == [("texter.capped", "capped")]


async def test_capped_agent(desk: Desk) -> None:
    """I52: an agent whose turns are used up is told to the operator with the cap's name, once an hour."""
    desk.tools = replace(desk.tools, limits=replace(LIMITS, caps=TurnCaps(agent_week=1)))
    await _say(desk, "1", "2", "3")
    assert await _read(desk) == [("agent.capped", "agent_week")]


async def test_a_worker_that_dies_after_the_notice(desk: Desk) -> None:
    """A notice is posted before its turn is closed: whoever closes it posts no second one."""
    desk.model.answers.append(ModelBusy())
    await desk.text("Hi")
    await desk.work_until_dead("turns.close", after=False)
    await desk.wait_until_free()
    await desk.work()
    assert await _read(desk) == [("turn.dead", "upstream_unavailable")]


async def test_pages(desk: Desk) -> None:
    """Notices are read newest first, page by page; a cursor that is none is refused."""
    for reason in ("one", "two", "three"):
        notice = Notice(kind=NoticeKind.TURN_DEAD, account_id=_OTHER, reason=reason, turn_id=TurnId("turn_1"))
        assert await desk.store.notices.post(notice)
    first, cursor = await desk.store.notices.read_all(limit=2, cursor=None)
    second, end = await desk.store.notices.read_all(limit=2, cursor=cursor)
    assert [posted.notice.reason for posted in (*first, *second)] == ["three", "two", "one"]
    assert end is None
    with pytest.raises(InvalidRequest):
        await desk.store.notices.read_all(limit=2, cursor="the end")
