"""User text made fit for a tag: any letter stays, nothing in it can end a field or begin another."""

from __future__ import annotations

__all__ = ["one_line", "plain_text"]

_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)))  # Unicode's category Cc: removed …
_SPACES = dict.fromkeys(map(ord, "\t\n\v\f\r\x85\u2028\u2029"), " ")  # … but for those that stand for room
_ONE_LINE = _CONTROLS | _SPACES
_LINES = _CONTROLS | {ord("\n"): "\n", ord("\t"): " ", **dict.fromkeys(map(ord, "\v\f\r\x85"), "\n")}


def one_line(text: str) -> str:
    """``text`` without control characters, on one line; half a surrogate pair becomes U+FFFD.

    >>> one_line("Kind\\nto\\x00 me")
    'Kind to me'
    """
    return _whole(text).translate(_ONE_LINE)


def plain_text(text: str) -> str:
    """The same for text that may have several lines; every line ends in ``\\n``, or nothing.

    >>> plain_text("In\\r\\nand out\\x1b")
    'In\\nand out'
    """
    return _whole(text).replace("\r\n", "\n").translate(_LINES)


def _whole(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
