"""`textgate notices`: what the operator should hear of."""

from gateway.cli.environment import in_store
from gateway.cli.output import Cursor, Json, Limit, show_list
from gateway.domain.trace import format_time


def notices(limit: Limit = 100, cursor: Cursor = None, as_json: Json = False) -> None:
    """Show what went wrong without anybody asking, newest first; the same of one account is told once an hour."""
    found, next_cursor = in_store(lambda store: store.notices.read_all(limit=limit, cursor=cursor))
    rows = [
        {
            "at": format_time(posted.at),
            "notice": posted.notice.kind.value,
            "account_id": posted.notice.account_id,
            "number": posted.notice.number,
            "reason": posted.notice.reason,
            "turn_id": posted.notice.turn_id,
            "next": posted.notice.next_step,
        }
        for posted in found
    ]
    show_list(rows, as_json=as_json, next_cursor=next_cursor)
