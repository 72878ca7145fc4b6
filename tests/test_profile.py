import json
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditgen.errors import ProfileError, StorageError
from meditgen.profile import Block, Figure, Profile, load_profile, read_profile


def test_whole_profile_is_read(maya: str) -> None:
    profile = read_profile(maya)
    assert profile.name == "Maya"
    assert profile.blocks == (
        Block(
            "complacency",
            "if I stop being hard on myself I'll get lazy",
            "an old coach of mine",
            "I can care about my work and still be kind",
        ),
    )
    assert profile.figure == Figure(
        "living", "Grandma Rose", "", "she/her", "at her kitchen table", ("You don't have to earn this.",)
    )
    assert profile.anchors == ("feet", "sound")


def test_empty_file_is_a_whole_profile() -> None:
    assert read_profile("") == Profile()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("name: Maya\nfigurre:\n  kind: living\n", 2, "figurre: there is no such field here. Did you mean “figure”?"),
        ("figure:\n  kind: livng\n", 2, "figure.kind: “livng” is not known here. Did you mean “living”?"),
        (
            "name: M\nblocks:\n  - kind: complacency\n    word: x\n",
            4,
            "blocks[1].word: there is no such field here. Did you mean “words”?",
        ),
        ("blocks:\n  - kind: own\n", 2, "a block of your own needs its words"),
        ("figure:\n  name: Rose\n", 2, "figure.kind: this field is missing."),
        ("anchors: [feet, brth]\n", 1, "Did you mean “breath”?"),
        ("name: [a, b]\n", 1, "name: this must be words."),
        ("name: yes and\n\tno: x\n", 2, "this is not YAML"),
        ("- a\n- b\n", 1, "this must hold named fields"),
        ("blocks: lazy\n", 1, "blocks: this must be a list."),
        ("figure: Rose\n", 1, "figure: this must hold named fields."),
        ("eyes: shut\n", 1, "eyes: “shut” is not known here."),
        ("name: " + "x" * 81, 1, "81 characters are too many"),
    ],
)
def test_errors_name_file_line_field_and_the_nearest_word(text: str, line: int, said: str) -> None:
    with pytest.raises(ProfileError) as caught:
        read_profile(text, "maya.yaml")
    assert str(caught.value).startswith(f"maya.yaml:{line}: ")
    assert said in str(caught.value)


def test_words_that_look_like_something_else_stay_words() -> None:
    assert read_profile("name: no\neasy_being: 12:30\n").name == "no"
    assert read_profile("easy_being: 12:30\n").easy_being == "12:30"


def test_files_that_cannot_be_read_get_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="there is no such profile"):
        load_profile(tmp_path / "none.yaml")
    with pytest.raises(StorageError):
        load_profile(tmp_path)
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00\x9d")
    with pytest.raises(ProfileError, match="not text"):
        load_profile(tmp_path / "binary.yaml")


@given(st.text(max_size=200))
def test_any_text_is_a_profile_or_one_clear_error(text: str) -> None:
    try:
        profile = read_profile(text)
    except ProfileError as error:
        assert str(error).startswith("profile")
        assert "\n" not in str(error)
    else:
        assert isinstance(profile, Profile)


def test_schema_knows_every_field() -> None:
    schema = json.loads((files("meditgen") / "schemas" / "profile.schema.json").read_text(encoding="utf-8"))
    assert set(schema["properties"]) == {field.name for field in fields(Profile)}
    assert set(schema["properties"]["figure"]["properties"]) == {field.name for field in fields(Figure)}
    assert set(schema["properties"]["blocks"]["items"]["properties"]) == {field.name for field in fields(Block)}
