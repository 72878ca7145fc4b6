"""LAME's own interface, reached through the library inside the pinned ``lameenc`` wheel.

The wheel's Python class cannot switch the bit reservoir off; its C interface can, and reads floats.
The interpreter's lock is released in every call, so windows encode side by side.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version as installed_version
from threading import Lock
from types import TracebackType
from typing import Self

import lameenc
import numpy as np

from meditgen.encode.source import Pcm
from meditgen.errors import EncodeError
from meditgen.units import SAMPLE_RATE

__all__ = ["Encoder", "Options", "available", "crc16", "library", "lowpass", "version"]

_HANDLE, _INT, _SIZE = ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
_VBR_MTRH = 4
_SETTERS = (
    "num_channels",
    "in_samplerate",
    "out_samplerate",
    "quality",
    "VBR",
    "brate",
    "bWriteVbrTag",
    "disable_reservoir",
    "athaa_type",
)
_INITIALISING = Lock()  # LAME fills tables shared by all encoders while it initialises one


@dataclass(frozen=True, slots=True)
class Options:
    """How LAME is asked to encode."""

    vbr: int | None = 4
    """The V of variable bitrate, 0 (best) to 9; None for a constant bitrate."""
    bitrate: int = 128
    """kbit/s, where the bitrate is constant."""
    effort: int = 5
    """LAME's ``quality``: 0 (slow) to 9. 7 adds 1.5 to 2.8 dB of noise over 5; 2 gains at most 0.1 dB."""
    reservoir: bool = False
    """Whether frames may lend each other bits. Without it each frame stands alone."""


@cache
def library() -> ctypes.CDLL | None:
    """The library with its signatures declared, or None where the wheel does not show LAME's functions."""
    try:
        lib = ctypes.CDLL(lameenc.__file__)
        _declare(lib)
    except (OSError, AttributeError):
        return None
    return lib


def _declare(lib: ctypes.CDLL) -> None:
    """Tell ctypes the signatures; raises AttributeError where a function is missing."""
    lib.lame_init.argtypes, lib.lame_init.restype = [], _HANDLE
    lib.get_lame_version.argtypes, lib.get_lame_version.restype = [], ctypes.c_char_p
    for name in _SETTERS:
        setter = getattr(lib, f"lame_set_{name}")
        setter.argtypes, setter.restype = [_HANDLE, _INT], _INT
    lib.lame_get_scale.argtypes, lib.lame_get_scale.restype = [_HANDLE], ctypes.c_float
    lib.lame_set_VBR_quality.argtypes, lib.lame_set_VBR_quality.restype = [_HANDLE, ctypes.c_float], _INT
    for name in ("errorf", "debugf", "msgf"):
        report = getattr(lib, f"lame_set_{name}")
        report.argtypes, report.restype = [_HANDLE, ctypes.c_void_p], _INT
    for name in ("init_params", "close", "get_lowpassfreq"):
        call = getattr(lib, f"lame_{name}")
        call.argtypes, call.restype = [_HANDLE], _INT
    encode = lib.lame_encode_buffer_interleaved_ieee_float
    encode.argtypes, encode.restype = [_HANDLE, ctypes.c_void_p, _INT, ctypes.c_void_p, _INT], _INT
    lib.lame_encode_flush.argtypes, lib.lame_encode_flush.restype = [_HANDLE, ctypes.c_void_p, _INT], _INT
    lib.UpdateMusicCRC.argtypes = [ctypes.POINTER(ctypes.c_uint16), ctypes.c_char_p, _INT]
    lib.UpdateMusicCRC.restype = None


def available() -> bool:
    """Whether LAME's own functions can be reached on this machine."""
    return library() is not None


@cache
def version() -> str:
    """What the encoder calls itself, with the wheel it came in: part of what decides the bytes."""
    lib = library()
    wheel = f"lameenc {installed_version('lameenc')}"
    return f"LAME {lib.get_lame_version().decode('ascii')} ({wheel})" if lib else wheel


def lowpass(options: Options) -> int:
    """Where LAME cuts the highs under ``options``, in Hz; 0 where it can't be asked."""
    if not available():
        return 0
    with Encoder(options) as encoder:
        return encoder.lowpass()


