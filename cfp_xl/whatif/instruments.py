"""Green power in a scenario: certificates and contracts for part of what a row uses.

The row keeps what no instrument covers, at its own factor: a residual one where it names one, else
the average. What is covered becomes rows of its own, by the technology's footprint and, where that
ends at the power plant, transmission and distribution with losses; it is never 0. The base, by the
average of the grid, is the location-based result beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from cfp_xl.footprint.cells import number, words
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factor import Factor
from cfp_xl.footprint.factor_boundary import FactorBoundary, boundary_of_factor
from cfp_xl.footprint.factors import FactorNotFound, builtin, builtin_sets, library
from cfp_xl.footprint.inventory import Activity, Inventory
from cfp_xl.footprint.units import convert
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import shown
from cfp_xl.messages import text
from cfp_xl.schema.opened import Tables
from cfp_xl.schema.schema import Record, Schema
from cfp_xl.study.spread import StudyError
from cfp_xl.whatif.routes import target_row

LOSSES = "losses"
"""What a factor at the power plant lacks, and the boundary of the factor that completes it."""
NOT_STATED = "not_stated"
NOISE = 1e-9


class InstrumentTarget(StudyError):
    """An instrument whose target is no row of activities."""


class InstrumentFactor(StudyError):
    """An instrument without the factor of its technology, or one that ends nowhere in words."""


class TransmissionNotKnown(StudyError):
    """A technology at the power plant, and no factor for the way from there."""


class VolumeAboveUse(StudyError):
    """Instruments for more than the row uses."""


class InstrumentYear(StudyError):
    """An instrument of another year than the data."""


class CertificateTwice(StudyError):
    """A certificate that covers two things in one scenario."""


@dataclass(frozen=True)
class Instrument:
    """One row of a scenario that is an instrument."""

    record: Record
    target: Record
    """The row of activities."""
    volume: float
    unit: str
    technology: Factor
    transmission: Factor | None

    @property
    def certificate(self) -> str:
        return self.record.text("certificate")


def instrument_of(tables: Tables, record: Record) -> Instrument:
    """A scenario's row as an instrument. Raises FootprintError."""
    schema = tables.schema
    assert schema is not None
    typed = record.text("target")
    target = target_row(tables, typed)
    if target is None:
        raise InstrumentTarget(seen=typed)
    volume = number(record.values.get("value"), column("scenarios", "value").heading)
    own = words(target.values.get("unit"), column("activities", "unit").heading)
    technology = schema.factors.get(record.text("factor_id"))
    transmission = _transmission(schema, technology)
    return Instrument(record, target, volume, record.text("unit") or own, technology, transmission)


def problems(
    tables: Tables, instruments: Sequence[Instrument]
) -> Iterator[tuple[Record, FootprintError]]:
    """What is wrong with the instruments of one scenario, each with its row."""
    yield from _other_years(tables, instruments)
    seen: set[str] = set()
    for one in instruments:
        if (key := folded(one.certificate)) and key in seen:
            yield one.record, CertificateTwice(certificate=one.certificate)
        seen.add(key)
    schema = tables.schema
    assert schema is not None
    for row in schema.inventory:
        of_row = [one for one in instruments if _is_of(one, row)]
        covered, used = _covered(of_row, row), row.quantity
        if of_row and isinstance(used, float) and covered > used * (1 + NOISE):
            yield of_row[-1].record, VolumeAboveUse(seen=covered, used=used, unit=shown(row.unit))


def with_instruments(inventory: Inventory, instruments: Sequence[Instrument]) -> Inventory:
    """The rows with what the instruments cover taken out, and as rows of their own behind."""
    rows: list[Activity] = []
    for row in inventory:
        of_row = [one for one in instruments if _is_of(one, row)]
        if of_row:
            used = number(row.quantity, column("activities", "quantity").heading)
            row = replace(row, quantity=max(used - _covered(of_row, row), 0.0))
        rows.append(row)
        rows += [covered for one in of_row for covered in _rows(one, row)]
    return Inventory(tuple(rows))


def uncovered(inventory: Inventory, instruments: Sequence[Instrument]) -> Iterator[Activity]:
    """The rows of which a rest stays at their own factor."""
    for row in inventory:
        of_row = [one for one in instruments if _is_of(one, row)]
        used = row.quantity
        if of_row and isinstance(used, float) and used > _covered(of_row, row) * (1 + NOISE):
            yield row


def _rows(one: Instrument, row: Activity) -> Iterator[Activity]:
    """What an instrument covers: exact, for a certificate states its volume."""
    parts = (one.technology, one.transmission)
    for factor in parts:
        if factor is not None:
            name = f"{shown(row.activity)} · {one.certificate or one.record.row} · {factor.id}"
            yield replace(
                row,
                activity=name,
                quantity=one.volume,
                unit=one.unit,
                factor_id=factor.id,
                row_id=None,
                more={},
            )


def _is_of(one: Instrument, row: Activity) -> bool:
    return row.origin is not None and row.origin.row == one.target.row


def _covered(instruments: Sequence[Instrument], row: Activity) -> float:
    own = words(row.unit, column("activities", "unit").heading)
    return sum(convert(one.volume, one.unit, own) for one in instruments)


def _other_years(
    tables: Tables, instruments: Sequence[Instrument]
) -> Iterator[tuple[Record, FootprintError]]:
    fact = tables.product.period if tables.product else None
    span = fact.value if fact else None
    for one in instruments:
        year = one.record.values.get("year")
        if (
            span is not None
            and isinstance(year, float)
            and not (span.start.year <= year <= span.end.year)
        ):
            stated = f"{span.start.year}–{span.end.year}"
            yield one.record, InstrumentYear(seen=f"{year:g}", period=stated)


def _boundary(technology: Factor) -> FactorBoundary:
    """As the factor's row states it; a copy that does not has that of the factor it copies."""
    found = boundary_of_factor(technology)
    if found.id == NOT_STATED:
        with suppress(FactorNotFound):
            return boundary_of_factor(library().get(technology.id))
    return found


def _transmission(schema: Schema, technology: Factor) -> Factor | None:
    """The way from the power plant, of the same region and year; None where it is included."""
    boundary = _boundary(technology)
    if boundary.id == NOT_STATED:
        raise InstrumentFactor(id=technology.id)
    if boundary.lacks != LOSSES:
        return None
    shipped = [one for id in builtin_sets() for one in builtin(id).factors.values()]
    for one in (*schema.sheet_factors.factors.values(), *shipped):
        same = (one.region, one.year) == (technology.region, technology.year)
        if same and boundary_of_factor(one).id == LOSSES:
            return one
    raise TransmissionNotKnown(
        id=technology.id, boundary=boundary.name, wanted=text("study.transmission")
    )
