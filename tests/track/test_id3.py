from __future__ import annotations

import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen.id3 import ID3

from meditgen.timeline.timeline import Span
from meditgen.track.id3 import id3_bytes, id3_size
from meditgen.track.tags import Tags

TEXT = st.text(max_size=40)
FULL = Tags(
    title="Kind to me",
    artist="A/B",
    album="Eight weeks",
    number=3,
    of=8,
    genre="Meditation",
    day=date(2026, 2, 3),
    language="eng",
    comment="one\ntwo",
    lyrics="Breathe in.\nBreathe out.",
    gain_db=-1.5,
    peak=0.84,
    encoder="meditgen",
)


def read(data: bytes, *, translate: bool = True) -> ID3:
    return ID3(io.BytesIO(data), translate=translate)


def in_file_order(data: bytes, name: bytes) -> list[int]:
    """Where frames called ``name`` begin."""
    found, at = [], data.find(name)
    while at >= 0:
        found.append(at)
        at = data.find(name, at + 1)
    return found


def test_every_field_comes_back() -> None:
    tag = read(id3_bytes(FULL), translate=False)
    assert tag.version == (2, 3, 0)
    texts = {name: str(tag[name]) for name in ("TIT2", "TPE1", "TALB", "TRCK", "TCON", "TYER", "TDAT", "TLAN", "TSSE")}
    assert texts == {
        "TIT2": "Kind to me",
        "TPE1": "A/B",
        "TALB": "Eight weeks",
        "TRCK": "3/8",
        "TCON": "Meditation",
        "TYER": "2026",
        "TDAT": "0302",
        "TLAN": "eng",
        "TSSE": "meditgen",
    }
    assert str(tag["COMM::eng"]) == "one\ntwo"
    assert str(tag["USLT::eng"]) == "Breathe in.\nBreathe out."
    assert str(tag["TXXX:REPLAYGAIN_TRACK_GAIN"]) == "-1.50 dB"
    assert str(tag["TXXX:REPLAYGAIN_TRACK_PEAK"]) == "0.840000"


def test_what_is_empty_is_left_out() -> None:
    assert sorted(read(id3_bytes(Tags(title="t"))).keys()) == ["TIT2", "TLAN"]


@given(
    title=TEXT, artist=TEXT, album=TEXT, genre=TEXT, comment=TEXT, lyrics=TEXT, encoder=TEXT, chapter=TEXT
)  # fmt: skip
@settings(deadline=None)
def test_any_text_comes_back_in_its_own_field_and_makes_no_other(
    title: str, artist: str, album: str, genre: str, comment: str, lyrics: str, encoder: str, chapter: str
) -> None:
    tags = Tags(
        title=title,
        artist=artist,
        album=album,
        genre=genre,
        comment=comment,
        lyrics=lyrics,
        encoder=encoder,
        chapters=(Span(chapter, 0, 100),),
    )
    tag = read(id3_bytes(tags), translate=False)
    expected = {
        "TIT2": tags.title,
        "TPE1": tags.artist,
        "TALB": tags.album,
        "TCON": tags.genre,
        "TSSE": tags.encoder,
        "COMM::und": tags.comment,
        "USLT::und": tags.lyrics,
        "TLAN": "und",
    }
    chapters = {"CHAP:chp000", "CTOC:toc"}
    assert {
        key: frame.text if isinstance(frame.text, str) else frame.text[0]
        for key, frame in tag.items()
        if key not in chapters
    } == {key: text for key, text in expected.items() if text}
    assert all(isinstance(frame.text, str) or len(frame.text) == 1 for key, frame in tag.items() if key not in chapters)
    assert tag["CHAP:chp000"].sub_frames["TIT2"].text == [tags.chapters[0].title]


@given(titles=st.lists(TEXT, min_size=1, max_size=12))
@settings(deadline=None)
def test_chapters_stand_in_order_of_time(titles: list[str]) -> None:
    spans = tuple(Span(title, index * 44_100, (index + 1) * 44_100) for index, title in enumerate(titles))
    tags = Tags(title="t", chapters=spans)
    data = id3_bytes(tags)
    tag = read(data)
    chapters = {frame.element_id: frame for frame in tag.getall("CHAP")}
    (contents,) = tag.getall("CTOC")
    found = [chapters[name] for name in contents.child_element_ids]
    assert [str(frame.sub_frames["TIT2"]) for frame in found] == [span.title for span in tags.chapters]
    assert [(frame.start_time, frame.end_time) for frame in found] == [
        (index * 1000, (index + 1) * 1000) for index in range(len(titles))
    ]
    stand = [data[at + 10 : at + 16].decode() for at in in_file_order(data, b"CHAP")]
    assert stand == [f"chp{index:03d}" for index in range(len(titles))]


def test_more_chapters_than_a_table_can_count_do_no_harm() -> None:
    spans = tuple(Span(str(index), index, index + 1) for index in range(300))
    assert len(read(id3_bytes(Tags(title="t", chapters=spans))).getall("CHAP")) == 255


@given(room=st.integers(0, 3000))
@settings(deadline=None)
def test_padding_gives_exactly_the_size_and_the_same_tag(room: int) -> None:
    plain = id3_bytes(FULL)
    padded = id3_bytes(FULL, len(plain) + room)
    assert len(padded) == len(plain) + room == id3_size(padded)
    assert read(padded).pprint() == read(plain).pprint()


def test_a_tag_too_large_for_its_room_is_refused() -> None:
    with pytest.raises(ValueError, match="needs 1 bytes more"):
        id3_bytes(FULL, len(id3_bytes(FULL)) - 1)


@pytest.mark.parametrize("header", [b"", b"ID3", b"\xff\xfb\x90\x44" + bytes(6)])
def test_what_is_no_tag_has_no_size(header: bytes) -> None:
    with pytest.raises(ValueError, match="no ID3"):
        id3_size(header)


def test_the_same_tags_are_the_same_bytes() -> None:
    assert id3_bytes(FULL) == id3_bytes(FULL)
