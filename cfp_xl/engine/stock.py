"""The same workbook by the stock model of `formulas`: a second engine as witness of the first.

Its parser, graph and evaluation are its own; only its function library is shared, and our CFP_*
functions are bound into it. Written out for it first is what it does not read: defined names and
table references as ranges, our functions in their plain spelling, arguments left out of them by a
mark, `ROW(A16)` as 16 (inside A16 that would be a circle to it), `--(…)` as `1*(…)`.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from cfp_xl.engine import library
from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.engine.bindings import plain_formula
from cfp_xl.engine.operators import Value
from cfp_xl.engine.result import CellState, Computed, Recalculation
from cfp_xl.engine.stock_model import said, solved
from cfp_xl.engine.tables import BadTableReference, referred_area
from cfp_xl.findings import finding
from cfp_xl.functions import registry
from cfp_xl.functions.values import OMITTED, Argument, ExcelError, Scalar
from cfp_xl.workbook.address import range_address
from cfp_xl.workbook.formulas.tokens import REFERENCES, Token, TokenKind, tokens
from cfp_xl.workbook.model import Workbook

BOOK = "BOOK.XLSX"
"""What the workbook is called in the model; links to others are not followed."""
LEFT_OUT = "\u2400"
"""Stands for an argument that is left out, which the library would hand over as 0."""
DEEPEST_NAMES = 20
_OPERATORS = frozenset("(,=+-*/^&<>;{")
_ERRORS = frozenset(str(error) for error in ExcelError)
_PREFIXES = ("_XLFN.", "_XLWS.", "_XLUDF.", "_XLL.")


@dataclass(frozen=True)
class StockResult:
    """What the stock model made of a workbook."""

    values: Mapping[CellKey, Scalar]
    failed: Mapping[CellKey, str] = field(default_factory=dict)
    """Formula cells that it could not compute, and why."""


def stock_values(workbook: Workbook) -> StockResult:
    """Every formula cell of a workbook, as `formulas` alone computes it."""
    keys = [
        CellKey(sheet.name, *at)
        for sheet in workbook.sheets
        for at, cell in sheet.cells.items()
        if cell.formula is not None
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        try:
            return _computed(workbook, keys)
        finally:
            logging.disable(before)


def by_stock(workbook: Workbook, ours: Recalculation) -> Recalculation:
    """The recalculation with the stock model's values in place of ours.

    Which cells are volatile is taken from ours. Of an array formula the model tells the first cell
    only: one that fills several is not computed.
    """
    stock = stock_values(workbook)
    cells: dict[CellKey, Computed] = {}
    for key, cell in ours.cells.items():
        why = stock.failed.get(key, "")
        if len(cell.children) > 1:
            why = "array formula"
        if why:
            words = finding("V13", key.ref, case="cell", witness="formulas", why=why)
            cells[key] = Computed(state=CellState.NOT_COMPUTED, finding=words)
        else:
            is_volatile, is_stable = cell.is_volatile, cell.is_stable
            cells[key] = Computed(stock.values[key], is_volatile=is_volatile, is_stable=is_stable)
    return replace(ours, cells=cells, findings=(), by_themselves=tuple(cells), columns=())


def _computed(workbook: Workbook, keys: Sequence[CellKey]) -> StockResult:
    for name in registry.all_functions():
        library.bind(name, partial(_called, name))
    constants = dict(_constants(workbook))
    formulas = {key: _Written(workbook, key).formula(_text(workbook, key)) for key in keys}
    try:
        found = solved(constants, {_address(key): text for key, text in formulas.items()})
    except Exception as why:
        return StockResult({}, dict.fromkeys(keys, said(why)))
    values: dict[CellKey, Scalar] = {}
    failed: dict[CellKey, str] = {}
    for key in keys:
        try:
            values[key] = _scalar(found.values[_address(key)].value)
        except (KeyError, AttributeError, TypeError, IndexError):
            failed[key] = found.failed.get(_address(key), "no value")
    return StockResult(values, failed)


def _called(name: str, arguments: Sequence[Argument]) -> Value:
    """One of our functions, with the mark of an argument left out as that."""
    return registry.call(name, [OMITTED if _is_mark(one) else one for one in arguments])


def _is_mark(argument: Argument) -> bool:
    if isinstance(argument, np.ndarray):
        return bool(argument.size == 1 and argument.flat[0] == LEFT_OUT)
    return argument == LEFT_OUT


def _text(workbook: Workbook, key: CellKey) -> str:
    return workbook.by_name[key.sheet.casefold()].cells[key.row, key.column].formula or ""


def _scalar(value: Any) -> Scalar:
    """The first value of a range of the library's, as ours."""
    found = np.ravel(np.asarray(value, object))[0]
    if isinstance(found, bool | np.bool_):
        return bool(found)
    if isinstance(found, int | float | np.number):
        return float(found)
    text = str(found)
    if text in _ERRORS:
        return ExcelError(text)
    if text == "empty":
        return None
    return text


def _constants(workbook: Workbook) -> Iterator[tuple[str, Any]]:
    for sheet in workbook.sheets:
        for at, cell in sheet.cells.items():
            value = cell.value
            if cell.formula is not None or value is None:
                continue
            address = _address(CellKey(sheet.name, *at))
            if isinstance(value, ExcelError):
                yield address, f"={value}"
            elif isinstance(value, str) and value.startswith("="):
                yield address, '="' + value.replace('"', '""') + '"'
            else:
                yield address, value


