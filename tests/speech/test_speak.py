import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meditgen.errors import ClipError, Place, VoiceError
from meditgen.progress import Progress
from meditgen.speech import speak
from meditgen.speech.cards import find_voice
from meditgen.speech.engine import Sound, Voice
from meditgen.speech.engines.tone import ToneEngine
from meditgen.speech.speak import kept_clips, speak_lines
from meditgen.words.nodes import Line

TONE = find_voice("tone")
TEXTS = ("Welcome.", "May you be peaceful.", "Let the next breath arrive in its own time.", "And out, slowly.")


def lines(texts: Sequence[str]) -> list[Line]:
    return [Line(text, text, Place("own.j2", number)) for number, text in enumerate(texts, 1)]


class Faulty(ToneEngine):
    """Hums, but fails at one word: always, or the first time."""

    calls: list[str]
    word = "peaceful"
    forgiving = False
    failure: Exception | None = None

    def speak(self, text: str, voice: Voice) -> Sound:
        first = text not in self.calls
        self.calls.append(text)
        if self.word in text and (first or not self.forgiving):
            if self.failure:
                raise self.failure
            return Sound(np.zeros(9000, np.float32), 22_050)
        return super().speak(text, voice)


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> type[Faulty]:
    class Own(Faulty):
        calls: list[str] = []  # noqa: RUF012 - one list for all instances is the point

    monkeypatch.setattr(speak, "make_engine", lambda name: Own())
    return Own


def no_thread_is_left() -> bool:
    return not [thread for thread in threading.enumerate() if thread.name.startswith("meditgen-voice")]


def test_every_line_gets_its_clip_and_each_text_is_spoken_once(faulty: type[Faulty]) -> None:
    faulty.word = "nothing of the kind"
    result = speak_lines(lines([*TEXTS, TEXTS[0], TEXTS[1]]), TONE)
    assert set(result.clips) == set(TEXTS)
    assert (result.spoken, result.reused) == (4, 0)
    assert sorted(faulty.calls) == sorted(TEXTS)


def test_what_is_kept_is_not_spoken_again() -> None:
    first = speak_lines(lines(TEXTS[:3]), TONE)
    again = speak_lines(lines(TEXTS), TONE)
    assert (again.spoken, again.reused) == (1, 3)
    assert all(again.clips[text] == clip for text, clip in first.clips.items())


def test_a_damaged_clip_is_spoken_again() -> None:
    first = speak_lines(lines(TEXTS), TONE)
    path = first.clips[TEXTS[2]].path
    whole = path.read_bytes()
    path.write_bytes(whole[:200])
    assert speak_lines(lines(TEXTS), TONE).spoken == 1
    assert path.read_bytes() == whole


@settings(max_examples=15, deadline=None)
@given(st.permutations(TEXTS), st.integers(1, 5))
def test_neither_order_nor_workers_change_a_byte(texts: list[str], workers: int) -> None:
    own = replace(TONE, gain_db=TONE.gain_db + 0.001 * workers)  # so that each number of workers speaks anew
    expected = {text: speak_lines(lines([text]), own, workers=1).clips[text].path.read_bytes() for text in TEXTS}
    for clip in speak_lines(lines(texts), own).clips.values():
        clip.path.unlink()
    found = speak_lines(lines(texts), own, workers=workers)
    assert found.spoken == 4
    assert {text: clip.path.read_bytes() for text, clip in found.clips.items()} == expected


@pytest.mark.parametrize(
    "change",
    [
        {"gain_db": 1.0},
        {"pace": replace(TONE.pace, stretch=1.3)},
        {"model": "other"},
        {"engine": "piper", "model": "en_US-joe-medium"},
    ],
)
def test_whatever_shapes_a_clip_is_in_its_name(change: dict[str, object]) -> None:
    speak_lines(lines(TEXTS), TONE)
    assert kept_clips(lines(TEXTS), TONE)
    assert not kept_clips(lines(TEXTS), replace(TONE, **change))  # type: ignore[arg-type]


