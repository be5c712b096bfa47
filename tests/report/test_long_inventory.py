"""A report of a long inventory: the largest rows in the text, all of them in an annex."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cfp_xl.cli import run
from cfp_xl.report.document.long_lists import IN_TEXT, largest
from cfp_xl.report.document.model import ReportDocument, ReportHeading, ReportTable, printed
from cfp_xl.report.document.outline import document_of
from cfp_xl.report.document.source import source_of
from cfp_xl.schema.opened import open_file
from cfp_xl.verify.pipeline import verify_opened
from cfp_xl.verify.result import Options

BXD2 = Path(__file__).parents[2] / "workbooks" / "bxd2.xlsx"
PARTS = 160
"""Parts 1 … 160 of so many Wh each at 0.5777 kg/kWh, beside the box's own 15.00056 kgCO2e."""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> ReportDocument:
    folder = tmp_path_factory.mktemp("long")
    file = Path(shutil.copy(BXD2, folder / "box.xlsx"))
    lines = "".join(f"part {n},{n},Wh,CN-ELEC-CFP-2024\n" for n in range(1, PARTS + 1))
    (folder / "list.csv").write_text(f"name,quantity,unit,factor_id\n{lines}", "utf-8")
    assert run(["fill", str(file), "--from", str(folder / "list.csv"), "--apply"]) == 0
    opened = open_file(file)
    result = verify_opened(opened, file, Options())
    return document_of(source_of(opened, result, file.name, "own", "en"))


def rows(document: ReportDocument, caption: str) -> list[list[str]]:
    [found] = [
        one
        for one in document.blocks
        if isinstance(one, ReportTable) and one.caption.endswith(caption)
    ]
    return [[printed(cell.pieces) for cell in row] for row in found.rows]


def test_the_text_has_the_largest_and_the_sum_of_the_others(document: ReportDocument) -> None:
    """The box's own rows are larger than most parts, so that the smallest parts are left: their
    sum is 0.5777 × (1 + 2 + … + n) / 1000."""
    shown = rows(document, "Life cycle inventory and emissions")
    *_, others, total = shown
    names = [row[1].partition(" [")[0] for row in shown[:-2]]
    assert len(names) == IN_TEXT
    left = [n for n in range(1, PARTS + 1) if f"part {n}" not in names]
    assert others[1] == f"others ({len(left)})"
    assert float(others[-1]) == pytest.approx(0.5777 * sum(left) / 1000, abs=5e-4)
    assert left == list(range(1, len(left) + 1))
    assert float(total[-1]) == pytest.approx(15.00056 + 0.5777 * 160 * 161 / 2 / 1000, abs=5e-4)


def test_the_annex_has_each_row_once(document: ReportDocument) -> None:
    shown = rows(document, "All activities")
    names = [row[2].partition(" [")[0] for row in shown]
    assert [one for one in names if one.startswith("part ")] == [
        f"part {n}" for n in range(1, PARTS + 1)
    ]
    of_160 = shown[names.index("part 160")]
    assert of_160[3:6] == ["160", "Wh", "CN-ELEC-CFP-2024"]
    assert float(of_160[-1]) == pytest.approx(0.16 * 0.5777, abs=5e-4)
    sums = sum(float(row[-1]) for row in shown)
    assert sums == pytest.approx(15.00056 + 0.5777 * 160 * 161 / 2 / 1000, abs=0.1)
    heads = [one for one in document.blocks if isinstance(one, ReportHeading) and one.level == 1]
    assert heads[-1].text == "Annex D All activities"


def test_a_short_inventory_is_whole_in_the_text() -> None:
    opened = open_file(BXD2)
    made = document_of(
        source_of(opened, verify_opened(opened, BXD2, Options()), BXD2.name, "own", "en")
    )
    heads = [one.text for one in made.blocks if isinstance(one, ReportHeading)]
    assert not [one for one in heads if "All activities" in one]


def test_the_largest_stay_in_their_order() -> None:
    opened = open_file(BXD2)
    footprint = opened.recomputed.footprint
    assert footprint is not None
    counted = [row for row in footprint.rows if row.kgco2e]
    three = largest(counted, 3)
    assert sorted(three, key=counted.index) == three
    assert {row.kgco2e for row in three} == set(sorted(r.kgco2e or 0 for r in counted)[-3:])
