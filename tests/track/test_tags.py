from __future__ import annotations

import pickle
from datetime import date

import pytest

from meditgen.timeline.timeline import Span
from meditgen.track.tags import Tags, language_code


def test_texts_are_clean_as_soon_as_they_are_there() -> None:
    tags = Tags(title="a\nb", artist="c\0d", comment="e\nf\0", lyrics="g\r\nh", chapters=(Span("i\nj", 0, 5),))
    assert (tags.title, tags.artist, tags.comment, tags.lyrics) == ("a b", "cd", "e\nf", "g\nh")
    assert tags.chapters == (Span("i j", 0, 5),)


def test_a_chapter_without_a_title_has_its_number() -> None:
    chapters = (Span("One", 0, 1), Span("\n\0"[1:], 1, 2), Span("", 2, 3))
    assert [span.title for span in Tags(title="t", chapters=chapters).chapters] == ["One", "2", "3"]


@pytest.mark.parametrize("language", ["", "en", "English", "e\nn", "ENG", "\0\0\0"])
def test_a_language_that_is_none_is_unknown(language: str) -> None:
    assert Tags(title="t", language=language).language == "und"


@pytest.mark.parametrize(("tag", "code"), [("en", "eng"), ("en-GB", "eng"), ("DE", "deu"), ("tlh", "und"), ("", "und")])
def test_language_codes(tag: str, code: str) -> None:
    assert language_code(tag) == code


@pytest.mark.parametrize(("number", "of", "place"), [(None, 8, ""), (3, None, "3"), (3, 8, "3/8")])
def test_place(number: int | None, of: int | None, place: str) -> None:
    assert Tags(title="t", number=number, of=of).place == place


def test_replaygain_says_what_is_known() -> None:
    assert Tags(title="t").replaygain == {}
    assert Tags(title="t", gain_db=-3.456, peak=0.5).replaygain == {
        "REPLAYGAIN_TRACK_GAIN": "-3.46 dB",
        "REPLAYGAIN_TRACK_PEAK": "0.500000",
    }


def test_tags_survive_pickling() -> None:
    tags = Tags(title="t", day=date(2026, 1, 2), chapters=(Span("a", 0, 1),))
    assert pickle.loads(pickle.dumps(tags)) == tags  # noqa: S301
