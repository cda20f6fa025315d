"""A value that must not be seen."""

from typing import NoReturn, final


@final
class Secret:
    """Hold a string so that printing, logging, pickling or serialising it by accident shows nothing."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the string itself: the only way to it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __str__(self) -> str:
        return "…"

    def __format__(self, spec: str) -> str:
        return "…"

    def __bool__(self) -> bool:
        return bool(self._value.strip())

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled")
