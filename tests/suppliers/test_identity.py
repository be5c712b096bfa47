"""Whose a sheet is: its marks in the document properties, and the buyer's words in its cells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from cfp_xl.findings import CellRef
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged
from cfp_xl.templates.supplier.layout import FEEDBACK
from tests.suppliers.returned import (
    Change,
    Returned,
    judged,
    layout,
    question,
    shell,
    with_change,
)

VT = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}lpwstr"
README = layout().sheets["readme"]
CODE = CellRef(layout().sheets["summary"], f"C{layout().code_row + 1}")
PART_ID, SUPPLIER_ID, PRODUCT, UNIT = (CellRef(README, f"C{row}") for row in (8, 6, 11, 10))


def with_properties(values: Mapping[str, str | None], *, cell: CellRef | None = None) -> Change:
    """Document properties changed, or taken out where the value is None."""

    def change(book: Returned) -> CellRef | None:
        root = book.part("docProps/custom.xml")
        for one in list(root):
            name = one.get("name", "")
            if name in values and (value := values[name]) is None:
                root.remove(one)
            elif name in values:
                (text,) = one.iter(VT)
                text.text = value
        if cell:
            book.set(cell.sheet, cell.cell, "P-102")
        return cell

    return change


def typed_in(cell: CellRef, value: str | None) -> Change:
    def change(book: Returned) -> CellRef:
        book.set(cell.sheet, cell.cell, value)
        return cell

    return change


def told(answer: Judged) -> list[str]:
    return [f"{one.where} {one.code} {one.case} {one.message('en')}" for one in answer.findings]


CASES: dict[str, tuple[Change, str, str, AnswerStatus]] = {
    "another template": (
        with_properties({"cfp_template": "bxd2"}),
        "S01",
        "stripped",
        AnswerStatus.UNREADABLE,
    ),
    "no language": (
        with_properties({"cfp_lang": None}),
        "S01",
        "stripped",
        AnswerStatus.UNREADABLE,
    ),
    "a version that never was": (
        with_properties({"cfp_template_version": "99"}),
        "S05",
        "unknown",
        AnswerStatus.UNREADABLE,
    ),
    "no version": (
        with_properties({"cfp_template_version": None}),
        "S05",
        "unknown",
        AnswerStatus.UNREADABLE,
    ),
    "another part in the cell": (typed_in(PART_ID, "P-102"), "S04", "", AnswerStatus.REFUSED),
    "no supplier in the cell": (typed_in(SUPPLIER_ID, None), "S04", "blank", AnswerStatus.REFUSED),
    "another product in the cell": (typed_in(PRODUCT, "x"), "S04", "", AnswerStatus.REFUSED),
    "another unit in the cell": (typed_in(UNIT, "千件"), "S04", "request", AnswerStatus.REFUSED),
    "another part in cell and properties": (
        with_properties({"cfp_part_id": "P-102"}, cell=PART_ID),
        "S04",
        "request",
        AnswerStatus.REFUSED,
    ),
    "another code on the summary": (
        typed_in(CODE, "A1B2-C3D4-E5F6"),
        "S04",
        "code",
        AnswerStatus.REFUSED,
    ),
    "another request": (
        with_properties({"cfp_request": "0123456789abcdef"}),
        "S04",
        "request",
        AnswerStatus.REFUSED,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_sheet_that_is_not_what_it_says_is_refused(name: str, tmp_path: Path) -> None:
    change, code, case, status = CASES[name]
    data, where = with_change(change, tmp_path)
    answer = judged(data, tmp_path)
    found = [one for one in answer.findings if (one.code, one.case) == (code, case)]
    assert found, told(answer)
    assert answer.status is status
    if where and case != "request":
        assert where in [one.where for one in found]
    assert all(one.message(lang) and one.hint(lang) for one in found for lang in ("zh", "en"))


EARLIER = {"cfp_template_version": "0"}


def test_a_sheet_of_an_earlier_template_is_read_by_its_names(tmp_path: Path) -> None:
    today = judged(shell(), tmp_path)
    data, _ = with_change(with_properties(EARLIER), tmp_path)
    answer = judged(data, tmp_path)
    assert [(one.code, one.case) for one in answer.findings] == [("S05", "")], told(answer)
    assert answer.accepted
    assert today.accepted
    assert answer.accepted.kgco2e_per_unit == today.accepted.kgco2e_per_unit


def test_a_question_that_the_earlier_template_did_not_ask_is_missing(tmp_path: Path) -> None:
    def change(book: Returned) -> None:
        with_properties(EARLIER)(book)
        names = book.part("xl/workbook.xml").find("{*}definedNames")
        assert names is not None
        for name in list(names):
            if name.get("name") in ("cfp_in_mass_kg", "cfp_in_site"):
                names.remove(name)

    data, _ = with_change(change, tmp_path)
    answer = judged(data, tmp_path)
    assert [one.message("en") for one in answer.findings if one.code == "S30"] == [
        "“Net mass of one unit” is not answered"
    ]
    assert answer.status is AnswerStatus.REFUSED


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (CellRef(layout().sheets["fill"], "B15"), "S11"),
        (question("output", column=FEEDBACK), "W41"),
    ],
)
def test_a_change_in_an_earlier_template_is_told_by_its_seals(
    cell: CellRef, code: str, tmp_path: Path
) -> None:
    def change(book: Returned) -> None:
        with_properties(EARLIER)(book)
        book.set(cell.sheet, cell.cell, None)

    data, _ = with_change(change, tmp_path)
    answer = judged(data, tmp_path)
    assert code in [one.code for one in answer.findings], told(answer)
    assert answer.status is AnswerStatus.REFUSED


def test_an_answer_that_was_sent_back_annotated_may_be_sent_again(tmp_path: Path) -> None:
    """The list on the first sheet is the buyer's; what stands there is no change."""
    data, _ = with_change(typed_in(CellRef(README, "C42"), "请修改：…"), tmp_path)
    answer = judged(data, tmp_path)
    assert answer.findings == (), told(answer)
