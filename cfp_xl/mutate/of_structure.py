"""Mutations of what stands where: names, rows, columns, saved values, settings of the workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.functions.values import Scalar, shown
from cfp_xl.mutate.mutation import Group, Mutation, operator
from cfp_xl.mutate.of_formulas import is_number
from cfp_xl.mutate.subject import Subject
from cfp_xl.schema.region import Record
from cfp_xl.workbook.address import address
from cfp_xl.workbook.formulas.tokens import TokenKind, tokens
from cfp_xl.workbook.model import DefinedName, Workbook


@operator("NAM", Group.STRUCTURE)
def name_repointed(subject: Subject) -> Iterator[Mutation]:
    """A name whose range ends two rows earlier, or that leads to the cell below."""
    for name in subject.workbook.names:
        other = _repointed(name.formula)
        if name.is_hidden or name.name.startswith("_xl") or other is None:
            continue
        yield Mutation(
            None,
            f"{name.name} = {name.formula}",
            f"{name.name} = {other}",
            book=_renamed(name, other),
            needs_whole=True,
        )


def _repointed(formula: str) -> str | None:
    """`S!$A$6:$L$31` ends in row 29 then, `S!$B$3` is `S!$B$4`; None for what is no range."""
    items = tokens(formula)
    kinds = [token.kind for token in items if token.kind is not TokenKind.PREFIX]
    if kinds not in (
        [TokenKind.CELL],
        [TokenKind.CELL, TokenKind.OPERATOR, TokenKind.CELL],
    ):
        return None
    head, _, row = items[-1].text.rpartition("$")
    if not row.isdecimal():
        return None
    other = int(row) - 2 if len(kinds) == 3 else int(row) + 1
    before = "".join(token.text for token in items[:-1])
    return f"{before}{head}${other}" if other > 0 else None


def _renamed(name: DefinedName, formula: str) -> Callable[[Workbook], Workbook]:
    def change(workbook: Workbook) -> Workbook:
        names = (replace(one, formula=formula) if one == name else one for one in workbook.names)
        return replace(workbook, names=tuple(names))

    return change


@operator("HID", Group.STRUCTURE, latent=True)
def row_hidden(subject: Subject) -> Iterator[Mutation]:
    """A row hidden that the total counts."""
    rows: dict[tuple[str, int], dict[CellKey, Scalar]] = {}
    for key, cell in subject.inputs:
        if isinstance(cell.value, float) and key in subject.leading:
            rows.setdefault((key.sheet, key.row), {})[key] = cell.value * 1.5 + 1
    for (sheet, row), other in rows.items():
        first = CellKey(sheet, row, 1)
        yield Mutation(first, "", "hidden", book=_hidden(sheet, row), probe=other)


def _hidden(name: str, row: int) -> Callable[[Workbook], Workbook]:
    def change(workbook: Workbook) -> Workbook:
        sheets = (
            replace(one, hidden_rows=one.hidden_rows | {row}) if one.name == name else one
            for one in workbook.sheets
        )
        return replace(workbook, sheets=tuple(sheets))

    return change


@operator("MAN", Group.STRUCTURE, latent=True)
def manual(subject: Subject) -> Iterator[Mutation]:
    """A workbook that no longer calculates by itself."""
    if subject.workbook.calculation_mode != "manual":
        before = subject.workbook.calculation_mode
        yield Mutation(
            None, before, "manual", book=lambda book: replace(book, calculation_mode="manual")
        )


@operator("CVE", Group.STRUCTURE, latent=True)
def saved_value(subject: Subject) -> Iterator[Mutation]:
    """A saved value that the formula does not give."""
    for site in subject.sites:
        if is_number(site.value) and site.value:
            other = float(site.value) * 0.9  # type: ignore[arg-type]
            yield Mutation(site.key, shown(site.value), shown(other), saved={site.key: other})


@operator("SRT", Group.STRUCTURE)
def one_column_sorted(subject: Subject) -> Iterator[Mutation]:
    """Two neighbours of one column changed places, as when it is sorted alone."""
    held = {key: cell.value for key, cell in subject.inputs if is_number(cell.value)}
    for key, value in held.items():
        below = key._replace(row=key.row + 1)
        if below in held and held[below] != value:
            yield Mutation(
                key,
                f"{shown(value)}; {shown(held[below])}",
                f"{shown(held[below])}; {shown(value)}",
                values={key: held[below], below: value},
            )


@operator("MVR", Group.STRUCTURE)
def row_moved_out(subject: Subject) -> Iterator[Mutation]:
    """A row typed below the range that the formulas read."""
    for rows in _summed(subject).values():
        below = max(row for row, _ in rows) + 2
        for cells in (cells for _, cells in rows if cells):
            there = {key._replace(row=below): value for key, value in cells.items()}
            if all(subject.value(key) in (None, "") for key in there):
                yield _moved(cells, {**dict.fromkeys(cells), **there}, below)


@operator("DUP", Group.STRUCTURE)
def row_twice(subject: Subject) -> Iterator[Mutation]:
    """A row once more in the next free row of its table."""
    for record in _filled(subject):
        free = _free_row(subject, record)
        if free is not None:
            cells = _inputs_of(record)
            there = {key._replace(row=free): value for key, value in cells.items()}
            yield _moved(cells, there, free)


def _moved(cells: Mapping[CellKey, Scalar], values: Mapping[CellKey, Scalar], to: int) -> Mutation:
    first = next(iter(cells))
    words = "; ".join(shown(value) for value in list(cells.values())[:4])
    target = address(to, first.column)
    return Mutation(first, words, f"{target}: {words}", values=values)


def _filled(subject: Subject) -> Iterator[Record]:
    if subject.schema is not None:
        yield from subject.schema.records("activities")


def _inputs_of(record: Record) -> Mapping[CellKey, Scalar]:
    """The typed cells of a row of one of our tables."""
    sheet, found = record.region.sheet, {}
    for column in sorted(record.region.columns.values()):
        cell = sheet.columns.get((record.row, column))
        if cell is not None and cell.formula is None and cell.value not in (None, ""):
            found[CellKey(sheet.name, record.row, column)] = cell.value
    return found


def _free_row(subject: Subject, record: Record) -> int | None:
    """The first row without content below the last of the table, within its range."""
    rows = [one.row for one in _filled(subject)]
    free = max(rows) + 1
    is_within = free < record.region.bounds[2] and free not in record.region.closing_rows
    return free if is_within else None


_Row = tuple[int, Mapping[CellKey, Scalar]]
"""Its number and typed cells."""


def _summed(subject: Subject) -> Mapping[Area | str, list[_Row]]:
    """Rows of typed cells that one range of a formula goes through, by range."""
    if subject.schema is not None:
        region = subject.schema.region("activities")
        rows: list[_Row] = [(one.row, _inputs_of(one)) for one in _filled(subject)]
        rows += [(region.bounds[2], {})] if region else []
        return {"activities": rows}
    return _summed_anywhere(subject)


def _summed_anywhere(subject: Subject) -> Mapping[Area | str, list[_Row]]:
    typed: dict[tuple[str, int], dict[CellKey, Scalar]] = {}
    for key, cell in subject.inputs:
        typed.setdefault((key.sheet, key.row), {})[key] = cell.value
    found: dict[Area | str, list[_Row]] = {}
    ranges = subject.book.recalculation.referenced_ranges
    for site in subject.sites:
        for area in ranges[site.key]:
            if area in found or not 3 <= area.rows <= 10_000:
                continue
            span = range(area.first_row, area.last_row + 1)
            rows: list[_Row] = [
                (row, typed[area.sheet, row]) for row in span if (area.sheet, row) in typed
            ]
            if len(rows) == area.rows:
                found[area] = rows
    return found
