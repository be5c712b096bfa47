"""Ordinary editing in real LibreOffice is no error, and hides none.

Rows and columns put in, sheets renamed and moved, tables sorted, notes beside them: many at once in
one workbook, all workbooks in one session. Calc computes the native edition by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from cfp_xl.compare.diff import diff
from cfp_xl.findings import Finding, Severity
from cfp_xl.schema.opened import open_file
from cfp_xl.verify.pipeline import verify_file, verify_opened
from cfp_xl.verify.result import FileResult, Options
from tests.clients.calc_macro import MacroCalc
from tests.mutants import bases, places
from tests.mutants.campaign import all_bases, saved
from tests.mutants.edits import Base

pytestmark = pytest.mark.client
Commands = Sequence[Sequence[object]]
FIRST, SECOND, FOURTH, TABLE = 1, 2, 4, 7
"""Above all, below the title, above the headings, among the rows of a table."""


def base(name: str) -> Base:
    return next(one for one in all_bases() if one.name == name)


def sheets(of: Base) -> list[str]:
    return [sheet.name for sheet in of.workbook.sheets]


def of_tables(of: Base) -> list[str]:
    """The sheets whose tables people fill in, each with its place to put a row into."""
    assert of.layout is not None
    names = ("allocation", "activities", "factors", "parts", "declared", "justifications")
    return [of.layout.sheets[name] for name in names]


def at_sheet(what: str, at: int) -> Callable[[Base], Commands]:
    return lambda of: [(what, sheet, at, 1) for sheet in sheets(of)]


def renamed(of: Base) -> Commands:
    return [("rename", sheet, f"{sheet}（定稿 2）") for sheet in sheets(of)]


def columns_in_tables(of: Base) -> Commands:
    """A column of one's own among those of each table, with a heading."""
    edits: list[Sequence[object]] = []
    for sheet in of_tables(of):
        edits += [("insert columns", sheet, FOURTH, 1), ("type", sheet, "D6", "内部备注")]
        edits.append(("type", sheet, "D7", "已核对"))
    return edits


def in_the_product(of: Base) -> Commands:
    """A row of one's own among the settings, and one for a contact above them."""
    where = places.product(of, "boundary")
    row = int(where.cell[1:])
    return [
        ("insert rows", where.sheet, row, 1),
        ("type", where.sheet, f"A{row}", "内部编号"),
        ("type", where.sheet, f"B{row}", "LD-2025-07"),
        ("insert rows", where.sheet, 3, 2),
    ]


def moved_and_noted(of: Base) -> Commands:
    """Results first, their rows with a note beside; activities sorted by stage; a sheet more."""
    assert of.layout is not None
    results, activities = of.layout.sheets["results"], of.layout["activities"]
    first = places.cell(of, "activities", "stage", 0).row
    return [
        ("move sheet", results, 0),
        ("type", results, "Z9", "与去年相比下降"),
        ("type", activities.sheet, "BK8", "账单见 3 月"),
        ("sort", activities.sheet, f"A{first}:G{first + 4}", 2),
        ("add sheet", results),
        ("rename", of.layout.sheets["checks"], "自检"),
        ("insert rows", activities.sheet, first + 2, 1),
        ("insert rows", activities.sheet, 2, 1),
    ]


EDITS: Mapping[str, tuple[str, Callable[[Base], Commands]]] = {
    "saved": ("zh-native", lambda of: [("type", sheets(of)[0], "Z60", "checked by N.N.")]),
    "a row above all": ("zh-native", at_sheet("insert rows", FIRST)),
    "a row below the title": ("en-native", at_sheet("insert rows", SECOND)),
    "a row above the headings": ("zh", at_sheet("insert rows", FOURTH)),
    "a row in each table": (
        "zh-native",
        lambda of: [("insert rows", sheet, TABLE, 1) for sheet in of_tables(of)],
    ),
    "rows among the settings": ("zh", in_the_product),
    "a column before all": ("en-native", at_sheet("insert columns", FIRST)),
    "columns in tables": ("zh-native", columns_in_tables),
    "all sheets renamed": ("zh-native", renamed),
    "moved, sorted, noted": ("zh-native", moved_and_noted),
}


GOODS = (("steel", 3, 2), ("copper", 1, 4), ("paper", 10, 0.5), ("glass", 2, 1.5))
EDITS_OF_A_LIST: Mapping[str, tuple[Commands, list[tuple[str, str]]]] = {
    "a good put in": (
        [
            ("insert rows", "Goods", 3, 1),
            ("type", "Goods", "A3", "zinc"),
            ("number", "Goods", "B3", "5"),
            ("number", "Goods", "C3", "3"),
            ("formula", "Goods", "D3", "=B3*C3"),
        ],
        [("structure", "Goods!A3")],
    ),
    "a good taken out": ([("delete rows", "Goods", 3, 1)], [("structure", "Goods!A3")]),
    "the goods sorted": ([("sort", "Goods", "A2:D5", 0)], []),
    "the goods in another sheet": (
        [("rename", "Goods", "Parts of 2025")],
        [("structure", "Parts of 2025!A1")],
    ),
    "a column put in": (
        [("insert columns", "Goods", 2, 1), ("type", "Goods", "B1", "origin")],
        [("structure", "Goods!B1")],
    ),
}
"""Edits of a small list, and what `diff` lists of each."""


