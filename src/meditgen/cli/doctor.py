"""``meditgen doctor``."""

from __future__ import annotations

import platform
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from meditgen import __version__
from meditgen.cli.table import print_json
from meditgen.paths import cache_dir, private_dir, user_dir

__all__ = ["command"]


@dataclass(frozen=True, slots=True)
class _Finding:
    """One thing looked at."""

    name: str
    state: str
    """``ok``, ``optional`` (missing, and fine without) or ``missing``."""
    detail: str
    """One sentence: what there is, or what is missing and how to get it."""


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
def command(*, as_json: bool) -> int:
    """Say what this machine has, what is missing, and how to get it. Leaves with 1 where tracks cannot be made."""
    findings = [*_python(), *_voices(), *_encoder(), *_ffmpeg(), *_folders()]
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        marks = {
            "ok": click.style("ok      ", fg="green"),
            "optional": "optional",
            "missing": click.style("missing ", fg="red"),
        }
        for finding in findings:
            click.echo(f"{marks[finding.state]}  {finding.name}: {finding.detail}")
    return 1 if any(finding.state == "missing" for finding in findings) else 0


def _python() -> Iterator[_Finding]:
    yield _Finding(
        "meditgen",
        "ok",
        f"{__version__} on Python {platform.python_version()}, {platform.system()} {platform.machine()}.",
    )


def _voices() -> Iterator[_Finding]:
    from meditgen.speech.listing import list_voices

    for voice in list_voices():
        state = "ok" if voice.installed else ("missing" if voice.name == "joe" else "optional")
        yield _Finding(f"voice {voice.name}", state, f"{voice.title}." if voice.installed else str(voice.missing))


def _encoder() -> Iterator[_Finding]:
    from meditgen.encode import lame

    if lame.available():
        yield _Finding("mp3 encoder", "ok", f"{lame.version()}, in parallel.")
    else:
        yield _Finding(
            "mp3 encoder",
            "optional",
            "LAME's functions are hidden in this build of lameenc: MP3s are made in one pass, slower.",
        )


def _ffmpeg() -> Iterator[_Finding]:
    found = shutil.which("ffmpeg")
    if found:
        yield _Finding("ffmpeg", "ok", f"{found}; bed files of any format can be read.")
    else:
        detail = (
            "not needed; with it, bed files can also be m4a, wma and the like (wav, flac, ogg and mp3 work without)."
        )
        yield _Finding("ffmpeg", "optional", detail)


def _folders() -> Iterator[_Finding]:
    cache = cache_dir()
    try:
        with tempfile.NamedTemporaryFile(dir=private_dir(cache)):
            used = sum(path.stat().st_size for path in cache.rglob("*") if path.is_file())
        free = shutil.disk_usage(cache).free
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        detail = f"{cache} cannot be written ({reason}); set MEDITGEN_CACHE to a folder that can."
        yield _Finding("cache", "missing", detail)
    else:
        state = "ok" if free > 200e6 else "missing"
        yield _Finding("cache", state, f"{cache} holds {used / 1e6:.0f} MB; {free / 1e9:.1f} GB are free there.")
    own = user_dir("scripts")
    count = len(list(Path(own).glob("*.j2"))) if own.is_dir() else 0
    yield _Finding("own practices", "ok", f"{count} in {own}; put .j2 files there to add to the library.")
