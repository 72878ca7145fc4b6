import random
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from engine_harness import LINES, EngineHarness

from meditgen.errors import VoiceError
from meditgen.speech.cards import find_voice
from meditgen.speech.engine import Pace, Voice
from meditgen.speech.engines import piper
from meditgen.speech.engines.piper import PiperEngine
from meditgen.speech.engines.piper_model import QUIET_STRETCH, config_path
from meditgen.speech.engines.piper_phonemes import phonemes

ODD = ("Déjà vu, mon ami.", "1,234.5 — 3rd!", "Dr. Smith said: wait… what?", "(quietly) yes", "AM, FM & USA", "¿Qué?")


@pytest.fixture(scope="module")
def joe() -> Voice:
    return find_voice("joe")


@pytest.fixture(scope="module")
def engine() -> PiperEngine:
    return PiperEngine()


class TestPiper(EngineHarness):
    voice_name = "joe"


def test_phonemes_depend_on_nothing_but_the_text() -> None:
    """espeak-ng keeps a state; it must not reach from one line into another, whatever thread asks."""
    texts = [*LINES, *ODD] * 3
    alone = {text: _phonemes_alone(text) for text in ODD[:2]}
    expected = {text: phonemes(text, "en-us") for text in (*LINES, *ODD)}
    assert {text: expected[text] for text in alone} == alone
    random.Random(3).shuffle(texts)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda text: phonemes(text, "en-us"), texts))
    assert found == [expected[text] for text in texts]


def _phonemes_alone(text: str) -> list[list[str]]:
    code = f"from meditgen.speech.engines.piper_phonemes import phonemes; print(ascii(phonemes({text!r}, 'en-us')))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return eval(out.stdout)  # noqa: S307 - our own list, printed by our own code


def test_our_phonemes_are_pipers() -> None:
    from piper.phonemize_espeak import EspeakPhonemizer

    theirs = EspeakPhonemizer()
    for text in (*LINES, *ODD):
        assert phonemes(text, "en-us") == theirs.phonemize("en-us", text)


def test_the_rewritten_model_speaks_as_the_model_that_came(joe: Voice, engine: PiperEngine) -> None:
    plain, paced = PiperEngine(plain=True), replace(joe, pace=Pace(stretch=QUIET_STRETCH))
    for line in LINES[:3]:  # with one stretch for all phonemes and no added silence, nothing else is left to differ
        ours, theirs = engine.speak(line, paced).samples, plain.speak(line, paced).samples
        assert ours.shape == theirs.shape
        assert np.abs(ours - theirs).max() < 1e-4


def test_commas_breathe_by_exactly_what_the_card_says(joe: Voice, engine: PiperEngine) -> None:
    line = "You can leave your eyes open, or let them close, whichever feels kinder today."
    breathing = engine.speak(line, joe)
    running = engine.speak(line, replace(joe, pace=replace(joe.pace, comma=0.0)))
    silence = round(joe.pace.comma * breathing.rate)
    assert len(breathing.samples) - len(running.samples) == 2 * silence
    zeros = "".join("0" if sample == 0.0 else "1" for sample in breathing.samples)
    runs = [len(run) for run in zeros.split("1") if len(run) >= silence]
    assert len(runs) == 2
    # what is cut apart there is silence: no step that could click
    assert np.abs(np.diff(breathing.samples)).max() <= np.abs(np.diff(running.samples)).max()


def test_stretch_slows(joe: Voice, engine: PiperEngine) -> None:
    slow = engine.speak(LINES[6], joe).samples
    quick = engine.speak(LINES[6], replace(joe, pace=replace(joe.pace, stretch=1.0))).samples
    assert len(slow) > 1.3 * len(quick)


def test_two_sentences_in_a_line_have_a_gap(joe: Voice, engine: PiperEngine) -> None:
    both = engine.speak("Welcome. Go gently.", joe)
    apart = [engine.speak(text, joe).samples for text in ("Welcome.", "Go gently.")]
    gap = len(both.samples) - sum(map(len, apart))
    assert gap == round((joe.pace.comma + piper._SENTENCE_GAP) * both.rate)


def test_a_missing_model_is_one_sentence_and_an_error(joe: Voice, engine: PiperEngine, tmp_path: Path) -> None:
    absent = replace(joe, model=str(tmp_path / "no.onnx"))
    assert "is missing" in str(engine.check(absent))
    for ask in (lambda: engine.speak("Welcome.", absent), lambda: engine.fingerprint(absent)):
        with pytest.raises(VoiceError, match="is missing"):
            ask()


def test_a_damaged_model_is_an_error(joe: Voice, tmp_path: Path) -> None:
    config = config_path(_joe_path())
    for name, content in (("text.onnx", b"this is no model"), ("cut.onnx", _joe_path().read_bytes()[:5_000_000])):
        (tmp_path / name).write_bytes(content)
        shutil.copy(config, tmp_path / f"{name}.json")
        with pytest.raises(VoiceError, match="cannot be loaded"):
            PiperEngine().speak("Welcome.", replace(joe, model=str(tmp_path / name)))


def test_a_model_file_of_ones_own_is_spoken(joe: Voice, engine: PiperEngine, tmp_path: Path) -> None:
    own = tmp_path / "own.onnx"
    own.symlink_to(_joe_path())
    shutil.copy(config_path(_joe_path()), tmp_path / "own.onnx.json")
    voice = replace(joe, model=str(own))
    assert engine.check(voice) is None
    assert PiperEngine().speak("Welcome.", voice).samples.tobytes() == engine.speak("Welcome.", joe).samples.tobytes()


def _joe_path() -> Path:
    path = piper._model_path("en_US-joe-medium")
    assert path is not None
    return path
