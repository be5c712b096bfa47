"""The job that LibreOffice runs when it has loaded a document: our functions are found again.

Files spell the functions in the way of the program that saved them. LibreOffice 7.4 does not
even know the plain spelling when it opens an .xlsx; such formulas are entered anew. Then all is
computed once more: LibreOffice computes our functions where the file holds an error for them, but
keeps what the file holds for the formulas that depend on them, such as the 0 of `IFERROR(A1,0)`.
"""

from __future__ import annotations

from typing import Any

import unohelper
from com.sun.star.task import XJob

from cfp_xl.hosts.libreoffice.formulas import bound_formula, calls_ours
from cfp_xl.hosts.libreoffice.names import JOB

FORMULAS = 16
"""com.sun.star.sheet.CellFlags.FORMULA"""

ROWS_AT_ONCE = 1000


class Rebind(unohelper.Base, XJob):  # type: ignore[misc]
    """Enters anew, once, the formulas whose functions are spelled in another program's way."""

    def __init__(self, context: Any) -> None:
        self.context = context

    def execute(self, arguments: tuple[Any, ...]) -> None:
        document = _document(arguments)
        if document is not None and document.supportsService(
            "com.sun.star.sheet.SpreadsheetDocument"
        ):
            rebind(document)


def _document(arguments: tuple[Any, ...]) -> Any:
    given = {a.Name: a.Value for a in arguments}
    environment = {a.Name: a.Value for a in given.get("Environment", ())}
    return environment.get("Model")


def rebind(document: Any) -> None:
    """Binds the functions of a document; it counts as modified only if it did before."""
    was_modified = document.isModified()
    has_ours = False
    document.addActionLock()
    try:
        for sheet in document.Sheets:
            for block in sheet.queryContentCells(FORMULAS):
                has_ours |= _rebind_block(sheet, block)
    finally:
        document.removeActionLock()
    if has_ours:
        document.calculateAll()
    document.setModified(was_modified)


def _rebind_block(sheet: Any, block: Any) -> bool:
    """Enter the formulas of a block anew where one of them is not bound; whether it has ours."""
    formulas = block.getFormulaArray()
    bound = [[bound_formula(formula) for formula in row] for row in formulas]
    if not any(formula for row in bound for formula in row):
        return any(calls_ours(formula) for row in formulas for formula in row)
    has_arrays = any(formula.startswith("{") for row in formulas for formula in row)
    # A protected sheet takes a formula for a single cell from the API, not those of a range.
    if has_arrays or sheet.isProtected():
        _enter_one_by_one(sheet, block, bound)
    else:
        _enter(block, [tuple(map(_either, *rows)) for rows in zip(bound, formulas, strict=True)])
    return True


def _enter_one_by_one(sheet: Any, block: Any, bound: list[list[str | None]]) -> None:
    for row, line in enumerate(bound):
        for column, formula in enumerate(line):
            if formula and formula.startswith("{"):
                _enter_array(sheet, block.getCellByPosition(column, row), formula)
            elif formula:
                block.getCellByPosition(column, row).setFormula(formula)


def _enter(block: Any, formulas: list[tuple[str, ...]]) -> None:
    """All formulas of a block, some rows at a time and from below.

    Calc keeps equal formulas of a column together; each one entered splits what lies below it
    off, so that from above, 20,000 of them take minutes.
    """
    width = len(formulas[0])
    for start in reversed(range(0, len(formulas), ROWS_AT_ONCE)):
        some = formulas[start : start + ROWS_AT_ONCE]
        end = start + len(some)
        block.getCellRangeByPosition(0, start, width - 1, end - 1).setFormulaArray(tuple(some))


def _either(bound: str | None, formula: str) -> str:
    return bound or formula


def _enter_array(sheet: Any, cell: Any, formula: str) -> None:
    """Every cell of an array shows the same formula in braces; it is entered once."""
    array = sheet.createCursorByRange(cell)
    array.collapseToCurrentArray()
    if array.getArrayFormula() != formula:
        array.setArrayFormula(formula[1:-1])


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 (LibreOffice's name)
g_ImplementationHelper.addImplementation(Rebind, JOB, ("com.sun.star.task.Job",))
