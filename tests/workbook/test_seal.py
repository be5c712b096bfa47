"""The seal tells a formula from what was put in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfp_xl.findings import CellRef, Severity
from cfp_xl.functions.values import Scalar
from cfp_xl.schema.seal import check_seal, has_seal, make_seal
from cfp_xl.workbook.model import Cell, DefinedName, Sheet, Workbook

FORMULAS = {
    (2, 3): "A2*B2",
    (3, 3): "A3*B3",
    (4, 3): "A4*B4",
    (6, 3): "SUM(C2:C4)",
    (6, 4): '"a;b=c,d"&" x"',
}
NAMES = (
    DefinedName("cfp_activities", "'My sheet, 50%'!$A$1:$C$4"),
    DefinedName("other", "A1"),
)


def book(
    formulas: Mapping[tuple[int, int], str] = FORMULAS,
    *,
    values: Mapping[tuple[int, int], Scalar] | None = None,
    names: tuple[DefinedName, ...] = NAMES,
    sheet: str = "My sheet, 50%",
) -> Workbook:
    cells = {
        (row, column): Cell(row, column, 1.0, formula)
        for (row, column), formula in formulas.items()
    }
    for (row, column), value in (values or {}).items():
        cells[row, column] = Cell(row, column, value)
    return Workbook(Path("b.xlsx"), "", (Sheet(sheet, "", cells=cells),), names, properties=MADE)


MADE = {"cfp_template": "product-zh"}


def findings(changed: Workbook) -> list[tuple[str, str | None]]:
    sealed = replace(changed, properties={**MADE, **make_seal(book())})
    return [(f.code, f.where.cell if f.where else None) for f in check_seal(sealed)]


def without(*cells: tuple[int, int]) -> dict[tuple[int, int], str]:
    return {cell: formula for cell, formula in FORMULAS.items() if cell not in cells}


CHANGES = [
    ("nothing", book(), []),
    ("a new formula elsewhere", book({**FORMULAS, (9, 9): "1+1"}), []),
    ("other input", book(values={(2, 1): 5.0}), []),
    ("spelt another way", book({**FORMULAS, (6, 3): "sum( c2:C4 )"}), []),
    ("a constant typed over it", book(without((3, 3)), values={(3, 3): 4.62}), [("N01", "C3")]),
    ("a text typed over it", book(without((6, 4)), values={(6, 4): "x"}), [("N01", "D6")]),
    (
        "cleared",
        book(without((3, 3), (4, 3)), values={(3, 1): 5.0, (4, 2): 2.0}),
        [("W41", "C3"), ("W41", "C4")],
    ),
    ("cleared in rows that hold nothing else", book(without((3, 3), (4, 3))), []),
    ("an empty text", book(without((3, 3)), values={(3, 1): 5.0, (3, 3): ""}), [("W41", "C3")]),
    ("another factor", book({**FORMULAS, (3, 3): "A3*B3*0.5"}), [("W40", "C3")]),
    ("another row", book({**FORMULAS, (3, 3): "A2*B2"}), [("W40", "C3")]),
    ("masked", book({**FORMULAS, (6, 3): "IFERROR(SUM(C2:C4),0)"}), [("W40", "C6")]),
    ("the sheet renamed", book(sheet="Sheet2"), [("W41", None)]),
    ("names gone", book(names=()), [("W43", None)]),
    (
        "a range shrunk",
        book(names=(DefinedName("cfp_activities", "'My sheet, 50%'!$A$1:$C$3"),)),
        [("W43", None)],
    ),
]


@pytest.mark.parametrize(("what", "changed", "expected"), CHANGES, ids=[c[0] for c in CHANGES])
def test_changes(what: str, changed: Workbook, expected: list[tuple[str, str | None]]) -> None:
    assert findings(changed) == expected, what


def test_a_typed_constant_is_named_with_its_value() -> None:
    changed = replace(
        book(without((3, 3)), values={(3, 3): 4.62}), properties={**MADE, **make_seal(book())}
    )
    (found,) = check_seal(changed)
    assert found.where == CellRef("My sheet, 50%", "C3")
    assert "4.62" in found.message("zh")
    assert "4.62" in found.message("en")


def test_never_sealed_is_a_warning_on_a_workbook_of_ours_only() -> None:
    bare = replace(book(), properties={})
    assert not has_seal(bare)
    assert [(f.case, f.severity) for f in check_seal(bare)] == [("none", Severity.WARNING)]
    assert check_seal(replace(bare, names=())) == ()


def test_a_seal_without_the_id_of_its_template_is_a_warning() -> None:
    found = check_seal(replace(book(), properties=make_seal(book())))
    assert [(f.case, f.severity) for f in found] == [("no_template", Severity.WARNING)]


def test_a_template_without_its_seal_has_lost_it() -> None:
    made = replace(book(), properties={"cfp_template": "product-zh"})
    assert [(f.code, f.case) for f in check_seal(made)] == [("W42", "lost")]


def large() -> Workbook:
    return book({(row, row % 7 + 1): f"A{row}*{row}" for row in range(1, 120)})


def test_parts_fit_into_document_properties() -> None:
    seal = make_seal(large())
    assert list(seal) == [f"cfp_seal_{n}" for n in range(1, len(seal) + 1)]
    assert len(seal) > 5
    assert all(len(part) <= 255 and part == part.strip() for part in seal.values())
    assert check_seal(replace(large(), properties={**MADE, **seal})) == ()


@pytest.mark.parametrize(
    ("sealed", "saved", "codes"),
    [
        ("选项!$A$30:$A$30", "选项!$A$30", []),
        ("选项!$A$30", "选项!$A$30:$A$30", []),
        ("选项!$A$30:$A$30", "选项!$A$3", ["W43"]),
        ("选项!$A$3", "选项!$A$3:$A$30", ["W43"]),
        ("选项!$AA$3:$A$3", "选项!$A$3", ["W43"]),
    ],
)
def test_a_range_of_one_cell_is_that_cell(sealed: str, saved: str, codes: list[str]) -> None:
    """LibreOffice 25.2 saves the name of a single cell's range as that cell."""
    before, after = (book(names=(DefinedName("cfp_units", f),)) for f in (sealed, saved))
    found = check_seal(replace(after, properties={**MADE, **make_seal(before)}))
    assert [f.code for f in found] == codes


