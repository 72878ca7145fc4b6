import numpy as np
import pytest

from meditgen.speech import polish
from meditgen.speech.cards import find_voice
from meditgen.speech.checks import fault
from meditgen.speech.engine import Sound
from meditgen.speech.engines.tone import ToneEngine

TONE = find_voice("tone")
TEXT = "You can keep them at any distance that feels right to you today."
GOOD = ToneEngine().speak(TEXT, TONE).samples


def judged(samples: np.ndarray) -> str | None:
    sound = Sound(samples.astype(np.float32), 22_050)
    return fault(TEXT, sound, polish.polish(sound, TONE), TONE)


def test_a_sound_clip_passes() -> None:
    assert judged(GOOD) is None


@pytest.mark.parametrize(
    ("samples", "why"),
    [
        (GOOD[:0], "empty"),
        (np.zeros(80_000), "silent"),
        (GOOD * 1e-3, "all but silent"),
        (np.clip(GOOD * 12, -1, 1), "clipped"),
        (GOOD[: len(GOOD) // 4], "lasted"),
        (np.tile(GOOD, 3), "lasted"),
        (np.where(np.arange(len(GOOD)) == 99, np.nan, GOOD), "no sound"),
    ],
)
def test_a_failed_clip_says_why(samples: np.ndarray, why: str) -> None:
    with np.errstate(invalid="ignore"):
        assert why in str(judged(samples))
