"""PACT data exchange, version 3: a cradle-to-gate footprint as one ProductFootprint.

Every value is the workbook's; nothing is assumed but that no captured CO2 enters the result, for a
workbook has no rows for it. The id is made of the content, so that equal workbooks give equal ids.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from cfp_xl.exchange.out import terms
from cfp_xl.exchange.out.study import CannotExport, Study
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import text

SPEC_VERSION = "3.0.3"
NAMESPACE = uuid5(NAMESPACE_URL, "urn:cfp-xl:pact-footprint")
UNNAMED = ("id", "status", "precedingPfIds")
"""What the id is not made of."""
DQR = {"technologicalDQR": "technology", "geographicalDQR": "geography", "temporalDQR": "time"}
COMPLETE = 1 - 1e-9


def write_pact(study: Study) -> bytes:
    """The footprint as JSON. Raises CannotExport with every cell to fill."""
    from cfp_xl.exchange.pact_rules import breaches

    document = pact_document(study)
    if wrong := breaches(document):
        raise CannotExport(*wrong)
    return json_bytes(document)


def json_bytes(document: object) -> bytes:
    """A document as the bytes of a file."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def pact_document(study: Study) -> dict[str, Any]:
    """The ProductFootprint. Raises CannotExport."""
    created = study.day("report_date")
    company_ids, product_ids = _urns(study, "company_ids"), product_urns(study)
    document = {
        "specVersion": SPEC_VERSION,
        "created": terms.moment(created) if created else "",
        "status": "Active",
        "validityPeriodEnd": _valid_until(study),
        "companyName": study.words("producer"),
        "companyIds": company_ids,
        "productDescription": study.words("function"),
        "productIds": product_ids,
        "productNameCompany": _name(study),
        "comment": _comment(study),
        "pcf": _carbon_footprint(study),
    }
    study.refuse_lacks()
    stated = {name: value for name, value in document.items() if value not in ("", None)}
    stated = {"id": str(content_id(stated)), **stated}
    if earlier := [one for one in study.preceding if one != stated["id"]]:
        stated["precedingPfIds"] = earlier
    return stated


def content_id(document: Mapping[str, Any]) -> UUID:
    """The id of a footprint: of its content in one canonical form."""
    content = {name: value for name, value in document.items() if name not in UNNAMED}
    return uuid5(NAMESPACE, json.dumps(content, sort_keys=True, ensure_ascii=False))


def _carbon_footprint(study: Study) -> dict[str, Any]:
    unit, amount, mass_kg = declared(study)
    period = study.period()
    pcf: dict[str, Any] = {
        "declaredUnitOfMeasurement": unit,
        "declaredUnitAmount": terms.digits(amount),
        "productMassPerDeclaredUnit": terms.digits(mass_kg),
    }
    if period:
        pcf["referencePeriodStart"] = terms.moment(period.start)
        pcf["referencePeriodEnd"] = terms.moment(period.end + timedelta(days=1))
        _not_before(study, period.end)
    return {
        **pcf,
        **geography(study),
        **_emissions(study),
        **_carbon(study),
        **_method(study),
        **_quality(study),
    }


def declared(study: Study) -> tuple[str, float, float]:
    """The declared unit, its amount, and what that weighs in kg."""
    ensure_cradle_to_gate(study)
    unit = study.functional_unit()
    found = terms.declared_unit(unit) if unit else None
    if unit and found is None:
        fact = study.fact("functional_unit")
        study.lack("unit", fact.where if fact else None, seen=fact.text if fact else "")
    name, amount = found or ("", 0.0)
    if name == "kilogram":
        return name, amount, amount
    if name in terms.WITHOUT_MASS:
        return name, amount, study.number("mass_kg", is_wanted=False) or 0.0
    return name, amount, study.number("mass_kg", low=1e-12) or 0.0


def ensure_cradle_to_gate(study: Study) -> None:
    """A study that does not begin at the cradle has no cradle-to-gate part."""
    fact = study.fact("boundary")
    if not study.words("boundary") or fact is None:
        return
    if fact.value is None or fact.value.id not in ("cradle_to_grave", "cradle_to_gate"):
        study.lack("boundary", fact.where, seen=fact.text)


def geography(study: Study) -> dict[str, str]:
    """The country or province of production."""
    from cfp_xl.footprint.regions import find_region

    if not (typed := study.words("site")):
        return {}
    fact = study.fact("site")
    found = find_region(typed)
    country = found.country if found else ""
    if found is None or len(country) != 2 or found.inside or "-R-" in found.code:
        study.lack("site", fact.where if fact else None, seen=typed)
        return {}
    if found.code != country:
        return {"geographyCountrySubdivision": found.code}
    return {"geographyCountry": country}


