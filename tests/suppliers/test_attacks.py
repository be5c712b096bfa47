"""What a stranger may try with a returned sheet: found and named, or understood; never silently in.

Each row is an attack that got in once, or an honest habit that was refused once.
"""

from __future__ import annotations

import fcntl
import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from cfp_xl.cli import run as cfp_xl
from cfp_xl.findings import CellRef, Severity
from cfp_xl.outputs import write_output
from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers.added_content import acts_as_formula
from cfp_xl.suppliers.apply import apply
from cfp_xl.suppliers.outcomes import AnswerStatus
from cfp_xl.workbook.reading.container import open_package
from cfp_xl.workbook.reading.extras import Active, active_parts
from tests.suppliers.answered import DAY, by_activity, product
from tests.suppliers.returned import (
    Change,
    Returned,
    judged,
    layout,
    question,
    row_cell,
    shell,
    typed,
    with_change,
)
from tests.verify.conftest import MAIN

FILL, LISTS, ROWS = (
    layout().sheets["fill"],
    layout().sheets["lists"],
    layout().activities.sheet,
)
OUTPUT, STEEL = question("output"), row_cell("quantity", "material")
WEB = 'WEBSERVICE("http://x.example")'


def with_format(where: CellRef, code: str) -> Change:
    """The cell in another number format."""

    def change(book: Returned) -> CellRef:
        styles = book.part("xl/styles.xml")
        formats, cells = styles.find(f"{MAIN}numFmts"), styles.find(f"{MAIN}cellXfs")
        assert formats is not None
        assert cells is not None
        etree.SubElement(formats, f"{MAIN}numFmt", numFmtId="299", formatCode=code)
        etree.SubElement(cells, f"{MAIN}xf", numFmtId="299", fontId="0", fillId="0", borderId="0")
        book.cell(where.sheet, where.cell).set("s", str(len(cells) - 1))
        return where

    return change


def with_conditional_format(where: CellRef, formula: str) -> Change:
    def change(book: Returned) -> CellRef:
        root = book.sheet(where.sheet)
        place = etree.Element(f"{MAIN}conditionalFormatting", sqref=where.cell)
        rule = etree.SubElement(place, f"{MAIN}cfRule", type="expression", priority="99")
        etree.SubElement(rule, f"{MAIN}formula").text = formula
        root.insert(list(root).index(root.findall(f"{MAIN}conditionalFormatting")[0]), place)
        return where

    return change


def with_input_check(where: CellRef, formula: str) -> Change:
    """A check of one's own, on a cell that has none."""

    def change(book: Returned) -> CellRef:
        checks = book.sheet(where.sheet).find(f"{MAIN}dataValidations")
        assert checks is not None
        check = etree.SubElement(checks, f"{MAIN}dataValidation", type="custom", sqref=where.cell)
        etree.SubElement(check, f"{MAIN}formula1").text = formula
        return where

    return change


def with_name_of_sheet(name: str, formula: str, sheet: str) -> Change:
    """A name that counts on one sheet, and there hides the one of the workbook."""

    def change(book: Returned) -> CellRef:
        workbook = book.part("xl/workbook.xml")
        names = workbook.find(f"{MAIN}definedNames")
        assert names is not None
        sheets = [one.get("name") for one in workbook.iter(f"{MAIN}sheet")]
        own = etree.SubElement(names, f"{MAIN}definedName", name=name)
        own.set("localSheetId", str(sheets.index(sheet)))
        own.text = formula
        return CellRef(sheet, "A1")

    return change


def with_another_group(book: Returned) -> CellRef:
    """The group of a filled row is renamed: not a spare row taken out."""
    where = CellRef(ROWS, re.sub("[A-Z]+", "A", STEEL.cell))
    book.set(where.sheet, where.cell, "电力")
    return where


