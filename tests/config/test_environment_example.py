"""`config/env.example` says what config/settings.py reads."""

from pathlib import Path

import pytest
from dotenv import dotenv_values

import config
from config.settings import SettingsError, WebSettings, WorkerSettings, read_settings
from tests.config.environment_example import fields, readers, render
from tests.examples import environment

EXAMPLE = Path(str(config.__file__)).with_name("env.example")


def given() -> dict[str, str]:
    """The example, as a process that loads it sees it."""
    return {name: value or "" for name, value in dotenv_values(EXAMPLE).items()}


def test_example_is_the_settings() -> None:
    """Each variable stands there once, with its sentence, its default and its readers, and no other does."""
    assert EXAMPLE.read_text() == render()


def test_every_setting_is_named() -> None:
    """A setting's alias is its variable, and its description a sentence that says what belongs there."""
    assert list(given()) == list(fields())
    for variable, field in fields().items():
        assert variable.startswith("TEXTGATE_")
        assert str(field.description).endswith(".")


@pytest.mark.parametrize("kind", [WebSettings, WorkerSettings])
def test_example_as_it_is(kind: type[WebSettings] | type[WorkerSettings]) -> None:
    """Copied as it is, the example lacks exactly what is required."""
    with pytest.raises(SettingsError) as caught:
        read_settings(kind, given())
    required = {str(field.alias) for field in kind.model_fields.values() if field.is_required()}
    assert {problem.partition(":")[0] for problem in caught.value.problems} == required


def test_example_filled_in() -> None:
    """With what is required filled in, the example's defaults are the settings' own."""
    needed = environment(TEXTGATE_REDIS_URL="redis://127.0.0.1:6379/0")
    bare = {name: value for name, value in needed.items() if fields()[name].is_required()}
    for kind in (WebSettings, WorkerSettings):
        from_example, from_code = (read_settings(kind, {**base, **bare}) for base in (given(), {}))
        for name in kind.model_fields:
            in_code, in_example = getattr(from_code, name), getattr(from_example, name)
            assert in_example == in_code or repr(in_example) == repr(in_code)  # secrets are equal to nothing


def test_private_key_is_the_workers() -> None:
    """The web process has no field for the private halves, and the example doesn't give them to it."""
    assert readers("TEXTGATE_OPEN_KEYS") == ["worker"]
    assert "open_keys" not in WebSettings.model_fields
