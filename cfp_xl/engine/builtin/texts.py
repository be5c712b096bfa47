"""Text functions in which the library differs from Excel, or that a hostile file could abuse."""

from __future__ import annotations

import re

from cfp_xl.engine.builtin.aggregate import arguments
from cfp_xl.engine.builtin.define import Nodes, given, lazy, scalar, whole
from cfp_xl.engine.builtin.number_format import formatted
from cfp_xl.engine.builtin.numbers import all_numbers, first_of_range, round_to
from cfp_xl.engine.convert import boolean, date_and_time, number, number_in_text, text
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import BINARY, LONGEST_TEXT, Value, flat
from cfp_xl.functions.values import ExcelError, Scalar


@scalar("VALUE")
def _value(value: Scalar) -> Scalar:
    return ExcelError.VALUE if isinstance(value, bool) else number(value)


@scalar("TRIM")
def _trim(value: Scalar) -> Scalar:
    """Ends, and all but one of inner blanks; only blanks, no other white space."""
    return re.sub(" +", " ", _text(value)).strip(" ")


@scalar("LEN")
def _len(value: Scalar) -> Scalar:
    """In UTF-16 units, as Excel counts."""
    return float(len(_text(value).encode("utf-16-le")) // 2)


@scalar("UPPER")
def _upper(value: Scalar) -> Scalar:
    return "".join(_one_sign(sign, sign.upper()) for sign in _text(value))


@scalar("LOWER")
def _lower(value: Scalar) -> Scalar:
    return "".join(_one_sign(sign, sign.lower()) for sign in _text(value))


def _one_sign(sign: str, other: str) -> str:
    """Excel changes signs one for one: ß has no capital letter."""
    return other if len(other) == 1 else sign


@scalar("EXACT", least=2, most=2)
def _exact(first: Scalar, second: Scalar) -> Scalar:
    return _text(first) == _text(second)


@lazy("T", least=1, most=1, for_each=True)
def _t(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Of a range its first cell."""
    return evaluator.each(_text_or_none, [first_of_range(evaluator, given(nodes, 0))])


def _text_or_none(value: Scalar) -> Scalar:
    return value if isinstance(value, str | ExcelError) else ""


@scalar("REPT", least=2, most=2)
def _rept(value: Scalar, times: Scalar) -> Scalar:
    count = number(times)
    if isinstance(count, ExcelError):
        return count
    repeated = _text(value)
    if count < 0 or len(repeated) * int(count) > LONGEST_TEXT:
        return ExcelError.VALUE
    return repeated * int(count)


@scalar("LEFT", most=2)
def _left(value: Scalar, length: Scalar = 1.0) -> Scalar:
    count = number(length)
    if isinstance(count, ExcelError):
        return count
    return ExcelError.VALUE if count < 0 else _text(value)[: int(count)]


@scalar("RIGHT", most=2)
def _right(value: Scalar, length: Scalar = 1.0) -> Scalar:
    count = number(length)
    if isinstance(count, ExcelError):
        return count
    shown = _text(value)
    return ExcelError.VALUE if count < 0 else shown[max(len(shown) - int(count), 0) :]


@scalar("MID", least=3, most=3)
def _mid(value: Scalar, start: Scalar, length: Scalar) -> Scalar:
    first, count = number(start), number(length)
    if isinstance(first, ExcelError):
        return first
    if isinstance(count, ExcelError):
        return count
    if first < 1 or count < 0:
        return ExcelError.VALUE
    return _text(value)[int(first) - 1 : int(first) - 1 + int(count)]


def _text(value: Scalar) -> str:
    """The text of a value that is no error (errors have been passed through already)."""
    return str(text(value))


@lazy("CONCATENATE", least=1)
def _concatenate(evaluator: Evaluator, nodes: Nodes) -> Result:
    result: Value = ""
    for node in nodes:
        result = evaluator.each(
            BINARY["&"], [result, None if node is None else evaluator.value(node)]
        )
    return result


@lazy("CONCAT", least=1)
def _concat(evaluator: Evaluator, nodes: Nodes) -> Result:
    values = [value for value, _ in arguments(evaluator, nodes)]
    return _joined("", [s for value in values for s in flat(value)])


@whole("TEXTJOIN", least=3)
def _textjoin(separator: Value, skips_empty: Value, *values: Value) -> Value:
    """With one separator; a range of separators is taken in turn."""
    separators = [text(s) for s in flat(separator)]
    flag = number(flat(skips_empty)[0])
    if isinstance(flag, ExcelError):
        return flag
    scalars = [s for value in values for s in flat(value)]
    if flag:
        scalars = [s for s in scalars if s is not None and s != ""]
    return _joined(separators, scalars)


def _joined(separator: str | list[str | ExcelError], scalars: list[Scalar]) -> Scalar:
    separators = [separator] if isinstance(separator, str) else separator
    joined = ""
    for at, one in enumerate(scalars):
        between = separators[(at - 1) % len(separators)] if at else ""
        shown = text(one)
        if isinstance(between, ExcelError):
            return between
        if isinstance(shown, ExcelError):
            return shown
        joined += between + shown
        if len(joined) > LONGEST_TEXT:
            return ExcelError.VALUE
    return joined


@scalar("NUMBERVALUE", most=3)
def _numbervalue(value: Scalar, decimal: Scalar = ".", group: Scalar = ",") -> Scalar:
    shown = _text(value).replace(" ", "")
    if not shown:
        return 0.0
    if group:
        shown = shown.replace(str(group), "")
    percents = len(shown) - len(shown.rstrip("%"))
    plain = shown.rstrip("%").replace(str(decimal), ".")
    parsed = ExcelError.VALUE if date_and_time(plain) else number_in_text(plain)
    return parsed if isinstance(parsed, ExcelError) else parsed / 100**percents


_WIDE = {half: half + 0xFEE0 for half in range(0x21, 0x7F)} | {0x20: 0x3000}
_NARROW = {wide: half for half, wide in _WIDE.items()}


@scalar("DBCS", "JIS", "WIDECHAR")
def _wide(value: Scalar) -> Scalar:
    return _text(value).translate(_WIDE)


@scalar("ASC")
def _narrow(value: Scalar) -> Scalar:
    return _text(value).translate(_NARROW)


# DOLLAR and FIXED


@scalar("DOLLAR", "USDOLLAR", most=2)
def _dollar(value: Scalar, decimals: Scalar = 2.0) -> Scalar:
    return _fixed(value, decimals, '"$"#,##0{};("$"#,##0{})')


@scalar("FIXED", most=3)
def _fixed_text(value: Scalar, decimals: Scalar = 2.0, has_no_commas: Scalar = False) -> Scalar:
    plain = boolean(has_no_commas)
    if isinstance(plain, ExcelError):
        return plain
    return _fixed(value, decimals, "0{}" if plain else "#,##0{}")


def _fixed(value: Scalar, decimals: Scalar, code: str) -> Scalar:
    """Rounded to decimals (before the point where negative), then by the format `code`."""
    numbers = all_numbers(value, decimals)
    if isinstance(numbers, ExcelError):
        return numbers
    places = int(numbers[1])
    if places > 127:
        return ExcelError.VALUE
    rounded = round_to(numbers[0], places)
    point = "." + "0" * places if places > 0 else ""
    return formatted(rounded, code.replace("{}", point))
