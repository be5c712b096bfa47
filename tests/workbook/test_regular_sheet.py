"""Sheets in the usual form are read without an XML parser, and to the very same cells.

A comment between two rows means nothing, but no longer is the usual form: the parser reads it.
"""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cfp_xl.workbook import formula_runs
from cfp_xl.workbook.formulas.tokens import Fill, fill
from cfp_xl.workbook.layout import CellLayout
from cfp_xl.workbook.reading import regular_sheet, strings
from cfp_xl.workbook.reading.cell_values import ValueContext
from cfp_xl.workbook.reading.container import open_package
from cfp_xl.workbook.reading.read import Unreadable, read_workbook
from cfp_xl.workbook.reading.regular_sheet import RegularSheet, cut
from cfp_xl.workbook.reading.regular_text import Irregular
from cfp_xl.workbook.reading.strings import Strings
from cfp_xl.workbook.reading.styles import Styles
from cfp_xl.workbook.row_runs import Formula, RowRun, RowShape

STRINGS = "<si><t>kg</t></si><si><t>4.62</t></si><si><t>a&amp;b</t></si>"

texts = st.sampled_from(
    ["", "0", "1", "-2.5", "1E3", "1E400", " 7 ", "1_0", "０.5", "nan", "TRUE", "kg", "a &lt; b",
     "&amp;lt;", "_x000D_x", "#N/A", "2026-01-31", "&#10;", "]]&gt;", "line\r\nbreak", "吨", "99"]
)  # fmt: skip
formulas = st.sampled_from(
    ["", "<f>A1*2</f>", "<f>IF(A1&gt;0,&quot;_x41_&quot;,1)</f>", "<f/>", '<f ca="1"/>', "<f> </f>",
     '<f t="shared" ref="B1:B3" si="0">$A1+A$1</f>', '<f t="shared" si="0"/>', "<f>=1+1</f>",
     '<f t="array" ref="A1:A2">ROW(1:2)</f>', '<f t="array" ref="B1:B2" aca="1">_xlfn.X()</f>',
     '<f t="dataTable" ref="B2:B3" dt2D="1" dtr="1" r1="A1" r2="A2"/>',
     '<f xml:space="preserve"> A1</f>']
)  # fmt: skip
kinds = st.sampled_from(["", ' t="n"', ' t="s"', ' t="str"', ' t="b"', ' t="e"', ' t="inlineStr"'])
values = st.one_of(
    st.just(""), st.just("<v/>"), texts.map("<v>{}</v>".format),
    texts.map("<is><t>{}</t></is>".format), texts.map('<v xml:space="preserve">{}</v>'.format),
    texts.map('<is><t xml:space="preserve">{}</t></is>'.format),
    texts.map("<is><v>{}</v></is>".format), texts.map("<is><t><v>{}</v></t></is>".format),
)  # fmt: skip
styles = st.sampled_from(["", ' s="0"', ' s="14"'])
tags = st.sampled_from(
    ["", ' spans="1:3"', ' hidden="1"', ' ht="0"', ' ht="12" customHeight="1"', ' hidden="0"']
)
more = st.sampled_from(["", ' cm="1"', ' vm="2"', ' cm="1" vm="1"'])
cells = st.tuples(styles, kinds, more, formulas, values)
sheets = st.lists(st.tuples(tags, st.lists(cells, max_size=3)), max_size=4)


def rows_of(sheet: list[tuple[str, list[tuple[str, ...]]]]) -> str:
    return "\n".join(
        f'<row r="{r}"{tag}>'
        + "".join(
            f'<c r="{"ABC"[c]}{r}"{style}{kind}{more}>{formula}{value}</c>'
            for c, (style, kind, more, formula, value) in enumerate(cells)
        )
        + "</row>"
        for r, (tag, cells) in enumerate(sheet, start=1)
    )


def both_ways(sheet_of: Any, rows: str) -> tuple[str, str]:
    """The cells as read by regular expressions where possible, and by the parser."""
    found = []
    for written in (rows, "<!-- -->" + rows):
        try:
            read = sheet_of(written, strings=STRINGS)
            found.append(repr((list(read.cells.items()), read.hidden_rows)))
        except Unreadable as refusal:
            found.append(repr((refusal.finding.code, refusal.finding.case)))
    return found[0], found[1]


@settings(
    max_examples=250,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sheets, st.lists(texts, min_size=12, max_size=12))
def test_both_ways_of_reading_give_the_same(
    sheet_of: Any, sheet: list[tuple[str, list[tuple[str, ...]]]], others: list[str]
) -> None:
    """Also with other values in the same sheet, which is then known without them."""
    rows = rows_of(sheet)
    values = iter(others)
    for written in (rows, re.sub("<v>[^<]+</v>", lambda _: f"<v>{next(values)}</v>", rows)):
        one, other = both_ways(sheet_of, written)
        assert one == other


TEMPLATE = (
    '<row r="1"><c r="A1"><v>{}</v></c><c r="B1" t="s"><v>{}</v></c><c r="C1" t="str"><f>A1</f>'
    '<v>{}</v></c><c r="D1" t="b"><v>{}</v></c><c r="E1" t="e"><v>{}</v></c></row>'
)
USUAL_VALUES = "1.5", "0", "kg", "1", "#N/A"


