"""Which cells are computed together, and which are left to themselves."""

from __future__ import annotations

import time
from typing import Any

import pytest

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.plan import plan_of
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.engine.result import Recalculation, Way
from cfp_xl.workbook.model import DefinedName, ListTable
from tests.engine.conftest import key

ROWS = range(2, 12)


def in_blocks(recalculation: Recalculation) -> list[str]:
    return [k.ref.cell for k, cell in recalculation.cells.items() if cell.way is Way.BLOCK]


def column(letter: str, formula: str) -> dict[str, Any]:
    return {f"{letter}{row}": formula.replace("#", str(row)) for row in ROWS}


NUMBERS = {f"A{row}": float(row) for row in ROWS} | {f"B{row}": 10.0 for row in ROWS}


@pytest.mark.parametrize(
    ("formula", "fourth"),
    [
        ("=A#*B#", 50.0),
        ("=A#/SUM($A$2:$A$11)", 5 / 65),
        ("=SUM(A#:B#)", 15.0),
        ('=IF(A#>4,"much","little")', "much"),
        ("=INDEX($A$2:$A$11,MATCH(A#,$A$2:$A$11,0))", 5.0),
        ("=SUMIFS($B$2:$B$11,$A$2:$A$11,A#)", 10.0),
        ("=quantity*2", 10.0),
        ("=Energy[@kWh]*2", 10.0),
        ("=beside+1", 6.0),
    ],
)
def test_a_column_is_one_block(formula: str, fourth: object, make_workbook: Any) -> None:
    workbook = make_workbook(
        NUMBERS | {"A1": "kWh", "B1": "price"} | column("C", formula),
        names=(DefinedName("quantity", "S!$A$2:$A$11"), DefinedName("beside", "S!$A1", sheet="S")),
        tables=(ListTable("Energy", "S", "A1:B11", ("kWh", "price")),),
    )
    result = recalculate(workbook)
    assert in_blocks(result) == [f"C{row}" for row in ROWS]
    assert result.cells[CellKey("S", 5, 3)].value == fourth


def test_a_row_is_one_block_too(make_workbook: Any) -> None:
    cells = {f"{letter}1": 2.0 for letter in "ABCD"} | {f"{c}2": f"={c}1*2" for c in "ABCD"}
    assert in_blocks(recalculate(make_workbook(cells))) == ["A2", "B2", "C2", "D2"]


def test_a_chain_of_what_is_not_known_goes_cell_by_cell(make_workbook: Any) -> None:
    result = recalculate(make_workbook(NUMBERS | column("C", "=A#+N(C1)") | {"C2": 0.0}))
    assert in_blocks(result) == []


@pytest.mark.parametrize(
    ("formula", "cell", "value"),
    [
        ("=B{above}+A{row}", "B20001", 210_000.0),
        ("=SUM(A$2:A{row})", "B20001", 210_000.0),
        ("=MAX(B$1:B{above})+1", "B20001", 20_000.0),
        ("=COUNTIF(A$2:A{row},A{row})", "B20001", 1_000.0),
        ("=SUMIFS(A$2:A{row},A$2:A{row},A{row})", "B20001", 20_000.0),
        ("=B{below}+A{row}", "B2", 210_000.0),
    ],
)
def test_twenty_thousand_rows_of_what_grows(
    formula: str, cell: str, value: float, make_workbook: Any
) -> None:
    """Column A is 1, 2, …, 20 a thousand times: a sum of 210,000. Quadratic, it takes minutes."""
    content: dict[str, Any] = {"B1": 0.0}
    for row in range(2, 20_002):
        content[f"A{row}"] = float((row - 2) % 20 + 1)
        content[f"B{row}"] = formula.format(row=row, above=row - 1, below=row + 1)
    workbook = make_workbook(content)
    started = time.process_time()
    assert recalculate(workbook).cells[key(cell)].value == value
    assert time.process_time() - started < 10, "well under 1 s on a free machine"


@pytest.mark.parametrize(
    "formula", ["=RAND()*A#", "=OFFSET(A#,1,0)", "=UNKNOWN(A#)", "=LET(x,A#,x)"]
)
def test_what_blocks_cannot_hold_goes_cell_by_cell(formula: str, make_workbook: Any) -> None:
    assert in_blocks(recalculate(make_workbook(NUMBERS | column("C", formula)))) == []


def test_only_the_rows_that_fail_are_followed_by_themselves(make_workbook: Any) -> None:
    """CFP_GWP does not know "XX": that row and its product are cells, all others a block."""
    gases = {f"A{row}": "CH4" for row in ROWS} | {"A7": "XX"}
    workbook = make_workbook(
        gases | column("B", '=CFP_GWP(A#,"AR6")') | column("C", "=IFERROR(B#,0)")
    )
    result = recalculate(workbook)
    assert set(result.cells) - {CellKey("S", 7, 2), CellKey("S", 7, 3)} == {
        key for key, cell in result.cells.items() if cell.way is Way.BLOCK
    }
    assert [f.code for f in result.findings] == ["E05"]
    assert list(result.masked) == [CellKey("S", 7, 3)]


def test_a_table_in_the_middle_of_a_run(make_workbook: Any) -> None:
    """Above and below the table its row is #REF!, beside it it is a number."""
    table = ListTable("Part", "S", "A4:B8", ("kWh", "price"))
    workbook = make_workbook(NUMBERS | column("C", "=Part[@kWh]*1"), tables=(table,))
    values = [str(cell.value) for cell in recalculate(workbook).cells.values()]
    assert values == ["#REF!", "#REF!", "#REF!", "5.0", "6.0", "7.0", "8.0", *["#REF!"] * 3]


def test_copies_of_a_template_share_one_plan(make_workbook: Any) -> None:
    made: list[object] = []

    def parse(key: CellKey, _: str) -> Any:
        made.append(key)
        raise NotImplementedError

    first = make_workbook(NUMBERS | column("C", "=A#*B#"))
    recalculate(first)
    second = make_workbook({"A2": 7.0} | column("C", "=A#*B#"))
    assert plan_of(second, parse).blocks[0].count == len(ROWS)
    assert made == []
