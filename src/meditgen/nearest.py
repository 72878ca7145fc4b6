"""The nearest right word, for errors that help."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["did_you_mean", "nearest"]


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The one of ``choices`` most like ``word``, or None where none is alike.

    >>> nearest("figurre", ["figure", "blocks"])
    'figure'
    """
    by_folded = {choice.casefold(): choice for choice in choices}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.5)
    return by_folded[found[0]] if found else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """A sentence that suggests the nearest word, or lists them where none is near.

    >>> did_you_mean("rian", ["rain", "ocean"])
    'Did you mean “rain”?'
    """
    known = list(choices)
    found = nearest(word, known)
    return f"Did you mean “{found}”?" if found else f"Known: {', '.join(known)}."
