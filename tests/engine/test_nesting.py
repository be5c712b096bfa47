"""Excel nests functions 64 deep (its specifications and limits); absurd depth is one bad cell."""

from __future__ import annotations

from typing import Any

import pytest

from cfp_xl.workbook.model import DefinedName


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=" + "IF(TRUE," * 64 + "7" + ")" * 64, 7.0),
        ("=" + "(" * 64 + "7" + ")" * 64, 7.0),
        ("=" + "+1" * 3000, 3000.0),
    ],
)
def test_what_excel_can_hold_is_computed(formula: str, expected: float, recalculated: Any) -> None:
    assert recalculated({"A1": formula})["A1"] == expected


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("=" + "(" * 5000, "E01"),
        ("=" + "(" * 500 + "7" + ")" * 500, "E01"),
        ("=" + "IF(TRUE," * 150 + "7" + ")" * 150, "E01"),
        ("=" + "-" * 5000 + "7", "E04"),
        ("=" + "7" + "%" * 5000, "E04"),
    ],
)
def test_deeper_is_one_failed_cell(formula: str, code: str, recalculated: Any) -> None:
    result = recalculated({"A1": formula, "A2": "=1+1"})
    assert result.codes() == [(code, "A1")]
    assert result["A2"] == 2.0


def test_names_within_names(recalculated: Any) -> None:
    names = tuple(DefinedName(f"step_{i}", f"step_{i + 1}+1") for i in range(400))
    result = recalculated({"A1": "=step_0", "A2": "=1+1"}, names=names)
    assert [cell for _, cell in result.codes()] == ["A1"]
    assert result["A2"] == 2.0
