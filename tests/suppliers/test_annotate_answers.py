"""A supplier's file on its way back: its own language, its own cells, nothing else changed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cfp_xl.findings import CellRef, Finding, Severity, finding
from cfp_xl.outputs import WouldOverwrite
from cfp_xl.schema.seal import check_seal
from cfp_xl.suppliers.annotate import Returned, return_answers
from cfp_xl.suppliers.fill import TypedAnswer, Used, fill
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged
from cfp_xl.templates.supplier.build import base
from cfp_xl.templates.supplier.fields import Language
from cfp_xl.templates.supplier.layout import FEEDBACK_ROWS, SupplierLayout
from cfp_xl.workbook.reading.container import Unreadable, open_package
from cfp_xl.workbook.reading.read import read_workbook
from cfp_xl.workbook.writing.print_area import PRINT_AREA
from cfp_xl.workbook.writing.zip_copy import replace_parts

BOARD = "DESNZ2025-19_506_5156_15_1"


def answer(folder: Path, lang: Language = "zh", name: str = "V05_P05.xlsx") -> Path:
    typed = TypedAnswer({"output": 80000.0}, (Used(BOARD, "约 70-80 吨", "t"),))
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(fill(base(lang, "part"), typed, lang, "part"))
    return path


def judged(path: Path, findings: Sequence[Finding], lang: str = "zh") -> Judged:
    return Judged(str(path), "", "V05", "P05", AnswerStatus.REFUSED, None, tuple(findings), lang)


def stale(sheet: str) -> Finding:
    return finding("W11", CellRef(sheet, "C7"))


def returned(tmp_path: Path, *answers: Judged) -> list[Returned]:
    return list(return_answers(answers, tmp_path / "back"))


def feedback(path: Path, lang: Language = "zh") -> list[tuple[str, str]]:
    """The rows of the list on the first sheet that hold anything."""
    region = SupplierLayout(lang, "part").feedback
    sheet = load_workbook(path)[region.sheet]
    rows = [
        (sheet.cell(row + 1, region.left + 1).value, sheet.cell(row + 1, region.left + 2).value)
        for row in range(region.first, region.last + 1)
    ]
    return [(str(place), str(todo)) for place, todo in rows if place or todo]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ["请修改：", "没有任何公式"]),
        ("en", ["Please correct:", "no formula"]),
        ("both", ["请修改：", "没有任何公式", "Please correct:", "no formula"]),
    ],
)
def test_the_comment_says_what_to_do_in_the_suppliers_language(
    tmp_path: Path, lang: Language, words: list[str]
) -> None:
    sheet = SupplierLayout(lang, "part").activities.sheet
    path = answer(tmp_path, lang)
    [one] = returned(tmp_path, judged(path, [stale(sheet)], lang))
    assert one.target is not None
    comment = load_workbook(one.target)[sheet]["C7"].comment
    assert comment is not None
    [(place, todo)] = feedback(one.target, lang)
    assert place == f"{sheet}!C7"
    for word in words:
        assert word in comment.text
        assert word in todo
    other = {"zh": "Please", "en": "请", "both": "\x00"}[lang]
    assert other not in comment.text + todo


def test_two_findings_of_a_cell_share_its_comment(tmp_path: Path) -> None:
    sheet = SupplierLayout("zh", "part").activities.sheet
    twice = [stale(sheet), finding("W04", CellRef(sheet, "C7"))]
    [one] = returned(tmp_path, judged(answer(tmp_path), twice))
    assert one.target is not None
    comment = load_workbook(one.target)[sheet]["C7"].comment
    assert comment is not None
    assert comment.text.count("请修改：") == 2
    assert len(feedback(one.target)) == 2


def test_only_the_list_changes_among_the_cells(tmp_path: Path) -> None:
    path = answer(tmp_path)
    sheet = SupplierLayout("zh", "part").activities.sheet
    [one] = returned(tmp_path, judged(path, [stale(sheet)]))
    assert one.target is not None
    before, after = read_workbook(path), read_workbook(one.target)
    region = SupplierLayout("zh", "part").feedback
    listed = {
        (row + 1, region.left + 1 + n)
        for row in range(region.first, region.last + 1)
        for n in (0, 1)
    }
    for old, new in zip(before.sheets, after.sheets, strict=True):
        changed = {
            position
            for position in old.cells.keys() | new.cells.keys()
            if old.cells.get(position) != new.cells.get(position)
        }
        assert changed <= (listed if new.name == region.sheet else set())
    assert check_seal(after) == check_seal(before) == ()
    changed_names = set(after.names) ^ set(before.names)
    assert {(one.name, one.sheet) for one in changed_names} == {(PRINT_AREA, region.sheet)}
    assert after.properties == before.properties


def test_the_list_is_printed_too(tmp_path: Path) -> None:
    """The area that the template prints ends above the list, which is empty at first."""
    for lang, name in (("zh", "说明"), ("en", "Read me")):
        sent = answer(tmp_path, lang, f"{lang}.xlsx")  # type: ignore[arg-type]
        before = load_workbook(sent)[name].print_area
        found = [stale("x"), finding("W11")]
        (back,) = returned(tmp_path, judged(sent, found, lang))
        assert back.target
        after = load_workbook(back.target)[name].print_area
        last = SupplierLayout(lang, "part").feedback.first + 1  # type: ignore[arg-type]
        assert after == re.sub(r"\d+$", str(last), before)


def test_a_second_return_replaces_the_first(tmp_path: Path) -> None:
    sheet = SupplierLayout("zh", "part").activities.sheet
    path = answer(tmp_path)
    many = [stale(sheet), finding("W04"), finding("W05")]
    [first] = returned(tmp_path, judged(path, many))
    assert first.target is not None
    assert [place for place, _ in feedback(first.target)] == [f"{sheet}!C7", "整个文件", "整个文件"]
    [second] = list(return_answers([judged(first.target, [finding("W04")])], tmp_path / "again"))
    assert second.target is not None
    assert [place for place, _ in feedback(second.target)] == ["整个文件"]
    assert load_workbook(second.target)[sheet]["C7"].comment is None


def test_a_formula_among_the_lists_rows_stays(tmp_path: Path) -> None:
    path = answer(tmp_path)
    region = SupplierLayout("zh", "part").feedback
    first = f"B{region.first + 1}"
    package = open_package(path)
    sheet = package.open("xl/worksheets/sheet1.xml").read().decode()
    typed = re.sub(
        f'<c r="{first}"( s="\\d+")/>', rf'<c r="{first}"\1><f>1+1</f><v>2</v></c>', sheet
    )
    assert typed != sheet
    path.write_bytes(replace_parts(package, {"xl/worksheets/sheet1.xml": typed.encode()}))
    [one] = returned(tmp_path, judged(path, [finding("W04"), finding("W05")]))
    assert one.target is not None
    assert [place for place, _ in feedback(one.target)] == ["=1+1", "整个文件"]


def test_what_the_list_has_no_room_for_is_counted(tmp_path: Path) -> None:
    sheet = SupplierLayout("zh", "part").activities.sheet
    findings = [
        finding("S11", CellRef(sheet, f"C{row}"), seen=row, expected="x")
        for row in range(7, 7 + FEEDBACK_ROWS + 5)
    ]
    [one] = returned(tmp_path, judged(answer(tmp_path), findings))
    assert one.target is not None
    rows = feedback(one.target)
    assert len(rows) == FEEDBACK_ROWS
    assert rows[-1] == ("……", "还有 6 处，见各表中标红的单元格和批注。")


def test_notes_are_the_buyers_business(tmp_path: Path) -> None:
    note = finding("F03", CellRef("x", "A1"), severity=Severity.INFO)
    assert returned(tmp_path, judged(answer(tmp_path), [note])) == []


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/externalLinks/externalLink1.xml", "links to other files or programs"),
        ("xl/embeddings/oleObject1.bin", "embedded objects or controls"),
        ("customUI/customUI14.xml", "embedded objects or controls"),
    ],
)
def test_what_could_harm_its_reader_is_not_passed_on(tmp_path: Path, part: str, words: str) -> None:
    path = answer(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(part, b"x")
    [one] = returned(tmp_path, judged(path, [finding("W04")]))
    assert one.target is None
    assert str(one.reason) == (
        f"V05_P05.xlsx: it contains {words} and should not be sent on; "
        "send the supplier a blank sheet again."
    )
    assert list((tmp_path / "back").iterdir()) == []


@pytest.mark.parametrize(
    ("code", "case", "is_returned"),
    [
        ("S12", "", True),
        ("S12", "reaching", False),
        ("S13", "dde", False),
        ("S14", "", False),
        ("S15", "", True),
        ("S15", "link", False),
        ("S10", "", True),
    ],
)
def test_what_was_found_to_reach_outside_is_not_passed_on(
    tmp_path: Path, code: str, case: str, is_returned: bool
) -> None:
    where = CellRef("填报", "C15")
    found = finding(code, where, case=case, seen="=cmd|' /C calc'!A0", expected="1")
    [one] = returned(tmp_path, judged(answer(tmp_path), [found]))
    assert (one.target is not None) is is_returned


def test_what_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "scan.xlsx"
    path.write_bytes(b"%PDF-1.7")
    refusal = Unreadable("W01", "pdf").finding
    unread = Judged(str(path), "", "", "", AnswerStatus.UNREADABLE, None, (refusal,), "")
    [one] = returned(tmp_path, unread)
    assert one.target is None
    assert "can't be read" in str(one.reason)


def test_two_files_of_one_name_both_go_back(tmp_path: Path) -> None:
    both = [judged(answer(tmp_path / folder), [finding("W04")]) for folder in ("a", "b")]
    targets = [one.target for one in returned(tmp_path, *both)]
    assert len({str(target) for target in targets}) == 2
    assert all(target is not None and target.suffix == ".xlsx" for target in targets)


def test_the_suppliers_own_file_is_not_written_over(tmp_path: Path) -> None:
    path = answer(tmp_path)
    before = path.read_bytes()
    with pytest.raises(WouldOverwrite):
        list(return_answers([judged(path, [finding("W04")])], tmp_path))
    assert path.read_bytes() == before
