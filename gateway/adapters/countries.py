"""The door to the library that knows which country a phone number belongs to."""

from functools import lru_cache

import phonenumbers

from gateway.domain.phone import PhoneNumber

_NOWHERE = {"ZZ", "001"}
"""How the library names no country, and numbers of none."""


@lru_cache(maxsize=10_000)
def find_country(number: PhoneNumber) -> str | None:
    """Find the two letters of a number's country; of a number that was never given out the country of its code."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    country = phonenumbers.region_code_for_number(parsed)
    country = country or phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return None if country in _NOWHERE else country
