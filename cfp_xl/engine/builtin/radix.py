"""Whole numbers in base 2, 8 and 16, and their bits."""

from __future__ import annotations

from collections.abc import Callable

from cfp_xl.engine.builtin.define import scalar
from cfp_xl.engine.convert import number, text
from cfp_xl.functions.values import ExcelError, Scalar

_BASES = {"BIN": 2, "OCT": 8, "HEX": 16}
_DIGITS = 10
"""A text has ten digits at most; the first of ten is the sign (two's complement)."""

_FORMATS = {2: "b", 8: "o", 16: "X"}


def _read(value: Scalar, base: int) -> int | ExcelError:
    if isinstance(value, bool):
        return ExcelError.VALUE
    digits = text(value)
    if isinstance(digits, ExcelError):
        return digits
    if len(digits) > _DIGITS:
        return ExcelError.NUM
    try:
        found = int(digits or "0", base) if digits.isalnum() or not digits else -1
    except ValueError:
        found = -1
    if found < 0:
        return ExcelError.NUM
    whole = base**_DIGITS
    return found - whole if found >= whole // 2 else found


def _decimal(value: Scalar) -> int | ExcelError:
    found = ExcelError.VALUE if isinstance(value, bool) else number(value)
    return found if isinstance(found, ExcelError) else int(found)


def _written(value: int, base: int, places: Scalar) -> Scalar:
    """In as many places as asked for; a negative number always fills ten."""
    width = _decimal(places)
    if isinstance(width, ExcelError):
        return width
    whole = base**_DIGITS
    if not -whole // 2 <= value < whole // 2:
        return ExcelError.NUM
    if value < 0:
        return format(value + whole, _FORMATS[base])
    digits = format(value, _FORMATS[base])
    if places is None:
        return digits
    return digits.rjust(width, "0") if len(digits) <= width <= _DIGITS else ExcelError.NUM


def _to_text(name: str, source: Callable[[Scalar], int | ExcelError], base: int) -> None:
    @scalar(name, most=2)
    def function(value: Scalar, places: Scalar = None) -> Scalar:
        found = source(value)
        return found if isinstance(found, ExcelError) else _written(found, base, places)


def _to_decimal(name: str, base: int) -> None:
    @scalar(name)
    def function(value: Scalar) -> Scalar:
        found = _read(value, base)
        return found if isinstance(found, ExcelError) else float(found)


def _reader(base: int) -> Callable[[Scalar], int | ExcelError]:
    return lambda value: _read(value, base)


for _name, _base in _BASES.items():
    _to_decimal(f"{_name}2DEC", _base)
    _to_text(f"DEC2{_name}", _decimal, _base)
    for _other, _other_base in _BASES.items():
        if _other != _name:
            _to_text(f"{_name}2{_other}", _reader(_base), _other_base)


# Bits

_MOST = 2**48


def _bits(name: str, compute: Callable[[int, int], int]) -> None:
    is_shift = name.endswith("SHIFT")

    @scalar(name, least=2, most=2)
    def function(first: Scalar, second: Scalar) -> Scalar:
        found: list[int] = []
        for at, value in enumerate((first, second)):
            one = number(value)
            if isinstance(one, ExcelError):
                return one
            if is_shift and at == 1:
                one = float(int(one))
            is_fit = abs(one) <= 53 if is_shift and at == 1 else 0 <= one < _MOST
            if not is_fit or one != int(one):
                return ExcelError.NUM
            found.append(int(one))
        result = compute(*found)
        return float(result) if result < _MOST else ExcelError.NUM


def _left(bits: int, by: int) -> int:
    return bits << by if by >= 0 else bits >> -by


_bits("BITAND", lambda a, b: a & b)
_bits("BITOR", lambda a, b: a | b)
_bits("BITXOR", lambda a, b: a ^ b)
_bits("BITLSHIFT", _left)
_bits("BITRSHIFT", lambda bits, by: _left(bits, -by))
