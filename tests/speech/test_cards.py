from pathlib import Path

import pytest

from meditgen.errors import InputError, UnknownNameError
from meditgen.paths import library_dir, user_dir
from meditgen.speech.cards import DEFAULT_VOICE, card_names, find_voice, read_card

OWN = """\
name: own
title: My own
engine: tone
language: en-GB
gain_db: 1.5
licence: {name: CC0-1.0, source: me}
sample: Hello.
"""


def own_card(text: str, name: str = "own") -> Path:
    folder = user_dir("voices")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(library_dir("voices").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_card_of_the_library_is_whole(path: Path) -> None:
    voice = read_card(path)
    assert voice.name == path.stem
    assert voice.licence.name
    assert voice.licence.source
    assert voice.sample


def test_the_library_holds_the_default() -> None:
    assert find_voice() == find_voice(DEFAULT_VOICE)
    assert {"joe", "system", "tone"} <= set(card_names())


def test_the_default_voice_names_both_licences() -> None:
    note = find_voice("joe").licence.note
    assert "CC0" in note
    assert "lessac" in note
    assert "commercial" in note


def test_a_card_of_ones_own_adds_and_overrides() -> None:
    own_card(OWN)
    assert find_voice("own").gain_db == 1.5
    own_card(OWN.replace("name: own", "name: tone"), "tone")
    assert find_voice("tone").language == "en-GB"
    assert card_names().count("tone") == 1


def test_an_unknown_voice_gets_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="“joe”"):
        find_voice("jo")


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("engine: tone", "engine: pipper", 3, "piper"),
        ("name: own", "name: other", 1, "the file's own name"),
        ("gain_db: 1.5", "gain_db: loud", 5, "must be a number"),
        ("gain_db: 1.5", "gain_db: 99", 5, "out of range"),
        ("gain_db: 1.5", "gain_bd: 1.5", 1, "gain_db"),
        ("sample: Hello.", "sample: Hello.\nsampel: Hello.", 8, "no such field"),
        ("licence: {name: CC0-1.0, source: me}", "licence: {name: CC0-1.0}", 6, "source"),
        ("licence: {name: CC0-1.0, source: me}\n", "", 1, "licence"),
        ("title: My own", "title: 'My own", 0, "not YAML"),
        ("sample: Hello.", "pace: {stretch: 3}\nsample: Hello.", 7, "out of range"),
    ],
)
def test_what_is_wrong_with_a_card_is_named_with_its_line(old: str, new: str, line: int, says: str) -> None:
    path = own_card(OWN.replace(old, new))
    with pytest.raises(InputError, match=says) as caught:
        find_voice("own")
    assert caught.value.where is not None
    assert caught.value.where.file == str(path)
    assert line in {0, caught.value.where.line}


def test_a_card_that_is_not_text_is_refused() -> None:
    own_card(OWN).write_bytes(b"\xff\xfe\x00name")
    with pytest.raises(InputError, match="UTF-8"):
        find_voice("own")
