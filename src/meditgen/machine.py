"""What this machine offers."""

from __future__ import annotations

import os

__all__ = ["cores"]


def cores() -> int:
    """How many cores this process may use; a container may have fewer than the machine."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS or Windows
        return os.cpu_count() or 1
