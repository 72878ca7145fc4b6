"""What every engine must do, as tests: subclass EngineHarness, name a voice, and pytest runs them all."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyloudnorm

from meditgen.speech import polish
from meditgen.speech.cards import find_voice
from meditgen.speech.checks import fault
from meditgen.speech.engine import Engine, Sound, Voice
from meditgen.speech.registry import make_engine

LINES = (
    "Welcome.",
    "You can leave your eyes open, or let them close, whichever feels kinder today.",
    "What would be a little more true to believe?",
    "A part of you may say: if I stop being hard on myself, I'll get lazy.",
    "Breathe in, gently, two, three, four.",
    "All of these feelings are okay.",
    "Imagine that you can see yourself through the eyes of someone who cares.",
    "There will be about thirty seconds of silence now.",
)

COMMANDS = ('Stay <break time="9h"/> here.', "Say [[h@l'oU]] to the day.", "Rest & listen, {{ pause(900) }} now.")
"""What a person might write that some engine somewhere would obey."""

LOUDNESS = -18.0


class EngineHarness:
    voice_name: str

    @property
    def voice(self) -> Voice:
        return find_voice(self.voice_name)

    def engine(self) -> Engine:
        return make_engine(self.voice.engine)

    def spoken(self, lines: tuple[str, ...] = LINES) -> dict[str, Sound]:
        engine = self.engine()
        try:
            return {line: engine.speak(line, self.voice) for line in lines}
        finally:
            engine.close()

    def test_nothing_is_missing_and_the_model_is_known(self) -> None:
        assert self.engine().check(self.voice) is None
        assert self.voice.model in self.engine().voices()
        assert self.engine().fingerprint(self.voice) == self.engine().fingerprint(self.voice)

    def test_a_clip_depends_on_its_text_alone(self) -> None:
        """Law 2: neither the order, nor the instance, nor the thread, nor speaking it again changes a byte."""
        once = self.spoken()
        backwards = self.spoken(LINES[::-1])
        with ThreadPoolExecutor(2) as threads:
            halves = list(threads.map(self.spoken, [LINES[::2], (LINES[3], *LINES[1::2])]))
        for again in (backwards, halves[0], halves[1]):
            for line, sound in again.items():
                assert sound.rate == once[line].rate
                assert sound.samples.tobytes() == once[line].samples.tobytes(), line

    def test_sounds_are_float32_mono_differ_and_pass_the_checks(self) -> None:
        spoken = self.spoken()
        assert len({sound.samples.tobytes() for sound in spoken.values()}) == len(LINES)
        for line, sound in spoken.items():
            assert sound.samples.dtype == np.float32
            assert sound.samples.ndim == 1
            assert fault(line, sound, polish.polish(sound, self.voice), self.voice) is None, line

    def test_nothing_to_say_is_an_empty_sound(self) -> None:
        for sound in self.spoken(("…", "—", "")).values():
            assert not len(sound.samples)

    def test_text_is_never_a_command(self) -> None:
        """Law 3: markup is read out or left out, and takes no more time than its letters do."""
        for line, sound in self.spoken(COMMANDS).items():
            assert fault(line, sound, polish.polish(sound, self.voice), self.voice) is None, line

    def test_the_card_brings_speech_to_its_loudness(self) -> None:
        """±0.5 LU over a script, by an independent meter; and no clip comes near to clipping."""
        clips = [polish.polish(sound, self.voice) for sound in self.spoken().values()]
        whole = np.concatenate(clips).astype(np.float64)
        assert abs(pyloudnorm.Meter(44_100).integrated_loudness(whole) - LOUDNESS) < 0.5
        assert np.abs(whole).max() < 0.99
