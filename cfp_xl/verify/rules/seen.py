"""What the reader sees: a figure is shown as it is, in a place where it can be read.

The figures are the results (wherever the workbook repeats them), the emissions of the activities
and what people type into our tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cfp_xl.engine.areas import CellKey
from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.doubtful_places import DoubtfulPlaces
from cfp_xl.verify.result_formulas import results_of
from cfp_xl.verify.rule import EVERYTHING, SUPPLIER, rule
from cfp_xl.verify.shown_number import misread
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.model import Cell, Sheet
from cfp_xl.workbook.reading.appearance import Appearance

EMISSION = "kgCO2e"
DAYS = ("in_filled_on", "in_period_start", "in_period_end", "for_due")
"""Dates on a supplier's sheet, which its summary repeats."""
TYPED: dict[str, dict[str, str]] = {
    # table: its numbers, each with the column of its unit
    "activities": {"quantity": "unit", "bridge": ""},
    "factors": {"value": "unit", "ncv": "ncv_unit", "carbon_content": "", "oxidation": ""},
    "allocation": {
        "total": "unit",
        "basis_product": "",
        "basis_total": "",
        "amount_per_unit": "unit",
    },
    "parts": {"amount": "unit", "mass_kg": "", "last_kgco2e": ""},
    "answers": {"quantity": "unit", "factor_kgco2e": "", "output": "output_unit"},
}


@dataclass(frozen=True)
class SeenNumber:
    """A number that somebody reads."""

    sheet: Sheet
    cell: Cell
    value: float
    unit: str | None = None
    """None where it is not known; "" where it has none."""
    is_share: bool = True
    """Whether it may be shown in per cent."""
    is_result: bool = False
    """Whether hidden rows, columns and sheets hide what somebody is to read."""
    must_be_readable: bool = True

    @property
    def key(self) -> CellKey:
        return CellKey(self.sheet.name, self.cell.row, self.cell.column)

    @property
    def where(self) -> CellRef:
        return self.sheet.ref(self.cell.row, self.cell.column)


@rule("A01", "A02", reads=(EVERYTHING,))
def figures_are_seen_as_they_are(case: Case) -> Iterator[Finding]:
    """A01: number formats show the number itself; A02: nothing hides it."""
    if case.appearance is None:
        return
    doubtful = DoubtfulPlaces(case.appearance)
    for figure in _of_form(case) if case.schema.kind == SUPPLIER else _of_product(case, doubtful):
        yield from _as_shown(case.appearance, figure)
        yield from _where_seen(case.appearance, figure)


def _of_product(case: Case, doubtful: DoubtfulPlaces) -> Iterator[SeenNumber]:
    """Each doubtful figure once: typed ones, results, shares, then every other number of a
    formula."""
    known: dict[CellKey, SeenNumber] = {}
    for figure in (*_typed(case, doubtful), *_results(case, doubtful), *_shares(case)):
        known.setdefault(figure.key, figure)
    yield from known.values()
    for sheet in case.workbook.sheets:
        for (row, column), cell, value in doubtful.numbers(sheet):
            if CellKey(sheet.name, row, column) not in known:
                yield SeenNumber(sheet, cell, value, must_be_readable=False)


def _typed(case: Case, doubtful: DoubtfulPlaces) -> Iterator[SeenNumber]:
    for table, numbers in TYPED.items():
        if (region := case.schema.region(table)) is None:
            continue
        top, _, bottom, _ = region.bounds
        odd = {
            column: frozenset(doubtful.rows(region.sheet, region.columns[column], top, bottom))
            for column in numbers
            if region.has(column)
        }
        for record in case.product.rows(table) if any(odd.values()) else ():
            for column in (one for one, rows in odd.items() if record.row in rows):
                where, unit_column = record.cell(column), numbers[column]
                cell, sheet = case.cell(where), case.workbook.by_name[where.sheet.casefold()]
                if cell is not None and isinstance(cell.value, float):
                    unit = record.text(unit_column) if unit_column else None
                    yield SeenNumber(
                        sheet,
                        cell,
                        cell.value,
                        unit,
                        is_share=False,
                        is_result=cell.formula is not None,
                    )


def _results(case: Case, doubtful: DoubtfulPlaces) -> Iterator[SeenNumber]:
    """Results, and what has their value on a sheet of results or beside an activity."""
    asked = results_of(case)
    values = {one.answer(case.footprint)[0] for one in asked.values()} - {None, 0.0, 1.0}
    by_sheet = {key.sheet for key in asked}
    for sheet in case.workbook.sheets:
        for (row, column), cell, value in doubtful.numbers(sheet):
            is_result = CellKey(sheet.name, row, column) in asked
            if is_result or (value in values and sheet.name in by_sheet):
                yield SeenNumber(sheet, cell, value, EMISSION, is_share=False, is_result=True)
    sheet = case.schema.regions["activities"].sheet
    of_activities = set(emissions_of_activities(case))
    for at, cell, value in doubtful.numbers(sheet):
        if at in of_activities:
            yield SeenNumber(sheet, cell, value, EMISSION, is_share=False, is_result=True)


