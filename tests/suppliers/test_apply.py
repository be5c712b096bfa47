"""Answers taken into a product: what changes, what never does, in one piece or not at all."""

from __future__ import annotations

import io
import os
import random
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from cfp_xl.outputs import NotWritten
from cfp_xl.schema.opened import open_file
from cfp_xl.schema.schema import Record, Schema, find_schema
from cfp_xl.schema.seal import check_seal
from cfp_xl.suppliers import apply as apply_module
from cfp_xl.suppliers.apply import Applied, CannotApply, apply
from cfp_xl.suppliers.outcomes import Accepted
from cfp_xl.templates.grow import CannotGrow
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import FileStatus
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.reading.read import Unreadable, read_workbook
from cfp_xl.workbook.writing.in_place import WorkbookInUse
from cfp_xl.workbook.writing.zip_copy import replace_parts
from tests.cells import cell_of
from tests.suppliers.answered import DAY, TOTAL_KGCO2E, by_activity, by_pcf, product

EDITIONS = ("zh", "en", "zh-native", "en-native")


@pytest.fixture
def box(tmp_path: Path) -> Path:
    file = tmp_path / "box.xlsx"
    file.write_bytes(product())
    return file


def take(file: Path, *answers: Accepted, to: Path | None = None) -> Applied:
    return apply(open_file(file), answers, to or file, DAY)


def schema(file: Path) -> Schema:
    found, findings = find_schema(read_workbook(file))
    assert found is not None
    assert findings == ()
    return found


def rows(file: Path, table: str) -> tuple[Record, ...]:
    return schema(file).records(table)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_footprint_with_suppliers_data(tmp_path: Path, edition: str) -> None:
    """19.185417 − 6.00808 + 5.2 × 0.29485 − 3.17735 + 1.1 × 4 = 15.933207"""
    file = tmp_path / "box.xlsx"
    file.write_bytes(product(edition))
    applied = take(file, by_activity(), by_pcf())
    assert applied.before_kgco2e == pytest.approx(TOTAL_KGCO2E, rel=1e-12)
    assert applied.after_kgco2e == pytest.approx(15.933207, rel=1e-9)
    result = verify_file(file)
    assert result.recalculation == "agrees"
    assert result.status is FileStatus.PASSED, [f.message("en") for f in result.findings]
    assert result.footprint is not None
    assert result.footprint.total_kgco2e == pytest.approx(15.933207, rel=1e-9)
    results = read_workbook(file).sheet("Results" if edition.startswith("en") else "结果")
    assert results is not None
    label = "without suppliers' data" if edition.startswith("en") else "如不用供应商数据"
    last = next(row for (row, at), cell in results.cells.items() if at == 1 and cell.value == label)
    lines = [
        [results.cells[row, c].value for c in (2, 3, 4) if (row, c) in results.cells]
        for row in range(last - 2, last + 1)
    ]
    # by suppliers 5.2 × 0.29485 + 4.4 = 5.93322, that is 37.238%; without them as before
    assert lines[0] == ["2 / 2", pytest.approx(5.93322, rel=1e-9), pytest.approx(0.37238, rel=1e-4)]
    assert lines[1][0] == pytest.approx(15.933207 - 5.93322, rel=1e-9)
    assert lines[2][0] == pytest.approx(TOTAL_KGCO2E, rel=1e-9)


def test_the_gwp_set_is_that_of_the_lines_that_name_one(box: Path) -> None:
    """The UK set is by AR5; the announcement of the Chinese grid factor names no set."""
    grid, other = by_activity().lines
    steel = replace(other, factor_id="DESNZ2025-19_504_5116_15_1")
    take(box, by_activity(lines=(grid, steel)))
    assert schema(box).sheet_factors.get("S-P-01").gwp_set == "AR5"


