from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from meditgen.errors import LengthError, Place
from meditgen.speech.clip import Clip
from meditgen.timeline import Timeline, fit, length_bounds, passage_choices
from meditgen.timeline.passages import with_passages, words_for
from meditgen.units import GRID_FRAMES, SAMPLE_RATE, to_frames
from meditgen.words.nodes import Bell, Breath, Line, Node, Pause, Script, Section

HERE = Place("x", 1)


def line(text: str, optional: int = 0) -> Line:
    return Line(text, text, HERE, optional=optional)


def clips_for(script: Script) -> dict[str, Clip]:
    return {node.spoken: Clip("", 9000 + 2500 * len(node.text), Path("x")) for node in script.lines()}


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    sections = []
    for number in range(draw(st.integers(1, 6))):
        nodes: list[Node] = []
        for index in range(draw(st.integers(1, 6))):
            nodes.append(line(f"Line {number} {index} " + "word " * draw(st.integers(0, 9))))
            if draw(st.booleans()):
                nodes.append(Bell("bowl", HERE))
            if draw(st.integers(0, 5)) == 0:
                nodes.append(Breath(4.0, 6.0, 2, HERE))
            seconds = draw(st.floats(0.5, 20))
            nodes.append(Pause(seconds, seconds * 0.6, seconds * 2.2, HERE))
        nodes.append(Pause(7.0, 3.5, 16.0, HERE))
        sections.append(Section(f"S{number}", tuple(nodes), HERE))
    return Script("x", "X", tuple(sections))


def check(timeline: Timeline, script: Script, frames: int) -> None:
    assert timeline.frames == frames == timeline.sections[-1].end
    assert timeline.sections[0].start == 0
    for before, after in pairwise(timeline.sections):
        assert before.end == after.start
        assert after.start % GRID_FRAMES == 0
    assert [spoken.line for spoken in timeline.spoken] == list(script.lines())
    assert timeline.spoken[0].start >= to_frames(12)
    for before, after in pairwise(timeline.spoken):
        assert after.start > before.end
    assert timeline.spoken[-1].end <= frames - to_frames(12)
    assert [strike.start for strike in timeline.strikes] == sorted(strike.start for strike in timeline.strikes)


@given(scripts(), st.floats(0, 1), st.sampled_from(["wake", "sleep"]))
@settings(deadline=None)
def test_law_8_the_length_asked_for_is_the_length_of_the_plan(script: Script, where: float, ending: str) -> None:
    clips = clips_for(script)
    low, high = length_bounds(script, lambda node: clips[node.spoken].frames, ending=ending)
    assume(low <= high)
    frames = round(low + (high - low) * where)
    check(fit(script, clips, frames, ending=ending), script, frames)


@given(scripts(), st.sampled_from([-1, 1]))
@settings(deadline=None)
def test_a_length_out_of_reach_names_the_nearest(script: Script, side: int) -> None:
    clips = clips_for(script)
    low, high = length_bounds(script, lambda node: clips[node.spoken].frames)
    frames = low - 2 * SAMPLE_RATE if side < 0 else high + 2 * SAMPLE_RATE
    assume(frames > 0)
    with pytest.raises(LengthError, match="The nearest length is") as caught:
        fit(script, clips, frames)
    minutes, _, seconds = caught.value.hint.split("The nearest length is ")[1].split(";")[0].partition(":")
    nearest = (int(minutes) * 60 + int(seconds)) * SAMPLE_RATE
    check(fit(script, clips, nearest), script, nearest)


@given(scripts())
@settings(deadline=None, max_examples=40)
def test_pauses_stay_inside_their_bounds(script: Script) -> None:
    clips = clips_for(script)
    low, high = length_bounds(script, lambda node: clips[node.spoken].frames)
    assume(low <= high)
    timeline = fit(script, clips, (low + high) // 2)
    starts = iter(timeline.spoken)
    for section in script.sections:
        nodes = [node for node in section.nodes if isinstance(node, Line | Pause)]
        spoken = [next(starts) for node in nodes if isinstance(node, Line)]
        for before, after in pairwise(spoken):
            gap = after.start - before.end
            at = nodes.index(before.line)
            pause = nodes[at + 1]
            assert isinstance(pause, Pause)
            breaths = sum(
                to_frames(node.inhale + node.exhale) * node.times
                for node in section.nodes[section.nodes.index(before.line) : section.nodes.index(after.line)]
                if isinstance(node, Breath)
            )
            assert to_frames(pause.least) <= gap - breaths <= to_frames(pause.most) + len(section.nodes)


def test_a_change_in_one_section_leaves_the_others_where_they_were() -> None:
    sections = [
        Section(
            f"S{n}",
            (line(f"Words {n} " * 6), Pause(9, 5, 20, HERE), line(f"More {n} " * 4), Pause(7, 3.5, 16, HERE)),
            HERE,
        )
        for n in range(5)
    ]
    script = Script("x", "X", tuple(sections))
    edited = Script(
        "x", "X", (*sections[:2], Section("S2", (line("Changed " * 7), *sections[2].nodes[1:]), HERE), *sections[3:])
    )
    frames = 150 * SAMPLE_RATE
    before, after = fit(script, clips_for(script), frames), fit(edited, clips_for(edited), frames)
    assert before.sections == after.sections
    for old, new in zip(before.spoken, after.spoken, strict=True):
        if not before.sections[2].start <= old.start < before.sections[2].end:
            assert (old.start, old.line) == (new.start, new.line)


def test_the_longer_the_track_the_more_is_said() -> None:
    nodes = tuple(line(f"{number} " + "word " * 99, optional=number) for number in range(5))
    script = Script("x", "X", (Section("S", nodes, HERE),))
    said = [
        sum(node.words for node in passage_choices(script, minutes * 60 * SAMPLE_RATE)[0].lines())
        for minutes in (1, 5, 8, 20)
    ]
    assert said == [100, 300, 500, 500]
    assert (
        sum(node.words for node in passage_choices(script, 20 * 60 * SAMPLE_RATE, guidance="sparse")[0].lines()) == 100
    )


def test_bells_only_says_nothing_and_keeps_the_sections() -> None:
    script = Script(
        "x", "X", tuple(Section(f"S{n}", (line("Hi there."), Pause(7, 3.5, 16, HERE)), HERE) for n in range(3))
    )
    (bells,) = passage_choices(script, 60 * SAMPLE_RATE, guidance="bells")
    assert not list(bells.lines())
    timeline = fit(bells, {}, 5 * 60 * SAMPLE_RATE)
    assert len(timeline.sections) == 3
    assert [strike.start for strike in timeline.strikes[1:-1]] == [span.start for span in timeline.sections[1:]]


def test_optional_passages_leave_with_their_silence() -> None:
    nodes = (line("Always."), Pause(2, 1, 4, HERE), line("Sometimes.", 2), Pause(9, 5, 20, HERE, 2))
    script = Script("x", "X", (Section("S", nodes, HERE),))
    assert with_passages(script, 1).sections[0].nodes == nodes[:2]


@pytest.mark.parametrize(("minutes", "words"), [(5, 340), (10, 580), (15, 790), (20, 950)])
def test_words_follow_the_table(minutes: int, words: int) -> None:
    assert words_for(minutes * 60 * SAMPLE_RATE) == pytest.approx(words)
