"""Factors out of an openLCA JSON-LD package: results, and system processes with their category.

A result states its impact; a system process (elementary flows alone) has one where the package
holds the climate category with its factors. Anything else is named: a unit process has inputs of
products, and what they emit is not in it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from cfp_xl.exchange.json_file import MOST_MIB, JsonNotRead, parse_json
from cfp_xl.exchange.listing import Listing, ListNotRead, RawLine
from cfp_xl.messages import Explained

Entity = Mapping[str, Any]
MOST_ENTITIES = 100_000
MOST_BYTES = 512 * 2**20
HEADINGS = ("id", "name", "value", "unit", "per_unit", "region", "source")
_CLIMATE = re.compile(r"climate change|global warming|\bgwp", re.IGNORECASE)
_PART = re.compile(r"fossil|biogenic|land use|luluc|gwp ?(20|500)\b|gtp|aviation", re.IGNORECASE)


class OlcaEntityUnusable(Explained):
    """A process or result that gives no factor, and why."""


@dataclass(frozen=True)
class OlcaPackage:
    """What of a package factors are made of, by folder and id."""

    path: Path
    entities: Mapping[str, Mapping[str, Entity]] = field(default_factory=dict)

    def all(self, folder: str) -> Iterator[Entity]:
        """The entities of a folder, in the order of their ids."""
        held = self.entities.get(folder, {})
        return (held[id] for id in sorted(held))

    @cached_property
    def climate(self) -> Entity | None:
        """The climate category that is the whole of it; ListNotRead where there are several."""
        found = [one for one in self.all("lcia_categories") if _is_climate(one.get("name"))]
        if len(found) > 1:
            names = tuple(str(one.get("name")) for one in found)
            raise ListNotRead("exchange.olca_categories", file=self.path, names=names)
        return found[0] if found else None


def is_olca(path: Path) -> bool:
    """Whether a file is a zip of JSON-LD and no workbook."""
    return path.suffix.casefold() == ".zip" and zipfile.is_zipfile(path)


def read_olca(path: Path) -> tuple[Listing, tuple[Explained, ...]]:
    """The package's factors as a list, and what gives none. Raises ListNotRead, JsonNotRead."""
    package = _package(path)
    lines, problems = [], []
    for number, (make, entity) in enumerate(_candidates(package), start=1):
        try:
            lines.append(RawLine(number, make(package, entity)))
        except Explained as problem:
            if isinstance(problem, ListNotRead):
                raise
            problems.append(problem)
    return Listing(path, HEADINGS, tuple(lines)), tuple(problems)