def _address(key: CellKey) -> str:
    return f"{_sheet(key.sheet)}{range_address((key.row, key.column, key.row, key.column))}"


def _sheet(name: str) -> str:
    quoted = name.upper().replace("'", "''")
    return f"'[{BOOK}]{quoted}'!"


class _Written:
    """One formula as the stock model reads it."""

    def __init__(self, workbook: Workbook, key: CellKey) -> None:
        self._workbook = workbook
        self._key = key

    def formula(self, text: str) -> str:
        plain = plain_formula(text).removeprefix("=")
        return "=" + "".join(self._pieces(plain, self._key.sheet, 0))

    def _pieces(self, text: str, sheet: str, depth: int) -> Iterator[str]:
        found = [token for token in tokens(text) if token.kind is not TokenKind.SPACE]
        calls: list[str] = []
        at = 0
        while at < len(found):
            token, before = found[at], found[at - 1] if at else None
            if (row := _row_of_cell(found, at)) is not None:
                yield str(row)
                at = _closing(found, at) + 1
                continue
            if _is_double_minus(found, at):
                yield "1*"
                at += 2
                continue
            if token.text == "(":
                is_call = before is not None and before.kind is TokenKind.FUNCTION
                calls.append(before.text.upper() if is_call and before is not None else "")
            elif token.text == ")" and calls:
                calls.pop()
            yield from self._piece(found, at, sheet, depth)
            if calls and calls[-1].startswith("CFP_") and _is_left_out(found, at):
                yield f'"{LEFT_OUT}"'
            at += 1

    def _piece(self, found: Sequence[Token], at: int, sheet: str, depth: int) -> Iterator[str]:
        token, before = found[at], found[at - 1] if at else None
        is_qualified = before is not None and before.kind is TokenKind.PREFIX
        is_end = before is not None and before.text == ":"
        match token.kind:
            case TokenKind.PREFIX:
                yield self._qualifier(token.text)
            case TokenKind.FUNCTION:
                yield _plain_name(token.text)
            case kind if kind in REFERENCES and not is_qualified and not is_end:
                yield f"{_sheet(sheet)}{token.text}"
            case TokenKind.TABLE:
                yield self._table(token.text)
            case TokenKind.NAME:
                yield from self._name(token.text, sheet, depth)
            case _:
                yield token.text

    def _qualifier(self, prefix: str) -> str:
        name = prefix[:-1].strip("'").replace("''", "'")
        known = self._workbook.sheet(name)
        return prefix if known is None else _sheet(known.name)

    def _name(self, name: str, sheet: str, depth: int) -> Iterator[str]:
        folded = name.casefold()
        own = [one for one in self._workbook.names if one.name.casefold() == folded]
        local = [one for one in own if one.sheet and one.sheet.casefold() == sheet.casefold()]
        chosen = next(iter(local or [one for one in own if one.sheet is None]), None)
        if chosen is None or depth > DEEPEST_NAMES:
            yield name
            return
        inner = "".join(
            self._pieces(chosen.formula.removeprefix("="), chosen.sheet or sheet, depth + 1)
        )
        is_range = _RANGE.fullmatch(inner) is not None
        yield inner if is_range else f"({inner})"

    def _table(self, text: str) -> str:
        try:
            area = referred_area(self._workbook.tables, text, self._key)
        except BadTableReference:
            return "#REF!"
        return _written_area(area)


_RANGE = re.compile(r"'(?:[^']|'')+'!\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?", re.IGNORECASE)


def _written_area(area: Area) -> str:
    return f"{_sheet(area.sheet)}{range_address(area[1:])}"


def _plain_name(function: str) -> str:
    name = function
    while (prefix := next((p for p in _PREFIXES if name.upper().startswith(p)), None)) is not None:
        name = name[len(prefix) :]
    return name


def _row_of_cell(found: Sequence[Token], at: int) -> int | None:
    """The row where `ROW(` and a cell begin here."""
    end = _closing(found, at)
    if found[at].kind is not TokenKind.FUNCTION or found[at].text.upper() != "ROW" or end < 0:
        return None
    return int(re.sub(r".*?(\d+)$", r"\1", found[end - 1].text))


def _closing(found: Sequence[Token], at: int) -> int:
    """Where `F(cell)` or `F(sheet!cell)` ends that begins here; -1 where it is no such call."""
    inner = [token.kind for token in found[at + 2 : at + 5]]
    for length in (1, 2):
        kinds = [TokenKind.PREFIX, TokenKind.CELL][2 - length :]
        end = at + 2 + length
        if inner[:length] == kinds and end < len(found) and found[end].text == ")":
            return end
    return -1


def _is_double_minus(found: Sequence[Token], at: int) -> bool:
    """Whether `--` begins here, where no number stands before it."""
    is_pair = found[at].text == "-" and at + 1 < len(found) and found[at + 1].text == "-"
    return is_pair and (at == 0 or found[at - 1].text in _OPERATORS)


def _is_left_out(found: Sequence[Token], at: int) -> bool:
    """Whether an argument would begin behind this token, and none does."""
    follows = found[at + 1].text if at + 1 < len(found) else ""
    is_first = found[at].text == "(" and follows == ","
    return is_first or (found[at].text == "," and follows in (",", ")"))


__all__ = ["StockResult", "by_stock", "stock_values"]
