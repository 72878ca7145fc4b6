"""SSML → Script: reads markup strictly, cuts text into sentences, puts the silence between them.

Reads what the templates render and plain SSML files alike. A document type, an entity or an unknown element is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from xml.parsers import expat

from meditgen.errors import Place, ScriptError
from meditgen.words.nodes import Bell, Breath, Line, Node, Pause, Script, Section
from meditgen.words.sentences import Run, sentences
from meditgen.words.template import NAMESPACE

__all__ = ["parse_ssml"]

_OWN = f"{NAMESPACE} "
_SSML = "http://www.w3.org/2001/10/synthesis "
_PLAIN = frozenset(
    ["speak", "p", "s", "sub", "emphasis", "prosody", "voice", "say-as", "phoneme", "w", "token", "lang", "mark"]
)
_STRENGTH = {"none": 0.0, "x-weak": 0.5, "weak": 1.0, "medium": 2.0, "strong": 4.0, "x-strong": 8.0}
_TIME = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)(m?s)")
_DEEPEST = 24
_MOST_NODES = 20_000


@dataclass
class _Draft:
    """A section being read."""

    title: str
    place: Place
    nodes: list[Node] = field(default_factory=list)


class _Reader:
    """Follows the parser's events and lays the nodes down."""

    def __init__(self, file: str) -> None:
        self.place = Place(file, 1)
        self.sections: list[_Draft] = []
        self.runs: list[Run] = []
        self.stack: list[str] = []
        self.optional = 0
        self.figure = False
        self.own = False
        self.alias: str | None = None
        self.continued = False
        """Whether nothing but text came since the last text."""
        self.stamped = False
        self.in_section = False
        self.parser = expat.ParserCreate(namespace_separator=" ")

    def fail(self, message: str, hint: str = "") -> ScriptError:
        return ScriptError(message, where=self.here(), hint=hint)

    def here(self) -> Place:
        """The place of what is being read: the template's line, or the file's own where nothing stamped it."""
        return self.place if self.stamped else Place(self.place.file, self.parser.CurrentLineNumber)

    def instruction(self, target: str, data: str) -> None:
        if target == "at":
            file, _, line = data.rpartition(":")
            self.place, self.stamped = Place(file, int(line)), True

    def text(self, text: str) -> None:
        whole = self.own or self.alias is not None
        if whole and self.runs and self.continued:  # the parser may give one element's text in pieces
            text = self.runs.pop().text + text
        self.runs.append(Run(text, self.here(), own=self.own, alias=self.alias))
        self.continued = True

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.continued = False
        if len(self.stack) >= _DEEPEST:
            raise self.fail("this script is nested too deeply.", f"Keep it under {_DEEPEST} levels.")
        ours = name.startswith(_OWN)
        short = name.removeprefix(_OWN).removeprefix(_SSML)
        self.stack.append(short)
        if ours:
            self._start_own(short, attributes)
        elif short == "break":
            self._break(attributes)
        elif short not in _PLAIN:
            raise self.fail(f"the element <{short}> is not known here.", "Use p, s, sub and break.")
        elif short in ("p", "s"):
            self.flush()
        elif short == "sub":
            self.alias = attributes.get("alias", "")

    def _start_own(self, name: str, attributes: dict[str, str]) -> None:
        if name == "own":
            self.own, self.alias = True, attributes.get("alias") or None
            return
        self.flush()
        if name == "section":
            if self.in_section:
                raise self.fail("a section stands inside another.", "Close the first with {% endsection %}.")
            self.in_section = True
            self.sections.append(_Draft(attributes.get("title", "").strip() or "…", self.here()))
        elif name == "optional":
            if self.optional:
                raise self.fail("an optional passage stands inside another.", "Close the first with {% endoptional %}.")
            self.optional = int(attributes["order"])
        elif name == "figure":
            self.figure = True
        elif name == "bell":
            self.add(Bell(attributes["name"], self.here(), self.optional))
        elif name == "breath":
            inhale, exhale, times = float(attributes["in"]), float(attributes["out"]), int(attributes["times"])
            self.add(Breath(inhale, exhale, times, self.here(), self.optional))
        else:
            raise self.fail(f"the element <mg:{name}> is not known here.")

    def end(self, name: str) -> None:
        self.continued = False
        short = self.stack.pop()
        if short in ("own", "sub"):
            self.own, self.alias = False, None
            return
        if name.startswith(_OWN) or short in ("p", "s", "speak"):
            self.flush()
        if short == "section":
            self.in_section = False
        elif short == "optional":
            self.optional = 0
        elif short == "figure":
            self.figure = False

    def _break(self, attributes: dict[str, str]) -> None:
        self.flush()
        rest = attributes.get(f"{NAMESPACE} rest") == "true"
        seconds = self._seconds(attributes)
        least, most = (0.4, 3.0) if rest else (0.6, 2.2)
        if seconds > 0:
            self.add(Pause(seconds, seconds * least, seconds * most, self.here(), self.optional))

    def _seconds(self, attributes: dict[str, str]) -> float:
        if "time" not in attributes:
            strength = attributes.get("strength", "medium")
            if strength not in _STRENGTH:
                raise self.fail(f"“{strength}” is no strength of a break.", "Use weak, medium or strong.")
            return _STRENGTH[strength]
        match = _TIME.fullmatch(attributes["time"].strip())
        if match is None:
            raise self.fail(f"“{attributes['time']}” is no time.", "Write it as 2.5s or 800ms.")
        return float(match[1]) / (1000 if match[2] == "ms" else 1)

    def add(self, node: Node) -> None:
        if not self.sections or not self.in_section:
            if self.stamped:
                raise self.fail("words and cues belong inside a section.", 'Put them in {% section "Title" %}.')
            if not self.sections:
                self.sections.append(_Draft("Practice", self.here()))
        nodes = self.sections[-1].nodes
        if len(nodes) >= _MOST_NODES:
            raise self.fail("this script is too long.", f"Keep a section under {_MOST_NODES} lines and pauses.")
        nodes.append(node)

    def flush(self) -> None:
        """The text read so far becomes lines."""
        runs, self.runs = self.runs, []
        for sentence in sentences(runs):
            self.add(
                Line(
                    sentence.text,
                    sentence.spoken,
                    sentence.place,
                    public=sentence.public,
                    personal=sentence.personal,
                    figure=self.figure,
                    optional=self.optional,
                )
            )
            if sentence.ends_paragraph:
                self.add(Pause(4.0, 2.0, 8.0, sentence.place, self.optional, implied=True))


