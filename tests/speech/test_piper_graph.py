import pytest
from hypothesis import given
from hypothesis import strategies as st

from meditgen.speech.engines import piper_graph
from meditgen.speech.engines.piper_graph import UnknownGraphError, rewrite


def node(op: str, name: str, inputs: list[str], outputs: list[str]) -> bytes:
    fields = [(1, text) for text in inputs] + [(2, text) for text in outputs] + [(3, name), (4, op)]
    return piper_graph._message(1, b"".join(piper_graph._message(number, text.encode()) for number, text in fields))


def model(*nodes: bytes) -> bytes:
    return piper_graph._number(1, 8) + piper_graph._message(7, b"".join(nodes))


CEIL = node("Ceil", "/Ceil", ["/Mul_1_output_0"], ["/Ceil_output_0"])
SCALE = node("Mul", "/Mul_1", ["/Mul_output_0", "/Gather_1_output_0"], ["/Mul_1_output_0"])
FIRST = node("Conv", "/dec/conv_pre/Conv", ["z", "w"], ["a"])
LAST = node("Conv", "/dec/conv_post/Conv", ["a", "v"], ["output"])


def test_a_graph_of_pipers_form_is_rewritten() -> None:
    new = rewrite(model(SCALE, CEIL, FIRST, LAST))
    for name in (b"stretch", b"durations", b"Unsqueeze", b"Squeeze"):
        assert name in new
    assert b"Gather_1" not in new


@pytest.mark.parametrize(
    "nodes",
    [
        (),
        (SCALE, FIRST, LAST),
        (SCALE, CEIL, CEIL, FIRST, LAST),
        (SCALE, CEIL, FIRST),
        (SCALE, CEIL, LAST),
        (node("Add", "/Mul_1", ["x", "/Gather_1_output_0"], ["/Mul_1_output_0"]), CEIL, FIRST, LAST),
        (SCALE, CEIL, FIRST, node("Conv", "/dec/cond/Conv", ["g", "w"], ["c"]), LAST),
    ],
)
def test_any_other_form_is_refused(nodes: tuple[bytes, ...]) -> None:
    with pytest.raises(UnknownGraphError):
        rewrite(model(*nodes))


@given(st.binary(max_size=200))
def test_what_is_no_model_is_refused(content: bytes) -> None:
    with pytest.raises(UnknownGraphError):
        rewrite(content)


@given(st.integers(0, 2**63 - 1))
def test_numbers_are_read_as_written(value: int) -> None:
    written = piper_graph._write(value)
    assert piper_graph._read(memoryview(written), 0) == (value, len(written))


@given(st.lists(st.tuples(st.integers(1, 200), st.one_of(st.integers(0, 2**40), st.binary(max_size=300))), max_size=8))
def test_fields_are_read_as_written(fields: list[tuple[int, int | bytes]]) -> None:
    written = b"".join(
        piper_graph._number(number, value) if isinstance(value, int) else piper_graph._message(number, value)
        for number, value in fields
    )
    found = list(piper_graph._fields(memoryview(written)))
    assert [(field.number, field.value) for field in found] == fields
    assert b"".join(field.raw for field in found) == written
