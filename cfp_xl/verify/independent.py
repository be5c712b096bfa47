"""The footprint as we calculate it ourselves, against the workbook's own result formulas.

A formula may recompute to what the file holds and yet be the wrong formula: a range that leaves
out an activity, a row that sums another stage. Which formulas are results
is in `result_formulas.py`; the native sums on the same row must give the same.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.findings import Finding, Severity, finding
from cfp_xl.footprint.calculate import RowResult
from cfp_xl.footprint.columns import column_of
from cfp_xl.footprint.stages import STAGES, StageNotKnown, stage
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.schema.case import Case
from cfp_xl.schema.seal import has_seal
from cfp_xl.verify.compare import NOISE, shown
from cfp_xl.verify.result_formulas import ResultScope, results_of
from cfp_xl.verify.rule import PRODUCT, Rule, rule, rules_in
from cfp_xl.workbook.address import range_address
from cfp_xl.workbook.formulas.canonical import function_names
from cfp_xl.workbook.formulas.references import split_prefix
from cfp_xl.workbook.formulas.tokens import REFERENCES, Token, TokenKind, tokens

IN_CELLS = (*REFERENCES, TokenKind.NAME, TokenKind.TABLE)
NATIVE_SUMS = frozenset(
    {"SUM", "SUMIF", "SUMIFS", "SUMPRODUCT", "AGGREGATE", "_XLFN.AGGREGATE", "SUBTOTAL"}
)
"""As files spell them: Excel saves AGGREGATE with the prefix, other programs without."""
LOOKUPS = frozenset({"IF", "MATCH", "INDEX", "ROWS"})
"""Functions of formulas that find a row and add nothing up."""


@cache
def independent_rules() -> tuple[Rule[[Case, float]], ...]:
    """The rules of this module: they compare with a tolerance."""
    return rules_in(__name__)


def independent_findings(case: Case, tolerance: float) -> Iterator[Finding]:
    """Rows, typed emissions and, but for a supplier's sheet, results; rule by rule."""
    for one in independent_rules():
        if case.schema.kind in one.schemas:
            yield from one(case, tolerance)


@rule("V05", "V08", reads=("activities", "factors", "results"), schemas=(PRODUCT,))
def results_are_ours(case: Case, tolerance: float) -> Iterator[Finding]:
    """V05 stages, processes, total, ranges; V08 no result at all. A supplier's sums are for one
    process, not for stages."""
    results = results_of(case)
    if not results:
        region = case.schema.regions["activities"]
        yield finding("V08", region.where, severity=Severity.WARNING)
    by_row: dict[tuple[str, int], ResultScope] = {}
    for key, asked in results.items():
        by_row[key.sheet, key.row] = asked
        yield from _label(case, key, asked)
        yield from _difference(case, key, asked, tolerance)
    for (sheet, row), asked_here in by_row.items():
        layout = case.workbook.by_name[sheet.casefold()].columns.layout
        for column, formula in layout.formulas_in_row(row):
            key = CellKey(sheet, row, column)
            if key in results or not _uses_activities(case, key):
                continue
            if _sums_activities(case, key, formula.text):
                yield from _difference(case, key, asked_here, tolerance)
    yield from _stages_shown_twice(case, results)
    yield from _ranges(case)


def _stages_shown_twice(case: Case, results: Mapping[CellKey, ResultScope]) -> Iterator[Finding]:
    """V05: a column does not show one stage twice and another, which has activities, not at all."""
    columns: dict[tuple[str, int], dict[str, list[CellKey]]] = {}
    for key, asked in results.items():
        if asked.stage_id is not None and not asked.process:
            shown = columns.setdefault((key.sheet, key.column), {})
            shown.setdefault(asked.stage_id, []).append(key)
    for shown in columns.values():
        absent = [
            asked.name
            for asked in (ResultScope(known.id) for known in STAGES)
            if asked.stage_id not in shown and asked.has_rows(case)
        ]
        for stage_id, (_, *again) in shown.items():
            for key in again if absent else ():
                what = ResultScope(stage_id).name
                yield finding("V05", key.ref, case="twice", what=what, absent=tuple(absent))


def _difference(
    case: Case, key: CellKey, asked: ResultScope, tolerance: float
) -> Iterator[Finding]:
    """A result formula's value against ours. An error where we have no value either is right."""
    expected, problems = asked.answer(case.footprint)
    value = case.value(key.ref)
    if expected is None:
        is_said_in_words = isinstance(value, str) and not asked.has_rows(case)
        if not isinstance(value, ExcelError) and not is_said_in_words:
            yield finding(
                "V05",
                key.ref,
                case="no_value",
                seen=shown(value),
                expected=problems[0].excel if problems else None,
                what=asked.name,
                why=problems[:1],
                formula=_formula(case, key),
            )
    elif not _agree(value, expected, tolerance):
        yield finding(
            "V05",
            key.ref,
            seen=shown(value),
            expected=f"{expected:.12g}",
            what=asked.name,
            formula=_formula(case, key),
        )