CHANGES: dict[str, tuple[str, Change]] = {
    "a quantity shown as a date": ("S31", with_format(STEEL, "yyyy-mm-dd")),
    "a figure shown as a time": ("S31", with_format(OUTPUT, "hh:mm")),
    "a figure in white by its format": ("S17", with_format(OUTPUT, "[White]0;[Red]-0")),
    "a figure shown as a percentage": ("S31", with_format(OUTPUT, "0.0%")),
    "a conditional format asks the web": ("S12", with_conditional_format(STEEL, f"{WEB}=1")),
    "a conditional format asks a file": ("S12", with_conditional_format(OUTPUT, "[1]S!$A$1=1")),
    "an input check asks the web": ("S12", with_input_check(question("remarks"), WEB)),
    "an input check beside asks a file": ("S12", with_input_check(CellRef(FILL, "K9"), "[1]S!A1")),
    "a sheet's own name for units": (
        "S19",
        with_name_of_sheet("cfp_units_mass", f"{LISTS}!$A$28:$A$29", ROWS),
    ),
    "a sheet's own name, in capitals": (
        "S19",
        with_name_of_sheet("CFP_IN_OUTPUT", f"{FILL}!$C$16", FILL),
    ),
    "a row in another group": ("S10", with_another_group),
}


@pytest.mark.parametrize("name", CHANGES)
def test_an_attack_is_named_and_refused(name: str, tmp_path: Path) -> None:
    code, change = CHANGES[name]
    data, where = with_change(change, tmp_path)
    answer = judged(data, tmp_path)
    found = [one for one in answer.findings if one.code == code and one.where == where]
    assert Severity.ERROR in {one.severity for one in found}, answer.findings
    assert answer.status is AnswerStatus.REFUSED
    assert all(one.message(lang) and one.hint(lang) for one in found for lang in ("zh", "en"))


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        *(
            (text, True)
            for text in ("=[1]!a", "={1}", "=$A$1", "=#REF!", "=@SUM(A1)", "\u200b=1+1")
        ),
        *((text, True) for text in ("-1+HYPERLINK(0)", "+1+cmd|'/c'!A0", "@SUM(A1)", "-SUM(1)")),
        *(
            (text, False)
            for text in ("-用电(含办公)", "-按台账(全年)", "=== 注意 ===", "=> see mail")
        ),
        *((text, False) for text in ("+86(0577)1234-5678", "-1 (about)", "HYPERLINK(0)")),
    ],
)
def test_texts_that_would_be_formulas(text: str, acts: bool, tmp_path: Path) -> None:
    assert acts_as_formula(text.replace("\u200b", "")) is acts
    answer = judged(typed(shell(), {question("remarks"): text}), tmp_path)
    assert ("S12" in {one.code for one in answer.findings}) is acts


@pytest.mark.parametrize("text", ["\u200b20000", "\ufeff20000", "20000\u202c", "20\u200b000"])
def test_marks_nobody_sees_do_not_spoil_a_number(text: str, tmp_path: Path) -> None:
    """Text copied from a web page or a chat brings them along."""
    answer = judged(typed(shell(), {OUTPUT: text}), tmp_path)
    (right, found) = (judged(shell(), tmp_path).accepted, answer.accepted)
    assert right
    assert found
    assert found.kgco2e_per_unit == right.kgco2e_per_unit


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("new\nline.xlsx", "new_line.xlsx"),
        ("rtl\u202exslx.exe.xlsx", "rtl_xslx.exe.xlsx"),
        ("a\udcffb.xlsx", "a_b.xlsx"),
        ("\x1b[31m.xlsx", "_[31m.xlsx"),
        ("=cmd|'x'!A0.xlsx", "_=cmd|'x'!A0.xlsx"),
        ("钢壳-2025 (1).xlsx", "钢壳-2025 (1).xlsx"),
    ],
)
def test_a_files_name_is_kept_as_it_may_stand_in_a_workbook(
    name: str, kept: str, tmp_path: Path
) -> None:
    accepted = judged(shell(), tmp_path, name=name).accepted
    assert accepted
    assert accepted.file == kept


