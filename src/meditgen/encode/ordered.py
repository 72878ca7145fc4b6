"""Work done side by side and handed over in order, with a bounded number of pieces on their way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["in_order"]

T = TypeVar("T")


def in_order(make: Callable[[int], T], count: int, workers: int) -> Generator[T]:
    """``make(0)``, ``make(1)``, … ``make(count - 1)``, in that order whatever finishes first.

    No more than twice ``workers`` pieces are under way or waiting, so memory does not grow with ``count``.
    What a piece raises is raised here, in its turn. Close the generator (``contextlib.closing``) to let
    work that has not begun fall away at once.
    """
    if workers <= 1:
        for index in range(count):
            yield make(index)
        return
    waiting: deque[Future[T]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="encode")
    try:
        for index in range(count):
            if len(waiting) == 2 * workers:
                yield waiting.popleft().result()
            waiting.append(pool.submit(make, index))
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
