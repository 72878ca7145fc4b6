"""Progress on standard error: one line on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from meditgen.progress import Progress

__all__ = ["Display"]


class Display:
    """Shows what is being done, how far, and the time left; clears itself when it is over."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._stage = ""
        self._began = self._last = 0.0

    def __call__(self, progress: Progress) -> None:
        """Show ``progress``, at most ten times a second."""
        now = time.monotonic()
        if progress.stage != self._stage:
            self._stage, self._began, self._last = progress.stage, now, 0.0
        if not self._shown or (now - self._last < 0.1 and progress.done < progress.total):
            return
        self._last = now
        self._write(self._line(progress, now - self._began))

    def _line(self, progress: Progress, elapsed: float) -> str:
        share = progress.done / progress.total if progress.total else 1.0
        left = f" · {_clock(elapsed / share - elapsed)} left" if 0.02 < share < 1 and elapsed > 1 else ""
        note = f" · {progress.note}" if progress.note else ""
        return f"{progress.stage} {share:4.0%}{left}{note}"

    def _write(self, line: str) -> None:
        import shutil

        width = shutil.get_terminal_size().columns - 1
        clipped = line if len(line) <= width else line[: max(width - 1, 0)] + "…"
        sys.stderr.write(f"\r\x1b[2K{clipped}")
        sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown and self._stage:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes}:{seconds:02d}"