def test_a_negative_index_of_a_shared_string_is_no_string(tmp_path: Path) -> None:
    def change(book: Returned) -> None:
        cell = book.cell(FILL, "B15")
        assert cell.get("t") == "s"
        cell[0].text = "-1"

    data, _ = with_change(change, tmp_path)
    answer = judged(data, tmp_path)
    assert answer.status is AnswerStatus.UNREADABLE
    assert [one.code for one in answer.findings] == ["W08"]


def test_two_sheets_of_one_name_are_no_workbook(tmp_path: Path) -> None:
    """A formula that names the sheet could mean either."""
    data, _ = with_change(lambda book: book.add_sheet(FILL, ""), tmp_path)
    answer = judged(data, tmp_path)
    assert answer.status is AnswerStatus.UNREADABLE
    assert [(one.code, one.case) for one in answer.findings] == [("W08", "twice")]


@pytest.mark.parametrize(
    ("part", "kind", "target", "mode", "expected"),
    [
        ("xl/workbook.xml", "VbaProject", "vba.bin", None, Active("macro", "xl/vba.bin")),
        ("xl/workbook.xml", "odd", "//srv/share", "external", Active("link", "//srv/share")),
        (
            "xl/pivotCache/pivot1.xml",
            "externalLinkPath",
            "http://x.example/b.xlsx",
            "External",
            Active("link", "http://x.example/b.xlsx"),
        ),
    ],
)
def test_ways_to_act_in_an_odd_spelling(
    part: str, kind: str, target: str, mode: str | None, expected: Active, tmp_path: Path
) -> None:
    folder, _, name = part.rpartition("/")
    of_mode = f' TargetMode="{mode}"' if mode else ""
    link = f'<Relationship Id="rX" Type="http://x/{kind}" Target="{target}"{of_mode}/>'
    xmlns = "http://schemas.openxmlformats.org/package/2006/relationships"
    file = tmp_path / "a.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(
            f"{folder}/_rels/{name}.rels", f'<Relationships xmlns="{xmlns}">{link}</Relationships>'
        )
    assert list(active_parts(open_package(file))) == [expected]


@pytest.mark.parametrize(
    "options",
    [("--status", "answer.xlsx"), ("--report", "json=answer.xlsx"), ("-o", "answer.xlsx")],
)
def test_no_answer_is_written_over(
    options: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("answer.xlsx").write_bytes(shell())
    asked = ("intake", "answer.xlsx", "--into", "product.xlsx", "--apply", *options)
    assert cfp_xl(asked) == 2
    assert "answer.xlsx" in capsys.readouterr().err
    assert Path("answer.xlsx").read_bytes() == shell()


@pytest.mark.parametrize("options", [("--status", "box.xlsx"), ("--report", "json=box.xlsx")])
def test_no_product_is_written_over_by_a_page_about_it(
    options: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("answer.xlsx").write_bytes(shell())
    Path("box.xlsx").write_bytes(b"the product")
    assert cfp_xl(("intake", "answer.xlsx", "--into", "box.xlsx", *options)) == 2
    assert Path("box.xlsx").read_bytes() == b"the product"


def test_of_two_intakes_at_once_none_writes_over_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one replaces the product, another waits, and then finds it changed."""
    box = tmp_path / "box.xlsx"
    box.write_bytes(product())
    written: list[Path] = []

    def write(target: Path, data: bytes) -> None:
        if target == box:
            with box.open("rb") as same, pytest.raises(BlockingIOError):
                fcntl.flock(same, fcntl.LOCK_EX | fcntl.LOCK_NB)
            written.append(target)
        write_output(target, data)

    monkeypatch.setattr("cfp_xl.workbook.writing.in_place.write_output", write)
    apply(open_file(box), [by_activity()], box, DAY)
    assert written == [box]
