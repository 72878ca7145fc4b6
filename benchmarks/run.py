"""One command: the main job side by side with a pipeline written by hand and with the bare cost of its parts.

    python benchmarks/run.py [--runs 3] [--minutes 10] [--only speed|memory|help]

Every case is a whole process of its own, run in turn, so that a machine that slows down slows them all.
Prints medians, ratios pair by pair, peak memory, and whether each figure the project promises is reached.
The ffmpeg of the hand-written pipeline comes from ``imageio-ffmpeg`` (``pip install '.[bench]'``); meditgen needs none.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
PRACTICE = "self-compassion-break"
EDITED = "It belongs to being human, and it is not a fault of yours."


@dataclass
class Case:
    """One way of doing the work, and what each run of it took."""

    name: str
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def run(command: list[str], env: dict[str, str], case: Case, *, inner: bool = False) -> str:
    """Run ``command``; note its wall time (or the ``seconds`` it prints of its inner part) and its peak memory."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        began = time.perf_counter()
        process = subprocess.Popen(command, env=env, stdout=out, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        text = out.read()
        if process.returncode:
            sys.exit(f"{' '.join(command)}\nfailed:\n{errors.read()}{text}")
    case.seconds.append(json.loads(text)["seconds"] if inner else took)
    case.megabytes.append(usage.ru_maxrss / 1024)
    return text


class Bench:
    """The folders and the commands of one benchmark."""

    def __init__(self, work: Path, minutes: float) -> None:
        self.work = work
        self.minutes = minutes
        self.env = os.environ | {"MEDITGEN_HOME": str(work / "home"), "MEDITGEN_CACHE": str(work / "cache")}
        self.scripts = work / "scripts"
        shutil.copytree(HERE.parent / "scripts", self.scripts)
        self.practice = self.scripts / f"{PRACTICE}.j2"

    def generate(self, case: Case, *more: str, practice: Path | None = None, voice: str = "joe") -> dict[str, object]:
        """``meditgen generate`` as a person runs it."""
        command = [
            *(sys.executable, "-m", "meditgen", "generate", str(practice or self.practice)),
            *("--profile", str(HERE.parent / "examples" / "maya.yaml"), "--voice", voice, "--bed", "rain", "--json"),
            *("--output", str(self.work / "out.mp3"), *more),
        ]
        if "--minutes" not in more:
            command += ["--minutes", f"{self.minutes:g}"]
        answer: dict[str, object] = json.loads(run(command, self.env, case))
        return answer

    def forget(self) -> None:
        """An empty cache, as on the first day."""
        shutil.rmtree(self.work / "cache", ignore_errors=True)

    def edit(self, number: int) -> None:
        """Change one line of the practice, another way each time."""
        text = (HERE.parent / "scripts" / f"{PRACTICE}.j2").read_text(encoding="utf-8")
        edited = text.replace(EDITED, EDITED.replace("fault", f"fault, {'not ' * number}at all,"))
        if edited == text:
            sys.exit(f"the line to edit is no longer in {PRACTICE}: {EDITED}")
        self.practice.write_text(edited, encoding="utf-8")

    def part(self, name: str, case: Case, *arguments: str, inner: bool) -> str:
        """A program of ``benchmarks/parts``."""
        return run([sys.executable, str(HERE / "parts" / f"{name}.py"), *arguments], self.env, case, inner=inner)


def speed(bench: Bench, runs: int) -> dict[str, Case]:
    """Cold, warm, one line edited; by hand; the bare parts."""
    names = ("cold", "warm", "edited", "by hand", "bare speech", "bare encode")
    cases = {name: Case(name) for name in names}
    plan, pcm, bed = (str(bench.work / name) for name in ("plan.json", "pcm.npy", "bed.wav"))
    bench.part("prepare", Case("prepare"), str(bench.practice), f"{bench.minutes:g}", plan, pcm, bed, inner=False)
    for number in range(runs):
        shutil.copy(HERE.parent / "scripts" / f"{PRACTICE}.j2", bench.practice)
        bench.forget()
        cold = bench.generate(cases["cold"])
        bench.part("bare_speech", cases["bare speech"], plan, inner=True)
        bench.part("by_hand", cases["by hand"], plan, bed, str(bench.work / "hand.mp3"), inner=False)
        warm = bench.generate(cases["warm"])
        bench.part("bare_encode", cases["bare encode"], pcm, inner=True)
        bench.edit(number)
        edited = bench.generate(cases["edited"])
        if cold["clips_reused"] or warm["clips_spoken"] or edited["clips_spoken"] != 1:
            sys.exit(f"not what was to be measured: {cold=}, {warm=}, {edited=}")
        print(
            f"run {number + 1}: " + ", ".join(f"{case.name} {case.seconds[-1]:.2f} s" for case in cases.values()),
            flush=True,
        )
    return cases


def memory(bench: Bench) -> tuple[Case, Case]:
    """A short and a long track of the same practice, clips at hand, so that no voice model is loaded."""
    practice = bench.scripts / "long-sitting.j2"
    section = (HERE / "long-sitting.j2").read_text(encoding="utf-8")
    practice.write_text(section, encoding="utf-8")
    short, long = Case("10 minutes"), Case("60 minutes")
    for case, minutes in ((short, "10"), (long, "60")):
        bench.generate(Case("speak"), "--minutes", minutes, practice=practice, voice="tone")
        for _ in range(3):
            bench.generate(case, "--minutes", minutes, practice=practice, voice="tone")
    return short, long


def verdict(name: str, value: float, limit: float, unit: str = "×") -> bool:
    """One promise: what was measured, what was promised."""
    reached = value <= limit
    print(f"  {'reached ' if reached else 'MISSED  '} {name}: {value:.3f}{unit} (promised ≤ {limit:g}{unit})")
    return reached


def ratio(one: Case, other: Case) -> float:
    """The median of the ratios, run by run."""
    return statistics.median(a / b for a, b in zip(one.seconds, other.seconds, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--only", choices=("speed", "memory", "help"))
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    chosen = parser.parse_args()
    figures: dict[str, object] = {}
    reached = []
    with tempfile.TemporaryDirectory(prefix="meditgen-bench-") as folder:
        bench = Bench(Path(folder), chosen.minutes)
        if chosen.only in (None, "speed"):
            cases = speed(bench, chosen.runs)
            print(f"\n{PRACTICE}, {chosen.minutes:g} minutes, median of {chosen.runs}:")
            for case in cases.values():
                print(f"  {case.name:<12} {case.median:7.2f} s   peak {max(case.megabytes):6.0f} MB")
                figures[case.name] = {"seconds": case.seconds, "megabytes": case.megabytes}
            print()
            reached += [
                verdict("cold / by hand", ratio(cases["cold"], cases["by hand"]), 0.65),
                verdict("cold / bare speech", ratio(cases["cold"], cases["bare speech"]), 0.95),
                verdict("warm / bare encode", ratio(cases["warm"], cases["bare encode"]), 0.9),
            ]
            print(f"           one line edited / by hand: {ratio(cases['edited'], cases['by hand']):.3f}×")
        if chosen.only in (None, "memory"):
            short, long = memory(bench)
            print()
            for case in (short, long):
                print(f"  {case.name}: peak {statistics.median(case.megabytes):.0f} MB, {case.median:.2f} s")
                figures[case.name] = {"seconds": case.seconds, "megabytes": case.megabytes}
            grown = statistics.median(long.megabytes) / statistics.median(short.megabytes)
            reached.append(verdict("memory of 60 minutes / 10 minutes", grown, 1.15))
        if chosen.only in (None, "help"):
            case = Case("help")
            for _ in range(11):
                run([sys.executable, "-m", "meditgen", "--help"], bench.env, case)
            figures["help"] = {"seconds": case.seconds}
            print()
            reached.append(verdict("meditgen --help", case.median, 0.25, " s"))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    sys.exit(0 if all(reached) else 1)


if __name__ == "__main__":
    main()