@given(st.data())
def test_a_seal_with_a_part_lost_or_altered_is_damaged(data: st.DataObject) -> None:
    seal = make_seal(large())
    name = data.draw(st.sampled_from(list(seal)))
    at = data.draw(st.integers(0, len(seal[name]) - 1))
    altered = seal[name][:at] + "#" + seal[name][at + 1 :]
    lost = {key: part for key, part in seal.items() if key != name}
    for properties in (lost, {**seal, name: altered}, {**seal, name: ""}):
        codes = [f.code for f in check_seal(replace(large(), properties={**MADE, **properties}))]
        assert codes == ["W42"]


@pytest.mark.parametrize(
    "body", ["[S]A1:XFD1048576=0", "[S]nonsense=0", "[S]", "[*]x", "9;1;0;", "1;1;;;", ";"]
)
def test_a_forged_seal_is_damage_and_costs_nothing(body: str) -> None:
    from cfp_xl.schema.formula_keys import digest

    text = f"1;1;{digest(body)};{body}"
    codes = {f.code for f in check_seal(replace(book(), properties={**MADE, "cfp_seal_1": text}))}
    assert codes <= {"W42", "W43"}


def test_copies_of_a_formula_cost_one_run() -> None:
    filled = book({(row, 3): f"A{row}*B{row}" for row in range(2, 2000)}, names=())
    assert len("".join(make_seal(filled).values())) < 80
