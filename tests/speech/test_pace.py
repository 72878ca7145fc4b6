from hypothesis import given
from hypothesis import strategies as st

from meditgen.speech.cards import find_voice
from meditgen.speech.pace import estimate_seconds, without_signs

JOE = find_voice("joe")


@given(st.text(max_size=200), st.text(alphabet="abcdefgh ,.", min_size=1, max_size=50))
def test_more_words_never_take_less_time(text: str, more: str) -> None:
    assert 0 <= estimate_seconds(text, JOE) <= estimate_seconds(text + more, JOE)


@given(st.text(alphabet="…,.!?;: -–—'\"()", max_size=20))
def test_where_nothing_is_said_nothing_is_expected(text: str) -> None:
    assert estimate_seconds(text, JOE) == 0.0


def test_inner_marks_count_and_the_last_one_does_not() -> None:
    plain = estimate_seconds("Breathe in gently now", JOE)
    assert estimate_seconds("Breathe in, gently now.", JOE) == plain + JOE.estimate.mark


def test_signs_may_be_read_out() -> None:
    assert estimate_seconds("you & me", JOE) > estimate_seconds("you me", JOE)
    assert without_signs("you & me ☀, then 3") == "you  me , then 3"
