"""Progress: how far a piece of work has come, as a value that any face can show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Listener", "Progress", "silent"]


@dataclass(frozen=True, slots=True)
class Progress:
    """One report. ``done`` and ``total`` are in the same unit, whatever it is."""

    stage: str
    """What is being done: “Speaking”, “Mixing”."""
    done: float
    total: float
    note: str = ""
    """What exactly, where that is worth a look: the line being spoken."""


Listener = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """A listener that shows nothing."""
