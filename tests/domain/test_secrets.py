"""Secret: what prints, logs, pickles or serialises shows nothing."""

import copy
import json
import pickle
import traceback
from collections.abc import Callable

import pytest

from gateway.domain.credential import fingerprint
from gateway.domain.secret import Secret

_CANARY = "canary-3f9c2a"
_SECRET = Secret(_CANARY)

_SHOWN: dict[str, Callable[[], str]] = {
    "str": lambda: str(_SECRET),
    "repr": lambda: repr(_SECRET),
    "format": lambda: f"{_SECRET}",
    "format, padded": lambda: f"{_SECRET:>40}",
    "format, repr": lambda: f"{_SECRET!r}",
    "percent": lambda: "%s %r".__mod__((_SECRET, _SECRET)),
    "ascii": lambda: ascii(_SECRET),
    "in a list": lambda: str([_SECRET]),
    "in a mapping": lambda: repr({"key": _SECRET}),
    "in an exception": lambda: str(ValueError(_SECRET)),
    "in a traceback": lambda: "".join(traceback.format_exception_only(ValueError(_SECRET))),
    "as JSON's last resort": lambda: json.dumps({"key": _SECRET}, default=str),
    "directory": lambda: str(dir(_SECRET)),
}


@pytest.mark.parametrize("show", _SHOWN.values(), ids=_SHOWN.keys())
def test_a_secret_does_not_show(show: Callable[[], str]) -> None:
    """I61: no way of turning a secret into text shows it."""
    assert _CANARY not in show()


@pytest.mark.parametrize(
    "leave",
    [
        *(lambda protocol=protocol: pickle.dumps(_SECRET, protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)),
        lambda: json.dumps(_SECRET),
        lambda: json.dumps({"key": [_SECRET]}),
        lambda: copy.copy(_SECRET),
        lambda: copy.deepcopy([_SECRET]),
    ],
)
def test_a_secret_does_not_leave(leave: Callable[[], object]) -> None:
    """I58: a secret refuses pickle, JSON and copies, also inside of something else."""
    with pytest.raises(TypeError):
        leave()


def test_reveal_is_the_way_out() -> None:
    """The value comes out when it is asked for by name, as it went in."""
    assert Secret("  a key ").reveal() == "  a key "


def test_a_secret_keeps_no_attributes() -> None:
    """Nothing can be hung on a secret, and it has no dictionary to look into."""
    assert not hasattr(_SECRET, "__dict__")


@pytest.mark.parametrize("value", ["", " ", "\t\n"])
def test_a_blank_secret_is_none(value: str) -> None:
    """I7, I62: an empty or blank secret counts as missing."""
    assert not Secret(value)


def test_a_fingerprint_recognises_and_tells_nothing() -> None:
    """Contract 5: the first 12 hexadecimal digits of the key's SHA-256."""
    assert fingerprint(Secret("abc")) == "ba7816bf8f01"
    assert fingerprint(_SECRET) not in _CANARY
