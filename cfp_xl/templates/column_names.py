"""Names for single columns of other sheets, so that formulas of growing tables name no sheet.

Excel writes a formula once for all rows that it is filled into only where it stays on its own
sheet; a name it may hold. A name is a range of A1 addresses: it follows rows and columns that
people put in, and the seal has it as all names that begin with `cfp_`.
"""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.schema.region import COLUMN_PREFIX
from cfp_xl.templates.layout import quoted
from cfp_xl.templates.page import Book

NAMED: Mapping[str, tuple[str, ...]] = {
    "factors": ("id", "name", "value", "unit", "per_unit", "source"),
    "assemblies": ("id", "name", "unit", "kgco2e_per_unit", "native", "use"),
    "units": ("unit", "base", "in_base"),
    "results": ("stage",),
}
"""The columns that have names, by table."""


def named(table: str, column: str) -> str:
    """The name of a column, as formulas refer to it."""
    if column not in NAMED[table]:
        raise LookupError(f"the column {column} of {table} has no name")
    return f"{COLUMN_PREFIX}{table}_{column}"


def name_columns(book: Book) -> None:
    """Defines all of them in the workbook."""
    for table, columns in NAMED.items():
        for column in columns:
            book.name(named(table, column), _range(book, table, column))


def _range(book: Book, table: str, column: str) -> str:
    region = book.layout[table]
    if table != "results":
        return region.column(column)
    letter = region.letter(column)  # the stages, without the total
    return f"{quoted(region.sheet)}!${letter}${region.first + 1}:${letter}${region.last}"
