"""What a study states of itself, understood: functional unit, period, boundary, sets."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from cfp_xl.findings import CellRef
from cfp_xl.footprint.product import Fact, FunctionalUnit, Period, Product, functional_unit, period
from cfp_xl.functions.serial_dates import moment_of
from cfp_xl.schema.opened import open_file

WORKBOOKS = Path(__file__).parents[2] / "workbooks"


def day_of(serial: float) -> date:
    return moment_of(int(serial)).date()


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [("1 台", 1.0, "台"), ("1000kWh", 1000.0, "kWh"), ("0,5 t of bars", 0.5, "t of bars")],
)
def test_a_functional_unit_has_an_amount_and_a_unit(text: str, amount: float, unit: str) -> None:
    assert functional_unit(text) == FunctionalUnit(amount, unit)


@pytest.mark.parametrize("text", ["", "台", "1", "0 台", "-1 台", "one piece"])
def test_what_lacks_either_is_no_functional_unit(text: str) -> None:
    assert functional_unit(text) is None


# 45658 and 46022 are 2025-01-01 and 2025-12-31 (Excel's DATE).
@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ((45658.0, 46022.0), (2025, 1, 1), (2025, 12, 31)),
        ((2024.0, 2025.0), (2024, 1, 1), (2025, 12, 31)),
        (("2025",), (2025, 1, 1), (2025, 12, 31)),
        (("2025-01-15/2025-06-30",), (2025, 1, 15), (2025, 6, 30)),
        (("2025-02 to 2025-06",), (2025, 2, 1), (2025, 6, 30)),
        (("2024年2月至2025年2月",), (2024, 2, 1), (2025, 2, 28)),
        (("2024.02", "2024.2.29"), (2024, 2, 1), (2024, 2, 29)),
        (("2025/1/1 - 2025/6/30",), (2025, 1, 1), (2025, 6, 30)),
        (("2024-2025",), (2024, 1, 1), (2025, 12, 31)),
        (("2025年1-6月",), (2025, 1, 1), (2025, 12, 31)),  # half understood: the whole year
        (("2025-02-30",), (2025, 1, 1), (2025, 12, 31)),
        (("calendar years 2023 and 2024",), (2023, 1, 1), (2024, 12, 31)),
    ],
    ids=str,
)
def test_a_period_is_its_first_and_last_day(
    typed: tuple[object, ...], start: tuple[int, int, int], end: tuple[int, int, int]
) -> None:
    assert period(typed, day_of) == Period(date(*start), date(*end))


@pytest.mark.parametrize("typed", [(), (None,), ("last year",), (99.0,), ("202501",)], ids=str)
def test_what_names_no_year_is_no_period(typed: tuple[object, ...]) -> None:
    assert period(typed, day_of) is None


def product(name: str) -> Product:
    found = open_file(WORKBOOKS / name).cached.product
    assert found is not None
    return found


def test_the_product_of_the_worked_example() -> None:
    """As `workbooks/bxd2/workbook.toml` has it; its sheet begins at row 7."""
    box = product("bxd2.xlsx")
    assert box.product_name == Fact(
        "电能计量箱", "电能计量箱", ("电能计量箱",), CellRef("产品", "B7")
    )
    assert box.functional_unit is not None
    assert (box.functional_unit.value, box.functional_unit.where) == (
        FunctionalUnit(1.0, "台"),
        CellRef("产品", "B10"),
    )
    assert box.period is not None
    assert box.period.value == Period(date(2025, 1, 1), date(2025, 12, 31))
    assert box.boundary is not None
    assert box.boundary.value is not None
    assert box.boundary.value.id == "cradle_to_grave"
    assert box.gwp_set is not None
    assert box.gwp_set.value == "AR5"
    assert box.factor_set is not None
    assert [pin.id for pin in box.factor_set.value or ()] == ["cn-2026"]
    assert box.producer is not None
    assert (box.producer.text, box.rows("parts")) == ("北京星越科技有限公司", ())
    assert {row.cell("quantity").sheet for row in box.rows("allocation")} <= {"分摊"}
    assert all(row.identity for row in box.rows("factors"))


def test_a_blank_template_states_nothing_and_keeps_its_cells() -> None:
    blank = product("product-en.xlsx")
    assert blank.functional_unit == Fact(None, "", (), CellRef("Product", "B10"))
    assert blank.period == Fact(None, "", (), CellRef("Product", "B13:B14"))


def test_a_product_with_suppliers_has_its_parts_and_answers() -> None:
    box = product("meter-box-with-suppliers.xlsx")
    assert box.producer is not None
    assert box.rows("parts")[0].text("part_id") == "P01"
    assert {row.text("part_id") for row in box.rows("answers")} <= {
        row.text("part_id") for row in box.rows("parts")
    }
    assert len(box.rows("history")) == len({row.text("sha256") for row in box.rows("answers")})
    assert {field.name for field in fields(box)} == set(Product.__dataclass_fields__)
