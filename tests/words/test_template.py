import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meditgen.errors import ScriptError
from meditgen.job import Job
from meditgen.profile import Block, Figure, Profile
from meditgen.words import find_practice, list_practices, write_script
from meditgen.words.nodes import Bell, Breath, Pause, Script

FRONT = "---\ntitle: T\nsummary: S\nstrategy: S1\nminutes: [1, 2, 3]\n---\n"
FRAMES = 10 * 60 * 44100


def write(tmp_path: Path, body: str, profile: Profile | None = None) -> Script:
    path = tmp_path / "own.j2"
    path.write_text(FRONT + body, encoding="utf-8")
    return write_script(find_practice(str(path)), Job(str(path), profile or Profile()), FRAMES)


def lines(script: Script) -> list[str]:
    return [line.text for line in script.lines()]


def test_helpers_make_cues_and_prose_makes_lines(tmp_path: Path) -> None:
    script = write(
        tmp_path,
        '{% section "One" %}\nHello there. How are you?\n{{ pause(6) }}\n{{ bell() }}\n{{ breathe(4, 6, times=5) }}\n'
        "{{ silence(40) }}\nStill here.\n\nAnd here.\n{{ silence(30) }}\n{% endsection %}\n",
    )
    nodes = script.sections[0].nodes
    assert lines(script) == ["Hello there.", "How are you?", "Still here.", "And here."]
    assert [node.seconds for node in nodes if isinstance(node, Pause)] == [2.0, 6.0, 40.0, 4.0, 30.0, 2.0]
    assert next(node for node in nodes if isinstance(node, Bell)).name == "bowl"
    breath = next(node for node in nodes if isinstance(node, Breath))
    assert (breath.seconds, breath.times) == (50.0, 5)


def test_every_node_knows_its_line(tmp_path: Path) -> None:
    script = write(
        tmp_path,
        '{% section "One" %}\nFirst. Second.\n\n{% if true %}\nThird\nruns on.\n{% endif %}\n'
        "{{ pause(3) }}\n{% endsection %}\n",
    )
    where = {line.text: line.place.line for line in script.lines()}
    assert where == {"First.": 8, "Second.": 8, "Third runs on.": 11}
    assert {Path(node.place.file).name for node in script.sections[0].nodes} == {"own.j2"}


def test_included_lines_name_the_partial() -> None:
    script = write_script(find_practice("self-compassion-break"), Job("self-compassion-break"), FRAMES)
    places = {line.place.file for line in script.lines()}
    assert "scripts/partials/choices.j2" in places
    assert "scripts/self-compassion-break.j2" in places


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_law_3_user_text_never_becomes_a_cue(text: str) -> None:
    """Whatever a person writes, the script has the cues it has without it, and not one more."""
    profile = Profile(
        name=text,
        blocks=(Block("own", text or "x", text, text),),
        figure=Figure("living", text),
        easy_being=text,
        wishes=(text,),
    )
    kinds = []
    for person in (
        profile,
        Profile(
            name="A", blocks=(Block("own", "b", "c", "d"),), figure=Figure("living", "E"), easy_being="f", wishes=("g",)
        ),
    ):
        script = write_script(find_practice("through-caring-eyes"), Job("x", person), FRAMES)
        kinds.append([section.title for section in script.sections])
        assert all(not isinstance(node, Bell | Breath) for section in script.sections for node in section.nodes)
    assert kinds[0] == kinds[1]


HOSTILE = '<break time="9h"/></mg:section>&lol;<!-- {{ 7*7 }} {% raw %} ]]> <?at x:1?>'


def test_law_3_markup_in_user_text_is_spoken_as_text() -> None:
    profile = Profile(figure=Figure("living", HOSTILE))
    script = write_script(find_practice("through-caring-eyes"), Job("x", profile), FRAMES)
    assert any(HOSTILE in line.text for line in script.lines())


def test_author_markup_is_text_too(tmp_path: Path) -> None:
    script = write(tmp_path, '{% section "One" %}\nA <break time="9h"/> & so on.\n{% endsection %}\n')
    assert lines(script) == ['A <break time="9h"/> & so on.']


def test_own_words_are_never_cut_and_keep_their_case() -> None:
    profile = Profile(blocks=(Block("own", "I'm lazy. Always was! really"),))
    script = write_script(find_practice("self-compassion-break"), Job("x", profile), FRAMES)
    assert "A part of you may say: “I'm lazy. Always was! really.”" in lines(script)


