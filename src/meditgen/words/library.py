"""The library: finding practices by name or path, and reading what their front matter says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from meditgen.errors import LengthError, Place, ScriptError, UnknownNameError
from meditgen.files import storage_error
from meditgen.nearest import did_you_mean
from meditgen.paths import library_dir, user_dir
from meditgen.units import format_length, to_frames
from meditgen.yaml import read_table

__all__ = ["Practice", "find_practice", "list_practices"]

_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)---[ \t]*\n", re.DOTALL)
_MOST_BYTES = 1_000_000
_NEEDS = ("block", "figure", "wish", "easy-being")
_STRATEGIES = ("components", "settling", "safety", "understand", "S1", "S2", "S3")


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice as its front matter describes it, and its template."""

    name: str
    title: str
    summary: str
    strategy: str
    minutes: tuple[float, float, float]
    """Least, usual, most."""
    needs: tuple[str, ...]
    """What it weaves in; it works without any of it, too."""
    bed: str
    breath: str
    order: int
    path: Path
    shown: str
    """The path as errors name it."""
    template: str
    """The template's text, with the front matter's lines left blank so that lines keep their numbers."""

    def length(self, wanted: int | None) -> int:
        """``wanted`` frames, or the usual length. Raises LengthError outside of what the practice is written for."""
        least, usual, most = (to_frames(minutes * 60) for minutes in self.minutes)
        frames = usual if wanted is None else wanted
        if not least <= frames <= most:
            nearest = least if frames < least else most
            raise LengthError(
                f"{self.name} lasts from {format_length(least)} to {format_length(most)}, not {format_length(frames)}.",
                hint=f"Ask for {format_length(nearest)}, the nearest, or choose another practice.",
            )
        return frames


def list_practices() -> list[Practice]:
    """Every practice of the library and of the person's own folder, in the library's order."""
    found = {path.stem: path for folder in _folders() for path in sorted(folder.glob("*.j2"))}
    return sorted((_read(path) for path in found.values()), key=lambda practice: (practice.order, practice.name))


def find_practice(name: str) -> Practice:
    """The practice called ``name``, or the one in the file at that path.

    Raises UnknownNameError with the nearest name, or ScriptError where its file cannot be read.
    """
    if name.endswith((".j2", ".ssml")):
        path = Path(name)
        if not path.is_file():
            raise UnknownNameError("there is no such practice file.", where=Place(name), hint="Check the path.")
        return _read(path)
    for folder in reversed(_folders()):
        path = folder / f"{name}.j2"
        if _is_name(name) and path.is_file():
            return _read(path)
    names = [path.stem for folder in _folders() for path in sorted(folder.glob("*.j2"))]
    raise UnknownNameError(f"there is no practice called “{name}”.", hint=did_you_mean(name, names))


def _is_name(name: str) -> bool:
    return re.fullmatch(r"[a-z0-9][a-z0-9-]*", name) is not None


def _folders() -> list[Path]:
    """Where practices lie; a later folder overrides an earlier one."""
    return [library_dir("scripts"), user_dir("scripts")]


def _shown(path: Path) -> str:
    library = library_dir("scripts")
    return f"scripts/{path.relative_to(library)}" if path.is_relative_to(library) else str(path)


def _read(path: Path) -> Practice:
    shown = _shown(path)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ScriptError("this file is too long for a practice.", where=Place(shown), hint="Keep it under 1 MB.")
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScriptError("this is not text.", where=Place(shown), hint="Save it as UTF-8 text.") from error
    except OSError as error:
        raise storage_error(error, path, "read the practice") from error
    if path.suffix == ".ssml":
        title = path.stem.replace("-", " ").replace("_", " ").capitalize()
        return Practice(path.stem, title, "", "", (0.5, 10, 180), (), "rain", "natural", 999, path, shown, text)
    front = _FRONT.match(text)
    if front is None:
        where, hint = Place(shown, 1), "Begin the file with a line “---”, the fields, and another “---”."
        raise ScriptError("this practice has no front matter.", where=where, hint=hint)
    table = read_table(front.group(1), shown, ScriptError, first_line=1)
    least, usual, most = table.numbers("minutes", count=3)
    if not 0 < least <= usual <= most <= 240:
        table.fail("minutes", "write least, usual and most minutes, in that order, up to 240.")
    practice = Practice(
        name=path.stem,
        title=table.text("title"),
        summary=table.text("summary"),
        strategy=table.choice("strategy", _STRATEGIES),
        minutes=(least, usual, most),
        needs=table.choices("needs", _NEEDS),
        bed=table.text("bed", "rain"),
        breath=table.text("breath", "natural"),
        order=int(table.number("order", 999, least=0, most=9999)),
        path=path,
        shown=shown,
        template="\n" * text.count("\n", 0, front.end()) + text[front.end() :],
    )
    table.close()
    return practice
