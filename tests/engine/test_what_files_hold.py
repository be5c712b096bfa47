"""CELL and GETPIVOTDATA: what a file says of its cells besides values.

The XML is that of ECMA-376 (18.3.1.13 columns, 18.8 styles, 18.10 pivot tables); expected values
are those of Microsoft's documentation of the functions, or by hand.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from cfp_xl.engine.builtin.format_name import format_name
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.reading.read import read_workbook
from tests.engine.conftest import Result
from tests.hostile import MAIN, OFFICE, RELS, packed, parts, sheet

FORMATS = {
    "General": "G", "0": "F0", "#,##0": ",0", "0.00": "F2", "#,##0.00": ",2",
    '"$"#,##0_);\\("$"#,##0\\)': "C0", '"$"#,##0_);[Red]\\("$"#,##0\\)': "C0-",
    '"$"#,##0.00_);\\("$"#,##0.00\\)': "C2", '"$"#,##0.00_);[Red]\\("$"#,##0.00\\)': "C2-",
    "0%": "P0", "0.00%": "P2", "0.00E+00": "S2", "# ?/?": "G", "# ??/??": "G",
    "m/d/yy": "D4", "m/d/yy h:mm": "D4", "mm/dd/yy": "D4", "d-mmm-yy": "D1", "dd-mmm-yy": "D1",
    "d-mmm": "D2", "dd-mmm": "D2", "mmm-yy": "D3", "mm/dd": "D5", "h:mm AM/PM": "D7",
    "h:mm:ss AM/PM": "D6", "h:mm": "D9", "h:mm:ss": "D8", "@": "G", "(0.0)": "F1()",
}  # fmt: skip


def test_what_cell_calls_a_number_format() -> None:
    """The table of the documentation of CELL."""
    assert {code: format_name(code) for code in FORMATS} == FORMATS


STYLES = f"""<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="170"
formatCode="0.000;[Red]-0.000"/></numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/>
</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0"/>
</cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="10"
applyProtection="1"><protection locked="0"/></xf><xf numFmtId="0"><alignment horizontal="center"/>
</xf></cellXfs></styleSheet>"""

LOOKS: list[tuple[str, Scalar]] = [
    ('CELL("width",A1)', 8.0),  # no width of its own: 8.43 characters
    ('CELL("width",B1)', 20.0),  # 20.7109375 holds five pixels of padding
    ('CELL("width",D7)', 0.0),  # hidden
    ('INDEX(CELL("width",A1),2)', True),
    ('INDEX(CELL("width",B1),2)', False),
    ('CELL("format",A1)', "F3-"),
    ('CELL("color",A1)', 1.0),
    ('CELL("color",B1)', 0.0),
    ('CELL("parentheses",A1)', 0.0),
    ('CELL("format",B1)', "P2"),
    ('CELL("protect",B1)', 0.0),
    ('CELL("protect",A1)', 1.0),
    ('CELL("format",B9)', "P2"),  # an empty cell has its column's
    ('CELL("format",A5)', "F3-"),  # … or its row's
    ('CELL("prefix",C1)', "^"),
    ('CELL("prefix",A1)', ""),  # a number has none
    ('CELL("prefix",C2)', "'"),
    ('CELL("type",C2)', "l"),
    ('CELL("weight",A1)', ExcelError.VALUE),
]


def test_what_cell_says(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1" s="2"><v>1</v></c>'
        '<c r="C1" s="3" t="str"><v>x</v></c></row><row r="2"><c r="C2" t="str"><v>x</v></c></row>'
        '<row r="5" s="1" customFormat="1"/>'
    )
    rows += "".join(
        f'<row r="{number}"><c r="F{number}"><f>{escape(text)}</f><v>0</v></c></row>'
        for number, (text, _) in enumerate(LOOKS, 11)
    )
    columns = (
        '<sheetFormatPr defaultRowHeight="15"/><cols><col min="2" max="2" width="20.7109375"'
        ' style="2" customWidth="1"/><col min="4" max="4" width="9" hidden="1"/></cols>'
    )
    content = parts(sheet(rows, columns)) | {"xl/styles.xml": STYLES}
    path = tmp_path / "looks.xlsx"
    path.write_bytes(packed(content))
    workbook = read_workbook(path)
    result, name = Result(recalculate(workbook)), workbook.sheets[0].name
    found = {text: result[f"{name}!F{row}"] for row, (text, _) in enumerate(LOOKS, 11)}
    assert found == dict(LOOKS)


CACHE = f"""<pivotCacheDefinition xmlns="{MAIN}"><cacheFields count="4">
<cacheField name="Region"><sharedItems><s v="West"/><s v="East"/></sharedItems></cacheField>
<cacheField name="Year"><sharedItems><n v="2023"/><n v="2024"/></sharedItems></cacheField>
<cacheField name="Fuel"><sharedItems><s v="coal"/><s v="gas"/></sharedItems></cacheField>
<cacheField name="kWh"><sharedItems containsNumber="1"/></cacheField></cacheFields>
</pivotCacheDefinition>"""

TABLE = f"""<pivotTableDefinition xmlns="{MAIN}" name="P"><location ref="A3:D10" firstHeaderRow="1"
firstDataRow="2" firstDataCol="1"/><pivotFields count="4">
<pivotField axis="axisRow"><items><item x="1"/><item x="0"/><item t="default"/></items></pivotField>
<pivotField axis="axisCol"><items><item x="0"/><item x="1"/><item t="default"/></items></pivotField>
<pivotField axis="axisRow"><items><item x="0"/><item n="Natural gas" x="1"/><item t="default"/>
</items></pivotField><pivotField dataField="1"/></pivotFields>
<rowFields><field x="0"/><field x="2"/></rowFields><rowItems>
<i><x/></i><i r="1"><x/></i><i><x v="1"/></i><i r="1"><x/></i><i r="1"><x v="1"/></i>
<i t="grand"><x/></i></rowItems>
<colFields><field x="1"/></colFields><colItems><i><x/></i><i><x v="1"/></i><i t="grand"><x/></i>
</colItems><dataFields><dataField name="Sum of kWh" fld="3"/></dataFields></pivotTableDefinition>"""

SHOWN = {  # what the table shows: 2023, 2024, total
    5: (1, 2, 3),  # East
    6: (1, 2, 3),  # East, coal
    7: (30, 60, 90),  # West
    8: (10, 20, 30),  # West, coal
    9: (20, 40, 60),  # West, natural gas
    10: (31, 62, 93),
}

ASKED: list[tuple[str, Scalar]] = [
    ('"kWh",A3', 93.0),
    ('"Sum of kWh",$A$3,"Region","West"', 90.0),
    ('"kWh",B6,"region","west","YEAR",2024', 60.0),
    ('"kWh",A3,"Region","West","Fuel","Natural gas"', 60.0),
    ('"kWh",A3,"Fuel","coal","Region","West","Year","2023"', 10.0),
    ('"kWh",A3,"Year",2023', 31.0),
    ('"kWh",A3,"Fuel","coal"', ExcelError.REF),  # no line shows all coal
    ('"kWh",A3,"Region","North"', ExcelError.REF),
    ('"kWh",A3,"Region","East","Fuel","Natural gas"', ExcelError.REF),
    ('"litres",A3', ExcelError.REF),
    ('"kWh",H1', ExcelError.REF),  # no pivot table there
]


def test_what_getpivotdata_finds(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{c}{row}"><v>{v}</v></c>' for c, v in zip("BCD", values, strict=True))
        + "</row>"
        for row, values in SHOWN.items()
    )
    rows += "".join(
        f'<row r="{row}"><c r="F{row}"><f>GETPIVOTDATA({escape(text)})</f><v>0</v></c></row>'
        for row, (text, _) in enumerate(ASKED, 21)
    )
    folder = "xl/worksheets/_rels/sheet1.xml.rels", "xl/pivotTables/_rels/pivotTable1.xml.rels"
    links = (
        ("pivotTable", "../pivotTables/pivotTable1.xml"),
        ("pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml"),
    )
    content = parts(sheet(rows))
    for part, (kind, target) in zip(folder, links, strict=True):
        content[part] = (
            f'<Relationships xmlns="{RELS}"><Relationship Id="r1" Type="{OFFICE}/{kind}" '
            f'Target="{target}"/></Relationships>'
        )
    content["xl/pivotTables/pivotTable1.xml"] = TABLE
    content["xl/pivotCache/pivotCacheDefinition1.xml"] = CACHE
    path = tmp_path / "pivot.xlsx"
    path.write_bytes(packed(content))
    workbook = read_workbook(path)
    result, name = Result(recalculate(workbook)), workbook.sheets[0].name
    found = {text: result[f"{name}!F{row}"] for row, (text, _) in enumerate(ASKED, 21)}
    assert found == dict(ASKED)

    content["xl/pivotCache/pivotCacheDefinition1.xml"] = CACHE.replace('v="2023"', 'v="x"')
    path.write_bytes(packed(content))
    codes = {finding.code for finding in recalculate(read_workbook(path)).findings}
    assert codes == {"E02"}, "a table that is not understood gives no value"
