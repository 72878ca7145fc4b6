from __future__ import annotations

import threading
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meditgen.encode.ordered import in_order


@given(count=st.integers(0, 40), workers=st.integers(0, 4))
@settings(deadline=None, max_examples=30)
def test_everything_comes_once_and_in_order(count: int, workers: int) -> None:
    assert list(in_order(lambda index: index * index, count, workers)) == [index * index for index in range(count)]


def test_order_does_not_depend_on_who_finishes_first() -> None:
    second_done = threading.Event()

    def make(index: int) -> int:
        if index == 0:
            assert second_done.wait(10)
        if index == 1:
            second_done.set()
        return index

    assert list(in_order(make, 4, 2)) == [0, 1, 2, 3]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_what_is_under_way_is_bounded(workers: int) -> None:
    lock, begun = threading.Lock(), 0

    def make(index: int) -> int:
        nonlocal begun
        with lock:
            begun += 1
        return index

    for taken, _ in enumerate(in_order(make, 200, workers)):
        with lock:
            assert begun - taken <= 2 * workers + 1


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_comes_in_its_turn_and_ends_it(workers: int) -> None:
    def make(index: int) -> int:
        if index == 3:
            raise OSError("no")
        return index

    pieces = in_order(make, 100, workers)
    assert [next(pieces) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(OSError, match="no"):
        next(pieces)
    assert list(pieces) == []


def test_closing_lets_the_rest_fall_away() -> None:
    made: list[int] = []
    with closing(in_order(made.append, 1000, 2)) as pieces:
        next(pieces)
    assert len(made) <= 5
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("encode")]
