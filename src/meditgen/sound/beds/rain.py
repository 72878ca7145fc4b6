"""Rain: steady rain far and near, with patter and drops strewn over it, that thickens and thins by itself."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from meditgen.dsp.curves import Curve, decibels
from meditgen.dsp.randomness import bells_curve, fractal_noise, signed, uniforms, value_noise
from meditgen.sound.beds.bed import Bed, Floats
from meditgen.sound.beds.kept import Layer
from meditgen.sound.beds.paint import MATERIAL, band_passed, levelled, painted
from meditgen.sound.beds.play import Layered, Wander
from meditgen.units import SAMPLE_RATE

__all__ = ["rain"]

_VERSION = 1
_FRAMES = 2**20
_DROP_FRAMES = 2**21
_STEP = 1024
"""Frames between control points: gusts take seconds."""

_TRIM = -0.24
"""dB that bring the whole to the loudness of a bed; measured over six seeds of ten minutes."""

# (Hz, dB): rain on everything around, and rain on the leaves close by
_FAR = [
    (20, -40),
    (60, -14),
    (150, -2),
    (400, 0),
    (1000, -4),
    (2500, -10),
    (5000, -16),
    (10000, -24),
    (16000, -36),
    (22050, -60),
]
_NEAR = [(20, -80), (400, -24), (1200, -8), (3000, -4), (6000, -9), (10000, -17), (14000, -26), (22050, -60)]

_GRAIN = 1024
"""Frames of a grain: 23 ms."""
_PATTER_RATE, _DROP_RATE = 430, 16
"""Events a second."""


def _clicks(count: int) -> Floats:
    """Small splashes: 3–10 ms of noise, falling off within 1–2 ms, each in its own band above 1.5 kHz; energy 1."""
    u = uniforms(MATERIAL, "rain/click", 0, 3 * count).reshape(3, count)
    at = np.arange(_GRAIN) / SAMPLE_RATE
    fall = np.exp(-at[None, :] / (0.0006 + 0.0018 * u[0])[:, None])
    fall *= np.minimum(1.0, at / 0.0003)[None, :]  # no edge to the splash
    noise = signed(MATERIAL, "rain/click/noise", 0, count * _GRAIN).reshape(count, _GRAIN)
    middle = 1500.0 * 2.0 ** (2.2 * u[1])
    grains = band_passed((noise * fall).astype(np.float32), middle / 1.87, np.minimum(middle * 1.87, 18_000.0))
    return _closed(grains)


def _bubbles(count: int) -> Floats:
    """Bubbles under a surface: damped sines that rise a little (after Minnaert); energy 1."""
    u = uniforms(MATERIAL, "rain/bubble", 0, 4 * count).reshape(4, count)[:, :, None]
    at = np.arange(_GRAIN)[None, :] / SAMPLE_RATE
    pitch = 900.0 * 2.0 ** (1.8 * u[0] ** 1.1)
    fall = 0.012 * (900.0 / pitch) ** 0.8 * (0.6 + 0.9 * u[1]) * 0.5
    phase = 2 * np.pi * (pitch * (at + (0.02 + 0.35 * u[2] ** 2) * at * at / (8 * fall)) + u[3])
    return _closed((np.sin(phase) * np.minimum(1.0, at / 0.0012) ** 2 * np.exp(-at / fall)).astype(np.float32))


def _closed(grains: Floats) -> Floats:
    """Grains [n, frames] brought to silence at their end, without offset, energy 1."""
    grains = grains * np.minimum(1.0, np.arange(grains.shape[1])[::-1] / 128).astype(np.float32)
    even: Floats = grains / np.sqrt((grains**2).sum(axis=1, keepdims=True))
    return even


def _drops(count: int) -> Floats:
    """Drops close by: a splash, and its bubble a few milliseconds later."""
    u = uniforms(MATERIAL, "rain/drop", 0, 2 * count).reshape(2, count)
    out = np.zeros((count, 2 * _GRAIN), np.float32)
    out[:, :_GRAIN] = 0.9 * _clicks(count)
    for row, bubble, late, strength in zip(out, _bubbles(count), u[0], u[1], strict=True):
        begin = int(SAMPLE_RATE * (0.002 + 0.012 * late))
        row[begin : begin + _GRAIN] += bubble * np.float32(0.75 * strength**0.7)
    return out


def _strewn(name: str, grains: Floats, rate: float, spread: float, width: float) -> Floats:
    """``rate`` grains a second at random places, ``spread`` dB more or less loud, ``width`` wide; as loud as a bed."""
    frames, size = _DROP_FRAMES, grains.shape[1]
    out = np.zeros((2, frames), np.float32)
    count = int(rate * frames / SAMPLE_RATE)
    u = uniforms(MATERIAL, name, 0, 6 * count).reshape(6, count)
    places = (u[0] * (frames - size)).astype(np.int64).tolist()
    which = (u[1] * len(grains)).astype(np.int64).tolist()
    gains = decibels(spread * np.clip(bells_curve(u[2:5]), -2.5, 2.0))
    angle = ((u[5] * 2 - 1) * width + 1) * (np.pi / 4)
    pans = np.stack([gains * np.cos(angle), gains * np.sin(angle)], axis=1).astype(np.float32)[:, :, None]
    for place, grain, pan in zip(places, which, pans, strict=True):
        out[:, place : place + size] += grains[grain] * pan
    return levelled(out)


def _events() -> Floats:
    patter = _strewn("rain/patter", _clicks(192)[:, : _GRAIN // 2], _PATTER_RATE, 5.0, 0.8)
    drops = _strewn("rain/drops", _drops(160), _DROP_RATE, 4.0, 0.95)
    return levelled(patter + np.float32(0.38) * drops)


_LAYERS = (
    Layer("rain", "far", _VERSION, _FRAMES, lambda: painted("rain/far", _FRAMES, _FAR, 0.65, 180.0)),
    Layer("rain", "near", _VERSION, _FRAMES, lambda: painted("rain/near", _FRAMES, _NEAR, 0.65, 180.0)),
    Layer("rain", "drops", _VERSION, _DROP_FRAMES, _events),
)


def rain(seed: int) -> Bed:
    """The bed ``rain``."""

    def gains(frames: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        seconds = frames / SAMPLE_RATE
        far = -1.9 + 7.0 * (fractal_noise(seed, "rain/far", seconds, 31.0) - 0.5)
        near = -9.0 + 9.0 * (fractal_noise(seed, "rain/near", seconds, 11.0, 4) - 0.5)
        drops = -6.0 + 5.0 * (value_noise(seed, "rain/drops", seconds, 5.0) - 0.5)
        return decibels(np.stack([far, near, drops]) + _TRIM)

    players = [Wander(layer.load, seed, f"rain/{layer.name}") for layer in _LAYERS]
    return Layered(f"rain/{_VERSION}/{seed}", players, Curve(gains, _STEP))
