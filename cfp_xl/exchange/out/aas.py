"""Asset Administration Shell: the submodel Carbon Footprint, IDTA 02023-1-0-1, as JSON.

One entry for each phase of the life cycle, so that no sum hides what is in it; together they are
the workbook's total. Codes are those of the template's lists, in `data/exchange_terms.toml`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cfp_xl.exchange.out import terms
from cfp_xl.exchange.out.pact import json_bytes, product_urns, standards
from cfp_xl.exchange.out.study import Study
from cfp_xl.footprint.gate import DISTRIBUTION, Side, side_of
from cfp_xl.footprint.parts import total_parts
from cfp_xl.footprint.row_emission import FootprintState, RowResult

NAMESPACE = uuid5(NAMESPACE_URL, "urn:cfp-xl:aas-carbon-footprint")
IDTA = "https://admin-shell.io/idta/CarbonFootprint"
TEMPLATE = "https://admin-shell.io/IDTA 02023-1-0"
PHASES: Mapping[str, str] = {
    "raw_material_acquisition": "A1",
    "production": "A3",
    "use": "B1-B7",
    "end_of_life": "C1-C4",
}
INBOUND, OUTBOUND = "A2", "A4"
METHOD, CO2EQ, UNIT, AMOUNT, PHASE = (f"0173-1#02-ABG85{number}#003" for number in range(4, 9))

Element = dict[str, Any]


def write_aas(study: Study) -> bytes:
    """The environment: a shell of the product's type with the submodel. Raises CannotExport."""
    ids = product_urns(study)
    entries = _entries(study)
    study.refuse_lacks()
    content = json.dumps(entries, sort_keys=True, ensure_ascii=False)
    submodel_id, shell_id = (
        f"urn:uuid:{uuid5(NAMESPACE, f'{kind}{ids}{content}')}" for kind in ("submodel", "shell")
    )
    submodel = {
        "modelType": "Submodel",
        "id": submodel_id,
        "idShort": "CarbonFootprint",
        "kind": "Instance",
        "administration": {"version": "1", "revision": "0", "templateId": TEMPLATE},
        "semanticId": _external(f"{IDTA}/CarbonFootprint/1/0"),
        "submodelElements": [
            _list("ProductCarbonFootprints", entries, f"{IDTA}/ProductCarbonFootprint/1/0")
        ],
    }
    shell = {
        "modelType": "AssetAdministrationShell",
        "id": shell_id,
        "assetInformation": {"assetKind": "Type", "globalAssetId": ids[0]},
        "submodels": [
            {"type": "ModelReference", "keys": [{"type": "Submodel", "value": submodel_id}]}
        ],
    }
    return json_bytes({"assetAdministrationShells": [shell], "submodels": [submodel]})


def _entries(study: Study) -> list[Element]:
    """A footprint for each phase that the study counts."""
    methods = _methods(study)
    unit, amount = _unit(study)
    published, expires = _days(study)
    _ = study.gate  # rows that are undecided are noted
    found = []
    for phase, rows in _by_phase(study.footprint.rows).items():
        kgco2e = terms.decimal_of(total_parts(row.all_parts for row in rows).excluding)
        codes = [terms.spelled("aas_phases", phase)]
        elements = [
            _list("PcfCalculationMethods", [_code(METHOD, one) for one in methods], METHOD),
            _property("PcfCO2eq", "xs:decimal", terms.digits(kgco2e), CO2EQ),
            _property("ReferenceImpactUnitForCalculation", "xs:string", unit, UNIT),
            _property("QuantityOfMeasureForCalculation", "xs:double", amount, AMOUNT),
            _list("LifeCyclePhases", [_code(PHASE, one) for one in codes], PHASE),
            _dated("PublicationDate", published),
            *([_dated("ExpirationDate", expires)] if expires else []),
        ]
        found.append(
            {
                "modelType": "SubmodelElementCollection",
                "semanticId": _external(f"{IDTA}/ProductCarbonFootprint/1/0"),
                "value": elements,
            }
        )
    return found


def _by_phase(rows: Iterable[RowResult]) -> Mapping[str, list[RowResult]]:
    """The product's rows that count, by their phase, in the order of a life."""
    found: dict[str, list[RowResult]] = {
        phase: [] for phase in ("A1", INBOUND, "A3", OUTBOUND, "B1-B7", "C1-C4")
    }
    for row in rows:
        if row.assembly or row.state is not FootprintState.VALUE or row.stage_id is None:
            continue
        if row.stage_id == DISTRIBUTION:
            phase = INBOUND if side_of(row) is Side.INSIDE else OUTBOUND
        else:
            phase = PHASES[row.stage_id]
        found[phase].append(row)
    return {phase: of for phase, of in found.items() if of}


def _methods(study: Study) -> list[str]:
    named = standards(study)
    codes = [code for one in named if (code := terms.spelled("aas_methods", one))]
    if named and not codes:
        fact = study.fact("standard")
        study.lack("no_word", fact.where if fact else None, seen=", ".join(named))
    return codes


def _unit(study: Study) -> tuple[str, str]:
    unit = study.functional_unit()
    found = terms.declared_unit(unit) if unit else None
    code = terms.spelled("aas_units", found[0]) if found else ""
    if unit and not code:
        fact = study.fact("functional_unit")
        study.lack("no_word", fact.where if fact else None, seen=unit.unit)
    return code, terms.digits(found[1]) if found else ""


def _days(study: Study) -> tuple[str, str]:
    """When it was made, and after which it is no longer valid; "" where nothing says."""
    made = study.day("report_date")
    until = study.day("valid_until") if study.words("valid_until", is_wanted=False) else None
    return (
        terms.moment(made) if made else "",
        terms.moment(until + timedelta(days=1)) if until else "",
    )


def _external(value: str) -> Element:
    key = {"type": "GlobalReference", "value": value}
    return {"type": "ExternalReference", "keys": [key]}


def _property(id: str, kind: str, value: str, meaning: str) -> Element:
    return {"idShort": id, **_code(meaning, value, kind)}


def _code(meaning: str, value: str, kind: str = "xs:string") -> Element:
    return {
        "modelType": "Property",
        "semanticId": _external(meaning),
        "valueType": kind,
        "value": value,
    }


def _dated(id: str, moment: str) -> Element:
    return _property(id, "xs:dateTime", moment, f"{IDTA}/{id}/1/0")


def _list(id: str, elements: list[Element], meaning: str) -> Element:
    """A list of properties, or of collections."""
    is_property = elements and elements[0]["modelType"] == "Property"
    kind = "Property" if is_property else "SubmodelElementCollection"
    return {
        "modelType": "SubmodelElementList",
        "idShort": id,
        "semanticId": _external(f"{IDTA}/{id}/1/0"),
        "semanticIdListElement": _external(meaning),
        "typeValueListElement": kind,
        **({"valueTypeListElement": "xs:string"} if is_property else {}),
        "value": elements,
    }
