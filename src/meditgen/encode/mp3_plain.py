"""The way round: MP3 in one pass through ``lameenc``'s own class, where LAME's functions cannot be reached.

Slower on several cores, nothing to keep or splice, and rounded to 16 bit first; but a sound track of the
right length all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import lameenc

from meditgen.encode.lame import Options
from meditgen.encode.mp3_frames import Splitter
from meditgen.encode.pcm16 import blocks
from meditgen.encode.source import Listen, Source
from meditgen.units import SAMPLE_RATE

__all__ = ["plain_frames"]

_VBR_MTRH = 4
_MAKEUP = 1 / 0.95  # what LAME takes from 128 kbit/s, see lame.py; a track peaks at -1.5 dBTP, so there is room


def plain_frames(source: Source, options: Options, workers: int, listen: Listen | None) -> Iterator[list[bytes]]:
    """The MP3 frames of ``source``, a list at a time; the reservoir is LAME's own.

    Raises EncodeError.
    """
    encoder, splitter = _encoder(options), Splitter()
    gain = 1.0 if options.vbr is not None else _MAKEUP
    with closing(blocks(source, workers, listen, gain)) as parts:
        for part in parts:
            yield splitter.feed(bytes(encoder.encode(part.tobytes())))
    yield splitter.feed(bytes(encoder.flush()))
    splitter.finish()


def _encoder(options: Options) -> Any:
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(2)
    encoder.set_in_sample_rate(SAMPLE_RATE)
    encoder.set_out_sample_rate(SAMPLE_RATE)
    encoder.set_quality(options.effort)
    if options.vbr is None:
        encoder.set_bit_rate(options.bitrate)
    else:
        encoder.set_vbr(_VBR_MTRH)
        encoder.set_vbr_quality(options.vbr)
    return encoder
