import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from meditgen.dsp.loudness import lufs
from meditgen.errors import BedFileError
from meditgen.sound.beds import BED_LUFS, decode, from_file, open_bed
from meditgen.units import SAMPLE_RATE

RATE = SAMPLE_RATE


def _brook(seconds: float, rate: int = RATE, channels: int = 2, level: float = 0.05) -> np.ndarray:
    x = np.random.default_rng(2).standard_normal((int(seconds * rate), channels))
    return (level * (x + np.roll(x, 1, axis=0) + np.roll(x, 2, axis=0))).astype(np.float32)


def _written(path: Path, x: np.ndarray, rate: int = RATE, **how: str) -> Path:
    soundfile.write(path, x, rate, **how)
    return path


@pytest.fixture(autouse=True)
def fresh_process() -> None:
    from_file._loop.cache_clear()


@pytest.mark.parametrize(
    ("name", "rate", "channels"),
    [
        ("a.wav", 44_100, 2),
        ("b.flac", 48_000, 2),
        ("c.ogg", 44_100, 1),
        ("d.mp3", 44_100, 2),
        ("e.aiff", 22_050, 1),
        ("F.WAV", 96_000, 4),
    ],
)
def test_any_file_comes_out_as_a_bed(tmp_path: Path, name: str, rate: int, channels: int) -> None:
    bed = open_bed(str(_written(tmp_path / name, _brook(20, rate, channels), rate)))
    x = bed.render(5000, 60 * RATE)
    assert x.shape == (60 * RATE, 2)
    assert x.dtype == np.float32
    assert lufs(x) == pytest.approx(BED_LUFS, abs=0.3)


def test_any_window_is_the_same_bit_for_bit(tmp_path: Path) -> None:
    path = str(_written(tmp_path / "a.wav", _brook(5)))
    whole = open_bed(path).render(0, 20 * RATE)
    for start, frames in [(0, 1), (3 * RATE, 9 * RATE), (123_457, 77_777), (19 * RATE, RATE)]:
        assert open_bed(path).render(start, frames).tobytes() == whole[start : start + frames].tobytes()


def test_it_goes_round_without_a_seam(tmp_path: Path) -> None:
    # a slow wave whose end does not fit its beginning: a plain loop would jump
    at = np.arange(9 * RATE) / RATE
    wave = 0.3 * np.sin(2 * np.pi * 50.3 * at)[:, None]
    x = open_bed(str(_written(tmp_path / "a.wav", wave))).render(0, 40 * RATE)[:, 0]
    steepest = np.abs(x).max() * 2 * np.pi * 50.3 / RATE
    assert np.abs(np.diff(x)).max() < 1.6 * steepest
    period = 9 * RATE - 9 * RATE // 4
    assert np.array_equal(x[:period], x[period : 2 * period])


