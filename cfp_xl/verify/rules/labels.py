"""What stands around results: headings, units, names, remarks and charts agree with the figures."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import zip_longest

from cfp_xl.engine.areas import CellKey
from cfp_xl.findings import BLANK, CellRef, Finding, Severity, finding
from cfp_xl.footprint.printed import NotPrintedNumber, agrees, printed
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.schema.case import Case, text_of
from cfp_xl.schema.template_tables import TemplateTable, columns_named, is_word
from cfp_xl.verify.result_formulas import TOTAL_WORDS, ResultScope, asked_in, results_of
from cfp_xl.verify.rule import EVERYTHING, PRODUCT, rule
from cfp_xl.verify.rules.seen import emissions_of_activities
from cfp_xl.verify.rules.shown_results import is_close
from cfp_xl.workbook.address import MAX_ROWS
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.model import Cell, Sheet
from cfp_xl.workbook.reading.appearance import Series

_EMISSION = re.compile(
    r"(?P<number>\d[\d,]*(?:\.\d+)?)?\s*"
    r"(?P<unit>(?:[kKMm]?[gGtT]|千克|吨|克)\s?CO(?:2|₂)\s?-?(?:eq?\b|当量)?)"
)
ROWS_ABOVE = 70
"""How far above its first result a heading is looked for."""
Results = Mapping[CellKey, ResultScope]


@rule("A03", reads=(EVERYTHING,), schemas=(PRODUCT,))
def labels_fit_the_results(case: Case) -> Iterator[Finding]:
    """A03: headings and units beside results are in kgCO2e; the total is called one."""
    results = results_of(case)
    reported: set[CellRef] = set()
    for key, asked in results.items():
        sheet = case.workbook.by_name[key.sheet.casefold()]
        for where, text in (*_headings(sheet, key), *_beside(sheet, key)):
            if where not in reported and (unit := _other_unit(text)):
                reported.add(where)
                yield finding("A03", where, seen=" ".join(text.split()), unit=unit)
        if asked.stage_id is None:
            yield from _name_of_total(sheet, key)
    yield from _unknown_rows(case)
    sheet = case.schema.regions["activities"].sheet
    for row in sorted(_heading_rows(sheet, emissions_of_activities(case))):
        for where, text in _texts_in(sheet, row):
            if where not in reported and (unit := _other_unit(text)):
                reported.add(where)
                yield finding("A03", where, seen=" ".join(text.split()), unit=unit)


@rule("A03", reads=(EVERYTHING,), schemas=(PRODUCT,))
def our_tables_say_what_they_show(case: Case) -> Iterator[Finding]:
    """A03: the columns of our tables of results, and the total above them, bear their names."""
    seen: set[str] = set()
    for table in case.template_tables("results"):
        for column, at in table.columns.items():
            cell = table.cell(table.header_row, column)
            heading = text_of(cell.value) if cell is not None else ""
            in_kg = column in ("cfp", "native") and "kgco2e" in folded(heading)
            if not in_kg and column not in columns_named("results", heading):
                where = table.sheet.ref(table.header_row, at)
                yield finding(
                    "A03", where, case="heading", severity=Severity.WARNING, seen=heading or BLANK
                )
        for row, process in ((row, table.cell(row, "process")) for row in table.rows):
            named = table.cell(row, "stage")
            is_whole = process is not None and process.formula is None
            if is_whole and process is not None and named is not None and named.formula is None:
                text = text_of(process.value)
                if any(letter.isalnum() for letter in text):
                    where = table.sheet.ref(row, process.column)
                    yield finding("A03", where, case="part", seen=text)
        if table.sheet.name not in seen:
            seen.add(table.sheet.name)  # its first table: between the others lie other sums
            yield from _headline(case, table)


def _headline(case: Case, table: TemplateTable) -> Iterator[Finding]:
    """A total above our results is called the footprint per functional unit, in kgCO2e."""
    total = case.footprint.total_kgco2e
    for (row, column), cell in _above(table):
        if total is None or cell.formula is None or not is_close(cell.value, total):
            continue
        names = [(c, text) for c, text in table.sheet.columns.texts.get(row, ()) if c < column]
        if names and not is_word(names[0][1], "results.headline"):
            where = table.sheet.ref(row, names[0][0])
            yield finding(
                "A03", where, case="headline", severity=Severity.WARNING, seen=names[0][1]
            )
        for where, text in _beside(table.sheet, CellKey(table.sheet.name, row, column)):
            if unit := _other_unit(text):
                yield finding("A03", where, seen=text, unit=unit)


def _above(table: TemplateTable) -> Iterator[tuple[tuple[int, int], Cell]]:
    """The cells of the few rows above a table."""
    for row in range(max(1, table.header_row - 5), table.header_row):
        for column in table.columns.values():
            if cell := table.sheet.cells.get((row, column)):
                yield (row, column), cell


def _unknown_rows(case: Case) -> Iterator[Finding]:
    """Rows of our tables of results are called by a stage's name or a total's."""
    for table in case.template_tables("results"):
        for row in table.rows:
            cell = table.cell(row, "stage")
            name = cell.value if cell is not None and cell.formula is None else None
            if isinstance(name, str) and name.strip() and asked_in(table, row) is None:
                where = table.sheet.ref(row, table.columns["stage"])
                yield finding("A03", where, case="row", seen=name)


def _headings(sheet: Sheet, key: CellKey) -> Iterator[tuple[CellRef, str]]:
    """The texts of the row of headings above a result."""
    row = _heading_row(sheet, key.row, key.column)
    return _texts_in(sheet, row) if row else iter(())


def _heading_row(sheet: Sheet, row: int, column: int) -> int | None:
    """The first row above a cell with a text in its column."""
    rows = sheet.columns.text_rows.get(column, ())
    at = bisect_left(rows, row) - 1
    return rows[at] if at >= 0 and rows[at] > row - ROWS_ABOVE else None


def _heading_rows(sheet: Sheet, cells: Iterable[Position]) -> set[int]:
    """The same of many cells: a text is the heading of what follows it, down to the next one."""
    columns: dict[int, list[int]] = {}
    for row, column in cells:
        columns.setdefault(column, []).append(row)
    found = set()
    for column, rows in columns.items():
        rows.sort()
        texts = sheet.columns.text_rows.get(column, ())
        for text, following in zip_longest(texts, texts[1:]):
            at = bisect_right(rows, text)
            first = rows[at] if at < len(rows) else MAX_ROWS
            if first < text + ROWS_ABOVE and (following is None or first <= following):
                found.add(text)
    return found


def _texts_in(sheet: Sheet, row: int) -> Iterator[tuple[CellRef, str]]:
    for column, text in sheet.columns.texts[row]:
        yield sheet.ref(row, column), text


def _beside(sheet: Sheet, key: CellKey) -> Iterator[tuple[CellRef, str]]:
    """The texts right of a result, in its row: its unit is one of them."""
    for column in range(key.column + 1, key.column + 8):
        cell = sheet.cells.get((key.row, column))
        if cell is not None and isinstance(cell.value, str):
            yield sheet.ref(key.row, column), cell.value


def _other_unit(text: str) -> str | None:
    """An emission unit in a text that is not the kilogram."""
    for match in _EMISSION.finditer(text):
        if match["number"] is None and _in_kg(match["unit"]) != 1:
            return match["unit"]
    return None


@cache
def _in_kg(unit: str) -> float:
    try:
        return conversion(unit, "kgCO2e")
    except Explained:
        mass = folded(unit).partition("co2")[0]
        return {"t": 1000.0, "吨": 1000.0, "g": 0.001, "克": 0.001, "mt": 1e9}.get(mass, 1.0)


def _name_of_total(sheet: Sheet, key: CellKey) -> Iterator[Finding]:
    """The first text of the total's row is a word for a total, and states no figure."""
    for column in range(1, key.column):
        cell = sheet.cells.get((key.row, column))
        if cell is None or not isinstance(cell.value, str) or not cell.value.strip():
            continue
        name = folded(cell.value)
        if not any(word in name for word in TOTAL_WORDS) or any(c.isdigit() for c in name):
            yield finding("A03", sheet.ref(key.row, column), case="total", seen=cell.value)
        return


