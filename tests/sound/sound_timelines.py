"""Small timelines with made-up clips, for the tests of this room."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from meditgen.errors import Place
from meditgen.speech.clip import Clip
from meditgen.timeline.timeline import Span, Spoken, Strike, Timeline
from meditgen.units import SAMPLE_RATE
from meditgen.words.nodes import Line


def babble(frames: int, seed: int, peak: float = 0.5) -> np.ndarray:
    """Syllables of a buzzing tone: mono, peaky like speech."""
    at = np.arange(frames) / SAMPLE_RATE
    phase = 2 * np.pi * (110 + 7 * seed % 40) * at
    tone = sum(np.sin(n * phase) / n for n in range(1, 25))
    beat = np.clip(np.sin(2 * np.pi * 3.5 * at + seed) + 0.4, 0, None) ** 2
    voice = tone * beat * np.minimum(1, np.minimum(at, at[::-1]) / 0.02)
    return (peak * voice / max(np.abs(voice).max(), 1e-9)).astype(np.float32)


def spoken_at(folder: Path, start: int, samples: np.ndarray, name: str) -> Spoken:
    path = folder / f"{name}.npy"
    np.save(path, samples)
    line = Line("Be here.", "Be here.", Place("practice.j2", 7))
    return Spoken(line, Clip(name, len(samples), path), start)


def timeline(
    folder: Path,
    seconds: float,
    lines: Sequence[tuple[float, float]],
    strikes: Sequence[tuple[str, float]] = (),
    peak: float = 0.5,
) -> Timeline:
    """A timeline of babble: ``lines`` are (start, length) in seconds; every second clip is kept as int16."""
    spoken = []
    for number, (start, length) in enumerate(lines):
        samples = babble(int(length * SAMPLE_RATE), number, peak)
        kept = samples if number % 2 else np.clip(np.rint(samples * 32767), -32768, 32767).astype(np.int16)
        spoken.append(spoken_at(folder, int(start * SAMPLE_RATE), kept, f"clip{number}"))
    frames = int(seconds * SAMPLE_RATE)
    rung = tuple(Strike(bell, int(start * SAMPLE_RATE)) for bell, start in strikes)
    return Timeline(frames, (Span("All", 0, frames),), tuple(spoken), rung)
