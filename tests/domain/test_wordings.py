"""Our own wordings, each held to what it must say."""

import re
from dataclasses import replace

import pytest

from gateway.domain.compliance import ask_text, help_text, start_text, stop_text
from gateway.domain.honesty import DISCLOSURE, Language, disclosure_text, find_gaps, machine_text
from gateway.domain.segment import count_segments, is_gsm
from tests.domain.values import VOICE

_SAYS = {
    "brand": r"^Corner Cafe ?:",
    "contact": r"help@cafe\.example",
    "frequency": r"(?i)message frequency varies",
    "rates": r"Msg & data rates may apply\.",
    "HELP": r"\bReply HELP for help",
    "STOP": r"\bSTOP to opt out",
    "START": r"\bReply START to opt in",
    "AI": r"\bautomated AI\b",
}
_MUST = {
    start_text(VOICE): ["brand", "frequency", "rates", "HELP", "STOP"],
    help_text(VOICE): ["brand", "AI", "contact", "rates", "STOP"],
    disclosure_text(DISCLOSURE, VOICE): ["brand", "AI", "rates", "HELP", "STOP"],
    stop_text(VOICE): ["brand", "START"],
    ask_text(VOICE): ["brand", "STOP"],
    machine_text(Language.ENGLISH, VOICE): ["brand", "AI"],
}


@pytest.mark.parametrize(("wording", "what"), [(wording, what) for wording, each in _MUST.items() for what in each])
def test_complete(wording: str, what: str) -> None:
    """I31: opt-in, HELP and disclosure each say brand, frequency or contact, rates, HELP and STOP, as each must."""
    assert re.search(_SAYS[what], wording), wording


@pytest.mark.parametrize("wording", _MUST)
def test_cheap(wording: str) -> None:
    """I31: what we say ourselves is of plain letters, in one segment, with a brand that is."""
    assert is_gsm(wording)
    assert count_segments(wording) == 1


@pytest.mark.parametrize("brand", ["A", "Caf\u00e9 \u4e2d", "{brand}"])
def test_any_brand(brand: str) -> None:
    """I31: whatever the brand is, it stands in front of all of them."""
    voice = replace(VOICE, brand=brand)
    told = [help_text(voice), start_text(voice), stop_text(voice), disclosure_text(DISCLOSURE, voice)]
    told += [machine_text(language, voice) for language in Language]
    assert all(wording.startswith(brand) for wording in told)


@pytest.mark.parametrize(
    ("wording", "missing"),
    [
        (DISCLOSURE, []),
        ("", []),
        ("  ", []),
        ("Hi from {brand}!", ["AI", "STOP", "HELP"]),
        ("I'm an AI. Reply STOP to opt out, HELP for help.", []),
        ("Soy un asistente autom\u00e1tico. STOP para salir, HELP para ayuda.", []),
        ("Soy una IA de {brand}. STOP, HELP.", []),
        ("Je suis un robot. STOP pour quitter. HELP.", []),
        ("Assistant automatis\u00e9. Stop: fin. Help: aide.", []),
        ("J'ai h\u00e2te de vous aider. STOP, HELP", ["AI"]),
        ("I\u2019m Bob, your virtual assistant. HELP, STOP", ["AI"]),
        ("An automated helper that never stops.", ["STOP", "HELP"]),
        ("A bot. HELP for help.", ["STOP"]),
    ],
)
def test_gaps(wording: str, missing: list[str]) -> None:
    """I29, I31: a disclosure of a developer's own is told what it leaves out: AI, in three languages, STOP, HELP."""
    gaps = find_gaps(wording)
    assert [next(what for what in ("STOP", "HELP", "AI") if what in gap) for gap in gaps] == missing
