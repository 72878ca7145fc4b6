"""Text to the phonemes that Piper's models were trained on, by the espeak-ng inside `piper-tts`."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache
from pathlib import Path

__all__ = ["phonemes"]

_ESPEAK = threading.Lock()
_LANGUAGE_FLAG = re.compile(r"\([^)]+\)")
"""What espeak-ng puts around words it reads in another language."""


def phonemes(text: str, language: str) -> list[list[str]]:
    """``text`` as espeak-ng's phonemes, sentence by sentence: the plain path of piper's own phonemiser.

    Piper's reading of ``[[…]]`` as raw phonemes is left out on purpose: a person's text is never a command.
    espeak-ng keeps one state a process, so one thread at a time may ask it.
    """
    from piper import espeakbridge

    with _ESPEAK:
        _start_espeak()
        espeakbridge.set_voice(language)
        clauses = espeakbridge.get_phonemes(text)
    sentences: list[list[str]] = [[]]
    for sounds, mark, ends in clauses:
        clause = _LANGUAGE_FLAG.sub("", sounds) + mark + (" " if mark in {",", ":", ";"} else "")
        sentences[-1] += unicodedata.normalize("NFD", clause)  # models know accents as phonemes of their own
        if ends:
            sentences.append([])
    return [sentence for sentence in sentences if sentence]


@cache
def _start_espeak() -> None:
    import piper
    from piper import espeakbridge

    espeakbridge.initialize(str(Path(piper.__file__).parent / "espeak-ng-data"))
