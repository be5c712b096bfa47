"""Assemblies: what rows together make, and other rows take by the factor `A-<id>`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cfp_xl.findings import CellRef
from cfp_xl.footprint.cells import is_error, number, number_or_none, words
from cfp_xl.footprint.columns import column, match_header
from cfp_xl.footprint.errors import BAD_NUMBER, NOT_FOUND, FootprintError, label
from cfp_xl.footprint.units import parse
from cfp_xl.footprint.wording import folded, is_blank, shortened

ASSEMBLY_PREFIX = "A-"
"""The factor of an assembly is called by this and its id."""


class AssemblyNotKnown(FootprintError):
    """No assembly has this id."""

    excel = NOT_FOUND


class AssemblyTwice(FootprintError):
    """An id that the table gives to two assemblies."""


class AssemblyOutput(FootprintError):
    """An assembly that makes nothing."""

    excel = BAD_NUMBER


@dataclass(frozen=True, slots=True)
class Assembly:
    """One row of the assemblies, raw but for its id."""

    id: str
    name: str = ""
    output: object = None
    unit: object = None
    mass_kg: float | None = None
    kgco2e_per_unit: object = None
    """What the sheet computed; the calculation never reads it."""
    origin: CellRef | None = None

    def output_and_unit(self) -> tuple[float, str]:
        """What its rows make. Raises AssemblyOutput, UnitNotKnown, and what cells can be."""
        made = number(self.output, label("assembly_output"))
        if made <= 0:
            raise AssemblyOutput(id=self.id, seen=made)
        unit = words(self.unit, column("assemblies", "unit").heading)
        parse(unit)
        return made, unit


@dataclass(frozen=True)
class Assemblies:
    """The assemblies of a product, in the order of their table."""

    rows: tuple[Assembly, ...] = ()

    @classmethod
    def from_rows(
        cls,
        header: Sequence[object],
        rows: Iterable[Sequence[object]],
        origins: Sequence[CellRef] | None = None,
    ) -> Assemblies:
        """Read a range: its heading row, the rows below it; rows without an id are left out.

        Raises HeadingMissing or HeadingTwice.
        """
        position = match_header("assemblies", header)
        heading = column("assemblies", "id").heading
        found = []
        for number_, row in enumerate(rows):
            cells = {id: row[at] for id, at in position.items()}
            if is_error(cells["id"]) or is_blank(cells["id"]):
                continue
            found.append(
                Assembly(
                    id=words(cells["id"], heading),
                    name=str(cells.get("name") or ""),
                    output=cells["output"],
                    unit=cells["unit"],
                    mass_kg=number_or_none(cells.get("mass_kg")),
                    kgco2e_per_unit=cells.get("kgco2e_per_unit"),
                    origin=origins[number_] if origins else None,
                )
            )
        return cls(tuple(found))

    def __iter__(self) -> Iterator[Assembly]:
        return iter(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows)

    def get(self, id: str) -> Assembly:
        """The assembly of an id, with or without `A-`; raises AssemblyNotKnown, AssemblyTwice."""
        found = self._by_key.get(folded(id)) or self._by_key.get(assembly_key(id), ())
        if not found:
            raise AssemblyNotKnown(id=shortened(id), known=tuple(one.id for one in self.rows))
        if len(found) > 1:
            raise AssemblyTwice(id=found[0].id)
        return found[0]

    def key_of_factor(self, factor_id: object) -> str | None:
        """The key of the assembly that a factor's id names; None where it names none of these."""
        key = assembly_key(factor_id) if isinstance(factor_id, str) else ""
        return key if key in self._by_key else None

    @cached_property
    def _by_key(self) -> Mapping[str, tuple[Assembly, ...]]:
        found: dict[str, tuple[Assembly, ...]] = {}
        for one in self.rows:
            found[folded(one.id)] = (*found.get(folded(one.id), ()), one)
        return found


NO_ASSEMBLIES = Assemblies()


def assembly_key(factor_id: str) -> str:
    """The id in `A-<id>`, folded; "" where it is no such factor."""
    key, prefix = folded(factor_id), folded(ASSEMBLY_PREFIX)
    return key.removeprefix(prefix) if key.startswith(prefix) else ""
