"""Sentences: where one ends and the next begins, with a person's own words kept whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from meditgen.errors import Place

__all__ = ["Run", "Sentence", "sentences"]

_END = re.compile(r"[.!?…]+[”’\"')\]]*(?=\s|$)")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Prof|Rev|Fr|Sr|Jr|vs|etc|e\.g|i\.e)|\b[A-HJ-Z])\.$")
_BEFORE_MARK = re.compile(r"\s+([.,;:!?”])")
_MASK = "\ue000"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text from one place."""

    text: str
    place: Place
    own: bool = False
    """Whether these are the person's own words."""
    alias: str | None = None
    """What the voice is given in its stead."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, as read and as spoken."""

    text: str
    spoken: str
    public: str
    """As read, with the person's own words left out."""
    place: Place
    personal: bool
    ends_paragraph: bool


def sentences(runs: list[Run]) -> Iterator[Sentence]:
    """Cut ``runs`` into sentences. A person's own words are never cut; a blank line always ends a sentence."""
    whole = "".join(run.text for run in runs)
    masked = "".join(_MASK * len(run.text) if run.own else run.text for run in runs)
    start = 0
    for end, ends_paragraph in _cuts(whole, masked):
        parts = list(_slice(runs, start, end))
        start = end
        text = _tidy("".join(part.text for part in parts))
        if not any(character.isalnum() for character in text):
            continue
        spoken = _tidy("".join(part.text if part.alias is None else part.alias for part in parts))
        public = _tidy("".join("…" if part.own else part.text for part in parts))
        place = next(part.place for part in parts if part.text.strip())
        yield Sentence(text, spoken, public, place, any(part.own for part in parts), ends_paragraph)


def _cuts(whole: str, masked: str) -> Iterator[tuple[int, bool]]:
    """Where sentences end, and whether a paragraph ends there too; always the end of the text last."""
    start = 0
    for gap in [*_PARAGRAPH.finditer(masked), None]:
        stop = gap.start() if gap else len(masked)
        ends = [match.end() for match in _END.finditer(masked, start, stop) if _ends(masked, match, stop)]
        if ends and not masked[ends[-1] : stop].strip():
            ends.pop()
        yield from ((end, False) for end in ends)
        yield stop, gap is not None and bool(whole[stop:].strip())
        start = stop


def _ends(masked: str, match: re.Match[str], stop: int) -> bool:
    if _ABBREVIATION.search(masked, max(0, match.start() - 8), match.start() + 1):
        return False
    following = masked[match.end() : stop].lstrip()[:1]
    return not (following.islower() and match.group()[0] in "….")


def _slice(runs: list[Run], start: int, end: int) -> Iterator[Run]:
    at = 0
    for run in runs:
        low, high = max(start - at, 0), min(end - at, len(run.text))
        if low < high:
            yield replace(run, text=run.text[low:high])
        at += len(run.text)


def _tidy(text: str) -> str:
    """One line, single spaces, no space before a closing mark, no doubled full stop."""
    text = _BEFORE_MARK.sub(r"\1", " ".join(text.split()))
    return re.sub(r"(?<![.])[.]([.])(?![.])", r"\1", text)
