"""Listing: every voice there is, with what a person wants to know before choosing one."""

from __future__ import annotations

from dataclasses import dataclass

from meditgen.speech.cards import card_names, find_voice
from meditgen.speech.engine import Voice
from meditgen.speech.registry import make_engine

__all__ = ["VoiceInfo", "list_voices"]


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """A voice as `meditgen voices` lists it."""

    name: str
    title: str
    engine: str
    installed: bool
    missing: str
    """What is missing, in one sentence; nothing where it is installed."""
    language: str
    gender: str
    licence: str
    licence_note: str
    licence_source: str


def list_voices() -> tuple[VoiceInfo, ...]:
    """Every voice there is, by name. Raises InputError where a card cannot be read."""
    return tuple(_info(find_voice(name)) for name in card_names())


def _info(voice: Voice) -> VoiceInfo:
    missing = make_engine(voice.engine).check(voice) or ""
    return VoiceInfo(
        name=voice.name,
        title=voice.title,
        engine=voice.engine,
        installed=not missing,
        missing=missing,
        language=voice.language,
        gender=voice.gender,
        licence=voice.licence.name,
        licence_note=voice.licence.note,
        licence_source=voice.licence.source,
    )
