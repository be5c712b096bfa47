"""Scenarios: a workbook's table of them, each applied to the workbook and computed anew.

The base is never changed and nothing is saved: the constants lie over the workbook in memory, its
formulas are computed again, and the footprint is ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

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
from cfp_xl.whatif.targets import find_input


class Change(StrEnum):
    """What a scenario does with a cell."""

    VALUE = "value"
    MULTIPLY = "multiply"
    FACTOR_ID = "factor_id"

    @property
    def text(self) -> Text:
        return text(f"study.change.{self.value}")


_ALSO: Mapping[Change, tuple[str, ...]] = {Change.MULTIPLY: ("×", "*", "x")}


class ChangeNotKnown(StudyError):
    """A word that names no change."""

    text_key = "change_not_known"


class ChangeValue(StudyError):
    """A change that the value does not fit."""

    text_key = "change_value"


class TargetNotANumber(StudyError):
    """A cell that holds no number to multiply."""

    text_key = "target_not_a_number"


class ScenarioInRow(StudyError):
    """What is wrong with a row of the scenarios, with its name and number."""

    text_key = "scenario_in_row"

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


def scenarios_of(tables: Tables) -> tuple[Scenario, ...]:
    """The scenarios of a workbook's table, in its order. Raises ScenarioInRow."""
    rows: dict[str, list[Record]] = {}
    for record in tables.schema.records("scenarios") if tables.schema else ():
        rows.setdefault(record.text("scenario"), []).append(record)
    return tuple(_scenario(tables, name, records) for name, records in rows.items())


def _scenario(tables: Tables, name: str, records: Sequence[Record]) -> Scenario:
    values: dict[str, dict[tuple[int, int], Scalar]] = {}
    for record in records:
        try:
            sheet, at, value = _changed_cell(tables, record)
        except FootprintError as why:
            raise ScenarioInRow(name, record.row, why, record.first_cell) from why
        values.setdefault(sheet, {})[at] = value
    first = records[0]
    return Scenario(name, values, first.text("note"), first.text("source"))


def _changed_cell(tables: Tables, record: Record) -> tuple[str, tuple[int, int], Scalar]:
    change = _change(record)
    value = record.values.get("value")
    field = "factor_id" if change is Change.FACTOR_ID else ""
    key = find_input(tables, record.text("target"), field)
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