def test_what_stands_in_the_product_afterwards(box: Path) -> None:
    take(box, by_activity(), by_pcf())
    found = schema(box)
    activities = [(a.part_id, a.factor_id) for a in found.inventory]
    assert activities == [
        ("P-01", "S-P-01"),
        ("P-02", "S-P-02"),
        (None, "CN-ELEC-CFP-2024"),
        ("P-01", "CN-ELEC-CFP-2024"),
    ]
    factor = found.sheet_factors.get("S-P-01")
    assert factor.value == pytest.approx(0.29485, rel=1e-14)
    assert (factor.unit, factor.per_unit) == ("kgCO2e", "kg")
    assert (factor.year, factor.gwp_set) == (2025, None)  # its diesel is in no shipped set
    assert factor.source.publisher == "Steel Ltd"
    assert "SUP-A_P-01.xlsx" in factor.source.title
    first, second, third = found.records("answers")
    assert [r.text("as_answered") for r in (first, second)] == ["50000 kWh", "200 kg"]
    assert (first.text("cell"), first.text("sha256")) == ("填报!D12", "a" * 64)
    assert [third.text(c) for c in ("kind", "standard", "includes_delivery")] == [
        "已有碳足迹",
        "ISO 14067:2018",
        "否",
    ]
    assert [
        [r.text(c) for c in ("number", "action", "part_id", "factor_before", "factor_after")]
        for r in found.records("history")
    ] == [
        ["1", "收下", "P-01", "CN-ELEC-CFP-2024", "S-P-01"],
        ["2", "收下", "P-02", "CN-ELEC-CFP-2024", "S-P-02"],
    ]
    # 2 kWh/kg × 0.5777 and 5 kWh/kg × 0.5777 are what a kg gave by the grid's factor
    assert [r.values["secondary_kgco2e"] for r in found.records("parts")] == [
        pytest.approx(1.1554),
        pytest.approx(2.8885),
    ]


def test_no_formula_changes_and_no_other_part(box: Path) -> None:
    take(box, by_activity(), by_pcf())
    before, after = (
        {
            (sheet.name, cell.address): cell.formula
            for sheet in workbook.sheets
            for cell in sheet.cells.values()
            if cell.formula is not None
        }
        for workbook in (read_workbook(next(box.parent.glob("*.before-*"))), read_workbook(box))
    )
    assert before == after
    old, new = parts(product()), parts(box.read_bytes())
    assert old.keys() == new.keys()
    changed = {name for name in old if old[name] != new[name]}
    # Charts draw the new figures.
    assert {name.rpartition("/")[0] for name in changed} == {"xl/worksheets", "xl/charts"}


def test_the_same_file_again_changes_nothing(box: Path) -> None:
    take(box, by_activity(), by_pcf())
    once = box.read_bytes()
    others = sorted(box.parent.iterdir())
    again = take(box, by_pcf(), by_activity())
    assert (again.taken, again.written, again.kept) == ((), None, None)
    assert again.unchanged == ("P-01", "P-02")
    assert box.read_bytes() == once
    assert sorted(box.parent.iterdir()) == others
    copy = box.with_name("copy.xlsx")
    take(box, by_activity(), to=copy)
    assert copy.read_bytes() == once


def test_the_order_of_answers_does_not_matter_and_bytes_are_the_same(box: Path) -> None:
    copies = [box.with_name(name) for name in ("one.xlsx", "two.xlsx")]
    take(box, by_activity(), by_pcf(), to=copies[0])
    take(box, by_pcf(), by_activity(), to=copies[1])
    assert copies[0].read_bytes() == copies[1].read_bytes()


def test_a_corrected_answer_replaces_and_both_stay_in_the_history(box: Path) -> None:
    take(box, by_activity(), by_pcf())
    line = replace(by_activity().lines[0], quantity=60_000.0, as_answered="60000 kWh")
    corrected = by_activity("c" * 64, lines=(line,), kgco2e_per_unit=0.34662, file="SUP-A v2.xlsx")
    applied = take(box, corrected)
    assert [taken.action for taken in applied.taken] == ["replaced"]
    lines = {
        (r.text("part_id"), r.text("file"), r.values["quantity"]) for r in rows(box, "answers")
    }
    assert lines == {("P-01", "SUP-A v2.xlsx", 60_000.0), ("P-02", "SUP-B_P-02.xlsx", 4.0)}
    history = [[r.text(c) for c in ("part_id", "action", "file")] for r in rows(box, "history")]
    assert history == [
        ["P-01", "收下", "SUP-A_P-01.xlsx"],
        ["P-02", "收下", "SUP-B_P-02.xlsx"],
        ["P-01", "更正", "SUP-A v2.xlsx"],
    ]
    assert rows(box, "parts")[0].values["secondary_kgco2e"] == pytest.approx(1.1554)
    assert len([r for r in rows(box, "factors") if r.text("id") == "S-P-01"]) == 1
    # 60,000 × 0.5777 / 100,000 = 0.34662
    assert schema(box).sheet_factors.get("S-P-01").value == pytest.approx(0.34662, rel=1e-14)
    assert verify_file(box).status is FileStatus.PASSED


