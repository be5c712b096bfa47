"""Golden workbooks, one a feature, that real LibreOffice computes and writes at run time.

One call of the program converts them all. Every formula cell must then agree with its
recalculation, as `verify` compares: a change of the engine is noticed without any other corpus.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from cfp_xl.engine.recalculate import recalculate
from cfp_xl.verify.compare import compare
from cfp_xl.workbook.reading.read import read_workbook
from tests.clients.conftest import ALWAYS_RECALCULATE, HANGS_S, RECALCULATE

pytestmark = pytest.mark.client

ROWS: Sequence[Sequence[object]] = (
    ("steel", 12.5, 3, "2024-02-29", True),
    ("Steel", 7, -2, "17", False),
    ("copper", 0.125, 40, "x", True),
    ("paper", 1e-7, 5, "1,5", False),
    ("steel sheet", 250, 0, "12%", True),
    ("", 3, 9, "a b", True),
)
"""A1:E6 of each workbook: names, numbers, counts, texts, truths."""

FEATURES: Mapping[str, Sequence[str]] = {
    "operators": (
        "B1+B2*C1-B3/C3^2", "-C1^2", "B1&C1", "B4%", "A1=A2", "B1>C1", "2^-1", "(B1+C1)%", "-B1",
        "B5/C5", "A1+1", '"3"+4', "A6=0",
    ),
    "sums": (
        "SUM(B1:B6)", "SUM(B1:B6,C1:C6,5)", "SUMPRODUCT(B1:B6,C1:C6)", "AVERAGE(B1:C6)",
        "SUMSQ(C1:C6)", "PRODUCT(B1:B3)", "SUMX2MY2(B1:B6,C1:C6)", "COUNT(A1:D6)",
        "COUNTA(A1:E6)", "MAX(B1:C6)", "MIN(B1:C6)", "SUBTOTAL(9,B1:B6)", "SUBTOTAL(101,C1:C6)",
        "SUM(B1:B6)-SUM(B1:B5)-B6",
    ),
    "criteria": (
        'SUMIF(A1:A6,"steel",B1:B6)', 'SUMIF(A1:A6,"steel*",B1:B6)', 'SUMIF(B1:B6,">5")',
        'COUNTIF(C1:C6,"<>0")', 'COUNTIFS(A1:A6,"steel*",C1:C6,">=0")', 'COUNTIF(A1:A6,"?aper")',
        'SUMIFS(B1:B6,C1:C6,">0",E1:E6,TRUE)', 'AVERAGEIF(C1:C6,">0",B1:B6)',
        'AVERAGEIFS(B1:B6,C1:C6,"<0")', 'COUNTIF(D1:D6,"17")', 'MAXIFS(B1:B6,A1:A6,"steel")',
        'MINIFS(B1:B6,C1:C6,">2")',
    ),
    "lookups": (
        'VLOOKUP("copper",A1:C6,3,FALSE)', 'MATCH("paper",A1:A6,0)', "INDEX(B1:C6,2,1)",
        "INDEX(B1:B6,MATCH(\"Steel\",A1:A6,0))", 'HLOOKUP("steel",A1:C3,3,FALSE)',
        "LOOKUP(4,{1,3,5},{10,30,50})", "MATCH(4,{1,3,5},1)", 'VLOOKUP("zinc",A1:C6,2,FALSE)',
        "SUM(INDEX(B1:C6,0,2))", "SUM(OFFSET(B1,1,0,3,2))", 'INDIRECT("B"&2)', "CHOOSE(2,B1,C1)",
        "ROW(B3)+COLUMN(B3)", "ROWS(B1:C6)*COLUMNS(B1:C6)", 'ADDRESS(3,2,4,TRUE,"Data")',
    ),
    "conditions": (
        "IF(B1>C1,A1,A2)", "IF(C5,1,2)", "AND(E1:E6)", "OR(E1:E6)", "NOT(E1)", "XOR(E1:E6)",
        "IFERROR(1/C5,-1)", 'IFNA(MATCH("z",A1:A6,0),"none")', "ISNUMBER(D2)", "ISTEXT(A1)",
        "ISERROR(1/C5)", "IFS(C1<0,1,C1<5,2,TRUE,3)", 'SWITCH(C1,1,"a",3,"c","other")',
        "ISBLANK(G9)", "ERROR.TYPE(1/0)",
    ),
    "rounding": (
        "ROUND(2.15,1)", "ROUND(-1.475,2)", "ROUND(B5,-2)", "ROUNDUP(B3,2)", "ROUNDDOWN(-B3,2)",
        "MROUND(B1,0.5)", "CEILING(B1,2)", "FLOOR(B1,2)", "INT(-B1)", "TRUNC(-B1)", "MOD(-7,3)",
        "MOD(7,-3)", "QUOTIENT(-7,2)", "EVEN(B3)", "ODD(B1)", "ABS(C2)", "SIGN(C2)",
    ),
    "mathematics": (
        "SQRT(B5)", "EXP(B3)", "LN(B1)", "LOG(B5,2)", "LOG10(B5)", "POWER(B1,1/3)", "FACT(10)",
        "COMBIN(10,3)", "PERMUT(10,3)", "GCD(24,36)", "LCM(4,6)", "SIN(1)", "COS(1)", "TAN(1)",
        "ATAN2(1,2)", "DEGREES(PI())", "SINH(1)", "ACOSH(2)", "GAMMALN(4.5)", "ERF(0.5)",
        "MDETERM({2,1;1,3})", "SERIESSUM(2,0,1,{1,1,1})",
    ),
    "texts": (
        'LEFT(A1,2)&RIGHT(A1,2)', "MID(A5,3,4)", "LEN(A5)", "UPPER(A1)", "LOWER(A2)",
        "PROPER(A5)", 'SUBSTITUTE(A5,"e","E",2)', 'REPLACE(A1,2,2,"--")', 'FIND("e",A5)',
        'SEARCH("E?L",A5)', 'TRIM("  a   b ")', 'REPT("ab",3)', 'EXACT(A1,A2)', "CODE(A1)",
        "CHAR(65)", 'VALUE("12.5")', 'TEXT(B1,"0.00")', 'TEXT(1234567.891,"#,##0.0")',
        'TEXT(0.256,"0.0%")', 'TEXT(45000.75,"yyyy-mm-dd hh:mm")', 'TEXT(B4,"0.00E+00")',
        'CONCATENATE(A1,"/",B1)', 'FIXED(B5,1)', "T(A1)&N(B1)", 'TEXTJOIN("-",TRUE,A1:A6)',
        "UNICODE(A1)", 'CLEAN(A1)',
    ),
    "dates": (
        "DATE(2024,2,29)+1", "YEAR(45351)", "MONTH(45351)", "DAY(45351)", "WEEKDAY(45351)",
        "WEEKDAY(45351,2)", "WEEKNUM(45351)", "ISOWEEKNUM(45351)", "EDATE(45351,12)",
        "EOMONTH(45351,-1)", "DAYS(45400,45351)", "DAYS360(45000,45400)", "YEARFRAC(45000,45400,1)",
        "NETWORKDAYS(45000,45100)", "WORKDAY(45000,30)", "TIME(13,30,15)", "HOUR(0.5625)",
        "MINUTE(0.5625)", 'DATEVALUE("2024-02-29")', 'TIMEVALUE("13:30")',
        'DATEDIF(45000,45400,"m")',
    ),
    "finance": (
        "PMT(0.05/12,60,-20000)", "PV(0.05,10,-100)", "FV(0.05,10,-100,-500,1)",
        "NPER(0.05,-100,500)", "RATE(10,-100,700)", "NPV(0.08,-100,60,60)", "IRR({-100,60,60})",
        "IPMT(0.01,3,12,1000)", "PPMT(0.01,3,12,1000)", "SLN(1000,100,5)", "SYD(1000,100,5,2)",
        "DB(1000,100,5,2)", "DDB(1000,100,5,2)", "EFFECT(0.05,12)", "NOMINAL(0.05,12)",
        "CUMIPMT(0.01,12,1000,1,6,0)", "MIRR({-100,60,60},0.1,0.12)",
    ),
    "statistics": (
        "MEDIAN(B1:B6)", "MODE(1,2,2,3)", "STDEV(B1:B6)", "VARP(B1:B6)", "LARGE(B1:B6,2)",
        "SMALL(B1:B6,2)", "RANK(B2,B1:B6)", "PERCENTILE(B1:B6,0.3)", "QUARTILE(B1:B6,1)",
        "CORREL(B1:B6,C1:C6)", "SLOPE(B1:B6,C1:C6)", "INTERCEPT(B1:B6,C1:C6)", "RSQ(B1:B6,C1:C6)",
        "FORECAST(3,B1:B6,C1:C6)", "GEOMEAN(B1:B3)", "HARMEAN(B1:B3)", "NORMSDIST(1.5)",
        "NORMSDIST(-9)", "NORMSINV(0.975)", "BINOMDIST(3,10,0.4,TRUE)", "POISSON(3,2.5,TRUE)",
        "TDIST(2,10,2)", "CHIDIST(3,4)", "LOGNORMDIST(2,0.5,1)", "CONFIDENCE(0.05,2,50)",
        "STANDARDIZE(5,3,2)", "SKEW(B1:B6)", "KURT(B1:B6)", "TRIMMEAN(B1:B6,0.4)",
    ),
    "bases": (
        "DEC2BIN(9,6)", "DEC2HEX(-54)", "HEX2DEC(\"FF\")", "BIN2OCT(1001)", "OCT2BIN(17)",
        "BASE(255,16,4)", 'DECIMAL("zz",36)', "BITAND(12,10)", "BITXOR(12,10)", "BITLSHIFT(3,2)",
        'ROMAN(1999)', 'ARABIC("MCMXCIX")', 'COMPLEX(3,4)', 'IMABS("3+4i")', 'CONVERT(1,"mi","km")',
    ),
    "arrays": (
        "{SUM(B1:B6*C1:C6)}", "{SUM(IF(C1:C6>0,B1:B6))}", "{MAX(LEN(A1:A6))}",
        "{SUM(TRANSPOSE(B1:B3)*{1,2,3})}", "{SUM(MMULT({1,2;3,4},{5;6}))}",
        "{SUM(MINVERSE({2,0;0,4}))}", "{SUM(FREQUENCY(C1:C6,{0,10}))}",
        "{SUM(FREQUENCY(C1:C6,B1:B6)*{1;2;3;4;5;6;7})}",
        "{INDEX(LINEST(B1:B6,C1:C6),1,2)}", "SUMPRODUCT((A1:A6=\"steel\")*(C1:C6>0)*B1:B6)",
        "SUM({1,2;3,4}*2)",
    ),
    "names": ("rate*B1", "SUM(amounts)", "rate&\"\"", "MAX(amounts)*double"),
    "chains": (*(f"B{row % 6 + 1}+SUM(G$1:G{row})" for row in range(1, 10)),),
}  # fmt: skip


def workbook(formulas: Sequence[str], *, is_1904: bool = False) -> Workbook:
    book = Workbook()
    if is_1904:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.title = "Data"
    for row in ROWS:
        sheet.append([value if value != "" else None for value in row])
    for name, cells in (("rate", "0.19"), ("amounts", "Data!$B$1:$B$6"), ("double", "rate*2")):
        book.defined_names[name] = DefinedName(name, attr_text=cells)
    for line, formula in enumerate(formulas, 2):
        at = f"G{line}"
        if formula.startswith("{"):
            sheet[at] = ArrayFormula(at, f"={formula[1:-1]}")
        else:
            sheet[at] = "=" + formula
    return book


def as_in_files(formula: str) -> str:
    newer = ("MAXIFS", "MINIFS", "IFNA", "XOR", "IFS", "SWITCH", "ISOWEEKNUM", "DAYS", "TEXTJOIN",
             "UNICODE", "BASE", "DECIMAL", "BITAND", "BITXOR", "BITLSHIFT", "ARABIC")  # fmt: skip
    for name in newer:
        if formula.startswith(f"{name}("):
            return f"_xlfn.{formula}"
    return formula


@pytest.fixture(scope="module")
def goldens(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All features' workbooks as LibreOffice computes and writes them; 1904 for the dates too."""
    folder = tmp_path_factory.mktemp("goldens")
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    settings = ALWAYS_RECALCULATE.format(mode=RECALCULATE[True])
    (profile / "registrymodifications.xcu").write_text(settings)
    for name, formulas in FEATURES.items():
        workbook([*map(as_in_files, formulas)]).save(folder / f"{name}.xlsx")
    dates = [*map(as_in_files, FEATURES["dates"])]
    workbook(dates, is_1904=True).save(folder / "dates_1904.xlsx")
    made = sorted(folder.glob("*.xlsx"))
    command = [soffice, f"-env:UserInstallation={profile.parent.as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", str(folder / "written"), *map(str, made)]
    subprocess.run(command, check=True, capture_output=True, timeout=HANGS_S)
    return folder / "written"


@pytest.mark.parametrize("feature", [*FEATURES, "dates_1904"])
def test_every_cell_agrees(feature: str, goldens: Path) -> None:
    written = read_workbook(goldens / f"{feature}.xlsx")
    counts, findings = compare(written, recalculate(written), 1e-9, is_ours=False)
    cells = written.sheets[0].cells
    differing = {
        str(cells[f.where.row, f.where.column].formula): (f.seen, f.expected)
        for f in findings
        if f.where is not None and f.code != "V04"
    }
    assert differing == {}
    truths = len(ROWS)  # which LibreOffice writes as TRUE() and FALSE()
    assert counts.matched == len(FEATURES[feature.removesuffix("_1904")]) + truths
