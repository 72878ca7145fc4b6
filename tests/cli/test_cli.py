import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import soundfile

from meditgen import cli
from meditgen.units import parse_length


def run(*arguments: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["meditgen", *arguments])
    with pytest.raises(SystemExit) as left:
        cli.main()
    told = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, told.out, told.err


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """The command line called in this process: exit code, standard output, standard error."""
    return lambda *arguments: run(*map(str, arguments), monkeypatch=monkeypatch, capsys=capsys)


def test_generate_makes_a_track_and_says_where(call, tmp_path: Path) -> None:
    code, out, err = call("generate", "self-compassion-break", "--voice", "tone", "--output", tmp_path)
    assert (code, err) == (0, "")
    assert out.startswith(f"{tmp_path / 'self-compassion-break-6m.mp3'}  (6:00, 5 chapters, ")
    assert soundfile.info(tmp_path / "self-compassion-break-6m.mp3").frames == parse_length("6")


def test_generate_json_is_the_contract(call, tmp_path: Path) -> None:
    code, out, err = call(
        "generate",
        "self-compassion-break",
        "--voice",
        "tone",
        "--minutes",
        "5:30",
        "--output",
        tmp_path / "a.flac",
        "--json",
    )
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert {
        *("track", "seconds", "practice", "voice", "bed", "sections", "loudness_lufs", "true_peak_dbtp", "lines"),
        *("clips_spoken", "clips_reused", "frames_encoded", "frames_reused", "elapsed_seconds"),
    } <= set(told)
    assert told["seconds"] == 330.0
    assert (told["sections"][0]["start"], told["sections"][-1]["end"]) == (0.0, 330.0)
    assert soundfile.info(told["track"]).format == "FLAC"


@pytest.mark.parametrize("shape", ["text", "ssml", "json", "vtt", "lrc"])
def test_preview(call, shape: str) -> None:
    code, out, err = call("preview", "self-compassion-break", "--voice", "tone", "--as", shape)
    assert (code, err) == (0, "")
    assert "All of these feelings are okay." in out
    if shape == "json":
        lines = [node for section in json.loads(out)["sections"] for node in section["nodes"] if node["kind"] == "line"]
        assert all(0 < line["start"] < line["end"] <= 360 and line["text"] for line in lines)
    if shape == "ssml":
        again = Path(os.environ["MEDITGEN_HOME"]).parent / "own.ssml"
        again.write_text(out, encoding="utf-8")
        assert call("preview", again, "--voice", "tone")[0] == 0


@pytest.mark.parametrize("what", ["practices", "voices", "beds"])
def test_lists_are_tables_and_json(call, what: str) -> None:
    code, out, err = call(what)
    assert (code, err) == (0, "")
    told = json.loads(call(what, "--json")[1])
    assert len(told) >= 3
    for entry in told:
        assert entry["name"] in out
    if what == "voices":
        assert all({"engine", "installed", "licence", "language"} <= set(entry) for entry in told)


