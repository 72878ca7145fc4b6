"""What a template may say about the person: their own words, wrapped so that they stay words, with their grammar."""

from __future__ import annotations

import re
from typing import Self
from xml.sax.saxutils import escape as xml_escape
from xml.sax.saxutils import quoteattr

from markupsafe import Markup

from meditgen.catalogue import Anchor, BlockKind, anchors, block_kinds, figure_kinds
from meditgen.job import Job
from meditgen.profile import PRONOUNS, Block, Figure, Profile
from meditgen.words.numbers import spoken_length

__all__ = ["FigureWords", "Own", "persona", "private_words", "to_listener"]

_ENDS = ".!?…"
_OWN_KIND = BlockKind(
    kind="own",
    label="In my own words",
    words="",
    protects="keep you from being hurt",
    others="Many people carry a sentence like this one, mostly in silence.",
    truer="Perhaps I can be on my own side, a little",
)
"""What can be said of a block that is not of the catalogue; its words are always the person's."""
_DEFAULT_WISHES = ("May I be kind to myself", "May I give myself what I need", "May I be at ease")


class Own(str):
    """Words of the person's own: marked in the script, escaped, never read as markup or as a sentence's end."""

    __slots__ = ("say",)
    say: str

    def __new__(cls, text: str, say: str = "") -> Self:
        """``say`` is how the voice should say ``text``; empty for as it is written."""
        own = super().__new__(cls, _plain(text))
        own.say = _plain(say)
        return own

    def __html__(self) -> str:
        alias = f" alias={quoteattr(self.say)}" if self.say else ""
        return f"<mg:own{alias}>{xml_escape(str(self))}</mg:own>"


def _plain(text: str) -> str:
    """``text`` on one line, without the control and direction-changing characters that XML cannot take."""
    kept = "".join(character if character.isprintable() or character == "\u200d" else " " for character in text)
    return " ".join(kept.split())


def _closed(words: str) -> Markup:
    """The person's words with their closing mark, or a full stop, set outside of them, so that it ends the sentence."""
    words = _plain(words)
    body = words.rstrip(_ENDS)
    end = words[len(body) :] or "."
    return Markup(Own(body).__html__()) + end


def _sentence(words: str) -> Markup:
    """Words of the catalogue as a sentence."""
    return Markup(xml_escape(words)) + "."


class FigureWords:
    """The caring figure as a template speaks of it."""

    def __init__(self, figure: Figure | None) -> None:
        kind = figure_kinds()[figure.kind if figure else "someone"]
        self.kind = kind.kind
        self.given = figure is not None
        """Whether the person chose this figure."""
        self.named = bool(figure and figure.name)
        self.name: str = Own(figure.name, figure.say) if figure and figure.name else kind.name
        self.speaks = kind.speaks
        self.remembered = not kind.present
        self.setting: str = Own(to_listener(figure.setting)) if figure and figure.setting else ""
        self.words: list[Markup] = [_closed(words) for words in figure.words] if figure and kind.speaks else []
        pronouns = PRONOUNS[(figure.pronouns if figure else "") or kind.pronouns]
        self.they, self.them, self.their, self.theirs, self.themselves = pronouns
        self.They, self.Their = self.they.capitalize(), self.their.capitalize()
        self._plural = self.they == "they"

    def verb(self, singular: str, plural: str) -> str:
        """The form that goes with the pronoun: “she is”, “they are”."""
        return plural if self._plural else singular


class BlockWords:
    """What makes it hard, as a template speaks of it: framed, never in the narrator's second person."""

    def __init__(self, block: Block) -> None:
        kind = block_kinds().get(block.kind, _OWN_KIND)
        self.kind = block.kind
        words = _closed(block.words) if block.words else _sentence(kind.words)
        self.quoted = Markup("“") + words + "”"
        """The words in quotation marks, with their closing mark."""
        self.framed = Markup("a part of you may say: ") + self.quoted
        """“a part of you may say: …”; begin a sentence with ``{{ block.Framed }}``."""
        self.Framed = Markup("A part of you may say: ") + self.quoted
        self.protects = kind.protects
        self.others = kind.others
        self.origin: str = Own(to_listener(block.origin)) if block.origin else ""
        self.truer = _closed(block.truer) if block.truer else _sentence(kind.truer)


class Wish:
    """One kind wish in the first person."""

    def __init__(self, words: str, *, own: bool) -> None:
        self.closed = _closed(words) if own else _sentence(words)

    def __html__(self) -> str:
        return str(self.closed)

    def __str__(self) -> str:
        return str(self.closed)


def persona(job: Job, frames: int) -> dict[str, object]:
    """The variables every template sees, from the job's profile and the track's length in frames.

    No profile at all gives a whole set, too.
    """
    profile = job.profile
    names = profile.anchors or ("feet", "breath")
    anchor, second = _two_anchors(names)
    blocks = [BlockWords(block) for block in profile.blocks]
    return {
        "name": Own(profile.name, profile.say) if profile.name else "",
        "blocks": blocks,
        "block": blocks[0] if blocks else None,
        "figure": FigureWords(profile.figure),
        "easy": Own(to_listener(profile.easy_being)) if profile.easy_being else "",
        "wishes": [Wish(words, own=True) for words in profile.wishes]
        or [Wish(words, own=False) for words in _DEFAULT_WISHES],
        "own_wishes": bool(profile.wishes),
        "anchor": anchor,
        "second_anchor": second,
        "breath": "breath" in names,
        "eyes": profile.eyes,
        "touch": profile.touch,
        "guidance": job.guidance,
        "length": spoken_length(frames),
        "ending": job.ending,
    }


def _two_anchors(names: tuple[str, ...]) -> tuple[Anchor, Anchor]:
    """Two anchors, the first never the breath, the second never the first."""
    known = anchors()
    first = next((name for name in names if name != "breath"), "feet")
    second = next((name for name in (*names, "sound", "hands") if name != first), "hands")
    return known[first], known[second]


_LISTENER = {
    "i am": "you are", "i'm": "you're", "i’m": "you’re", "i was": "you were", "i've": "you've", "i’ve": "you’ve",
    "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "we are": "you are", "we": "you",
    "us": "you", "our": "your", "ours": "yours",
}  # fmt: skip
_FIRST_PERSON = re.compile(
    r"\b(I am|I was|we are|I['’]m|I['’]ve|I|me|my|mine|myself|we|us|our|ours)\b(?!['’])", re.IGNORECASE
)


def to_listener(phrase: str) -> str:
    """A phrase the person wrote of themselves, as the narrator says it to them.

    >>> to_listener("my old dog Biscuit")
    'your old dog Biscuit'
    """
    return _FIRST_PERSON.sub(lambda match: _LISTENER[match.group().lower()], phrase)


def private_words(profile: Profile) -> tuple[str, ...]:
    """Every piece of text in a profile that is the person's own, for checks that none of it gets out."""
    figure = profile.figure
    pieces = [profile.name, profile.say, profile.easy_being, *profile.wishes]
    pieces += [text for block in profile.blocks for text in (block.words, block.origin, block.truer)]
    if figure:
        pieces += [figure.name, figure.say, figure.setting, *figure.words]
    return tuple(piece for piece in pieces if piece)
