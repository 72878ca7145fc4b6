"""What a track says about itself: from the job and its timeline to tags. Nothing private, unless asked."""

from __future__ import annotations

from pathlib import Path

from meditgen import __version__
from meditgen.errors import Place, StorageError
from meditgen.files import storage_error
from meditgen.job import Job
from meditgen.timeline import Timeline
from meditgen.track.tags import Tags, language_code
from meditgen.track.transcript import lyrics
from meditgen.units import to_seconds
from meditgen.words import Practice

__all__ = ["describe", "track_path"]

ALBUM = "When self-compassion is hard"
_CAUTION = "Not while driving; not a substitute for therapy."


def describe(timeline: Timeline, practice: Practice, job: Job, language: str) -> Tags:
    """The tags of a track. A person's own words are in none of them, unless the job says so."""
    return Tags(
        title=practice.title,
        artist="meditgen",
        album=ALBUM,
        number=1,
        of=1,
        genre="Meditation",
        day=job.day,
        language=language_code(language),
        comment=f"{practice.summary} Made with meditgen {__version__}. {_CAUTION}".strip(),
        lyrics=lyrics(timeline, personal=job.personal_tags),
        chapters=timeline.sections,
        encoder=f"meditgen {__version__}",
    )


def track_path(output: Path | None, practice: Practice, frames: int, suffix: str) -> Path:
    """Where a track goes: the file ``output`` names, or a file named after practice and length in the folder it names.

    Makes the folder if it is missing. Raises StorageError where that cannot be done.
    """
    output = output or Path("output")
    if output.suffix.lower() == suffix and not output.is_dir():
        folder, name = output.parent, output.name
    else:
        minutes, seconds = divmod(round(to_seconds(frames)), 60)
        folder, name = output, f"{practice.name}-{minutes}m{f'{seconds:02d}s' if seconds else ''}{suffix}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, folder, "make the folder") from error
    if (folder / name).is_dir():
        raise StorageError("there is a folder of that name.", where=Place(str(folder / name)), hint="Choose another.")
    return folder / name
