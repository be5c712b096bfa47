"""M08 and N12, on small products whose figures are worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.verify.pipeline import verify_file
from tests.verify.conftest import Editor

CASES = Path(__file__).parent.parent / "cases"
A1 = CASES / "declared" / "probe-A1-alloc-unlike-activity-c.xlsx"
P2 = CASES / "declared" / "probe-P2-own-fuel-params-c.xlsx"
"""A1: 100,000 kWh × 300/1000 for 5,000 pieces is 6 kWh a piece; the activity takes 10 kWh."""


def found(path: Path, code: str) -> list[str]:
    return [
        f"{f.where.cell} {f.case} {f.severity}".replace("  ", " ")
        for f in verify_file(path).findings
        if f.code == code and f.where
    ]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("declared/probe-A1-alloc-unlike-activity-c.xlsx", ["E7 unnamed warning"]),
        # 12 bills of 155,000 kWh each for 35,000 kettles a month: 1.3286 kWh, not 15.94.
        ("model/monthlyr.xlsx", ["E20 unnamed warning"]),
        ("model/kettle.xlsx", []),
        ("declared/probe-P3-alloc-own-only-c.xlsx", ["E7 unnamed warning"]),  # 6 kWh again, not 10
    ],
)
def test_cases(case: str, expected: list[str]) -> None:
    assert found(CASES / case, "M08") == expected


SECOND: dict[str, str | float] = {"B": "v2", "F": "Meter box", "G": 300.0}
"""The second row as another bill of the product: voucher, product, basis; of all stays 1000."""


def bills(book: Editor, rows: list[dict[str, str | float]]) -> None:
    """Replaces figures of the two bills; their formulas stay and are recalculated by verify."""
    for number, row in enumerate(rows, 7):
        for column, value in row.items():
            book.set("Allocation", f"{column}{number}", value)


@pytest.mark.parametrize(
    ("quantity", "rows", "expected"),
    [
        (6.0, [], []),
        (6.02, [], []),  # rounded to three digits
        (6.1, [], ["E7 unnamed warning"]),
        # Two months: (100,000 + 50,000) × 0.3 ÷ (5,000 + 4,000) = 5 kWh, not 6 + 3.75.
        (
            5.0,
            [
                {},
                {
                    "A": "2024-02",
                    "B": "v2",
                    "D": 50000.0,
                    "F": "Meter box",
                    "G": 300.0,
                    "I": 4000.0,
                },
            ],
            [],
        ),
        (
            9.75,
            [
                {},
                {
                    "A": "2024-02",
                    "B": "v2",
                    "D": 50000.0,
                    "F": "Meter box",
                    "G": 300.0,
                    "I": 4000.0,
                },
            ],
            ["E7 unnamed warning"],
        ),
        # Two meters of one month add: 6 + 3 kWh.
        (
            9.0,
            [{}, {"D": 50000.0, "I": 5000.0, **SECOND}],
            [],
        ),
        # One voucher with two totals.
        (6.0, [{}, {"D": 110000.0}], ["D8 voucher error"]),
        (6.0, [{}, {"D": 100.0, "E": "MWh"}], []),
        (6.0, [{}, {"D": 100000.0, "E": "MWh"}], ["D8 voucher error"]),
    ],
)
def test_amounts(
    tmp_path: Path, quantity: float, rows: list[dict[str, str | float]], expected: list[str]
) -> None:
    book = Editor(A1)
    book.set("Activities", "E7", quantity)
    bills(book, rows)
    assert found(book.save(tmp_path / "product.xlsx"), "M08") == expected


OWN, OTHER = {"F": "Meter box", "I": 5000.0}, {"F": "Others", "I": 9000.0}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([OWN, OWN], []),
        ([OWN, {**OWN, "I": 50000.0}], ["I8 output warning"]),
        # “This product” is the product; what others make is theirs; each month has its own output.
        ([OWN, {"F": "本产品", "I": 50000.0}], ["I8 output warning"]),
        ([OWN, OTHER], []),
        ([OTHER, {**OTHER, "I": 900.0}], []),
        ([OWN, {**OWN, "I": 50000.0, "A": "2024-02", "B": "v2"}], []),
    ],
)
def test_the_product_has_one_output_in_a_month(
    tmp_path: Path, rows: list[dict[str, str | float]], expected: list[str]
) -> None:
    book = Editor(A1)
    bills(book, rows)
    findings = found(book.save(tmp_path / "product.xlsx"), "M08")
    assert [one for one in findings if "output" in one] == expected


def test_a_bill_is_of_the_period(tmp_path: Path) -> None:
    """2024-01-01 to 2024-12-31: what ends before it or begins after it; no year says nothing."""
    bad = ("2023-12", "2025年1月", "2023", 45658.0)  # 45658: 2025-01-01
    good = ("2024-12", "2024年3月", "3月", "3", 3.0, "2023-12-20 – 2024-01-19", 45292.0)
    for month in (*bad, *good):
        book = Editor(A1)
        book.set("Activities", "E7", 6.0)
        for row in (7, 8):
            book.set("Allocation", f"A{row}", month)
        expected = ["A7 month warning"] if month in bad else []
        assert found(book.save(tmp_path / "p.xlsx"), "M08") == expected, month


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        # The last free column of a table may be given another heading that we know.
        ({"activity": "EL", "bill": "EL"}, ["E7 error"]),
        ({"activity": "EL", "bill": ""}, ["L7 no_bill error"]),
        ({"activity": "", "bill": "EL"}, ["L7 not_taken warning"]),
    ],
)
def test_ids_name_the_bill(tmp_path: Path, names: dict[str, str], expected: list[str]) -> None:
    book = Editor(A1)
    free_column = "L"  # computed columns after it are found by their headings
    book.set("Activities", "J6", "allocation_id")
    book.set("Activities", "J7", names["activity"] or None)
    book.set("Allocation", f"{free_column}6", "id")
    book.set("Allocation", f"{free_column}7", names["bill"] or None)
    places = [text.replace("J7", "L7") for text in found(book.save(tmp_path / "p.xlsx"), "M08")]
    assert places == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # 42.652 GJ/t × 20.2 tC/TJ × 0.98 × 44/12 = 3.09591 kgCO2/kg (GB/T 32151)
        (9.9, ["D19 error"]),
        (3.0959, []),
        (3.10, []),
        (3.1451, ["D19 error"]),  # another set's diesel, NDRC
        (0.8443, ["D19 error"]),  # carbon without 44/12
    ],
)
def test_a_fuels_value_is_what_its_parameters_give(
    tmp_path: Path, value: float, expected: list[str]
) -> None:
    book = Editor(P2)
    book.set("Factors", "D19", value)
    assert found(book.save(tmp_path / "p.xlsx"), "N12") == expected


@pytest.mark.parametrize(
    ("meter", "expected"),
    [
        (100_000.0, []),  # the voucher's 100,000 kWh, once for both products
        (100_400.0, []),
        (120_000.0, ["L7 error"]),  # 20,000 kWh of the meter are in no bill
        (80_000.0, ["L7 more error"]),  # more than it counted
    ],
)
def test_bills_add_to_their_meter(tmp_path: Path, meter: float, expected: list[str]) -> None:
    book = Editor(A1)
    book.set("Allocation", "L6", "meter_total")
    for row in (7, 8):
        book.set("Allocation", f"L{row}", meter)
    assert found(book.save(tmp_path / "p.xlsx"), "M04") == expected
