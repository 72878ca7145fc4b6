"""Kept layers: long stretches of sound that are made once, then read from memory or from the cache folder."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from meditgen.errors import StorageError
from meditgen.files import whole_file
from meditgen.paths import cache_dir, private_dir
from meditgen.sound.beds.bed import Floats

__all__ = ["Layer", "read_kept", "write_kept"]

_memory: dict[tuple[str, str, int, int], Floats] = {}
_lock = threading.RLock()


@dataclass(frozen=True, slots=True)
class Layer:
    """A stretch of sound, the same for every seed: the seed chooses the way through it, not the stuff."""

    bed: str
    name: str
    version: int
    """Count up when ``make`` changes, or old files would go on sounding."""
    frames: int
    make: Callable[[], Floats]
    """Gives float32 [2, frames], left and right."""

    def load(self) -> Floats:
        """The layer, float32 [2, frames], read-only; made where it is nowhere kept, or kept damaged."""
        key = (self.bed, self.name, self.version, self.frames)
        with _lock:
            if key not in _memory:
                _memory[key] = self._read_or_make()
            return _memory[key]

    def _read_or_make(self) -> Floats:
        path = cache_dir() / "beds" / f"{self.bed}-{self.name}-v{self.version}.npy"
        kept = read_kept(path, np.float32, self.frames)
        if kept is not None:
            return kept
        made = np.ascontiguousarray(self.make(), dtype=np.float32)
        made.setflags(write=False)
        write_kept(path, made)
        return made


def read_kept(path: Path, dtype: type[np.generic], frames: int | None = None) -> npt.NDArray[Any] | None:
    """The array [2, frames] kept at ``path``, memory-mapped; None where there is none or it is damaged."""
    try:
        kept = np.load(path, mmap_mode="r", allow_pickle=False)
        with path.open("rb") as stream:
            stream.seek(-4, 2)
            stamp = stream.read(4)
    except (OSError, ValueError, EOFError):
        return None
    if kept.dtype != dtype or kept.ndim != 2 or kept.shape[0] != 2 or not kept.flags.c_contiguous:
        return None
    if frames not in (None, kept.shape[1]) or _stamp(kept) != stamp:
        return None
    return np.asarray(kept)


def write_kept(path: Path, array: npt.NDArray[Any]) -> None:
    """Keep ``array`` at ``path`` as .npy with a checksum behind it; a folder that cannot be written is no error."""
    with suppress(OSError, StorageError):
        private_dir(path.parent)
        with whole_file(path) as stream:
            np.save(stream, array)
            stream.write(_stamp(array))


def _stamp(array: npt.NDArray[Any]) -> bytes:
    return zlib.crc32(array.reshape(-1).view(np.uint8).data).to_bytes(4, "little")
