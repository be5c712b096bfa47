"""A supplier's footprint file, PACT or Catena-X, as the figures that a buyer needs.

Whatever is wrong with the file is a breach with its field. The number taken is the cradle-to-gate
footprint without biogenic uptake, which is what a factor of ours counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from cfp_xl.exchange.pact_rules import Breach, breaches, sum_breaches

PACT, CATENA_X = "PACT", "Catena-X"
CATENA_X_SUMS = (
    "fossilGhgEmissions",
    "biogenicNonCO2Emissions",
    "landUseChangeGhgEmissions",
    "landManagementBiogenicCO2Emissions",
    "landManagementBiogenicCO2Removals",
    "aircraftGhgEmissions",
)
UNITS: Mapping[str, str] = {
    "liter": "L",
    "kilogram": "kg",
    "cubic meter": "m3",
    "kilowatt hour": "kWh",
    "megajoule": "MJ",
    "ton kilometer": "t·km",
    "square meter": "m2",
    "piece": "piece",
    "hour": "h",
}
"""Declared units by the unit of ours that each is."""


@dataclass(frozen=True, slots=True)
class SupplierFootprint:
    """What a file says of one product."""

    format: str
    field: str
    """Where its number stands."""
    kgco2e: float
    """Of the declared unit, without biogenic uptake."""
    typed: str
    unit: str
    amount: float
    company: str
    product: str
    product_ids: tuple[str, ...]
    is_deprecated: bool
    boundary: str
    """cradle_to_gate or cradle_to_grave."""
    period_start: date
    period_end: date
    """The last day of the data."""
    created: date
    standards: tuple[str, ...]
    gwp_sets: tuple[str, ...]
    verification: str
    """third_party, self or none."""
    primary_percent: float | None = None
    uptake_kgco2e: float = 0.0
    outbound_kgco2e: float = 0.0

    def per(self, kgco2e_per_amount: float) -> float:
        """Of one unit, what is stated of the declared amount."""
        return kgco2e_per_amount / self.amount


def is_footprint(document: object) -> bool:
    """Whether a JSON document is meant to be one."""
    return isinstance(document, Mapping) and ("pcf" in document or "scopeOfPcfForm" in document)


def read_footprint(document: object) -> SupplierFootprint | tuple[Breach, ...]:
    """The footprint in a document, or what is wrong with it."""
    if isinstance(document, Mapping) and "scopeOfPcfForm" in document:
        return _catena_x(document)
    if wrong := breaches(document):
        return wrong
    assert isinstance(document, Mapping)
    return _pact(document)


def _pact(document: Mapping[str, Any]) -> SupplierFootprint:
    pcf = document["pcf"]
    return SupplierFootprint(
        format=PACT,
        field="pcf.pcfExcludingBiogenicUptake",
        kgco2e=float(pcf["pcfExcludingBiogenicUptake"]),
        typed=pcf["pcfExcludingBiogenicUptake"],
        unit=UNITS.get(pcf["declaredUnitOfMeasurement"], ""),
        amount=float(pcf["declaredUnitAmount"]),
        company=document["companyName"],
        product=document["productNameCompany"],
        product_ids=tuple(document["productIds"]),
        is_deprecated=document["status"] == "Deprecated",
        boundary="cradle_to_gate",
        period_start=_day(pcf["referencePeriodStart"]),
        period_end=_last_day(pcf["referencePeriodEnd"]),
        created=_day(document["created"]),
        standards=tuple(pcf["crossSectoralStandards"]),
        gwp_sets=tuple(pcf["ipccCharacterizationFactors"]),
        verification="third_party" if pcf.get("verification") else "none",
        primary_percent=float(pcf["primaryDataShare"]),
        uptake_kgco2e=float(pcf.get("biogenicCO2Uptake", 0)),
        outbound_kgco2e=float(pcf.get("outboundLogisticsGhgEmissions", 0)),
    )


class _Lacking(Exception):
    """A field that is not there, or no such thing."""

    def __init__(self, breach: Breach) -> None:
        self.breach = breach


def _catena_x(document: Mapping[str, Any]) -> SupplierFootprint | tuple[Breach, ...]:
    try:
        found, stage = _of_catena_x(document)
    except _Lacking as why:
        return (why.breach,)
    place = "productLifeCycleStagesAndEmissions[0].productionStage[0]"
    parts = [stage[name] for name in CATENA_X_SUMS if name in stage]
    excluding, including = (stage[f"pcf{one}BiogenicUptake"] for one in ("Excluding", "Including"))
    wrong: list[Breach] = []
    if "fossilGhgEmissions" in stage:
        wrong += sum_breaches(f"{place}.pcfExcludingBiogenicUptake", excluding, parts)
    uptake = [stage["biogenicCO2Uptake"]] if "biogenicCO2Uptake" in stage else []
    wrong += sum_breaches(f"{place}.pcfIncludingBiogenicUptake", including, [excluding, *uptake])
    if not found.amount > 0:
        wrong.append(Breach("declaredUnitAmount", "bounds", seen=found.amount, expected="> 0"))
    if found.period_start > found.period_end:
        wrong.append(Breach("referencePeriodEnd", "period", seen=str(found.period_end)))
    return tuple(wrong) or replace(found, kgco2e=float(excluding), typed=str(excluding))


def _of_catena_x(
    document: Mapping[str, Any],
) -> tuple[SupplierFootprint, Mapping[str, float]]:
    about = "companyAndProductInformation"
    company = _node(document, about, "companyInformation")
    product = _node(document, about, "productInformation")
    method = "pcfAssessmentAndMethodology"
    time = _node(document, method, "pcfAssessmentInformation", "time")
    version = _node(document, method, "pcfAssessmentInformation", "idAndVersion")
    standards = _node(document, method, "pcfMethodology", "standards")
    gwp = _node(document, method, "pcfMethodology", "gwpCharacterizationFactorDetails")
    quality = _node(document, method, "dataSourcesAndQuality")
    stages = "productLifeCycleStagesAndEmissions"
    stage = {
        name: value
        for name, value in _node(document, stages, "productionStage").items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    for name in ("pcfExcludingBiogenicUptake", "pcfIncludingBiogenicUptake"):
        _number(stage, name)
    outbound = _node(document, stages, "distributionStage")
    scope = _text(_node(document, "scopeOfPcfForm"), "partialFullPcf")
    share = quality.get("primaryDataShare")
    found = SupplierFootprint(
        format=CATENA_X,
        field=f"{stages}.productionStage.pcfExcludingBiogenicUptake",
        kgco2e=0.0,
        typed="",
        unit=UNITS.get(_text(product, "declaredUnitOfMeasurement"), ""),
        amount=_number(product, "declaredUnitAmount"),
        company=_text(company, "companyName"),
        product=_text(product, "productNameCompany"),
        product_ids=tuple(str(one) for one in product.get("productIds", ())),
        is_deprecated=_text(version, "status") == "Deprecated",
        boundary="cradle_to_gate" if scope == "Cradle-to-gate" else "cradle_to_grave",
        period_start=_when(time, "referencePeriodStart"),
        period_end=_last_day(_text(time, "referencePeriodEnd")),
        created=_when(time, "created"),
        standards=tuple(str(one) for one in standards.get("crossSectoralStandards", ())),
        gwp_sets=(_text(gwp, "ipccCharacterizationFactors"),),
        verification=_verified(document),
        primary_percent=float(share) if isinstance(share, int | float) else None,
        uptake_kgco2e=float(stage.get("biogenicCO2Uptake", 0.0)),
        outbound_kgco2e=float(outbound.get("distributionStagePcfExcludingBiogenicUptake") or 0.0),
    )
    return found, stage


def _verified(document: Mapping[str, Any]) -> str:
    if document.get("attestationOfConformance"):
        return "third_party"
    method = document["pcfAssessmentAndMethodology"][0]
    nodes = method.get("verificationAndCertificationShares") or [{}]
    shares = nodes[0] if isinstance(nodes[0], Mapping) else {}
    if shares.get("productVerificationShare3rdParty") or shares.get("programCertificationShare"):
        return "third_party"
    return "self" if shares.get("productVerificationShare1stParty") else "none"


def _node(document: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """The object inside lists of one object."""
    found: Any = document
    for at, name in enumerate(path):
        inner = found.get(name)
        if not isinstance(inner, Sequence) or isinstance(inner, str) or not inner:
            raise _Lacking(Breach(".".join(path[: at + 1]), "missing"))
        found = inner[0]
        if not isinstance(found, Mapping):
            raise _Lacking(Breach(".".join(path[: at + 1]), "kind_object"))
    node: Mapping[str, Any] = found
    return node


def _text(node: Mapping[str, Any], name: str) -> str:
    value = node.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _Lacking(Breach(name, "missing"))
    return value.strip()


def _number(node: Mapping[str, Any], name: str) -> float:
    value = node.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Lacking(Breach(name, "missing"))
    return float(value)


def _when(node: Mapping[str, Any], name: str) -> date:
    return _day(_text(node, name))


def _day(moment: str) -> date:
    try:
        return datetime.fromisoformat(moment.strip().upper()).date()
    except ValueError:
        raise _Lacking(Breach(moment[:40], "not_moment", seen=moment[:40])) from None


def _last_day(moment: str) -> date:
    """The last day before a moment: an end at 00:00 does not count its own day."""
    try:
        return (datetime.fromisoformat(moment.strip().upper()) - timedelta(microseconds=1)).date()
    except (ValueError, OverflowError):
        raise _Lacking(Breach(moment[:40], "not_moment", seen=moment[:40])) from None
