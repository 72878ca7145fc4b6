"""Track: the finished file: where it goes, its tags, its words, and what was measured."""

from meditgen.track.describe import describe, track_path
from meditgen.track.tagging import finish, front
from meditgen.track.tags import REPLAYGAIN_LUFS
from meditgen.track.track import Track
from meditgen.track.transcript import WRITERS, lyrics, tree

__all__ = ["REPLAYGAIN_LUFS", "WRITERS", "Track", "describe", "finish", "front", "lyrics", "track_path", "tree"]