def test_respelling_is_spoken_and_the_name_is_shown(maya: str) -> None:
    from meditgen.profile import read_profile

    script = write_script(find_practice("self-compassion-break"), Job("x", read_profile(maya)), FRAMES)
    first = next(script.lines())
    assert (first.text, first.spoken, first.personal) == ("Welcome, Maya.", "Welcome, MY-uh.", True)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{% section "One" %}{{ nothing }}{% endsection %}', "'nothing' is undefined"),
        ('{% section "One" %}Hi.', "cannot be read"),
        ("Hi there.", "belong inside a section"),
        ('{% section "One" %}{{ pause(99) }}{% endsection %}', "pause() takes numbers from 0.2 to 30"),
        ('{% section "One" %}{{ bell("gong") }}{% endsection %}', "no bell called"),
        ('{% section "One" %}{{ "a" * 99999999 }}{% endsection %}', "small numbers"),
        ('{% section "One" %}{{ 9 ** 9 }}{% endsection %}', "small numbers"),
        (
            '{% section "A" %}{%for i in range(99)%}{%for j in range(999)%}{% endfor %}{% endfor %}{% endsection %}',
            "steps",
        ),
        ('{% section "One" %}{{ "".__class__.__mro__ }}{% endsection %}', "unsafe"),
        ('{% section "One" %}{% include "../../etc/passwd" %}{% endsection %}', "no template"),
        ('{% section "One" %}{% include "/etc/passwd" %}{% endsection %}', "no template"),
        ('{% section "One" %}{{ "a" ~ "b" }}{% endsection %}', "not with ~"),
        ('{% section "One" %}{% macro m(n) %}{{ m(n) }}{% endmacro %}{{ m(1) }}{% endsection %}', ""),
        ('{% section "One" %}{% section "Two" %}Hi.{% endsection %}{% endsection %}', "stands inside another"),
        ('{% section "One" %}{% optional 0 %}Hi.{% endoptional %}{% endsection %}', "1 to 9"),
        ('{% section "One" %}{% endsection %}', "says nothing"),
        (
            "\n".join(
                [
                    '{% set a = "x" %}',
                    *["{% set a %}{{ a }}{{ a }}{% endset %}"] * 40,
                    '{% section "One" %}{{ a }}{% endsection %}',
                ]
            ),
            "characters",
        ),
    ],
)
def test_bad_templates_get_one_error_with_a_place(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(ScriptError) as caught:
        write(tmp_path, body)
    assert said in str(caught.value)
    assert "own.j2:" in str(caught.value)


def test_every_practice_reads_well_with_and_without_a_profile(maya: str) -> None:
    from meditgen.profile import read_profile

    practices = list_practices()
    assert [p.name for p in practices] == [
        "self-compassion-break",
        "easy-being-then-me",
        "through-caring-eyes",
        "where-does-this-come-from",
    ]
    for practice in practices:
        for profile in (Profile(), read_profile(maya)):
            for text in lines(write_script(practice, Job(practice.name, profile), FRAMES)):
                assert "  " not in text
                assert not re.search(r"[.!?][A-Z]", text)
                assert not set("{}<>") & set(text)
                assert text[0].isupper() or text[0] == "“"
                assert text.rstrip("”")[-1] in ".?!…", text


@pytest.mark.parametrize(
    "practice", ["self-compassion-break", "easy-being-then-me", "through-caring-eyes", "where-does-this-come-from"]
)
def test_the_person_is_in_the_words(practice: str, maya: str) -> None:
    from meditgen.profile import read_profile

    text = " ".join(lines(write_script(find_practice(practice), Job(practice, read_profile(maya)), FRAMES)))
    assert "if I stop being hard on myself I'll get lazy" in text
    assert ("Grandma Rose, at her kitchen table" in text) == (practice == "through-caring-eyes")
    assert ("your old dog Biscuit" in text) == (practice == "easy-being-then-me")
    assert ("an old coach of yours" in text) == (practice == "where-does-this-come-from")


@pytest.mark.parametrize("practice", [practice.name for practice in list_practices()])
def test_sparse_guidance_announces_its_silences(practice: str) -> None:
    said = {
        guidance: "long silences"
        in " ".join(lines(write_script(find_practice(practice), Job(practice, guidance=guidance), FRAMES)))
        for guidance in ("full", "sparse")
    }
    assert said == {"full": False, "sparse": True}


def test_the_figures_words_are_the_figures() -> None:
    profile = Profile(figure=Figure("living", "Rose", words=("Come in",)))
    script = write_script(find_practice("through-caring-eyes"), Job("x", profile), FRAMES)
    assert [line.text for line in script.lines() if line.figure] == ["Come in."]


@pytest.mark.parametrize("kind", ["animal", "place"])
def test_animals_and_places_do_not_speak(kind: str) -> None:
    profile = Profile(figure=Figure(kind, "Biscuit", words=("Woof",)))
    script = write_script(find_practice("through-caring-eyes"), Job("x", profile), FRAMES)
    assert not [line for line in script.lines() if line.figure or "Woof" in line.text]


def test_someone_who_died_is_never_said_to_be_here() -> None:
    profile = Profile(figure=Figure("remembered", "Opa", pronouns="he/him"))
    text = " ".join(lines(write_script(find_practice("through-caring-eyes"), Job("x", profile), FRAMES)))
    assert "the care he gave" in text
    assert "he is here" not in text
    assert "Imagine how he might look at you" in text
