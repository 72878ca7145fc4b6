"""Words: from a practice and a person to a Script."""

from __future__ import annotations

from meditgen.job import Job
from meditgen.words.helpers import helpers
from meditgen.words.library import Practice, find_practice, list_practices
from meditgen.words.nodes import Script
from meditgen.words.parser import parse_ssml
from meditgen.words.persona import persona
from meditgen.words.template import render_template

__all__ = ["Practice", "find_practice", "list_practices", "write_script"]


def write_script(practice: Practice, job: Job, frames: int) -> Script:
    """The practice in words for this job and a track of ``frames`` frames: every optional passage still in it.

    Raises ScriptError naming the file and line of what cannot be rendered or read.
    """
    if practice.path.suffix == ".ssml":
        markup = practice.template
    else:
        markup = render_template(practice, persona(job, frames) | helpers())
    return parse_ssml(markup, practice.shown, practice=practice.name, title=practice.title)
