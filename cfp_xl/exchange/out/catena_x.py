"""Catena-X: the payload of the aspect model PCF 9.0.0. Each node is a list of one object.

The values are those of the PACT footprint, as numbers. What the model wants besides is a fact of
the workbook, never assumed. Its sum adds emissions of aircraft, so they are not fossil here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cfp_xl.exchange.out import terms
from cfp_xl.exchange.out.pact import content_id, geography, json_bytes, pact_document
from cfp_xl.exchange.out.study import CannotExport, Study
from cfp_xl.exchange.pact_rules import breaches
from cfp_xl.footprint.parts import Parts, total_parts

SPEC_VERSION = "urn:io.catenax.pcf:datamodel:version:9.0.0"
NAMESPACE = uuid5(NAMESPACE_URL, "urn:cfp-xl:catena-x-footprint")
MOST_EXEMPTED = 10.0
NOT_APPLICABLE = "not applicable"

Node = list[dict[str, Any]]


def write_catena_x(study: Study) -> bytes:
    """The payload as JSON. Raises CannotExport with every cell to fill."""
    own = {
        "massBalancingInformation": _mass_balancing(study),
        "allocationInForeground": _allocation(study),
        "validityPeriodEnd": _valid_until(study),
        "region": _region(study),
        "productOrSectorSpecificRules": sector_rules(study),
    }
    exempted = study.number("exempted_percent", is_wanted=False)
    if exempted is not None and exempted > MOST_EXEMPTED:
        fact = study.fact("exempted_percent")
        where = fact.where if fact else None
        study.lack("exempted", where, seen=exempted, expected=MOST_EXEMPTED)
    pact = pact_document(study)
    if wrong := breaches(pact):
        raise CannotExport(*wrong)
    return json_bytes(_payload(study, pact, own))


def _payload(study: Study, pact: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    pcf = pact["pcf"]
    product = {
        name: pact[name] for name in ("productNameCompany", "productIds", "productDescription")
    }
    for name in ("declaredUnitAmount", "productMassPerDeclaredUnit"):
        product[name] = _number(pcf[name])
    carbon = ("fossilCarbonContent", "biogenicCarbonContent")
    contents = {name: _number(pcf[name]) for name in carbon}
    total = sum(Decimal(pcf[name]) for name in carbon)
    return {
        "scopeOfPcfForm": [{"specVersion": SPEC_VERSION, "partialFullPcf": "Cradle-to-gate"}],
        "companyAndProductInformation": [
            {
                "companyInformation": [
                    {"companyName": pact["companyName"], "companyIds": pact["companyIds"]}
                ],
                "productInformation": [
                    {**product, "declaredUnitOfMeasurement": pcf["declaredUnitOfMeasurement"]}
                ],
            }
        ],
        "pcfAssessmentAndMethodology": [
            {
                "dataSourcesAndQuality": _quality(pcf),
                "pcfAssessmentInformation": _assessment(pact, own),
                "pcfMethodology": _methodology(pcf, own),
            }
        ],
        "general": [{"comment": pact["comment"]}],
        "carbonContent": [{"carbonContentTotal": float(total), **contents}],
        "productLifeCycleStagesAndEmissions": [
            {
                "productionStage": [_emissions(study.gate.parts, "")],
                "distributionStage": _distribution(study),
                "packagingStage": [
                    {"packagingEmissionsIncluded": pcf["packagingEmissionsIncluded"]}
                ],
            }
        ],
    }


def _quality(pcf: Mapping[str, Any]) -> Node:
    sources = [
        f"{one['name']}, {one['version']}" for one in pcf.get("secondaryEmissionFactorSources", ())
    ]
    found: dict[str, Any] = {"primaryDataShare": _number(pcf["primaryDataShare"])}
    found |= {name: _number(value) for name, value in pcf.get("dqi", {}).items()}
    return [{**found, **({"secondaryEmissionFactorSources": sources} if sources else {})}]


def _assessment(pact: Mapping[str, Any], own: Mapping[str, Any]) -> Node:
    pcf = pact["pcf"]
    times = {name: pcf[name] for name in ("referencePeriodStart", "referencePeriodEnd")}
    times |= {"created": pact["created"], "validityPeriodEnd": own["validityPeriodEnd"]}
    exempted: dict[str, Any] = {
        "exemptedEmissionsPercent": _number(pcf["exemptedEmissionsPercent"])
    }
    if description := pcf.get("exemptedEmissionsDescription"):
        exempted["exemptedEmissionsDescription"] = description
    return [
        {
            "technology": [
                {
                    "ccsTechnologicalCO2CaptureIncluded": False,
                    "boundaryProcessesDescription": pcf.get("boundaryProcessesDescription", ""),
                }
            ],
            "idAndVersion": [
                {
                    "id": str(uuid5(NAMESPACE, f"{content_id(pact)}{own}")),
                    "version": 0,
                    "status": "Active",
                    "retroOrProspectivePcfType": "Retrospective PCF",
                }
            ],
            "boundarySpecifications": [exempted],
            "geography": [own["region"]],
            "time": [times],
        }
    ]


def _methodology(pcf: Mapping[str, Any], own: Mapping[str, Any]) -> Node:
    standards = [terms.spelled("catena_x_standards", one) for one in pcf["crossSectoralStandards"]]
    allocation = {**own["allocationInForeground"]}
    if rules := pcf.get("allocationRulesDescription"):
        allocation["allocationRulesDescription"] = rules
    return [
        {
            "massBalancingInformation": [own["massBalancingInformation"]],
            "standards": [
                {
                    "crossSectoralStandards": standards,
                    "productOrSectorSpecificRules": own["productOrSectorSpecificRules"],
                }
            ],
            "gwpCharacterizationFactorDetails": [
                {"ipccCharacterizationFactors": pcf["ipccCharacterizationFactors"][0]}
            ],
            "allocationInForeground": [allocation],
        }
    ]


def _emissions(parts: Parts, prefix: str) -> dict[str, float]:
    """The parts of a stage; those without uptake add to the total without it."""
    fossil, land, other, flown = map(
        terms.decimal_of,
        (parts.fossil, parts.land_use_change, parts.biogenic_other, parts.aircraft),
    )
    net_uptake = terms.decimal_of(parts.biogenic_co2) - terms.decimal_of(parts.uptake)
    excluding = fossil + land + other
    found = {
        "PcfExcludingBiogenicUptake": excluding,
        "PcfIncludingBiogenicUptake": excluding + net_uptake,
        "FossilGhgEmissions": fossil - flown,
        "BiogenicNonCO2Emissions": other,
        "BiogenicCO2Uptake": net_uptake,
        "LandUseChangeGhgEmissions": land,
        "AircraftGhgEmissions": flown,
    }
    return {_named(prefix, name): float(value) for name, value in found.items()}


def _named(prefix: str, name: str) -> str:
    return f"{prefix}{name}" if prefix else f"{name[0].lower()}{name[1:]}"


def _distribution(study: Study) -> Node:
    """Outbound transport, where the workbook counts any."""
    rows = [row for row in study.gate.outbound if row.kgco2e]
    if not rows:
        return [{"distributionStageIncluded": False}]
    parts = total_parts(row.all_parts for row in rows)
    if parts.biogenic_co2 > parts.uptake:
        where = study.product.cell(rows[0].activity, "quantity")
        study.lack("biogenic", where, seen=terms.digits(parts.biogenic_co2 - parts.uptake))
        raise CannotExport(*study.lacks)
    return [{"distributionStageIncluded": True, **_emissions(parts, "distributionStage")}]


def _mass_balancing(study: Study) -> dict[str, Any]:
    if not study.flag("mass_balancing"):
        free, scheme = NOT_APPLICABLE, NOT_APPLICABLE
        return _balanced(is_used=False, free=free, scheme=scheme)
    free = "true" if study.flag("mass_balancing_free") else "false"
    return _balanced(is_used=True, free=free, scheme=study.words("mass_balancing_scheme"))


def _balanced(*, is_used: bool, free: str, scheme: str) -> dict[str, Any]:
    return {
        "massBalancingUsed": is_used,
        "freeAttributionInMassBalancing": free,
        "massBalancingCertificateScheme": scheme,
    }


def _allocation(study: Study) -> dict[str, Any]:
    known = terms.table("waste_incineration")
    return {"allocationWasteIncineration": study.choice("waste_incineration", known)}


def _valid_until(study: Study) -> str:
    """The first second after the last valid day."""
    last = study.day("valid_until")
    return terms.moment(last + timedelta(days=1)) if last else ""


def _region(study: Study) -> dict[str, str]:
    place = geography(study)
    code = place.get("geographyCountry") or place.get("geographyCountrySubdivision", "")
    country = code.partition("-")[0]
    region = terms.un_region(country)
    if country and not region:
        fact = study.fact("site")
        study.lack("no_word", fact.where if fact else None, seen=country)
    return {"geographyRegionOrSubregion": region, "geographyCountry": country, **place}


def sector_rules(study: Study) -> list[str]:
    """The product or sector rules that the workbook names, if any."""
    typed = study.words("sector_rules", is_wanted=False)
    found = (one.strip() for one in typed.replace("；", ";").split(";"))
    return list(dict.fromkeys(one for one in found if one))


def _number(text: str) -> float:
    return float(text)