def test_doctor_is_content_here(call) -> None:
    code, out, _ = call("doctor")
    assert (code, "missing " in out) == (0, False)
    assert {finding["state"] for finding in json.loads(call("doctor", "--json")[1])} <= {"ok", "optional"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["generate", "self-compasion-break"], "Did you mean “self-compassion-break”?"),
        (["generate", "self-compassion-break", "--voice", "jo"], "Did you mean “joe”?"),
        (["generate", "self-compassion-break", "--bed", "ocen"], "Did you mean “ocean”?"),
        (["generate", "self-compassion-break", "--minutes", "45"], "Ask for 10:00"),
        (["generate", "self-compassion-break", "--minutes", "soon"], "is not a length"),
        (["generate", "self-compassion-break", "--minutes", "0"], "more than nothing"),
        (["generate", "self-compassion-break", "--profile", "no.yaml"], "there is no such profile"),
        (["generate", "self-compassion-break", "--profile", "{bad}"], "Did you mean “figure”?"),
        (["generate", "self-compassion-break", "--bed", "{text}"], "text.wav"),
        (["generate", "self-compassion-break", "--bed", "no.wav"], "no.wav"),
        (["generate", "{empty}"], "no front matter"),
        (["generate", "no.j2"], "no such practice file"),
        (["generate", "self-compassion-break", "--output", "x.ogg"], "tracks end in .mp3"),
        (["generate", "self-compassion-break", "--output", "x.wav", "--format", "mp3"], "leave one of them out"),
        (["generate"], "Missing argument"),
        (["generte"], "Did you mean “generate”?"),
    ],
)
def test_bad_input_is_one_clear_sentence_and_exit_2(
    call, tmp_path: Path, monkeypatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    files = {"bad": "figurre:\n  kind: living\n", "text": "this is not sound", "empty": "Hello.\n"}
    names = {"bad": "bad.yaml", "text": "text.wav", "empty": "empty.j2"}
    for key, text in files.items():
        (tmp_path / names[key]).write_text(text, encoding="utf-8")
    code, out, err = call(
        *(argument.format(**names) for argument in arguments),
        *(["--voice", "tone"] if "--voice" not in arguments and len(arguments) > 1 else []),
    )
    assert code == 2
    assert out == ""
    assert said in err
    assert "Traceback" not in err
    if err.startswith("meditgen: "):
        assert len(err.strip().splitlines()) == 1
    assert not list(tmp_path.rglob("*.mp3"))
    assert not list(tmp_path.rglob("*.part"))


def test_a_folder_nobody_may_write_in(call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, out, err = call(
        "generate", "self-compassion-break", "--voice", "tone", "--output", tmp_path / "file" / "deep"
    )
    assert (code, out) == (1, "")
    assert "a part of that path is a file" in err
    if os.geteuid():
        (tmp_path / "shut").mkdir(mode=0o500)
        code, _, err = call("generate", "self-compassion-break", "--voice", "tone", "--output", tmp_path / "shut")
        assert code == 1
        assert "you may not write there" in err


def spawn(*arguments: str, **more: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "meditgen", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )  # type: ignore[call-overload,no-any-return]


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of ``process`` when it has ended."""
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: writing fails in the middle of the track."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))

    arguments = ("generate", "self-compassion-break", "--voice", "tone", "--bed", "none", "--output")
    assert finished(spawn(*arguments, str(tmp_path / "a")))[0] == 0
    code, out, err = finished(spawn(*arguments, str(tmp_path / "b"), "--format", "wav", preexec_fn=limit))
    assert (code, out) == (1, "")
    assert err.startswith("meditgen: ")
    assert len(err.strip().splitlines()) == 1
    assert list((tmp_path / "b").iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_law_6_stopped_at_any_moment_it_leaves_no_half_track(tmp_path: Path, how: signal.Signals) -> None:
    """Ctrl-C in the middle: exit 130 and nothing there. A kill: no track, and the next run makes it whole."""
    arguments = ("generate", "through-caring-eyes", "--voice", "tone", "--minutes", "20", "--output", str(tmp_path))
    process = spawn(*arguments)
    cache = Path(os.environ["MEDITGEN_CACHE"])
    while not any(cache.rglob("clips/**/*.npy")) and process.poll() is None:
        time.sleep(0.002)
    process.send_signal(how)
    code, _, err = finished(process)
    assert code == (130 if how == signal.SIGINT else -signal.SIGKILL)
    assert "Traceback" not in err
    assert not list(tmp_path.glob("*.mp3" if how == signal.SIGKILL else "*"))
    assert finished(spawn(*arguments))[0] == 0
    assert soundfile.info(tmp_path / "through-caring-eyes-20m.mp3").frames == parse_length("20")


def test_help_imports_nothing_heavy() -> None:
    """What keeps --help quick: only click and a few modules of our own."""
    script = (
        "import sys, meditgen.cli as c\nsys.argv = ['meditgen', '--help']\n"
        "try:\n    c.main()\nfinally:\n    print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "click" in loaded
    assert not loaded & {
        "numpy",
        "scipy",
        "onnxruntime",
        "jinja2",
        "ruamel.yaml",
        "mutagen",
        "soundfile",
        "piper",
        "pydub",
    }
    for name in ("generate", "preview", "practices", "voices", "beds", "doctor"):
        assert f"  {name} " in done.stdout


def test_progress_is_quiet_in_a_pipe_and_shown_on_a_terminal(tmp_path: Path) -> None:
    import pty

    done = spawn("generate", "self-compassion-break", "--voice", "tone", "--output", str(tmp_path))
    assert done.communicate(timeout=300)[1] == ""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "meditgen",
            "generate",
            "self-compassion-break",
            "--voice",
            "tone",
            "--seed",
            "5",
            "--output",
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:  # the other end is gone
        pass
    os.close(ours)
    assert process.wait(300) == 0
    assert b"Mixing" in shown
    assert b"100%" in shown
    assert process.stdout is not None
    process.stdout.close()
