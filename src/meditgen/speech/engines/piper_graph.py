"""The Piper model's graph, rewritten in memory so that it speaks the same sound faster and lets us pace it.

Three changes, made on the ONNX file's own wire format (protocol buffers), because the `onnx` package is heavy
and an edit of a few fields needs none of it:

1. The decoder's one-dimensional convolutions become two-dimensional ones of height 1. onnxruntime has blocked
   (NCHWc) kernels for those and none for the others: 15 % less time, the same samples to 1e-6.
2. The one length scale becomes an input `stretch`, one number a phoneme. Silence around a line and at its
   commas is no longer computed at full length: another 10 % less.
3. The durations become an output, so that we know where each phoneme lies in the sound.

Field numbers are those of onnx.proto3, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from mmap import mmap
from typing import NamedTuple

__all__ = ["DURATIONS", "STRETCH", "UnknownGraphError", "rewrite"]

STRETCH = "stretch"
"""The new input: float32 [1, 1, phonemes], how many times longer than its own pace each phoneme is held."""
DURATIONS = "durations"
"""The new output: float32 [1, 1, phonemes], whole numbers of decoder frames."""

_GRAPH = 7
_NODE, _INITIALIZER, _INPUT, _OUTPUT, _VALUE_INFO = 1, 5, 11, 12, 13
_NODE_INPUT, _NODE_OUTPUT, _NODE_NAME, _NODE_OP, _NODE_ATTRIBUTE = 1, 2, 3, 4, 5
_TENSOR_DIMS, _TENSOR_NAME = 1, 8
_VARINT, _BYTES = 0, 2
_FLOAT, _INT64, _INTS = 1, 7, 7

_FIRST, _LAST, _SPEAKER = "/dec/conv_pre/Conv", "/dec/conv_post/Conv", b"/dec/cond/Conv"
_AXIS, _WIDE, _NARROW = "meditgen_axis", "meditgen_wide", "meditgen_narrow"


class UnknownGraphError(ValueError):
    """This model is built another way; it can still be spoken as it is."""


class _Field(NamedTuple):
    number: int
    value: int | memoryview
    raw: memoryview

    def text(self) -> str:
        """The value as a name."""
        return str(self.value, "utf-8") if isinstance(self.value, memoryview) else ""


class _Node(NamedTuple):
    name: str
    op: str
    inputs: list[str]
    outputs: list[str]


def rewrite(model: bytes | mmap) -> bytes:
    """The model with its three changes. Raises UnknownGraphError where it is not built as Piper builds one speaker."""
    top = list(_fields(memoryview(model)))
    graphs = [field for field in top if field.number == _GRAPH]
    if len(graphs) != 1 or not isinstance(graphs[0].value, memoryview):
        raise UnknownGraphError("not one graph")
    graph = _graph(list(_fields(graphs[0].value)))
    head = _write(_GRAPH << 3 | _BYTES) + _write(sum(map(len, graph)))
    return b"".join(
        [*(field.raw for field in top if field.number != _GRAPH), head, *graph]
    )  # the one copy of the weights


def _graph(fields: list[_Field]) -> list[bytes | memoryview]:
    pieces: list[bytes | memoryview] = []
    weights: set[str] = set()
    seen: set[str] = set()
    duration_input, duration_output = _durations(fields)
    for field in fields:
        if field.number == _NODE and isinstance(field.value, memoryview):
            raw = bytes(field.value)
            if _SPEAKER in raw:
                raise UnknownGraphError("more than one speaker")
            if b"/dec/" in raw:
                pieces += _decoder_node(field.value, weights, seen)
                continue
            if duration_input.encode() in raw and duration_input in _node(field.value).outputs:
                pieces.append(_stretched(field.value))
                continue
        if field.number not in {_INITIALIZER, _VALUE_INFO}:  # the shapes noted for three dimensions are gone
            pieces.append(field.raw)
    if not {_FIRST, _LAST} <= seen:
        raise UnknownGraphError("no decoder of that form")
    pieces += [_initializer(field, weights) for field in fields if field.number == _INITIALIZER]
    return [*pieces, _axis(), _identity(duration_output), _declared(_INPUT, STRETCH), _declared(_OUTPUT, DURATIONS)]


def _durations(fields: Iterable[_Field]) -> tuple[str, str]:
    """The names before and after the rounding of durations: the graph's only Ceil."""
    found = [
        node
        for field in fields
        if field.number == _NODE and isinstance(field.value, memoryview) and b"Ceil" in bytes(field.value)
        if (node := _node(field.value)).op == "Ceil"
    ]
    if len(found) != 1:
        raise UnknownGraphError("no durations")
    return found[0].inputs[0], found[0].outputs[0]


def _stretched(view: memoryview) -> bytes:
    """The multiplication by the length scale, taking our input in its place."""
    node = _node(view)
    if node.op != "Mul" or "Gather" not in node.inputs[1]:
        raise UnknownGraphError("no length scale")
    return _message(_NODE, _renamed_input(view, node.inputs[1], STRETCH))


