"""Every test has a home and a cache of its own, so that none reads or fills the person's."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("MEDITGEN_HOME", str(home / "data"))
    monkeypatch.setenv("MEDITGEN_CACHE", str(home / "cache"))
    return home


MAYA = """\
name: Maya
say: MY-uh
blocks:
  - kind: complacency
    words: if I stop being hard on myself I'll get lazy
    origin: an old coach of mine
    truer: I can care about my work and still be kind
figure:
  kind: living
  name: Grandma Rose
  pronouns: she/her
  setting: at her kitchen table
  words: ["You don't have to earn this."]
easy_being: my old dog Biscuit
anchors: [feet, sound]
eyes: choose
touch: maybe
wishes: ["May I be kind to myself"]
"""


@pytest.fixture
def maya() -> str:
    """A whole profile, as a person would write it."""
    return MAYA
