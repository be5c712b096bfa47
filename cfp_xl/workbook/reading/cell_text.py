"""The texts that stand in a sheet's XML, and the values they stand for."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from lxml import etree

from cfp_xl.functions.serial_dates import DAYS_TO_1904, serial_of
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.address import cell_position
from cfp_xl.workbook.reading.container import Package, whole_number
from cfp_xl.workbook.reading.trees import local_name

ERRORS = {error.value: error for error in ExcelError}
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def link_cells(
    package: Package, part: str
) -> Iterator[tuple[int, dict[tuple[int, int], Scalar], bool]]:
    """The cells an external link caches: sheet index, values by (row, column), and whether Excel
    could not refresh them."""
    values: dict[tuple[int, int], Scalar] = {}
    for _, name, element in package.stream(part, "cell"):
        if name == "sheetData":
            values = {}
            failed = is_true(element.get("refreshError"))
            yield whole_number(element, "sheetId", 0, part), values, failed
        elif name == "cell" and (position := cell_position(element.get("r", ""))):
            text = "".join(child.text or "" for child in element if local_name(child) == "v")
            values[position] = _link_value(element.get("t", "n"), text)


def _link_value(kind: str, text: str) -> Scalar:
    match kind:
        case "str":
            return unescaped(text)
        case "b":
            return is_true(text)
        case "e":
            return ERRORS.get(text, ExcelError.UNKNOWN)
        case _:
            value = number(text)
            return value if math.isfinite(value) else ExcelError.NUM


def joined_text(element: etree._Element) -> str:
    """The text of a string item: its `t`, or its runs' `t` joined."""
    pieces: list[str] = []
    for child in element:
        match local_name(child):
            case "t":
                pieces.append(child.text or "")
            case "r":
                pieces.extend(t.text or "" for t in child if local_name(t) == "t")
    return unescaped("".join(pieces))


def unescaped(text: str) -> str:
    """Text with `_xHHHH_` turned into the character it stands for (ECMA-376 ST_Xstring)."""
    if "_x" not in text:
        return text
    plain = ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    if any("\ud800" <= char <= "\udfff" for char in plain):
        plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return plain


def is_true(text: str | None, *, default: bool = False) -> bool:
    """An XML attribute that is true or false, in every spelling that programs use."""
    return default if text is None else text.strip() in ("1", "true", "on", "t")


def number(text: str | None) -> float:
    """The number, or NaN where there is none that a float can hold."""
    try:
        is_plain = text is not None and text.isascii() and "_" not in text
        return float(text) if text is not None and is_plain else math.nan
    except ValueError:
        return math.nan


def serial(text: str, date_1904: bool) -> Scalar:
    """An ISO 8601 date as Excel's serial number."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return ExcelError.NUM
    days = serial_of(moment, date_1904=True)
    if date_1904:
        return days
    serial = days + DAYS_TO_1904
    # Excel counts a 29 February 1900 that never was.
    return serial if serial > 60 else serial - 1


def data_table(attributes: Mapping[str, str]) -> str:
    """A what-if table's formula as Excel shows it, `TABLE(row input, column input)`."""
    first = attributes.get("r1", "")
    if is_true(attributes.get("dt2D")):
        return f"TABLE({first},{attributes.get('r2', '')})"
    return f"TABLE({first},)" if is_true(attributes.get("dtr")) else f"TABLE(,{first})"
