import sys
from dataclasses import replace
from pathlib import Path

import mutagen.id3
import numpy as np
import pyloudnorm
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import meditgen
from meditgen.errors import LengthError, UnknownNameError
from meditgen.job import Job
from meditgen.pipeline import arrange, preview, render
from meditgen.profile import Profile, read_profile
from meditgen.progress import Progress
from meditgen.sound.beds import open_bed
from meditgen.sound.mixer import Mix
from meditgen.speech.cards import find_voice
from meditgen.speech.speak import speak_lines
from meditgen.timeline import Timeline, fit
from meditgen.units import SAMPLE_RATE, parse_length, to_seconds
from meditgen.words import find_practice
from meditgen.words.persona import private_words

FIVE = parse_length("5:00")
PRACTICES = ("self-compassion-break", "easy-being-then-me", "through-caring-eyes", "where-does-this-come-from")


def job(practice: str = "self-compassion-break", **chosen: object) -> Job:
    return Job(practice, **({"voice": "tone", "seed": 3} | chosen))  # type: ignore[arg-type]


def timeline_of(one: Job) -> Timeline:
    """The timeline a render of ``one`` follows."""
    practice = find_practice(one.practice)
    frames = practice.length(one.frames)
    voice = find_voice(one.voice)
    script = arrange(practice, one, frames, voice)
    return fit(script, speak_lines(list(script.lines()), voice).clips, frames)


def test_a_personal_mp3(tmp_path: Path, maya: str) -> None:
    reports: list[Progress] = []
    profile = read_profile(maya)
    track = render(
        job("through-caring-eyes", profile=profile, frames=parse_length("8")), tmp_path, progress=reports.append
    )
    assert track.path == tmp_path / "through-caring-eyes-8m.mp3"
    assert list(tmp_path.iterdir()) == [track.path]
    assert track.as_dict()["seconds"] == 480.0
    assert soundfile.info(track.path).frames == parse_length("8")
    assert track.lines > 30
    assert (track.clips_reused, track.clips_spoken) == (0, track.clips_spoken)
    assert track.true_peak_dbtp <= -1.5
    assert [r.stage for r in reports if r.stage == "Mixing"]
    assert reports[-1].done == reports[-1].total
    again = render(job("through-caring-eyes", profile=profile, frames=parse_length("9")), tmp_path)
    assert again.clips_reused >= 30


