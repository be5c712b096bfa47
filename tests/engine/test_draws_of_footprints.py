"""CFP_* functions over ranges that draws change: what as many single runs give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.draws import draws
from cfp_xl.engine.whatif import WhatIf
from cfp_xl.workbook.reading.read import read_workbook
from tests.engine.conftest import key, workbook_of
from tests.engine.test_draws import against_single_runs

KETTLE = Path(__file__).parents[1] / "cases" / "model" / "kettle.xlsx"
HEADINGS = ("stage", "process", "activity", "status", "quantity", "unit", "factor_id")
ROWS = (
    ("production", "welding", "power", "", 100.0, "kWh", "CN-ELEC-CFP-2024"),
    ("production", "painting", "power", "", 0.5, "MWh", "CN-ELEC-CFP-2024"),
    ("use", "", "power", "data", 20.0, "kWh", "CN-ELEC-CFP-2024"),
    ("use", "", "cleaning", "zero", "", "kWh", ""),
)
FORMULAS = {
    "J1": "=CFP_TOTAL(A1:G5)",
    "J2": '=CFP_STAGE("production",A1:G5)',
    "J3": '=CFP_STAGE("production",A1:G5,"welding")',
    "J4": '=CFP_SHARE("use",A1:G5)',
    "J5": '=CFP_STAGE("distribution",A1:G5)',
    "J6": "=IFERROR(CFP_TOTAL(A1:G5),-1)",
    "J7": "=CFP_STATUS(A1:G5)",
    "J8": '=CFP_SHARE("production",A1:G5,"painting")*CFP_TOTAL(A1:G5)',
}


FACTORS = (
    ("id", "value", "unit", "per_unit", "name"),
    ("own-1", 2.0, "kgCO2e", "kg", "steam"),
    ("own-2", 0.1, "tCO2", "GJ", "heat"),
)
OWN_ROWS = (
    ("production", "drying", "steam", "", 3.0, "t", "own-1"),
    ("production", "drying", "heat", "data", 70.0, "MJ", "OWN-2"),
    ("use", "", "power", "data", 20.0, "kWh", "CN-ELEC-CFP-2024"),
)
OWN_FORMULAS = {
    "J1": "=CFP_TOTAL(A1:G4,L1:P3)",
    "J2": '=CFP_STAGE("production",A1:G4,"drying",L1:P3)',
    "J3": '=CFP_SHARE("use",A1:G4,,L1:P3)',
    "J4": '=CFP_FACTOR("own-1",,L1:P3)',
    "J5": "=IFERROR(J1,0)",
    "J6": "=CFP_EMISSION(E2,F2,G2,L1:P3)",
    "J7": '=IFERROR(CFP_EMISSION(E3,F3,G3,L1:P3,2,"MJ/kg"),-1)',
    "J8": "=CFP_EMISSION(E2,F2,G2)",
}


def own_content() -> dict[str, Any]:
    cells = {f"{c}1": heading for c, heading in zip("ABCDEFG", HEADINGS, strict=True)}
    found: dict[str, Any] = dict(cells)
    for row, values in enumerate(OWN_ROWS, start=2):
        found |= {f"{c}{row}": v for c, v in zip("ABCDEFG", values, strict=True) if v != ""}
    for row, factor in enumerate(FACTORS, start=1):
        found |= {f"{c}{row}": v for c, v in zip("LMNOP", factor, strict=True)}
    return found | OWN_FORMULAS


def content() -> dict[str, Any]:
    cells: dict[str, Any] = dict(zip("ABCDEFG", HEADINGS, strict=True))
    cells = {f"{column}1": heading for column, heading in cells.items()}
    for row, values in enumerate(ROWS, start=2):
        cells |= {f"{c}{row}": v for c, v in zip("ABCDEFG", values, strict=True) if v != ""}
    return cells | FORMULAS


amounts = st.one_of(
    st.floats(0, 1e4).map(lambda x: x + 0.0),
    st.sampled_from([-1.0, 1e308, None, "x", "12", True]),
)
drawn_cells = st.dictionaries(
    st.sampled_from(["E2", "E3", "E4", "E5"]),
    st.lists(amounts, min_size=4, max_size=4),
    min_size=1,
)
others = st.dictionaries(
    st.sampled_from(["A2", "D3", "F3", "G2", "B2"]),
    st.lists(
        st.sampled_from(["use", "production", "data", "kWh", "kg", "CN-ELEC-CFP-2024", None]),
        min_size=4, max_size=4,
    ),
    max_size=2,
)  # fmt: skip


@settings(max_examples=100, deadline=None, derandomize=True)
@given(drawn_cells, others)
def test_as_single_runs(drawn: dict[str, Any], more: dict[str, Any]) -> None:
    against_single_runs(workbook_of(content()), drawn | more)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.dictionaries(
        st.sampled_from(["M2", "M3", "E2", "E3", "N2", "L3", "F2"]),
        st.lists(amounts, min_size=4, max_size=4), min_size=1, max_size=3,
    )
)  # fmt: skip
def test_factors_as_single_runs(drawn: dict[str, Any]) -> None:
    against_single_runs(workbook_of(own_content()), drawn)


def test_a_factor_by_hand() -> None:
    """3 t of steam by 1 and 2.5 kg/kg, 70 MJ by 0.1 t/GJ, 20 kWh by 0.5777 kg/kWh."""
    book = WhatIf(workbook_of(own_content()))
    found = draws(book, {key("M2"): [1.0, 2.5]}, [key("J1")])[key("J1")]
    assert found.numbers == pytest.approx([3000 + 7 + 11.554, 7500 + 7 + 11.554])


def test_an_emission_by_hand() -> None:
    """3 t of steam by 1 kg/kg, then 4 t by 2.5: quantity and factor are drawn together."""
    book = WhatIf(workbook_of(own_content()))
    inputs = {key("M2"): [1.0, 2.5, -1.0], key("E2"): [3.0, 4.0, 1.0]}
    found = draws(book, inputs, [key("J6")])[key("J6")]
    assert found.numbers[:2] == pytest.approx([3000, 10000])
    assert found.failed == 1


def test_a_total_by_hand() -> None:
    """20 kWh and 500 kWh stay, 100 becomes 0, 100, 200: × 0.5777 kgCO2e/kWh."""
    book = WhatIf(workbook_of(content()))
    found = draws(book, {key("E2"): [0.0, 100.0, 200.0, -1.0]}, [key("J1")])[key("J1")]
    assert found.numbers[:3] == pytest.approx([520 * 0.5777, 620 * 0.5777, 720 * 0.5777])
    assert found.failures == {"#NUM!": 1}


def test_the_range_is_recognised_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, _: object) -> None:
        raise AssertionError(f"{name} was computed for one draw")

    monkeypatch.setattr("cfp_xl.functions.draws.answer", refuse)
    book = WhatIf(workbook_of(content()))
    monkeypatch.setattr("cfp_xl.functions.registry.answer", refuse)
    outputs = [key(cell) for cell in ("J1", "J2", "J3", "J4", "J8")]
    found = draws(book, {key("E2"): np.linspace(0, 500, 200)}, outputs)
    assert all(found[output].failed == 0 for output in outputs)
    monkeypatch.undo()
    book = WhatIf(workbook_of(own_content()))
    monkeypatch.setattr("cfp_xl.functions.registry.answer", refuse)
    outputs = [key(cell) for cell in ("J1", "J2", "J3", "J6", "J7")]
    found = draws(book, {key(c): np.linspace(0, 5, 200) for c in ("M2", "E2", "E3")}, outputs)
    assert all(found[output].failed == 0 for output in outputs)


def test_the_kettle() -> None:
    book = WhatIf(read_workbook(KETTLE))
    sheet, results = "活动数据", "结果"
    rows = [7, 8, 9, 30]
    inputs = [CellKey(sheet, row, 5) for row in rows]
    held = [book.constant(cell) for cell in inputs]
    spread = np.random.default_rng(7).lognormal(0, 0.2, (len(inputs), 6))
    values = {
        cell: spread[at] * value
        for at, (cell, value) in enumerate(zip(inputs, held, strict=True))
        if isinstance(value, float)
    }
    assert len(values) >= 3
    outputs = [CellKey(results, 12, 3), CellKey(results, 7, 6), CellKey("说明", 8, 2)]
    found = draws(book, values, outputs)
    for draw in range(6):
        single = book.changed({cell: float(drawn[draw]) for cell, drawn in values.items()})
        for output in outputs:
            assert list(found[output].values)[draw] == single.cells[output].value
    assert np.ptp(found[outputs[0]].numbers) > 0
