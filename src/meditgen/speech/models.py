"""What a model file holds, as a digest that is computed once and remembered beside the cache."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path

from meditgen.errors import StorageError, VoiceError
from meditgen.files import whole_file
from meditgen.paths import cache_dir, private_dir

__all__ = ["file_digest"]

_MEMO = "models.json"


def file_digest(path: Path) -> str:
    """BLAKE2b of the file's bytes, in hexadecimal. Sixty megabytes take about 0.1 s, once.

    The memory is keyed by path, size, and times of content and of the file's own record, so a swapped file is read
    again. Raises VoiceError where the file cannot be read.
    """
    try:
        stat = path.stat()
        key = f"{path}|{stat.st_size}|{stat.st_mtime_ns}|{stat.st_ctime_ns}|{stat.st_ino}"
        memo = _remembered()
        if key not in memo:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=20)).hexdigest()
            memo = {old: value for old, value in memo.items() if not old.startswith(f"{path}|")} | {key: digest}
            _remember(memo)
        return memo[key]
    except OSError as error:
        raise VoiceError(f"the model {path} cannot be read: {error.strerror}.", hint="Install it again.") from error


def _remembered() -> dict[str, str]:
    with suppress(OSError, ValueError):
        memo = json.loads((cache_dir() / _MEMO).read_text(encoding="utf-8"))
        if isinstance(memo, dict) and all(isinstance(value, str) for value in memo.values()):
            return memo
    return {}


def _remember(memo: dict[str, str]) -> None:
    """Keep it where that is possible; a cache that cannot be written costs time, nothing else."""
    with suppress(OSError, StorageError):
        path = private_dir(cache_dir()) / _MEMO
        with whole_file(path, private=True) as stream:
            stream.write(json.dumps(memo).encode())