def test_the_earlier_workbook_is_kept_beside(box: Path) -> None:
    box.chmod(0o640)
    applied = take(box, by_activity())
    assert box.stat().st_mode & 0o777 == 0o640
    assert applied.kept is not None
    assert applied.kept.name.startswith("box.before-")
    assert applied.kept.read_bytes() == product()


def test_an_endless_text_is_cut(box: Path) -> None:
    line = replace(by_activity().lines[0], as_answered="1" * 40_000)
    take(box, by_activity(lines=(line,)))
    assert rows(box, "answers")[0].text("as_answered") == "1" * 1000 + "…"


def test_what_suppliers_type_stays_text(box: Path) -> None:
    evil = '=HYPERLINK("http://x","y")'
    line = replace(by_activity().lines[0], item=evil, as_answered="=cmd|'/c calc'!A1")
    take(box, by_activity(lines=(line,), file="=1+1.xlsx", supplier="+SUM(A1)"))
    assert rows(box, "answers")[0].text("item") == evil
    cells = [c for s in read_workbook(box).sheets for c in s.cells.values() if c.value == evil]
    assert [cell.formula for cell in cells] == [None]


REFUSED = [
    # answers, what is refused
    pytest.param([by_activity(part_id="P-09")], "S85", id="no such part"),
    pytest.param([by_activity(supplier_id="SUP-B")], "S85", id="another supplier"),
    pytest.param([by_activity(unit="kWh")], "S85", id="no row in such a unit"),
    pytest.param([by_activity(), by_activity("c" * 64)], "S85", id="two answers for one part"),
]


@pytest.mark.parametrize(("answers", "code"), REFUSED)
def test_one_answer_that_does_not_fit_and_nothing_is_written(
    box: Path, answers: Sequence[Accepted], code: str
) -> None:
    with pytest.raises(CannotApply) as refused:
        take(box, *answers)
    assert [finding.code for finding in refused.value.findings] == [code]
    assert code in refused.value.say("zh")
    assert list(box.parent.iterdir()) == [box]
    assert box.read_bytes() == product()


def test_tables_grow_where_the_answers_need_it(box: Path) -> None:
    """Eight rows are made for answers; ten lines and one more come."""
    lines = by_activity().lines * 5
    take(box, by_pcf(), by_activity(lines=lines))
    assert len(rows(box, "answers")) == len(lines) + 1 > 8
    assert check_seal(read_workbook(box)) == ()
    once = box.read_bytes()
    take(box, by_pcf(), by_activity(lines=lines))
    assert box.read_bytes() == once


