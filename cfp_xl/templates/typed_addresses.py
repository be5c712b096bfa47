"""Cells that people name by their addresses in texts of our tables, which no program moves along
when rows are inserted above them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cfp_xl.findings import CellRef
from cfp_xl.schema.opened import opened
from cfp_xl.schema.region import Record, Region
from cfp_xl.schema.schema import Schema
from cfp_xl.workbook.address import Bounds, address
from cfp_xl.workbook.formulas.moved_rows import moving, with_rows_moved
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.writing.values import Constant, write_values

NAMING_CELLS = {"justifications": "cell", "scenarios": "target"}
"""Tables, and the column of each that may name a cell, such as `Activities!G21`."""


@dataclass(frozen=True)
class TypedAddress:
    """A text that names cells of one sheet."""

    where: CellRef
    text: str
    sheet: str
    bounds: Bounds


@dataclass(frozen=True)
class Readdressed:
    """A text whose cell has moved, and how it reads now."""

    where: CellRef
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.where} {self.was} → {self.now}"


def typed_addresses(schema: Schema) -> Iterator[TypedAddress]:
    """The addresses in the columns that name cells; names and identities of rows follow by
    themselves."""
    for table, column in NAMING_CELLS.items():
        region = schema.region(table)
        if region is not None and region.has(column):
            for record in schema.records(table):
                yield from _typed(region, record, column)


def _typed(region: Region, record: Record, column: str) -> Iterator[TypedAddress]:
    said = record.text(column)
    places = references(said, "")
    if len(places) == 1 and places[0].sheet:
        where = region.cell(record.row, column)
        yield TypedAddress(where, said, places[0].sheet, places[0].bounds)


def addresses_below(schema: Schema | None, sheet: str, row: int) -> tuple[str, ...]:
    """The texts that name cells of `sheet` in this row or below it."""
    return tuple(
        f"{one.where} {one.text}"
        for one in (typed_addresses(schema) if schema else ())
        if one.sheet.casefold() == sheet.casefold() and one.bounds[2] >= row
    )


def readdressed(
    schema: Schema | None, sheet: str, now: Callable[[int], int]
) -> tuple[Readdressed, ...]:
    """The texts that name cells of `sheet` where rows have moved: `now` says a row's new place."""
    move, here = moving(now), sheet.casefold()
    found = []
    for one in typed_addresses(schema) if schema else ():
        text = with_rows_moved(one.text, "", lambda of: move if of.casefold() == here else None)
        if text != one.text:
            where, at = one.where, (one.where.row, one.where.column)
            if where.sheet.casefold() == here:
                where = CellRef(where.sheet, address(now(at[0]), at[1]))
            found.append(Readdressed(where, one.text, text))
    return tuple(found)


def with_addresses(data: bytes, path: Path, addresses: Iterable[Readdressed]) -> bytes:
    """The workbook with these texts."""
    values: dict[str, dict[Position, Constant]] = {}
    for one in addresses:
        values.setdefault(one.where.sheet, {})[one.where.row, one.where.column] = one.now
    return write_values(opened(data, path).package, values) if values else data
