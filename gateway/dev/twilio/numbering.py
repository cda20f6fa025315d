"""What kind of number a number is: the carrier network and Twilio treat each kind's keywords in their own way."""

import re
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """The kinds that texts go in and out of."""

    LONG = "long"
    TOLL_FREE = "toll-free"
    SHORT = "short"


# the toll-free prefixes of the North American plan; 822 and 889 are kept for later
_TOLL_FREE: Final = re.compile(r"\+18(?:00|33|44|55|66|77|88)\d{7}")
_SHORT: Final = re.compile(r"[0-9]{3,6}")


def read_kind(number: str) -> Kind:
    """Tell a number's kind by its digits."""
    if _SHORT.fullmatch(number):
        return Kind.SHORT
    return Kind.TOLL_FREE if _TOLL_FREE.fullmatch(number) else Kind.LONG