@pytest.mark.parametrize(
    ("at", "value"),
    [
        *((0, v) for v in ("-2E-3", "0", "1e400", "1_0", " 7", "nan", "kg", "９", "\x0b1")),
        *((1, v) for v in ("2", "9", "-1", "1.0", " 1 ", "9" * 5000)),
        *((2, v) for v in ("a&amp;b", "&#65;", "_x0041_", "a\r\nb", "]]&gt;", "]]>", "\x01")),
        *((3, v) for v in ("0", "false", " ", "2")),
        *((4, v) for v in ("#SPILL!", "#UNHEARD!", " #REF! ")),
    ],
)
def test_a_known_form_takes_no_value_that_the_parser_reads_otherwise(
    sheet_of: Any, at: int, value: str
) -> None:
    one, other = both_ways(sheet_of, TEMPLATE.format(*USUAL_VALUES))
    assert one == other
    assert "'kg'" in one
    values = [*USUAL_VALUES]
    values[at] = value
    changed, parsed = both_ways(sheet_of, TEMPLATE.format(*values))
    assert changed == parsed
    assert changed != one


def test_a_skeleton_with_its_values_is_the_sheet() -> None:
    data = b"<c><v>1</v></c><v>#</v><v></v><v>2</v2><v x='1'>3</v><v><v>4</v></v>"
    skeleton, values = cut(data)
    assert values == [b"1", b"#", b"4"]
    assert skeleton == (b"<c><v>#</v></c><v>#</v><v></v><v>2</v2><v x='1'>3</v><v><v>#</v></v>")


USUAL = '<row r="1"><c r="A1"><v>1</v></c></row>'


def is_regular(write_sheets: Any, rows: str) -> bool:
    package = open_package(write_sheets({"S": f"<sheetData>{rows}</sheetData>"}))

    sheet = RegularSheet(Styles(), frozenset(), ValueContext(Strings(), False, {}), 99)
    source = package.open("xl/worksheets/sheet1.xml")
    try:
        sheet.read(source.read(999), source)
        sheet.layout()
    except Irregular:
        return False
    return True


@pytest.mark.parametrize(
    "rows",
    [
        "<!-- x -->" + USUAL,
        "<?x y?>" + USUAL,
        "<row><c><v>1</v></c></row>",
        '<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>&#49;</v></c></row>',
        '<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>',
        '<row r="1"><c r="A1" r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><f t="array" t="shared">1</f><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"><row r="2"></row></row>',
        USUAL + "x",
        USUAL + "\x01",
    ],
)
def test_what_is_not_usual_is_left_to_the_parser(write_sheets: Any, rows: str) -> None:
    assert is_regular(write_sheets, USUAL)
    assert not is_regular(write_sheets, rows)


def test_what_is_not_usual_is_one_match(write_sheets: Any) -> None:
    """Found by fuzzing: a match a character made a million tuples of a sheet of junk."""
    for token in (regular_sheet._TOKEN, strings._STRING):
        assert len(token.findall("<x>" * 1000)) == 1
    path = write_sheets({"S": f"<sheetData>{USUAL}{'<f>' * 1000}</sheetData>"})
    with pytest.raises(Unreadable):
        read_workbook(path)


def test_a_sheet_of_many_pieces(write_sheets: Any) -> None:
    """Rows are cut where a piece of the part ends, and no cell is lost there."""
    rows = "".join(
        f'<row r="{r}"><c r="A{r}"><v>{r}</v></c><c r="B{r}"><f>A{r}*2</f><v>{2 * r}</v></c></row>'
        for r in range(1, 40_001)
    )
    workbook = read_workbook(write_sheets({"S": f"<sheetData>{rows}</sheetData>"}))
    cells = workbook.sheets[0].cells
    assert len(cells) == 80_000
    assert all(cells[r, 2] == cells[r, 2]._replace(formula=f"A{r}*2", value=2.0 * r) for r in
               range(1, 40_001))  # fmt: skip


CELL = '<c r="{}"{}>{}</c>'


def like_row(row: int, kind: int) -> str:
    """A row of a table, in one of some ways that rows of tables differ."""
    styles = ("", ' s="1"', ' s="12"')
    formulas = (
        f"<f>A{row}*2</f>",
        f"<f>C{row - 1}+A{row}</f>" if row > 1 else "<f>A1</f>",
        f"<f>SUM(A$11:A{row})*{row}+12</f>",
        f"<f>A{row + 1}&amp;&quot;{row}&quot;</f>",
        f"<f>_xlfn.X(B{row})</f>",
        '<f t="shared" ref="C9:C13" si="0">A9+B$1</f>' if row == 9 else '<f t="shared" si="0"/>',
        f'<f t="array" ref="C{row}">A{row}</f>',
    )
    results = "<v>kg</v>", "<v></v>", ""
    cells = [
        CELL.format(f"A{row}", styles[kind % 3], f"<v>{row}</v>"),
        "" if kind % 4 == 3 else CELL.format(f"B{row}", ' t="s"', "<v>1</v>"),
        CELL.format(f"C{row}", ' t="str"', formulas[kind % 7] + results[kind % 3]),
        CELL.format(f"D{row}", ' t="inlineStr"', f"<is><t>{row} &amp; {row + 1}</t></is>"),
    ]  # fmt: skip
    height = f' ht="{row}"' if kind == 5 else ' spans="1:12"'
    return f'<row r="{row}"{height}>{"".join(cells)}</row>'


