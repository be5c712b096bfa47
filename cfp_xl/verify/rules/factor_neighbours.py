"""N09: a factor of one's own beside the library's factors of the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.factor import Factor, is_supplier_factor
from cfp_xl.footprint.factors import library
from cfp_xl.footprint.product import Row
from cfp_xl.footprint.units import same_dimension
from cfp_xl.schema.case import Case
from cfp_xl.verify.flows import part_of_emissions
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import PRODUCT, rule

LOOKED_AT = 40
"""So many factors that are found by a name are asked whether they are of the same thing."""


@rule("N09", reads=("activities", "factors"), schemas=(PRODUCT,))
def factors_are_near_their_neighbours(case: Case) -> Iterator[Finding]:
    """N09: a factor of one's own that is used is not far from all of the library's of the thing."""
    for record, factor, near in own_factors(case):
        if not near or factor.kgco2e_per() <= 0:
            continue
        values = {one.id: one.kgco2e_per(factor.per_unit) for one in near}
        low, high = min(values.values()), max(values.values())
        times = limits("neighbours")["times"]
        if not low / times < factor.kgco2e_per() < high * times:
            yield finding(
                "N09",
                case.at(record, "value"),
                case="neighbours",
                seen=f"{factor.kgco2e_per():.6g}",
                expected=f"{low:.4g}–{high:.4g}" if len(near) > 1 else f"{low:.4g}",
                factor=factor.id,
                unit=f"kgCO2e/{factor.per_unit}",
                nearest=tuple(values)[:3],
            )


def own_factors(case: Case) -> Iterator[tuple[Row, Factor, Sequence[Factor]]]:
    """The factors of one's own that are used, each with the library's of the same thing."""
    used = {factor.id: factor for factor, _ in case.factors_in_use}
    for record in case.product.rows("factors"):
        factor = used.get(record.text("id"))
        if factor is not None and case.shipped(factor.id) is None:
            yield record, factor, _neighbours(case, factor)


def _neighbours(case: Case, factor: Factor) -> Sequence[Factor]:
    """Factors with as many words of the name, per a unit of the same kind, and for the same part of
    the emissions: what a disposal emits is no measure of a material. One source alone may be of
    another grade, or wrong: two have to know the thing."""
    name = factor.name.zh or factor.name.en
    if not name or is_supplier_factor(factor.id):
        return ()
    part, alike = part_of_emissions(case, factor), limits("neighbours")["alike"]
    near = [
        hit.factor
        for hit in library().find(name, LOOKED_AT).hits
        if hit.likeness >= alike
        and hit.factor.value > 0
        and same_dimension(hit.factor.per_unit, factor.per_unit)
        and part_of_emissions(case, hit.factor) == part
    ]
    return near if len({one.set_id for one in near}) > 1 else ()
