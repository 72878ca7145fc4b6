import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_timelines import babble, spoken_at, timeline

from meditgen.dsp.loudness import Meter, lufs
from meditgen.errors import ClipError, UnknownNameError
from meditgen.sound.beds import open_bed
from meditgen.sound.bells import bell_sound
from meditgen.sound.ducking import Levels
from meditgen.sound.mixer import STEMS, Mix
from meditgen.speech.clip import Clip
from meditgen.timeline.timeline import Span, Strike, Timeline
from meditgen.units import SAMPLE_RATE, db_to_gain

RATE = SAMPLE_RATE
LINES = [(6.0, 3.3), (10.1, 2.2), (20.0, 4.0), (31.0, 2.5)]
STRIKES = [("bowl", 2.0), ("chime", 28.0), ("bowl", 35.0)]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@cache
def _mix(folder: Path, bed: str, peak: float = 1.5) -> Mix:
    return Mix(timeline(folder, 40, LINES, STRIKES, peak), open_bed(bed, 3))


@cache
def _whole(folder: Path, bed: str) -> np.ndarray:
    mix = _mix(folder, bed)
    return mix.render(0, mix.frames)


def _all(mix: Mix) -> np.ndarray:
    return mix.render(0, mix.frames)


@settings(max_examples=40, deadline=None)
@given(
    bed=st.sampled_from(["rain", "ocean", "drone", "none"]),
    start=st.integers(0, 40 * RATE - 1),
    frames=st.integers(1, 100_000),
)
def test_any_window_is_the_same_bit_for_bit(folder: Path, bed: str, start: int, frames: int) -> None:
    whole = _whole(folder, bed)
    frames = min(frames, len(whole) - start)
    assert _mix(folder, bed).render(start, frames).tobytes() == whole[start : start + frames].tobytes()


def test_the_limiter_had_something_to_do(folder: Path) -> None:
    # or the law above would not have been asked of it
    mix = _mix(folder, "rain")
    summed = sum(mix.stem(stem, 0, mix.frames) for stem in STEMS)
    assert np.abs(summed - _whole(folder, "rain")).max() > 0.05


@pytest.mark.parametrize("bed", ["rain", "none"])
def test_order_and_threads_change_nothing(folder: Path, bed: str) -> None:
    mix, whole = _mix(folder, bed), _whole(folder, bed)
    starts = list(range(0, mix.frames, 50_000))
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda at: mix.render(at, min(50_000, mix.frames - at)), reversed(starts)))
    assert np.concatenate(parts[::-1]).tobytes() == whole.tobytes()


def test_shape_kind_and_the_world_outside(folder: Path) -> None:
    mix = _mix(folder, "rain")
    x = mix.render(-1000, 3000)
    assert x.dtype == np.float32
    assert x.shape == (3000, 2)
    assert x.flags.c_contiguous
    assert not x[:1000].any()
    assert np.array_equal(x[1000:], _whole(folder, "rain")[:2000])
    assert not mix.render(mix.frames, 500).any()
    assert mix.render(500, 0).shape == (0, 2)


def test_without_a_bed_silence_is_digital(folder: Path) -> None:
    plan = timeline(folder, 20, [(8.0, 2.0)])
    x = _all(Mix(plan, open_bed("none")))
    assert not x[: 8 * RATE].any()
    assert not x[10 * RATE :].any()
    assert x[8 * RATE : 10 * RATE].any()


def test_a_clip_sounds_in_its_place_in_the_middle(folder: Path) -> None:
    plan = timeline(folder, 20, [(8.0, 2.0)], peak=0.5)
    x = _all(Mix(plan, open_bed("none")))
    clip = plan.spoken[0].clip.read(0, 2 * RATE)
    assert np.allclose(x[8 * RATE : 10 * RATE, 0], clip * 2**-0.5, atol=1e-7)
    assert np.array_equal(x[:, 0], x[:, 1])
    assert lufs(x[8 * RATE : 10 * RATE]) == pytest.approx(lufs(clip), abs=0.01)


def test_the_mix_is_the_sum_of_its_stems(folder: Path) -> None:
    plan = timeline(folder, 40, LINES, STRIKES, 0.3)
    mix = Mix(plan, open_bed("ocean", 3))
    summed = sum(mix.stem(stem, 0, mix.frames) for stem in STEMS)
    assert np.abs(summed - _all(mix)).max() < 1e-6