def _decoder_node(view: memoryview, weights: set[str], seen: set[str]) -> list[bytes]:
    node = _node(view)
    seen.add(node.name)
    if node.name == _LAST:  # one channel out: blocked kernels would compute sixteen, so it stays as it is
        squeeze = _new_node("Squeeze", [node.inputs[0], _AXIS], _NARROW)
        return [squeeze, _message(_NODE, _renamed_input(view, node.inputs[0], _NARROW))]
    if not node.name.startswith("/dec/") or node.op not in {"Conv", "ConvTranspose"}:
        return [_message(_NODE, bytes(view))]
    weights.add(node.inputs[1])
    flat = b"".join(_two_dimensional(field) for field in _fields(view))
    if node.name != _FIRST:
        return [_message(_NODE, flat)]
    unsqueeze = _new_node("Unsqueeze", [node.inputs[0], _AXIS], _WIDE)
    return [unsqueeze, _message(_NODE, _renamed_input(memoryview(flat), node.inputs[0], _WIDE))]


def _two_dimensional(field: _Field) -> bytes:
    """A convolution's attribute with a first dimension of height 1 put before its own."""
    if field.number != _NODE_ATTRIBUTE or not isinstance(field.value, memoryview):
        return bytes(field.raw)
    inner = list(_fields(field.value))
    name = next(part.text() for part in inner if part.number == 1)
    own = [part.value for part in inner if part.number == 8 and isinstance(part.value, int)]
    if name in {"dilations", "kernel_shape", "strides"} and len(own) == 1:
        numbers = [1, *own]
    elif name == "pads" and len(own) == 2:
        numbers = [0, own[0], 0, own[1]]
    elif name == "group":
        return bytes(field.raw)
    else:
        raise UnknownGraphError(f"a convolution with {name}")
    body = _message(1, name.encode()) + b"".join(_number(8, n) for n in numbers) + _number(20, _INTS)
    return _message(_NODE_ATTRIBUTE, body)


def _initializer(field: _Field, weights: set[str]) -> bytes | memoryview:
    assert isinstance(field.value, memoryview)  # noqa: S101 - initializers are messages by definition
    inner = list(_fields(field.value))
    if not any(part.number == _TENSOR_NAME and part.text() in weights for part in inner):
        return field.raw
    dims = [part.value for part in inner if part.number == _TENSOR_DIMS and isinstance(part.value, int)]
    if len(dims) != 3:
        raise UnknownGraphError("weights of another shape")
    rest = [part.raw for part in inner if part.number != _TENSOR_DIMS]
    return _message(_INITIALIZER, b"".join([*(_number(_TENSOR_DIMS, n) for n in (*dims[:2], 1, dims[2])), *rest]))


def _axis() -> bytes:
    body = _number(_TENSOR_DIMS, 1) + _number(2, _INT64) + _message(_TENSOR_NAME, _AXIS.encode())
    return _message(_INITIALIZER, body + _message(9, (2).to_bytes(8, "little")))


def _identity(source: str) -> bytes:
    return _new_node("Identity", [source], DURATIONS)


def _declared(field: int, name: str) -> bytes:
    """A graph input or output of float32 [1, 1, phonemes]."""
    sizes = [_number(1, 1), _number(1, 1), _message(2, b"phonemes")]
    shape = b"".join(_message(1, size) for size in sizes)
    kind = _message(1, _number(1, _FLOAT) + _message(2, shape))
    return _message(field, _message(1, name.encode()) + _message(2, kind))


def _new_node(op: str, inputs: list[str], output: str) -> bytes:
    parts = [_message(_NODE_INPUT, name.encode()) for name in inputs]
    parts += [_message(_NODE_OUTPUT, output.encode()), _message(_NODE_NAME, f"meditgen/{output}".encode())]
    return _message(_NODE, b"".join([*parts, _message(_NODE_OP, op.encode())]))


def _renamed_input(view: memoryview, old: str, new: str) -> bytes:
    return b"".join(
        _message(_NODE_INPUT, new.encode()) if field.number == _NODE_INPUT and field.text() == old else field.raw
        for field in _fields(view)
    )


def _node(view: memoryview) -> _Node:
    names: dict[int, list[str]] = {_NODE_INPUT: [], _NODE_OUTPUT: [], _NODE_NAME: [], _NODE_OP: []}
    for field in _fields(view):
        if field.number in names:
            names[field.number].append(field.text())
    return _Node("".join(names[_NODE_NAME]), "".join(names[_NODE_OP]), names[_NODE_INPUT], names[_NODE_OUTPUT])


def _fields(view: memoryview) -> Iterator[_Field]:
    """The fields of one message, in order; values of fixed width are kept raw."""
    at = 0
    while at < len(view):
        start = at
        key, at = _read(view, at)
        value: int | memoryview
        if key & 7 == _VARINT:
            value, at = _read(view, at)
        else:
            size, at = _read(view, at) if key & 7 == _BYTES else ({1: 8, 5: 4}.get(key & 7, 0), at)
            value, at = view[at : at + size], at + size
            if not size and key & 7 != _BYTES:
                raise UnknownGraphError("not an ONNX file")
        if at > len(view):
            raise UnknownGraphError("this ONNX file is cut")
        yield _Field(key >> 3, value, view[start:at])


def _read(view: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(view):
        byte = view[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise UnknownGraphError("this ONNX file is cut")


def _write(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(number: int, value: int) -> bytes:
    return _write(number << 3 | _VARINT) + _write(value)


def _message(number: int, body: bytes) -> bytes:
    return _write(number << 3 | _BYTES) + _write(len(body)) + body
