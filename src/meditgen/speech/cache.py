"""Cache: clips kept between runs, under names that tell nobody what was said.

A name is a keyed digest; the key is a secret that this cache made for itself. So who sees the names cannot test a
guess at a private word, and two caches name the same line differently.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from meditgen.errors import StorageError
from meditgen.files import storage_error, whole_file
from meditgen.paths import cache_dir, private_dir
from meditgen.speech.clip import Clip

__all__ = ["ClipCache", "open_cache"]

_KEY_FILE = ".key"
_KEY_BYTES = 32


class ClipCache:
    """A folder of clips."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError or StorageError where the folder cannot be made or written."""
        self._folder = private_dir(folder)
        self._key = _key(folder / _KEY_FILE)

    def digest(self, *parts: str) -> str:
        """The name of the clip that ``parts`` make: 40 hexadecimal digits, BLAKE2b under this cache's key."""
        plain = json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(plain, digest_size=20, key=self._key).hexdigest()

    def get(self, digest: str) -> Clip | None:
        """The kept clip; None where there is none, or where its file is damaged and must be spoken again."""
        path = self._path(digest)
        try:
            kept = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        if not isinstance(kept, np.ndarray) or kept.dtype != np.int16 or kept.ndim != 1 or not len(kept):
            return None
        return Clip(digest, len(kept), path)

    def put(self, digest: str, samples: npt.NDArray[np.float32]) -> Clip:
        """Keep ``samples`` (float32 of shape [frames], inside full scale) as 16-bit. Raises StorageError."""
        path = self._path(digest)
        whole = np.clip(np.rint(samples * 32768.0), -32768, 32767).astype(np.int16)
        try:
            private_dir(path.parent)
        except OSError as error:
            raise storage_error(error, path.parent) from error
        with whole_file(path, private=True) as stream:
            np.save(stream, whole, allow_pickle=False)
        return Clip(digest, len(whole), path)

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / f"{digest}.npy"


_lost: list[tempfile.TemporaryDirectory[str]] = []  # held, so that each lives as long as the process


def open_cache() -> ClipCache:
    """The person's cache; where it may not be written, one that lasts as long as this process.

    A track without a cache is slow to make again; no track at all would be worse. Raises StorageError where not even
    a temporary folder can be had.
    """
    with suppress(OSError, StorageError):
        return ClipCache(cache_dir() / "clips")
    try:
        folder = tempfile.TemporaryDirectory(prefix="meditgen-", ignore_cleanup_errors=True)
        _lost.append(folder)
        return ClipCache(Path(folder.name) / "clips")
    except OSError as error:
        raise storage_error(error, Path(tempfile.gettempdir())) from error


def _key(path: Path) -> bytes:
    """The secret of the cache, made the first time; of two processes that make it at once, one wins and both use it."""
    with suppress(FileNotFoundError):
        key = path.read_bytes()
        if len(key) == _KEY_BYTES:
            return key
        path.unlink(missing_ok=True)  # cut: no name made with the rest can be found again anyhow
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".meditgen-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(secrets.token_bytes(_KEY_BYTES))
        try:
            os.link(name, path)  # whole, and only where there is none: what replacing could not promise
        except FileExistsError:
            pass
        except OSError:
            Path(name).replace(path)  # a file system without links
    finally:
        Path(name).unlink(missing_ok=True)
    return path.read_bytes()
