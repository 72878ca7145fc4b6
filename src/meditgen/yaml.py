"""YAML as people write it, read field by field, with the line of every value kept for errors.

YAML 1.2 through ruamel.yaml, so that ``12:30`` and ``no`` stay the words they look like.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from meditgen.errors import InputError, Place
from meditgen.nearest import did_you_mean

__all__ = ["Table", "read_table"]

_MOST_CHARACTERS = 200_000


class Table:
    """One mapping of a YAML file. Take each field you know, then :meth:`close` refuses what is left."""

    def __init__(self, data: Any, file: str, error: type[InputError], *, path: str = "", first_line: int = 0) -> None:
        self._data = data
        self._file = file
        self._error = error
        self._path = path
        self._first_line = first_line
        self._taken: list[str] = []

    def place(self, key: str | None = None) -> Place:
        """Where ``key`` stands, or where the mapping begins."""
        marks = getattr(self._data, "lc", None)
        if marks is None:
            return Place(self._file, self._first_line + 1)
        line = marks.key(key)[0] if key is not None and key in self._data else marks.line
        return Place(self._file, self._first_line + line + 1)

    def fail(self, key: str, message: str, hint: str = "") -> NoReturn:
        """Raise this file's kind of error about ``key``."""
        raise self._error(f"{self._path}{key}: {message}", where=self.place(key), hint=hint)

    def text(self, key: str, default: str | None = None, *, most: int = 400) -> str:
        """A piece of text; required where no default is given."""
        self._take(key)
        value = self._data.get(key)
        if value is None:
            if default is None:
                where, what = self.place(), f"{self._path}{key}: this field is missing"
                raise self._error(f"{what}.", where=where, hint="Add it.")
            return default
        return self._as_text(key, value, most)

    def texts(self, key: str, *, most: int = 40) -> tuple[str, ...]:
        """A list of texts; one text alone counts as a list of one."""
        self._take(key)
        value = self._data.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            return (self._as_text(key, value, 400),)
        if len(value) > most:
            self.fail(key, f"{len(value)} entries are too many.", f"Keep it to {most}.")
        return tuple(self._as_text(key, entry, 400) for entry in value)

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        """One word of a fixed set."""
        known = list(choices)
        value = self.text(key, default)
        if value not in known and value != default:
            self.fail(key, f"“{value}” is not known here.", did_you_mean(value, known))
        return value

    def choices(self, key: str, choices: Iterable[str]) -> tuple[str, ...]:
        """Some words of a fixed set, each once, in the order written."""
        known = list(choices)
        values = self.texts(key)
        for value in values:
            if value not in known:
                self.fail(key, f"“{value}” is not known here.", did_you_mean(value, known))
        return tuple(dict.fromkeys(values))

    def number(self, key: str, default: float | None = None, *, least: float, most: float) -> float:
        """A number inside bounds."""
        self._take(key)
        value = self._data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fail(key, "this must be a number.", f"Write one from {least:g} to {most:g}.")
        if not least <= value <= most:
            self.fail(key, f"{value:g} is out of range.", f"Write a number from {least:g} to {most:g}.")
        return float(value)

    def numbers(self, key: str, *, count: int) -> tuple[float, ...]:
        """A list of exactly ``count`` numbers."""
        self._take(key)
        value = self._data.get(key)
        right = isinstance(value, list) and all(isinstance(n, int | float) and not isinstance(n, bool) for n in value)
        if not right or len(value) != count:
            self.fail(key, f"this must be a list of {count} numbers.")
        return tuple(float(n) for n in value)

    def table(self, key: str) -> Table | None:
        """A mapping inside this one."""
        self._take(key)
        value = self._data.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fail(key, "this must hold named fields.", "Indent them below it, one “field: value” a line.")
        return Table(value, self._file, self._error, path=f"{self._path}{key}.", first_line=self._first_line)

    def tables(self, key: str) -> list[Table]:
        """A list of mappings inside this one."""
        self._take(key)
        value = self._data.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.fail(key, "this must be a list.", "Begin each entry with “- ” and put its fields below one another.")
        return [
            Table(entry, self._file, self._error, path=f"{self._path}{key}[{number}].", first_line=self._first_line)
            for number, entry in enumerate(value, 1)
        ]

    def close(self) -> None:
        """Refuse the first field that nobody asked for."""
        for key in self._data:
            if str(key) not in self._taken:
                left = [name for name in self._taken if name not in self._data]
                self.fail(str(key), "there is no such field here.", did_you_mean(str(key), left or self._taken))

    def _take(self, key: str) -> None:
        if key not in self._taken:
            self._taken.append(key)

    def _as_text(self, key: str, value: Any, most: int) -> str:
        if isinstance(value, bool):
            self.fail(key, "this must be words.", "Put them in quotes.")
        if not isinstance(value, str | int | float):
            self.fail(key, "this must be words.", "Put them in quotes, on one line.")
        text = " ".join(str(value).split())
        if len(text) > most:
            self.fail(key, f"{len(text)} characters are too many.", f"Keep it under {most}.")
        return text


def read_table(text: str, file: str, error: type[InputError], *, first_line: int = 0) -> Table:
    """``text`` as one mapping. ``first_line`` is how many lines of the file stand before it.

    Raises ``error`` naming file and line where it is no YAML, or no mapping.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if len(text) > _MOST_CHARACTERS:
        raise error("this file is too long to be read as a description.", where=Place(file))
    try:
        data = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = first_line + mark.line + 1 if mark else 0
        problem = fault.problem or "it cannot be read"
        where = Place(file, line)
        raise error(f"this is not YAML: {problem}.", where=where, hint="Check indents, colons and quotes.") from fault
    except (YAMLError, ValueError, RecursionError) as fault:
        raise error("this is not YAML that can be read.", where=Place(file), hint="Save it as UTF-8 text.") from fault
    if data is None:
        data = CommentedMap()
    if not isinstance(data, CommentedMap):
        where = Place(file, first_line + 1)
        raise error("this must hold named fields.", where=where, hint="Write one “field: value” a line.")
    return Table(data, file, error, first_line=first_line)
