"""The native formulas convert every unit that a shipped factor is stated in."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.footprint.factors import Factor, builtin, builtin_sets
from cfp_xl.schema.schema import find_schema
from cfp_xl.templates.build import build_workbook
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.reading.read import read_package

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
HEADER = "stage,process,activity,status,quantity,unit,factor_id,bridge,bridge_unit,reason\n"
BRIDGED = [
    # typed, factor, bridge, kg of factor's units by hand
    ("件", "DESNZ2025-19_504_5116_15_1", 14.2, "kg/件", 14.2 / 1000),
    ("吨", "DESNZ2025-19_504_5116_15_1", None, "", 1.0),
    ("度", "CN-ELEC-CFP-2024", None, "", 1.0),
    # A bridge stayed in the row though the units meet without it: it is not used.
    ("kWh", "CN-ELEC-CFP-2024", 2.0, "kg/kWh", 1.0),
    ("kg", "DESNZ2025-19_504_5116_15_1", 2.0, "kWh/kg", 1 / 1000),
]


def one_of_each() -> list[Factor]:
    """A factor for each pair of its own units."""
    found: dict[tuple[str, str], Factor] = {}
    for set_id in builtin_sets():
        for factor in builtin(set_id).factors.values():
            found.setdefault((factor.unit, factor.per_unit), factor)
    return list(found.values())


def test_every_unit_of_a_shipped_factor(tmp_path: Path) -> None:
    factors = one_of_each()
    assert len(factors) > 20
    case = tmp_path / "case"
    case.mkdir()
    (tmp_path / "product-zh").symlink_to(WORKBOOKS / "product-zh")
    ids = [*(f.id for f in factors), *(line[1] for line in BRIDGED)]
    listed = ", ".join(f'"{id}"' for id in dict.fromkeys(ids))
    (case / "workbook.toml").write_text(
        f'based_on = "product-zh"\nformulas = "native"\n[factors]\nids = [{listed}]\n', "utf-8"
    )
    lines = [f"生产,过程,活动{n},数据,2,{f.per_unit},{f.id},,,\n" for n, f in enumerate(factors)]
    for unit, id, bridge, bridge_unit, _ in BRIDGED:
        lines.append(f"生产,过程,换算,数据,2,{unit},{id},{bridge or ''},{bridge_unit},\n")
    (case / "activities.csv").write_text(HEADER + "".join(lines), "utf-8")
    schema, _ = find_schema(read_package(package_of(build_workbook(case), Path("b.xlsx"))))
    assert schema is not None
    region = schema.regions["activities"]
    column = next(
        at for (row, at), cell in region.sheet.cells.items()
        if row == region.header_row and str(cell.value).startswith("排放量")
    )  # fmt: skip
    stated = [region.sheet.cells[region.header_row + n, column].value
              for n in range(1, len(lines) + 1)]  # fmt: skip
    by_id = {f.id: f for set_id in builtin_sets() for f in builtin(set_id).factors.values()}
    expected = [2 * f.value * (1000 if f.unit.startswith("t") else 1) for f in factors]
    expected += [2 * by_id[id].value * per for _, id, _, _, per in BRIDGED]
    assert stated == [pytest.approx(value) for value in expected]