def _emissions(study: Study) -> dict[str, str]:
    """The cradle-to-gate result; the sums are exact in the digits that are written."""
    parts = study.gate.parts
    fossil, land, other = map(
        terms.decimal_of, (parts.fossil, parts.land_use_change, parts.biogenic_other)
    )
    net_uptake = terms.decimal_of(parts.biogenic_co2) - terms.decimal_of(parts.uptake)
    if net_uptake > 0:
        row = next(row for row in study.gate.inside if row.all_parts.biogenic_co2)
        where = study.product.cell(row.activity, "quantity")
        study.lack("biogenic", where, seen=terms.digits(net_uptake))
    excluding = fossil + land + other
    found = {
        "pcfExcludingBiogenicUptake": excluding,
        "pcfIncludingBiogenicUptake": excluding + net_uptake,
        "fossilGhgEmissions": fossil,
        "landUseChangeGhgEmissions": land,
        "biogenicCO2Uptake": net_uptake,
        "biogenicNonCO2Emissions": other,
        "aircraftGhgEmissions": terms.decimal_of(parts.aircraft),
    }
    if any(row.kgco2e for row in study.gate.outbound):
        found["outboundLogisticsGhgEmissions"] = terms.decimal_of(study.gate.outbound_kgco2e)
    return {name: terms.digits(value) for name, value in found.items()}


def _carbon(study: Study) -> dict[str, Any]:
    fossil, biogenic = (study.number(name) for name in ("fossil_carbon", "biogenic_carbon"))
    return {
        "fossilCarbonContent": terms.digits(fossil or 0.0),
        "biogenicCarbonContent": terms.digits(biogenic or 0.0),
        "packagingEmissionsIncluded": study.flag("packaging_included"),
        "ccsTechnologicalCO2CaptureIncluded": False,
    }


def _method(study: Study) -> dict[str, Any]:
    exempted = study.number("exempted_percent", high=100.0)
    cut_off = study.words("cut_off", is_wanted=False)
    allocation = study.words("allocation_method", is_wanted=False)
    sources = terms.factor_sources(study.used_factors(_with_assemblies(study)))
    found: dict[str, Any] = {
        "ipccCharacterizationFactors": [gwp_set(study)],
        "crossSectoralStandards": standards(study),
        "boundaryProcessesDescription": terms.by_stage(
            [(str(row.activity.stage), row.process) for row in study.gate.inside if row.kgco2e]
        ),
        "exemptedEmissionsPercent": terms.digits(exempted or 0.0),
        "exemptedEmissionsDescription": cut_off,
        "allocationRulesDescription": allocation,
        "secondaryEmissionFactorSources": [
            {"name": name, "version": version} for name, version in sources
        ],
    }
    return {name: value for name, value in found.items() if value not in ("", [])}


def gwp_set(study: Study) -> str:
    """AR5, AR6; "" where it lacks, which is noted."""
    study.words("gwp_set")
    fact = study.fact("gwp_set")
    if fact and fact.text and not (fact.value or "").startswith("AR"):
        study.lack("gwp_set", fact.where, seen=fact.text)
    return str(fact.value) if fact and fact.value else ""


def standards(study: Study) -> list[str]:
    """The standards that the workbook names."""
    typed = study.words("standard")
    found = terms.standards_in(typed)
    if typed and not found:
        fact = study.fact("standard")
        study.lack("standard", fact.where if fact else None, seen=typed)
    return found


def _quality(study: Study) -> dict[str, Any]:
    """The share of primary data; the ratings only where all of the footprint is rated."""
    percent = study.primary_percent()
    found: dict[str, Any] = {} if percent is None else {"primaryDataShare": terms.digits(percent)}
    ratings = [study.gate_ratings.get(aspect) for aspect in DQR.values()]
    if all(one and one.coverage >= COMPLETE for one in ratings):
        found["dqi"] = {
            name: terms.digits(one.value) for name, one in zip(DQR, ratings, strict=True) if one
        }
    return found


def _with_assemblies(study: Study) -> tuple[Any, ...]:
    return (*study.gate.inside, *(row for row in study.footprint.rows if row.assembly))


def _name(study: Study) -> str:
    """The product's name, with its model where the name does not hold it."""
    name, model = study.words("product_name"), study.words("model", is_wanted=False)
    return name if not model or folded(model) in folded(name) else f"{name} {model}"


def product_urns(study: Study) -> list[str]:
    """The product's ids; empty where they lack, which is noted."""
    return _urns(study, "product_ids")


def _urns(study: Study, name: str) -> list[str]:
    typed = study.words(name)
    found = terms.urns(typed)
    if typed and found is None:
        fact = study.fact(name)
        study.lack("urn", fact.where if fact else None, seen=typed)
    return found or []


def _comment(study: Study) -> str:
    return text(f"exchange_out.copy_for.{study.audience}").en


def _valid_until(study: Study) -> str:
    """The first second after the last valid day, where one is stated."""
    if not study.words("valid_until", is_wanted=False):
        return ""
    last = study.day("valid_until")
    return terms.moment(last + timedelta(days=1)) if last else ""


def _not_before(study: Study, end: date) -> None:
    """A study is not made before the period of its data is over."""
    fact = study.fact("report_date")
    made = study.day("report_date") if fact and fact.text else None
    if made and fact and made <= end:
        study.lack("made_early", fact.where, seen=made.isoformat(), expected=end.isoformat())


__all__ = ["SPEC_VERSION", "content_id", "json_bytes", "pact_document", "write_pact"]
