"""Clip: one spoken line, polished and levelled, kept as a file and read where it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

__all__ = ["Clip"]


@dataclass(frozen=True, slots=True)
class Clip:
    """One line as sound: mono, 44.1 kHz, at its final level."""

    digest: str
    """What went into it: engine, model, settings, polish and words, under a key that only this cache knows."""
    frames: int
    """How long it is."""
    path: Path
    """The kept file: a NumPy array, int16 or float32, of shape [frames]."""

    def read(self, start: int, stop: int) -> npt.NDArray[np.float32]:
        """Frames ``start`` to ``stop`` (exclusive, inside the clip): float32, shape [stop - start], full scale 1.0."""
        kept = np.load(self.path, mmap_mode="r")
        part = np.asarray(kept[start:stop])
        if part.dtype == np.int16:
            return part.astype(np.float32) * np.float32(1 / 32768)
        return part.astype(np.float32, copy=True)
