from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from meditgen.track.text import one_line, plain_text

ANY = st.text(st.characters(codec=None))  # halves of surrogate pairs too
PLAIN = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")))


@given(text=ANY)
def test_what_is_left_holds_no_controls_and_can_be_written(text: str) -> None:
    for clean, allowed in ((one_line(text), ""), (plain_text(text), "\n")):
        assert not {letter for letter in clean if unicodedata.category(letter) == "Cc"} - set(allowed)
        clean.encode("utf-8")
        clean.encode("utf-16")
    assert len(one_line(text).splitlines()) <= 1


@given(text=PLAIN)
def test_everything_else_stays(text: str) -> None:
    assert one_line(text) == plain_text(text) == text


@given(text=ANY)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)
    assert plain_text(plain_text(text)) == plain_text(text)


def test_lines_end_one_way() -> None:
    assert plain_text("a\r\nb\rc\nd\x0be") == "a\nb\nc\nd\ne"
    assert one_line("a\r\nb\tc\u2028d") == "a  b c d"


def test_half_a_pair_is_replaced_and_a_whole_one_joined() -> None:
    assert one_line("a\ud83db") == "a\ufffdb"
    assert one_line("\ud83d\ude42") == "🙂"
