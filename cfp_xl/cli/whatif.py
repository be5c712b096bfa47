"""`recalc --set`: other values in some cells, and what they make of the workbook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cfp_xl.a1 import cell_position, is_within_grid
from cfp_xl.cli.options import UsageMistake, guard_reports, parse_reports
from cfp_xl.messages import Lang
from cfp_xl.report.formats import WHAT_IF

if TYPE_CHECKING:
    from cfp_xl.engine.areas import CellKey
    from cfp_xl.engine.whatif import WhatIf
    from cfp_xl.functions.values import Scalar

_SET = re.compile(
    r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^!]+))!(?P<cell>[^=!]+)=(?P<value>.*)", re.S
)
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
LONGEST_TEXT = 32_767


def what_if(lang: Lang, file: Path, sets: Sequence[str], reports: Sequence[str]) -> int:
    """Prints the formula cells that moved. 1 where a cell is an error or was not computed."""
    wanted = parse_reports(reports, WHAT_IF)
    guard_reports(wanted, [file])
    parsed = [_parsed(text) for text in sets]
    from cfp_xl.engine.whatif import WhatIf
    from cfp_xl.functions.values import ExcelError
    from cfp_xl.report.write import write_report
    from cfp_xl.schema.opened import open_file

    book = WhatIf(open_file(file).workbook)
    values = dict(_input(book, *one) for one in parsed)
    outcome = book.changed(values)
    for report in wanted:
        write_report(WHAT_IF, report.format, report.file, lang, book, values, outcome)
    cells = outcome.cells.values()
    return int(not all(c.is_computed and not isinstance(c.value, ExcelError) for c in cells))


def _parsed(text: str) -> tuple[str, tuple[int, int], str]:
    """Sheet, cell and value as written. Raises UsageMistake."""
    match = _SET.fullmatch(text)
    if match is None:
        raise UsageMistake("cli.error.set_form", text=text)
    at = cell_position(match["cell"].strip())
    if at is None or not is_within_grid(*at):
        raise UsageMistake("cli.error.set_cell", cell=match["cell"].strip(), text=text)
    sheet = (match["quoted"] or "").replace("''", "'") or match["plain"]
    return sheet, at, match["value"]


def _input(book: WhatIf, sheet: str, at: tuple[int, int], text: str) -> tuple[CellKey, Scalar]:
    from cfp_xl.engine.areas import CellKey

    key = book.input_cell(CellKey(sheet, *at))
    found = book.workbook.by_name[key.sheet.casefold()].columns.value(at)
    value = _value(text)
    is_number = isinstance(found, float) and not isinstance(found, bool)
    is_slip = is_number and isinstance(value, str) and not text.startswith('"')
    if is_slip or text.startswith("=") or (isinstance(value, str) and len(value) > LONGEST_TEXT):
        case = "formula" if text.startswith("=") else "number" if is_slip else "long"
        raise UsageMistake(
            f"cli.error.set_value_{case}", cell=key.ref, value=text[:60], found=found
        )
    return key, value


def _value(text: str) -> Scalar:
    """As typed into a cell: a number, TRUE or FALSE, nothing, or a text; one in quotes always."""
    if _NUMBER.fullmatch(text.strip()):
        return float(text)
    if text.strip().upper() in ("TRUE", "FALSE"):
        return text.strip().upper() == "TRUE"
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('""', '"')
    return text or None
