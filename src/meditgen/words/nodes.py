"""The Script: what a practice says, in order, with the silence it asks for. Every node knows its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from meditgen.errors import Place

__all__ = ["Bell", "Breath", "Line", "Node", "Pause", "Script", "Section"]


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence: the unit of speech, of caching, of the transcript."""

    text: str
    """The words as they are read."""
    spoken: str
    """The words as the voice is given them: the same, but for respelled names."""
    place: Place
    """Where the sentence begins in its practice."""
    public: str = ""
    """The words with the person's own left out, for what leaves the machine with the track."""
    personal: bool = False
    """Whether it holds words of the person's own profile."""
    figure: bool = False
    """Whether the caring figure says it."""
    optional: int = 0
    """0 for always; else the order in which passages are added as the track grows longer."""

    @property
    def words(self) -> int:
        """How many words are spoken."""
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence: ``seconds`` is the ideal; fitting may choose any length from ``least`` to ``most``."""

    seconds: float
    least: float
    most: float
    place: Place
    optional: int = 0
    implied: bool = False
    """Whether it came of the text's own shape; a pause the author wrote takes its place."""


@dataclass(frozen=True, slots=True)
class Breath:
    """``times`` cycles of breathing in and out, in silence, of exactly this length."""

    inhale: float
    exhale: float
    times: int
    place: Place
    optional: int = 0

    @property
    def seconds(self) -> float:
        """How long all cycles last together."""
        return (self.inhale + self.exhale) * self.times


@dataclass(frozen=True, slots=True)
class Bell:
    """One strike; it rings on under what follows."""

    name: str
    place: Place
    optional: int = 0


Node = Line | Pause | Breath | Bell


@dataclass(frozen=True, slots=True)
class Section:
    """A titled stretch of the practice: one chapter of the track."""

    title: str
    nodes: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Script:
    """A rendered practice: no slots, no markup, only what will be said and left unsaid."""

    practice: str
    """The practice's kebab-case name."""
    title: str
    sections: tuple[Section, ...]
    language: str = "en"

    def lines(self) -> Iterator[Line]:
        """Every line in the order it is spoken."""
        for section in self.sections:
            for node in section.nodes:
                if isinstance(node, Line):
                    yield node