def parse_ssml(text: str, file: str, *, practice: str, title: str) -> Script:
    """The Script in an SSML document; ``file`` is its name where no template line is stamped on the text.

    Raises ScriptError with file and line for what is not well formed or not known.
    """
    reader = _Reader(file)
    parser = reader.parser
    parser.buffer_text = False
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.ProcessingInstructionHandler = reader.instruction

    def refuse_doctype(*_: object) -> None:
        raise reader.fail("a document type is not taken here.", "Remove the line that begins with <!DOCTYPE.")

    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError as error:
        message = expat.ErrorString(error.code)
        place = reader.place if reader.stamped else Place(file, error.lineno)
        raise ScriptError(f"this is not well-formed SSML: {message}.", where=place) from error
    except (KeyError, ValueError) as error:
        raise reader.fail(f"an attribute is missing or wrong: {error}.") from error
    sections = tuple(Section(draft.title, _paced(draft.nodes), draft.place) for draft in reader.sections if draft.nodes)
    if not any(isinstance(node, Line | Bell) for section in sections for node in section.nodes):
        raise ScriptError("this practice says nothing.", where=Place(file), hint="Write some words in a section.")
    return Script(practice, title, sections)


def _paced(nodes: list[Node]) -> tuple[Node, ...]:
    """Silence where the author left it to us: after each sentence, and at the section's end.

    A pause of the author's own stands in place of an implied one.
    """
    paced: list[Node] = []
    for node, following in pairwise([*nodes, None]):
        assert node is not None  # noqa: S101 - only the last of the list is None
        if isinstance(node, Pause) and node.implied and (following is None or isinstance(following, Pause)):
            continue
        paced.append(node)
        if isinstance(node, Line) and following is not None and not isinstance(following, Pause):
            paced.append(Pause(2.0, 1.3, 3.6, node.place, node.optional, implied=True))
    last = paced[-1]
    ideal, least, most = (2.0, 0.5, 11.0) if isinstance(last, Pause) else (7.0, 3.5, 16.0)
    return (*paced, Pause(ideal, least, most, last.place, implied=True))
