import sys
import threading

import pytest
from engine_harness import EngineHarness

from meditgen.errors import VoiceError
from meditgen.speech.cards import find_voice
from meditgen.speech.engines.system import SystemEngine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the driver under test is the one for Linux")


class TestSystem(EngineHarness):
    voice_name = "system"


def worker(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


@pytest.mark.parametrize(
    "code",
    [
        "import sys; sys.stdin.readline()",
        "import sys; sys.stdin.readline(); print('no json', flush=True)",
        "raise SystemExit(3)",
    ],
)
def test_a_worker_that_dies_is_an_error(code: str) -> None:
    engine = SystemEngine(worker(code))
    with pytest.raises(VoiceError, match="did not answer"):
        engine.speak("Welcome.", find_voice("system"))


def test_a_worker_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meditgen.speech.engines.system._START_SECONDS", 0.3)
    engine = SystemEngine(worker("import time; time.sleep(600)"), seconds=0.2)
    with pytest.raises(VoiceError, match="did not answer"):
        engine.speak("Welcome.", find_voice("system"))
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer) and thread.is_alive()]


def test_what_the_library_says_is_passed_on() -> None:
    answer = 'import sys; sys.stdin.readline(); print(\'{"error": "no such voice"}\', flush=True)'
    engine = SystemEngine(worker(answer))
    with pytest.raises(VoiceError, match="no such voice"):
        engine.speak("Welcome.", find_voice("system"))
    engine.close()


def test_an_answer_without_a_file_is_an_error() -> None:
    engine = SystemEngine(worker("import sys; sys.stdin.readline(); print('{\"ok\": true}', flush=True)"))
    with pytest.raises(VoiceError, match="no sound"):
        engine.speak("Welcome.", find_voice("system"))
    engine.close()


def test_an_unknown_voice_is_an_error() -> None:
    from dataclasses import replace

    engine = SystemEngine()
    with pytest.raises(VoiceError, match="failed"):
        engine.speak("Welcome.", replace(find_voice("system"), model="no-such-voice"))
    assert len(engine.speak("Welcome.", find_voice("system")).samples)
    engine.close()


def test_speaking_goes_on_after_close() -> None:
    engine, voice = SystemEngine(), find_voice("system")
    first = engine.speak("Welcome.", voice)
    engine.close()
    assert engine.speak("Welcome.", voice).samples.tobytes() == first.samples.tobytes()
    engine.close()