def test_noise_keeps_its_power_over_the_seam(tmp_path: Path) -> None:
    x = open_bed(str(_written(tmp_path / "a.wav", _brook(20)))).render(0, 30 * RATE)
    power = (x**2).reshape(-1, RATE // 2, 2).mean(axis=(1, 2))
    assert power.max() / power.min() < 1.15


def test_resampling_keeps_pitch_and_has_no_seams(tmp_path: Path) -> None:
    at = np.arange(20 * 48_000) / 48_000
    tone = 0.1 * np.sin(2 * np.pi * 1000 * at)[:, None]
    blocks = list(decode.decoded(_written(tmp_path / "a.wav", tone, 48_000, subtype="FLOAT")))
    x = np.concatenate(blocks)[:, 0]
    assert len(blocks) > 1
    assert len(x) == 20 * RATE
    wanted = 0.1 * np.sin(2 * np.pi * 1000 * np.arange(len(x)) / RATE)
    assert np.abs(x - wanted)[100:-100].max() < 2e-4


def test_it_is_decoded_once_and_kept(tmp_path: Path, own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _written(tmp_path / "a.wav", _brook(5))
    first = open_bed(str(path))
    wanted = np.array(first.render(0, RATE))
    kept = list((own_folders / "cache" / "beds").iterdir())
    assert len(kept) == 1
    assert "a.wav" not in kept[0].name
    from_file._loop.cache_clear()
    monkeypatch.setattr(from_file, "_make_loop", lambda path: pytest.fail("made again"))
    again = open_bed(str(path))
    assert np.array_equal(again.render(0, RATE), wanted)
    assert again.key == first.key


def test_other_sound_other_key(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.wav", _brook(5))
    key = open_bed(str(path)).key
    _written(path, _brook(6))
    assert open_bed(str(path)).key != key
    assert "a.wav" not in key


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.wav", b"", "cannot be read as sound"),
        ("text.mp3", b"this is not sound" * 50, "cannot be read as sound"),
        ("notes.txt", b"hello", "ending in '.txt'"),
    ],
)
def test_what_is_no_sound_is_refused(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BedFileError, match=told) as caught:
        open_bed(str(tmp_path / name))
    assert caught.value.where is not None
    assert caught.value.where.file == str(tmp_path / name)


def test_missing_silent_short_and_broken_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BedFileError, match="no such sound file"):
        open_bed(str(tmp_path / "missing.wav"))
    (tmp_path / "folder.wav").mkdir()
    with pytest.raises(BedFileError, match="no such sound file"):
        open_bed(str(tmp_path / "folder.wav"))
    with pytest.raises(BedFileError, match="silent"):
        open_bed(str(_written(tmp_path / "silent.wav", np.zeros((5 * RATE, 2)))))
    with pytest.raises(BedFileError, match="less than 2 seconds"):
        open_bed(str(_written(tmp_path / "short.wav", _brook(1))))
    with pytest.raises(BedFileError, match="less than 2 seconds"):
        open_bed(str(_written(tmp_path / "nothing.wav", _brook(0))))
    broken = _brook(5)
    broken[1000] = np.nan
    with pytest.raises(BedFileError, match="not numbers"):
        open_bed(str(_written(tmp_path / "nan.wav", broken, subtype="FLOAT")))


def test_what_is_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "LONGEST_SECONDS", 6)
    with pytest.raises(BedFileError, match="a bed may last 30"):
        open_bed(str(_written(tmp_path / "long.wav", _brook(7))))
    monkeypatch.setattr(decode, "MOST_BYTES", 500_000)
    with pytest.raises(BedFileError, match="too large"):
        open_bed(str(_written(tmp_path / "wide.wav", _brook(2, channels=6))))


def test_without_ffmpeg_an_error_says_what_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.m4a").write_bytes(b"anything")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BedFileError, match=r"needs ffmpeg.*wav, flac, ogg"):
        open_bed(str(tmp_path / "a.m4a"))


needs_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None or shutil.which("ffprobe") is None, reason="needs the ffmpeg programs"
)


@needs_ffmpeg
@pytest.mark.parametrize("name", ["a.m4a", "a.webm", "a.aac"])
def test_with_ffmpeg_more_formats_work(tmp_path: Path, name: str) -> None:
    source = _written(tmp_path / "a.wav", _brook(10))
    subprocess.run(["ffmpeg", "-v", "error", "-i", source, tmp_path / name], check=True)
    assert lufs(open_bed(str(tmp_path / name)).render(0, 20 * RATE)) == pytest.approx(BED_LUFS, abs=0.3)


@needs_ffmpeg
def test_a_playlist_that_calls_itself_sound_opens_nothing(tmp_path: Path) -> None:
    _written(tmp_path / "secret.wav", _brook(5))
    (tmp_path / "list.m4a").write_text(f"ffconcat version 1.0\nfile '{tmp_path / 'secret.wav'}'\n")
    with pytest.raises(BedFileError, match="cannot be read as sound"):
        open_bed(str(tmp_path / "list.m4a"))
