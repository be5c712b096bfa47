"""Constants put where a sheet has no cells: the same cells as made one by one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.cells import Cell, SheetCells
from cfp_xl.workbook.layout import CellLayout, Position
from cfp_xl.workbook.reading.repeated_rows import Marked
from cfp_xl.workbook.row_runs import Look, RowRun, RowShape

TABLE = RowShape(
    (2, 3, 5), {1: Marked("B\0*2"), 2: Marked("C\0")}, {2}, {0: Look(True, True, True)}
)
SHEET = SheetCells(
    CellLayout([RowRun(2, 30, 0, TABLE), RowRun(40, 3, 90, RowShape((4,)))], [91]),
    [*(float(n) for n in range(90)), "4.6", "4.7", "kg", None],
    {3: Cell(3, 2, "1e400", is_finite=False)},
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(1, 44), st.integers(1, 7)),
        st.sampled_from([1.5, "4.62", "kg", True, None]),
        max_size=40,
    )
)
def test_cells_are_the_same_and_rows_stay_of_few_shapes(values: dict[Position, Scalar]) -> None:
    wider = SHEET.with_values(values)
    expected = {at: SHEET.cell(SHEET.layout.number(at)) for at in SHEET}
    for at, value in values.items():
        expected[at] = expected.get(at, Cell(*at, None))._replace(value=value)
    assert list(wider) == sorted(expected)
    for at, cell in expected.items():
        assert wider[at].formula == cell.formula
        assert wider[at].value == cell.value
        if at not in values:
            assert wider[at] == cell
        elif at not in SHEET:
            assert not wider[at].is_text_number


def test_a_column_typed_down_a_table_leaves_its_rows_alike() -> None:
    wider = SHEET.with_values({(row, 4): "kg" for row in range(2, 32)})
    assert [(part.first, part.height) for part in wider.layout.rows] == [(2, 30), (40, 3)]
    assert [(run.column, run.height) for run in wider.layout.runs] == [(3, 30), (5, 30)]
