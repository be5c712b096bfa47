"""DSUM and its kin: records of a range with headings that meet a range of criteria."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cfp_xl.engine.areas import Area, CellKey, Reference
from cfp_xl.engine.builtin.aggregate import OVER_NUMBERS
from cfp_xl.engine.builtin.criteria import Test, criterion
from cfp_xl.engine.builtin.define import Nodes, given, lazy, one
from cfp_xl.engine.convert import boolean, number_in_text
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import as_array
from cfp_xl.engine.parse import NotAFormula, parse
from cfp_xl.functions.values import Array, ExcelError, Scalar
from cfp_xl.workbook.formulas.tokens import translate


@dataclass(frozen=True, slots=True)
class _Records:
    """The values of one field in the records that meet the criteria, and how many those are."""

    values: list[Scalar]
    count: int


def _heading(value: Scalar) -> str:
    return str(value if value is not None else "").strip().casefold()


def _column(headings: list[str], field: Scalar) -> int | ExcelError:
    """A field by its heading or its number from 1."""
    if isinstance(field, ExcelError):
        return field
    if isinstance(field, str):
        wanted = _heading(field)
        return headings.index(wanted) if wanted in headings else ExcelError.VALUE
    at = int(field or 0)
    return at - 1 if 1 <= at <= len(headings) else ExcelError.VALUE


def _starts_with(wanted: Scalar) -> Test:
    """A plain text stands for all that begins with it; `=text` for just that."""
    if isinstance(wanted, str) and wanted and wanted[0] not in "=<>":
        return criterion(wanted if wanted.endswith("*") or _is_number(wanted) else wanted + "*")
    return criterion(wanted)


def _is_number(wanted: str) -> bool:
    return isinstance(number_in_text(wanted), float)


def _records(evaluator: Evaluator, nodes: Nodes) -> _Records | ExcelError:
    database, criteria = evaluator.result(given(nodes, 0)), evaluator.result(given(nodes, 2))
    table, wanted = as_array(evaluator.whole(given(nodes, 0))), as_array(evaluator.read(criteria))
    for part in (database, criteria):
        if isinstance(part, ExcelError):
            return part
    headings = [_heading(value) for value in table[0]]
    column: int | ExcelError | None = None
    if nodes[1] is not None and (field := one(evaluator, nodes, 1)) is not None:
        column = _column(headings, field)
    if isinstance(column, ExcelError):
        return column
    rows = [
        i
        for i in range(1, len(table))
        if any(
            _meets(evaluator, database, criteria, table, wanted, i, j)
            for j in range(1, len(wanted))
        )
    ]
    values = [table[i, column] for i in rows] if column is not None else []
    return _Records(values, len(rows))


def _meets(
    evaluator: Evaluator,
    database: Result,
    criteria: Result,
    table: Array,
    wanted: Array,
    row: int,
    line: int,
) -> bool:
    """Whether a record meets all criteria of one line: those of one line are joined by AND."""
    headings = [_heading(value) for value in table[0]]
    for at, value in enumerate(wanted[line]):
        heading = _heading(wanted[0, at])
        if heading in headings and heading:
            if value is not None and not _starts_with(value)(table[row, headings.index(heading)]):
                return False
        elif (
            isinstance(criteria, Reference)
            and criteria.area is not None
            and not _computed(evaluator, database, criteria.area.part(line + 1, at + 1), row)
        ):
            return False
    return True


def _computed(evaluator: Evaluator, database: Result, cell: Area, row: int) -> bool:
    """A criterion that is a formula over the first record, without a field's heading above it.

    Its references are moved down to the record in question.
    """
    formula = evaluator.grid.formulas.get(CellKey(*cell[:3]))
    if formula is None or formula.formula is None or not isinstance(database, Reference):
        return True
    try:
        node = parse(translate(formula.formula, (1, 1), (row, 1)), evaluator.place)
    except NotAFormula:
        return True
    truth = boolean(as_array(evaluator.whole(node))[0, 0])
    return truth is True


def _over_records(name: str, compute: Callable[[_Records], Scalar]) -> None:
    @lazy(name, least=3, most=3)
    def function(evaluator: Evaluator, nodes: Nodes) -> Result:
        records = _records(evaluator, nodes)
        return records if isinstance(records, ExcelError) else compute(records)


def _numbers(name: str) -> Callable[[_Records], Scalar]:
    def compute(records: _Records) -> Scalar:
        error = next((v for v in records.values if isinstance(v, ExcelError)), None)
        if error is not None:
            return error
        return OVER_NUMBERS[name]([v for v in records.values if type(v) is float])

    return compute


def _count(records: _Records, is_counted: Callable[[Scalar], bool]) -> float:
    """Without a field all records count."""
    if not records.values:
        return float(records.count)
    return float(sum(is_counted(value) for value in records.values))


def _get(records: _Records) -> Scalar:
    """The one record's value: #VALUE! for none, #NUM! for several."""
    if not records.values:
        return ExcelError.VALUE
    return records.values[0] if len(records.values) == 1 else ExcelError.NUM


for _name, _function in {
    "DSUM": "SUM",
    "DAVERAGE": "AVERAGE",
    "DMAX": "MAX",
    "DMIN": "MIN",
    "DPRODUCT": "PRODUCT",
    "DSTDEV": "STDEV.S",
    "DSTDEVP": "STDEV.P",
    "DVAR": "VAR.S",
    "DVARP": "VAR.P",
}.items():
    _over_records(_name, _numbers(_function))
_over_records("DCOUNT", lambda records: _count(records, lambda v: type(v) is float))
_over_records("DCOUNTA", lambda records: _count(records, lambda v: v is not None))
_over_records("DGET", _get)
