"""What a first reply's disclosure may cost, as the script that opens turns takes it from purses."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.mint import mint
from gateway.adapters.store import Store, keys
from gateway.domain.compliance import Voice
from gateway.domain.honesty import DISCLOSURE, disclosure_text
from gateway.domain.ids import TurnId
from gateway.domain.segment import count_segments
from gateway.domain.texting import Texting
from tests.adapters.texts import a_conversation, hold_of, save_texts
from tests.examples import LIMITS, NUMBER
from tests.setting_up import set_up_customer

_SCRIPT = Path(keys.__file__).parent / "scripts" / "opening.lua"
_BOUND = "return cjson.encode({ARGV[1] == '' and 0 or bound_disclosure(ARGV[1], ARGV[2])})"
_PIECES = ["a", " ", "\n", "{brand}", "%1", "~", "\u2019", "\u20ac", "\u00e9", "\u0142", "\U0001f468\u200d\U0001f469"]


async def _bound(store: Store, wording: str, brand: str) -> int:
    found = await store.connection.execute_command("EVAL", _SCRIPT.read_text() + _BOUND, 0, wording, brand)
    return int(found[1:-1])


@pytest.mark.parametrize("seed", range(3))
async def test_never_too_little(store: Store, seed: int) -> None:
    """I53: whatever a disclosure and a brand hold, no less is taken for it than it costs."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(150):
        pieces = dice.sample(_PIECES, dice.randint(1, 4))
        wording = "I" * dice.randint(0, 170) + "".join(dice.choices(pieces, k=dice.randint(0, 150)))
        brand = "".join(dice.choices(["b", "\u2019", "\U0001f600", "%0", "["], k=dice.randint(1, 60)))
        worded = disclosure_text(wording, Voice(brand=brand, help_contact=None))
        assert await _bound(store, wording, brand) >= (count_segments(worded) if worded else 0)


@pytest.mark.parametrize(
    ("brand", "segments"),
    [("Corner Cafe", 1), ("Corner Cafe, Main Street, Springfield, Illinois", 1), ("\u0141\u00f3d\u017a", 3)],
)
async def test_not_far_too_much(store: Store, brand: str, segments: int) -> None:
    """Of plain letters as much is taken as they cost, else at the most twice as much."""
    assert await _bound(store, DISCLOSURE, brand) == segments


@pytest.mark.parametrize("whose", ["settings", "account", "number"])
async def test_whose_brand(store: Store, whose: str) -> None:
    """I53: what is taken goes by the brand that will be said: the number's, the account's or the settings'."""
    customer = await set_up_customer(store, texting=Texting(max_segments=1))
    long, place = "\u0142" * 60, {"account": keys.account(customer.account.id), "number": keys.number(NUMBER)}
    if whose in place:
        await store.connection.execute_command("HSET", place[whose], "brand", long)
    await save_texts(store, a_conversation(customer), "Hello")
    hold = await hold_of(store)
    limits, brand = replace(LIMITS, model_guess=0), long if whose == "settings" else "B"
    await store.turns.open(hold, TurnId(mint("turn")), limits, alone=True, segment_price=1, brand=brand)
    (purse,) = await store.connection.keys(keys.PURSE_PREFIX + "agent_spend_day:*")
    assert int(await store.connection.read_field(purse, "microcents") or 0) == 1 + 5
