"""Mere rounding never raises a false alarm, and no text in a declared table makes a rule fail."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from cfp_xl.findings import CellRef, Severity
from cfp_xl.footprint.factors import library
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.messages import LANGS
from cfp_xl.verify.declared import Declared, declared, declared_findings
from tests.verify.test_declared import COLUMNS

ELECTRICITY_KGCO2E_PER_KWH = Decimal("0.5777")
STAGES = ("原材料获取", "生产", "运输/交付", "使用", "生命末期")


def table(rows: list[dict[str, Scalar]]) -> Declared:
    return declared(
        (
            (row, {column: CellRef("D", f"{chr(65 + i)}{number}") for i, column in enumerate(row)})
            for number, row in enumerate(rows, 2)
        ),
        library(),
    )


def rounded(value: Decimal, digits: int) -> str:
    return f"{value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN):f}"


@settings(max_examples=60)
@given(
    st.lists(st.decimals("0.01", "1000", places=6), min_size=2, max_size=5),
    st.integers(2, 5),
    st.integers(2, 5),
    st.integers(1, 3),
)
def test_figures_rounded_from_true_ones_are_accepted(
    quantities_kwh: list[Decimal], quantity_digits: int, emission_digits: int, share_digits: int
) -> None:
    emissions = [q * ELECTRICITY_KGCO2E_PER_KWH for q in quantities_kwh]
    total = sum(emissions, Decimal(0))
    rows: list[dict[str, Scalar]] = []
    for name, quantity, emission in zip(STAGES, quantities_kwh, emissions, strict=False):
        printed = {"stage": name, "emission": rounded(emission, emission_digits)}
        common = {**printed, "emission_unit": "kgCO2e"}
        share = rounded(100 * emission / total, share_digits)
        rows.append({"item": "stage", "place": "T5", **common, "share": share})
        quantity_kwh = rounded(quantity, quantity_digits)
        factor = {"unit": "kWh", "factor_id": "CN-ELEC-CFP-2024"}
        rows.append(
            {"item": "activity", "place": "T4", **common, "quantity": quantity_kwh, **factor}
        )
    shown = rounded(total, emission_digits)
    rows.append({"item": "total", "place": "T5", "emission": shown, "emission_unit": "kgCO2e"})
    found = [f for f in declared_findings(table(rows)) if f.severity is Severity.ERROR]
    assert not found, [f.message("en") for f in found]


WORDS = st.sampled_from(
    [
        "activity",
        "阶段",
        "total",
        "boundary",
        "产品",
        "生产",
        "运输（成品交付）",
        "kWh",
        "kg",
        "0",
        "-1.5",
        "1e300",
        "0.0726",
        "17.81 %",
        "/",
        "",
        "CN-ELEC-CFP-2024",
        "kgCO2e/台",
        "CN-FUEL-GBT32151-DIESEL",
        "tCO2",
        "生产、使用；仓储",
        "电能计量箱",
        "=1+1",
        "{seen}",
    ]
)
CELLS: st.SearchStrategy[Scalar] = st.one_of(
    WORDS,
    st.text(max_size=6),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([None, True, ExcelError.NA]),
)


@settings(max_examples=150)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELLS)), max_size=6))
def test_whatever_a_table_holds_every_rule_answers(rows: list[dict[str, Scalar]]) -> None:
    for found in declared_findings(table(rows)):
        assert found.where is not None
        for lang in LANGS:
            assert found.message(lang)
            assert found.hint(lang)
