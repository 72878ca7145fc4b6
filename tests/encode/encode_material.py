"""Sound to encode in tests: small, made here, of the kinds that break encoders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RATE = 44_100
Pcm = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Track:
    """A source that is an array."""

    pcm: Pcm

    @property
    def frames(self) -> int:
        return len(self.pcm)

    def render(self, start: int, frames: int) -> Pcm:
        return self.pcm[start : start + frames]


def _noise(frames: int, rng: np.random.Generator) -> Pcm:
    return (0.1 * rng.standard_normal((frames, 2))).astype(np.float32)


def _quiet(frames: int, rng: np.random.Generator) -> Pcm:
    return (1e-4 * rng.standard_normal((frames, 2))).astype(np.float32)


def _silence(frames: int, rng: np.random.Generator) -> Pcm:
    return np.zeros((frames, 2), np.float32)


def _tone(frames: int, rng: np.random.Generator) -> Pcm:
    wave = 0.5 * np.sin(2 * np.pi * rng.uniform(100, 2000) / RATE * np.arange(frames))
    return np.stack((wave, 0.7 * wave), 1).astype(np.float32)


def _bursts(frames: int, rng: np.random.Generator) -> Pcm:
    """Loud words over a very quiet bed, with sharp edges: short blocks, and large frames after small ones."""
    pcm = _quiet(frames, rng)
    at = int(rng.integers(0, 9000))
    while at < frames:
        length = int(rng.integers(500, 30_000))
        pcm[at : at + length] += 0.3 * rng.standard_normal((len(pcm[at : at + length]), 1)).astype(np.float32)
        at += length + int(rng.integers(2000, 60_000))
    return pcm


KINDS = {"noise": _noise, "quiet": _quiet, "silence": _silence, "tone": _tone, "bursts": _bursts}


def make(kind: str, frames: int, seed: int = 1) -> Pcm:
    """``frames`` frames of one of KINDS."""
    return KINDS[kind](frames, np.random.default_rng(seed))
