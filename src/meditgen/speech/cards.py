"""Cards: the voices there are, one YAML file each, from the library and from the person's own folder."""

from __future__ import annotations

import re
from pathlib import Path

from meditgen.errors import InputError, Place, UnknownNameError
from meditgen.files import storage_error
from meditgen.nearest import did_you_mean
from meditgen.paths import library_dir, user_dir
from meditgen.speech.engine import Estimate, Licence, Pace, Voice
from meditgen.speech.registry import engine_names
from meditgen.yaml import Table, read_table

__all__ = ["DEFAULT_VOICE", "card_names", "find_voice", "read_card"]

DEFAULT_VOICE = "joe"

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def card_names() -> tuple[str, ...]:
    """The names of all voices, sorted."""
    return tuple(sorted(_cards()))


def find_voice(name: str = DEFAULT_VOICE) -> Voice:
    """The voice of that name; the person's own card comes before the library's.

    Raises UnknownNameError with the nearest name, and InputError where its card cannot be used.
    """
    cards = _cards()
    path = cards.get(name)
    if path is None:
        raise UnknownNameError(f"there is no voice “{name}”.", hint=did_you_mean(name, sorted(cards)))
    return read_card(path)


def read_card(path: Path) -> Voice:
    """The card at ``path``. Raises InputError naming the file, line and field of what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError("this is not UTF-8 text.", where=Place(str(path)), hint="Save it as UTF-8.") from error
    except OSError as error:
        raise storage_error(error, path, "read") from error
    table = read_table(text, str(path), InputError)
    name = table.text("name")
    if name != path.stem or not _NAME.fullmatch(name):
        table.fail("name", f"“{name}” must be the file's own name, in small letters joined by hyphens.", "Rename one.")
    voice = Voice(
        name=name,
        title=table.text("title"),
        engine=table.choice("engine", engine_names()),
        model=table.text("model", "default"),
        language=table.text("language"),
        gender=table.text("gender", ""),
        licence=_licence(table),
        pace=_pace(table),
        gain_db=table.number("gain_db", least=-40, most=40),
        estimate=_estimate(table),
        sample=table.text("sample"),
    )
    table.close()
    return voice


def _cards() -> dict[str, Path]:
    """Every card by its file's name; later folders override."""
    found: dict[str, Path] = {}
    for folder in (library_dir("voices"), user_dir("voices")):
        if folder.is_dir():
            found |= {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    return found


def _licence(table: Table) -> Licence:
    inner = table.table("licence")
    if inner is None:
        table.fail(
            "licence", "this field is missing.", "Say on what terms this voice may be used, and where that is said."
        )
    licence = Licence(inner.text("name"), inner.text("note", "", most=1500), inner.text("source"))
    inner.close()
    return licence


def _pace(table: Table) -> Pace:
    inner = table.table("pace")
    if inner is None:
        return Pace()
    pace = Pace(
        stretch=inner.number("stretch", 1.0, least=0.5, most=1.75),  # above it clarity falls
        words_per_minute=inner.number("words_per_minute", 0.0, least=0, most=300),
        comma=inner.number("comma", 0.0, least=0, most=2),
    )
    inner.close()
    return pace


def _estimate(table: Table) -> Estimate:
    inner = table.table("estimate")
    if inner is None:
        return Estimate()
    usual = Estimate()
    estimate = Estimate(
        fixed=inner.number("fixed", usual.fixed, least=-1, most=3),
        letter=inner.number("letter", usual.letter, least=0.01, most=0.5),
        mark=inner.number("mark", usual.mark, least=0, most=3),
    )
    inner.close()
    return estimate
