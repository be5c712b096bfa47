"""Tables that grow: more rows by program, rows completed, all processes in the results."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from cfp_xl.cli import run
from cfp_xl.messages import LANGS
from cfp_xl.schema.schema import Schema, find_schema
from cfp_xl.schema.seal import check_seal
from cfp_xl.templates.build import build_workbook
from cfp_xl.templates.grow import CannotGrow, grow, rows_wanted
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import FileResult, FileStatus
from cfp_xl.workbook.reading.container import open_package, package_of
from cfp_xl.workbook.reading.read import read_package, read_workbook, sheet_parts
from cfp_xl.workbook.writing.values import write_values
from cfp_xl.workbook.writing.zip_copy import replace_parts

ROOT = Path(__file__).parents[1]
WORKBOOKS, CASES = ROOT.parent / "workbooks", ROOT / "cases" / "model"
BXD2 = WORKBOOKS / "bxd2.xlsx"


def above_info(result: FileResult) -> set[tuple[str, str | None]]:
    return {(f.code, f.case) for f in result.findings if f.is_open and f.severity != "info"}


def parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def schema_of(data: bytes) -> Schema:
    found, findings = find_schema(read_package(package_of(data, Path("b.xlsx"))))
    assert found is not None
    assert findings == ()
    return found


def rows_of(schema: Schema, table: str) -> int:
    """Rows between the headings and the closing row, which is the last."""
    top, _, bottom, _ = schema.regions[table].bounds
    assert schema.regions[table].closing_rows == {bottom}
    return bottom - top - 1


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data, done = grow(BXD2.read_bytes(), BXD2, {"activities": 40, "processes": 15})
    assert [(one.table, one.rows, one.added) for one in done] == [
        ("activities", 40, 16),
        ("processes", 15, 5),
    ]
    path = tmp_path_factory.mktemp("grown") / "bxd2.xlsx"
    path.write_bytes(data)
    return path


def test_longer_tables_change_nothing_else(longer: Path) -> None:
    """The same footprint, seal and reasons; sheets that refer to neither table byte for byte."""
    result = verify_file(longer)
    assert (result.status, above_info(result)) == (FileStatus.PASSED, set())
    assert sum(not f.is_open for f in result.findings) == 8
    assert result.footprint is not None
    assert result.footprint.total_kgco2e == pytest.approx(15.000560117, rel=1e-10)
    assert rows_of(schema_of(longer.read_bytes()), "activities") == 40
    before, after = parts(BXD2.read_bytes()), parts(longer.read_bytes())
    assert before.keys() == after.keys()
    sheet_of = {sheet.name: sheet.part for sheet in read_workbook(BXD2).sheets}
    referring = {sheet_of[name] for name in ("活动数据", "组件", "结果", "检查")}
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= referring | {"xl/workbook.xml"}


@pytest.mark.parametrize(
    ("file", "completed"), [("inserted3", ((19, 20),)), ("inserted5", ())], ids=lambda x: str(x)
)
def test_rows_inserted_in_calc(file: str, completed: tuple[object, ...], tmp_path: Path) -> None:
    """A kettle of the former template with two more screws, in the middle and below: 472.3966 +
    0.0449 kgCO2e. Rows without formulas are errors until completed; all 18 reasons hold."""
    source, target = CASES / f"{file}.xlsx", tmp_path / "kettle.xlsx"
    if completed:
        assert ("W41", "row") in above_info(verify_file(source))
    data, done = grow(source.read_bytes(), source, {})
    assert tuple(one.completed for one in done) == completed
    target.write_bytes(data)
    result = verify_file(target)
    assert (result.status, above_info(result)) == (FileStatus.PASSED, set())
    assert sum(not f.is_open for f in result.findings) == 18
    assert result.footprint is not None
    assert result.footprint.total_kgco2e == pytest.approx(472.4415, abs=5e-5)


@pytest.mark.parametrize("command", ["grow", "upgrade"])
@pytest.mark.parametrize("lang", LANGS)
def test_reasons_follow_the_rows_that_calc_inserted(
    command: str, lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Natural gas was row 21 before two rows were inserted above it; it is 23 now."""
    source, target = CASES / "inserted3.xlsx", tmp_path / "out"
    target.mkdir()
    book = target / source.name
    out = book if command == "grow" else target
    assert run([command, str(source), "-o", str(out), "--lang", lang]) == 0
    assert capsys.readouterr().out.count("活动数据!G21 → 活动数据!G23") == 3
    result = verify_file(book)
    assert (result.status, above_info(result)) == (FileStatus.PASSED, set())
    answered = {(f.code, str(f.where)) for f in result.findings if not f.is_open}
    assert {(code, "活动数据!G23") for code in ("F06", "G02", "U02")} <= answered