def crc16(data: bytes, before: int = 0) -> int:
    """The checksum of LAME's header (CRC-16/ARC: polynomial 0x8005, reflected) of ``data``, going on from ``before``.

    >>> hex(crc16(b"123456789"))
    '0xbb3d'
    """
    lib = library()
    if lib is None:
        return _crc16_by_table(data, before)
    crc = ctypes.c_uint16(before)
    lib.UpdateMusicCRC(ctypes.byref(crc), data, len(data))
    return crc.value


def _crc16_by_table(data: bytes, crc: int) -> int:
    """The same in Python, about a second for ten minutes of sound."""
    table = _crc16_table()
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc


@cache
def _crc16_table() -> tuple[int, ...]:
    def entry(value: int) -> int:
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
        return value

    return tuple(entry(value) for value in range(256))


class Encoder:
    """One run of LAME over stereo sound at 44.1 kHz; a context manager.

    Raises EncodeError where LAME refuses.
    """

    def __init__(self, options: Options) -> None:
        lib = library()
        if lib is None:
            raise EncodeError("LAME's own functions cannot be reached in the installed lameenc.")
        self._lib = lib
        self._handle: int | None = lib.lame_init()
        if not self._handle:
            raise EncodeError("LAME could not start: there is no memory left.")
        for name in ("errorf", "debugf", "msgf"):
            getattr(lib, f"lame_set_{name}")(self._handle, None)  # errors come back as numbers; nothing is printed
        self._set(
            num_channels=2,
            in_samplerate=SAMPLE_RATE,
            out_samplerate=SAMPLE_RATE,  # left alone, LAME lowers it by itself at low bitrates
            quality=options.effort,
            bWriteVbrTag=0,  # the header is ours: only the whole track knows what it says
            disable_reservoir=int(not options.reservoir),
            athaa_type=0,  # the adapting threshold of hearing is LAME's one long memory
        )
        if options.vbr is None:
            self._set(brate=options.bitrate)
        else:
            self._set(VBR=_VBR_MTRH)
            lib.lame_set_VBR_quality(self._handle, float(options.vbr))
        with _INITIALISING:
            refused = lib.lame_init_params(self._handle) < 0
        if refused:
            self.close()
            raise EncodeError(f"LAME refused the settings {options}.")
        # At constant bitrates up to 192 kbit/s LAME's presets make everything quieter, by 0.45 dB at 128.
        # Loudness is decided elsewhere: it is given back before LAME takes it.
        self._makeup = np.float32(1 / lib.lame_get_scale(self._handle))

    def _set(self, **values: int) -> None:
        for name, value in values.items():
            getattr(self._lib, f"lame_set_{name}")(self._handle, value)

    def encode(self, pcm: Pcm) -> bytes:
        """The MP3 bytes that ``pcm`` (C-contiguous float32 [n, 2]) makes ready."""
        if self._makeup != 1:
            pcm = pcm * self._makeup
        out = np.empty(len(pcm) * 5 // 4 + 7200, np.uint8)  # the bound LAME documents
        made = self._lib.lame_encode_buffer_interleaved_ieee_float(
            self._handle, pcm.ctypes.data, len(pcm), out.ctypes.data, out.size
        )
        return self._taken(out, made)

    def flush(self) -> bytes:
        """The bytes of what was still held back, padded to whole MP3 frames."""
        out = np.empty(4 * 7200, np.uint8)
        return self._taken(out, self._lib.lame_encode_flush(self._handle, out.ctypes.data, out.size))

    @staticmethod
    def _taken(out: np.ndarray[tuple[int], np.dtype[np.uint8]], made: int) -> bytes:
        if made < 0:
            raise EncodeError(f"LAME failed with its error {made}.")
        return out[:made].tobytes()

    def lowpass(self) -> int:
        """Where LAME cuts the highs, in Hz."""
        return int(self._lib.lame_get_lowpassfreq(self._handle))

    def close(self) -> None:
        """Give LAME's memory back; twice does no harm."""
        handle, self._handle = self._handle, None
        if handle:
            self._lib.lame_close(handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
