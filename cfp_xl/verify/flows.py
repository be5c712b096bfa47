"""What an activity row is (electricity, a fuel, freight, a material, …), and the masses of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

from cfp_xl.findings import CellRef
from cfp_xl.footprint.calculate import RowResult
from cfp_xl.footprint.columns import column_of
from cfp_xl.footprint.factor import Factor, is_supplier_factor
from cfp_xl.footprint.row_kinds import Direction
from cfp_xl.footprint.units import conversion, same_dimension
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.plausibility import has_word, plausibility
from cfp_xl.verify.rules.factor_boundaries import boundary_of

RAW, PRODUCTION, DISTRIBUTION = "raw_material_acquisition", "production", "distribution"
USE, END_OF_LIFE = "use", "end_of_life"


class Kind(StrEnum):
    """What an activity is."""

    ELECTRICITY = "electricity"
    HEAT = "heat"
    FUEL = "fuel"
    FREIGHT = "freight"
    DISPOSAL = "disposal"
    WATER = "water"
    MATERIAL = "material"


ENERGY = (Kind.ELECTRICITY, Kind.HEAT, Kind.FUEL)


@dataclass(frozen=True)
class InventoryFlow:
    """A row that counts, with its factor, its kind and what it weighs."""

    row: RowResult
    factor: Factor
    kind: Kind
    part: str
    """Which part of a quantity's emissions its factor counts: upstream, losses, …; "" for all."""
    quantity: float
    unit: str
    kgco2e: float
    kg: float | None
    """Its mass; None where it has none, or none that is known."""

    @property
    def stage(self) -> str:
        return self.row.stage_id or ""

    @property
    def text(self) -> str:
        """What its author calls it."""
        return f"{self.row.process} {text_of(self.row.activity.activity)}"

    @property
    def of_supplier(self) -> bool:
        return is_supplier_factor(self.row.activity.factor_id)

    def amount(self, unit: str) -> float | None:
        """Its quantity in a unit; None where it measures something else."""
        scale = scaled(self.unit, unit)
        return None if scale is None else self.quantity * scale


@dataclass(frozen=True)
class InventoryFlows:
    """The rows of a case that count, and the masses that they add up to."""

    case: Case
    rows: tuple[InventoryFlow, ...]

    def of(self, *stages: str, kinds: tuple[Kind, ...] = tuple(Kind)) -> tuple[InventoryFlow, ...]:
        return tuple(flow for flow in self.rows if flow.stage in stages and flow.kind in kinds)

    @cached_property
    def materials(self) -> tuple[InventoryFlow, ...]:
        """What the product and its packaging are made of; water too, of what is sold by volume."""
        unit = self.case.product.functional_unit
        is_liquid = bool(unit and unit.value and scaled(unit.value.unit, "L"))
        kinds = (Kind.MATERIAL, Kind.WATER) if is_liquid else (Kind.MATERIAL,)
        return self.of(RAW, PRODUCTION, DISTRIBUTION, kinds=kinds)

    @cached_property
    def materials_kg(self) -> float | None:
        """Mass of all materials; None where there are none, or some whose mass is not known."""
        masses = [flow.kg for flow in self.materials]
        known = [kg for kg in masses if kg is not None]
        return sum(known) if known and len(known) == len(masses) and self._has_raw else None

    @property
    def _has_raw(self) -> bool:
        return any(flow.stage == RAW for flow in self.materials)

    @cached_property
    def stated_kg(self) -> float | None:
        """The product's mass as stated, or as its functional unit says (10 kg)."""
        unit = self.case.product.functional_unit
        per = unit.value if unit else None
        scale = scaled(per.unit, "kg") if per else None
        if per and scale:
            return per.amount * scale
        for name in ("mass_kg", "mass"):
            fact = self.case.product.other_facts.get(name)
            if fact and isinstance(fact.value, float) and fact.value > 0:
                return fact.value
        return None

    @property
    def is_by_mass(self) -> bool:
        """Whether the functional unit is a mass: crops and chemicals take matter from the air."""
        unit = self.case.product.functional_unit
        return bool(unit and unit.value and scaled(unit.value.unit, "kg"))

    @property
    def is_by_piece(self) -> bool:
        """Whether the functional unit is a number of things."""
        unit = self.case.product.functional_unit
        return bool(unit and unit.value and scaled(unit.value.unit, "piece"))

    @cached_property
    def product_kg(self) -> float | None:
        """The mass to compare with: the larger of what is stated and what the materials weigh."""
        masses = [kg for kg in (self.stated_kg, self.materials_kg) if kg]
        return max(masses) if masses else None


def flows_of(case: Case) -> InventoryFlows:
    """The rows with a quantity, a factor and a result."""
    return case.once(_inventory_flows)


def _inventory_flows(case: Case) -> InventoryFlows:
    return InventoryFlows(case, tuple(_flows(case)))


BESIDE = 8
"""So many columns right of the activities the row's emission is looked for."""


def emission_cell(case: Case, flow: InventoryFlow) -> CellRef:
    """The row's emission, which depends on quantity, unit, factor and bridge: the cell to name
    where any of them may be wrong. The quantity where the sheet has no such column."""
    region = case.schema.regions["activities"]
    quantity = case.at(flow.row.activity, "quantity")
    right = region.bounds[3]
    for column in range(region.bounds[1], right + BESIDE):
        heading = region.sheet.cells.get((region.header_row, column))
        if heading and isinstance(heading.value, str):
            known = column_of("activities", heading.value)
            if known and known.id == "emission_kgco2e":
                return region.sheet.ref(quantity.row, column)
    return quantity