@rule("A04", reads=(EVERYTHING,), schemas=(PRODUCT,))
def nothing_states_another_result(case: Case) -> Iterator[Finding]:
    """A04: a text on a sheet with results that states kgCO2e, and a row called total, state one."""
    results = results_of(case)
    values = [v for asked in results.values() if (v := asked.answer(case.footprint)[0]) is not None]
    values += [row.kgco2e for row in case.footprint.rows if row.kgco2e is not None]
    columns = {(key.sheet, key.column) for key in results}
    totals = {(key.sheet, key.row) for key, asked in results.items() if asked.stage_id is None}
    for sheet in case.workbook.sheets:
        if sheet.name not in {name for name, _ in columns}:
            continue
        for (row, column), cell in sheet.cells.items():
            if not isinstance(cell.value, str):
                continue
            for stated in _stated(cell.value):
                if not any(_states(stated, value) for value in values):
                    seen = f"{stated[0]} {stated[1]}"
                    yield finding("A04", sheet.ref(row, column), seen=seen)
            if folded(cell.value) in TOTAL_WORDS and (sheet.name, row) not in totals:
                yield from _other_total(case, sheet, row, columns)


def _stated(text: str) -> Iterator[tuple[str, str]]:
    for match in _EMISSION.finditer(text):
        if match["number"] is not None:
            yield match["number"], match["unit"]


