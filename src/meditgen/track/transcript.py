"""Transcript: the words of a timeline with their times, as text, WebVTT, LRC, SSML and a tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from meditgen.timeline import Span, Spoken, Strike, Timeline
from meditgen.units import to_seconds
from meditgen.words.nodes import Line

__all__ = ["WRITERS", "lyrics", "tree"]


def _clock(frames: int, *, hours: bool = False, digits: int = 3) -> str:
    """``M:SS``-like time: ``00:01:02.500`` with hours, ``01:02.50`` without."""
    ticks = round(to_seconds(frames) * 10**digits)
    seconds, fraction = divmod(ticks, 10**digits)
    minutes, seconds = divmod(seconds, 60)
    tail = f"{seconds:02d}.{fraction:0{digits}d}" if digits else f"{seconds:02d}"
    if not hours:
        return f"{minutes:02d}:{tail}"
    whole, minutes = divmod(minutes, 60)
    return f"{whole:02d}:{minutes:02d}:{tail}"


def _by_section(timeline: Timeline) -> Iterator[tuple[Span, list[Spoken | Strike]]]:
    """Each section with what begins in it, in order of time."""
    events: list[Spoken | Strike] = [*timeline.spoken, *timeline.strikes]
    events.sort(key=lambda event: event.start)
    for span in timeline.sections:
        yield span, [event for event in events if span.start <= event.start < span.end]


def lyrics(timeline: Timeline, *, personal: bool = False) -> str:
    """The words, section by section; a person's own words only where ``personal`` says so."""
    paragraphs = []
    for span, events in _by_section(timeline):
        said = [_words(event.line, personal=personal) for event in events if isinstance(event, Spoken)]
        paragraphs.append("\n".join([span.title, *said]))
    return "\n\n".join(paragraphs)


def _words(line: Line, *, personal: bool) -> str:
    return line.text if personal or not line.personal else line.public


def tree(timeline: Timeline) -> dict[str, object]:
    """The fitted script as a tree: sections, and in them lines, bells and the silence between, in seconds."""
    sections = []
    for span, events in _by_section(timeline):
        nodes: list[dict[str, object]] = []
        for event in events:
            if isinstance(event, Strike):
                nodes.append({"kind": "bell", "name": event.bell, "start": _seconds(event.start)})
                continue
            nodes.append(
                {
                    "kind": "line",
                    "text": event.line.text,
                    "start": _seconds(event.start),
                    "end": _seconds(event.end),
                    "file": event.line.place.file,
                    "line": event.line.place.line,
                    "personal": event.line.personal,
                    "figure": event.line.figure,
                }
            )
        nodes += [
            {
                "kind": "breath",
                "start": _seconds(cycle.start),
                "end": _seconds(cycle.start + cycle.inhale + cycle.exhale),
            }
            for cycle in timeline.cycles
            if span.start <= cycle.start < span.end
        ]
        nodes.sort(key=lambda node: float(str(node["start"])))
        sections.append(
            {
                "kind": "section",
                "title": span.title,
                "start": _seconds(span.start),
                "end": _seconds(span.end),
                "nodes": nodes,
            }
        )
    return {"seconds": _seconds(timeline.frames), "sections": sections}


def _seconds(frames: int) -> float:
    return round(to_seconds(frames), 3)


def _as_text(timeline: Timeline) -> str:
    """For reading: times at the left, a blank line between sections, longer silences named."""
    rows: list[str] = []
    for span, events in _by_section(timeline):
        rows += ["", f"## {span.title}"]
        for event in events:
            clock = _clock(event.start, digits=0)
            rows.append(f"{clock}  ({event.bell})" if isinstance(event, Strike) else f"{clock}  {event.line.text}")
    return "\n".join([*rows[1:], "", f"{_clock(timeline.frames, digits=0)}  end"]) + "\n"


def _as_vtt(timeline: Timeline) -> str:
    """WebVTT (W3C)."""
    cues = [
        f"{_clock(spoken.start, hours=True)} --> {_clock(spoken.end, hours=True)}\n{escape(spoken.line.text)}"
        for spoken in timeline.spoken
    ]
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def _as_lrc(timeline: Timeline) -> str:
    """LRC: one timed line after another, as music players read them."""
    return "".join(f"[{_clock(spoken.start, digits=2)}]{spoken.line.text}\n" for spoken in timeline.spoken)


def _as_ssml(timeline: Timeline) -> str:
    """Plain SSML 1.1 (W3C) with every silence at its fitted length, for other engines."""
    rows = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-US">',
    ]
    if timeline.spoken:
        rows.append(f'<break time="{_milliseconds(timeline.spoken[0].start)}ms"/>')
    for spoken, following in pairwise([*timeline.spoken, None]):
        assert spoken is not None  # noqa: S101 - only the last of the list is None
        line = spoken.line
        words = (
            escape(line.text)
            if line.text == line.spoken
            else f"<sub alias={quoteattr(line.spoken)}>{escape(line.text)}</sub>"
        )
        until = following.start if following else timeline.frames
        rows.append(f'<s>{words}</s><break time="{_milliseconds(until - spoken.end)}ms"/>')
    return "\n".join([*rows, "</speak>"]) + "\n"


def _milliseconds(frames: int) -> int:
    return round(to_seconds(frames) * 1000)


def _as_json(timeline: Timeline) -> str:
    import json

    return json.dumps(tree(timeline), ensure_ascii=False, indent=2) + "\n"


WRITERS: dict[str, Callable[[Timeline], str]] = {
    "text": _as_text,
    "ssml": _as_ssml,
    "json": _as_json,
    "vtt": _as_vtt,
    "lrc": _as_lrc,
}
"""How a timeline is written, by the name ``preview --as`` takes."""
