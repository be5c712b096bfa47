"""openLCA JSON-LD: a zip that imports into an empty openLCA, and into Brightway.

Ids are made of the content of the whole model: openLCA keeps what it has under an id, so changed
content must come under new ones. Units keep openLCA's own ids, by which its importer finds them.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cfp_xl.exchange.out.lca_model import (
    Emission,
    Exchange,
    LcaModel,
    LcaUnit,
    Process,
    lca_model,
    lca_units,
)
from cfp_xl.exchange.out.study import Study
from cfp_xl.messages import text

NAMESPACE = uuid5(NAMESPACE_URL, "urn:cfp-xl:lca-model")
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
METHODS = ("excluding", "including")
"""The impact categories: totals without and with biogenic CO2."""

Entity = dict[str, Any]


def write_openlca(study: Study) -> bytes:
    """The zip. Raises CannotExport."""
    model = lca_model(study)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "olca-schema.json", {"version": 2})
        for folder, entity in _Entities(model).all():
            _put(archive, f"{folder}/{entity['@id']}.json", entity)
    return target.getvalue()


def _put(archive: zipfile.ZipFile, name: str, entity: Mapping[str, Any]) -> None:
    info = zipfile.ZipInfo(name, ZIP_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, json.dumps(entity, ensure_ascii=False, indent=1).encode())


class _Entities:
    """The model as openLCA's entities."""

    def __init__(self, model: LcaModel) -> None:
        self.model = model
        canonical = json.dumps(asdict(model), sort_keys=True, ensure_ascii=False)
        self.content = str(uuid5(NAMESPACE, canonical))
        self.by_key = {one.key: one for one in model.processes}
        self.locations = dict.fromkeys(
            sorted({one.location or model.site or "GLO" for one in model.processes})
        )

    def all(self) -> Iterator[tuple[str, Entity]]:
        units = {one.ours: one for one in self._units()}
        groups = {one.group[1]: one for one in units.values()}
        yield from (("unit_groups", self._group(one)) for one in groups.values())
        yield from (("flow_properties", self._property(one)) for one in groups.values())
        yield from (("locations", self._location(code)) for code in self.locations)
        for process in self.model.processes:
            yield "flows", self._flow(process)
        for emission in self.model.emissions:
            yield "flows", self._elementary_flow(emission)
        for process in self.model.processes:
            yield "processes", self._process(process)
        yield from (("lcia_categories", self._impact(one)) for one in METHODS)
        yield "lcia_methods", self._method()

    def _units(self) -> Iterator[LcaUnit]:
        used = {process.unit.ours for process in self.model.processes} | {"kg"}
        return (one for ours, one in lca_units().items() if ours in used)

    def _id(self, kind: str, key: str) -> str:
        return str(uuid5(NAMESPACE, f"{self.content}/{kind}/{key}"))

    def _group(self, unit: LcaUnit) -> Entity:
        """A unit group with its reference unit, and the unit used where it is another."""
        name, id = unit.reference
        units = [_typed("Unit", id, name) | {"conversionFactor": 1.0, "isRefUnit": True}]
        if unit.id != id:
            more = {"conversionFactor": unit.factor, "isRefUnit": False}
            units.append(_typed("Unit", unit.id, unit.name) | more)
        property = _typed("FlowProperty", unit.property[1], unit.property[0])
        return _typed("UnitGroup", unit.group[1], unit.group[0]) | {
            "defaultFlowProperty": property,
            "units": units,
        }

    def _property(self, unit: LcaUnit) -> Entity:
        return _typed("FlowProperty", unit.property[1], unit.property[0]) | {
            "flowPropertyType": "PHYSICAL_QUANTITY",
            "unitGroup": _typed("UnitGroup", unit.group[1], unit.group[0]),
        }

    def _location(self, code: str) -> Entity:
        return _typed("Location", str(uuid5(NAMESPACE, f"location/{code}")), code) | {"code": code}

    def _flow(self, process: Process) -> Entity:
        id, name = self._id("product", process.key), process.name
        return _typed("Flow", id, name) | {
            "flowType": "PRODUCT_FLOW",
            "category": process.category,
            "flowProperties": [_factor_of(process.unit)],
        }

    def _elementary_flow(self, emission: Emission) -> Entity:
        id = self._emission_id(emission)
        return _typed("Flow", id, emission.name) | {
            "flowType": "ELEMENTARY_FLOW",
            "category": "Elementary flows/Emission to air/unspecified",
            "flowProperties": [_factor_of(lca_units()["kg"])],
        }

    def _emission_id(self, emission: Emission) -> str:
        return str(uuid5(NAMESPACE, f"flow/{emission.kind}/{emission.by_aircraft}"))

    def _process(self, process: Process) -> Entity:
        place = process.location or self.model.site or "GLO"
        made = self._exchange(1, Exchange(process.key, process.amount, process.unit)) | {
            "isQuantitativeReference": True
        }
        taken = [
            self._exchange(number, one) | self._direction(one)
            for number, one in enumerate(process.exchanges, start=2)
        ]
        return _typed("Process", self._id("process", process.key), process.name) | {
            "description": process.comment,
            "version": "01.00.000",
            "category": process.category,
            "processType": "UNIT_PROCESS",
            "isInfrastructureProcess": False,
            "location": _typed("Location", self._location(place)["@id"], place),
            "lastInternalId": len(process.exchanges) + 1,
            "exchanges": [made, *taken],
        }

    def _direction(self, exchange: Exchange) -> Entity:
        if isinstance(exchange.target, Emission):
            return {}
        provider = self.by_key[exchange.target]
        id = self._id("process", provider.key)
        return {"isInput": True, "defaultProvider": _typed("Process", id, provider.name)}

    def _exchange(self, number: int, exchange: Exchange) -> Entity:
        unit = exchange.unit
        found: Entity = {
            "@type": "Exchange",
            "internalId": number,
            "isInput": False,
            "isAvoidedProduct": False,
            "isQuantitativeReference": False,
            "amount": exchange.amount,
            "flow": self._flow_ref(exchange.target) | {"refUnit": unit.reference[0]},
            "unit": _typed("Unit", unit.id, unit.name),
            "flowProperty": _typed("FlowProperty", unit.property[1], unit.property[0]),
            "description": exchange.comment,
        }
        if exchange.sigma:
            found["uncertainty"] = {
                "@type": "Uncertainty",
                "distributionType": "LOG_NORMAL_DISTRIBUTION",
                "geomMean": exchange.amount,
                "geomSd": math.exp(exchange.sigma),
            }
        return found

    def _flow_ref(self, target: str | Emission) -> Entity:
        if isinstance(target, Emission):
            id, name, kind = self._emission_id(target), target.name, "ELEMENTARY_FLOW"
        else:
            id, name, kind = self._id("product", target), self.by_key[target].name, "PRODUCT_FLOW"
        return _typed("Flow", id, name) | {"flowType": kind}

    def _impact(self, method: str) -> Entity:
        unit = lca_units()["kg"]
        counts = [(one, getattr(one, method)) for one in self.model.emissions]
        return _impact_ref(method) | {
            "refUnit": "kg CO2e",
            "impactFactors": [
                {
                    "@type": "ImpactFactor",
                    "value": value,
                    "flow": self._flow_ref(one) | {"refUnit": "kg"},
                    "unit": _typed("Unit", unit.id, unit.name),
                    "flowProperty": _typed("FlowProperty", unit.property[1], unit.property[0]),
                }
                for one, value in counts
                if value
            ],
        }

    def _method(self) -> Entity:
        id = str(uuid5(NAMESPACE, f"method/{self._kinds}"))
        return _typed("ImpactMethod", id, text("exchange_out.lca.method").en) | {
            "impactCategories": [_impact_ref(one) for one in METHODS]
        }

    @property
    def _kinds(self) -> str:
        return ",".join(one.name for one in self.model.emissions)


def _typed(kind: str, id: str, name: str) -> Entity:
    return {"@type": kind, "@id": id, "name": name}


def _factor_of(unit: LcaUnit) -> Entity:
    return {
        "@type": "FlowPropertyFactor",
        "isRefFlowProperty": True,
        "conversionFactor": 1.0,
        "flowProperty": _typed("FlowProperty", unit.property[1], unit.property[0]),
    }


def _impact_ref(method: str) -> Entity:
    id = str(uuid5(NAMESPACE, f"impact/{method}"))
    return _typed("ImpactCategory", id, text(f"exchange_out.lca.{method}").en)
