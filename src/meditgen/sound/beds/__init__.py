"""Beds: what sounds under the voice. One file each; this is the list."""

from __future__ import annotations

import os
from pathlib import Path

from meditgen.errors import UnknownNameError
from meditgen.nearest import did_you_mean
from meditgen.sound.beds.bed import BED_LUFS, Bed, Recipe, Silence
from meditgen.sound.beds.drone import drone
from meditgen.sound.beds.ocean import ocean
from meditgen.sound.beds.rain import rain

__all__ = ["BEDS", "BED_LUFS", "Bed", "Recipe", "find_bed", "is_bed_file", "open_bed"]

BEDS: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe("rain", "Rain", "Steady soft rain with drops close by, thickening and thinning by itself.", rain),
        Recipe("ocean", "Ocean", "Slow swells that come in, break softly and draw back.", ocean),
        Recipe(
            "drone", "Warm drone", "A warm drone: a low, soft, open chord that hardly moves.", drone, ("warm-drone",)
        ),
        Recipe("none", "No bed", "Silence under the voice.", lambda _seed: Silence(), ("silence",)),
    )
}
"""Every bed by its name, ``none`` included."""


def find_bed(name: str) -> Recipe:
    """The bed of that name or alias. Raises UnknownNameError, which names the nearest."""
    wanted = name.strip().casefold()
    for recipe in BEDS.values():
        if wanted in (recipe.name, recipe.title.casefold(), *recipe.aliases):
            return recipe
    known = [known for recipe in BEDS.values() for known in (recipe.name, *recipe.aliases)]
    hint = f"{did_you_mean(name, known)} A sound file of your own works too: give its path."
    raise UnknownNameError(f"there is no bed called {name!r}.", hint=hint)


def is_bed_file(name: str) -> bool:
    """Whether ``name`` means a file rather than one of our beds: it has a folder or an ending."""
    return os.sep in name or "/" in name or bool(Path(name).suffix)


def open_bed(name: str, seed: int = 0) -> Bed:
    """The bed called ``name``, or the sound file at that path, ready to render.

    Raises UnknownNameError where there is no such bed, BedFileError where the file cannot be used.
    """
    if is_bed_file(name):
        from meditgen.sound.beds.from_file import bed_from_file

        return bed_from_file(Path(name).expanduser())
    return find_bed(name).open(seed)
