"""What counts as agreement between a saved and a recomputed value; one case a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.result import CellState, Computed, Recalculation
from cfp_xl.findings import Severity
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.verify.compare import compare
from cfp_xl.workbook.model import Cell, Sheet, Workbook

A1 = CellKey("Sheet1", 1, 1)
TENTH_THRICE = 0.1 + 0.1 + 0.1


def outcome(
    cell: Cell,
    computed: Computed,
    *,
    others: tuple[Cell, ...] = (),
    magnitude: float | None = None,
    is_ours: bool = True,
) -> tuple[str, list[tuple[str, str]]]:
    """How the one formula cell counts, and code and severity of its findings."""
    cells = {(c.row, c.column): c for c in (cell, *others)}
    workbook = Workbook(Path("t.xlsx"), "0" * 64, (Sheet("Sheet1", "s.xml", cells=cells),))
    recalculation = Recalculation({A1: computed}, (), {}, lambda _: magnitude, (A1,))
    counts, findings = compare(workbook, recalculation, 1e-9, is_ours=is_ours)
    assert counts.formulas == 1
    fields = ("matched", "mismatched", "not_computed", "not_cached", "volatile")
    (state,) = (name for name in fields if getattr(counts, name))
    return state, [(f.code, str(f.severity)) for f in findings]


def formula(value: Scalar, *, is_cached: bool = True, array_ref: str | None = None) -> Cell:
    return Cell(1, 1, value, "F()", is_cached=is_cached, array_ref=array_ref)


@pytest.mark.parametrize(
    ("saved", "recomputed", "matches"),
    [
        (1.0, 1.0, True),
        (1.0, 1.0 + 0.9e-9, True),
        (1.0, 1.0 + 1.2e-9, False),
        (6.33e-14, 6.3e-14, False),  # no absolute tolerance: footprints have such numbers
        (0.0, 1e-300, False),
        (0.0, 0.0, True),
        (1.0, True, False),  # TRUE is not 1
        (True, True, True),
        (1.0, "1", False),
        ("吨", "吨", True),
        ("kWh", "kwh", False),  # text is exact
        ("", "", True),
        (None, "", True),  # an empty <v/> is an empty text
        (0.0, "", False),
        (ExcelError.NA, ExcelError.VALUE, False),
        (ExcelError.NA, 0.0, False),
        (0.0, ExcelError.NA, False),
        ("#N/A", ExcelError.NA, False),  # a text that looks like an error is none
    ],
)
def test_two_values(saved: Scalar, recomputed: Scalar, matches: bool) -> None:
    expected = ("matched", []) if matches else ("mismatched", [("V01", "error")])
    assert outcome(formula(saved), Computed(recomputed)) == expected


@pytest.mark.parametrize(
    ("magnitude", "state"), [(None, "mismatched"), (0.6, "matched"), (0.01, "mismatched")]
)
def test_noise_of_cancellation_is_measured_by_the_operands(
    magnitude: float | None, state: str
) -> None:
    # 0.1+0.1+0.1-0.3 is 5.6e-17, Excel shows 0; 2^-50 of the operands' 0.6 is 5.3e-16
    recomputed = Computed(TENTH_THRICE - 0.3)
    assert outcome(formula(0.0), recomputed, magnitude=magnitude)[0] == state


@pytest.mark.parametrize(("is_ours", "severity"), [(True, "error"), (False, "warning")])
def test_equal_errors_match_and_are_a_finding(is_ours: bool, severity: str) -> None:
    found = outcome(formula(ExcelError.NA), Computed(ExcelError.NA), is_ours=is_ours)
    assert found == ("matched", [("V04", severity)])


@pytest.mark.parametrize(
    ("saved", "recomputed"),
    [
        (ExcelError.NAME, ExcelError.NAME),
        (ExcelError.NAME, 2.0),
        (2.0, ExcelError.NAME),
    ],
)
def test_name_error_on_either_side_is_not_computed(saved: Scalar, recomputed: Scalar) -> None:
    found = outcome(formula(saved), Computed(recomputed))
    assert found == ("not_computed", [("V06", "error")])


def test_not_computed_comes_before_all_else() -> None:
    not_computed = Computed(None, CellState.NOT_COMPUTED, is_volatile=True)
    assert outcome(formula(None, is_cached=False), not_computed)[0] == "not_computed"


def test_nothing_saved() -> None:
    found = outcome(formula(None, is_cached=False), Computed(3.0))
    assert found == ("not_cached", [("V02", "error")])


@pytest.mark.parametrize(
    ("cell", "is_stable", "state", "codes"),
    [
        (formula(5.0), False, "volatile", ["V03"]),  # RAND(): no comparison possible
        (formula(4.0), True, "volatile", ["V03"]),
        (formula(5.0), True, "mismatched", ["V01"]),  # 4+0*RAND() may not hold 5
        (formula(None, is_cached=False), False, "volatile", ["V03", "V02"]),
    ],
)
def test_volatile(cell: Cell, is_stable: bool, state: str, codes: list[str]) -> None:
    seen, findings = outcome(cell, Computed(4.0, is_volatile=True, is_stable=is_stable))
    assert (seen, [code for code, _ in findings]) == (state, codes)


def test_a_number_beyond_every_float_does_not_match_num() -> None:
    cell = Cell(1, 1, ExcelError.NUM, "F()", is_finite=False)  # <v>1E400</v>
    assert outcome(cell, Computed(ExcelError.NUM))[0] == "mismatched"


@pytest.mark.parametrize(
    ("second", "state"),
    [
        (Cell(2, 1, 2.0), "matched"),
        (Cell(2, 1, 2.1), "mismatched"),
        (Cell(3, 1, 2.0), "mismatched"),  # the second cell it fills is not there
    ],
)
def test_a_spill_is_one_formula_and_all_its_cells_must_match(second: Cell, state: str) -> None:
    computed = Computed(1.0, children={A1: 1.0, CellKey("Sheet1", 2, 1): 2.0})
    assert outcome(formula(1.0, array_ref="A1:A2"), computed, others=(second,))[0] == state


def test_a_saved_spill_longer_than_the_recomputed_one_differs() -> None:
    computed = Computed(1.0, children={A1: 1.0})
    others = (Cell(2, 1, 2.0),)
    assert outcome(formula(1.0, array_ref="A1:A2"), computed, others=others)[0] == "mismatched"


def test_differences_show_enough_digits_to_be_seen() -> None:
    cell = formula(1.0)
    workbook = Workbook(Path("t"), "", (Sheet("Sheet1", "s", cells={(1, 1): cell}),))
    recalculation = Recalculation({A1: Computed(1.0 + 2**-51)}, (), {}, lambda _: None, (A1,))
    _, (found,) = compare(workbook, recalculation, 0.0, is_ours=True)
    assert found.seen == "1.0"
    assert found.expected == "1.0000000000000004"
    assert found.severity is Severity.ERROR
