"""Phone numbers, as values that are always whole."""

import re
from typing import NewType

PhoneNumber = NewType("PhoneNumber", str)
"""A number in E.164: `+`, then 7 to 15 digits."""

_SHORT_CODE = re.compile(r"^[1-9][0-9]{2,7}$")
_E164 = re.compile(r"^\+[1-9][0-9]{6,14}$")


def find_phone(text: str) -> PhoneNumber | None:
    """Read `text` as an E.164 number; None when it is something else (a short code, `whatsapp:+…`, a name)."""
    return PhoneNumber(text) if _E164.fullmatch(text) else None


def find_number(text: str) -> PhoneNumber | None:
    """Read `text` as a number that may be ours: E.164, or a short code of 3 to 8 digits."""
    return PhoneNumber(text) if _SHORT_CODE.fullmatch(text) else find_phone(text)


def is_short_code(number: PhoneNumber) -> bool:
    """Tell a short code from a number in E.164."""
    return not number.startswith("+")


def mask_phone(phone: str) -> str:
    """Show enough of a number to tell two apart in a log and too little to call it: `+1555***0100`."""
    keep_front, keep_back = 5, 4
    if len(phone) <= keep_front + keep_back:
        return "***"
    return f"{phone[:keep_front]}***{phone[-keep_back:]}"
