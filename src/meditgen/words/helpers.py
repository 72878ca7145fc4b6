"""Helpers: the few calls by which a practice makes silence, breath and bells."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

__all__ = ["helpers"]

_BELLS = ("bowl", "chime")


def pause(seconds: float) -> Markup:
    """Silence of about ``seconds`` between sentences; 0.2 to 30."""
    return Markup(f'<break time="{_within(seconds, 0.2, 30, "pause"):g}s"/>')


def silence(seconds: float) -> Markup:
    """A rest of about ``seconds``, which the words announce; 10 to 600. Rests stretch further than pauses."""
    return Markup(f'<break time="{_within(seconds, 10, 600, "silence"):g}s" mg:rest="true"/>')


def breathe(inhale: float, exhale: float, times: int = 1) -> Markup:
    """``times`` breaths in silence, ``inhale`` and ``exhale`` seconds each; never stretched."""
    low, high = _within(inhale, 2, 10, "breathe"), _within(exhale, 2, 14, "breathe")
    count = int(_within(times, 1, 60, "breathe"))
    return Markup(f'<mg:breath in="{low:g}" out="{high:g}" times="{count}"/>')


def bell(name: str = "bowl") -> Markup:
    """One strike of a bell."""
    if name not in _BELLS:
        raise ValueError(f"there is no bell called “{name}”; use {' or '.join(_BELLS)}")
    return Markup(f'<mg:bell name="{name}"/>')


def _within(value: object, least: float, most: float, helper: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"{helper}() takes numbers from {least:g} to {most:g}, not {value}")
    return float(value)


def helpers() -> dict[str, Callable[..., Markup]]:
    """Every helper by the name templates call it."""
    return {"bell": bell, "breathe": breathe, "pause": pause, "silence": silence}