def _package(path: Path) -> OlcaPackage:
    entities: dict[str, dict[str, Entity]] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            wanted = [
                one
                for one in archive.infolist()
                if one.filename.partition("/")[0] in ("processes", "results", "lcia_categories")
                and one.filename.endswith(".json")
            ]
            if len(wanted) > MOST_ENTITIES or sum(one.file_size for one in wanted) > MOST_BYTES:
                raise ListNotRead("exchange.list_too_large", file=path, mib=MOST_BYTES // 2**20)
            for one in wanted:
                with archive.open(one) as stream:
                    found = parse_json(stream.read(MOST_MIB * 2**20 + 1), path)
                if isinstance(found, dict):
                    folder = one.filename.partition("/")[0]
                    entities.setdefault(folder, {})[str(found.get("@id"))] = found
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise JsonNotRead("exchange.list_not_read", file=path, why=str(error)[:80]) from error
    if not entities.get("processes") and not entities.get("results"):
        raise ListNotRead("exchange.olca_nothing", file=path)
    return OlcaPackage(path, entities)


def _candidates(package: OlcaPackage) -> Iterator[tuple[Any, Entity]]:
    yield from ((_of_result, one) for one in package.all("results"))
    yield from ((_of_process, one) for one in package.all("processes"))


def _of_result(package: OlcaPackage, result: Entity) -> tuple[str | float, ...]:
    name = str(result.get("name"))
    found = [
        one
        for one in _list(result, "impactResults")
        if _is_climate(_ref(one, "indicator").get("name"))
    ]
    if len(found) != 1:
        raise OlcaEntityUnusable("exchange.olca_impacts", name=name, count=len(found))
    indicator = _ref(found[0], "indicator")
    category = package.entities.get("lcia_categories", {}).get(str(indicator.get("@id")), indicator)
    reference = [one for one in _list(result, "flowResults") if one.get("isRefFlow")]
    amount, unit, flow = _reference(name, reference)
    value = _number(name, found[0].get("amount")) / amount
    return _row(package, result, flow, value, _emission_unit(name, category), unit)


def _of_process(package: OlcaPackage, process: Entity) -> tuple[str | float, ...]:
    name = str(process.get("name"))
    category = package.climate
    if category is None:
        raise OlcaEntityUnusable("exchange.olca_no_category", name=name)
    exchanges = _list(process, "exchanges")
    reference = [one for one in exchanges if one.get("isQuantitativeReference")]
    others = [one for one in exchanges if not one.get("isQuantitativeReference")]
    if any(_ref(one, "flow").get("flowType") != "ELEMENTARY_FLOW" for one in others):
        raise OlcaEntityUnusable("exchange.olca_unit_process", name=name)
    amount, unit, flow = _reference(name, reference)
    factors = {
        str(_ref(one, "flow").get("@id")): one
        for one in _list(category, "impactFactors")
        if not one.get("location")
    }
    total = 0.0
    for one in others:
        factor = factors.get(str(_ref(one, "flow").get("@id")))
        if factor is None:
            continue
        if _ref(factor, "unit").get("@id") != _ref(one, "unit").get("@id"):
            raise OlcaEntityUnusable(
                "exchange.olca_units", name=name, flow=_ref(one, "flow")["name"]
            )
        sign = -1.0 if one.get("isInput") else 1.0
        total += sign * _number(name, one.get("amount")) * _number(name, factor.get("value"))
    return _row(package, process, flow, total / amount, _emission_unit(name, category), unit)


def _row(
    package: OlcaPackage, entity: Entity, flow: str, value: float, unit: str, per_unit: str
) -> tuple[str | float, ...]:
    region = str(_ref(entity, "location").get("name") or "")
    name = str(entity.get("name") or flow)
    return (str(entity["@id"]), name, value, unit, per_unit, region, package.path.name)


def _reference(name: str, found: list[Entity]) -> tuple[float, str, str]:
    """Amount, unit and name of the one flow that all is for."""
    amount = _number(name, found[0].get("amount")) if len(found) == 1 else 0.0
    if not amount:
        raise OlcaEntityUnusable("exchange.olca_no_reference", name=name)
    unit = str(_ref(found[0], "unit").get("name") or "")
    return amount, _UNITS.get(unit, unit), str(_ref(found[0], "flow").get("name") or "")


_UNITS = {"t*km": "t·km", "kg*km": "kg·km", "Item(s)": "件", "p*km": "person.km"}
"""Units as openLCA names them that we spell otherwise."""


def _emission_unit(name: str, category: Entity) -> str:
    unit = str(category.get("refUnit") or "")
    if not re.fullmatch(
        r"kgco2(e|eq|equiv|equivalents?)?", re.sub(r"[\s.,_-]", "", unit.casefold())
    ):
        raise OlcaEntityUnusable("exchange.olca_unit", name=name, unit=unit)
    return "kgCO2e"


def _is_climate(name: object) -> bool:
    return bool(_CLIMATE.search(str(name))) and not _PART.search(str(name))


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise OlcaEntityUnusable("exchange.olca_amount", name=name, seen=str(value))
    return float(value)


def _list(entity: Entity, key: str) -> list[Entity]:
    found = entity.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _ref(entity: Entity, key: str) -> Entity:
    found = entity.get(key)
    return found if isinstance(found, dict) else {}