def _flows(case: Case) -> Iterator[InventoryFlow]:
    part_masses = dict(_part_masses(case))
    kinds: dict[tuple[str, str, str | None, bool], Kind] = {}
    parts: dict[str, str] = {}
    for row in case.footprint.rows:
        factor, quantity = case.factor(row), row.activity.quantity
        if row.direction is not Direction.INPUT:
            continue  # what leaves, is avoided or taken up is no flow into the product
        if factor is None or row.kgco2e is None or not isinstance(quantity, float):
            continue
        unit = text_of(row.activity.unit)
        key = (factor.id, unit, row.stage_id, bool(row.activity.part_id))
        if (kind := kinds.get(key)) is None:
            kind = kinds[key] = _kind(case, factor, *key[1:])
        if _is_battery(case, row, factor, unit, kind):
            kind = Kind.MATERIAL
        if (part := parts.get(factor.id)) is None:
            part = parts[factor.id] = part_of_emissions(case, factor)
        kg = _kg(row, factor, quantity, unit, part_masses) if _weighs(kind) else None
        yield InventoryFlow(row, factor, kind, part, quantity, unit, row.kgco2e, kg)


def _weighs(kind: Kind) -> bool:
    return kind in (Kind.MATERIAL, Kind.DISPOSAL)


def _kind(case: Case, factor: Factor, unit: str, stage_id: str | None, of_part: bool) -> Kind:
    """What rows of a factor, a unit and a stage are; `of_part`: that name a supplier's part."""
    words = plausibility("flow")
    category = case.category(factor)
    of_factor = f"{category} {factor.name.zh} {factor.name.en}"
    if scaled(unit, "t·km") or scaled(factor.per_unit, "t·km") or scaled(unit, "km"):
        return Kind.FREIGHT
    is_energy = _measures_energy(factor, unit)
    if is_fuel(case, factor):
        return Kind.FUEL
    if has_word(of_factor, words["heat"]) and (is_energy or scaled(unit, "kg")):
        return Kind.HEAT
    if is_energy:
        return Kind.ELECTRICITY
    # Recycled metal that a product is made of is a material, whatever its name.
    of_waste = category if stage_id == RAW else of_factor
    if stage_id == END_OF_LIFE or has_word(of_waste, words["disposal"]):
        return Kind.DISPOSAL
    if has_word(of_factor, words["water"]) and not of_part:
        return Kind.WATER
    return Kind.MATERIAL


def _measures_energy(factor: Factor, unit: str) -> bool:
    return bool(scaled(unit, "kWh") or scaled(factor.per_unit, "kWh"))


def _is_battery(case: Case, row: RowResult, factor: Factor, unit: str, kind: Kind) -> bool:
    """Whether a row is a battery that is bought, by the kWh it holds: no energy that is used."""
    if row.stage_id != RAW or kind is Kind.FREIGHT or not _measures_energy(factor, unit):
        return False
    of_factor = f"{case.category(factor)} {factor.name.zh} {factor.name.en}"
    text = f"{of_factor} {row.process} {text_of(row.activity.activity)}"
    return has_word(text, plausibility("flow")["battery"])


def is_fuel(case: Case, factor: Factor) -> bool:
    """Whether a factor is of a fuel, by its parameters, category or name."""
    categories = map(folded, plausibility("flow")["fuel_categories"])
    if factor.fuel is not None or folded(case.category(factor)) in categories:
        return True
    words, name = plausibility("flow"), f"{factor.name.zh} {factor.name.en}"
    return has_word(name, words["fuel"]) and not has_word(name, words["not_fuel"])


def part_of_emissions(case: Case, factor: Factor) -> str:
    """Which part of a quantity's emissions it counts, "" for all: by boundary, else by words."""
    if completes := boundary_of(case, factor).completes:
        return completes
    text = f"{case.category(factor)} {factor.name.zh} {factor.name.en}"
    for part, words in plausibility("part").items():
        if has_word(text, words):
            return str(part)
    return ""


def _part_masses(case: Case) -> Iterator[tuple[str, tuple[str, float]]]:
    """Of each supplier's part: its unit and the mass of one."""
    for record in case.product.rows("parts"):
        mass_kg = record.values.get("mass_kg")
        if isinstance(mass_kg, float) and mass_kg > 0:
            yield folded(record.text("part_id")), (record.text("unit"), mass_kg)


def _kg(
    row: RowResult,
    factor: Factor,
    quantity: float,
    unit: str,
    part_masses: Mapping[str, tuple[str, float]],
) -> float | None:
    """The mass of a row, by its unit, its bridge, or the mass of the part that it is."""
    if scale := scaled(unit, "kg"):
        return quantity * scale
    bridge = row.activity.bridge
    scale = scaled(text_of(row.activity.bridge_unit), f"kg/{unit}")
    if scale and isinstance(bridge, float):
        return quantity * bridge * scale
    if scaled(factor.per_unit, "kg") and row.kgco2e and factor.value > 0:
        return row.kgco2e / factor.kgco2e_per("kg")
    part_unit, mass_kg = part_masses.get(folded(text_of(row.activity.part_id)), ("", 0.0))
    scale = scaled(unit, part_unit)
    return quantity * scale * mass_kg if scale and mass_kg else None


@lru_cache(maxsize=4096)
def scaled(unit: str, to: str) -> float | None:
    """What converts a unit into another; None where none does."""
    try:
        return conversion(unit, to) if same_dimension(unit, to) else None
    except Explained:
        return None
