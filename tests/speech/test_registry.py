from importlib.metadata import EntryPoint

import pytest

from meditgen.errors import UnknownNameError, VoiceError
from meditgen.speech import registry
from meditgen.speech.engine import Engine
from meditgen.speech.engines.tone import ToneEngine
from meditgen.speech.registry import engine_names, make_engine


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two engines of third parties, as packages would bring them."""
    entries = [
        EntryPoint("hummer", "meditgen.speech.engines.tone:ToneEngine", registry.ENTRY_POINTS),
        EntryPoint("broken", "no.such.module:Engine", registry.ENTRY_POINTS),
    ]

    def entry_points(*, group: str, name: str | None = None) -> list[EntryPoint]:
        assert group == "meditgen.engines"
        return [entry for entry in entries if name in {None, entry.name}]

    monkeypatch.setattr(registry, "entry_points", entry_points)


def test_every_call_gives_an_engine_of_its_own() -> None:
    for name in engine_names():
        first: Engine = make_engine(name)
        assert make_engine(name) is not first


def test_an_unknown_engine_gets_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="“piper”"):
        make_engine("pipper")


@pytest.mark.usefixtures("stranger")
def test_third_parties_add_engines() -> None:
    assert engine_names() == ("piper", "system", "tone", "broken", "hummer")
    assert isinstance(make_engine("hummer"), ToneEngine)
    with pytest.raises(VoiceError, match="broken"):
        make_engine("broken")
