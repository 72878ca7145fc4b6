"""Profile: what a person wrote about themselves, so that the words can be theirs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from meditgen.catalogue import anchors, block_kinds, figure_kinds
from meditgen.errors import Place, ProfileError
from meditgen.files import storage_error
from meditgen.yaml import Table, read_table

__all__ = ["PRONOUNS", "Block", "Figure", "Profile", "load_profile", "read_profile"]

PRONOUNS = {
    "she/her": ("she", "her", "her", "hers", "herself"),
    "he/him": ("he", "him", "his", "his", "himself"),
    "they/them": ("they", "them", "their", "theirs", "themselves"),
    "it/its": ("it", "it", "its", "its", "itself"),
}
"""Each set as subject, object, determiner, possessive, reflexive."""


@dataclass(frozen=True, slots=True)
class Block:
    """What makes self-compassion hard for this person."""

    kind: str
    words: str = ""
    """In their own words; empty for the catalogue's."""
    origin: str = ""
    """Where they think it came from."""
    truer: str = ""
    """A sentence that is more true for them."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Someone or something that cares about them."""

    kind: str
    name: str = ""
    say: str = ""
    """How the voice should say the name."""
    pronouns: str = ""
    setting: str = ""
    """Where they are pictured: “at her kitchen table”."""
    words: tuple[str, ...] = ()
    """What the figure would say."""
    recordings: str = ""
    """A folder with the figure's own voice, for later use."""


@dataclass(frozen=True, slots=True)
class Profile:
    """All of it is optional: an empty profile is a whole one."""

    name: str = ""
    say: str = ""
    """How the voice should say the name."""
    blocks: tuple[Block, ...] = ()
    figure: Figure | None = None
    easy_being: str = ""
    """Someone it is easy to wish well: “my old dog Biscuit”."""
    anchors: tuple[str, ...] = ()
    """Names of the catalogue; breath left out means the practice without breath."""
    eyes: str = "choose"
    touch: str = "maybe"
    wishes: tuple[str, ...] = ()


def load_profile(path: Path) -> Profile:
    """The profile in the YAML file at ``path``.

    Raises ProfileError naming file, line and field, or StorageError where the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProfileError("this is not text.", where=Place(str(path)), hint="Save it as UTF-8 text.") from error
    except FileNotFoundError as error:
        raise ProfileError("there is no such profile.", where=Place(str(path)), hint="Check the path.") from error
    except OSError as error:
        raise storage_error(error, path, "read the profile") from error
    return read_profile(text, str(path))


def read_profile(text: str, file: str = "profile") -> Profile:
    """The profile written in ``text`` (YAML); ``file`` is its name in errors."""
    table = read_table(text, file, ProfileError)
    figure = table.table("figure")
    profile = Profile(
        name=table.text("name", "", most=80),
        say=table.text("say", "", most=80),
        blocks=tuple(_block(entry) for entry in table.tables("blocks")),
        figure=_figure(figure) if figure else None,
        easy_being=table.text("easy_being", "", most=120),
        anchors=table.choices("anchors", anchors()),
        eyes=table.choice("eyes", ("choose", "open", "closed"), "choose"),
        touch=table.choice("touch", ("maybe", "yes", "no"), "maybe"),
        wishes=table.texts("wishes", most=8),
    )
    table.close()
    return profile


def _block(table: Table) -> Block:
    kind = table.choice("kind", (*block_kinds(), "own"), "own")
    block = Block(
        kind, table.text("words", "", most=200), table.text("origin", "", most=120), table.text("truer", "", most=200)
    )
    if kind == "own" and not block.words:
        table.fail("words", "a block of your own needs its words.", "Write what the hard part says, as it says it.")
    table.close()
    return block


def _figure(table: Table) -> Figure:
    figure = Figure(
        kind=table.choice("kind", figure_kinds()),
        name=table.text("name", "", most=80),
        say=table.text("say", "", most=80),
        pronouns=table.choice("pronouns", PRONOUNS, ""),
        setting=table.text("setting", "", most=160),
        words=table.texts("words", most=12),
        recordings=table.text("recordings", "", most=400),
    )
    table.close()
    return figure