def test_a_template_that_cannot_grow_says_which_table_is_full(
    box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise CannotGrow("templates.grow.no_closing_row", sheet="x")

    monkeypatch.setattr(apply_module, "grow", refuse)
    with pytest.raises(CannotApply) as refused:
        take(box, by_pcf(), by_activity(lines=by_activity().lines * 5))
    assert [finding.code for finding in refused.value.findings] == ["S86"]
    assert box.read_bytes() == product()


def test_a_changed_formula_refuses_the_product(box: Path) -> None:
    package = package_of(box.read_bytes(), box)
    sheet = next(s for s in read_workbook(box).sheets if s.name == "零部件")
    xml = package.open(sheet.part).read().replace(b"SUMIFS(", b"1+SUMIFS(", 1)
    box.write_bytes(replace_parts(package, {sheet.part: xml}))
    with pytest.raises(CannotApply) as refused:
        take(box, by_activity())
    assert [f.code for f in refused.value.findings] == ["S87"]


def test_a_formula_of_the_user_s_is_not_overwritten(box: Path) -> None:
    """Somebody looks up the factor of the first row; input cells are in no seal."""
    package = package_of(box.read_bytes(), box)
    sheet = next(s for s in read_workbook(box).sheets if s.name == "活动数据")
    where = cell_of(read_workbook(box), "activities", 1, "factor_id")
    xml = package.open(sheet.part).read().decode()
    typed = re.sub(rf'<c r="({where.cell})"( s="\d+") t="s"><v>\d+</v></c>', _by_formula, xml)
    assert typed != xml
    box.write_bytes(replace_parts(package, {sheet.part: typed.encode()}))
    with pytest.raises(CannotApply) as refused:
        take(box, by_activity())
    assert [(f.code, f.case, str(f.where)) for f in refused.value.findings] == [
        ("S85", "formula", str(where)),
    ]


def _by_formula(cell: re.Match[str]) -> str:
    return f'<c r="{cell[1]}"{cell[2]} t="str"><f>因子!$A$7</f><v>CN-ELEC-CFP-2024</v></c>'


def test_a_workbook_without_the_tables_is_refused() -> None:
    bxd2 = Path(__file__).parents[2] / "workbooks" / "bxd2.xlsx"
    before = bxd2.read_bytes()
    with pytest.raises(CannotApply) as refused:
        take(bxd2, by_activity())
    assert [(f.code, f.case) for f in refused.value.findings] == [("S87", "tables")]
    assert bxd2.read_bytes() == before


@pytest.mark.parametrize("lock", ["~$box.xlsx", ".~lock.box.xlsx#"])
def test_a_product_that_is_open_elsewhere_is_left_alone(box: Path, lock: str) -> None:
    box.with_name(lock).write_text("")
    with pytest.raises(WorkbookInUse, match="open"):
        take(box, by_activity())
    assert box.read_bytes() == product()


def test_a_folder_that_does_not_exist_and_a_file_that_is_none(box: Path) -> None:
    with pytest.raises(NotWritten):
        take(box, by_activity(), to=box.parent / "no" / "where.xlsx")
    with pytest.raises(Unreadable):
        take(box.with_name("absent.xlsx"), by_activity())


CHILD = """
import sys
from pathlib import Path
from tests.suppliers.answered import by_activity, by_pcf
from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers import apply as module
from cfp_xl.suppliers.apply import apply
print("ready", flush=True)
sys.stdin.readline()
apply(open_file(Path(sys.argv[1])), [by_activity(), by_pcf()], Path(sys.argv[1]), "2026-11-23")
"""
AT_RENAME = """
import os, pathlib, signal, sys
renames = []
def replace(self, target, rename=pathlib.Path.replace):
    renames.append(target)
    if len(renames) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)
pathlib.Path.replace = replace
"""


def child(script: str, *arguments: str) -> subprocess.Popen[str]:
    """A process that waits for a line before it applies; killed for good where told to."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


@pytest.mark.parametrize("rename", [1, 2])
def test_killed_between_writing_and_renaming(box: Path, rename: int) -> None:
    """The first rename keeps the old workbook beside, the second puts the new one in its place."""
    process = child(AT_RENAME + CHILD, str(box), str(rename))
    process.communicate("go\n")
    assert process.returncode == -signal.SIGKILL
    assert box.read_bytes() == product()
    take(box, by_activity(), by_pcf())
    assert verify_file(box).status is FileStatus.PASSED


def test_killed_at_any_moment_leaves_the_old_workbook_or_the_new_one(box: Path) -> None:
    done = box.with_name("done.xlsx")
    take(box, by_activity(), by_pcf(), to=done)
    new, old = done.read_bytes(), product()
    moments = random.Random(5)
    for _ in range(4):
        box.write_bytes(old)
        process = child(CHILD, str(box))
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        time.sleep(moments.uniform(0, 1.2))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert box.read_bytes() in (old, new)
