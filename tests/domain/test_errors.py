"""The error tree: as drawn, each with a code and a message, each with a row in the web's table."""

import inspect
import re

import pytest

from gateway.domain import errors, model_errors
from gateway.web.problems import STATUS

_DRAWN = re.compile(r"^(?P<lines>[│├└─ ]*)(?P<name>[A-Z]\w+)", re.MULTILINE)


def _classes() -> list[type[errors.TextgateError]]:
    return [
        thing
        for module in (errors, model_errors)
        for _, thing in inspect.getmembers(module, inspect.isclass)
        if issubclass(thing, errors.TextgateError) and thing.__module__ == module.__name__
    ]


def _concrete() -> list[type[errors.TextgateError]]:
    return [kind for kind in _classes() if not kind.__subclasses__()]


def _make(kind: type[errors.TextgateError]) -> errors.TextgateError:
    if kind in (errors.InvalidRequest, errors.Conflict, errors.NotReady):
        return kind(*("some_code", "Some words."))
    if kind is errors.TooMany:
        return errors.TooMany(limit="key_minute", most=60, wait_seconds=5)
    return kind()


def _drawn_parents() -> dict[str, str]:
    parents: dict[str, str] = {}
    path: list[str] = []
    tree = (errors.__doc__ or "").partition("TextgateError\n")[2].partition("\n\n")[0]
    for found in _DRAWN.finditer(tree):
        depth = len(found["lines"]) // 4
        path[depth - 1 :] = [found["name"]]
        parents[found["name"]] = path[depth - 2] if depth > 1 else "TextgateError"
    return parents


def test_the_drawing_is_the_tree() -> None:
    """The tree in the docstring has exactly the classes that there are, under the parents they have."""
    real = {kind.__name__: kind.__bases__[0].__name__ for kind in _classes() if kind is not errors.TextgateError}
    assert _drawn_parents() == real


@pytest.mark.parametrize("kind", _classes(), ids=lambda kind: str(kind.__name__))
def test_every_error_has_a_code_and_a_message(kind: type[errors.TextgateError]) -> None:
    """Each error has a stable code, and its docstring is its message where none is given."""
    error = _make(kind)
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", error.code)
    assert error.message.endswith((".", "`."))
    assert str(error) == error.message
    assert kind.__doc__


def test_codes_are_not_shared() -> None:
    """Two errors with one code could not be told apart; the three that are given theirs are named at the raise."""
    given = {errors.InvalidRequest, errors.Conflict, errors.NotReady}
    codes = [kind.code for kind in _concrete() if kind not in given]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("kind", _concrete(), ids=lambda kind: str(kind.__name__))
def test_every_concrete_error_has_a_status(kind: type[errors.TextgateError]) -> None:
    """The web's table has a row for each error that can be raised: 4xx for the caller's, 5xx for the world's."""
    status = STATUS[kind]
    if issubclass(kind, errors.Refused):
        assert 400 <= status < 500
    else:
        assert status in (409, 500, 503)


def test_the_table_names_nothing_else() -> None:
    """A row for a class that is never raised would say something untrue."""
    assert set(STATUS) == set(_concrete())


def test_what_is_retryable_is_the_worlds_fault() -> None:
    """Only a failure of the world may be tried again; a refused request stays refused."""
    retryable = {kind.__name__ for kind in _classes() if kind.retryable}
    assert retryable == {"StoreDown", "TwilioDown", "ModelBusy", "CarrierBusy"}
