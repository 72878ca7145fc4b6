"""A bed from a sound file of the user's own: levelled like ours, looped without a seam."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from meditgen.dsp.curves import Curve
from meditgen.dsp.loudness import SILENCE_LUFS, Meter
from meditgen.errors import BedFileError, Place
from meditgen.paths import cache_dir
from meditgen.sound.beds.bed import BED_LUFS, Bed, Floats
from meditgen.sound.beds.decode import decoded
from meditgen.sound.beds.kept import read_kept, write_kept
from meditgen.sound.beds.play import Layered, Loop
from meditgen.units import db_to_gain, to_frames

__all__ = ["bed_from_file"]

_VERSION = 1
_SHORTEST = 2.0
"""Seconds; anything shorter would be a rhythm."""
_CROSS = 8.0
"""Seconds in which the end of the loop goes over into its beginning; at most a quarter of it."""
_HEADROOM = 6.0
"""dB by which the kept 16-bit loop is louder than a bed: noise 70 dB under it, peaks up to 28 dB over it."""

Shorts = npt.NDArray[np.int16]


def bed_from_file(path: Path) -> Bed:
    """The bed in the sound file at ``path``. Read whole the first time, then from the cache.

    Raises BedFileError where it is missing, unreadable, silent, too short, or too large.
    """
    digest = _digest(path)
    shorts = _loop(path, digest)
    loop = Loop(lambda: shorts, scale=db_to_gain(-_HEADROOM) / 32768)
    return Layered(f"file/{_VERSION}/{digest}", [loop], Curve(lambda at: np.ones((1, at.size)), 1024))


def _digest(path: Path) -> str:
    if not path.is_file():
        raise BedFileError("there is no such sound file.", where=Place(str(path)), hint="Check the path.")
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()[:32]
    except OSError as error:
        raise BedFileError(
            "this sound file cannot be opened.", where=Place(str(path)), hint="Check its path."
        ) from error


@lru_cache(maxsize=2)
def _loop(path: Path, digest: str) -> npt.NDArray[Any]:
    """The loop, int16 [2, frames], from the cache or made."""
    kept_at = cache_dir() / "beds" / f"file-{digest}-v{_VERSION}.npy"
    kept = read_kept(kept_at, np.int16)
    if kept is not None:
        return kept
    made = _make_loop(path)
    write_kept(kept_at, made)
    return made


def _make_loop(path: Path) -> Shorts:
    """Twice through the file: to measure it, then to keep it; memory is that of the loop."""
    meter = Meter()
    frames = 0
    for block in decoded(path):
        if not np.isfinite(block).all():
            raise BedFileError("it holds values that are not numbers.", where=Place(str(path)), hint="Save it again.")
        meter.add(frames, block)
        frames += len(block)
    if frames < to_frames(_SHORTEST):
        raise BedFileError(
            f"it lasts less than {_SHORTEST:.0f} seconds.", where=Place(str(path)), hint="Use a longer one."
        )
    loudness = meter.integrated_lufs
    if loudness <= SILENCE_LUFS:
        raise BedFileError("it is silent.", where=Place(str(path)))
    gain = db_to_gain(BED_LUFS + _HEADROOM - loudness)
    return _closed(_shorts(decoded(path), gain, frames))


def _shorts(blocks: Iterator[Floats], gain: float, frames: int) -> Shorts:
    out = np.empty((2, frames), np.int16)
    at = 0
    for block in blocks:
        out[:, at : at + len(block)] = np.clip(np.rint(block * (gain * 32768)), -32768, 32767).T
        at += len(block)
    return out


def _closed(shorts: Shorts) -> Shorts:
    """The same, shorter by a crossfade: its end is laid under its beginning at equal power, so that it goes round."""
    cross = min(to_frames(_CROSS), shorts.shape[1] // 4)
    length = shorts.shape[1] - cross
    phase = (np.arange(cross) + 0.5) * (np.pi / 2 / cross)
    joined = shorts[:, :cross] * np.sin(phase) + shorts[:, length:] * np.cos(phase)
    out = np.ascontiguousarray(shorts[:, :length])
    out[:, :cross] = np.clip(np.rint(joined), -32768, 32767)
    return out
