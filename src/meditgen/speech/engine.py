"""Engine: what a voice is, and the few things a back-end that speaks must do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["Engine", "Estimate", "Licence", "Pace", "Sound", "Voice"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How slowly a voice speaks. An engine takes what it understands."""

    stretch: float = 1.0
    """How many times longer than the model's own pace sounds are held."""
    words_per_minute: float = 0.0
    """The rate asked of engines that count words; 0 leaves it to them."""
    comma: float = 0.0
    """Seconds of silence added at each comma, colon or semicolon inside a line."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long a line will be, without speaking it: a fixed part, one a letter, one a mark inside the line."""

    fixed: float = 0.35
    letter: float = 0.075
    mark: float = 0.5


@dataclass(frozen=True, slots=True)
class Licence:
    """On what terms a voice may be used, as its maker states them."""

    name: str
    """A short name, as SPDX writes it where there is one."""
    note: str
    """What else a person should know before they publish audio."""
    source: str
    """Where the statement was read."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice card: which engine speaks, with which model, how slowly and how loud."""

    name: str
    """Kebab-case, and the name of its file."""
    title: str
    engine: str
    """A name of the registry."""
    model: str
    """What the engine knows this voice by."""
    language: str
    """A BCP 47 tag such as en-US."""
    gender: str
    """As the maker states it, or nothing."""
    licence: Licence
    pace: Pace
    gain_db: float
    """Brings this voice's clips to -18 LUFS. Measured once, over a whole script, so a whisper stays a whisper."""
    estimate: Estimate
    sample: str
    """One sentence to hear it by."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What an engine gives back: mono at its own rate, at its natural level."""

    samples: npt.NDArray[np.float32]
    """Shape [frames], full scale 1.0."""
    rate: int
    """Frames a second."""


class Engine(Protocol):
    """A back-end that speaks. One instance serves one thread; what it speaks is a pure function of voice and text."""

    def voices(self) -> tuple[str, ...]:
        """The models this engine can speak with here and now."""

    def check(self, voice: Voice) -> str | None:
        """One sentence that says what is missing for ``voice``, or None where nothing is. Loads no model."""

    def fingerprint(self, voice: Voice) -> str:
        """All that shapes the sound besides the card and the text: versions, and the model's bytes. Loads no model."""

    def speak(self, text: str, voice: Voice) -> Sound:
        """``text`` as sound; raises VoiceError where the engine or its model fails."""

    def close(self) -> None:
        """Let go of models and processes; speaking again brings them back."""
