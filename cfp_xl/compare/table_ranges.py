"""Table references spelled as the ranges they cover: `Goods[kg]` as `'Goods'!B2:B9`."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.engine.tables import BadTableReference, referred_area, table_area
from cfp_xl.workbook.address import range_address
from cfp_xl.workbook.formulas.tokens import TokenKind, tokens
from cfp_xl.workbook.model import ListTable, Workbook


def has_tables(formula: str) -> bool:
    """Whether it refers to a table."""
    return "[" in formula and any(one.kind is TokenKind.TABLE for one in tokens(formula))


def as_ranges(formula: str, workbook: Workbook, key: CellKey) -> str:
    """The formula of cell `key` with ranges instead of tables; what is no table stays."""
    return "".join(_pieces(formula, workbook, key))


def data_rows(table: ListTable) -> range:
    """The rows that references to its columns cover; none where its address can't be read."""
    try:
        area = table_area(table, "", 0)
    except BadTableReference:
        return range(0)
    return range(area.first_row, area.last_row + 1)


def _pieces(formula: str, workbook: Workbook, key: CellKey) -> Iterator[str]:
    before = None
    for token in tokens(formula):
        is_of_another_file = before is TokenKind.PREFIX
        before = token.kind
        if token.kind is not TokenKind.TABLE or is_of_another_file:
            yield token.text
            continue
        try:
            yield _written(referred_area(workbook.tables, token.text, key))
        except BadTableReference:
            yield token.text


def _written(area: Area) -> str:
    return "'" + area.sheet.replace("'", "''") + f"'!{range_address(area[1:])}"


__all__ = ["as_ranges", "data_rows", "has_tables"]
