import numpy as np
from engine_harness import EngineHarness

from meditgen.speech.cards import find_voice
from meditgen.speech.engines.tone import ToneEngine


class TestTone(EngineHarness):
    voice_name = "tone"


def test_pitch_and_length_come_from_the_letters() -> None:
    engine, voice = ToneEngine(), find_voice("tone")

    def hum(word: str) -> np.ndarray:
        return engine.speak(word, voice).samples

    assert np.array_equal(hum("Breath"), hum("breath"))
    assert len(hum("breathing")) > len(hum("breath"))
    assert not np.array_equal(hum("abc"), hum("acb"))


def test_about_105_words_a_minute() -> None:
    text = "Let the next breath arrive in its own time, and leave in its own time. " * 4
    sound = ToneEngine().speak(text, find_voice("tone"))
    assert 95 < len(text.split()) * 60 * sound.rate / len(sound.samples) < 115
