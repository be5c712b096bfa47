"""The model of `formulas`, built from constants and written-out formulas.

The library parses and compiles each formula anew, which is most of its time. Here a formula that
was read before, with other ranges of the same sizes, is given its own ranges as inputs instead:
`A2*B2` and `A3*B3` are one function of two cells. Parser, compiled functions, graph and evaluation
are the library's.
"""

from __future__ import annotations

import gc
import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

_TEXT_OR_RANGE = re.compile(
    r""" "(?:[^"]|"")*" | (?P<range>'(?:[^']|'')+'!\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?) """,
    re.IGNORECASE | re.VERBOSE,
)
_BY_PLACE = re.compile(r"\b(ROWS?|COLUMNS?|AREAS|SINGLE|ISFORMULA|OFFSET|INDIRECT|CELL)\(", re.I)
"""What may be computed from where a range is, not from what is in it."""


@dataclass(frozen=True)
class StockSolution:
    """What the library made of the cells, by the addresses they were given under."""

    values: Mapping[str, Any]
    failed: Mapping[str, str]
    """Formulas that it can't read, and why."""


def solved(constants: Mapping[str, Any], formulas: Mapping[str, str]) -> StockSolution:
    """Every cell's value. Raises what the library raises where it computes."""
    from formulas import ExcelModel
    from formulas.cell import Cell

    cells: dict[str, Any] = {}
    failed: dict[str, str] = {}
    read: dict[str, tuple[Any, list[str]]] = {}
    with _without_collection():
        for address, value in constants.items():
            cells[address] = Cell(address, value).compile()
        for address, text in formulas.items():
            try:
                cells[address] = _cell(address, text, read)
            except Exception as why:
                failed[address] = said(why)
        model = ExcelModel()
        model.cells.update((cell.output, cell) for cell in cells.values())
        for cell in cells.values():
            cell.add(model.dsp)
        model.assemble()
        solution = model.calculate()
    found = {at: solution[cell.output] for at, cell in cells.items() if cell.output in solution}
    return StockSolution(found, failed)


def said(why: Exception) -> str:
    """An exception of the library's in one line."""
    return " ".join(f"{type(why).__name__}: {why}".split())[:120]


def _cell(address: str, text: str, read: dict[str, tuple[Any, list[str]]]) -> Any:
    """A formula cell; `read` has the formulas compiled so far, each with the ranges of its own."""
    from formulas.cell import Cell, wrap_cell_func
    from formulas.ranges import Ranges

    form, ranges = _form(text)
    if form not in read:
        cell = Cell(address, text).compile()
        if not _BY_PLACE.search(form) and set(cell.func.inputs) == set(ranges):
            read[form] = cell.func.func, ranges
        return cell
    compiled, of_first = read[form]
    own = dict(zip(of_first, ranges, strict=True))
    cell = Cell(address, None)
    cell.func = wrap_cell_func(compiled, cell._args)
    cell.func.inputs = OrderedDict((key, Ranges().push(own[key])) for key in compiled.inputs)
    cell.func.__name__ = text
    cell.update_inputs()
    return cell


def _form(text: str) -> tuple[str, list[str]]:
    """A formula with its ranges numbered, each with its size; and these ranges, as the library
    names them."""
    from formulas.ranges import Ranges

    ranges: list[str] = []

    def numbered(match: re.Match[str]) -> str:
        if match["range"] is None:
            return match[0]
        area = Ranges().push(match["range"]).ranges[0]
        if area["name"] not in ranges:
            ranges.append(area["name"])
        rows = int(area["r2"]) - int(area["r1"])
        return f"{{{ranges.index(area['name'])}:{rows}x{area['n2'] - area['n1']}}}"

    return _TEXT_OR_RANGE.sub(numbered, text), ranges


@contextmanager
def _without_collection() -> Iterator[None]:
    """The graph's objects live till the end: looking for garbage among them finds none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


__all__ = ["StockSolution", "said", "solved"]
