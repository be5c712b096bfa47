"""Raw cell values as people left them: what is a number, what is a word, what is neither.

A cell holds a number, a text, a logical value, None for a blank, or an error value, which is
any other object whose str() is Excel's spelling of it (`#N/A`).
"""

from __future__ import annotations

import math
from numbers import Real

from cfp_xl.footprint.errors import (
    CellError,
    NumberExpected,
    NumberMissing,
    NumberNegative,
    NumberNotFinite,
)
from cfp_xl.footprint.wording import is_blank, shortened
from cfp_xl.messages import Text, say


def number(value: object, column: Text) -> float:
    """The number in a cell, finite.

    Raises NumberMissing for a blank, NumberExpected for a text ("4.62" too) or a logical value,
    NumberNotFinite, and CellError for an error, which keeps its code.
    """
    if type(value) is float and math.isfinite(value):
        return value
    if is_blank(value):
        raise NumberMissing(column=column)
    if isinstance(value, str | bool):
        raise NumberExpected(column=column, seen=_described(value))
    if not isinstance(value, Real):
        raise CellError(column, str(value))
    if not math.isfinite(value):
        raise NumberNotFinite(column=column, seen=float(value))
    return float(value)


def number_not_negative(value: object, column: Text) -> float:
    """As `number`; raises NumberNegative below zero."""
    result = number(value, column)
    if result < 0:
        raise NumberNegative(column=column, seen=result)
    return result


def words(value: object, column: Text) -> str:
    """The text in a cell, stripped; "" for a blank; a number or logical value as Excel shows it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, Real):
        return f"{float(value):.15g}"
    raise CellError(column, str(value))


def number_or_none(value: object) -> float | None:
    """The number in a cell that is only shown, None where there is none."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    return float(value)


def is_error(value: object) -> bool:
    """An Excel error value."""
    return not (value is None or isinstance(value, str | bool | Real))


def _described(value: str | bool) -> Text:
    key, shown = (
        ("logical", str(value).upper()) if isinstance(value, bool) else ("text", shortened(value))
    )
    return Text(
        say(f"footprint.seen.{key}", "zh", value=shown),
        say(f"footprint.seen.{key}", "en", value=shown),
    )
