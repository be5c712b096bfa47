"""How a declared table writes its numbers: decimal comma or point, shares in per cent or as parts.

A comma is decimal where some number of the table can't be read otherwise (4,20; 0,155; 1.234,5).
What still reads two ways there, such as 1,234 beside both 4,20 and 1.73, is not guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from cfp_xl.footprint.printed import NotPrintedNumber, Printed, printed

HUNDRED = Decimal(100)
NEAR_ONE = Decimal("0.1")
"""How far the shares of a place may add up beside 1 and still be meant as parts of 1."""

_DECIMAL_COMMA = re.compile(
    r"\d+,\d{1,2}|\d+,\d{4,}|0+,\d+|\d{4,},\d+|\d{1,3}(?:[. ]\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}"
)
_DECIMAL_POINT = re.compile(
    r"\d*\.\d{1,2}|\d*\.\d{4,}|0*\.\d+|\d{4,}\.\d+|\d{1,3}(?:[, ]\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}"
)
_POINT_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}")
_COMMA_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}")
_ONE_COMMA = re.compile(r"\d{1,3},\d{3}")
_ONE_POINT = re.compile(r"\d{1,3}\.\d{3}")
_MANTISSA = re.compile(r"^[<+-]*([\d., ]*\d)")

_ABOUT = re.compile(r"^(?:约为?|大约|≈|~|ca\. ?|approx\. ?|about )\s*", re.IGNORECASE)
_SPREAD = re.compile(r"(?<=\d) ?± ?[\d., ]*\d(?P<percent> ?%?)$")
_IN_BRACKETS = re.compile(r"^\((?P<number>[\d., ]*\d ?%?)\)$")


class TwoReadings(NotPrintedNumber):
    """A number that is 1.234 or 1234, depending on what its comma or point is."""

    text_key = NotPrintedNumber.text_key


@dataclass(frozen=True)
class Notation:
    """Which marks the numbers of a table prove."""

    decimal_comma: bool = False
    decimal_point: bool = True
    comma_thousands: bool = False
    point_thousands: bool = False

    def read(self, text: str) -> Printed:
        """A number as this table prints it; `<0.01` is anything from 0 to 0.01.

        Raises NotPrintedNumber, and TwoReadings where the table does not say what a mark is.
        """
        plain = _number_alone(text)
        number = printed(self._with_point(plain.removeprefix("<"), text))
        if plain.startswith("<"):
            half = number.value / 2
            number = replace(number, value=half, half_ulp=abs(half))
        return replace(number, text=text)

    def _with_point(self, plain: str, text: str) -> str:
        mantissa = _mantissa(plain)
        if mantissa is None or not self.decimal_comma:
            return plain
        if _ONE_COMMA.fullmatch(mantissa) and not mantissa.startswith("0"):
            is_comma = not self.decimal_point and not self.comma_thousands
            if not is_comma and not (self.comma_thousands and not self.point_thousands):
                raise TwoReadings(text)
        elif _ONE_POINT.fullmatch(mantissa) and not mantissa.startswith("0"):
            is_comma = self.point_thousands and not self.decimal_point
            if not is_comma and (self.point_thousands or not self.decimal_point):
                raise TwoReadings(text)
        else:
            is_comma = _DECIMAL_COMMA.fullmatch(mantissa) is not None
        if not is_comma:
            return plain
        return plain.replace(mantissa, mantissa.replace(".", "").replace(" ", "").replace(",", "."))


def _number_alone(text: str) -> str:
    """Without "about" before and "± 0.8" behind; (3.0) of a ledger is −3.0."""
    plain = _ABOUT.sub("", unicodedata.normalize("NFKC", text).strip())
    plain = _SPREAD.sub(r"\g<percent>", plain)
    return _IN_BRACKETS.sub(r"-\g<number>", plain)


def _mantissa(plain: str) -> str | None:
    found = _MANTISSA.match(plain)
    return found[1] if found else None


def notation(texts: Iterable[str]) -> Notation:
    """What the numbers typed as text in a table prove; points are decimal where nothing does."""
    numbers = [number for text in texts if (number := _mantissa(_number_alone(text)))]

    def proves(pattern: re.Pattern[str]) -> bool:
        return any(pattern.fullmatch(number) for number in numbers)

    if not proves(_DECIMAL_COMMA):
        return Notation()
    return Notation(
        decimal_comma=True,
        decimal_point=proves(_DECIMAL_POINT),
        comma_thousands=proves(_COMMA_THOUSANDS),
        point_thousands=proves(_POINT_THOUSANDS),
    )


def in_per_cent(shares: Mapping[int, Printed], total: int | None) -> dict[int, Printed]:
    """The shares of one place in per cent, by row: 29.2 %, 29.2 and 0.292 are one share.

    Numbers without a sign are parts of 1 where none of them is larger and either the total's share
    is 1 or the rows add to 1 (to more where processes are shown beside their stages).
    """
    unsigned = [share.value for share in shares.values() if not share.is_percent]
    parts = [share.value for row, share in shares.items() if row != total]
    gap = sum(parts, Decimal(0)) - 1
    adds_up = gap >= -NEAR_ONE and (len(unsigned) == len(shares) or gap <= NEAR_ONE)
    whole = shares[total] if total is not None else None
    is_one = whole is not None and not whole.is_percent and whole.value == 1
    are_small = all(abs(value) <= 1 for value in unsigned)
    is_fraction = are_small and (is_one or (len(parts) > 1 and adds_up))
    return {
        row: _scaled(share) if share.is_percent or is_fraction else share
        for row, share in shares.items()
    }


def _scaled(share: Printed) -> Printed:
    value = share.value * HUNDRED
    text = share.text.rstrip("%％ ") if share.is_percent else f"{value:f}"
    return Printed(text, value, share.half_ulp * HUNDRED, share.is_percent)