def _states(stated: tuple[str, str], value: float) -> bool:
    number, unit = stated
    try:
        return agrees(value / _in_kg(unit), printed(number))
    except NotPrintedNumber:
        return False


def _other_total(
    case: Case, sheet: Sheet, row: int, columns: set[tuple[str, int]]
) -> Iterator[Finding]:
    """A row of one's own that is called total, with a number in the column of the results."""
    total = case.footprint.total_kgco2e
    for name, column in columns:
        cell = sheet.cells.get((row, column)) if name == sheet.name else None
        if cell is None or not isinstance(cell.value, float) or total is None:
            continue
        if abs(cell.value - total) > 1e-9 * max(abs(total), abs(cell.value)):
            yield finding(
                "A04", sheet.ref(row, column), case="row", seen=text_of(cell.value), expected=total
            )


@rule("A05", reads=(EVERYTHING,), schemas=(PRODUCT,))
def charts_show_the_results(case: Case) -> Iterator[Finding]:
    """A05: a chart of the stages shows every stage, with the name that stands beside it."""
    if case.appearance is None:
        return
    stages: dict[str, dict[int, ResultScope]] = {}
    for key, asked in results_of(case).items():
        if asked.stage_id is not None and not asked.process:
            stages.setdefault(key.sheet, {})[key.row] = asked
    for sheet, chart in case.appearance.charts():
        where = CellRef(sheet, "A1")
        if not chart and sheet in stages:
            yield finding("A05", where, case="empty")
        for series in chart:
            yield from _series(case, series, stages, where)


def _series(
    case: Case, series: Series, stages: Mapping[str, Mapping[int, ResultScope]], where: CellRef
) -> Iterator[Finding]:
    values, names = _area(series.values), _area(series.names)
    if values is None or values[0] not in stages:
        return
    known = stages[values[0]]
    rows = range(values[1], values[3] + 1)
    shown = [row for row in rows if row in known]
    if not shown:
        return
    if len(shown) < len(known) or len(rows) > len(known):
        yield finding("A05", where, seen=series.values)
    elif not all(_shows(case, known[row], (values[0], row, values[2])) for row in shown):
        yield finding("A05", where, case="elsewhere", seen=series.values)
    elif names is not None and (names[1], names[3]) != (values[1], values[3]):
        yield finding("A05", where, case="names", seen=series.names, expected=series.values)
    elif names is not None and series.drawn_names not in ((), _texts(case, names)):
        yield finding("A05", where, case="drawn", seen=", ".join(series.drawn_names))
    elif other := _drawn_otherwise(case, values, series.drawn_values):
        drawn, value, cell = other
        yield finding("A05", where, case="drawn_value", seen=drawn, expected=value, also=[cell])


def _drawn_otherwise(
    case: Case, area: tuple[str, int, int, int, int], drawn: Sequence[str]
) -> tuple[str, str, CellRef] | None:
    """The first figure that was drawn of a number that its cell does not hold, and the cell."""
    name, top, left, bottom, _ = area
    if len(drawn) != bottom - top + 1 or not any(map(_is_mark, drawn)):
        return None  # a chart of zeros has not been drawn since the cells were filled
    for row, text in enumerate(drawn, top):
        where = CellKey(name, row, left).ref
        value = case.value(where)
        if isinstance(value, float) and not _is_drawn(text, value):
            return text, text_of(value), where
    return None


def _is_mark(text: str) -> bool:
    """Whether a drawn figure shows anything."""
    return not _is_drawn(text or "0", 0.0)


def _is_drawn(text: str, value: float) -> bool:
    try:
        return abs(float(text) - value) <= 1e-6 * max(abs(value), abs(float(text)))
    except ValueError:
        return False


def _shows(case: Case, asked: ResultScope, at: tuple[str, int, int]) -> bool:
    """Whether a cell holds the stage's result or its share; a word in its place is neither."""
    value, total = case.value(CellKey(*at).ref), case.footprint.total_kgco2e
    expected, _ = asked.answer(case.footprint)
    if not isinstance(value, float) or expected is None or not total:
        return True
    noise = 1e-9 * max(abs(expected), abs(value))
    return abs(value - expected) <= noise or abs(value - expected / total) <= 1e-9


def _area(formula: str) -> tuple[str, int, int, int, int] | None:
    """Sheet, first row, column, last row, column of what a series refers to."""
    found = references(formula, "") if formula else ()
    if len(found) != 1 or not found[0].sheet:
        return None
    top, left, bottom, right = found[0].bounds
    return found[0].sheet, top, left, bottom, right


def _texts(case: Case, area: tuple[str, int, int, int, int]) -> tuple[str, ...]:
    name, top, left, bottom, _ = area
    return tuple(
        text_of(case.value(CellKey(name, row, left).ref)) for row in range(top, bottom + 1)
    )
