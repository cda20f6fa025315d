"""What is another account's does not exist, on any route."""

import re
from collections.abc import Mapping

import httpx
import pytest

from gateway.adapters.store import Store
from gateway.domain.phone import PhoneNumber
from gateway.domain.secret import Secret
from gateway.web.api.operations import OPERATIONS
from tests.setting_up import Customer, set_up_customer
from tests.web.api import expect
from tests.web.contents import contents

_NAMED = [named for named in OPERATIONS if "{" in named[1]]
_NOBODY = "0" * 32
_ODD = {"not an id": "x", "a NUL": "%00", "a key pattern": "*", "long": "a" * 5000, "of another kind": f"key_{_NOBODY}"}


@pytest.fixture
async def others(web: httpx.AsyncClient, store: Store) -> Mapping[str, str]:
    """The ids of everything that another account has, by the name that routes have for it."""
    other = await set_up_customer(store, name="Other", number=PhoneNumber("+12025550177"))
    headers = {"authorization": f"Bearer {other.api_key}", "prefer": "respond-async"}
    path = f"/v1/agents/{other.agent.id}/messages"
    message = (await web.post(path, json={"text": "Hello"}, headers=headers)).json()
    talks = (await web.get(f"/v1/agents/{other.agent.id}/conversations", headers=headers)).json()["conversations"]
    talk = talks[0]["conversation_id"]
    return {"agent_id": other.agent.id, "message_id": message["message_id"], "conversation_id": talk}


async def _ask(api: httpx.AsyncClient, named: tuple[str, str], path: str, body: object = None) -> httpx.Response:
    return await api.request(named[0], path, json=body or OPERATIONS[named].example)


@pytest.mark.parametrize("named", _NAMED, ids=" ".join)
async def test_what_is_another_s_is_as_absent_as_what_never_was(
    api: httpx.AsyncClient, others: Mapping[str, str], redis_url: Secret, named: tuple[str, str]
) -> None:
    """I63: on every route an id of another account is 404 in the words that an id of nobody meets; nothing changes."""
    before = contents(redis_url)
    nobodys = {name: re.sub("[0-9a-f]{32}", _NOBODY, own) for name, own in others.items()}
    met, meets = [await _ask(api, named, named[1].format(**ids)) for ids in (others, nobodys)]
    message, absent = expect(met, 404, "not_found"), expect(meets, 404, "not_found")
    assert re.sub("[0-9a-f]{32}", _NOBODY, message) == absent
    nonsense = await _ask(api, named, named[1].format(**others), {"nonsense": 1})
    assert expect(nonsense, 404, "not_found") == message
    assert contents(redis_url) == before


@pytest.mark.parametrize("odd", _ODD.values(), ids=_ODD.keys())
@pytest.mark.parametrize("named", _NAMED, ids=" ".join)
async def test_what_is_no_id_does_not_exist(
    api: httpx.AsyncClient, redis_url: Secret, named: tuple[str, str], odd: str
) -> None:
    """I63: whatever stands where an id belongs, the answer is 404, and nothing changes."""
    before = contents(redis_url)
    expect(await _ask(api, named, re.sub("{.*?}", odd, named[1])), 404, "not_found")
    assert contents(redis_url) == before


async def test_lists_have_ones_own_alone(api: httpx.AsyncClient, customer: Customer, others: Mapping[str, str]) -> None:
    """I63: a list shows the account's own agents and no word of another's, whatever cursor is given."""
    for cursor in ("", f"?cursor={others['agent_id']}", f"?cursor=agt_{_NOBODY}"):
        answer = await api.get(f"/v1/agents{cursor}")
        assert others["agent_id"] not in answer.text.replace(cursor.removeprefix("?cursor="), "")
    assert [agent["agent_id"] for agent in (await api.get("/v1/agents")).json()["agents"]] == [customer.agent.id]
