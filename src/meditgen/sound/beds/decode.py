"""Sound files that people bring, as blocks of stereo at our rate."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from math import gcd
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from meditgen.errors import BedFileError, Place
from meditgen.sound.beds.bed import Floats
from meditgen.units import SAMPLE_RATE

__all__ = ["LONGEST_SECONDS", "MOST_BYTES", "decoded"]

LONGEST_SECONDS = 30 * 60
MOST_BYTES = 512 * 2**20
"""Of 16-bit sound."""

_BLOCK_SECONDS = 8
_PLAIN = (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc", ".au", ".caf", ".w64")
_BY_FFMPEG = {
    ".m4a": "mov",
    ".mp4": "mov",
    ".mov": "mov",
    ".aac": "aac",
    ".wma": "asf",
    ".webm": "matroska",
    ".mka": "matroska",
}
"""Endings, and the only reader ffmpeg may use for each: a playlist that calls itself .m4a opens nothing."""
_PLAIN_NAMES = "wav, flac, ogg, opus, mp3 and aiff"


def decoded(path: Path) -> Iterator[Floats]:
    """The file as blocks of float32 [frames, 2] at 44.1 kHz. Raises BedFileError."""
    ending = path.suffix.lower()
    if ending in _BY_FFMPEG:
        rate, blocks = _through_pydub(path, _BY_FFMPEG[ending])
    elif ending in _PLAIN:
        rate, blocks = _through_soundfile(path)
    else:
        known = ", ".join(end[1:] for end in _BY_FFMPEG)
        raise BedFileError(
            f"a bed cannot be read from a file ending in {ending or 'nothing'!r}.",
            where=Place(str(path)),
            hint=f"Use {_PLAIN_NAMES}; with ffmpeg installed also {known}.",
        )
    return _resampled(blocks, rate) if rate != SAMPLE_RATE else blocks


def _check_size(path: Path, frames: int, rate: int, channels: int) -> None:
    where = Place(str(path))
    if rate < 4000 or rate > 400_000 or channels < 1:
        raise BedFileError(f"its rate of {rate} Hz in {channels} channels makes no sense.", where=where)
    if frames > LONGEST_SECONDS * rate:
        hint = "Cut it; it is looped without a seam."
        raise BedFileError(f"it lasts {frames / rate / 60:.0f} minutes; a bed may last 30.", where=where, hint=hint)
    if frames * channels * 2 > MOST_BYTES:
        raise BedFileError(
            f"it is too large: {channels} channels at {rate} Hz make more than {MOST_BYTES >> 20} MB.",
            where=where,
            hint="Save it as stereo at 44.1 kHz.",
        )


def _through_soundfile(path: Path) -> tuple[int, Iterator[Floats]]:
    import soundfile

    try:
        file = soundfile.SoundFile(path)
    except (soundfile.SoundFileError, OSError) as error:
        raise _unreadable(path) from error
    try:
        _check_size(path, file.frames, file.samplerate, file.channels)
    except BedFileError:
        file.close()
        raise

    def blocks() -> Iterator[Floats]:
        read = 0
        with file:
            while True:
                try:
                    block = file.read(_BLOCK_SECONDS * file.samplerate, dtype="float32", always_2d=True)
                except (soundfile.SoundFileError, OSError) as error:
                    raise _unreadable(path) from error
                if not len(block):
                    return
                read += len(block)
                _check_size(path, read, file.samplerate, file.channels)  # a header may lie
                yield _stereo(block)

    return file.samplerate, blocks()


def _through_pydub(path: Path, reader: str) -> tuple[int, Iterator[Floats]]:
    if shutil.which("ffmpeg") is None or shutil.which("ffprobe") is None:
        raise BedFileError(
            f"reading {path.suffix} files needs ffmpeg, which is not here.",
            where=Place(str(path)),
            hint=f"Without it {_PLAIN_NAMES} work: save the bed as one of these, or install ffmpeg.",
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydub's own, about its regular expressions
        from pydub import AudioSegment
        from pydub.exceptions import CouldntDecodeError
        from pydub.utils import mediainfo_json

    try:
        _check_stream(path, mediainfo_json(str(path)))
        segment = AudioSegment.from_file(str(path), format=reader, duration=LONGEST_SECONDS + 1)
    except (CouldntDecodeError, OSError, ValueError, IndexError, KeyError) as error:
        raise _unreadable(path) from error
    channels, width = segment.channels, segment.sample_width
    _check_size(path, int(segment.frame_count()), segment.frame_rate, channels)
    samples = np.frombuffer(segment.raw_data, f"<i{width}").reshape(-1, channels)
    scale = np.float32(2.0 ** (1 - 8 * width))
    step = _BLOCK_SECONDS * segment.frame_rate
    return segment.frame_rate, (_stereo(samples[low : low + step] * scale) for low in range(0, len(samples), step))


def _check_stream(path: Path, info: dict[str, Any]) -> None:
    """Refuse what is too large before it is decoded: ``info`` is what ffprobe tells."""
    sound = next((stream for stream in info.get("streams", ()) if stream["codec_type"] == "audio"), None)
    if sound is None:
        raise _unreadable(path)
    rate = int(sound["sample_rate"])
    seconds = float(sound.get("duration") or info.get("format", {}).get("duration") or 0)
    _check_size(path, int(seconds * rate), rate, int(sound["channels"]))


def _unreadable(path: Path) -> BedFileError:
    return BedFileError("this file cannot be read as sound.", where=Place(str(path)), hint=f"Use {_PLAIN_NAMES}.")


def _stereo(block: npt.NDArray[np.float32]) -> Floats:
    """[frames, channels] as [frames, 2]; of more than two channels the first two, which are left and right."""
    if block.shape[1] == 1:
        return np.repeat(block, 2, axis=1)
    return np.ascontiguousarray(block[:, :2], dtype=np.float32)


def _resampled(blocks: Iterator[Floats], rate: int) -> Iterator[Floats]:
    """``blocks`` at ``rate`` brought to 44.1 kHz, each worked on with a margin of its neighbours: no seam shows."""
    from scipy.signal import resample_poly  # slow to import; only where a file is met for the first time

    common = gcd(rate, SAMPLE_RATE)
    up, down = SAMPLE_RATE // common, rate // common
    margin = -(-512 // down) * down  # a whole number of periods: the output falls on the same places
    joined = np.zeros((margin, 2), np.float32)
    step = max(1, _BLOCK_SECONDS * rate // down) * down

    def turned(chunk: Floats, frames: int) -> Floats:
        made = resample_poly(chunk, up, down, axis=0)
        low = margin // down * up
        out: Floats = made[low : low + -(-frames * up // down)].astype(np.float32)
        return out

    for block in blocks:
        joined = np.concatenate([joined, block])
        while len(joined) >= 2 * margin + step:
            yield turned(joined[: 2 * margin + step], step)
            joined = joined[step:]
    rest = len(joined) - margin
    if rest > 0:
        yield turned(np.concatenate([joined, np.zeros((margin, 2), np.float32)]), rest)
