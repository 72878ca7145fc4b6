"""Track: what was made, with the figures that were measured on the way."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from meditgen.timeline import Span
from meditgen.units import to_seconds

__all__ = ["Track"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A finished file."""

    path: Path
    frames: int
    """Its exact length."""
    practice: str
    voice: str
    bed: str
    sections: tuple[Span, ...]
    loudness_lufs: float
    """Integrated loudness of the whole mix, as it went into the encoder (BS.1770-4)."""
    speech_lufs: float
    """The same on spoken spans only, bed included; -70 where nothing is spoken."""
    true_peak_dbtp: float
    lines: int
    clips_spoken: int
    clips_reused: int
    frames_encoded: int
    """MP3 frames encoded; 0 for other formats."""
    frames_reused: int
    elapsed_seconds: float

    def as_dict(self) -> dict[str, object]:
        """The fields as ``generate --json`` prints them: the path as ``track``, times in seconds."""
        fields = asdict(self)
        for field in ("loudness_lufs", "speech_lufs", "true_peak_dbtp", "elapsed_seconds"):
            fields[field] = round(fields[field], 2)
        sections = [
            {"title": span.title, "start": round(to_seconds(span.start), 3), "end": round(to_seconds(span.end), 3)}
            for span in self.sections
        ]
        del fields["path"], fields["frames"]
        return {"track": str(self.path), "seconds": to_seconds(self.frames), **fields, "sections": sections}
