"""Tables of several products: stages as rows, a product or configuration as each column.

Of each the stages add to its total. Nothing is held between the columns; a total that is said
elsewhere is one of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence

from cfp_xl.audit.document import PrintedCell, PrintedTable
from cfp_xl.audit.record import PrintedFigures
from cfp_xl.audit.table_heads import names_a_stage
from cfp_xl.verify.declared.numbers import AMOUNT, MARK, NAME, NUMBER, emission_unit, read_cell
from cfp_xl.verify.declared.words import column_role, is_total

LEAST_VARIANTS = 2
LEAST_STAGES = 2
OF_NAMES = ("stage", "process", "activity", "")
"""What the first column may be called."""


def figures_of_variants(table: PrintedTable, place: str) -> list[PrintedFigures]:
    """The figures of such a table; none where it is no such table, or says no unit of emissions."""
    if not table.rows:
        return []
    head, *rows = table.rows
    names = _variants(head)
    unit = _unit(table)
    if not names or not unit or not all(_is_row(row, names) for row in rows):
        return []
    stages = [row for row in rows if names_a_stage(row[0].plain) and not is_total(row[0].plain)]
    if len(stages) < LEAST_STAGES:
        return []
    found = [
        _figure(table, row, index, unit, f"{place} {name}", name)
        for index, name in names.items()
        for row in rows
    ]
    # Beside each other totals are told apart by what they are of.
    totals = [row for row in rows if is_total(row[0].plain)]
    found += [
        _figure(table, row, index, unit, place, name)
        for row in totals
        for index, name in names.items()
    ]
    return [one for one in found if one is not None]


def _variants(head: Sequence[PrintedCell]) -> dict[int, str]:
    """The products by their columns; none where the head names columns of another kind."""
    if not head or column_role(head[0].plain) not in OF_NAMES:
        return {}
    cells = {index: cell.plain for index, cell in enumerate(head) if index and not cell.copy}
    is_of_names = all(
        words and not column_role(words) and read_cell(words).kind in (NAME, NUMBER)
        for words in cells.values()
    )
    return cells if is_of_names and len(set(cells.values())) >= LEAST_VARIANTS else {}


def _unit(table: PrintedTable) -> str:
    """The unit that the caption or the first heading states for the whole table."""
    caption = table.caption.plain if table.caption else ""
    return emission_unit(caption) or emission_unit(table.rows[0][0].plain)


def _is_row(row: Sequence[PrintedCell], names: dict[int, str]) -> bool:
    if len(row) != len(names) + 1 or read_cell(row[0].text).kind != NAME:
        return False
    return all(read_cell(row[index].text).kind in (NUMBER, AMOUNT, MARK) for index in names)


def _figure(
    table: PrintedTable,
    row: Sequence[PrintedCell],
    index: int,
    unit: str,
    place: str,
    name: str,
) -> PrintedFigures | None:
    reading = read_cell(row[index].text)
    if reading.kind == MARK:
        return None
    texts = {
        "stage": row[0].plain,
        "process": name,
        "emission": reading.number,
        "emission_unit": reading.unit or unit,
    }
    spot = row[index].spot
    return PrintedFigures(
        "total" if is_total(row[0].plain) else "stage",
        place,
        texts,
        dict.fromkeys(texts, spot),
        spot,
        is_uncertain=table.is_uncertain,
    )
