"""FLAC: 16 bit without loss, about half the size of WAV."""

from __future__ import annotations

from typing import BinaryIO

from meditgen.encode.pcm16 import write_container
from meditgen.encode.source import PLAIN_RUN, Encoded, Run, Source

__all__ = ["write"]


def write(source: Source, stream: BinaryIO, run: Run = PLAIN_RUN) -> Encoded:
    """Write ``source`` as FLAC; see ``source.Writer``. Its tag is put in afterwards: ``run.head`` must be empty."""
    return write_container("FLAC", source, stream, run)
