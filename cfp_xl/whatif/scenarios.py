"""Scenarios: a workbook's table of them, each applied to the workbook and computed anew.

The base is never changed and nothing is saved: the constants lie over the workbook in memory, its
formulas are computed again, and the footprint is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cfp_xl.engine.areas import CellKey
from cfp_xl.findings import CellRef
from cfp_xl.footprint.cells import words
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.row_kinds import listed
from cfp_xl.footprint.units import convert
from cfp_xl.footprint.wording import folded, shortened
from cfp_xl.functions.values import Scalar, shown
from cfp_xl.messages import Text, text
from cfp_xl.schema.opened import Tables
from cfp_xl.schema.schema import Record
from cfp_xl.study.spread import StudyError
from cfp_xl.whatif import instruments, routes
from cfp_xl.whatif.instruments import Instrument
from cfp_xl.whatif.routes import Route
from cfp_xl.whatif.targets import find_typed


class Change(StrEnum):
    """What a scenario does with a cell."""

    VALUE = "value"
    MULTIPLY = "multiply"
    FACTOR_ID = "factor_id"
    SHARE = "share"
    """Of what the rows of the scenario with a share are together."""
    GREEN_POWER = "green_power"
    """An instrument for so much of what the row uses."""

    @property
    def text(self) -> Text:
        return text(f"study.change.{self.value}")


_ALSO: Mapping[Change, tuple[str, ...]] = {Change.MULTIPLY: ("×", "*", "x")}


class ChangeNotKnown(StudyError):
    """A word that names no change."""


class ChangeValue(StudyError):
    """A change that the value does not fit."""


class TargetNotANumber(StudyError):
    """A cell that holds no number to multiply."""

    text_key = "target_not_a_number"


class ScenarioInRow(StudyError):
    """What is wrong with a row of the scenarios, with its name and number."""

    def __init__(self, scenario: str, row: int, why: FootprintError, where: CellRef) -> None:
        super().__init__(scenario=scenario, row=row, why=why)
        self.excel = why.excel
        self.where = where


@dataclass(frozen=True)
class Scenario:
    """A scenario: its name, the cells it changes, and what its rows say of it."""

    name: str
    values: Mapping[str, Mapping[tuple[int, int], Scalar]]
    note: str = ""
    source: str = ""
    instruments: tuple[Instrument, ...] = ()
    routes: tuple[Route, ...] = ()

    def problems(self, tables: Tables) -> Iterator[tuple[Record, FootprintError]]:
        """What is wrong with its shares and instruments."""
        yield from routes.problems(self.routes)
        yield from instruments.problems(tables, self.instruments)


def scenarios_of(tables: Tables) -> tuple[Scenario, ...]:
    """The scenarios of a workbook's table, in its order. Raises ScenarioInRow."""
    found = tuple(scenarios_as_typed(tables))
    for scenario in found:
        for record, why in scenario.problems(tables):
            raise ScenarioInRow(scenario.name, record.row, why, record.first_cell)
    return found


def scenarios_as_typed(tables: Tables) -> Iterator[Scenario]:
    """The same, whatever is wrong with their shares and instruments. Raises ScenarioInRow."""
    rows: dict[str, list[Record]] = {}
    for record in tables.schema.records("scenarios") if tables.schema else ():
        rows.setdefault(record.text("scenario"), []).append(record)
    yield from (_scenario(tables, name, records) for name, records in rows.items())


def _scenario(tables: Tables, name: str, records: Sequence[Record]) -> Scenario:
    values: dict[str, dict[tuple[int, int], Scalar]] = {}
    green: list[Instrument] = []
    ways: list[Route] = []
    for record in records:
        try:
            match change := _change(record):
                case Change.SHARE:
                    ways.append(routes.route_of(tables, record))
                case Change.GREEN_POWER:
                    green.append(instruments.instrument_of(tables, record))
                case _:
                    sheet, at, value = _changed_cell(tables, record, change)
                    values.setdefault(sheet, {})[at] = value
        except FootprintError as why:
            raise ScenarioInRow(name, record.row, why, record.first_cell) from why
    for key, amount in _shared_out(name, ways).items():
        values.setdefault(key.sheet, {})[key.row, key.column] = amount
    first = records[0]
    note, source = first.text("note"), first.text("source")
    return Scenario(name, values, note, source, tuple(green), tuple(ways))


def _shared_out(name: str, ways: Sequence[Route]) -> Mapping[CellKey, float]:
    try:
        return routes.quantities(ways)
    except FootprintError as why:
        record = ways[-1].record
        raise ScenarioInRow(name, record.row, why, record.first_cell) from why


def _changed_cell(
    tables: Tables, record: Record, change: Change
) -> tuple[str, tuple[int, int], Scalar]:
    value = record.values.get("value")
    field = "factor_id" if change is Change.FACTOR_ID else ""
    key = find_typed(tables, record.text("target"), field)
    at = (key.row, key.column)
    if change is Change.FACTOR_ID:
        if not isinstance(value, str) or not value.strip():
            raise ChangeValue(
                change=change.text, wanted=text("study.wanted.text"), seen=shown(value)
            )
        return key.sheet, at, value.strip()
    if not isinstance(value, float):
        wanted = text("study.wanted.number")
        raise ChangeValue(change=change.text, wanted=wanted, seen=shown(value) or '""')
    if change is Change.VALUE:
        return key.sheet, at, _in_unit_of_row(tables, record, value)
    held = tables.workbook.by_name[key.sheet.casefold()].columns.value(at)
    if not isinstance(held, float):
        raise TargetNotANumber(cell=key.ref, seen=shown(held) or '""')
    return key.sheet, at, held * value


def _change(record: Record) -> Change:
    typed = record.text("change")
    if not typed:
        value = record.values.get("value")
        return Change.FACTOR_ID if isinstance(value, str) else Change.VALUE
    for one in Change:
        if folded(typed) in {
            folded(one.value),
            folded(one.text.zh),
            folded("×") * (one == "multiply"),
        }:
            return one
    known = listed(Text(one.text.zh, one.value) for one in Change)
    raise ChangeNotKnown(typed=shortened(typed), known=known)


def _in_unit_of_row(tables: Tables, record: Record, value: float) -> float:
    """The value in the unit of the row it is for, where the scenario states one of its own."""
    unit = record.text("unit")
    head, _, rest = record.text("target").replace("：", ":").partition(":")
    row = tables.schema.row("activities", (rest or head).strip()) if tables.schema else None
    if not unit or row is None:
        return value
    own = words(row.values.get("unit"), column("activities", "unit").heading)
    return convert(value, unit, own)
