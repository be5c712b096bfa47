"""CELL and INFO: what a cell is, and where."""

from __future__ import annotations

from cfp_xl.engine.areas import Area, Reference
from cfp_xl.engine.builtin.define import Nodes, lazy, one
from cfp_xl.engine.builtin.references import area_of
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.problems import Uncomputable
from cfp_xl.functions.values import ExcelError
from cfp_xl.workbook.address import column_letters


@lazy("CELL", least=1)
def _cell(evaluator: Evaluator, nodes: Nodes) -> Result:
    """The kinds of information that are in the file; formats are not. Where the file lies is made
    up, another place at each moment, so that only what does not depend on it is compared."""
    kind = str(one(evaluator, nodes, 0)).casefold()
    area = area_of(evaluator, nodes, 1)
    if not isinstance(area, Area):
        return area or ExcelError.VALUE
    first = area.part(1, 1)
    match kind:
        case "filename":
            evaluator.trace.is_volatile = True
            return f"{evaluator.moment.folder}[{evaluator.moment.book}]{first.sheet}"
        case "row":
            return float(first.first_row)
        case "col":
            return float(first.first_column)
        case "address":
            return f"${column_letters(first.first_column)}${first.first_row}"
        case "contents":
            return Reference((first,))
        case "type":
            value = evaluator.read(Reference((first,)))
            return "b" if value is None else "l" if isinstance(value, str) else "v"
    raise Uncomputable("E02", "CELL", case="environment", name=f'CELL("{kind}")')


@lazy("INFO", least=1)
def _info(evaluator: Evaluator, nodes: Nodes) -> Result:
    raise Uncomputable(
        "E02", "INFO", case="environment", name=f'INFO("{one(evaluator, nodes, 0)}")'
    )