def test_where_inserted_rows_cannot_be_told_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One of the two has formulas already: somebody filled them down."""
    data, _ = grow((CASES / "inserted3.xlsx").read_bytes(), CASES / "inserted3.xlsx", {})
    package = package_of(data, tmp_path)
    part = sheet_parts(package)["活动数据"]
    xml = package.open(part).read().decode()
    cells = re.findall(r'<c r="[L-P]19"[^>]*>.*?</c>', xml)
    assert len(cells) == 5
    for cell in cells:
        xml = xml.replace(cell, "")
    book = tmp_path / "kettle.xlsx"
    book.write_bytes(replace_parts(package, {part: xml.encode()}))
    assert run(["grow", str(book), "--lang", "en"]) == 0
    assert "check these addresses of cells: 保留意见!B8 活动数据!G23" in capsys.readouterr().out


def test_cells_below_a_table_that_grows_are_named_where_they_are() -> None:
    """A reason names a cell of the results below the processes, a scenario one above: five rows
    more come in between them."""
    schema = schema_of(BXD2.read_bytes())
    name = next(n for n in read_workbook(BXD2).names if n.name == "cfp_processes")
    below = int(name.formula.rpartition("$")[2]) + 3
    said = {"justifications": f"结果!C{below}", "scenarios": "结果!C7"}
    columns = {"justifications": "cell", "scenarios": "target"}
    places = {
        table: schema.regions[table].cell(schema.regions[table].header_row + 1, column)
        for table, column in columns.items()
    }
    values = {w.sheet: {(w.row, w.column): said[table]} for table, w in places.items()}
    typed = write_values(open_package(BXD2), values)
    data, (done,) = grow(typed, BXD2, {"processes": 15})
    assert done.added == 5
    now = schema_of(data)
    assert {t: now.records(t)[0].text(column) for t, column in columns.items()} == {
        "justifications": f"结果!C{below + 5}",
        "scenarios": "结果!C7",
    }
    assert [one.now for one in done.addresses] == [f"结果!C{below + 5}"]


HEADER = "stage,process,activity,status,quantity,unit,factor_id,bridge,bridge_unit,reason\n"


@pytest.mark.parametrize(("count", "unlisted"), [(26, None), (43, 3)])
def test_every_process_is_listed_or_it_is_said(
    count: int, unlisted: int | None, tmp_path: Path
) -> None:
    """As many processes as manyr has, and more than the template has rows for."""
    case = tmp_path / "case"
    case.mkdir()
    (tmp_path / "product-zh").symlink_to(WORKBOOKS / "product-zh")
    (case / "workbook.toml").write_text('based_on = "product-zh"\nformulas = "native"\n', "utf-8")
    lines = (f"生产,过程{n},电力,数据,{n},kWh,CN-ELEC-CFP-2024,,,\n" for n in range(1, count + 1))
    (case / "activities.csv").write_text(HEADER + "".join(lines), "utf-8")
    path = tmp_path / "many.xlsx"
    path.write_bytes(build_workbook(case))
    results = read_workbook(path).sheet("结果")
    assert results is not None
    listed = {
        row[1]: row[2]
        for row in ([results.cells[r, c].value for c in (1, 2, 3) if (r, c) in results.cells]
                    for r in range(1, 130))
        if len(row) == 3 and isinstance(row[1], str) and row[1].startswith("过程")
        and row[1] != "过程\nprocess"
    }  # fmt: skip
    shown = min(count, 40)
    assert listed == {f"过程{n}": pytest.approx(n * 0.5777) for n in range(1, shown + 1)}
    said = [c.value for c in results.cells.values() if "未列出" in str(c.value or "")]
    missing = [f for f in verify_file(path).findings if f.case == "rows_missing"]
    if unlisted is None:
        assert (said, missing) == ([], [])
    else:
        assert [str(text).rpartition("：")[2] for text in said] == [str(unlisted)]
        assert len(missing) == 1


def test_the_command_keeps_the_file_as_it_was(tmp_path: Path) -> None:
    book = tmp_path / "kettle.xlsx"
    book.write_bytes((CASES / "inserted3.xlsx").read_bytes())
    assert run(["grow", str(book), "--lang", "en"]) == 0
    [kept] = tmp_path.glob("kettle.before-*.xlsx")
    assert kept.read_bytes() == (CASES / "inserted3.xlsx").read_bytes()
    assert book.read_bytes() != kept.read_bytes()
    assert run(["grow", str(book)]) == 0
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("typed", ["activities", "activities=many", "activities=-1", "=5,x"])
def test_rows_that_cannot_be_read(typed: str) -> None:
    with pytest.raises(CannotGrow):
        rows_wanted([typed])


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        (BXD2, {"parts": 50}),  # it has no such table
        (BXD2, {"activities": 10**7}),
        (CASES / "kettle.xlsx", {"activities": 90}),  # no closing row in the former template
    ],
    ids=["no table", "too many", "former template"],
)
def test_what_cannot_grow(file: Path, wanted: dict[str, int]) -> None:
    with pytest.raises(CannotGrow):
        grow(file.read_bytes(), file, wanted)


def test_a_new_product_of_any_size(tmp_path: Path) -> None:
    out = tmp_path / "product.xlsx"
    rows = "activities=75,allocation=40"
    assert run(["new", "product", "--rows", rows, "-o", str(out), "--lang", "zh"]) == 0
    schema = schema_of(out.read_bytes())
    assert (rows_of(schema, "activities"), rows_of(schema, "allocation")) == (75, 40)
    assert {f.code for f in verify_file(out).findings} <= {"B06", "U04", "F03", "M05"}


def test_shared_formulas_that_were_changed_are_named(longer: Path) -> None:
    """New rows share formulas; the first of them bears the text of all."""
    package = open_package(longer)
    part = sheet_parts(package)["活动数据"]
    xml = package.open(part).read().decode()

    def named(text: str) -> list[tuple[str, str]]:
        data = replace_parts(package, {part: text.encode()})
        found = check_seal(read_package(package_of(data, longer)))
        return [(one.code, str(one.where)) for one in found]

    assert xml.count('t="shared"') > 100
    assert named(xml) == []
    first = re.search(r'<f t="shared" ref="M31:M46" si="\d+">([^<]*)</f>', xml)
    assert first is not None
    assert named(xml.replace(first[1], "K31*L31", 1)) == [
        ("W40", f"活动数据!M{row}") for row in range(31, 47)
    ]
    other = re.search(r'<c r="M35"[^>]*>(<f t="shared" si="\d+"/>)', xml)
    assert other is not None
    typed = other[0].replace(other[1], "<f>K35*L35</f>")
    assert named(xml.replace(other[0], typed)) == [("W40", "活动数据!M35")]


def test_no_shared_formula_refers_to_another_sheet(longer: Path) -> None:
    """Excel shows another formula than the one in the file."""
    package = open_package(longer)
    for part in sheet_parts(package).values():
        xml = package.open(part).read().decode()
        shared = re.findall(r'<f t="shared" ref="[^"]*" si="\d+">([^<]*)</f>', xml)
        assert not [one for one in shared if "!" in one or "CFP_" in one]
