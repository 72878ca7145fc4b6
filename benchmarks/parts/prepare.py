"""Lay out what the other parts need: lines and their times, the track as PCM, the bed as WAV. Not measured."""

import json
import sys
from pathlib import Path

import numpy as np
import soundfile

from meditgen.job import Job
from meditgen.pipeline import arrange
from meditgen.profile import load_profile
from meditgen.sound.beds import open_bed
from meditgen.sound.mixer import Mix
from meditgen.speech.cards import find_voice
from meditgen.speech.speak import speak_lines
from meditgen.timeline import fit
from meditgen.units import parse_length, to_seconds
from meditgen.words import find_practice

practice, minutes, plan, pcm, bed = sys.argv[1:]
profile = load_profile(Path(__file__).resolve().parents[2] / "examples" / "maya.yaml")
job = Job(practice, profile, parse_length(minutes), bed="rain")
found, voice, frames = find_practice(practice), find_voice(job.voice), parse_length(minutes)
script = arrange(found, job, frames, voice)
timeline = fit(script, speak_lines(list(script.lines()), voice).clips, frames)
mix = Mix(timeline, open_bed("rain"))
lines = [spoken.line.spoken for spoken in timeline.spoken]
starts = [to_seconds(spoken.start) for spoken in timeline.spoken]
scale = voice.pace.stretch
Path(plan).write_text(json.dumps({"lines": lines, "starts": starts, "length_scale": scale}), encoding="utf-8")
np.save(pcm, np.round(np.clip(mix.render(0, frames), -1, 1) * 32767).astype(np.int16))
soundfile.write(bed, mix.stem("bed", 0, frames), 44100, subtype="PCM_16")
