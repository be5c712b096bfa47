"""Formulas of the activities: written once for all rows, by names for the columns of other sheets.

What they give is in `test_native_units.py`, `test_assemblies_and_signs.py` and the workbooks
themselves; names that somebody leads elsewhere are the seal's.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from cfp_xl.functions.spelling import holds_ours
from cfp_xl.schema.opened import Opened, opened
from cfp_xl.schema.region import COLUMN_PREFIX
from cfp_xl.templates.column_names import NAMED
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.formulas.shareable import is_shareable

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
EDITIONS = ("product-zh", "product-en-native", "meter-box")


@cache
def book(id: str) -> Opened:
    path = WORKBOOKS / f"{id}.xlsx"
    return opened(path.read_bytes(), path)


@pytest.mark.parametrize("id", EDITIONS)
def test_excel_shares_all_formulas_of_a_row_but_those_with_functions_of_ours(id: str) -> None:
    schema = book(id).cached.schema
    assert schema is not None
    region = schema.regions["activities"]
    row = region.header_row + 1
    formulas = {
        at[1]: cell.formula
        for at, cell in region.sheet.cells.items()
        if at[0] == row and cell.formula is not None
    }
    assert len(formulas) > 20
    alone = {at: text for at, text in formulas.items() if not is_shareable(text)}
    assert all(map(holds_ours, alone.values())), alone
    assert len(alone) == (0 if id.endswith("native") else 2)  # what a row emits, and why it fails


@pytest.mark.parametrize("id", EDITIONS)
@pytest.mark.parametrize("table", ["factors", "assemblies"])
def test_each_name_leads_to_the_column_of_its_heading_from_there_to_the_closing_row(
    id: str, table: str
) -> None:
    schema = book(id).cached.schema
    assert schema is not None
    region = schema.regions[table]
    names = {name.name: name.formula for name in book(id).workbook.names}
    for column in set(NAMED[table]) & region.columns.keys():
        (place,) = references(names[f"{COLUMN_PREFIX}{table}_{column}"], "")
        at = region.columns[column]
        assert place.sheet == region.sheet.name
        assert place.bounds == (region.bounds[0], at, region.bounds[2], at), column


@pytest.mark.parametrize("id", EDITIONS)
def test_names_of_columns_are_no_settings(id: str) -> None:
    schema = book(id).cached.schema
    assert schema is not None
    assert not [name for name in schema.settings if name.startswith("column_")]
