"""What was changed in a returned sheet is found, named with its cell, and keeps the answer out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from cfp_xl.findings import CellRef, Severity
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged
from cfp_xl.templates.supplier.layout import FEEDBACK
from tests.suppliers.returned import (
    Change,
    Returned,
    judged,
    layout,
    question,
    row_cell,
    shell,
    with_change,
)
from tests.verify.conftest import MAIN

LAYOUT = layout()
FILL, LISTS = LAYOUT.sheets["fill"], LAYOUT.sheets["lists"]
PROGRESS = CellRef(FILL, "C3")
VALUE_OF_STEEL = CellRef(LISTS, LAYOUT.factors.at("value", LAYOUT.factors.first))
KG = CellRef(LISTS, LAYOUT.units.at("unit", LAYOUT.units.first))
CALC = "cmd|'/c calc'!A0"


def with_formula(where: CellRef, formula: str) -> Change:
    def change(book: Returned) -> CellRef:
        book.put_formula(where, formula)
        return where

    return change


def with_constant(where: CellRef, value: str | float | None) -> Change:
    def change(book: Returned) -> CellRef:
        book.set(where.sheet, where.cell, value)
        return where

    return change


def without_input_checks(book: Returned) -> CellRef:
    root = book.sheet(FILL)
    (checks,) = root.findall(f"{MAIN}dataValidations")
    root.remove(checks)
    return CellRef(FILL, "A1")


def with_another_list(book: Returned) -> CellRef:
    where = row_cell("unit", "material")
    for check in book.sheet(where.sheet).iter(f"{MAIN}dataValidation"):
        formula = check.find(f"{MAIN}formula1")
        if formula is not None and "INDIRECT" in (formula.text or ""):
            formula.text = '"kg,t,斤"'
    return where


def with_hidden_row(book: Returned) -> CellRef:
    where = question("remarks")
    row = int(re.sub(r"\D", "", where.cell))
    book.hide_row(FILL, row)
    return CellRef(FILL, f"A{row}")


def with_hidden_column(book: Returned) -> CellRef:
    book.hide_column(FILL, FEEDBACK + 1)
    return CellRef(FILL, "E1")


def with_hidden_sheet(book: Returned) -> CellRef:
    book.hide_sheet(LISTS)
    return CellRef(LISTS, "A1")


def with_white_answer(book: Returned) -> CellRef:
    """A number format that shows nothing: ;;;"""
    where = question("output")
    styles = book.part("xl/styles.xml")
    formats = styles.find(f"{MAIN}numFmts")
    cells = styles.find(f"{MAIN}cellXfs")
    assert formats is not None
    assert cells is not None
    etree.SubElement(formats, f"{MAIN}numFmt", numFmtId="299", formatCode=";;;")
    etree.SubElement(cells, f"{MAIN}xf", numFmtId="299", fontId="0", fillId="0", borderId="0")
    book.cell(where.sheet, where.cell).set("s", str(len(cells) - 1))
    return where


def with_sheet_of_links(book: Returned) -> CellRef:
    row = '<row r="3"><c r="B3" t="str"><f>HYPERLINK("http://x.example","?")</f><v>?</v></c></row>'
    book.add_sheet("更多", row)
    return CellRef("更多", "B3")


def with_sheet_of_hyperlinks(book: Returned) -> CellRef:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    book.add_sheet(
        "更多",
        '<row r="2"><c r="A2" t="inlineStr"><is><t>win</t></is></c></row>',
        '<hyperlinks><hyperlink ref="A2" r:id="rId1"/></hyperlinks>',
        f'<Relationship Id="rId1" Type="{kind}" Target="http://x.example/" TargetMode="External"/>',
    )
    return CellRef("更多", "A2")


def with_external_link(book: Returned) -> None:
    book.added["xl/externalLinks/externalLink1.xml"] = (
        f'<externalLink xmlns="{MAIN[1:-1]}"><externalBook/></externalLink>'.encode()
    )
    book.relate("xl/workbook.xml", "externalLink", "externalLinks/externalLink1.xml")


def with_dde_link(book: Returned) -> None:
    book.added["xl/externalLinks/externalLink1.xml"] = (
        f'<externalLink xmlns="{MAIN[1:-1]}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/>'
        "</externalLink>"
    ).encode()
    book.relate("xl/workbook.xml", "externalLink", "externalLinks/externalLink1.xml")


def with_part(kind: str, part: str) -> Change:
    def change(book: Returned) -> None:
        book.added[f"xl/{part}"] = b"\x00"
        book.relate("xl/workbook.xml", kind, part)

    return change


def with_name(name: str, formula: str) -> Change:
    def change(book: Returned) -> None:
        names = book.part("xl/workbook.xml").find(f"{MAIN}definedNames")
        assert names is not None
        etree.SubElement(names, f"{MAIN}definedName", name=name).text = formula

    return change


def with_moved_name(book: Returned) -> None:
    book.set_name("cfp_in_output", f"{FILL}!$C$16")


def without_a_row(book: Returned) -> CellRef:
    """A question with its check is gone from the file, those below stay in place."""
    data = book.sheet(FILL).find(f"{MAIN}sheetData")
    assert data is not None
    row = next(r for r in data if r.get("r") == "16")
    data.remove(row)
    return CellRef(FILL, "A16")


CHANGES: dict[str, tuple[str, Change]] = {
    "a formula says something else": ("S10", with_formula(PROGRESS, "15")),
    "a formula refers elsewhere": ("S10", with_formula(CellRef(FILL, "C4"), "$C$5")),
    "a value over a formula": ("S10", with_constant(PROGRESS, "12 / 12")),
    "a check is deleted": ("S10", with_constant(question("output", column=FEEDBACK), None)),
    "the feedback of a row is typed": ("S10", with_constant(row_cell("diagnose", "energy"), "✓")),
    "a label is changed": ("S11", with_constant(CellRef(FILL, "B15"), "全年产量（万件）")),
    "a label is deleted": ("S11", with_constant(CellRef(FILL, "B15"), None)),
    "a factor is changed": ("S11", with_constant(VALUE_OF_STEEL, 0.1)),
    "a factor is a formula": ("S11", with_formula(VALUE_OF_STEEL, "2.86/10")),
    "a unit of the list is changed": ("S11", with_constant(KG, "斤")),
    "a choice of the list is changed": ("S11", with_constant(CellRef(LISTS, "B7"), "随便")),
    "a row is emptied": ("S10", without_a_row),
    "the input checks are deleted": ("S20", without_input_checks),
    "an input check is changed": ("S20", with_another_list),
    "a row is hidden": ("S17", with_hidden_row),
    "a column is hidden": ("S17", with_hidden_column),
    "a sheet is hidden": ("S17", with_hidden_sheet),
    "a number nobody sees": ("S17", with_white_answer),
    "a link in an input cell": (
        "S12",
        with_formula(question("site"), 'HYPERLINK("http://x.example","click")'),
    ),
    "a program in an input cell": ("S12", with_formula(question("remarks"), CALC)),
    "a program as text": ("S12", with_constant(question("remarks"), f"={CALC}")),
    "a formula in an input cell": ("S12", with_formula(question("output"), "SUM(1,2)")),
    "another cell in an input cell": ("S12", with_formula(question("output"), "10*A1")),
    "another file in an input cell": ("S12", with_formula(question("output"), "[1]Sheet1!A1")),
    "a web service beside": ("S12", with_formula(CellRef(FILL, "K3"), 'WEBSERVICE("http://x")')),
    "an added sheet with a link": ("S15", with_sheet_of_links),
    "an added sheet with a hyperlink": ("S15", with_sheet_of_hyperlinks),
    "an external link": ("S13", with_external_link),
    "a DDE link": ("S13", with_dde_link),
    "a connection": ("S13", with_part("connections", "connections.xml")),
    "a name that leads outside": ("S13", with_name("x", "'[1]Sheet1'!$A$1")),
    "a macro": ("S14", with_part("vbaProject", "vbaProject.bin")),
    "an old macro sheet": ("S14", with_part("xlMacrosheet", "macrosheets/sheet1.xml")),
    "an embedded object": ("S21", with_part("oleObject", "embeddings/oleObject1.bin")),
    "a name moved to another cell": ("S19", with_moved_name),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_named_and_refused(name: str, tmp_path: Path) -> None:
    code, change = CHANGES[name]
    data, where = with_change(change, tmp_path)
    answer = judged(data, tmp_path)
    found = [one for one in answer.findings if one.code == code]
    assert where in [one.where for one in found], told(answer)
    assert Severity.ERROR in {one.severity for one in found}
    assert answer.status is AnswerStatus.REFUSED
    assert answer.accepted is None
    assert all(one.message(lang) and one.hint(lang) for one in found for lang in ("zh", "en"))


def test_the_sheet_as_it_should_come_back_is_accepted(tmp_path: Path) -> None:
    answer = judged(shell(), tmp_path)
    assert (answer.status, answer.findings) == (AnswerStatus.ACCEPTED, ()), told(answer)


def told(answer: Judged) -> list[str]:
    return [f"{one.where} {one.code} {one.case} {one.message('en')}" for one in answer.findings]


def test_a_plain_sheet_of_the_supplier_is_left_aside(tmp_path: Path) -> None:
    def change(book: Returned) -> None:
        book.add_sheet("我的计算", '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>')

    data, _ = with_change(change, tmp_path)
    answer = judged(data, tmp_path)
    assert answer.status is AnswerStatus.ACCEPTED
    assert [(one.code, one.severity) for one in answer.findings] == [("S15", Severity.WARNING)]


def test_notes_and_sums_beside_the_questions_are_left_aside(tmp_path: Path) -> None:
    def change(book: Returned) -> None:
        book.set(FILL, "K20", "见电费单")
        book.put_formula(CellRef(FILL, "K21"), "27.1*1000", "27100")

    data, _ = with_change(change, tmp_path)
    answer = judged(data, tmp_path)
    assert answer.status is AnswerStatus.ACCEPTED
    assert {one.code for one in answer.findings} == {"S22"}


def test_an_address_that_excel_made_a_link_of_is_no_finding(tmp_path: Path) -> None:
    def change(book: Returned) -> None:
        root = book.sheet(FILL)
        name = book.workbook.sheet(FILL)
        assert name is not None
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        folder, _, file = name.part.rpartition("/")
        book.added[f"{folder}/_rels/{file}.rels"] = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{kind}/hyperlink" Target="mailto:wang@s.example" '
            'TargetMode="External"/></Relationships>'
        ).encode()
        links = etree.Element(f"{MAIN}hyperlinks")
        link = etree.SubElement(links, f"{MAIN}hyperlink", ref=question("contact").cell)
        link.set(f"{{{kind}}}id", "rId1")
        root.append(links)

    data, _ = with_change(change, tmp_path)
    assert judged(data, tmp_path).findings == ()


@pytest.mark.parametrize(
    "text", ["- 无", "+86 (577) 0000", "a = b", "@王芳", "-12 ℃", "1-2 号车间", "=", "kg | t!"]
)
def test_plain_words_are_no_formula(text: str, tmp_path: Path) -> None:
    data, _ = with_change(with_constant(question("remarks"), text), tmp_path)
    assert judged(data, tmp_path).status is AnswerStatus.ACCEPTED


def test_a_sum_of_numbers_in_an_input_cell_is_computed_here(tmp_path: Path) -> None:
    """Its cached value is a lie; 12000+8000 are the 20,000 pieces of the answer."""
    right = judged(shell(), tmp_path).accepted
    data, _ = with_change(with_formula(question("output"), "12000+2*(5000-1000)"), tmp_path)
    answer = judged(data, tmp_path)
    assert [(one.code, one.case) for one in answer.findings] == [("S39", "sum")]
    assert answer.accepted
    assert right
    assert answer.accepted.kgco2e_per_unit == right.kgco2e_per_unit


def test_a_label_far_away_costs_no_time(tmp_path: Path) -> None:
    """Rows are matched with each other: a million of them would take hours."""
    data, _ = with_change(with_constant(CellRef(FILL, "B1048576"), "填表人姓名"), tmp_path)
    answer = judged(data, tmp_path)
    assert [(one.code, one.where) for one in answer.findings] == [
        ("S22", CellRef(FILL, "B1048576"))
    ]


def test_a_row_below_the_table_is_told_and_not_lost(tmp_path: Path) -> None:
    region = LAYOUT.activities

    def change(book: Returned) -> CellRef:
        for column, value in (("activity", "外购电力（全国平均 2024）"), ("quantity", 5.0)):
            book.set(region.sheet, region.at(column, region.last + 1), value)
        return CellRef(region.sheet, region.at("activity", region.last + 1))

    data, where = with_change(change, tmp_path)
    answer = judged(data, tmp_path)
    assert ("S24", where) in [(one.code, one.where) for one in answer.findings], told(answer)
    assert "S38" in [one.code for one in answer.findings]  # read like the others: it has no unit
    assert answer.status is AnswerStatus.REFUSED
