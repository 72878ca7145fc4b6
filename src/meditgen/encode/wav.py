"""WAV: 16 bit, for an editor or a further encoder."""

from __future__ import annotations

from typing import BinaryIO

from meditgen.encode.pcm16 import write_container
from meditgen.encode.source import PLAIN_RUN, Encoded, Run, Source

__all__ = ["write"]


def write(source: Source, stream: BinaryIO, run: Run = PLAIN_RUN) -> Encoded:
    """Write ``source`` as WAV; see ``source.Writer``. Its tag goes behind the sound: ``run.head`` must be empty."""
    return write_container("WAV", source, stream, run)
