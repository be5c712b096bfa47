"""U06: a factor whose value is off the library's by a slip of units."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.factors import Factor, library
from cfp_xl.footprint.product import Row
from cfp_xl.footprint.units import conversion
from cfp_xl.messages import Explained, Lang, Text
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import rule
from cfp_xl.verify.rules.factors import odd_cell

CANDIDATES = 5


@rule("U06", reads=("factors",))
def factors_are_of_the_right_size(case: Case) -> Iterator[Finding]:
    """U06: ratio to the library's value near 10ⁿ, 3.6ⁿ or 44/12.

    The library's value is that of the same id, or else of the factors whose names are nearest.
    """
    for record in case.product.rows("factors"):
        value = record.values.get("value")
        if not isinstance(value, float) or value <= 0:
            continue
        for known in _comparable(case, record):
            expected = known.value * _conversion(known, record)
            slip = _slip(value / expected) if expected > 0 else None
            if slip is not None:
                yield finding(
                    "U06",
                    odd_cell(case, record, known),
                    seen=f"{value:.10g}",
                    expected=f"{expected:.10g}",
                    factor=known.id,
                    ratio=slip[0],
                    why=slip[1],
                )
                break


def _comparable(case: Case, record: Row) -> list[Factor]:
    """The library's factors of the same thing, in units that convert; the same id alone counts."""
    id = text_of(record.values.get("id"))
    same = case.shipped(id)
    if same is not None:
        candidates = [same]
    else:
        name = text_of(record.values.get("name"))
        candidates = list(library().search(name, CANDIDATES)) if name else []
        candidates = [c for c in candidates if name.casefold() in _names(c)]
    return [c for c in candidates if _conversion(c, record) > 0]


def _names(factor: Factor) -> set[str]:
    languages: tuple[Lang, ...] = ("zh", "en")
    return {factor.name.in_lang(lang).casefold() for lang in languages}


def _conversion(known: Factor, record: Row) -> float:
    """From the library's units to those of the sheet's row; 0 where they don't convert."""
    unit, per_unit = (text_of(record.values.get(c)) for c in ("unit", "per_unit"))
    try:
        return conversion(known.unit, unit) / conversion(known.per_unit, per_unit)
    except Explained:
        return 0.0


def _slip(ratio: float) -> tuple[str, Text] | None:
    """The slip that a ratio looks like, and what it may come from."""
    tolerance = limits("magnitude")["tolerance"]
    power = round(math.log10(ratio))
    is_slip = 0 < abs(power) <= limits("magnitude")["largest_power_of_ten"]
    if is_slip and abs(ratio / 10.0**power - 1) <= tolerance:
        return "10" if power == 1 else f"10^{power}", Text(
            "g、kg、t 或 kWh、MWh 之类单位", "g, kg, t or kWh, MWh"
        )
    for size, shown, inverse, why in (
        (3.6, "3.6", "1/3.6", Text("kWh 与 MJ", "kWh and MJ")),
        (3600.0, "3600", "1/3600", Text("MWh 与 MJ", "MWh and MJ")),
        (44 / 12, "44/12", "12/44", Text("碳与二氧化碳（tC、tCO2）", "carbon and CO2 (tC, tCO2)")),
    ):
        for factor, text in ((size, shown), (1 / size, inverse)):
            if abs(ratio / factor - 1) <= tolerance:
                return text, why
    return None
