"""Operators over whole arrays give what they give value by value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfp_xl.engine.array_operators import FEW, binary
from cfp_xl.engine.operators import BINARY, elementwise
from cfp_xl.functions.values import ExcelError

NUMBERS = [0.0, -0.0, 1.0, -2.5, 0.1 + 0.2, 0.3, 1e308, 1e-320, 5e15, 5e15 + 1]
TEXTS = ["", "a", "A", "ß", "ss", "1", "true", "\u0130"]
OTHERS = [None, True, False, ExcelError.NA, ExcelError.DIV0]

columns = st.one_of(
    *[
        st.lists(st.sampled_from(values), min_size=FEW, max_size=FEW)
        for values in (
            NUMBERS,
            [*NUMBERS, True, False],
            TEXTS,
            [*NUMBERS, *TEXTS, None, True],
            [*NUMBERS, *TEXTS, *OTHERS],
        )
    ]
)
ones = st.sampled_from([*NUMBERS, *TEXTS, *OTHERS])


def array(values: list[Any]) -> Any:
    result = np.empty((len(values), 1), object)
    result[:, 0] = values
    return result


@settings(max_examples=150, derandomize=True)
@given(columns, st.one_of(columns, ones), st.booleans())
def test_as_one_by_one(column: list[Any], other: Any, is_left: bool) -> None:
    pair = (array(column), array(other) if isinstance(other, list) else other)
    a, b = pair if is_left else pair[::-1]
    for sign, function in BINARY.items():
        one_by_one: Any = elementwise(function, [a, b], lambda: None)
        at_once: Any = binary(sign, a, b, lambda f, values: elementwise(f, values, lambda: None))
        assert list(map(repr, at_once.ravel())) == list(map(repr, one_by_one.ravel())), sign


@pytest.mark.parametrize("sign", ["=", "<>", "*", "+"])
def test_many_values_are_not_taken_one_by_one(sign: str) -> None:
    def each(*_: Any) -> Any:
        raise AssertionError

    numbers, texts = array([1.0] * FEW), array(["kg", None] * (FEW // 2))
    at_once: Any = binary(sign, numbers, numbers, each)
    assert at_once.shape == (FEW, 1)
    if sign in ("=", "<>"):
        at_once = binary(sign, texts, "kg", each)
        assert at_once[0, 0] is (sign == "=")
