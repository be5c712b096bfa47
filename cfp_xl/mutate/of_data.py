"""Mutations of what people type: amounts, units, factors, stages, shares, settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from cfp_xl.engine.areas import CellKey
from cfp_xl.footprint.gwp import GWP_SETS
from cfp_xl.footprint.stages import STAGES
from cfp_xl.functions.values import Scalar, shown
from cfp_xl.mutate.mutation import Group, Mutation, operator
from cfp_xl.mutate.of_formulas import is_number
from cfp_xl.mutate.subject import Subject
from cfp_xl.schema.region import Record

UNITS: Mapping[str, str] = {
    "kg": "t",
    "t": "kg",
    "tonnes": "kg",
    "g": "kg",
    "kWh": "MWh",
    "MWh": "kWh",
    "MJ": "GJ",
    "GJ": "MJ",
    "m3": "L",
    "L": "m3",
    "km": "m",
    "tonne.km": "kg.km",
    "t.km": "kg.km",
    "千克": "吨",
    "吨": "千克",
}
"""What a unit is mistaken for."""


def _of_rows(
    table: str, column: str, make: Callable[[Subject, Record, Scalar], Scalar]
) -> Callable[[Subject], Iterator[Mutation]]:
    """The typed cells of a column of one of our tables, each with another value."""

    def find(subject: Subject) -> Iterator[Mutation]:
        for record in subject.schema.records(table) if subject.schema is not None else ():
            at = record.region.columns.get(column)
            cell = record.region.sheet.columns.get((record.row, at)) if at else None
            if at is None or cell is None or cell.formula is not None or cell.value in (None, ""):
                continue
            other = make(subject, record, cell.value)
            if other is not None and other != cell.value:
                key = CellKey(record.region.sheet.name, record.row, at)
                yield _typed(key, cell.value, other)

    return find


def _typed(key: CellKey, before: Scalar, after: Scalar) -> Mutation:
    return Mutation(key, shown(before), shown(after), values={key: after})


def _another_factor(subject: Subject, _: Record, value: Scalar) -> Scalar:
    """The next factor of the sheet in the same unit, else the next of all."""
    assert subject.schema is not None
    listed = subject.schema.records("factors")
    named = shown(value).rpartition("|")[2].strip()
    own = next((one for one in listed if one.text("id") == named), None)
    others = [one for one in listed if one.text("id") != named]
    alike = [one for one in others if own and one.text("per_unit") == own.text("per_unit")]
    return next((one.text("id") for one in alike or others), None)


def _another_stage(_subject: Subject, _record: Record, value: Scalar) -> Scalar:
    names = [
        one.name.zh if shown(value) in {s.name.zh for s in STAGES} else one.name.en
        for one in STAGES
    ]
    at = next((i for i, name in enumerate(names) if name == shown(value)), None)
    return names[(at + 1) % len(names)] if at is not None else None


def _times(by: float) -> Callable[[Subject, Record, Scalar], Scalar]:
    return lambda _subject, _record, value: (
        float(value) * by if is_number(value) else None  # type: ignore[arg-type]
    )


unit = operator("UNI", Group.DATA)(
    _of_rows("activities", "unit", lambda _s, _r, value: UNITS.get(shown(value).strip()))
)
factor = operator("FAC", Group.DATA)(_of_rows("activities", "factor_id", _another_factor))
factor_value = operator("FCN", Group.DATA)(_of_rows("factors", "value", _times(1.08)))
stage = operator("STG", Group.DATA)(_of_rows("activities", "stage", _another_stage))
share = operator("ALC", Group.DATA)(_of_rows("allocation", "basis_product", _times(1.25)))


@operator("DRP", Group.DATA)
def row_dropped(subject: Subject) -> Iterator[Mutation]:
    """A row whose content is gone."""
    for record in subject.schema.records("activities") if subject.schema is not None else ():
        sheet = record.region.sheet
        values: dict[CellKey, Scalar] = {}
        for column in record.region.columns.values():
            cell = sheet.columns.get((record.row, column))
            if cell is not None and cell.formula is None and cell.value not in (None, ""):
                values[CellKey(sheet.name, record.row, column)] = None
        if values:
            yield Mutation(min(values), record.identity, "", values=values)


@operator("GWP", Group.DATA, latent=True)
def gwp_set(subject: Subject) -> Iterator[Mutation]:
    """Another set of global warming potentials."""
    setting = subject.schema.setting("gwp_set") if subject.schema is not None else None
    if setting is None or setting.where is None:
        return
    key = CellKey(setting.where.sheet, setting.where.row, setting.where.column)
    for one in GWP_SETS:
        if one != setting.value:
            yield _typed(key, setting.value, one)


@operator("QTY", Group.DATA)
def tenfold(subject: Subject) -> Iterator[Mutation]:
    """A number with its decimal point one place further."""
    for key, value in _numbers(subject):
        yield _typed(key, value, value * 10)


@operator("DIG", Group.DATA)
def digits_swapped(subject: Subject) -> Iterator[Mutation]:
    """Two neighbouring digits of a number changed places."""
    for key, value in _numbers(subject):
        text = shown(value)
        for at in range(len(text) - 1):
            if text[at : at + 2].isdecimal() and text[at] != text[at + 1]:
                other = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
                yield _typed(key, value, float(other))
                break


@operator("SGN", Group.DATA)
def sign_turned(subject: Subject) -> Iterator[Mutation]:
    """A number with the other sign."""
    for key, value in _numbers(subject):
        yield _typed(key, value, -value)


@operator("TXT", Group.DATA)
def number_as_text(subject: Subject) -> Iterator[Mutation]:
    """A number that is a text, which sums leave out."""
    for key, value in _numbers(subject):
        yield _typed(key, value, shown(value))


def _numbers(subject: Subject) -> Iterator[tuple[CellKey, float]]:
    """The typed numbers that lead to the total, all that formulas read where there is none."""
    for key, cell in subject.inputs:
        counts = subject.total is None or key in subject.leading
        if counts and isinstance(cell.value, float) and cell.value and not cell.is_date:
            yield key, cell.value
