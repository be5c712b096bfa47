"""Bonds, bills and depreciation: the library's arithmetic, with arguments converted as Excel does.

Dates are cut to days and counted from 1900 as the library wants them; an error in any argument is
the result.
"""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from cfp_xl.engine import library
from cfp_xl.engine.builtin.dates import back, serial_in
from cfp_xl.engine.builtin.define import Nodes, lazy
from cfp_xl.engine.convert import number, text
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import flat
from cfp_xl.functions.serial_dates import DAYS_TO_1904, moment_of
from cfp_xl.functions.values import ExcelError, Scalar

WANTS = {
    "ACCRINTM": "ddnnI",
    "AMORDEGRC": "nddnnnI",
    "AMORLINC": "nddnnnI",
    "DATEDIF": "ddt",
    "DISC": "ddnnI",
    "DURATION": "ddnniI",
    "INTRATE": "ddnnI",
    "MDURATION": "ddnniI",
    "ODDFPRICE": "ddddnnniI",
    "ODDFYIELD": "ddddnnniI",
    "ODDLPRICE": "dddnnniI",
    "ODDLYIELD": "dddnnniI",
    "PRICE": "ddnnniI",
    "PRICEDISC": "ddnnI",
    "PRICEMAT": "dddnnI",
    "RECEIVED": "ddnnI",
    "TBILLEQ": "ddn",
    "TBILLPRICE": "ddn",
    "TBILLYIELD": "ddn",
    "YIELD": "ddnnniI",
    "YIELDDISC": "ddnnI",
    "YIELDMAT": "dddnnI",
    **dict.fromkeys(
        ("COUPDAYBS", "COUPDAYS", "COUPDAYSNC", "COUPNCD", "COUPNUM", "COUPPCD"), "ddiI"
    ),
}
"""Of each argument: a date, a number, an integer or text; in capitals if it may be left out."""

_GIVE_DATES = frozenset({"COUPNCD", "COUPPCD"})
_UNITS = frozenset({"Y", "M", "D", "MD", "YM", "YD"})


def _converted(value: Scalar, wanted: str, lacks: int) -> Scalar:
    if isinstance(value, bool | ExcelError):
        return value  # the library refuses truth values where Excel does
    match wanted.lower():
        case "d":
            serial = serial_in(value, lacks)
            return serial if isinstance(serial, ExcelError) else float(int(serial))
        case "i":
            whole = number(value)
            return whole if isinstance(whole, ExcelError) else float(int(whole))
        case "t":
            return text(value)
    return number(value)


def _days_beside_months(start: float, end: float) -> Scalar:
    """Of days in the month before the end's, so that it may be negative, as Excel's documentation
    warns."""
    first, last = moment_of(start), moment_of(end)
    if start > end:
        return ExcelError.NUM
    before = last.replace(day=1) - timedelta(days=1)
    days = last.day - first.day
    return float(days if days >= 0 else days + before.day)


def _declare(name: str, wanted: str) -> None:
    @lazy(name, least=sum(map(str.islower, wanted)), most=len(wanted))
    def function(evaluator: Evaluator, nodes: Nodes) -> Result:
        lacks = DAYS_TO_1904 if evaluator.grid.workbook.date_1904 else 0
        body = library.find(name)
        assert body is not None, name

        def each(*values: Scalar) -> Scalar:
            given = [_converted(v, w, lacks) for v, w in zip(values, wanted, strict=False)]
            error = next((v for v in given if isinstance(v, ExcelError)), None)
            if error is not None:
                return error
            if name == "DATEDIF":
                given[2] = str(given[2]).upper()
                if given[2] not in _UNITS:
                    return ExcelError.NUM
                if given[2] == "MD":
                    return _days_beside_months(*cast(list[float], given[:2]))
            found = flat(library.call(body, given))[0]
            if name in _GIVE_DATES and isinstance(found, float):
                return back(int(found), lacks)
            return found

        values = [None if node is None else evaluator.value(node) for node in nodes]
        return evaluator.each(each, values)


for _name, _wanted in WANTS.items():
    _declare(_name, _wanted)