def _shares(case: Case) -> Iterator[SeenNumber]:
    """The shares in our tables of results, and those of bills."""
    for table in case.template_tables("results"):
        for row in table.rows:
            cell = table.cell(row, "share")
            if cell is not None and isinstance(cell.value, float):
                yield SeenNumber(table.sheet, cell, cell.value, "", is_result=True)
    for record in case.product.rows("allocation"):
        where = record.cell("share")
        cell = case.cell(where) if "share" in record.columns else None
        if cell is not None and isinstance(cell.value, float):
            sheet = case.workbook.by_name[where.sheet.casefold()]
            yield SeenNumber(sheet, cell, cell.value, "", is_result=True)


def _of_form(case: Case) -> Iterator[SeenNumber]:
    """A supplier's sheet is locked: nobody gives its computed numbers another format, or hides
    them; only what is at most 1 may be a share."""
    of_activities = case.schema.regions["activities"].sheet
    for at in emissions_of_activities(case):
        cell = of_activities.cells[at]
        assert isinstance(cell.value, float)
        yield SeenNumber(of_activities, cell, cell.value, EMISSION, is_share=False, is_result=True)
    stated = case.product.other_facts.get("out_kgco2e_per_unit")
    days = {
        day for name in DAYS if (fact := case.product.other_facts.get(name)) for day in fact.typed
    }
    for sheet in case.workbook.sheets:
        for cell in sheet.cells.values():
            is_day = cell.value in days
            if cell.formula is not None and isinstance(cell.value, float) and not is_day:
                is_share = abs(cell.value) <= 1 and not (stated and cell.value in stated.typed)
                yield SeenNumber(sheet, cell, cell.value, "", is_share=is_share)


def emissions_of_activities(case: Case) -> Sequence[Position]:
    """The cells beside an activity whose formulas give what we calculate for it."""
    return case.once(_emissions)


def _emissions(case: Case) -> Sequence[Position]:
    region = case.schema.regions["activities"]
    ours = {
        row.activity.number + region.header_row: row.kgco2e
        for row in case.footprint.rows
        if row.kgco2e not in (None, 0.0, 1.0)
    }
    found: list[Position] = []
    for run, values in region.sheet.columns.formula_values:
        expected = map(ours.get, range(run.row, run.row + run.height))
        for row, (value, own) in enumerate(zip(values, expected, strict=True), run.row):
            if value == own and type(value) is float:
                found.append((row, run.column))
    return found


def _as_shown(appearance: Appearance, figure: SeenNumber) -> Iterator[Finding]:
    cell = figure.cell
    if cell.is_unseen:
        return
    for number, look in enumerate(appearance.formats(figure.sheet.name, cell.row, cell.column)):
        wrong = misread(figure.value, look.code or "General", figure.unit, is_share=figure.is_share)
        if wrong is not None:
            case, shown = wrong
            yield finding(
                "A01",
                figure.where,
                case=case or ("conditional" if number else ""),
                seen=shown,
                expected=text_of(figure.value),
                format=look.code,
                unit=figure.unit or "–",
            )
            return


def _where_seen(appearance: Appearance, figure: SeenNumber) -> Iterator[Finding]:
    sheet, cell = figure.sheet, figure.cell
    if not figure.must_be_readable:
        return
    if hidden := hidden_by(appearance, sheet, cell, is_result=figure.is_result):
        yield finding("A02", figure.where, case=hidden, seen=text_of(figure.value))


def hidden_by(appearance: Appearance, sheet: Sheet, cell: Cell, *, is_result: bool) -> str | None:
    """What hides a cell. Hidden rows, columns and sheets of inputs are N07's to report."""
    look = appearance.sheet(sheet.name)
    if look.is_swallowed(cell.row, cell.column):
        return "merged"
    is_away = (
        sheet.state != "visible"
        or cell.row in sheet.hidden_rows
        or cell.column in sheet.hidden_columns
    )
    if is_result and is_away:
        return "away"
    if cell.row in look.flat_rows or cell.column in look.narrow_columns:
        return "flat"
    if cell.is_unseen:
        return None
    formats = appearance.formats(sheet.name, cell.row, cell.column)
    return None if all(one.is_readable for one in formats) else "unreadable"
