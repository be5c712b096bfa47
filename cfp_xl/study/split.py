"""The total by where it arises: direct or indirect, and by site; rows of assemblies through those
that take them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from cfp_xl.footprint.cells import words
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.errors import NOT_FOUND
from cfp_xl.footprint.factor import Factors
from cfp_xl.footprint.factor_boundary import FactorBoundaryNotKnown, boundary_of_factor
from cfp_xl.footprint.row_emission import RowResult
from cfp_xl.footprint.row_kinds import listed
from cfp_xl.footprint.wording import folded, shortened
from cfp_xl.messages import Text, text
from cfp_xl.study.inputs import Inputs
from cfp_xl.study.spread import StudyError

BURNT = "combustion"
OWN_STAGE = "production"
Key = TypeVar("Key", bound=str)


class EmissionType(StrEnum):
    """Whether an emission is released at one's own site or elsewhere."""

    DIRECT = "direct"
    INDIRECT = "indirect"

    @property
    def text(self) -> Text:
        return text(f"study.emission_type.{self.value}")


class SiteNotKnown(StudyError):
    """A site that no row names."""

    excel = NOT_FOUND


class EmissionTypeNotKnown(StudyError):
    """A word that is neither direct nor indirect."""


def is_of_split(what: str) -> bool:
    """Whether a word names direct or indirect emissions, or a site (`site:Ningbo`)."""
    return _type_named(what) is not None or _site_named(what) is not None


def split_part(inputs: Inputs, factors: Factors, what: str) -> float:
    """kgCO2e of the total that is direct, or indirect, or of a site. Raises EmissionTypeNotKnown,
    SiteNotKnown."""
    if (one := _type_named(what)) is not None:
        return by_type(inputs, factors)[one]
    sites = {name: value for name, value in by_site(inputs).items() if name}
    for name, value in sites.items():
        if folded(name) == _site_named(what):
            return value
    raise SiteNotKnown(site=shortened(what), known=tuple(sites) or ("–",))


def _type_named(what: str) -> EmissionType | None:
    named = {folded(w): one for one in EmissionType for w in (one.value, one.text.zh, one.text.en)}
    return named.get(folded(what))


def _site_named(what: str) -> str | None:
    head, colon, name = what.replace("：", ":").partition(":")
    heading = column("activities", "site").heading
    is_site = colon and folded(head) in {folded(heading.zh), folded(heading.en)}
    return folded(name) if is_site else None


def by_type(inputs: Inputs, factors: Factors) -> Mapping[EmissionType, float]:
    """kgCO2e of the total, direct and indirect. Raises EmissionTypeNotKnown."""
    found = _split(inputs, lambda row: emission_type(row, factors))
    return {one: found.get(one, 0.0) for one in EmissionType}


def by_site(inputs: Inputs) -> Mapping[str, float]:
    """kgCO2e of the total by site as the rows name it, the largest first; "" where none is named.
    Sites are one where they differ in case only."""
    spelled: dict[str, str] = {}

    def site(row: RowResult) -> str:
        typed = _words(row, "site")
        return spelled.setdefault(folded(typed), typed)

    found = _split(inputs, site)
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def emission_type(row: RowResult, factors: Factors) -> EmissionType:
    """As the row says; else direct where a fuel is burnt, or a gas released, in production.

    A factor that counts combustion alone is a fuel burnt; whoever buys freight or heat made of it
    says so in the row. Raises EmissionTypeNotKnown.
    """
    typed = _words(row, "emission_type")
    if typed:
        if (one := _type_named(typed)) is not None:
            return one
        raise EmissionTypeNotKnown(
            row=row.activity.label,
            typed=shortened(typed),
            known=listed(one.text for one in EmissionType),
        )
    is_own = row.stage_id == OWN_STAGE or bool(row.assembly)
    return EmissionType.DIRECT if is_own and _is_burnt(row, factors) else EmissionType.INDIRECT


def _is_burnt(row: RowResult, factors: Factors) -> bool:
    """A boundary in unknown words, which `verify` names, says nothing."""
    try:
        return boundary_of_factor(factors.get(str(row.activity.factor_id))).id == BURNT
    except FactorBoundaryNotKnown:
        return False


def _split(inputs: Inputs, key: Callable[[RowResult], Key]) -> dict[Key, float]:
    parts: dict[Key, list[float]] = {}
    for term, share in inputs.leaves():
        parts.setdefault(key(term.row), []).append(share * inputs.total_kgco2e)
    return {one: math.fsum(amounts) for one, amounts in parts.items()}


def _words(row: RowResult, id: str) -> str:
    return words(row.activity.more.get(id), column("activities", id).heading)