def _agree(value: Scalar, expected: float, tolerance: float) -> bool:
    if not isinstance(value, float):
        return False
    return abs(value - expected) <= max(tolerance, NOISE) * max(abs(value), abs(expected))


@rule("V05", reads=("activities", "factors"))
def emissions_are_ours(case: Case, tolerance: float) -> Iterator[Finding]:
    """V05: the emission beside each activity is the one we calculate for it."""
    column = _emission_column(case)
    if column is None:
        return
    region = case.schema.regions["activities"]
    for row in case.footprint.rows:
        number = row.activity.number + region.header_row
        key = CellKey(region.sheet.name, number, column)
        value = region.sheet.columns.value((number, column))
        if row.state == "not_applicable" and isinstance(value, str | None):
            continue
        if row.kgco2e is None:
            if isinstance(value, float | bool):
                yield finding(
                    "V05",
                    key.ref,
                    case="no_value",
                    seen=shown(value),
                    expected=row.problem.excel if row.problem else None,
                    why=row.problem,
                    what=row.activity.label,
                    formula=_formula(case, key),
                )
        elif not any(_agree(value, own, tolerance) for own in _own_values(row)):
            yield finding(
                "V05",
                key.ref,
                case="row",
                seen=shown(value),
                expected=f"{row.kgco2e:.12g}",
                formula=_formula(case, key),
            )


def _own_values(row: RowResult) -> set[float]:
    """What may stand beside an activity: what its amount gives, or what it counts, which of an
    output is below zero and of a credit 0."""
    return {value for value in (row.kgco2e, row.counted_kgco2e) if value is not None}


@rule("V05", reads=("activities", "factors", "assemblies"), schemas=(PRODUCT,))
def assemblies_are_ours(case: Case, tolerance: float) -> Iterator[Finding]:
    """V05: the result beside each assembly is the one we calculate for it."""
    for record in case.product.rows("assemblies"):
        result = case.footprint.assemblies.get(record.text("id"))
        if result is None or "kgco2e_per_unit" not in record.columns:
            continue
        where = record.cell("kgco2e_per_unit")
        value, expected = case.value(where), result.kgco2e_per_unit
        is_right = isinstance(value, ExcelError) if expected is None else False
        if not is_right and (expected is None or not _agree(value, expected, tolerance)):
            key = CellKey(where.sheet, where.row, where.column)
            yield finding(
                "V05",
                where,
                case="assembly",
                seen=shown(value),
                expected=f"{expected:.12g}" if expected is not None else str(result.problem),
                what=result.assembly.id,
                formula=_formula(case, key),
            )


@rule("N01", reads=("activities",))
def emissions_are_formulas(case: Case, _tolerance: float) -> Iterator[Finding]:
    """N01 where no seal tells it: an emission that is a number, or a formula of numbers
    only. What a seal covers is checked by `workbook.seal`."""
    column = _emission_column(case)
    if column is None or has_seal(case.workbook):
        return
    region = case.schema.regions["activities"]
    for row in case.footprint.rows:
        where = CellKey(region.sheet.name, row.activity.number + region.header_row, column)
        cell = case.cell(where.ref)
        if cell is None or not isinstance(cell.value, float):
            continue
        kinds = {token.kind for token in tokens(cell.formula or "")}
        if not kinds & {
            TokenKind.CELL,
            TokenKind.NAME,
            TokenKind.TABLE,
            TokenKind.ROWS,
            TokenKind.COLUMNS,
        }:
            yield finding("N01", where.ref, case="unsealed", seen=shown(cell.value))


def _emission_column(case: Case) -> int | None:
    """Where the activities' emissions stand: on their heading row, in the table or beside it."""
    region = case.schema.regions["activities"]
    for column, cell in region.sheet.columns.in_row(region.header_row):
        if isinstance(cell.value, str):
            known = column_of("activities", cell.value)
            if known is not None and known.id == "emission_kgco2e":
                return column
    return None


def _label(case: Case, key: CellKey, asked: ResultScope) -> Iterator[Finding]:
    """V05: a row that is labelled with one stage asks for that stage."""
    sheet = case.workbook.sheet(key.sheet)
    assert sheet is not None
    for column in range(1, key.column):
        cell = sheet.cells.get((key.row, column))
        if cell is None or not isinstance(cell.value, str):
            continue
        try:
            labelled = stage(cell.value)
        except StageNotKnown:
            continue
        if labelled.id != asked.stage_id:
            yield finding(
                "V05",
                key.ref,
                case="label",
                seen=cell.value,
                expected=labelled.name,
                what=asked.name,
                formula=_formula(case, key),
            )
        return


