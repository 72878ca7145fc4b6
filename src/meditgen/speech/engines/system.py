"""System: the platform's own voice through pyttsx3, kept in a process of its own.

In one process pyttsx3's engines carry state from line to line, return early, or never return. A worker process
speaks instead, under a time-out; on Linux it forks for every line, so that each begins from the same state and a
clip is a pure function of its text.
"""

from __future__ import annotations

import importlib.util
import json
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Timer
from typing import Any

import numpy as np

from meditgen.errors import VoiceError
from meditgen.speech.engine import Sound, Voice

__all__ = ["SystemEngine"]

_REVISION = 1
_LINE_SECONDS = 60.0
"""A line that takes longer is given up."""
_START_SECONDS = 30.0


class SystemEngine:
    """Speaks with espeak-ng on Linux, NSSpeechSynthesizer on macOS, SAPI5 on Windows."""

    def __init__(self, command: tuple[str, ...] | None = None, seconds: float = _LINE_SECONDS) -> None:
        self._command = command or (sys.executable, "-m", "meditgen.speech.engines.system_worker")
        self._seconds = seconds
        self._worker: subprocess.Popen[bytes] | None = None

    def voices(self) -> tuple[str, ...]:
        """The platform's default English voice, by the one name that means it everywhere."""
        return ("default",)

    def check(self, voice: Voice) -> str | None:  # noqa: ARG002 - the library is the same for every voice
        """What is missing, in one sentence."""
        needed = ["pyttsx3", *(["espeakng_loader"] if sys.platform == "linux" else [])]
        for module in needed:
            if importlib.util.find_spec(module) is None:
                return f"The package {module.replace('_', '-')} is missing; install it with pip."
        return None

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002 - the library is the same for every voice
        """Versions of the library, and of the platform where the voice is part of it."""
        packages = ["pyttsx3", *(["espeakng-loader"] if sys.platform == "linux" else [])]
        made_by = [f"{name} {_version(name)}" for name in packages]
        return " ".join([f"system.{_REVISION}", *made_by, *([] if sys.platform == "linux" else [platform.platform()])])

    def speak(self, text: str, voice: Voice) -> Sound:
        """``text`` as sound. Raises VoiceError where the library fails or the worker does not answer in time."""
        with tempfile.TemporaryDirectory(prefix="meditgen-") as folder:
            path = Path(folder) / "line.wav"
            rate = round(voice.pace.words_per_minute)
            answer = self._ask({"text": text, "path": str(path), "voice": voice.model, "rate": rate})
            if answer.get("empty"):
                return Sound(np.zeros(0, dtype=np.float32), 22_050)
            if "error" in answer:
                raise VoiceError(f"the voice “{voice.name}” failed: {answer['error']}", hint="Run “meditgen doctor”.")
            return _read(path, voice)

    def close(self) -> None:
        """End the worker."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            worker.communicate()

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """One question and its answer; a worker that is late or gone becomes an error, never a wait without end."""
        fresh = self._worker is None or self._worker.poll() is not None
        if fresh:
            self.close()
            self._worker = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        worker = self._worker
        assert worker is not None and worker.stdin is not None and worker.stdout is not None  # noqa: PT018, S101
        late = Timer(self._seconds + (_START_SECONDS if fresh else 0), worker.kill)
        late.daemon = True
        late.start()
        try:
            worker.stdin.write(json.dumps(question).encode() + b"\n")
            worker.stdin.flush()
            answer = json.loads(worker.stdout.readline())
        except (OSError, ValueError) as error:
            self.close()
            raise VoiceError(
                "the system's voice did not answer.", hint="Try again, or choose another voice."
            ) from error
        finally:
            late.cancel()
        return dict(answer)


def _read(path: Path, voice: Voice) -> Sound:
    import soundfile

    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, RuntimeError) as error:
        raise VoiceError(f"the voice “{voice.name}” left no sound that can be read.") from error
    return Sound(np.ascontiguousarray(samples.mean(axis=1), dtype=np.float32), int(rate))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
