"""Templates: Jinja2 in a box. Text is always text; only helpers make cues.

Literal text and every value are escaped, so neither an author's ``<`` nor a user's ``<break/>`` can become markup.
Each line of literal text is preceded by a processing instruction with its file and line, which no text can forge.
Work is bounded: loop steps, calls and the size of what is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range
from markupsafe import Markup, escape

from meditgen.errors import Place, ScriptError
from meditgen.paths import library_dir, user_dir
from meditgen.words.library import Practice

__all__ = ["NAMESPACE", "render_template"]

NAMESPACE = "urn:meditgen:script:1"
"""The namespace of what SSML lacks: sections, optional passages, the figure's voice, bells, breaths, own words."""

_MOST_STEPS = 20_000
_MOST_CHARACTERS = 400_000
_FILTERS = ("capitalize", "default", "first", "join", "last", "length", "lower", "title", "trim", "upper")

_steps: ContextVar[int] = ContextVar("steps")


class _TooMuch(Exception):  # noqa: N818 - becomes a ScriptError at once
    """A template did more than a practice ever needs."""


class _Marks(Extension):
    """Escapes literal text and marks its lines; counts each turn of a loop; refuses ``~``."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        opened = in_for = False
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, "data", _marked(token.value, self._file(stream.name or ""), token.lineno))
                continue
            if token.type == "tilde":
                message = "join words by writing them next to one another, not with ~"
                raise TemplateSyntaxError(message, token.lineno, stream.name)
            yield token
            if token.type == "name" and token.value == "for" and opened:
                in_for = True
            opened = token.type == "block_begin"
            if token.type == "block_end" and in_for:
                in_for = False
                yield Token(token.lineno, "block_begin", "{%")
                yield Token(token.lineno, "name", "spend_a_step")
                yield Token(token.lineno, "block_end", "%}")

    def _file(self, name: str) -> str:
        """A template as errors name it: a practice by its own path, a partial by its place in the library."""
        loader = self.environment.loader
        return name if isinstance(loader, _Loader) and name in loader.practices else f"scripts/{name}"


def _marked(text: str, file: str, line: int) -> str:
    lines = text.split("\n")
    return "\n".join(f"<?at {escape(file)}:{line + number}?>{escape(part)}" for number, part in enumerate(lines))


class _Tags(Extension):
    """``{% section "…" %}``, ``{% optional n %}``, ``{% figure %}``, and the loop counter's own tag."""

    tags = {"figure", "optional", "section", "spend_a_step"}  # noqa: RUF012 - Jinja's own interface

    def parse(self, parser: Parser) -> nodes.Node:
        token = next(parser.stream)
        line = token.lineno
        if token.value == "spend_a_step":
            return nodes.ExprStmt(self.call_method("_spend", [], lineno=line), lineno=line)
        arguments = [] if token.value == "figure" else [parser.parse_expression()]
        body = parser.parse_statements((f"name:end{token.value}",), drop_needle=True)
        return nodes.CallBlock(self.call_method(f"_{token.value}", arguments), [], [], body, lineno=line)

    def _spend(self) -> None:
        spend()

    def _section(self, title: object, caller: Callable[[], str]) -> Markup:
        return Markup(f"<mg:section title={_attribute(title)}>{caller()}</mg:section>")

    def _optional(self, order: object, caller: Callable[[], str]) -> Markup:
        if isinstance(order, bool) or not isinstance(order, int) or not 1 <= order <= 9:
            raise ValueError("an optional passage's order is a whole number from 1 to 9")
        return Markup(f'<mg:optional order="{order}">{caller()}</mg:optional>')

    def _figure(self, caller: Callable[[], str]) -> Markup:
        return Markup(f"<mg:figure>{caller()}</mg:figure>")


def _attribute(value: object) -> str:
    return quoteattr(" ".join(str(value).split()))


def spend() -> None:
    """Count one step of work; too many end the rendering."""
    left = _steps.get() - 1
    _steps.set(left)
    if left < 0:
        raise _TooMuch(f"this template takes more than {_MOST_STEPS} steps")


def _bounded_concat(parts: Iterable[str]) -> str:
    kept, size = [], 0
    for part in parts:
        size += len(part)
        if size > _MOST_CHARACTERS:
            raise _TooMuch(f"this template writes more than {_MOST_CHARACTERS} characters")
        kept.append(part)
    return "".join(kept)


