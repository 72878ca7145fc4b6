"""Tone: a voice that hums each word. Offline, quick and always the same, for tests and for trying things."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import numpy.typing as npt

from meditgen.speech.engine import Sound, Voice

__all__ = ["ToneEngine"]

_RATE = 22_050
_LOWEST, _OCTAVES = 130.0, 1.0
"""Hertz of the deepest word, and how far above it the highest may lie: where people speak."""
_HARMONICS = (1.0, 0.5, 0.33, 0.2, 0.12, 0.07)
_BETWEEN = 0.14
"""Seconds from one word to the next."""
_MARK = 0.3
"""Seconds more after a comma."""


class ToneEngine:
    """Hums: pitch from a word's letters, length from their number."""

    def voices(self) -> tuple[str, ...]:
        """One voice."""
        return ("hum",)

    def check(self, voice: Voice) -> str | None:  # noqa: ARG002 - nothing is ever missing
        """Nothing is ever missing."""
        return None

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002 - one model for all
        """This file's own version."""
        return "tone.1"

    def speak(self, text: str, voice: Voice) -> Sound:
        """One hum a word that holds a letter or a digit; none where there is no word."""
        pieces: list[npt.NDArray[np.float32]] = []
        for word in text.split():
            letters = "".join(sign for sign in word.casefold() if sign.isalnum())
            if letters:
                pieces += [_hum(letters, voice.pace.stretch), _silence(_BETWEEN * voice.pace.stretch)]
                if word.rstrip("”’\"')")[-1:] in {",", ";", ":", ".", "!", "?", "—"}:
                    pieces.append(_silence(_MARK))
        return Sound(np.concatenate(pieces) if pieces else _silence(0), _RATE)

    def close(self) -> None:
        """Nothing is held."""


def _hum(letters: str, stretch: float) -> npt.NDArray[np.float32]:
    seconds = (0.17 + 0.045 * min(len(letters), 16)) * stretch
    pitch = _LOWEST * 2.0 ** (_OCTAVES * (crc32(letters.encode()) % 4096) / 4096)
    phase = np.arange(round(seconds * _RATE)) * (2 * np.pi * pitch / _RATE)
    tone = sum(weight * np.sin(number * phase) for number, weight in enumerate(_HARMONICS, 1))
    shape = np.sin(np.linspace(0.0, np.pi, len(phase))) ** 0.7  # a soft beginning and end
    return np.asarray(0.16 * tone * shape, dtype=np.float32)


def _silence(seconds: float) -> npt.NDArray[np.float32]:
    return np.zeros(round(seconds * _RATE), dtype=np.float32)
