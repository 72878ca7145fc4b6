"""Where things lie: the library that came with the program, the person's own folders, the cache."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import platformdirs

__all__ = ["cache_dir", "library_dir", "private_dir", "user_dir"]


@cache
def library_dir(kind: str) -> Path:
    """The folder ``scripts`` or ``voices`` that came with the program.

    Inside an installed wheel it lies in the package; in a checkout it lies at the top.
    """
    package = Path(__file__).parent
    inside = package / kind
    return inside if inside.is_dir() else package.parents[1] / kind


def user_dir(kind: str) -> Path:
    """The person's own ``scripts`` or ``voices``; what lies there adds to the library and overrides it."""
    home = os.environ.get("MEDITGEN_HOME")
    return (Path(home) if home else Path(platformdirs.user_data_dir("meditgen", appauthor=False))) / kind


def cache_dir() -> Path:
    """Where clips and beds are kept between runs; ``MEDITGEN_CACHE`` moves it."""
    home = os.environ.get("MEDITGEN_CACHE")
    return Path(home) if home else Path(platformdirs.user_cache_dir("meditgen", appauthor=False))


def private_dir(path: Path) -> Path:
    """``path`` as a folder that only this user may enter, made if it is missing."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
