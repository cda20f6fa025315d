"""`textgate notices`: what the operator reads in the morning."""

from gateway.adapters.store import Store
from gateway.domain.ids import AccountId, TurnId
from gateway.domain.notice import NEXT_STEPS, Notice, NoticeKind
from tests.cli.tool import Tool


async def test_notices(tool: Tool, store: Store) -> None:
    """Contract 4: a list of what happened, to whom, why, and what to do about it; a page ends with a cursor."""
    for kind in NoticeKind:
        turn = TurnId("turn_1")
        await store.notices.post(Notice(kind=kind, account_id=AccountId("acct_1"), reason="because", turn_id=turn))
    rows = tool.ask("notices")
    assert [row["notice"] for row in rows] == [kind.value for kind in reversed(NoticeKind)]
    assert {row["next"] for row in rows} == set(NEXT_STEPS.values())
    assert {(row["account_id"], row["reason"], row["turn_id"]) for row in rows} == {("acct_1", "because", "turn_1")}
    page = tool.run("notices", "--limit", "1", "--json")
    cursor = page.err.split()[-1]
    assert tool.ask("notices", "--cursor", cursor) == rows[1:]


def test_none(tool: Tool) -> None:
    """Nothing is an empty list, and a wrong cursor is refused with exit 1."""
    assert tool.ask("notices") == []
    said = tool.run("notices", "--cursor", "nonsense", "--json")
    assert (said.code, said.value["error"]) == (1, "invalid_cursor")