@settings(
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.integers(0, 83), st.integers(1, 6)), min_size=1, max_size=6))
def test_rows_that_are_written_alike_are_read_as_the_parser_reads_them(
    sheet_of: Any, parts: list[tuple[int, int]]
) -> None:
    """Around rows 1, 10 and 12, whose numbers also stand for other things."""
    kinds = [kind for kind, height in parts for _ in range(height)]
    one, other = both_ways(sheet_of, "".join(like_row(r, k) for r, k in enumerate(kinds, start=1)))
    assert one == other


def test_rows_whose_texts_stand_in_their_cells_are_rows_of_one_shape(write_sheets: Any) -> None:
    """As `fill` writes them: 5,000 rows were taken apart one by one."""
    rows = "".join(
        f'<row r="{r}"><c r="A{r}" t="inlineStr"><is><t xml:space="preserve">part {r}</t></is></c>'
        f'<c r="B{r}" t="str"><f>A{r}</f><v>part {r}</v></c></row>'
        for r in range(1, 300)
    )
    sheet = read_workbook(write_sheets({"S": f"<sheetData>{rows}</sheetData>"})).sheets[0]
    assert len(sheet.columns.layout.rows) == 1
    assert [sheet.cells[r, 1].value for r in (1, 299)] == ["part 1", "part 299"]


def test_a_formula_with_the_number_of_its_row_is_no_run(write_sheets: Any) -> None:
    """`A5*5` below `A4*4` is written alike, and is not filled down."""
    rows = "".join(
        f'<row r="{r}"><c r="B{r}"><f>A{r}*{r}</f><v>0</v></c><c r="C{r}"><f>A{r}*7</f><v>0</v></c>'
        "</row>"
        for r in range(95, 111)
    )
    sheet = read_workbook(write_sheets({"S": f"<sheetData>{rows}</sheetData>"})).sheets[0]
    heights = {(run.row, run.column): run.height for run in sheet.columns.layout.runs}
    assert heights == {(95, 3): 16, **{(r, 2): 1 for r in range(95, 111)}}
    assert sheet.cells[100, 2].formula == "A100*100"


def test_a_formula_beside_cells_that_some_rows_lack_is_one_run(
    write_sheets: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every third row has no cell A: its text was taken apart again in each of them."""
    filled: list[int] = []

    def counted(text: str, row: int, column: int) -> Fill:
        filled.append(row)
        return fill(text, row, column)

    monkeypatch.setattr(formula_runs, "fill", counted)
    rows = "".join(
        f'<row r="{r}">'
        + (f'<c r="A{r}"><v>{r}</v></c>' if r % 3 else "")
        + f'<c r="B{r}"><f>A{r}*{7 if r != 700 else 8}</f><v>0</v></c></row>'
        for r in range(95, 1006)
    )
    sheet = read_workbook(write_sheets({"S": f"<sheetData>{rows}</sheetData>"})).sheets[0]
    runs = [(run.row, run.height, run.formula.text) for run in sheet.columns.layout.runs]
    assert runs == [(95, 605, "A95*7"), (700, 1, "A700*8"), (701, 305, "A701*7")]
    assert len(filled) < 30


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), min_size=40, max_size=90),
    st.tuples(st.integers(1, 5), st.integers(1, 9), st.integers(70, 300), st.integers(1, 9)),
    st.booleans(),
)
def test_cells_are_found_by_what_shape_a_row_has(
    kinds: list[tuple[str, int]], corners: tuple[int, int, int, int], constants: bool
) -> None:
    """Many short runs of few shapes, as where some rows lack a cell: as cell by cell."""
    filled = {0: Formula("A1"), 1: Formula("B1")}
    shapes = {
        "a": RowShape((1, 2, 4), filled),
        "b": RowShape((2, 3)),
        "c": RowShape((1, 2, 3, 7), {2: Formula("C1")}),
    }
    rows: list[RowRun] = []
    row, number = 2, 0
    for kind, gap in kinds * 2:
        shape = shapes[kind]
        rows.append(RowRun(row + gap, 1 + gap, number, shape))
        row, number = row + 2 * gap + 1, number + (1 + gap) * len(shape.columns)
    layout = CellLayout(rows)
    top, left, bottom, right = corners
    left, right = sorted((left, right))
    bounds = top, left, bottom, right
    found = layout.places(bounds, constants=constants)
    assert found == [
        -1 if constants and layout.is_formula(at) else layout.number(at)
        for at in product(range(top, bottom + 1), range(left, right + 1))
    ]
