"""Settings: read once from a mapping, every problem listed at once, no secret ever shown."""

import json
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from config.settings import (
    CarrierSettings,
    SealSettings,
    SettingsError,
    StoreSettings,
    WebSettings,
    WorkerSettings,
    read_settings,
)
from gateway.domain.limits import TurnCaps
from gateway.domain.secret import Secret
from tests.examples import ACCOUNT_SID, AUTH_TOKEN, OPEN_KEYS, PUBLIC_URL, SEAL_KEYS, environment

CANARY = "canary-0cc175b9c0f1b6a831c399e2"
REDIS = "redis://:canary-redis-password@127.0.0.1:6379/0"
Kind = type[WebSettings] | type[WorkerSettings]


def complete(**changes: str) -> dict[str, str]:
    """A complete environment, with changes."""
    return environment(**{"TEXTGATE_REDIS_URL": REDIS, **changes})


def problems(kind: type[Any], given: dict[str, str]) -> dict[str, str]:
    """What is wrong with an environment, by variable."""
    with pytest.raises(SettingsError) as caught:
        read_settings(kind, given)
    assert str(caught.value) == "\n".join(caught.value.problems)
    assert all("\n" not in problem for problem in caught.value.problems)
    return {name: words for name, _, words in (problem.partition(": ") for problem in caught.value.problems)}


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        (StoreSettings, {"REDIS_URL"}),
        (SealSettings, {"REDIS_URL", "SEAL_KEYS"}),
        (CarrierSettings, {"REDIS_URL", "PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"}),
        (WebSettings, {"REDIS_URL", "PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "SEAL_KEYS", "PEPPER"}),
        (WorkerSettings, {"REDIS_URL", "PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "OPEN_KEYS"}),
    ],
)
def test_everything_missing_is_listed(kind: type[Any], missing: set[str]) -> None:
    """All that is missing is listed at once, one a line, each with the next step."""
    found = problems(kind, {})
    assert set(found) == {f"TEXTGATE_{name}" for name in missing}
    assert all(words.startswith("is not set. ") and words.endswith(".") for words in found.values())


@pytest.mark.parametrize(
    ("given", "texter_day"),
    [
        ({}, 500),
        ({"": "70"}, 70),
        ({"_DAY": "80"}, 80),
        ({"": "70", "_DAY": "80"}, 80),
        ({"": "70", "_DAY": "0"}, None),
        ({"": "70", "_WEEK": "80"}, 70),
    ],
)
def test_the_older_name_of_a_cap(given: dict[str, str], texter_day: int | None) -> None:
    """The older name of a texter's cap by day is heeded where the newer is not set; 0 is no cap."""
    variables = {f"TEXTGATE_LIMIT_TEXTER_TURNS{end}": most for end, most in given.items()}
    assert read_settings(WorkerSettings, complete(**variables)).caps.texter_day == texter_day


def test_each_cap_has_its_variable() -> None:
    """Each cap is set by the variable of its name, and 0 lifts it."""
    for whose, period in product(("AGENT", "TEXTER"), ("DAY", "WEEK", "MONTH")):
        for given, most in (("7", 7), ("0", None)):
            changed = complete(**{f"TEXTGATE_LIMIT_{whose}_TURNS_{period}": given})
            caps = read_settings(WorkerSettings, changed).caps
            assert caps == replace(TurnCaps(), **{f"{whose}_{period}".lower(): most})


@pytest.mark.parametrize("empty", ["", " ", "\t"])
@pytest.mark.parametrize("variable", ["TEXTGATE_TWILIO_AUTH_TOKEN", "TEXTGATE_PUBLIC_URL", "TEXTGATE_PEPPER"])
def test_empty_is_not_set(variable: str, empty: str) -> None:
    """I7: an empty variable is one that is not set: it never switches a check off."""
    assert problems(WebSettings, complete(**{variable: empty}))[variable].startswith("is not set.")


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("TEXTGATE_REDIS_URL", f"http://{CANARY}", "must look like redis://host:6379/0"),
        ("TEXTGATE_REDIS_URL", f"redis:{CANARY}", "must look like redis://host:6379/0"),
        ("TEXTGATE_PUBLIC_URL", "gateway.example.com", "must look like https://gateway.example.com"),
        ("TEXTGATE_PUBLIC_URL", "https://gateway.example.com/?a=b", "without a query"),
        ("TEXTGATE_PUBLIC_URL", "https://gateway.example.com,nonsense", "must look like"),
        ("TEXTGATE_PUBLIC_URL", ",", "must look like"),
        ("TEXTGATE_TWILIO_ACCOUNT_SID", "AC123", "AC and 32 hexadecimal digits"),
        ("TEXTGATE_TWILIO_AUTH_TOKEN", ",", "at least one token"),
        ("TEXTGATE_TWILIO_AUTH_TOKEN", " , ,", "at least one token"),
        ("TEXTGATE_OPEN_KEYS", CANARY, "is not of the form kid:key"),
        ("TEXTGATE_OPEN_KEYS", SEAL_KEYS.reveal(), "is it another ring's variable?"),
        ("TEXTGATE_OPEN_KEYS", f"{OPEN_KEYS.reveal()},{OPEN_KEYS.reveal()}", "names one key twice"),
        ("TEXTGATE_ALLOWED_PRIVATE_HOSTS", "127.0.0.1", "host:port pairs"),
        ("TEXTGATE_ALLOWED_PRIVATE_HOSTS", "http://127.0.0.1:80", "host:port pairs"),
        ("TEXTGATE_TWILIO_API_URL", "ftp://twilio", "must look like https://api.twilio.com"),
        ("TEXTGATE_MODEL_DEADLINE_S", "0", "greater than 0"),
        ("TEXTGATE_MODEL_DEADLINE_S", CANARY, "valid number"),
        ("TEXTGATE_MAX_TRIES", "2.5", "valid integer"),
        ("TEXTGATE_WORKER_CONCURRENCY", "-1", "greater than 0"),
    ],
)
def test_wrong_values(variable: str, value: str, words: str) -> None:
    """A wrong value is said to be one, by variable and with what belongs there, and is not repeated."""
    found = problems(WorkerSettings, complete(**{variable: value}))
    assert list(found) == [variable]
    assert words in found[variable]
    assert CANARY not in str(found)


