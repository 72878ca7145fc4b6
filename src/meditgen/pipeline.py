"""The map: from a job to a file, one verb a room."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from meditgen.dsp.loudness import Meter
from meditgen.encode import find_format
from meditgen.encode.source import Run
from meditgen.files import whole_file
from meditgen.job import Job
from meditgen.machine import cores
from meditgen.progress import Listener, Progress, silent
from meditgen.sound.beds import open_bed
from meditgen.sound.mixer import Mix
from meditgen.speech.cards import find_voice
from meditgen.speech.clip import Clip
from meditgen.speech.engine import Voice
from meditgen.speech.pace import estimate_seconds
from meditgen.speech.speak import kept_clips, speak_lines
from meditgen.timeline import Timeline, fit, length_bounds, passage_choices
from meditgen.track import REPLAYGAIN_LUFS, Track, describe, finish, front, track_path
from meditgen.units import db_to_gain, to_frames
from meditgen.words import Practice, find_practice, write_script
from meditgen.words.nodes import Line, Script

__all__ = ["arrange", "preview", "render"]


def render(job: Job, output: Path | None = None, *, workers: int | None = None, progress: Listener = silent) -> Track:
    """Make the track that ``job`` describes and put it at ``output``: a file, or a folder (by default ``output/``).

    Raises MeditgenError, with one sentence a person can act on; whatever happens, no half-written file is left.
    """
    began, workers = time.perf_counter(), workers or cores()
    practice, voice, form = find_practice(job.practice), find_voice(job.voice), find_format(job.format)
    frames, bed = practice.length(job.frames), open_bed(job.bed or practice.bed, job.seed)
    script = arrange(practice, job, frames, voice)
    path = track_path(output, practice, frames, form.suffix)
    with ThreadPoolExecutor(1) as aside:
        aside.submit(bed.render, 0, 1)  # a bed met for the first time is made while the voice speaks
        spoken = speak_lines(list(script.lines()), voice, workers=workers, progress=progress)
    timeline = fit(script, spoken.clips, frames, ending=job.ending)
    mix, meter = Mix(timeline, bed), Meter()
    tags = describe(timeline, practice, job, voice.language)
    with whole_file(path) as stream:
        run = Run(front(form.name, tags), workers, meter, lambda done: progress(Progress("Mixing", done, frames)))
        encoded = form.write(mix, stream, run)
        loudness, peak = meter.integrated_lufs, meter.true_peak_dbtp
        finish(form.name, stream, replace(tags, gain_db=REPLAYGAIN_LUFS - loudness, peak=db_to_gain(peak)))
    return Track(
        path=path,
        frames=frames,
        practice=practice.name,
        voice=voice.name,
        bed=job.bed or practice.bed,
        sections=timeline.sections,
        loudness_lufs=loudness,
        speech_lufs=meter.over((line.start, line.end) for line in timeline.spoken),
        true_peak_dbtp=peak,
        lines=len(timeline.spoken),
        clips_spoken=spoken.spoken,
        clips_reused=spoken.reused,
        frames_encoded=encoded.mp3_frames or 0,
        frames_reused=0,
        elapsed_seconds=time.perf_counter() - began,
    )


def preview(job: Job) -> Timeline:
    """The timeline of ``job`` without speaking: exact where every line's clip is kept already, else estimated."""
    practice, voice = find_practice(job.practice), find_voice(job.voice)
    frames = practice.length(job.frames)
    script = arrange(practice, job, frames, voice)
    lines = list(script.lines())
    guesses = {line.spoken: Clip("", _guess(line, voice), Path()) for line in lines}
    return fit(script, guesses | kept_clips(lines, voice), frames, ending=job.ending)


def arrange(practice: Practice, job: Job, frames: int, voice: Voice) -> Script:
    """The script with the passages that suit the length best, among those that can be fitted to it."""
    choices = passage_choices(write_script(practice, job, frames), frames, guidance=job.guidance)
    for choice in choices:
        low, high = length_bounds(choice, lambda line: _guess(line, voice), ending=job.ending)
        if low * 1.02 <= frames <= high * 0.98:
            return choice
    return choices[0]


def _guess(line: Line, voice: Voice) -> int:
    return to_frames(estimate_seconds(line.spoken, voice))
