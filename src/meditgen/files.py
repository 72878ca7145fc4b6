"""Files appear whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from meditgen.errors import Place, StorageError

__all__ = ["storage_error", "whole_file"]

_REASONS = {
    errno.ENOSPC: ("the disk is full", "Free some space, or write somewhere else."),
    errno.EDQUOT: ("your disk quota is used up", "Free some space, or write somewhere else."),
    errno.EACCES: ("you may not write there", "Choose a folder that is yours."),
    errno.EPERM: ("you may not write there", "Choose a folder that is yours."),
    errno.EROFS: ("that place is read-only", "Choose another folder."),
    errno.ENOENT: ("that folder does not exist", "Make it first, or choose another."),
    errno.ENOTDIR: ("a part of that path is a file, not a folder", "Choose another path."),
    errno.EISDIR: ("there is a folder of that name", "Choose another name."),
    errno.ENAMETOOLONG: ("that name is too long", "Choose a shorter one."),
}


def storage_error(error: OSError, path: Path, doing: str = "write") -> StorageError:
    """``error`` as one sentence about ``path``."""
    reason, hint = _REASONS.get(
        error.errno or 0, ((error.strerror or str(error)).lower(), "Check the folder and try again.")
    )
    return StorageError(f"could not {doing}: {reason}.", where=Place(str(path)), hint=hint)


@contextmanager
def whole_file(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A readable, seekable binary stream that becomes ``path`` when the block ends well, and nothing when it does not.

    ``private`` keeps the file to this user (0600); otherwise the usual permissions apply.
    Raises StorageError with a plain reason where the system refuses.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".meditgen-", suffix=".part")
    except OSError as error:
        raise storage_error(error, path) from error
    try:
        with os.fdopen(handle, "w+b") as stream:
            yield stream
            stream.flush()
        if not private:
            Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except OSError as error:
        with suppress(OSError):
            Path(name).unlink()
        raise storage_error(error, path) from error
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    """This process's mask; there is no way to read it but to set it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
