import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditgen.errors import StorageError
from meditgen.paths import cache_dir
from meditgen.speech.cache import ClipCache, open_cache

SOUND = (0.5 * np.sin(np.arange(5000) / 20)).astype(np.float32)


@pytest.fixture
def cache(tmp_path: Path) -> ClipCache:
    return ClipCache(tmp_path / "clips")


def test_what_is_put_is_got(cache: ClipCache) -> None:
    digest = cache.digest("engine", "text")
    assert cache.get(digest) is None
    put = cache.put(digest, SOUND)
    assert cache.get(digest) == put
    assert np.abs(put.read(0, put.frames) - SOUND).max() <= 0.5 / 32768
    assert np.array_equal(put.read(100, 200), put.read(0, put.frames)[100:200])


def test_full_scale_does_not_wrap(cache: ClipCache) -> None:
    clip = cache.put(cache.digest("loud"), np.array([1.0, -1.0, 1.5, -1.5], np.float32))
    assert clip.read(0, 4) == pytest.approx([1, -1, 1, -1], abs=1e-4)


@given(st.lists(st.lists(st.text(max_size=5), max_size=4), unique_by=tuple, min_size=2, max_size=6))
def test_no_two_recipes_share_a_name(recipes: list[list[str]]) -> None:
    cache = ClipCache(cache_dir() / "law")
    assert len({cache.digest(*parts) for parts in recipes}) == len(recipes)


def test_a_name_tells_nothing_without_the_key(tmp_path: Path) -> None:
    """Law 7: two caches name the same words differently, and one cache names them the same tomorrow."""
    here, there = ClipCache(tmp_path / "a"), ClipCache(tmp_path / "b")
    assert here.digest("Grandma Rose") != there.digest("Grandma Rose")
    assert here.digest("Grandma Rose") == ClipCache(tmp_path / "a").digest("Grandma Rose")


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
def test_only_this_user_may_look(cache: ClipCache, tmp_path: Path) -> None:
    cache.put(cache.digest("private"), SOUND)
    for path in [tmp_path / "clips", *(tmp_path / "clips").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_processes_that_begin_at_once_agree_on_the_key(tmp_path: Path) -> None:
    for attempt in range(10):
        start = Barrier(8)

        def begin(_: int, folder: Path = tmp_path / str(attempt), start: Barrier = start) -> str:
            start.wait()
            return ClipCache(folder).digest("same")

        with ThreadPoolExecutor(8) as threads:
            assert len(set(threads.map(begin, range(8)))) == 1


def test_a_cut_key_is_made_anew(tmp_path: Path) -> None:
    ClipCache(tmp_path / "clips")
    (tmp_path / "clips" / ".key").write_bytes(b"short")
    digest = ClipCache(tmp_path / "clips").digest("text")
    assert ClipCache(tmp_path / "clips").digest("text") == digest
    assert len((tmp_path / "clips" / ".key").read_bytes()) == 32


def damaged(path: Path, how: str) -> None:
    if how == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "rubbish":
        path.write_bytes(os.urandom(4000))
    elif how == "folder":
        path.unlink()
        path.mkdir()
    else:
        kinds = {"dtype": SOUND, "shape": np.zeros((5, 2), np.int16), "nothing": np.zeros(0, np.int16)}
        kinds["pickle"] = np.array([{}], dtype=object)
        np.save(path, kinds[how], allow_pickle=True)


@pytest.mark.parametrize("how", ["cut", "empty", "rubbish", "folder", "dtype", "shape", "nothing", "pickle"])
def test_a_damaged_file_counts_as_none(cache: ClipCache, how: str) -> None:
    digest = cache.digest("text")
    damaged(cache.put(digest, SOUND).path, how)
    assert cache.get(digest) is None


def test_a_cache_that_cannot_be_made_gives_way_to_a_passing_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("MEDITGEN_CACHE", str(tmp_path / "file"))
    cache = open_cache()
    digest = cache.digest("text")
    cache.put(digest, SOUND)
    assert cache.get(digest) is not None


def test_a_clip_that_cannot_be_kept_is_an_error(cache: ClipCache, tmp_path: Path) -> None:
    digest = cache.digest("text")
    (tmp_path / "clips" / digest[:2]).write_text("in the way")
    with pytest.raises(StorageError):
        cache.put(digest, SOUND)