def test_no_private_word_is_in_a_name() -> None:
    """Law 7."""
    clips = speak_lines(lines(["Think of Grandma Rose now."]), TONE).clips.values()
    names = " ".join(str(path) for clip in clips for path in clip.path.parents[2].rglob("*"))
    assert clips
    assert "rose" not in names.casefold()


def test_a_line_that_fails_is_tried_once_more(faulty: type[Faulty]) -> None:
    faulty.forgiving = True
    assert speak_lines(lines(TEXTS), TONE).spoken == 4
    assert faulty.calls.count(TEXTS[1]) == 2


def test_a_line_that_fails_twice_is_an_error_that_names_it(faulty: type[Faulty]) -> None:
    """Law 4."""
    with pytest.raises(ClipError, match="May you be peaceful") as caught:
        speak_lines(lines(TEXTS), TONE)
    assert str(caught.value).startswith("own.j2:2: ")
    assert faulty.calls.count(TEXTS[1]) == 2
    assert not kept_clips(lines([TEXTS[1]]), TONE)
    assert no_thread_is_left()


def test_an_engines_error_comes_through_and_ends_the_work(faulty: type[Faulty]) -> None:
    faulty.failure = VoiceError("the voice broke.")
    many = [TEXTS[1] + " And much more than that, so that it is the longest.", *(f"Line {n}." for n in range(200))]
    with pytest.raises(VoiceError, match="the voice broke"):
        speak_lines(lines(many), TONE, workers=1)
    assert len(faulty.calls) < 200
    assert no_thread_is_left()


def test_stopping_ends_the_work() -> None:
    def stop(progress: Progress) -> None:
        if progress.done:
            raise KeyboardInterrupt

    many = lines([f"Line number {n} of many." for n in range(300)])
    with pytest.raises(KeyboardInterrupt):
        speak_lines(many, TONE, workers=2, progress=stop)
    assert no_thread_is_left()
    assert 0 < len(kept_clips(many, TONE)) < 300


def test_progress_is_told_in_seconds_of_speech() -> None:
    told: list[Progress] = []
    speak_lines(lines([*TEXTS, TEXTS[0]]), TONE, progress=told.append)
    assert [report.done for report in told] == sorted(report.done for report in told)
    assert told[0].done == 0
    assert told[-1].done == pytest.approx(told[-1].total)
    assert {report.total for report in told} == {told[0].total}
    assert sorted(report.note for report in told[1:]) == sorted(TEXTS)
    told.clear()
    speak_lines(lines(TEXTS), TONE, progress=told.append)
    assert told == []


def test_kept_clips_speaks_nothing() -> None:
    assert kept_clips(lines(TEXTS), TONE) == {}
    spoken = speak_lines(lines(TEXTS[:2]), TONE).clips
    assert kept_clips(lines(TEXTS), TONE) == spoken


def test_kept_clips_needs_no_voice() -> None:
    assert kept_clips(lines(TEXTS), replace(find_voice("joe"), model="/no/such.onnx")) == {}


def test_an_empty_script_is_no_work() -> None:
    assert speak_lines([], TONE).clips == {}


def test_a_warm_start_loads_no_engine() -> None:
    """When all is kept, neither the model's library nor scipy is imported."""
    line = lines(["Welcome."])
    speak_lines(line, find_voice("joe"))
    code = (
        "import sys; from meditgen.errors import Place; from meditgen.words.nodes import Line\n"
        "from meditgen.speech.speak import speak_lines; from meditgen.speech.cards import find_voice\n"
        "done = speak_lines([Line('Welcome.', 'Welcome.', Place('x', 1))], find_voice('joe'))\n"
        "print(done.reused, [name for name in ('onnxruntime', 'piper', 'scipy', 'soundfile') if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "1 []"
