"""Lengths in words: “about ten minutes”."""

from __future__ import annotations

from meditgen.units import to_seconds

__all__ = ["spoken_length"]

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def _number(value: int) -> str:
    if value < 20:
        return _ONES[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")
    hundreds, rest = divmod(value, 100)
    return f"{_ONES[hundreds]} hundred" + (f" and {_number(rest)}" if rest else "")


def spoken_length(frames: int) -> str:
    """A length as a person would say it, to the minute.

    >>> spoken_length(12 * 60 * 44100)
    'about twelve minutes'
    """
    minutes = round(to_seconds(frames) / 60)
    if minutes < 1:
        return "less than a minute"
    return f"about {_number(minutes)} minute{'' if minutes == 1 else 's'}"
