"""Fit: from a script, its clips and a length to a Timeline that lasts exactly that long.

Only silence gives way. Sections begin on a fixed grid, so that a change in one leaves the others where they were;
inside a section every pause is stretched or shortened by one factor, within its own bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from meditgen.errors import LengthError
from meditgen.speech.clip import Clip
from meditgen.timeline.timeline import Cycle, Span, Spoken, Strike, Timeline
from meditgen.units import GRID_FRAMES, format_length, to_frames
from meditgen.words.nodes import Bell, Breath, Line, Pause, Script

__all__ = ["fit", "length_bounds"]

_FIRST_BELL = to_frames(4.0)
_FIRST_WORD = to_frames(12.0)
_LAST_BELL = to_frames(1.8)
"""After the last word."""


@dataclass(frozen=True, slots=True)
class _Silence:
    """A stretch that may give way."""

    least: int
    ideal: int
    most: int

    def at(self, factor: float) -> int:
        return min(max(round(self.ideal * factor), self.least), self.most)


@dataclass(frozen=True, slots=True)
class _Sound:
    """A stretch that may not: a clip, breaths, a fixed gap."""

    frames: int
    node: Line | Breath | None = None


_RING = _Silence(to_frames(12), to_frames(16), to_frames(30))
_SLEEP_TAIL = _Silence(to_frames(20), to_frames(40), to_frames(180))


@dataclass(frozen=True)
class _Row:
    """One section as a row of stretches; bells are struck where they stand and take no time."""

    title: str
    items: tuple[_Silence | _Sound | str, ...]
    """Silences, sounds, and the names of bells."""

    def length(self, factor: float) -> int:
        return self.fixed + sum(item.at(factor) for item in self.items if isinstance(item, _Silence))

    @cached_property
    def fixed(self) -> int:
        """Frames that cannot give way."""
        return sum(item.frames for item in self.items if isinstance(item, _Sound))

    @cached_property
    def least(self) -> int:
        return self.length(0.0)

    @cached_property
    def most(self) -> int:
        return self.length(1e6)


def fit(script: Script, clips: dict[str, Clip], frames: int, *, ending: str = "wake") -> Timeline:
    """The timeline of ``script`` in exactly ``frames`` frames.

    ``clips`` holds the clip of every line by its spoken words. Raises LengthError, naming the nearest lengths that
    can be met, where the silences' bounds do not allow it.
    """
    rows = _rows(script, lambda line: clips[line.spoken].frames, ending)
    edges = _edges(rows, frames)
    if edges is None:
        low, high = _bounds(rows)
        nearest = low if frames < low else high
        raise LengthError(
            f"{script.practice} cannot last {format_length(frames)} with these words.",
            hint=f"The nearest length is {format_length(nearest)}; "
            f"it can be from {format_length(low)} to {format_length(high)}.",
        )
    return _lay(rows, edges, clips)


def length_bounds(script: Script, line_frames: Callable[[Line], int], *, ending: str = "wake") -> tuple[int, int]:
    """The shortest and longest length in frames, on whole seconds, that ``script`` can be fitted to."""
    return _bounds(_rows(script, line_frames, ending))


def _bounds(rows: Sequence[_Row]) -> tuple[int, int]:
    second = to_frames(1)
    low = sum(-(-row.least // GRID_FRAMES) for row in rows[:-1]) * GRID_FRAMES + rows[-1].least
    high = sum(row.most // GRID_FRAMES for row in rows[:-1]) * GRID_FRAMES + rows[-1].most
    return -(-low // second) * second, high // second * second


def _rows(script: Script, line_frames: Callable[[Line], int], ending: str) -> list[_Row]:
    rows = []
    for number, section in enumerate(script.sections):
        items: list[_Silence | _Sound | str] = []
        if number == 0:
            items += [_Sound(_FIRST_BELL), "bowl", _Sound(_FIRST_WORD - _FIRST_BELL)]
        last = number == len(script.sections) - 1
        nodes = (
            section.nodes[:-1]
            if last and isinstance(section.nodes[-1], Pause) and len(section.nodes) > 1
            else section.nodes
        )
        for node in nodes:
            if isinstance(node, Line):
                items.append(_Sound(line_frames(node), node))
            elif isinstance(node, Pause):
                items.append(_Silence(to_frames(node.least), to_frames(node.seconds), to_frames(node.most)))
            elif isinstance(node, Breath):
                items.append(_Sound(to_frames(node.inhale + node.exhale) * node.times, node))
            elif isinstance(node, Bell):
                items.append(node.name)
        if last:
            items += [_SLEEP_TAIL] if ending == "sleep" else [_Sound(_LAST_BELL), "bowl", _RING]
        rows.append(_Row(section.title, tuple(items)))
    return rows


def _edges(rows: Sequence[_Row], frames: int) -> list[int] | None:
    """Where each section begins, and the end: on the grid, within each section's bounds; None where there is no way."""
    windows = [(frames, frames)]
    for row in reversed(rows):
        low, high = windows[0]
        starts = (-(-(low - row.most) // GRID_FRAMES), (high - row.least) // GRID_FRAMES)
        if row is rows[0]:
            starts = (max(starts[0], 0), min(starts[1], 0))
        if starts[0] > starts[1] or starts[1] < 0:
            return None
        windows.insert(0, (max(starts[0], 0) * GRID_FRAMES, starts[1] * GRID_FRAMES))
    factor = _solve(lambda at: sum(row.length(at) for row in rows), frames)
    edges, ideal = [0], 0
    for row, window in zip(rows, windows[1:], strict=True):
        ideal += row.length(factor)
        nearest = round(ideal / GRID_FRAMES) * GRID_FRAMES if row is not rows[-1] else frames
        low, high = max(window[0], edges[-1] + row.least), min(window[1], edges[-1] + row.most)
        edge = min(max(nearest, low), high)
        if row is not rows[-1]:
            edge = -(-edge // GRID_FRAMES) * GRID_FRAMES if edge == low else edge // GRID_FRAMES * GRID_FRAMES
        if not low <= edge <= high:
            return None
        edges.append(edge)
    return edges


def _solve(length: Callable[[float], int], wanted: int) -> float:
    """The factor at which ``length`` comes nearest ``wanted`` from below; ``length`` never falls."""
    low, high = 0.0, 64.0
    for _ in range(60):
        middle = (low + high) / 2
        if length(middle) <= wanted:
            low = middle
        else:
            high = middle
    return low


def _lay(rows: Sequence[_Row], edges: Sequence[int], clips: dict[str, Clip]) -> Timeline:
    spans: list[Span] = []
    spoken: list[Spoken] = []
    strikes: list[Strike] = []
    cycles: list[Cycle] = []
    for row, (start, end) in zip(rows, pairwise(edges), strict=True):
        spans.append(Span(row.title, start, end))
        at = start
        for item, frames in zip(row.items, _stretch(row, end - start), strict=True):
            if isinstance(item, str):
                strikes.append(Strike(item, at))
            elif isinstance(item, _Sound) and isinstance(item.node, Line):
                spoken.append(Spoken(item.node, clips[item.node.spoken], at))
            elif isinstance(item, _Sound) and isinstance(item.node, Breath):
                inhale, whole = to_frames(item.node.inhale), frames // item.node.times
                cycles += [Cycle(at + n * whole, inhale, whole - inhale) for n in range(item.node.times)]
            at += frames
    return Timeline(edges[-1], tuple(spans), tuple(spoken), tuple(strikes), tuple(cycles))


def _stretch(row: _Row, wanted: int) -> list[int]:
    """The length of every item so that the row lasts ``wanted``; what rounding leaves goes to silences with room."""
    factor = _solve(row.length, wanted)
    lengths = [
        0 if isinstance(item, str) else item.at(factor) if isinstance(item, _Silence) else item.frames
        for item in row.items
    ]
    left = wanted - sum(lengths)
    for number, item in enumerate(row.items):
        if isinstance(item, _Silence) and left:
            room = item.most - lengths[number]
            added = min(left, room)
            lengths[number] += added
            left -= added
    if left:
        raise AssertionError(f"a section is {left} frames short of its slot")
    return lengths
