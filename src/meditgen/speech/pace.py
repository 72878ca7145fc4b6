"""How long a line will be, before it is spoken."""

from __future__ import annotations

import re
from unicodedata import category

from meditgen.speech.engine import Voice

__all__ = ["estimate_seconds", "without_signs"]

_INNER_MARK = re.compile(r"[,;:]\s|[.!?…]\s+\S|\s[—–]\s|—")
_DIGIT_LETTERS, _SIGN_LETTERS, _PICTURE_LETTERS = 4, 5, 12
"""A digit, a sign such as & and a picture such as ☀ are spoken as words of about so many letters."""
_SIGNS = frozenset("<>=+&%$€£#@*/\\[]{}|~^_")


def estimate_seconds(text: str, voice: Voice) -> float:
    """Seconds that ``voice`` will take for ``text``: a line through its letters and inner marks, fitted on the card.

    On the 45 lines it was fitted on, a line of the default voice was right to 7 % (mean); on 40 others, their sum
    to 2 %.
    """
    letters = sum(map(_letters, text))
    if not letters:
        return 0.0
    marks = len(_INNER_MARK.findall(text.strip()))
    return voice.estimate.fixed + voice.estimate.letter * letters + voice.estimate.mark * marks


def without_signs(text: str) -> str:
    """``text`` without the signs and pictures that one engine reads out and another passes over."""
    return "".join(sign for sign in text if sign.isalnum() or not _letters(sign))


def _letters(sign: str) -> int:
    if sign.isalnum():
        return _DIGIT_LETTERS if sign.isdigit() else 1
    if sign in _SIGNS:
        return _SIGN_LETTERS
    return _PICTURE_LETTERS if category(sign) == "So" else 0
