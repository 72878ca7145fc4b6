"""The catalogues: blocks, figure kinds and anchors, as data files beside the practices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from meditgen.errors import ScriptError
from meditgen.paths import library_dir
from meditgen.yaml import Table, read_table

__all__ = ["Anchor", "BlockKind", "FigureKind", "anchors", "block_kinds", "figure_kinds"]


@dataclass(frozen=True, slots=True)
class BlockKind:
    """Something that makes self-compassion hard, with what helps to meet it."""

    kind: str
    label: str
    words: str
    """How a person might say it, in the first person."""
    protects: str
    """What it tries to keep safe; continues “perhaps it is trying to …”."""
    others: str
    """That others feel it too; a whole sentence."""
    truer: str
    """One modest, truer sentence in the first person, with “perhaps”."""


@dataclass(frozen=True, slots=True)
class FigureKind:
    """A kind of caring figure and the grammar that goes with it."""

    kind: str
    label: str
    name: str
    """What the figure is called where the person gave no name."""
    pronouns: str
    speaks: bool
    """Whether words may come from it."""
    present: bool
    """Whether it is spoken of in the present tense as someone who is there."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Something steady to come back to."""

    name: str
    phrase: str
    """A noun phrase: “the soles of your feet”."""
    guide: str
    """A sentence that leads there."""


def _entries(catalogue: str) -> list[Table]:
    path = library_dir("scripts") / "catalogues" / f"{catalogue}.yaml"
    table = read_table(path.read_text(encoding="utf-8"), f"scripts/catalogues/{catalogue}.yaml", ScriptError)
    entries = table.tables(catalogue)
    table.close()
    return entries


@cache
def block_kinds() -> dict[str, BlockKind]:
    """Every block of the catalogue, by kind."""
    found = {}
    for entry in _entries("blocks"):
        fields = ("kind", "label", "words", "protects", "others", "truer")
        block = BlockKind(*(entry.text(field) for field in fields))
        entry.close()
        found[block.kind] = block
    return found


@cache
def figure_kinds() -> dict[str, FigureKind]:
    """Every kind of figure, by kind."""
    found = {}
    for entry in _entries("figures"):
        kind, label, name, pronouns = (entry.text(field) for field in ("kind", "label", "name", "pronouns"))
        speaks = entry.choice("speaks", ("yes", "no")) == "yes"
        present = entry.choice("present", ("yes", "no")) == "yes"
        entry.close()
        found[kind] = FigureKind(kind, label, name, pronouns, speaks, present)
    return found


@cache
def anchors() -> dict[str, Anchor]:
    """Every anchor, by name."""
    found = {}
    for entry in _entries("anchors"):
        anchor = Anchor(*(entry.text(field) for field in ("name", "phrase", "guide")))
        entry.close()
        found[anchor.name] = anchor
    return found
