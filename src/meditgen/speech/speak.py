"""Speak: every line of a script as a clip, each text once, from the cache where it is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from meditgen.errors import ClipError, VoiceError
from meditgen.machine import cores
from meditgen.progress import Listener, Progress, silent
from meditgen.speech import polish
from meditgen.speech.cache import ClipCache, open_cache
from meditgen.speech.checks import fault
from meditgen.speech.clip import Clip
from meditgen.speech.engine import Engine, Voice
from meditgen.speech.pace import estimate_seconds
from meditgen.speech.registry import make_engine
from meditgen.words.nodes import Line

__all__ = ["SpokenLines", "kept_clips", "speak_lines"]


@dataclass(frozen=True, slots=True)
class SpokenLines:
    """What came of it."""

    clips: dict[str, Clip]
    """By what the voice was given, `Line.spoken`."""
    spoken: int
    reused: int


def speak_lines(
    lines: Sequence[Line],
    voice: Voice,
    *,
    workers: int | None = None,
    progress: Listener = silent,
    cache: ClipCache | None = None,
) -> SpokenLines:
    """A clip for every line, in as many threads as there are cores unless ``workers`` says otherwise.

    ``progress`` is called in this thread, with seconds of speech: once at the beginning, then after each line.
    Raises ClipError naming the line that could not be spoken soundly, VoiceError where the engine fails, StorageError
    where clips cannot be kept. At the first error, or when the person says stop, what has begun ends and nothing new
    begins.
    """
    cache = cache or open_cache()
    first = {line.spoken: line for line in reversed(lines)}
    digests = _digests(first, voice, cache)
    clips = {text: clip for text, digest in digests.items() if (clip := cache.get(digest)) is not None}
    missing = [line for text, line in first.items() if text not in clips]
    if missing:
        clips |= _Pool(voice, cache, digests).speak(missing, max(1, workers or cores()), progress)
    return SpokenLines({line.spoken: clips[line.spoken] for line in lines}, len(missing), len(first) - len(missing))


def kept_clips(lines: Sequence[Line], voice: Voice, *, cache: ClipCache | None = None) -> dict[str, Clip]:
    """The clips of ``lines`` that are kept already, by what the voice was given; nothing is spoken.

    A voice whose model is missing keeps none, so that a preview needs no voice.
    """
    cache = cache or open_cache()
    try:
        digests = _digests([line.spoken for line in lines], voice, cache)
    except VoiceError:
        return {}
    return {text: clip for text, digest in digests.items() if (clip := cache.get(digest)) is not None}


class _Pool:
    """Threads, each with an engine of its own."""

    def __init__(self, voice: Voice, cache: ClipCache, digests: dict[str, str]) -> None:
        self._voice = voice
        self._cache = cache
        self._digests = digests
        self._own = threading.local()
        self._engines: list[Engine] = []

    def speak(self, lines: list[Line], workers: int, progress: Listener) -> dict[str, Clip]:
        """Longest first, so that no thread is left alone with a long line at the end."""
        seconds = {line.spoken: estimate_seconds(line.spoken, self._voice) for line in lines}
        lines = sorted(lines, key=lambda line: (-seconds[line.spoken], line.spoken))
        executor = ThreadPoolExecutor(min(workers, len(lines)), thread_name_prefix="meditgen-voice")
        try:
            jobs = {executor.submit(self._line, line): line for line in lines}
            return _collected(jobs, seconds, progress)
        finally:
            executor.shutdown(wait=True, cancel_futures=True)
            for engine in self._engines:
                engine.close()

    def _line(self, line: Line) -> Clip:
        """One clip, checked; a fault is given one more try with the engine begun anew."""
        engine = self._engine()
        for last in (False, True):
            sound = engine.speak(line.spoken, self._voice)
            samples = polish.polish(sound, self._voice)
            problem = fault(line.spoken, sound, samples, self._voice)
            if problem is None:
                return self._cache.put(self._digests[line.spoken], samples)
            if not last:
                engine.close()
        raise ClipError(
            f"the voice “{self._voice.name}” could not say “{line.text}”: its clip {problem}.",
            where=line.place,
            hint="Reword the line, or choose another voice.",
        )

    def _engine(self) -> Engine:
        engine: Engine | None = getattr(self._own, "engine", None)
        if engine is None:
            engine = make_engine(self._voice.engine)
            self._own.engine = engine
            self._engines.append(engine)
        return engine


def _collected(jobs: dict[Future[Clip], Line], seconds: dict[str, float], progress: Listener) -> dict[str, Clip]:
    """The clips as they come; the first error ends it."""
    clips: dict[str, Clip] = {}
    total, done_seconds = sum(seconds.values()), 0.0
    progress(Progress("Speaking", 0.0, total))
    left: Iterable[Future[Clip]] = jobs
    while len(clips) < len(jobs):
        done, left = wait(left, return_when=FIRST_COMPLETED)
        for job in done:
            line = jobs[job]
            clips[line.spoken] = job.result()
            done_seconds += seconds[line.spoken]
            progress(Progress("Speaking", done_seconds, total, line.text))
    return clips


def _digests(texts: Iterable[str], voice: Voice, cache: ClipCache) -> dict[str, str]:
    """For each text, all that shapes its clip, under the cache's own key."""
    pace = (voice.pace.stretch, voice.pace.words_per_minute, voice.pace.comma)
    shaped_by = (
        voice.engine,
        voice.model,
        make_engine(voice.engine).fingerprint(voice),
        repr((*pace, voice.gain_db)),
        f"polish.{polish.REVISION}",
    )
    return {text: cache.digest(*shaped_by, text) for text in texts}
