"""Players: endless sound out of a kept layer, by wandering through it or by going round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

from meditgen.dsp.curves import Curve
from meditgen.dsp.randomness import uniforms
from meditgen.sound.beds.bed import Floats

__all__ = ["Layered", "Loop", "Player", "Wander"]

_CHUNK = 16_384
"""Frames worked on at once: what fits the processor's cache."""


class Player(Protocol):
    """Endless sound, added piece by piece into a window."""

    def add(self, out: Floats, gain: Floats, start: int) -> None:
        """Add the sound from the absolute frame ``start``, times ``gain`` [frames], to ``out`` [2, frames]."""


@dataclass(frozen=True, slots=True)
class _Hop:
    """One stretch of the way: where it begins in the layer, and whether it is turned over or mirrored."""

    offset: int
    sign: np.float32
    rows: int
    """1, or -1 where left and right change places."""


class Wander:
    """Endless noise from a finite stretch of it: hops to pseudo-random places, joined at equal power.

    The stretches are parts of noise and do not resemble each other, so sine and cosine keep the power even
    (the sum of two unlike signals). Turning over and mirroring make the layer four times as long to the ear.
    """

    hop = 2**17
    """Frames from one hop to the next: 3.0 s."""
    cross = 2**15
    """Frames of each hop in which the last one still sounds: 0.74 s."""

    def __init__(self, load: Callable[[], Floats], seed: int, name: str) -> None:
        self._load = load
        self._seed = seed
        self._name = name
        self._shift = int(uniforms(seed, name + "/shift", 0, 1)[0] * self.hop)  # layers do not hop together
        phase = (np.arange(self.cross) + 0.5) * (np.pi / 2 / self.cross)
        self._rise = np.sin(phase).astype(np.float32)
        self._fall = np.cos(phase).astype(np.float32)
        self._at = lru_cache(maxsize=256)(self._draw)

    def _draw(self, hop: int) -> _Hop:
        place, sign, swap = uniforms(self._seed, self._name, hop, 3)
        room = self._load().shape[1] - self.hop - self.cross
        return _Hop(int(place * room), np.float32(1 if sign < 0.5 else -1), 1 if swap < 0.5 else -1)

    def add(self, out: Floats, gain: Floats, start: int) -> None:
        """See Player."""
        layer = self._load()
        done, frames = 0, out.shape[1]
        while done < frames:
            hop, within = divmod(start + done - self._shift, self.hop)
            fading = within < self.cross
            count = min(frames - done, (self.cross if fading else self.hop) - within)
            part = slice(done, done + count)
            level = gain[part]
            here = self._at(hop)
            if fading:
                last = self._at(hop - 1)
                inside = slice(within, within + count)
                self._lay(layer, last, within + self.hop, level * self._fall[inside], out[:, part])
                level = level * self._rise[inside]
            self._lay(layer, here, within, level, out[:, part])
            done += count

    @staticmethod
    def _lay(layer: Floats, hop: _Hop, within: int, level: Floats, out: Floats) -> None:
        source = layer[:: hop.rows, hop.offset + within : hop.offset + within + len(level)]
        out += source * (level * hop.sign)


class Loop:
    """Endless sound from a seamless loop, from its beginning at the absolute frame ``shift``."""

    def __init__(self, load: Callable[[], npt.NDArray[np.generic]], shift: int = 0, scale: float = 1.0) -> None:
        self._load = load
        self._shift = shift
        self._scale = np.float32(scale)

    def add(self, out: Floats, gain: Floats, start: int) -> None:
        """See Player."""
        loop = self._load()
        done, frames, length = 0, out.shape[1], loop.shape[1]
        while done < frames:
            at = (start + done - self._shift) % length
            count = min(frames - done, length - at)
            part = slice(done, done + count)
            source = loop[:, at : at + count].astype(np.float32, copy=False)
            out[:, part] += source * (gain[part] * self._scale)
            done += count


class Layered:
    """A bed of players, each under its own row of one slow curve of gains."""

    def __init__(self, key: str, players: Sequence[Player], gains: Curve) -> None:
        self.key = key
        self._players = tuple(players)
        self._gains = gains

    def render(self, start: int, frames: int) -> Floats:
        """See Bed."""
        out = np.zeros((2, frames), np.float32)
        for low in range(0, frames, _CHUNK):
            part = out[:, low : low + _CHUNK]
            gains = self._gains.at(start + low, part.shape[1])
            for player, gain in zip(self._players, gains, strict=True):
                player.add(part, gain, start + low)
        return out.T