@pytest.mark.parametrize("form", ["mp3", "flac", "wav"])
def test_law_2_same_job_same_bytes(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From an empty cache or a full one, by one worker or three."""
    first = render(job(format=form), tmp_path / "a", workers=1).path.read_bytes()
    second = render(job(format=form), tmp_path / "b", workers=3).path.read_bytes()
    monkeypatch.setenv("MEDITGEN_CACHE", str(tmp_path / "another"))
    third = render(job(format=form), tmp_path / "c", workers=2).path.read_bytes()
    assert first == second == third


@given(st.integers(parse_length("5:20"), parse_length("9:30")))
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_law_8_the_length_asked_for_is_the_length_that_plays(tmp_path: Path, frames: int) -> None:
    track = render(job(frames=frames, guidance="sparse"), tmp_path)
    assert track.frames == frames
    assert soundfile.info(track.path).frames == frames
    assert len(soundfile.read(track.path)[0]) == frames


def test_law_5_nothing_leaves_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, maya: str) -> None:
    """Whoever asks for a socket that could reach another machine is refused, and told of here."""
    asked = []

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"} and watching:
            asked.append((event, arguments))
            raise PermissionError(event)

    watching = True
    sys.addaudithook(refuse)  # hooks cannot be taken away, only told to look elsewhere
    try:
        render(job(profile=read_profile(maya), voice="joe", guidance="sparse", frames=FIVE), tmp_path)
    finally:
        watching = False
    assert asked == []


def test_law_7_private_words_are_in_no_name_tag_or_cache(tmp_path: Path, maya: str, own_folders: Path) -> None:
    profile = read_profile(maya)
    track = render(job("through-caring-eyes", profile=profile), tmp_path)
    haystack = str(track.path).encode() + track.path.read_bytes()
    tags = mutagen.id3.ID3(track.path)
    shown = repr(dict(tags)).encode("unicode_escape")
    names = " ".join(str(path.relative_to(own_folders)) for path in own_folders.rglob("*")).encode()
    for words in private_words(profile):
        for form in (
            words.encode(),
            words.encode("utf-16-le"),
            words.encode("utf-16-be"),
            words.encode("unicode_escape"),
        ):
            assert form not in haystack
            assert form not in shown
            assert form not in names
    assert "See yourself" in str(tags["COMM::eng"])
    assert "Welcome, …." in str(tags.getall("USLT")[0])


def test_personal_tags_are_there_when_asked_for(tmp_path: Path, maya: str) -> None:
    track = render(job("through-caring-eyes", profile=read_profile(maya), personal_tags=True), tmp_path)
    assert "Grandma Rose" in str(mutagen.id3.ID3(track.path).getall("USLT")[0])


def test_tags_and_chapters(tmp_path: Path) -> None:
    from datetime import date

    track = render(job(day=date(2026, 3, 4)), tmp_path)
    tags = mutagen.id3.ID3(track.path)
    assert [str(tags[frame]) for frame in ("TIT2", "TPE1", "TCON", "TLAN", "TRCK")] == [
        "Self-compassion break",
        "meditgen",
        "Meditation",
        "eng",
        "1/1",
    ]
    assert str(tags["TDRC"]).startswith("2026-03-04")
    assert meditgen.__version__ in str(tags["COMM::eng"])
    chapters = sorted(tags.getall("CHAP"), key=lambda chapter: chapter.start_time)
    assert [str(chapter.sub_frames["TIT2"]) for chapter in chapters] == [span.title for span in track.sections]
    for chapter, span in zip(chapters, track.sections, strict=True):
        assert chapter.start_time == pytest.approx(to_seconds(span.start) * 1000, abs=1)
        assert chapter.end_time == pytest.approx(to_seconds(span.end) * 1000, abs=1)


def test_preview_tells_the_times_of_the_track(tmp_path: Path) -> None:
    guess = preview(job())
    render(job(), tmp_path)
    exact = preview(job())
    assert exact.spoken == timeline_of(job()).spoken
    assert [spoken.line for spoken in guess.spoken] == [spoken.line for spoken in exact.spoken]
    for before, after in zip(guess.spoken, exact.spoken, strict=True):
        assert abs(before.start - after.start) < 15 * SAMPLE_RATE


def loudness(pcm: np.ndarray) -> float:
    """BS.1770-4 by a meter that is not ours, at the rate its filters were made for."""
    return float(pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(pcm.astype(np.float64)))


@pytest.mark.parametrize("bed", ["rain", "ocean", "drone"])
def test_speech_is_the_anchor_and_the_bed_lies_under_it(bed: str) -> None:
    """Speech −18 LUFS ± 0.5 on spoken spans; the bed 16 LU ± 1.5 under it while it speaks."""
    one = job(voice="joe", frames=FIVE)
    timeline = timeline_of(one)
    mix = Mix(timeline, open_bed(bed, 3))
    stems = {name: mix.stem(name, 0, mix.frames) for name in ("voice", "bed")}
    whole = mix.render(0, mix.frames)

    def spoken(pcm: np.ndarray) -> np.ndarray:
        return np.concatenate([pcm[line.start : line.end] for line in timeline.spoken])

    assert loudness(spoken(whole)) == pytest.approx(-18.0, abs=0.5)
    assert loudness(spoken(stems["voice"])) - loudness(spoken(stems["bed"])) == pytest.approx(16.0, abs=1.5)


@pytest.mark.parametrize("practice", PRACTICES)
@pytest.mark.parametrize("which", ["least", "usual", "most"])
def test_every_practice_meets_its_lengths(practice: str, which: str, tmp_path: Path, maya: str) -> None:
    minutes = find_practice(practice).minutes[("least", "usual", "most").index(which)]
    frames = parse_length(f"{minutes:g}")
    for profile in (Profile(), read_profile(maya)):
        for ending in ("wake", "sleep"):
            timeline = preview(job(practice, profile=profile, frames=frames, ending=ending, voice="joe"))
            assert timeline.frames == frames


def test_a_length_outside_the_practice_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(LengthError, match="Ask for 10:00, the nearest"):
        render(job(frames=parse_length("45")), tmp_path)
    assert not list(tmp_path.iterdir())


def test_one_edited_line_speaks_one_line(tmp_path: Path) -> None:
    practice = tmp_path / "own.j2"
    text = find_practice("self-compassion-break").path.read_text(encoding="utf-8")
    practice.write_text(text, encoding="utf-8")
    render(job(str(practice)), tmp_path)
    practice.write_text(
        text.replace("All of these feelings are okay.", "All these feelings are okay."), encoding="utf-8"
    )
    track = render(job(str(practice)), tmp_path)
    assert (track.clips_spoken, track.clips_reused) == (1, track.lines - 1)


def test_unknown_names_get_the_nearest(tmp_path: Path) -> None:
    for wrong, right in (
        (job("self-compasion-break"), "self-compassion-break"),
        (job(voice="jo"), "joe"),
        (job(bed="ocen"), "ocean"),
        (job(format="mp4"), "mp3"),
    ):
        with pytest.raises(UnknownNameError, match=f"“{right}”"):
            render(wrong, tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_public_face_is_whole_and_sorted() -> None:
    assert meditgen.__all__ == sorted(meditgen.__all__)
    for name in meditgen.__all__:
        assert getattr(meditgen, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = meditgen.nothing
    assert replace(job(), seed=4) != job()
