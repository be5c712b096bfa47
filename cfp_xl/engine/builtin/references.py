"""Functions about references: where they are, how large, what else they could be."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from cfp_xl.engine.areas import Area, CellKey, Reference
from cfp_xl.engine.builtin.define import Nodes, given, lazy, one, scalar
from cfp_xl.engine.builtin.numbers import all_numbers
from cfp_xl.engine.convert import boolean, number, text
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import Value, as_array, check_size, flat
from cfp_xl.engine.parse import NotAFormula, parse
from cfp_xl.engine.tree import Call, Cells, Unary
from cfp_xl.engine.yields import References
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.address import column_letters


def area_of(evaluator: Evaluator, nodes: Nodes, position: int = 0) -> Area | ExcelError | None:
    """The area an argument refers to: not given, the own cell; None for no reference."""
    node = nodes[position] if position < len(nodes) else None
    if node is None:
        key = evaluator.key
        return Area(key.sheet, key.row, key.column, key.row, key.column)
    result = evaluator.result(node)
    if isinstance(result, ExcelError):
        return result
    return result.areas[0] if isinstance(result, Reference) and result.areas else None


def _counted(first: int, last: int, *, down: bool) -> Result:
    if first == last:
        return float(first)
    check_size(last - first + 1)
    counted = np.arange(first, last + 1).astype(float).astype(object)
    return counted.reshape(-1, 1) if down else counted.reshape(1, -1)


@lazy("ROW")
def _row(evaluator: Evaluator, nodes: Nodes) -> Result:
    area = area_of(evaluator, nodes)
    if not isinstance(area, Area):
        return area or ExcelError.VALUE
    area = evaluator.grid.clipped(area)  # as long as the values of the same column
    return _counted(area.first_row, area.last_row, down=True)


@lazy("COLUMN")
def _column(evaluator: Evaluator, nodes: Nodes) -> Result:
    area = area_of(evaluator, nodes)
    if not isinstance(area, Area):
        return area or ExcelError.VALUE
    area = evaluator.grid.clipped(area)
    return _counted(area.first_column, area.last_column, down=False)


def _shape(evaluator: Evaluator, nodes: Nodes) -> tuple[int, int] | ExcelError:
    result = evaluator.result(given(nodes, 0))
    if isinstance(result, Reference):
        area = result.area
        return ExcelError.REF if area is None else (area.rows, area.columns)
    value = evaluator.read(result)
    if isinstance(value, ExcelError):
        return value
    rows, columns = as_array(value).shape
    return rows, columns


@lazy("ROWS", least=1)
def _rows(evaluator: Evaluator, nodes: Nodes) -> Result:
    shape = _shape(evaluator, nodes)
    return shape if isinstance(shape, ExcelError) else float(shape[0])


@lazy("COLUMNS", least=1)
def _columns(evaluator: Evaluator, nodes: Nodes) -> Result:
    shape = _shape(evaluator, nodes)
    return shape if isinstance(shape, ExcelError) else float(shape[1])


@lazy("AREAS", least=1)
def _areas(evaluator: Evaluator, nodes: Nodes) -> Result:
    result = evaluator.result(given(nodes, 0))
    return float(len(result.areas)) if isinstance(result, Reference) else ExcelError.VALUE


@lazy("ISREF", least=1)
def _isref(evaluator: Evaluator, nodes: Nodes) -> Result:
    return isinstance(evaluator.result(given(nodes, 0)), Reference)


@lazy("ISFORMULA", least=1)
def _isformula(evaluator: Evaluator, nodes: Nodes) -> Result:
    area = area_of(evaluator, nodes)
    if not isinstance(area, Area):
        return area or ExcelError.VALUE
    return CellKey(*area[:3]) in evaluator.grid.formulas


@lazy("FORMULATEXT", least=1)
def _formulatext(evaluator: Evaluator, nodes: Nodes) -> Result:
    area = area_of(evaluator, nodes)
    if not isinstance(area, Area):
        return area or ExcelError.VALUE
    cell = evaluator.grid.formulas.get(CellKey(*area[:3]))
    return ExcelError.NA if cell is None else f"={_as_shown(cell.formula or '')}"


_IN_FILES = re.compile(
    r"""(?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*')
    |_xlfn\.SINGLE\((?P<single>[^()"']+)\)|_xlfn\.ANCHORARRAY\((?P<anchor>[^()"']+)\)
    |_xlfn\.(?P<trim>_TRO_\w+)\((?P<first>[^():"']+):(?P<last>[^():"']+)\)
    |(?:_xl(?:fn|ws|pm|op|udf|eta)\.)+""",
    re.VERBOSE | re.IGNORECASE,
)
_TRIMS = {"_TRO_ALL": ".:.", "_TRO_LEADING": ".:", "_TRO_TRAILING": ":."}


def _as_shown(formula: str) -> str:
    """A formula as Excel shows it, without the marks that newer functions have in files."""

    def shown(found: re.Match[str]) -> str:
        match found.lastgroup:
            case "text":
                return found[0]
            case "single":
                return f"@{found['single']}"
            case "anchor":
                return f"{found['anchor']}#"
            case "last" if found["trim"].upper() in _TRIMS:
                return f"{found['first']}{_TRIMS[found['trim'].upper()]}{found['last']}"
        return ""

    return _IN_FILES.sub(shown, formula)


@lazy("SHEET")
def _sheet(evaluator: Evaluator, nodes: Nodes) -> Result:
    names = [sheet.name for sheet in evaluator.grid.workbook.sheets]
    if nodes and nodes[0] is not None and not isinstance(nodes[0], Cells):
        named = evaluator.grid.workbook.sheet(str(one(evaluator, nodes, 0)))
        return float(names.index(named.name) + 1) if named else ExcelError.NA
    area = area_of(evaluator, nodes)
    return float(names.index(area.sheet) + 1) if isinstance(area, Area) else ExcelError.NA


@lazy("SHEETS")
def _sheets(evaluator: Evaluator, nodes: Nodes) -> Result:
    if not nodes:
        return float(len(evaluator.grid.workbook.sheets))
    result = evaluator.result(given(nodes, 0))
    if not isinstance(result, Reference):
        return ExcelError.VALUE
    return float(len({area.sheet for area in result.areas}))


@lazy("SINGLE", least=1)
def _single(evaluator: Evaluator, nodes: Nodes) -> Result:
    return evaluator.result(Unary("@", given(nodes, 0)))


@lazy("ANCHORARRAY", least=1)
def _anchorarray(evaluator: Evaluator, nodes: Nodes) -> Result:
    return evaluator.result(Unary("#", given(nodes, 0)))


@lazy("HYPERLINK", least=1)
def _hyperlink(evaluator: Evaluator, nodes: Nodes) -> Result:
    return one(evaluator, nodes, 1 if len(nodes) > 1 else 0)


@lazy("INDEX", least=2)
def _index(evaluator: Evaluator, nodes: Nodes) -> Result:
    """A row or column number of 0 takes all of them."""
    with evaluator.arrays():
        source = evaluator.result(given(nodes, 0))
    positions: list[int | Value] = []
    for at in (1, 2, 3):
        node = nodes[at] if at < len(nodes) else None
        value: Value = (0.0 if at < 3 else 1.0) if node is None else evaluator.value(node)
        if isinstance(value, np.ndarray) and value.size > 1:
            positions.append(value)
            continue
        found = number(flat(value)[0])
        if isinstance(found, ExcelError):
            return found
        positions.append(int(found))
    if isinstance(source, ExcelError):
        return source
    row, column, which = positions
    if isinstance(row, np.ndarray) or isinstance(column, np.ndarray):
        return _index_each(evaluator, source, row, column)
    assert isinstance(row, int)
    assert isinstance(column, int)
    if row < 0 or column < 0 or not isinstance(which, int):
        return ExcelError.VALUE
    if isinstance(source, Reference):
        if not 1 <= which <= len(source.areas):
            return ExcelError.REF
        area = source.areas[which - 1]
        row, column = one_number(row, column, area.rows, area.columns, len(nodes))
        if row > area.rows or column > area.columns:
            return ExcelError.REF
        return Reference((area.part(row, column),))
    array = as_array(evaluator.read(source))
    row, column = one_number(row, column, array.shape[0], array.shape[1], len(nodes))
    if row > array.shape[0] or column > array.shape[1]:
        return ExcelError.REF
    rows = slice(None) if row == 0 else slice(row - 1, row)
    columns = slice(None) if column == 0 else slice(column - 1, column)
    picked = array[rows, columns]
    return picked[0, 0] if picked.size == 1 else picked


def _index_each(evaluator: Evaluator, source: Result, row: object, column: object) -> Result:
    """INDEX with arrays of numbers: element by element."""
    array = evaluator.array(source) if isinstance(source, Reference) else evaluator.read(source)
    table = as_array(array)
    rows, columns = table.shape

    def pick(r: object, c: object) -> object:
        i, j = number(r), number(c)  # type: ignore[arg-type]
        if isinstance(i, ExcelError) or isinstance(j, ExcelError):
            return i if isinstance(i, ExcelError) else j
        at = one_number(int(i), int(j), rows, columns, 2 if int(j) == 0 else 3)
        if not (1 <= at[0] <= rows and at[1] <= columns):
            return ExcelError.REF
        return table[at[0] - 1, max(at[1], 1) - 1]

    numbers = [float(n) if isinstance(n, int) else n for n in (row, column)]
    return evaluator.each(pick, numbers)  # type: ignore[arg-type]


def one_number(row: int, column: int, rows: int, columns: int, given: int) -> tuple[int, int]:
    """INDEX(range, n) counts along a single row."""
    if given == 2 and rows == 1 and columns > 1:
        return 1, row
    return row, column


def _for_each(
    evaluator: Evaluator, name: str, refer: Callable[..., object], values: Sequence[Value]
) -> Result:
    """The reference that `refer` makes of scalars; of arrays, an array of references."""
    made: Any = evaluator.each(refer, values)  # type: ignore[arg-type]
    if isinstance(made, np.ndarray):
        return made[0, 0] if made.size == 1 else References(name, made)
    return made  # type: ignore[no-any-return]


@lazy("OFFSET", least=3)
def _offset(evaluator: Evaluator, nodes: Nodes) -> Result:
    area = area_of(evaluator, nodes)
    if not isinstance(area, Area):
        return area or ExcelError.VALUE
    values: list[Value] = []
    for at, default in ((1, 0), (2, 0), (3, area.rows), (4, area.columns)):
        node = nodes[at] if at < len(nodes) else None
        values.append(float(default) if node is None else evaluator.value(node))
    return _for_each(evaluator, "OFFSET", partial(_moved, area), values)


def _moved(area: Area, *given: Scalar) -> Reference | ExcelError:
    numbers = all_numbers(*given)
    if isinstance(numbers, ExcelError):
        return numbers
    rows, columns, height, width = (int(one) for one in numbers)
    if height == 0 or width == 0:
        return ExcelError.REF
    first_row, first_column = area.first_row + rows, area.first_column + columns
    moved = Area(
        area.sheet,
        min(first_row, first_row + height + 1) if height < 0 else first_row,
        min(first_column, first_column + width + 1) if width < 0 else first_column,
        first_row if height < 0 else first_row + height - 1,
        first_column if width < 0 else first_column + width - 1,
    )
    return Reference((moved,)) if moved.is_in_grid else ExcelError.REF


@lazy("INDIRECT", least=1)
def _indirect(evaluator: Evaluator, nodes: Nodes) -> Result:
    is_a1 = boolean(one(evaluator, nodes, 1, True))
    if isinstance(is_a1, ExcelError):
        return is_a1
    refer = partial(_spelled, evaluator, is_a1=is_a1)
    return _for_each(evaluator, "INDIRECT", refer, [evaluator.value(given(nodes, 0))])


def _spelled(evaluator: Evaluator, spelling: Scalar, *, is_a1: bool) -> Result:
    written = text(spelling)
    if isinstance(written, ExcelError):
        return written
    written = written.strip().removeprefix("=")
    if not is_a1:
        written = _R1C1.sub(lambda found: _in_a1(found, evaluator), written)
    sheet, mark, cells = written.rpartition("!")
    if mark and evaluator.grid.workbook.sheet(sheet):  # 2007!A1: a text needs no apostrophes
        doubled = sheet.replace("'", "''")
        written = f"'{doubled}'!{cells}"
    try:
        node = parse(written, evaluator.place)
    except NotAFormula:
        return ExcelError.REF
    if isinstance(node, Call) and node.function.startswith("_TRO_"):
        return evaluator.result(node)
    return node.reference if isinstance(node, Cells) else ExcelError.REF


_PART = r"(\[-?\d+\]|\d*)"
_R1C1 = re.compile(rf"(?<![\w.'])(?:R{_PART})?(?:C{_PART})?(?![\w.(!'])", re.IGNORECASE)


def _in_a1(found: re.Match[str], evaluator: Evaluator) -> str:
    """`R3C2`, `R[-1]C`, `R5` and `C[2]` as seen from the formula's own cell."""
    row = _from_here(found[1], evaluator.key.row)
    column = _from_here(found[2], evaluator.key.column)
    if row is None and column is None:
        return found[0]
    if row == 0 or column == 0:
        return "#REF!"
    letters = column_letters(column) if column else ""
    if row is None:
        return f"{letters}:{letters}"
    return f"{row}:{row}" if column is None else f"{letters}{row}"


def _from_here(written: str | None, own: int) -> int | None:
    """0 for what lies outside the sheet."""
    if written is None:
        return None
    if written.startswith("["):
        return max(own + int(written[1:-1]), 0)
    return int(written) if written else own


@scalar("ADDRESS", least=2, most=5)
def _address(
    row: Scalar, column: Scalar, kind: Scalar = 1.0, style: Scalar = True, sheet: Scalar = None
) -> Scalar:
    numbers = all_numbers(row, column, 1.0 if kind is None else kind)
    is_a1 = boolean(True if style is None else style)
    if isinstance(numbers, ExcelError):
        return numbers
    if isinstance(is_a1, ExcelError):
        return is_a1
    r, c, fixed = (int(n) for n in numbers)
    if not (1 <= r <= 1_048_576 and 1 <= c <= 16_384 and 1 <= fixed <= 4):
        return ExcelError.VALUE
    has_fixed_row, has_fixed_column = fixed in (1, 2), fixed in (1, 3)
    if is_a1:
        address = "$" * has_fixed_column + column_letters(c) + "$" * has_fixed_row + str(r)
    else:
        address = f"R{r}" if has_fixed_row else f"R[{r}]"
        address += f"C{c}" if has_fixed_column else f"C[{c}]"
    if sheet is None:
        return address
    name = str(text(sheet))
    if name and not _PLAIN_SHEET.fullmatch(name):
        quoted = name.replace("'", "''")
        name = f"'{quoted}'"
    return f"{name}!{address}"


_PLAIN_SHEET = re.compile(r"(?:\[[\w.]+\])?[^\W\d][\w.]*")
"""A sheet's name that needs no apostrophes."""
