"""Law: user text never becomes a field, and tags never touch the sound."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import mutagen
import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from meditgen.encode import FORMATS
from meditgen.encode.source import Run
from meditgen.errors import EncodeError
from meditgen.timeline.timeline import Span
from meditgen.track.tagging import finish, front
from meditgen.track.tags import Tags

RATE = 44_100
every_format = pytest.mark.parametrize("name", sorted(FORMATS))
FULL = Tags(
    title="Kind — to me 🙂",
    artist="Grandma\nRose",
    album="Eight weeks",
    number=3,
    of=8,
    genre="Meditation",
    day=date(2026, 2, 3),
    language="eng",
    comment="one\ntwo",
    lyrics="Breathe in.\nBreathe out.",
    encoder="meditgen",
    chapters=(Span("Arriving, slowly", 0, RATE), Span("Rest", RATE, 2 * RATE), Span("日本", 2 * RATE, 3 * RATE)),
)
HOSTILE = [
    "a\nREPLAYGAIN_TRACK_GAIN=99 dB",
    "a\0TIT2\0\0\0\5\0\0\0evil",
    "CHAPTER000=00:00:00.000",
    "\ud800 half",
    "\ufeffmarked",
    "(17)rock",
    "\r\nTITLE=two",
    "\xff\xfb\x90\x44" * 50,
    "x" * 5000,
]


class Tone:
    frames = 3 * RATE

    def render(self, start: int, frames: int) -> np.ndarray:
        wave = 0.3 * np.sin(np.arange(start, start + frames) * 0.05)
        return np.stack((wave, wave), 1).astype(np.float32)


@cache
def untagged(name: str, head: bytes) -> bytes:
    stream = io.BytesIO()
    FORMATS[name].write(Tone(), stream, Run(head=head))
    return stream.getvalue()


def tagged(name: str, tags: Tags) -> io.BytesIO:
    stream = io.BytesIO(untagged(name, front(name, tags)))
    finish(name, stream, replace(tags, gain_db=-4.5, peak=0.7))
    stream.seek(0)
    return stream


def title(file: mutagen.FileType) -> list[str]:
    return list(file.tags["TITLE"]) if "TITLE" in file.tags else list(file.tags["TIT2"].text)


def sound(stream: io.BytesIO) -> np.ndarray:
    stream.seek(0)
    return np.asarray(soundfile.read(stream, always_2d=True)[0])


@every_format
def test_tags_never_touch_the_sound(name: str) -> None:
    np.testing.assert_array_equal(sound(tagged(name, FULL)), sound(io.BytesIO(untagged(name, b""))))


def test_an_mp3s_tag_is_rewritten_in_its_place() -> None:
    before, after = untagged("mp3", front("mp3", FULL)), tagged("mp3", FULL).getvalue()
    room = len(front("mp3", FULL))
    assert before[room:] == after[room:]
    assert b"REPLAYGAIN".decode().encode("utf-16-le") in after[:room]


@every_format
def test_tagging_is_deterministic(name: str) -> None:
    assert tagged(name, FULL).getvalue() == tagged(name, FULL).getvalue()


@pytest.mark.parametrize("name", ["mp3", "wav"])
def test_id3_comes_back(name: str) -> None:
    tags = mutagen.File(tagged(name, FULL)).tags
    assert tags.version == (2, 3, 0)
    assert (str(tags["TIT2"]), str(tags["TPE1"]), str(tags["TRCK"])) == ("Kind — to me 🙂", "Grandma Rose", "3/8")
    assert str(tags["TXXX:REPLAYGAIN_TRACK_GAIN"]) == "-4.50 dB"
    assert str(tags["USLT::eng"]) == FULL.lyrics
    assert [str(chapter.sub_frames["TIT2"]) for chapter in tags.getall("CHAP")] == [
        span.title for span in FULL.chapters
    ]


def test_vorbis_comments_come_back() -> None:
    tags = mutagen.File(tagged("flac", FULL)).tags
    assert dict(tags.as_dict()) == {
        "title": ["Kind — to me 🙂"],
        "artist": ["Grandma Rose"],
        "album": ["Eight weeks"],
        "tracknumber": ["3"],
        "tracktotal": ["8"],
        "genre": ["Meditation"],
        "date": ["2026-02-03"],
        "language": ["eng"],
        "comment": ["one\ntwo"],
        "encoder": ["meditgen"],
        "replaygain_track_gain": ["-4.50 dB"],
        "replaygain_track_peak": ["0.700000"],
        "chapter000": ["00:00:00.000"],
        "chapter000name": ["Arriving, slowly"],
        "chapter001": ["00:00:01.000"],
        "chapter001name": ["Rest"],
        "chapter002": ["00:00:02.000"],
        "chapter002name": ["日本"],
        "lyrics": ["Breathe in.\nBreathe out."],
    }


@every_format
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text(name: str, text: str) -> None:
    chapters = (Span(text, 0, RATE), Span("b", RATE, 2 * RATE))
    tags = replace(FULL, title=text, artist=text, comment=text, lyrics=text, chapters=chapters)
    found, usual = (
        mutagen.File(tagged(name, tags)),
        mutagen.File(tagged(name, replace(FULL, chapters=chapters[1:] * 2))),
    )
    assert title(found) == [tags.title]
    assert {key.rstrip("_") for key in found.tags.keys()} == {key.rstrip("_") for key in usual.tags.keys()}  # noqa: SIM118 - mutagen's FLAC tags iterate over pairs
    assert len(sound(tagged(name, tags))) == Tone.frames


@every_format
@given(text=st.text(min_size=1, max_size=30))
@settings(max_examples=25, deadline=None)
def test_any_title_comes_back(name: str, text: str) -> None:
    tags = Tags(title="." + text)
    assert title(mutagen.File(tagged(name, tags))) == [tags.title]


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="no ffprobe")
@every_format
def test_ffprobe_reads_the_same(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"track.{name}"
    path.write_bytes(tagged(name, FULL).getvalue())
    command = ["ffprobe", "-v", "error", "-show_chapters", "-show_format", "-of", "json", path]
    probed = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    found = {key.lower(): value for key, value in probed["format"]["tags"].items()}
    assert found["title"] == FULL.title
    assert found["artist"] == "Grandma Rose"
    assert found["replaygain_track_gain"] == "-4.50 dB"
    assert [(chapter["start_time"], chapter["tags"]["title"]) for chapter in probed["chapters"]] == [
        ("0.000000", "Arriving, slowly"),
        ("1.000000", "Rest"),
        ("2.000000", "日本"),
    ]


@pytest.mark.parametrize("name", ["flac", "wav"])
def test_a_broken_track_is_an_error(name: str) -> None:
    with pytest.raises(EncodeError, match="tags could not be written"):
        finish(name, io.BytesIO(b"nothing of the kind"), FULL)


def test_an_mp3_without_room_is_an_error() -> None:
    with pytest.raises(EncodeError, match="tags could not be written"):
        finish("mp3", io.BytesIO(untagged("mp3", b"")), FULL)


class FullDisk(io.BytesIO):
    def write(self, data: bytes) -> int:  # type: ignore[override]
        if data:
            raise OSError(28, "No space left on device")
        return 0


@every_format
def test_a_full_disk_is_the_streams_own_error(name: str) -> None:
    stream = FullDisk(untagged(name, front(name, FULL)))
    with pytest.raises(OSError, match="No space"):
        finish(name, stream, FULL)
