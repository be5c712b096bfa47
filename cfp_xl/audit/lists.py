"""Tables without a head: lists of stages with their shares, sheets of names and values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from cfp_xl.audit.document import PrintedCell, PrintedTable
from cfp_xl.audit.record import PrintedFigures
from cfp_xl.verify.declared.names import term, terms
from cfp_xl.verify.declared.numbers import AMOUNT, NAME, SHARE, read_cell
from cfp_xl.verify.declared.words import is_total

LEAST_STAGES = 3


def figures_of_lists(table: PrintedTable, place: str) -> Iterator[PrintedFigures]:
    """The stages of a list of shares or emissions, the variants of a list of footprints; the
    footprint that a sheet names beside its value."""
    rows = [[cell for cell in row if cell.plain and not cell.copy] for row in table.rows]
    pairs = [_pair(row) if len(row) == 2 else None for row in rows]
    for is_list, run in groupby(pairs, key=bool):
        found = [one for one in run if one] if is_list else []
        shares = [(name, value) for name, value in found if read_cell(value.text).kind == SHARE]
        if len(shares) >= LEAST_STAGES and all(term(name.plain) in terms() for name, _ in shares):
            for name, value in shares:
                yield _figure(table, place, "stage", name, value)
        yield from _of_amounts(table, place, found)
    for name, value in filter(None, pairs):
        reading = read_cell(value.text)
        if reading.kind == AMOUNT and "CO2" in reading.unit and is_total(name.plain):
            yield _figure(table, place, "total", name, value)


def _of_amounts(
    table: PrintedTable, place: str, pairs: list[tuple[PrintedCell, PrintedCell]]
) -> Iterator[PrintedFigures]:
    """Emissions of stages; footprints of variants, whose names have a number (128 GB)."""
    amounts = [
        (name, value)
        for name, value in pairs
        if read_cell(value.text).kind == AMOUNT and "CO2" in read_cell(value.text).unit
    ]
    named = [(name, value) for name, value in amounts if not is_total(name.plain)]
    if len(named) < LEAST_STAGES:
        return
    if all(term(name.plain) in terms() for name, _ in named):
        for name, value in named:
            yield _figure(table, place, "stage", name, value)
    elif all(re.search(r"\d", name.plain) for name, _ in named):
        for name, value in named:
            one = _figure(table, place, "total", name, value)
            yield replace(one, texts={**one.texts, "stage": name.plain})


def _pair(row: list[PrintedCell]) -> tuple[PrintedCell, PrintedCell] | None:
    """A name and its value, in whichever order."""
    first, second = row
    if read_cell(first.text).kind == NAME:
        return first, second
    return (second, first) if read_cell(second.text).kind == NAME else None


def _figure(
    table: PrintedTable, place: str, item: str, name: PrintedCell, value: PrintedCell
) -> PrintedFigures:
    reading = read_cell(value.text)
    texts = {"stage": name.plain} if item == "stage" else {}
    column = "share" if reading.kind == SHARE else "emission"
    texts[column] = reading.number
    if column == "emission":
        texts["emission_unit"] = reading.unit
    spot = replace(value.spot, table_column=0)
    return PrintedFigures(
        item,
        place,
        texts,
        dict.fromkeys(texts, value.spot),
        spot,
        is_uncertain=table.is_uncertain,
    )
