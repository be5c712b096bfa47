"""What the sheets of a product say of the answers that it took in."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.cli import run
from cfp_xl.messages import Lang
from cfp_xl.verify.many import record
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.reading.read import read_package
from tests.suppliers.answered import GRID, product
from tests.suppliers.taken_in import Change, applied, changed, schema_of


@pytest.mark.parametrize(
    ("lang", "label"), [("zh", "其中供应商数据"), ("en", "of which by suppliers' data")]
)
def test_the_share_of_primary_data_stands_below_the_total(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: Lang, label: str
) -> None:
    """5.2 × 0.29485 + 1.1 × 4 = 5.93322 of 15.933207; a product without answers says nothing."""
    box = tmp_path / "box.xlsx"
    box.write_bytes(applied())
    assert run(["show", str(box), "--lang", lang]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line.split()[-2:] for line in shown if label in line] == [["5.9332", "37.2%"]]
    result = verify_file(box)
    assert result.footprint is not None
    assert result.footprint.by_suppliers_kgco2e == pytest.approx(5.93322, rel=1e-12)
    assert record.read(record.written(result)).footprint == record.slim(result).footprint
    box.write_bytes(product())
    run(["show", str(box), "--lang", lang])
    assert label not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        pytest.param([], ["已答复", 0.29485, "已采用", 5.2 * (0.29485 - 1.1554), "OK"], id="used"),
        pytest.param(
            [("activities", 1, "factor_id", GRID)],
            ["已答复", 0.29485, "未采用", "", "OK"],
            id="not used",
        ),
        pytest.param(
            [("factors", 13, "value", 0.3)],
            ["已答复", 0.29485, "已采用", 5.2 * 0.3 * (1 - 1.1554 / 0.29485), "请检查"],
            id="another factor",
        ),
        pytest.param(
            [("parts", 1, "part_id", "P-77")], ["待答复", "", "未采用", "", ""], id="not answered"
        ),
        pytest.param([("parts", 1, "part_id", None)], ["", "", "", "", ""], id="no part"),
    ],
)
def test_the_table_of_parts_says_how_far_it_is(changes: list[Change], seen: list[object]) -> None:
    data = changed(applied(), changes)
    region = schema_of(data).regions["parts"]
    columns = ("state", "kgco2e_per_unit", "in_use", "change_kgco2e", "check")
    values = [region.value(region.header_row + 1, column) for column in columns]
    assert values == [
        pytest.approx(one, rel=1e-9) if isinstance(one, float) else one for one in seen
    ]
    workbook = read_package(package_of(data, Path("box.xlsx")))
    checks = workbook.sheet("检查")
    assert checks is not None
    (row,) = (
        row
        for (row, column), cell in checks.cells.items()
        if column == 2 and cell.value == "因子与供应商答复不符的零部件数"
    )
    assert checks.cells[row, 5].value == ("请检查" if "请检查" in seen else "OK")
