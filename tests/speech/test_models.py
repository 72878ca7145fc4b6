import os
from pathlib import Path

import pytest

from meditgen.errors import VoiceError
from meditgen.paths import cache_dir
from meditgen.speech.models import file_digest


def test_a_swapped_file_of_the_same_size_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"one model")
    first = file_digest(path)
    os.utime(path, ns=(1, 1))
    assert file_digest(path) == first  # the same bytes, read again
    other = tmp_path / "other"
    other.write_bytes(b"two model")
    os.utime(other, ns=(1, 1))
    other.replace(path)
    assert file_digest(path) != first


def test_it_is_computed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"one model")
    first = file_digest(path)
    monkeypatch.setattr("hashlib.file_digest", None)  # calling it would fail
    assert file_digest(path) == first


@pytest.mark.parametrize("memo", ["", "[]", '{"a": 1}', "{", "\ud800"])
def test_a_damaged_memory_is_made_anew(tmp_path: Path, memo: str) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"one model")
    first = file_digest(path)
    (cache_dir() / "models.json").write_bytes(memo.encode("utf-8", "surrogatepass"))
    assert file_digest(path) == first


def test_it_needs_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"one model")
    first = file_digest(path)
    monkeypatch.setenv("MEDITGEN_CACHE", str(path))  # a file where a folder should be
    assert file_digest(path) == first


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match="cannot be read"):
        file_digest(tmp_path / "no.onnx")
