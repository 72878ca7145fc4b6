import numpy as np

from meditgen.dsp.curves import Curve
from meditgen.sound.beds.play import Layered, Loop, Wander

NOISE = np.random.default_rng(0).standard_normal((2, 2**19)).astype(np.float32)
FLAT = Curve(lambda at: np.ones((1, at.size)), 1024)


def test_a_loop_goes_round() -> None:
    loop = NOISE[:, :1000]
    bed = Layered("x", [Loop(lambda: loop, shift=300, scale=0.5)], FLAT)
    assert np.array_equal(bed.render(300, 3000), np.tile(loop, 3).T * np.float32(0.5))
    assert np.array_equal(bed.render(0, 300), loop[:, 700:].T * np.float32(0.5))


def test_wandering_keeps_the_power_across_joints() -> None:
    bed = Layered("x", [Wander(lambda: NOISE, 3, "x")], FLAT)
    x = bed.render(0, 20 * Wander.hop)
    power = (x**2).reshape(-1, 4096, 2).mean(axis=(1, 2))
    assert abs(power.mean() - 1.0) < 0.02
    assert power.min() > 0.8
    assert power.max() < 1.2


def test_wandering_never_jumps() -> None:
    # through a slow ramp in place of noise every joint would show as a jump
    slow = np.sin(np.arange(2**19) * 1e-3).astype(np.float32)
    bed = Layered("x", [Wander(lambda: np.stack([slow, slow]), 3, "x")], FLAT)
    x = bed.render(0, 10 * Wander.hop)
    assert np.abs(np.diff(x, axis=0)).max() < 3e-3


def test_wandering_takes_other_ways() -> None:
    bed = Layered("x", [Wander(lambda: NOISE, 3, "x")], FLAT)
    hop = Wander.hop
    stretches = [bed.render(k * hop, 1000)[:, 0] for k in range(12)]
    likeness = np.abs(np.corrcoef(stretches) - np.eye(12))
    assert likeness.max() < 0.2
