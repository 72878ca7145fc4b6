from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from encode_material import make
from hypothesis import given
from hypothesis import strategies as st

from meditgen.encode import lame
from meditgen.encode.mp3_frames import count_frames, split
from meditgen.errors import EncodeError

needs_lame = pytest.mark.skipif(not lame.available(), reason="this lameenc does not show LAME's functions")


@pytest.fixture
def hidden(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A wheel that does not show LAME's functions."""
    monkeypatch.setattr(lame, "library", lambda: None)
    lame.version.cache_clear()
    yield
    lame.version.cache_clear()


@needs_lame
@given(data=st.binary(max_size=300), cut=st.integers(0, 300))
def test_the_two_checksums_agree_whole_or_in_parts(data: bytes, cut: int) -> None:
    whole = lame.crc16(data)
    assert lame._crc16_by_table(data, 0) == whole
    assert lame.crc16(data[cut:], lame.crc16(data[:cut])) == whole


def test_checksum_by_table_knows_the_standard_check_value() -> None:
    assert lame._crc16_by_table(b"123456789", 0) == 0xBB3D


@needs_lame
@pytest.mark.parametrize("options", [lame.Options(), lame.Options(vbr=None), lame.Options(vbr=2, reservoir=True)])
def test_an_encoder_makes_the_frames_that_were_counted(options: lame.Options) -> None:
    pcm = make("noise", 30_000)
    with lame.Encoder(options) as encoder:
        frames = list(split(encoder.encode(pcm[:10_001]) + encoder.encode(pcm[10_001:]) + encoder.flush()))
    assert len(frames) == count_frames(30_000)


@needs_lame
def test_a_refusal_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    library = lame.library()
    assert library is not None

    class Refusing:
        def __getattr__(self, name: str) -> object:
            return (lambda handle: -1) if name == "lame_init_params" else getattr(library, name)

    monkeypatch.setattr(lame, "library", Refusing)
    with pytest.raises(EncodeError, match="refused"):
        lame.Encoder(lame.Options())


@needs_lame
def test_closing_twice_does_no_harm() -> None:
    encoder = lame.Encoder(lame.Options())
    encoder.close()
    encoder.close()
    assert encoder._handle is None


@needs_lame
def test_version_names_library_and_wheel() -> None:
    assert "LAME" in lame.version()
    assert "lameenc" in lame.version()


def test_without_the_functions_everything_says_so(hidden: None) -> None:
    assert not lame.available()
    assert lame.version().startswith("lameenc ")
    assert lame.lowpass(lame.Options()) == 0
    assert lame.crc16(b"123456789") == 0xBB3D
    with pytest.raises(EncodeError, match="cannot be reached"):
        lame.Encoder(lame.Options())


def test_a_library_without_them_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lame.lameenc, "__file__", np._core._multiarray_umath.__file__)
    assert lame.library.__wrapped__() is None