def test_wrong_and_missing_together() -> None:
    """One look at the list is enough: wrong and missing settings stand in it together."""
    given = complete(TEXTGATE_MAX_TRIES="x", TEXTGATE_REDIS_URL="x", TEXTGATE_OPEN_KEYS="")
    assert set(problems(WorkerSettings, given)) == {
        "TEXTGATE_MAX_TRIES",
        "TEXTGATE_REDIS_URL",
        "TEXTGATE_OPEN_KEYS",
    }


@pytest.mark.parametrize("value", ["new,old", " new , old ", "new,,old,"])
def test_token_rotation(value: str) -> None:
    """I11: while the auth token rotates it is a list, the new one first."""
    settings = read_settings(WebSettings, complete(TEXTGATE_TWILIO_AUTH_TOKEN=value))
    assert [token.reveal() for token in settings.twilio_auth_tokens] == ["new", "old"]


def test_public_urls() -> None:
    """I9: public URLs are a list, primary first; a fragment and a trailing slash, which Twilio doesn't sign, go."""
    given = complete(TEXTGATE_PUBLIC_URL="https://a.example/base/, https://b.example#rc=2&rp=ct,rt,https://c.example")
    urls = ("https://a.example/base", "https://b.example", "https://c.example")
    assert read_settings(WebSettings, given).public_urls == urls


def test_private_hosts() -> None:
    """The private hosts that a base URL may name are host:port pairs, by commas; IPv6 in brackets."""
    given = complete(TEXTGATE_ALLOWED_PRIVATE_HOSTS="127.0.0.1:8000, [::1]:8000 ,models.lan:80")
    assert read_settings(WebSettings, given).allowed_private_hosts == (
        "127.0.0.1:8000",
        "[::1]:8000",
        "models.lan:80",
    )


@pytest.mark.parametrize("given", [{"TEXTGATE_TWILIO_API_KEY_SID": "SK1"}, {"TEXTGATE_TWILIO_API_KEY_SECRET": CANARY}])
def test_half_an_api_key(given: dict[str, str]) -> None:
    """An API key for Twilio has two halves: one alone is refused, and not silently left out."""
    (words,) = problems(WorkerSettings, complete(**given)).values()
    assert "set both or none" in words
    assert CANARY not in words


def test_api_key() -> None:
    """Both halves together are taken."""
    given = complete(TEXTGATE_TWILIO_API_KEY_SID="SK1", TEXTGATE_TWILIO_API_KEY_SECRET=CANARY)
    settings = read_settings(WorkerSettings, given)
    assert settings.twilio_api_key_secret is not None
    assert (settings.twilio_api_key_sid, settings.twilio_api_key_secret.reveal()) == ("SK1", CANARY)


@pytest.mark.parametrize("kind", [WebSettings, WorkerSettings])
def test_secrets_are_hidden(kind: Kind) -> None:
    """I61: no way of printing settings shows a secret."""
    changes = {"TEXTGATE_TWILIO_API_KEY_SID": "SK1", "TEXTGATE_TWILIO_API_KEY_SECRET": CANARY}
    given = complete(**changes)
    settings = read_settings(kind, given)
    dumped = settings.model_dump()
    shown = f"{settings} {settings!r} {vars(settings)} {dumped} {json.dumps(dumped, default=str)}"
    secrets = ("REDIS_URL", "TWILIO_AUTH_TOKEN", "SEAL_KEYS", "OPEN_KEYS", "PEPPER", "TWILIO_API_KEY_SECRET")
    assert [name for name in secrets if given[f"TEXTGATE_{name}"] in shown] == []
    assert "canary" not in shown
    assert ACCOUNT_SID in shown
    with pytest.raises(Exception, match="Secret"):
        settings.model_dump_json()


def test_web_never_reads_the_private_key() -> None:
    """The web process's settings hold no private key, although the environment has one."""
    settings = read_settings(WebSettings, complete())
    held = [value.reveal() for value in vars(settings).values() if isinstance(value, Secret)]
    assert SEAL_KEYS.reveal() in held
    assert OPEN_KEYS.reveal() not in held


def test_settings_stay_as_they_are() -> None:
    """Settings are values: nobody changes them on the way."""
    settings = read_settings(WebSettings, complete())
    with pytest.raises(ValueError, match="frozen"):
        settings.brand = "Somebody else"
    assert (settings.public_urls, settings.twilio_auth_tokens[0].reveal()) == ((PUBLIC_URL,), AUTH_TOKEN)
