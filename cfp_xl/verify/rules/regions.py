"""F05: the grid a factor is of is the one where the electricity is used."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import Finding, Severity, finding
from cfp_xl.footprint.calculate import RowResult
from cfp_xl.footprint.factors import Factor, builtin, builtin_sets
from cfp_xl.footprint.regions import Territory, find_region
from cfp_xl.footprint.units import same_dimension
from cfp_xl.footprint.wording import folded
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.factor_boundaries import boundary_of
from cfp_xl.verify.rules.rows import row_name

GRID = frozenset({"busbar", "losses", "network", "consumer", "grid_co2"})
"""Boundaries of factors of electricity."""
GLOBAL = "GLO"


@rule("F05", reads=("activities", "factors", "factor_set", "site"), schemas=(PRODUCT,))
def electricity_is_of_its_grid(case: Case) -> Iterator[Finding]:
    """F05: the region of an electricity's factor holds the site. Where no site is stated,
    production by a grid of none of the pinned sets' countries is asked about."""
    countries = _countries_of_pinned_sets(case)
    for factor, rows in case.factors_in_use:
        region = _region(case, factor) if _is_electricity(case, factor) else None
        for row in rows if region is not None else ():
            site = _site(case, row)
            place = find_region(site) if site else None
            if region is not None and _is_doubtful(region, place, countries):
                is_asked = place is None and row.stage_id != "production"
                yield finding(
                    "F05",
                    case.at(row.activity, "factor_id"),
                    case="" if place else "no_site",
                    seen=region.code,
                    expected=place.code if place else None,
                    severity=Severity.INFO if is_asked else None,
                    row=row_name(row),
                    factor=factor.id,
                    sets=tuple(sorted(countries)),
                )


def _is_doubtful(region: Territory, place: Territory | None, countries: set[str]) -> bool:
    """Whether a grid is not the one at the place or, where that is not known, of no pinned set."""
    if place is not None:
        return not _may_hold(region, place)
    return bool(countries) and region.country not in (*countries, GLOBAL)


def _site(case: Case, row: RowResult) -> str:
    """Where a row's power is used: its own site; of production the site of the product."""
    own = text_of(row.activity.more.get("site")).strip()
    stated = case.product.other_facts.get("site") if row.stage_id == "production" else None
    return own or (stated.text.strip() if stated else "")


def _is_electricity(case: Case, factor: Factor) -> bool:
    """By its boundary; where that says nothing, by its unit and words."""
    boundary = boundary_of(case, factor)
    if boundary.id in GRID or factor.fuel is not None or boundary.id == "combustion":
        return boundary.id in GRID
    named = folded(f"{factor.category} {factor.name.zh} {factor.name.en}")
    is_named = any(folded(word) in named for word in limits("media")["electricity"])
    return is_named and same_dimension(factor.per_unit, "kWh")


def _region(case: Case, factor: Factor) -> Territory | None:
    """The region of a shipped factor whatever its copy says (F01 is about that)."""
    return find_region((case.shipped(factor.id) or factor).region)


def _may_hold(region: Territory, place: Territory) -> bool:
    """A site of which only the country is stated may lie in any of its provinces."""
    return region.holds(place) or place.holds(region)


def _countries_of_pinned_sets(case: Case) -> set[str]:
    pins = case.product.factor_set.value if case.product.factor_set else None
    known = [pin.id for pin in pins or () if pin.id in builtin_sets()]
    found = {find_region(f.region) for id in known for f in builtin(id).factors.values()}
    return {one.country for one in found if one is not None} - {GLOBAL}
