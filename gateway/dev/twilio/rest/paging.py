"""Twilio's lists (docs/usage/twilios-response): pages that stay put while new records arrive."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from gateway.dev.twilio.errors import Refusal
from gateway.dev.twilio.resources import Resource

_USUAL: Final = 50
_MOST: Final = 1000


def show_page(name: str, resources: Sequence[Resource], *, path: str, query: Mapping[str, str]) -> Resource:
    """Cut the page that the query asks for, and wrap it in Twilio's envelope."""
    size = min(_whole(query, "PageSize", _USUAL, least=1), _MOST)
    page = _whole(query, "Page", 0, least=0)
    start = _start(resources, query.get("PageToken", ""), page * size)
    shown = resources[start : start + size]
    more = start + size < len(resources)
    filters = {key: value for key, value in query.items() if key not in {"PageSize", "Page", "PageToken"}}

    def link(number: int, **token: str) -> str:
        return f"{path}?{urlencode({**filters, 'PageSize': size, 'Page': number, **token})}"

    return {
        name: list(shown),
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(len(shown) - 1, 0),
        "uri": link(page),
        "first_page_uri": link(0),
        "next_page_uri": link(page + 1, PageToken=f"PA{shown[-1]['sid']}") if more else None,
        "previous_page_uri": link(page - 1, **_before(resources, start - size)) if page else None,
    }


def _start(resources: Sequence[Resource], token: str, offset: int) -> int:
    if not token:
        return offset
    last = token.removeprefix("PA")
    places = [place for place, resource in enumerate(resources) if resource["sid"] == last]
    if not places:
        raise Refusal(20001, name="PageToken")
    return places[0] + 1


def _before(resources: Sequence[Resource], start: int) -> dict[str, Any]:
    return {"PageToken": f"PA{resources[start - 1]['sid']}"} if start > 0 else {}


def _whole(query: Mapping[str, str], name: str, usual: int, *, least: int) -> int:
    text = query.get(name, "")
    if not text:
        return usual
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise Refusal(20001, name=name)
    return int(text)
