"""F01: a factor of one's own that names a source of the library has one of its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.factor import is_supplier_factor
from cfp_xl.footprint.factors import Factor, library
from cfp_xl.footprint.printed import agrees, printed
from cfp_xl.footprint.product import Row
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.schema.case import Case
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import rule
from cfp_xl.verify.rules.factors import odd_cell


@rule("F01", reads=("factors",))
def renamed_copies_keep_their_values(case: Case) -> Iterator[Finding]:
    """F01: the value of a row with an id of its own, whose source is one of the library's, is that
    of the source's row that it is called like, or else of any."""
    for record in case.product.rows("factors"):
        id, value = record.text("id"), record.values.get("value")
        if not id or is_supplier_factor(id) or case.shipped(id) is not None:
            continue
        source = _of_source().get((folded(record.text("source")), folded(record.text("publisher"))))
        if source is None or not isinstance(value, float):
            continue
        like = [one for one in source if folded(record.text("name")) in _names(one)]
        if any(_is_copy(one, record, value) for one in like or source):
            continue
        meant = like[0] if like else _nearest(source, record, value)
        if meant is not None:
            yield finding(
                "F01",
                odd_cell(case, record, meant),
                case="not_in_source",
                factor=id,
                seen=f"{value:.15g} {record.text('unit')}/{record.text('per_unit')}",
                source=record.text("source"),
                expected=f"{meant.value:.8g} {meant.unit}/{meant.per_unit}",
                nearest=meant.id,
            )


@cache
def _of_source() -> Mapping[tuple[str, str], tuple[Factor, ...]]:
    """The shipped factors by title and publisher of their source."""
    found: dict[tuple[str, str], list[Factor]] = {}
    for one in (factor for known in library().sets for factor in known.factors.values()):
        key = (folded(one.source.title), folded(one.source.publisher))
        found.setdefault(key, []).append(one)
    return {key: tuple(factors) for key, factors in found.items() if key[0]}


def _names(factor: Factor) -> set[str]:
    return {folded(name) for name in (factor.name.zh, factor.name.en, factor.translation) if name}


def _value(factor: Factor, record: Row) -> float | None:
    """A shipped factor in the units of a row; None where they don't convert."""
    try:
        scale = conversion(factor.unit, record.text("unit"))
        return factor.value * scale / conversion(factor.per_unit, record.text("per_unit"))
    except Explained:
        return None


def _is_copy(factor: Factor, record: Row, value: float) -> bool:
    """Whether a value is a shipped one, with all of its digits or rounded."""
    right = _value(factor, record)
    if right is None:
        return False
    close = abs(value - right) <= limits("factor")["tolerance"] * abs(right)
    return close or (abs(value - right) <= 0.01 * abs(right) and agrees(right, printed(value)))


def _nearest(source: tuple[Factor, ...], record: Row, value: float) -> Factor | None:
    """The row of the source with this number, else with the nearest value in such units."""
    if same := next((one for one in source if one.value == value), None):
        return same
    known = [(one, right) for one in source if (right := _value(one, record)) is not None]
    if not known:
        return source[0]
    return min(known, key=lambda pair: abs(pair[1] - value))[0]
