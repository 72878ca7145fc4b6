"""The process that drives pyttsx3: one JSON question a line in, one JSON answer a line out.

On Linux our own synchronous driver speaks, with the library that `espeakng-loader` brings: stock pyttsx3 returns
early on long text and lags a setting behind. Elsewhere stock pyttsx3 speaks one line and the process ends.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import sys
import wave
from pathlib import Path
from typing import Any, BinaryIO

_ESPEAK_VOICES = {"default": "gmw/en-us"}
_DONT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT: report missing data, do not end the process
_LINE_SECONDS = 50.0


def buildDriver(proxy: Any) -> Any:  # noqa: N802 - the name pyttsx3 calls
    """A pyttsx3 driver for espeak-ng that returns when the sound is there."""
    from pyttsx3.drivers import _espeak
    from pyttsx3.drivers.espeak import EspeakDriver

    class Driver(EspeakDriver):  # type: ignore[misc]
        """Stock settings, our own synthesis."""

        def __init__(self, proxy: Any) -> None:
            self.rate = _espeak.Initialize(_espeak.AUDIO_OUTPUT_SYNCHRONOUS, 0, None, _DONT_EXIT)
            if self.rate <= 0:
                raise RuntimeError("espeak-ng's data was not found")
            EspeakDriver._moduleInitialized, EspeakDriver._defaultVoice = True, "gmw/en"  # noqa: SLF001
            self.pcm = bytearray()
            super().__init__(proxy)

        def _onSynth(self, wav: Any, count: int, _events: Any) -> int:  # noqa: N802 - the name its parent calls
            if wav and count > 0:
                self.pcm += ctypes.string_at(wav, 2 * count)
            return 0

        def save_to_file(self, text: str, filename: str) -> None:
            self.pcm.clear()
            if _espeak.Synth(text.encode(), flags=_espeak.ENDPAUSE | _espeak.CHARS_UTF8):
                raise RuntimeError("espeak-ng refused the text")
            with Path(filename).open("wb") as raw, wave.open(raw, "wb") as out:
                out.setparams((1, 2, self.rate, 0, "NONE", ""))
                out.writeframes(bytes(self.pcm))

        def stop(self) -> None:
            """Nothing runs on."""

        def startLoop(self) -> None:  # noqa: N802 - the name pyttsx3 calls
            self._proxy.setBusy(False)  # works off the queue, in order

        def endLoop(self) -> None:  # noqa: N802 - the name pyttsx3 calls
            """Nothing to end."""

    return Driver(proxy)


class Espeak:
    """pyttsx3 with our driver."""

    def __init__(self) -> None:
        import espeakng_loader

        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
        # loaded under its SONAME, so that pyttsx3's own search by name finds this one
        ctypes.CDLL(str(Path(espeakng_loader.__file__).parent / "libespeak-ng.so.1"))
        sys.modules["pyttsx3.drivers.meditgen"] = sys.modules[__name__]
        import pyttsx3

        self._engine = pyttsx3.init("meditgen")
        self._errors: list[BaseException] = []
        self._engine.connect("error", lambda name, exception: self._errors.append(exception))  # noqa: ARG005
        self._engine.runAndWait()

    def speak(self, text: str, path: str, voice: str, rate: int) -> None:
        """Write ``text`` to ``path`` as WAV."""
        self._engine.setProperty("voice", _ESPEAK_VOICES.get(voice, voice))
        if rate:
            self._engine.setProperty("rate", rate)
        if not self._errors:
            self._engine.save_to_file(text, path)
            self._engine.runAndWait()
        if self._errors:
            raise self._errors.pop()


def speak_stock(text: str, path: str, voice: str, rate: int) -> None:
    """The same with the platform's own driver; the caller's time-out bounds it."""
    import pyttsx3

    engine = pyttsx3.init()
    if rate:
        engine.setProperty("rate", rate)
    chosen = voice if voice != "default" else _default_english(engine.getProperty("voices"))
    if chosen:
        engine.setProperty("voice", chosen)
    engine.save_to_file(text, path)
    engine.runAndWait()


def _default_english(voices: list[Any]) -> str | None:
    """The first voice that says it speaks English; None leaves the platform's own default."""
    for voice in voices:
        languages = " ".join(str(tag) for tag in [*(voice.languages or []), voice.id]).casefold()
        if "en-" in languages or "en_" in languages:
            return str(voice.id)
    return None


def answer_forked(speaker: Espeak, question: dict[str, Any], seconds: float = _LINE_SECONDS) -> dict[str, Any]:
    """Speak in a fork of this process, which has spoken nothing yet; so no line depends on the one before."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            speaker.speak(**question)
            reply: dict[str, Any] = {"ok": True}
        except BaseException as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        os.write(writer, json.dumps(reply).encode())
        os._exit(0)
    os.close(writer)
    answer = b""
    while select.select([reader], [], [], seconds)[0]:
        part = os.read(reader, 65_536)
        if not part:
            break
        answer += part
    else:
        os.kill(child, signal.SIGKILL)
        answer = b""
    os.close(reader)
    os.waitpid(child, 0)
    return dict(json.loads(answer)) if answer else {"error": "the speaking process died or hung"}


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the questions end."""
    speaker: Espeak | None = None
    for line in questions:
        question = json.loads(line)
        try:
            if not any(sign.isalnum() for sign in question["text"]):
                reply: dict[str, Any] = {"empty": True}
            elif sys.platform == "linux":
                speaker = speaker or Espeak()
                reply = answer_forked(speaker, question)
            else:
                speak_stock(**question)
                reply = {"ok": True}
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(reply).encode() + b"\n")
        answers.flush()
        if sys.platform != "linux":
            return  # stock drivers keep state; the next line gets a new process


def main() -> None:
    """Serve on standard input and output; whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    # pyttsx3 imports its driver by name; it must find this very module
    sys.modules["meditgen.speech.engines.system_worker"] = sys.modules["__main__"]
    main()
