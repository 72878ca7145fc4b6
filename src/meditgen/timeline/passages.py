"""Which passages are spoken: the longer the track, the more is said, in the order the author gave."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from meditgen.units import to_seconds
from meditgen.words.nodes import Bell, Breath, Line, Node, Pause, Script, Section

__all__ = ["bells_only", "passage_choices", "with_passages", "words_for"]

_PACING = ((1.0, 40.0), (5.0, 340.0), (10.0, 580.0), (15.0, 790.0), (20.0, 950.0), (60.0, 1700.0))
"""Words a track of so many minutes holds, from published practices: silence grows with length."""


def words_for(frames: int) -> float:
    """How many words suit a track of this length."""
    minutes = to_seconds(frames) / 60
    points = [point for point, _ in _PACING]
    upper = min(max(bisect_left(points, minutes), 1), len(points) - 1)
    (low, few), (high, many) = _PACING[upper - 1], _PACING[upper]
    return max(20.0, few + (many - few) * (minutes - low) / (high - low))


def with_passages(script: Script, order: int) -> Script:
    """The script with optional passages up to ``order`` and no others."""
    sections = tuple(
        replace(section, nodes=tuple(node for node in section.nodes if node.optional <= order))
        for section in script.sections
    )
    return replace(script, sections=tuple(section for section in sections if any(map(_sounds, section.nodes))))


def passage_choices(script: Script, frames: int, *, guidance: str = "full") -> list[Script]:
    """The script with more or fewer of its passages, the best suited to the length first.

    Which is best is decided by words alone, so that it does not hang on the voice.
    """
    if guidance == "bells":
        return [bells_only(script)]
    if guidance == "sparse":
        return [_roomier(with_passages(script, 0))]
    orders = sorted({0} | {node.optional for section in script.sections for node in section.nodes})
    choices = [with_passages(script, order) for order in orders]
    wanted = words_for(frames)
    return sorted(choices, key=lambda choice: abs(sum(line.words for line in choice.lines()) - wanted))


def bells_only(script: Script) -> Script:
    """A bell where each section begins, and the sections' own silence; the first bell is the track's own."""
    sections = []
    for number, section in enumerate(script.sections):
        seconds = sum(map(_seconds, section.nodes))
        rest = Pause(seconds, 2.0, max(600.0, seconds * 8), section.place)
        bell = (Bell("chime", section.place),) if number else ()
        sections.append(Section(section.title, (*bell, rest), section.place))
    return replace(script, sections=tuple(sections))


def _roomier(script: Script) -> Script:
    """Longer silences are the point of sparse guidance; ``partials/choices.j2`` announces them."""

    def widen(node: Node) -> Node:
        return replace(node, most=node.most * 2.5) if isinstance(node, Pause) else node

    return replace(script, sections=tuple(replace(s, nodes=tuple(map(widen, s.nodes))) for s in script.sections))


def _sounds(node: Node) -> bool:
    return not isinstance(node, Pause)


def _seconds(node: Node) -> float:
    if isinstance(node, Line):
        return node.words / 105 * 60
    return node.seconds if isinstance(node, Pause | Breath) else 0.0