def _ranges(case: Case) -> Iterator[Finding]:
    """V05: a formula that takes several activities takes all of them, or all of one stage or
    process; formulas beside the activities themselves may take what they like, and so may one that
    looks for a row in what is left below another (equals among the largest)."""
    region = case.schema.regions["activities"]
    everything = sorted(row.activity.number + region.header_row for row in case.footprint.rows)
    whole = (everything[0], everything[-1]) if everything else ()
    for key in _formulas_elsewhere(case):
        for area in case.recalculation.referenced_ranges.get(key, ()):
            if area.sheet != region.sheet.name or area.rows < 2:
                continue
            first = bisect_left(everything, area.first_row)
            end = bisect_right(everything, area.last_row)
            taken = (everything[first], everything[end - 1]) if first < end else whole
            if taken == whole or taken in case.once(_whole_parts):
                continue
            if not _looks_below(case, key):
                yield finding(
                    "V05",
                    key.ref,
                    case="range",
                    seen=_address(area),
                    expected=", ".join(map(str, everything[:first] + everything[end:])),
                    formula=_formula(case, key),
                )
                break


def _looks_below(case: Case, key: CellKey) -> bool:
    """Whether a formula only looks something up, in a range that itself is computed."""
    cell = case.cell(key.ref)
    formula = cell.formula if cell else None
    if not formula or ":INDEX(" not in formula.upper().replace(" ", ""):
        return False
    return LOOKUPS.issuperset(function_names(formula))


def _whole_parts(case: Case) -> set[tuple[int, int]]:
    """First and last row of all activities, and of the stages and processes with none of another
    between their own."""
    header = case.schema.regions["activities"].header_row
    by_part: dict[tuple[str | None, str], list[int]] = {}
    for row in case.footprint.rows:
        for part in {(None, ""), (row.stage_id, ""), (row.stage_id, row.process)}:
            by_part.setdefault(part, []).append(row.activity.number + header)
    everything = sorted(row.activity.number + header for row in case.footprint.rows)
    ends = ((len(rows), min(rows), max(rows)) for rows in by_part.values())
    return {
        (first, last)
        for count, first, last in ends
        if bisect_right(everything, last) - bisect_left(everything, first) == count
    }


def _formulas_elsewhere(case: Case) -> Iterator[CellKey]:
    """The formulas that do not stand beside activities."""
    region = case.schema.regions["activities"]
    top, _, bottom, _ = region.bounds
    for sheet in case.workbook.sheets:
        for run in sheet.columns.layout.runs:
            first, end = run.row, run.row + run.height
            if sheet.name != region.sheet.name:
                rows = [*range(first, end)]
            else:
                rows = [*range(first, min(end, top)), *range(max(first, bottom + 1), end)]
            for row in rows:
                yield CellKey(sheet.name, row, run.column)


def _uses_activities(case: Case, key: CellKey) -> bool:
    region = case.schema.regions["activities"]
    top, _, bottom, _ = region.bounds
    return any(
        area.sheet == region.sheet.name
        and area.rows > 1
        and area.first_row <= bottom
        and area.last_row > top
        for area in case.recalculation.referenced_ranges.get(key, ())
    )


def _is_asked_whether_blank(rest: Sequence[Token]) -> bool:
    """Whether a reference, with which `rest` begins, is only asked for what is not blank:
    `A1:A9<>""` yields truths, whatever is summed around it."""
    after = [text for kind, text in rest[:6] if kind not in REFERENCES and text != ":"]
    return rest[0].kind in REFERENCES and after[:2] == ["<>", '""']


def _sums_activities(case: Case, key: CellKey, formula: str) -> bool:
    """Whether a native sum takes cells of the activities' sheet; a guard that only counts them,
    beside a sum of other cells, makes no result of the formula."""
    shouted = formula.upper()  # looking for letters costs less than for names
    if not any(name in shouted for name in ("SUM", "AGGREGATE", "SUBTOTAL")):
        return False
    if not NATIVE_SUMS.intersection(function_names(formula)):
        return False
    region = case.schema.regions["activities"]
    activities = region.sheet.name.casefold()
    open_calls: list[str] = []
    sheet, function = key.sheet.casefold(), ""
    written = tokens(formula)
    for at, (kind, text) in enumerate(written):
        if text == "(":
            open_calls.append(function)
        elif text == ")" and open_calls:
            open_calls.pop()
        is_summed = kind in IN_CELLS and not NATIVE_SUMS.isdisjoint(open_calls)
        is_summed = is_summed and not _is_asked_whether_blank(written[at:])
        # What a name or a table stands for is not looked up: it may be the activities.
        if is_summed and (sheet == activities or kind not in REFERENCES):
            return True
        if kind is TokenKind.PREFIX:
            sheet = (split_prefix(text)[1] or key.sheet).casefold()
        elif text != ":" and kind not in REFERENCES:
            sheet = key.sheet.casefold()
        function = text.upper() if kind is TokenKind.FUNCTION else ""
    return False


def _address(area: Area) -> str:
    return range_address((area.first_row, area.first_column, area.last_row, area.last_column))


def _formula(case: Case, key: CellKey) -> str:
    cell = case.cell(key.ref)
    return f"={cell.formula}" if cell and cell.formula else "—"
