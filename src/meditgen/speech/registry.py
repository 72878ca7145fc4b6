"""Registry: the engines there are. Each is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

from meditgen.errors import UnknownNameError, VoiceError
from meditgen.nearest import did_you_mean
from meditgen.speech.engine import Engine

__all__ = ["ENTRY_POINTS", "engine_names", "make_engine"]

ENTRY_POINTS = "meditgen.engines"
"""Where third parties add an engine: a callable without arguments that gives one."""


def _piper() -> Engine:
    from meditgen.speech.engines.piper import PiperEngine

    return PiperEngine()


def _system() -> Engine:
    from meditgen.speech.engines.system import SystemEngine

    return SystemEngine()


def _tone() -> Engine:
    from meditgen.speech.engines.tone import ToneEngine

    return ToneEngine()


_ENGINES: dict[str, Callable[[], Engine]] = {"piper": _piper, "system": _system, "tone": _tone}


def engine_names() -> tuple[str, ...]:
    """Our own engines, then those of third parties."""
    others = sorted({entry.name for entry in entry_points(group=ENTRY_POINTS)} - _ENGINES.keys())
    return (*_ENGINES, *others)


def make_engine(name: str) -> Engine:
    """A fresh engine, which one thread may use. Raises UnknownNameError, or VoiceError where a third party's fails."""
    factory = _ENGINES.get(name)
    if factory is not None:
        return factory()
    for entry in entry_points(group=ENTRY_POINTS, name=name):
        try:
            engine: Engine = entry.load()()
        except Exception as error:  # whatever a stranger's code raises
            raise VoiceError(f"the engine “{name}” could not be started: {error}", hint="Ask its maker.") from error
        return engine
    raise UnknownNameError(f"there is no engine “{name}”.", hint=did_you_mean(name, engine_names()))
