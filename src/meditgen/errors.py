"""Every error a person can meet, as one tree.

::

    MeditgenError                 exit 1
    ├── InputError                exit 2   something that was asked for or written
    │   ├── UnknownNameError               no practice, voice, bed, ... of that name
    │   ├── ProfileError                   a profile that cannot be read
    │   ├── ScriptError                    a practice that cannot be read or rendered
    │   ├── LengthError                    a length this script cannot be fitted to
    │   └── BedFileError                   a bed brought by the user that cannot be used
    ├── VoiceError                exit 1   an engine or its model is missing or failed
    │   └── ClipError                      a line that could not be spoken soundly
    ├── EncodeError               exit 1   an encoder refused
    ├── StorageError              exit 1   a file or folder that cannot be written or read
    └── Stopped                   exit 130 the person said stop

An error is one sentence that says what, where and what to do. It survives pickling, because it may
come back from another process.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "BedFileError",
    "ClipError",
    "EncodeError",
    "InputError",
    "LengthError",
    "MeditgenError",
    "Place",
    "ProfileError",
    "ScriptError",
    "Stopped",
    "StorageError",
    "UnknownNameError",
    "VoiceError",
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands."""

    file: str
    """The file as the person knows it."""
    line: int = 0
    """Counted from 1; 0 where no line can be named."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class MeditgenError(Exception):
    """The root: the command line catches this and nothing else."""

    exit_code = 1

    def __init__(self, message: str, *, where: Place | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{place}{self.message}{hint}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.message, self.where, self.hint)


def _rebuild(kind: type[MeditgenError], message: str, where: Place | None, hint: str) -> MeditgenError:
    return kind(message, where=where, hint=hint)


class InputError(MeditgenError):
    """Something that was asked for or written cannot be used as it is."""

    exit_code = 2


class UnknownNameError(InputError):
    """No practice, voice, bed or field of that name."""


class ProfileError(InputError):
    """A profile that cannot be read."""


class ScriptError(InputError):
    """A practice that cannot be read or rendered."""


class LengthError(InputError):
    """A length that this script cannot be fitted to."""


class BedFileError(InputError):
    """A bed brought by the user that cannot be used."""


class VoiceError(MeditgenError):
    """A voice, its engine or its model is missing or failed."""


class ClipError(VoiceError):
    """A line could not be spoken soundly; it is never replaced by silence."""


class EncodeError(MeditgenError):
    """An encoder refused."""


class StorageError(MeditgenError):
    """A file or folder that cannot be written or read."""


class Stopped(MeditgenError):  # noqa: N818 - not a fault: the person said stop
    """The person said stop."""

    exit_code = 130