def list_of_goods(path: Path) -> Path:
    """Each good's mass × factor, and the sum."""
    with xlsxwriter.Workbook(path) as workbook:
        page = workbook.add_worksheet("Goods")
        page.write_row(0, 0, ["goods", "mass (kg)", "kgCO2e/kg", "kgCO2e"])
        for at, (label, mass, factor) in enumerate(GOODS, 2):
            page.write_row(at - 1, 0, [label, mass, factor])
            page.write_formula(at - 1, 3, f"=B{at}*C{at}", None, mass * factor)
        page.write(5, 0, "sum")
        page.write_formula(5, 3, "=SUM(D2:D5)", None, 18)
    return path


@pytest.fixture(scope="module")
def edited(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The workbooks after their edits, and after a slip besides."""
    folder = tmp_path_factory.mktemp("honest")
    calc = MacroCalc(soffice, folder / "profile")
    calc.start()
    wanted: dict[Path, Commands] = {}
    names = []
    for name, (edition, commands) in EDITS.items():
        file = folder / f"{name}.xlsx"
        file.write_bytes(bases.lamp(edition)[0])
        wanted[file] = commands(base(edition))
        names.append(name)
    for name, slip in SLIPS.items():
        file = folder / f"{name}.xlsx"
        file.write_bytes(bases.lamp("zh-native")[0])
        wanted[file] = slip(base("zh-native"))
        names.append(name)
    for name, (of_a_list, _) in EDITS_OF_A_LIST.items():
        wanted[list_of_goods(folder / f"{name}.xlsx")] = of_a_list
        names.append(name)
    return dict(zip(names, calc.all_edited(wanted), strict=True))


def verified(path: Path) -> FileResult:
    """With the values that a program with our functions would have saved."""
    return verify_opened(saved(open_file(path)), path, Options())


@pytest.mark.parametrize("name", EDITS)
def test_ordinary_editing_is_no_error(edited: Mapping[str, Path], name: str) -> None:
    result = verified(edited[name])
    errors = [f for f in result.findings if f.severity is Severity.ERROR]
    assert not [f"{f.code} {f.where}: {f.message('en')}" for f in errors]
    assert result.footprint is not None
    assert result.footprint.total_kgco2e == pytest.approx(bases.TOTAL_KGCO2E, rel=1e-9)


@pytest.mark.parametrize("name", EDITS_OF_A_LIST)
def test_an_edit_of_a_list_is_one_change_or_none(
    edited: Mapping[str, Path], tmp_path: Path, name: str
) -> None:
    before = open_file(list_of_goods(tmp_path / "goods.xlsx"))
    found = diff(before, open_file(edited[name])).changes
    assert [(one.kind.value, str(one.where)) for one in found] == EDITS_OF_A_LIST[name][1]


def after_rows(then: Commands) -> Commands:
    of = base("zh-native")
    return [*at_sheet("insert rows", FIRST)(of), *then]


def typed_over(of: Base) -> Commands:
    where = places.total(of)
    return after_rows([("number", where.sheet, f"C{int(where.cell[1:]) + 1}", "7.5")])


def halved(of: Base) -> Commands:
    where = places.cell(of, "activities", "native", 1)
    row = int("".join(filter(str.isdigit, where.cell))) + 1
    letters = where.cell.rstrip("0123456789")
    return after_rows([("formula", where.sheet, f"{letters}{row}", "=1.84864/2")])


def check_gone(of: Base) -> Commands:
    assert of.layout is not None
    name = of.layout.sheets["checks"]
    return [("remove sheet", name), ("rename", of.layout.sheets["results"], "结果表")]


SLIPS: Mapping[str, Callable[[Base], Commands]] = {
    "total typed over": typed_over,
    "an emission halved": halved,
    "the checks gone": check_gone,
}


@pytest.mark.parametrize(
    ("name", "code", "row"),
    [
        ("total typed over", "N01", 1),
        ("an emission halved", "W40", 1),
        ("the checks gone", "W41", 0),
    ],
)
def test_a_slip_among_them_is_named_where_it_is(
    edited: Mapping[str, Path], name: str, code: str, row: int
) -> None:
    of = base("zh-native")
    found: list[Finding] = [f for f in verify_file(edited[name]).findings if f.code == code]
    expected = {
        "total typed over": places.total(of).row + row,
        "an emission halved": places.cell(of, "activities", "native", 1).row + row,
    }.get(name)
    rows = {f.where.row if f.where else None for f in found}
    assert (expected in rows) if expected else found
    assert len(found) < 4  # and nothing else is taken for one
