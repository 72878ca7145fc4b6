from pathlib import Path

import numpy as np
import pytest

from meditgen.sound.beds import kept
from meditgen.sound.beds.kept import Layer, read_kept, write_kept


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_memory", {})


@pytest.fixture
def beds(own_folders: Path) -> Path:
    return own_folders / "cache" / "beds"


class _Maker:
    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> np.ndarray:
        self.made += 1
        return np.random.default_rng(0).standard_normal((2, 5000)).astype(np.float32)


def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a new process had started."""
    monkeypatch.setattr(kept, "_memory", {})


def test_made_once_then_read(beds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = _Maker()
    layer = Layer("rain", "x", 1, 5000, make)
    first = layer.load()
    assert layer.load() is first
    _forget(monkeypatch)
    assert np.array_equal(layer.load(), first)
    assert make.made == 1
    assert [path.name for path in beds.iterdir()] == ["rain-x-v1.npy"]
    assert not layer.load().flags.writeable


def test_another_version_is_made_anew(beds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = _Maker()
    Layer("rain", "x", 1, 5000, make).load()
    Layer("rain", "x", 2, 5000, make).load()
    assert make.made == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-5000],  # cut short
        lambda data: b"",
        lambda data: b"not an array at all",
        lambda data: data[:3000] + bytes([data[3000] ^ 1]) + data[3001:],  # one bit
        lambda data: data[:200] + bytes(4096) + data[4296:],  # a page of nothing
        lambda data: data[:-4] + b"abcd",
    ],
)
def test_a_damaged_file_is_made_again(beds: Path, monkeypatch: pytest.MonkeyPatch, damage: object) -> None:
    make = _Maker()
    layer = Layer("rain", "x", 1, 5000, make)
    wanted = np.array(layer.load())
    path = beds / "rain-x-v1.npy"
    whole = path.read_bytes()
    _forget(monkeypatch)
    path.unlink()
    path.write_bytes(damage(whole))  # type: ignore[operator]
    assert np.array_equal(layer.load(), wanted)
    assert make.made == 2
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    "other", [np.zeros((2, 4999), np.float32), np.zeros((2, 5000), np.float64), np.zeros(5000, np.float32)]
)
def test_a_file_of_another_shape_or_kind_is_not_used(beds: Path, other: np.ndarray) -> None:
    write_kept(beds / "rain-x-v1.npy", other)
    make = _Maker()
    assert Layer("rain", "x", 1, 5000, make).load().shape == (2, 5000)
    assert make.made == 1


def test_a_cache_that_cannot_be_written_is_no_error(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = own_folders / "a file"
    blocked.write_text("here is no folder")
    monkeypatch.setenv("MEDITGEN_CACHE", str(blocked))
    make = _Maker()
    assert Layer("rain", "x", 1, 5000, make).load().shape == (2, 5000)
    assert make.made == 1


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    array = np.arange(20, dtype=np.int16).reshape(2, 10)
    write_kept(tmp_path / "new" / "x.npy", array)
    back = read_kept(tmp_path / "new" / "x.npy", np.int16)
    assert back is not None
    assert np.array_equal(back, array)
    assert read_kept(tmp_path / "missing.npy", np.int16) is None
