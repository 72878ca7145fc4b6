"""meditgen makes guided meditations that are personal: written, spoken, mixed and tagged on your own machine.

>>> import meditgen
>>> job = meditgen.Job("self-compassion-break", voice="tone", frames=5 * 60 * 44100)
>>> [section.title for section in meditgen.preview(job).sections]
['Arriving', 'This is hard', 'Others feel this too', 'A little kindness', 'Coming back']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from meditgen.errors import InputError, MeditgenError
    from meditgen.job import Job
    from meditgen.pipeline import preview, render
    from meditgen.profile import Block, Figure, Profile, load_profile
    from meditgen.progress import Progress
    from meditgen.track import Track

__version__ = "0.1.0.dev0"

_HOMES = {
    "Block": "profile",
    "Figure": "profile",
    "InputError": "errors",
    "Job": "job",
    "MeditgenError": "errors",
    "Profile": "profile",
    "Progress": "progress",
    "Track": "track",
    "load_profile": "profile",
    "preview": "pipeline",
    "render": "pipeline",
}

__all__ = [
    "Block",
    "Figure",
    "InputError",
    "Job",
    "MeditgenError",
    "Profile",
    "Progress",
    "Track",
    "__version__",
    "load_profile",
    "preview",
    "render",
]


def __getattr__(name: str) -> Any:
    """Each name is fetched from its room when it is first asked for, so that ``import meditgen`` costs nothing."""
    if name in _HOMES:
        return getattr(import_module(f"meditgen.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'meditgen' has no attribute {name!r}")
