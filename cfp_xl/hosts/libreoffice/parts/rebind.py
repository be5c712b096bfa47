"""The job that LibreOffice runs when it has loaded a document: our functions are found again.

Files spell the functions in the way of the program that saved them. LibreOffice 7.4 does not
even know the plain spelling when it opens an .xlsx; such formulas are entered anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import unohelper
from com.sun.star.task import XJob

from cfp_xl.hosts.libreoffice.formulas import bound_formula
from cfp_xl.hosts.libreoffice.names import JOB

FORMULAS = 16
"""com.sun.star.sheet.CellFlags.FORMULA"""


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
    was_modified = document.isModified()
    count = 0
    document.addActionLock()
    try:
        for sheet in document.Sheets:
            for cell, formula in list(_to_bind(sheet)):
                count += 1
                if formula.startswith("{"):
                    _enter_array(sheet, cell, formula)
                else:
                    cell.setFormula(formula)
    finally:
        document.removeActionLock()
    if count:
        # Formulas that depend on ours were computed before: counts of them stay stale otherwise.
        document.calculateAll()
    document.setModified(was_modified)


def _to_bind(sheet: Any) -> Iterator[tuple[Any, str]]:
    for block in sheet.queryContentCells(FORMULAS):
        for row, formulas in enumerate(block.getFormulaArray()):
            for column, formula in enumerate(formulas):
                if bound := bound_formula(formula):
                    yield block.getCellByPosition(column, row), bound


def _enter_array(sheet: Any, cell: Any, formula: str) -> None:
    """Every cell of an array shows the same formula in braces; it is entered at the first."""
    array = sheet.createCursorByRange(cell)
    array.collapseToCurrentArray()
    if array.getArrayFormula() != formula:
        array.setArrayFormula(formula[1:-1])


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 (LibreOffice's name)
g_ImplementationHelper.addImplementation(Rebind, JOB, ("com.sun.star.task.Job",))
