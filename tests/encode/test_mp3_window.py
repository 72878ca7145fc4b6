"""Law: windows joined are the single pass, byte for byte."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from encode_material import KINDS, Pcm, Track, make
from hypothesis import given, settings
from hypothesis import strategies as st

from meditgen.encode import lame
from meditgen.encode.mp3_frames import count_frames, split
from meditgen.encode.mp3_window import (
    MODES,
    Settings,
    Window,
    count_windows,
    encode_pcm,
    encode_window,
    plan,
    span_at,
)
from meditgen.errors import UnknownNameError
from meditgen.units import MP3_FRAME

pytestmark = pytest.mark.skipif(not lame.available(), reason="this lameenc does not show LAME's functions")


def single_pass(pcm: Pcm, how: Settings) -> list[bytes]:
    with lame.Encoder(how.options) as encoder:
        return list(split(encoder.encode(pcm) + encoder.flush()))


@given(
    mode=st.sampled_from(sorted(MODES)),
    kind=st.sampled_from(sorted(KINDS)),
    frames=st.integers(1, 6 * 44_100),
    seed=st.integers(0, 2**32),
    cuts=st.lists(st.floats(0, 1), max_size=4),
    effort=st.sampled_from((5, 7)),
)
@settings(max_examples=60, deadline=None)
def test_any_windows_joined_are_the_single_pass(
    mode: str, kind: str, frames: int, seed: int, cuts: list[float], effort: int
) -> None:
    how, pcm = Settings(mode, effort), make(kind, frames, seed)
    total, step = count_frames(frames), 1 if MODES[mode] is not None else 49
    edges = sorted({0, total, *(int(cut * total) // step * step for cut in cuts)})
    joined: list[bytes] = []
    for first, end in pairwise(edges):
        span = span_at(frames, first, end - first, how)
        joined += encode_pcm(np.ascontiguousarray(pcm[span.start : span.stop]), span, how)
    assert joined == single_pass(pcm, how)


@pytest.mark.parametrize("mode", ["V4", "128"])
def test_planned_windows_joined_are_the_single_pass(mode: str) -> None:
    how, source = Settings(mode), Track(make("bursts", 25 * 44_100))
    windows = [encode_window(source, index, how) for index in range(count_windows(source.frames, how))]
    assert len(windows) > 1
    assert [frame for window in windows for frame in window] == single_pass(source.pcm, how)


@given(frames=st.integers(1, 200_000_000), mode=st.sampled_from(sorted(MODES)))
def test_windows_own_every_frame_once_and_read_no_others(frames: int, mode: str) -> None:
    how = Settings(mode)
    count = count_windows(frames, how)
    near_the_edges = {0, 1, count // 2, count - 2, count - 1} & set(range(count))
    for index in near_the_edges:
        span = plan(frames, index, how)
        assert 0 <= span.start <= span.own_start <= span.own_stop <= span.stop <= frames
        assert span.count > 0
        assert (index * how.window - span.skip) % (1 if how.variable else 49) == 0
        if index:
            assert span.own_start == plan(frames, index - 1, how).own_stop
    assert plan(frames, 0, how).own_start == 0
    assert plan(frames, count - 1, how).own_stop == frames
    assert plan(frames, count - 1, how).last


def test_a_window_depends_on_its_sound_and_not_on_its_place() -> None:
    how, bed = Settings(), make("noise", 6 * Settings().window * MP3_FRAME)
    period = how.window * MP3_FRAME
    looped = np.tile(bed[:period], (6, 1))
    windows = {encode_window(Track(looped), index, how) for index in (1, 2, 3)}
    assert len(windows) == 1


def test_a_window_is_a_value() -> None:
    window = Window(b"abcde", (2, 3))
    assert list(window) == [b"ab", b"cde"]
    assert window == Window(b"abcde", (2, 3))
    assert len({window, Window(b"abcde", (2, 3))}) == 1


def test_identity_names_what_decides_the_bytes() -> None:
    identities = {Settings(mode, effort).identity for mode in MODES for effort in (2, 5)}
    assert len(identities) == 2 * len(MODES)
    assert all(lame.version() in identity for identity in identities)


def test_unknown_mode_names_a_near_one() -> None:
    with pytest.raises(UnknownNameError, match="V4"):
        Settings("v4")