def test_levels_are_those_asked_for(folder: Path) -> None:
    lines = [(12 + 8 * n, 3.5) for n in range(20)]  # pauses of 4.5 s: the bed comes up in between
    plan = timeline(folder, 190, lines)
    gain = -18.0 - lufs(np.concatenate([spoken.clip.read(0, spoken.clip.frames) for spoken in plan.spoken]))
    louder = [
        spoken_at(
            folder,
            spoken.start,
            spoken.clip.read(0, spoken.clip.frames) * np.float32(db_to_gain(gain)),
            f"loud{number}",
        )
        for number, spoken in enumerate(plan.spoken)
    ]
    for over in (16.0, 20.0):
        mix = Mix(replace(plan, spoken=tuple(louder)), open_bed("rain", 1), Levels(voice_over_bed=over))
        spans = [(spoken.start, spoken.end) for spoken in mix.timeline.spoken]
        voice, bed = Meter(), Meter()
        voice.add(0, mix.stem("voice", 0, mix.frames))
        bed.add(0, mix.stem("bed", 0, mix.frames))
        assert voice.over(spans) == pytest.approx(-18.0, abs=0.5)
        assert voice.over(spans) - bed.over(spans) == pytest.approx(over, abs=1.5)


def test_bells_ring_where_they_are_struck(folder: Path) -> None:
    plan = timeline(folder, 40, [], [("chime", 5.0)])
    x = Mix(plan, open_bed("none")).stem("bells", 0, plan.frames)
    assert not x[: 5 * RATE].any()
    assert np.abs(x[5 * RATE : 6 * RATE]).max() > 0.05
    softer = Mix(plan, open_bed("none"), Levels(bells_db=-6)).stem("bells", 0, plan.frames)
    assert np.abs(softer).max() == pytest.approx(np.abs(x).max() * db_to_gain(-6), rel=1e-4)


def test_a_bell_that_still_rings_at_the_end_is_not_cut_off(folder: Path) -> None:
    plan = timeline(folder, 30, [], [("bowl", 15.0)])
    x = Mix(plan, open_bed("none")).stem("bells", 0, plan.frames)
    assert np.abs(x[19 * RATE : 20 * RATE]).max() > 0.01
    assert np.abs(x[-1]).max() < 1e-6
    assert np.array_equal(x[15 * RATE : 20 * RATE], bell_sound("bowl")[:, : 5 * RATE].T)


def test_true_peaks_stay_under_the_ceiling(folder: Path) -> None:
    meter = Meter()
    meter.add(0, _all(_mix(folder, "rain", 3.0)))
    assert -3.3 < meter.true_peak_dbtp <= -2.95


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs the ffmpeg program")
@pytest.mark.parametrize("coding", [["-c:a", "libmp3lame", "-q:a", "4"], ["-c:a", "libmp3lame", "-b:a", "96k"]])
def test_true_peaks_stay_under_the_promise_after_coding(folder: Path, tmp_path: Path, coding: list[str]) -> None:
    soundfile.write(tmp_path / "x.wav", _all(_mix(folder, "rain", 1.5)), RATE, subtype="FLOAT")
    subprocess.run(["ffmpeg", "-v", "error", "-i", "x.wav", *coding, "x.mp3"], cwd=tmp_path, check=True)
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", "x.mp3", "-f", "f32le", "-"], cwd=tmp_path, capture_output=True, check=True
    )
    meter = Meter()
    meter.add(0, np.frombuffer(raw.stdout, "<f4").reshape(-1, 2))
    assert -4.0 < meter.true_peak_dbtp <= -1.5


def test_a_line_that_cannot_be_read_is_an_error_never_silence(tmp_path: Path) -> None:
    spoilers = {
        "gone": Path.unlink,
        "empty": lambda path: path.write_bytes(b""),
        "junk": lambda path: path.write_bytes(b"x" * 900),
        "short": lambda path: np.save(path, np.zeros(50, np.float32)),
    }
    for name, spoil in spoilers.items():
        spoken = spoken_at(tmp_path, 1000, babble(5000, 1), name)
        mix = Mix(Timeline(RATE, (Span("All", 0, RATE),), (spoken,)), open_bed("none"))
        assert mix.render(0, 3000).any()
        spoil(spoken.clip.path)
        with pytest.raises(ClipError, match=r"practice\.j2:7"):
            mix.render(0, 3000)


def test_an_unknown_bell_is_told_at_once(tmp_path: Path) -> None:
    plan = Timeline(RATE, (Span("All", 0, RATE),), (), (Strike("gong", 5),))
    with pytest.raises(UnknownNameError, match="gong"):
        Mix(plan, open_bed("none"))


def test_only_clips_in_the_window_are_read(tmp_path: Path) -> None:
    near, far = (spoken_at(tmp_path, at, babble(5000, 1), str(at)) for at in (1000, 20 * RATE))
    far = replace(far, clip=Clip("x", 5000, tmp_path / "missing.npy"))
    mix = Mix(Timeline(30 * RATE, (Span("All", 0, 30 * RATE),), (near, far)), open_bed("none"))
    assert mix.render(0, 10 * RATE).any()
    with pytest.raises(ClipError):
        mix.render(20 * RATE + 4999, 10)
    assert not mix.render(20 * RATE + 5000 + 20_000, 10).any()
