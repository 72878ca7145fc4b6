from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditgen.errors import Place, ScriptError
from meditgen.words.nodes import Line, Pause, Script
from meditgen.words.parser import parse_ssml
from meditgen.words.sentences import Run, sentences

HERE = Place("x.ssml", 1)


def parse(text: str) -> Script:
    return parse_ssml(text, "x.ssml", practice="x", title="X")


def cut(text: str) -> list[str]:
    return [sentence.text for sentence in sentences([Run(text, HERE)])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two? Three!", ["One.", "Two?", "Three!"]),
        ("Dr. Rose is here. Good.", ["Dr. Rose is here.", "Good."]),
        ("You might say: “It is hard.” And rest.", ["You might say: “It is hard.”", "And rest."]),
        ("Well… perhaps. Or not…", ["Well… perhaps.", "Or not…"]),
        ("So do I. And you.", ["So do I.", "And you."]),
        ("No mark\n\nNew paragraph", ["No mark", "New paragraph"]),
        ("It is 3.5 percent, i.e. a little.", ["It is 3.5 percent, i.e. a little."]),
        ("  Many   spaces \n here .  ", ["Many spaces here."]),
        ("… —", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@given(st.text(alphabet="ab .?!…“”\n", max_size=80))
def test_no_word_is_lost_between_sentences(text: str) -> None:
    letters = [c for c in text if c.isalnum()]
    assert [c for sentence in cut(text) for c in sentence if c.isalnum()] == letters


def test_plain_ssml_is_a_script() -> None:
    script = parse(
        '<?xml version="1.0"?>\n<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis">\n'
        '<p>Hello <sub alias="MY-uh">Maya</sub>.</p>\n<break time="2500ms"/>\n'
        '<s>Rest now.</s><break strength="strong"/></speak>'
    )
    (section,) = script.sections
    assert [(line.text, line.spoken, line.place.line) for line in script.lines()] == [
        ("Hello Maya.", "Hello MY-uh.", 3),
        ("Rest now.", "Rest now.", 5),
    ]
    assert [node.seconds for node in section.nodes if isinstance(node, Pause)] == [2.5, 4.0, 2.0]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]>\n<speak>&a;</speak>', 1, "document type"),
        ("<speak>\n<audio src='http://x'/></speak>", 2, "<audio> is not known"),
        ("<speak>\nHi.", 2, "not well-formed"),
        ("<speak><break time='9h'/>Hi.</speak>", 1, "is no time"),
        ("<speak><break strength='loud'/>Hi.</speak>", 1, "no strength"),
        ("<speak></speak>", 0, "says nothing"),
        ("<speak>" + "<p>" * 40 + "Hi." + "</p>" * 40 + "</speak>", 1, "too deeply"),
    ],
)
def test_refusals_name_the_line(text: str, line: int, said: str) -> None:
    with pytest.raises(ScriptError, match=r"\S") as caught:
        parse(text)
    assert said in str(caught.value)
    assert caught.value.where == Place("x.ssml", line)


def test_own_words_can_be_left_out() -> None:
    own = '<mg:own alias="ro &amp; se">R &amp; <!-- x -->R</mg:own>'
    script = parse(f'<speak xmlns:mg="urn:meditgen:script:1">See {own}, and {own}.</speak>')
    (line,) = script.lines()
    assert (line.text, line.public, line.personal) == ("See R & R, and R & R.", "See …, and ….", True)
    assert line.spoken == "See ro & se, and ro & se."


def test_every_line_is_followed_by_silence() -> None:
    script = parse("<speak>One. Two.\n\nThree.<break time='9s'/>Four.</speak>")
    nodes = script.sections[0].nodes
    for node, following in pairwise(nodes):
        assert not (isinstance(node, Line) and isinstance(following, Line))
        assert not (isinstance(node, Pause) and isinstance(following, Pause))
    assert [node.seconds for node in nodes if isinstance(node, Pause)] == [2.0, 4.0, 9.0, 7.0]


@given(st.text(max_size=120))
def test_any_text_is_a_script_or_one_clear_error(text: str) -> None:
    try:
        script = parse(text)
    except ScriptError as error:
        assert str(error).startswith("x.ssml")
    else:
        assert list(script.lines())
