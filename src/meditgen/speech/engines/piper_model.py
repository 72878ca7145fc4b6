"""A Piper model, loaded: phonemes in, samples out.

onnxruntime runs with one thread a session; two threads then take two sessions, which on two cores measured faster
than one session with two threads, and than two threads sharing one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from meditgen.errors import VoiceError
from meditgen.speech.engine import Pace
from meditgen.speech.engines.piper_graph import DURATIONS, STRETCH, UnknownGraphError, rewrite

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

__all__ = ["QUIET_STRETCH", "Model", "config_path", "load"]

QUIET_STRETCH = 0.5
"""For phonemes that are silence: half the model's own length. The silence we want is added, not computed."""

_HOP = 256
"""Samples a decoder frame, where a model's configuration does not say."""
_MARKS = frozenset(".,:;?!")
_SPACERS = frozenset("_ ")


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model and what its configuration says."""

    path: Path
    session: InferenceSession
    paced: bool
    """Whether the session takes a stretch for each phoneme and tells durations."""
    rate: int
    hop: int
    espeak_voice: str
    id_map: dict[str, list[int]]

    def ids(self, sentence: list[str]) -> list[int]:
        """Phonemes as the model numbers them: begin, each followed by padding, end; nothing where nothing sounds."""
        known = [phoneme for phoneme in sentence if phoneme in self.id_map]
        if not any(phoneme not in _MARKS | _SPACERS for phoneme in known):
            return []
        ids = [*self.id_map["^"], *self.id_map["_"]]
        for phoneme in known:
            ids += [*self.id_map[phoneme], *self.id_map["_"]]
        return [*ids, *self.id_map["$"]]

    def run(self, ids: list[int], pace: Pace) -> npt.NDArray[np.float32]:
        """One sentence as samples, with the pace's silence at its inner marks."""
        given = np.array([ids], dtype=np.int64)
        # noise 0, length, width noise 0: the model draws nothing at random
        scales = np.array([0.0, 1.0 if self.paced else pace.stretch, 0.0], dtype=np.float32)
        inputs: dict[str, Any] = {
            "input": given,
            "input_lengths": np.array([len(ids)], dtype=np.int64),
            "scales": scales,
        }
        if not self.paced:
            sound: npt.NDArray[np.float32] = self.session.run(["output"], inputs)[0].reshape(-1)
            return sound
        quiet, marks = self._quiet(given[0])
        inputs[STRETCH] = np.where(quiet, QUIET_STRETCH, pace.stretch).astype(np.float32).reshape(1, 1, -1)
        output, durations = self.session.run(["output", DURATIONS], inputs)
        return self._breathing(output.reshape(-1), durations.reshape(-1), marks, pace.comma)

    def _quiet(self, ids: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.bool_], list[tuple[int, int]]]:
        """Which phonemes are silence, and from where to where each inner mark's silence reaches."""
        mark = np.isin(ids, [number for sign in _MARKS for number in self.id_map.get(sign, [])])
        spacer = np.isin(ids, [number for sign in _SPACERS for number in self.id_map[sign]])
        quiet = np.zeros(len(ids), dtype=np.bool_)
        quiet[:2] = quiet[-1] = True  # begin with its padding, and end
        marks = []
        for at in np.flatnonzero(mark).tolist():
            stop = at + 1
            while stop < len(ids) - 1 and spacer[stop]:
                stop += 1
            quiet[at:stop] = True
            if stop < len(ids) - 1:
                marks.append((at, stop))
        return quiet, marks

    def _breathing(
        self,
        sound: npt.NDArray[np.float32],
        durations: npt.NDArray[np.float32],
        marks: list[tuple[int, int]],
        comma: float,
    ) -> npt.NDArray[np.float32]:
        """``sound`` with ``comma`` seconds put into the quietest moment of each inner mark."""
        ends = np.concatenate([[0], np.cumsum(durations.astype(np.int64))]) * self.hop
        silence = np.zeros(round(comma * self.rate), dtype=np.float32)
        parts, last = [], 0
        for start, stop in marks:
            cut = _quietest(sound, int(ends[start]), int(ends[stop]))
            parts += [sound[last:cut], silence]
            last = cut
        return np.concatenate([*parts, sound[last:]])


def load(path: Path, *, plain: bool = False) -> Model:
    """The model at ``path``, rewritten to be fast and paced unless ``plain``. Raises VoiceError where it is damaged."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # lines differ in length, so a remembered pattern never fits the next
    options.log_severity_level = 3
    try:
        config = json.loads(config_path(path).read_text(encoding="utf-8"))
        model, paced = (str(path), False) if plain else _prepared(path)
        session = onnxruntime.InferenceSession(model, sess_options=options, providers=["CPUExecutionProvider"])
        return Model(
            path,
            session,
            paced,
            config["audio"]["sample_rate"],
            config.get("hop_length", _HOP),
            config["espeak"]["voice"],
            config["phoneme_id_map"],
        )
    except Exception as error:  # the same: what onnxruntime raises has no name of its own
        raise VoiceError(
            f"the model {path} cannot be loaded: {error}", hint="Install it again; the file may be damaged."
        ) from error


def _prepared(path: Path) -> tuple[bytes | str, bool]:
    """The rewritten model, or the path of the model where it is built another way."""
    with path.open("rb") as stream:
        mapped = mmap(stream.fileno(), 0, access=ACCESS_READ)  # it closes itself with the last view of it
    try:
        return rewrite(mapped), True
    except UnknownGraphError:
        return str(path), False


def config_path(path: Path) -> Path:
    """Where the configuration of the model at ``path`` lies."""
    return path.with_name(path.name + ".json")


def _quietest(sound: npt.NDArray[np.float32], start: int, stop: int) -> int:
    """The middle of the quietest stretch of 64 samples between ``start`` and ``stop``."""
    blocks = sound[start : start + (stop - start) // 64 * 64].reshape(-1, 64)
    if not len(blocks):
        return start
    return start + 64 * int(np.argmin(np.square(blocks).sum(axis=1))) + 32
