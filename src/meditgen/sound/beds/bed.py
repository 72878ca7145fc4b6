"""What a bed is: a pure function of the absolute frame, at a known loudness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["BED_LUFS", "Bed", "Floats", "Recipe", "Silence"]

Floats = npt.NDArray[np.float32]

BED_LUFS = -34.0
"""The integrated loudness of every bed as ``render`` gives it, over minutes, within 0.3 LU."""


class Bed(Protocol):
    """Sound to hold the silence: any window of it, any time, from any thread."""

    @property
    def key(self) -> str:
        """What fixes the sound: equal keys, equal sound. It holds no name of a file."""

    def render(self, start: int, frames: int) -> Floats:
        """``frames`` frames from the absolute frame ``start``, float32 [frames, 2]; bit for bit the same in any window.

        The array may be a view of channels kept one after the other (Fortran order).
        """


@dataclass(frozen=True, slots=True)
class Recipe:
    """A bed that the program knows how to make."""

    name: str
    """Kebab-case."""
    title: str
    """As a person reads it."""
    description: str
    """One sentence."""
    open: Callable[[int], Bed]
    """The bed for a seed; cheap until it is rendered."""
    aliases: tuple[str, ...] = ()
    """Other names it answers to."""


class Silence:
    """The bed ``none``."""

    key = "none"

    def render(self, start: int, frames: int) -> Floats:
        """Digital silence, float32 [frames, 2]."""
        del start
        return np.zeros((2, frames), np.float32).T