def _bounded_join(values: Iterable[object], between: str = "") -> Markup:
    parts: list[Markup] = []
    for value in values:
        spend()
        parts += [escape(between), escape(value)] if parts else [escape(value)]
    return Markup(_bounded_concat(parts))


class _Box(ImmutableSandboxedEnvironment):
    """The sandbox, with arithmetic that cannot grow and calls that count."""

    intercepted_binops = frozenset(["*", "**", "%", "+"])
    concat = staticmethod(_bounded_concat)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if not all(isinstance(side, int | float) and abs(side) < 1e6 for side in (left, right)) or operator == "**":
            raise SecurityError(f"“{operator}” is for small numbers here")
        return super().call_binop(context, operator, left, right)

    def call(self, context: Any, obj: Any, *args: Any, **kwargs: Any) -> Any:
        spend()
        return super().call(context, obj, *args, **kwargs)


class _Loader(BaseLoader):
    """Templates from a few folders and nowhere else; practices that were read already are handed in as text."""

    def __init__(self, roots: tuple[Path, ...]) -> None:
        self._roots = roots
        self.practices: dict[str, str] = {}

    def get_source(
        self,
        environment: Environment,  # noqa: ARG002
        template: str,
    ) -> tuple[str, str, Callable[[], bool]]:
        if template in self.practices:
            text = self.practices[template]
            return text, template, lambda: self.practices.get(template) == text
        parts = template.split("/")
        if template.endswith(".j2") and ".." not in parts and not template.startswith("/") and "\\" not in template:
            for root in self._roots:
                path = root / template
                if path.is_file() and path.resolve().is_relative_to(root.resolve()):
                    return path.read_text(encoding="utf-8"), template, _Unchanged(path)
        raise TemplateNotFound(template)


class _Unchanged:
    """Says whether a file is still as it was read; Jinja asks before it uses what it compiled."""

    def __init__(self, path: Path) -> None:
        self._path, self._written = path, path.stat().st_mtime_ns

    def __call__(self) -> bool:
        try:
            return self._path.stat().st_mtime_ns == self._written
        except OSError:
            return False


@lru_cache(maxsize=4)
def _box(roots: tuple[Path, ...]) -> tuple[_Box, _Loader]:
    """A sandbox that reads from ``roots``; kept, because compiling a practice takes longer than rendering it."""
    loader = _Loader(roots)
    box = _Box(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,  # or a partial's last sentence would touch the next one's first
        extensions=[_Marks, _Tags],
    )
    box.filters = {name: box.filters[name] for name in _FILTERS} | {"join": _bounded_join}
    box.globals.clear()
    box.globals["range"] = safe_range
    return box, loader


def render_template(practice: Practice, values: dict[str, object]) -> str:
    """The practice's template rendered with ``values``, as the text of one SSML document.

    Raises ScriptError with the file and line of what could not be rendered.
    """
    box, loader = _box((practice.path.parent, user_dir("scripts"), library_dir("scripts")))
    loader.practices[practice.shown] = practice.template
    token = _steps.set(_MOST_STEPS)
    try:
        body = _bounded_concat(box.get_template(practice.shown).generate(**values))
    except TemplateSyntaxError as error:
        where = Place(_shown(practice, error.filename or error.name), error.lineno or 0)
        raise ScriptError(f"this template cannot be read: {error.message}.", where=where) from error
    except TemplateNotFound as error:
        where = Place(*_deepest(error, practice))
        raise ScriptError(f"there is no template “{error.name}” to include.", where=where) from error
    except (_TooMuch, TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        where = Place(*_deepest(error, practice))
        raise ScriptError(f"this template cannot be rendered: {error}.", where=where) from error
    except RecursionError as error:
        raise ScriptError("this template goes round in circles.", where=Place(practice.shown)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptError("a template that this one includes cannot be read.", where=Place(practice.shown)) from error
    finally:
        _steps.reset(token)
    return f'<speak version="1.1" xmlns:mg="{NAMESPACE}">{body}</speak>'


def _shown(practice: Practice, name: str | None) -> str:
    """A template's name as a person knows its file."""
    if name is None or name == practice.shown:
        return practice.shown
    return f"scripts/{name}"


def _deepest(error: BaseException, practice: Practice) -> tuple[str, int]:
    """File and line of the innermost template frame; Jinja rewrites tracebacks to template lines."""
    place = (practice.shown, 0)
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith(".j2"):
            place = (_shown(practice, name), trace.tb_lineno)
        trace = trace.tb_next
    return place
