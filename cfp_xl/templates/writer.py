"""XlsxWriter as we use it: values with all their digits, cached results, the same bytes always."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache

from xlsxwriter import Workbook as Writer
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cfp_xl.functions.values import ExcelError, Scalar

CREATED = datetime(2026, 11, 23, tzinfo=UTC)
"""Stands in every workbook as its date: a build must not depend on the day."""
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
EXCEL_365_CALCULATION = 191029
"""Excel recalculates a file on load whose calculation engine is older than its own."""
_EMPTY_RESULT = re.compile(r'(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?)(><f>[^<]*</f><v></v></c>)')


class _Sheet(Worksheet):  # type: ignore[misc]
    """XlsxWriter looks for thirty functions in every formula, and a template is written twice."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        if expand_future_functions or self.use_future_functions:
            prepared: str = super()._prepare_formula(formula, expand_future_functions)
            return prepared
        return _prepared(formula)


@lru_cache(maxsize=8192)
def _prepared(formula: str) -> str:
    prepared: str = Worksheet()._prepare_formula(formula)
    return prepared


class _Workbook(Writer):  # type: ignore[misc]
    """A workbook of such sheets."""

    worksheet_class = _Sheet


class Exact(float):
    """A number that XlsxWriter writes with all its digits (it keeps 16 by itself)."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


def new_writer(target: io.BytesIO, title: str, subject: str) -> Writer:
    """A workbook to be written, that no program recalculates unasked."""
    writer = _Workbook(target, {"in_memory": True})
    writer.set_calc_mode("auto", EXCEL_365_CALCULATION)
    writer.calc_on_load = False
    writer.set_size(28800, 16200)
    writer.set_properties(
        {
            "title": title,
            "subject": subject,
            "author": "cfp_xl",
            "created": CREATED.replace(tzinfo=None),
        }
    )
    return writer


def set_properties(writer: Writer, properties: Mapping[str, str]) -> None:
    """Custom document properties, all text."""
    for name, value in properties.items():
        writer.set_custom_property(name, value, "text")


def finished(writer: Writer, target: io.BytesIO) -> bytes:
    """The workbook's bytes: its parts with fixed dates, an empty text result marked as text."""
    writer.close()
    repacked = io.BytesIO()
    with zipfile.ZipFile(target) as old, zipfile.ZipFile(repacked, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = part.decode("utf-8")
                part = _EMPTY_RESULT.sub(r'\1 t="str"\2', text).encode("utf-8")
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, part)
    return repacked.getvalue()


def put(sheet: Worksheet, row: int, column: int, value: Scalar | date, form: Format) -> None:
    """A constant; None leaves a formatted blank."""
    match value:
        case None | "":
            sheet.write_blank(row, column, None, form)
        case bool():
            sheet.write_boolean(row, column, value, form)
        case date():
            sheet.write_datetime(row, column, value, form)
        case str():
            sheet.write_string(row, column, value, form)
        case ExcelError():
            raise ValueError(f"an error as a constant: {value}")
        case _:
            sheet.write_number(row, column, Exact(value), form)


def put_formula(
    sheet: Worksheet, row: int, column: int, formula: str, form: Format, value: Scalar
) -> None:
    """A formula with the value to store beside it; None stores none."""
    if isinstance(value, ExcelError):
        value = str(value)
    elif isinstance(value, float) and not isinstance(value, bool) and value.is_integer():
        value = int(value)
    shown = "" if value is None else value
    sheet.write_formula(row, column, f"={formula}", form, shown)
