"""Our schema in a workbook: tables and settings found by defined names, columns by headings.

Nothing depends on sheet names or positions. Tables are the names `cfp_activities`, `cfp_factors`,
`cfp_allocation`, `cfp_assemblies`, `cfp_exclusions`, `cfp_scenarios`, `cfp_declared`,
`cfp_justifications`, `cfp_translations`, and of suppliers `cfp_parts`, `cfp_answers`,
`cfp_history`, each with its heading row; every other name that begins with `cfp_` is a setting:
`cfp_functional_unit`, `cfp_boundary`, `cfp_gwp_set`, …
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from cfp_xl.findings import CellRef, Finding, Justification, finding
from cfp_xl.footprint.assemblies import NO_ASSEMBLIES, Assemblies
from cfp_xl.footprint.columns import columns
from cfp_xl.footprint.factors import Factors, FactorSet, layered, library
from cfp_xl.footprint.inventory import Activity, ActivityReader, Inventory
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.serial_dates import moment_of
from cfp_xl.functions.values import Scalar
from cfp_xl.schema.lost_names import copied_activities, lost_names
from cfp_xl.schema.region import (
    COLUMN_PREFIX,
    PREFIX,
    Record,
    Region,
    find_columns,
    is_blank,
)
from cfp_xl.schema.stray_rows import stray_rows
from cfp_xl.workbook.address import Bounds, range_address
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.formulas.tokens import TokenKind, tokens
from cfp_xl.workbook.model import DefinedName, Sheet, Workbook

__all__ = ["Record", "Region", "Schema", "Setting", "find_schema"]

TABLES = (
    "activities",
    "factors",
    "allocation",
    "declared",
    "justifications",
    "parts",
    "answers",
    "history",
    "assemblies",
    "scenarios",
    "exclusions",
    "translations",
)

UNSUMMED = ("declared", "translations")
"""Tables that no formula of the workbook reads: they go on below their range."""

WRITTEN = ("parts", "answers", "history")
"""Tables that intake writes into: they go on right of their range."""


@dataclass(frozen=True)
class Setting:
    """What a `cfp_` name that is no table leads to: one cell, several, or a constant."""

    name: str
    """Without its `cfp_`."""
    values: tuple[Scalar, ...]
    where: CellRef | None
    """None where the name holds a constant."""

    @property
    def value(self) -> Scalar:
        """The first value that is not blank; None where all are."""
        return next((value for value in self.values if not is_blank(value)), None)


@dataclass(frozen=True)
class Schema:
    """A workbook read as a footprint: its tables, its settings, and what they hold."""

    kind: str
    """`product`, by the table of activities; `supplier` where a supplier answers for a part."""
    regions: Mapping[str, Region]
    """By table: `activities`, `factors`, …; only those that are there."""
    settings: Mapping[str, Setting]
    inventory: Inventory
    sheet_factors: FactorSet
    """The factors written in the workbook; empty where it has no such table."""
    justifications: tuple[Justification, ...]
    assemblies: Assemblies = NO_ASSEMBLIES

    @cached_property
    def factors(self) -> Factors:
        """Where a factor is looked up: in the sheet, then in the shipped sets."""
        return layered(self.sheet_factors, library())

    def region(self, table: str) -> Region | None:
        return self.regions.get(table)

    def records(self, table: str) -> tuple[Record, ...]:
        """The rows of a table that hold input; none where the workbook lacks the table."""
        region = self.regions.get(table)
        return region.records(_inputs(table)) if region else ()

    def setting(self, name: str) -> Setting | None:
        """The setting `cfp_<name>`; None where the workbook has no such name."""
        return self.settings.get(name)

    def cell(self, row: Activity | Record, field: str) -> CellRef:
        """The cell of a field in a row, e.g. the quantity of an activity."""
        if isinstance(row, Record):
            return row.cell(field)
        assert row.origin is not None
        return self.regions["activities"].cell(row.origin.row, field)

    def row(self, table: str, identity: str) -> Record | None:
        """The row of a table that has this identity; None where none has, or more than one."""
        return self._by_identity(table).get(folded(identity))

    def named_places(self, names: Iterable[str]) -> Mapping[str, CellRef | None]:
        """Where names lead that are no addresses, by casefolded name: `cfp_gwp_set` to a setting,
        `activities:A12` to the row of a table that has this identity."""
        places = {f"{PREFIX}{name}": setting.where for name, setting in self.settings.items()}
        for name in names:
            table, colon, identity = name.replace("：", ":").partition(":")
            if colon and table.strip().casefold() in self.regions:
                row = self.row(table.strip().casefold(), identity.strip())
                places[name.strip().casefold()] = row.where if row else None
        return places

    def _by_identity(self, table: str) -> Mapping[str, Record]:
        if table not in self._identities:
            found: dict[str, list[Record]] = {}
            for record in self.records(table):
                found.setdefault(folded(record.identity), []).append(record)
            self._identities[table] = {id: rows[0] for id, rows in found.items() if len(rows) == 1}
        return self._identities[table]

    @cached_property
    def _identities(self) -> dict[str, Mapping[str, Record]]:
        """By table, made when a row is asked for by its identity."""
        return {}


def find_schema(workbook: Workbook) -> tuple[Schema | None, tuple[Finding, ...]]:
    """The workbook's schema, None where it has none of ours, and what is wrong with its layout."""
    names, findings = _names(workbook)
    regions: dict[str, Region] = {}
    settings: dict[str, Setting] = {}
    for name, defined in names.items():
        key = name.removeprefix(PREFIX)
        target = _target(workbook, defined)
        if target is None and key not in TABLES and (constant := _constant(defined)):
            settings[key] = Setting(key, constant, None)
        elif target is None:
            findings.append(finding("W33", name=name, seen=defined.formula))
        elif key in TABLES:
            sheet, bounds = target
            region, of_table = find_columns(name, key, sheet, bounds)
            regions[key] = region.with_columns_right(key) if key in WRITTEN else region
            findings.extend(of_table)
        else:
            settings[key] = _setting(key, *target)
    if "activities" not in regions:
        if regions and "cfp_activities" not in names:
            findings.append(finding("W33", case="absent", name="cfp_activities"))
        elif not names:
            findings.extend(lost_names(workbook))
        return None, tuple(findings)
    taken = [(region.sheet.name, region.bounds) for region in regions.values()]
    for key, region in list(regions.items()):
        others = [bounds for sheet_name, bounds in taken if sheet_name == region.sheet.name]
        if key in UNSUMMED:
            regions[key] = region.with_rows_below(_inputs(key), others)
        else:
            findings.extend(stray_rows(region, _inputs(key), others))
    own = regions["activities"].sheet.name
    findings.extend(copied_activities(workbook, own, {name for name, _ in taken}))
    for region in regions.values():
        findings.extend(region.identity_findings())
    return _schema(workbook, regions, settings), tuple(findings)


def _schema(
    workbook: Workbook, regions: Mapping[str, Region], settings: Mapping[str, Setting]
) -> Schema:
    activities = regions["activities"].records(_inputs("activities"))
    justified = regions.get("justifications")
    return Schema(
        kind="supplier" if "in_output" in settings else "product",
        regions=regions,
        settings=settings,
        inventory=_inventory(activities),
        sheet_factors=factor_set_in(regions.get("factors")),
        justifications=tuple(
            _justification(record, date_1904=workbook.date_1904)
            for record in (justified.records(_inputs("justifications")) if justified else ())
        ),
        assemblies=_assemblies(regions.get("assemblies")),
    )


def _inputs(table: str) -> list[str]:
    """The columns that people fill in; computed ones are no content of a row."""
    return [column.id for column in columns(table) if not column.is_computed]


def _inventory(records: tuple[Record, ...]) -> Inventory:
    """The activities, each with the first filled cell of its row as its origin."""
    read = ActivityReader([*records[0].values] if records else ())
    return Inventory(
        tuple(
            read(
                tuple(record.values.values()),
                record.row - record.region.header_row,
                record.first_cell,
                record.row_id or None,
            )
            for record in records
        )
    )


def _assemblies(region: Region | None) -> Assemblies:
    """The assemblies, each with the cell of its id as its origin."""
    required = [column.id for column in columns("assemblies") if column.is_required]
    if region is None or not all(region.has(field) for field in required):
        return NO_ASSEMBLIES
    fields = [column.id for column in columns("assemblies") if region.has(column.id)]
    records = region.records([field for field in _inputs("assemblies") if region.has(field)])
    return Assemblies.from_rows(
        fields,
        [[region.value(record.row, field) for field in fields] for record in records],
        [record.cell("id") for record in records],
    )


def factor_set_in(region: Region | None) -> FactorSet:
    """The sheet's factors, each with the cell of its id as its origin."""
    required = [column.id for column in columns("factors") if column.is_required]
    if region is None or not all(region.has(field) for field in required):
        return FactorSet("sheet", "", {})
    fields = [field for field in _inputs("factors") if region.has(field)]
    records = region.records(fields)
    return FactorSet.from_rows(
        fields,
        [[record.values[field] for field in fields] for record in records],
        [record.cell("id") for record in records],
    )


def _justification(record: Record, *, date_1904: bool) -> Justification:
    return Justification(
        code=record.text("code"),
        cell=record.text("cell"),
        reason=record.text("reason"),
        who=record.text("who"),
        date=_date_text(record, "date", date_1904),
        where=record.first_cell,
        value_seen=record.text("value_seen"),
        last_date=_date_text(record, "last_date", date_1904),
    )


def _date_text(record: Record, field: str, date_1904: bool) -> str:
    """A date as ISO text; Excel keeps it as a number of days."""
    value = record.values.get(field)
    if not isinstance(value, float) or not 0 < value < 2_958_466:
        return record.text(field)
    return moment_of(value, date_1904=date_1904).date().isoformat()


def _names(workbook: Workbook) -> tuple[dict[str, DefinedName], list[Finding]]:
    """Our names by lower-case name. One known in the whole workbook wins over local ones, which
    Excel makes when a sheet is copied."""
    found: dict[str, list[DefinedName]] = {}
    for name in workbook.names:
        key = name.name.casefold()
        if key.startswith(PREFIX) and not key.startswith(COLUMN_PREFIX):
            found.setdefault(key, []).append(name)
    chosen: dict[str, DefinedName] = {}
    findings: list[Finding] = []
    for key, candidates in found.items():
        candidates.sort(key=lambda name: name.sheet is not None)
        chosen[key] = candidates[0]
        if candidates[0].sheet is not None and len({name.formula for name in candidates}) > 1:
            findings.append(finding("W33", case="twice", name=key, seen=len(candidates)))
    return chosen, findings


def _target(workbook: Workbook, name: DefinedName) -> tuple[Sheet, Bounds] | None:
    """The sheet and range a name leads to, where it is one plain range of this workbook."""
    if not _is_one_range(name.formula):
        return None
    reference = references(name.formula, name.sheet or "")[0]
    if reference.book is not None or reference.last_sheet is not None:
        return None
    sheet = workbook.sheet(reference.sheet)
    return None if sheet is None else (sheet, reference.bounds)


def _is_one_range(formula: str) -> bool:
    allowed = (TokenKind.PREFIX, TokenKind.CELL, TokenKind.ROWS, TokenKind.COLUMNS)
    parts = [token for token in tokens(formula) if token.kind is not TokenKind.SPACE]
    only_these = all(token.kind in allowed or token.text == ":" for token in parts)
    return only_these and len(references(formula, "")) == 1


def _constant(name: DefinedName) -> tuple[Scalar, ...]:
    """The value of a name that holds a text or a number; empty where it holds neither."""
    parts = tokens(name.formula.strip())
    if len(parts) != 1:
        return ()
    kind, text = parts[0]
    if kind is TokenKind.TEXT:
        return (text[1:-1].replace('""', '"'),)
    return (float(text),) if kind is TokenKind.NUMBER else ()


def _setting(key: str, sheet: Sheet, bounds: Bounds) -> Setting:
    return Setting(key, tuple(_values(sheet, bounds)), CellRef(sheet.name, range_address(bounds)))


def _values(sheet: Sheet, bounds: Bounds) -> Iterator[Scalar]:
    top, left, bottom, right = bounds
    for row in sheet.columns.layout.row_numbers(top, bottom):
        for column, cell in sheet.columns.in_row(row):
            if left <= column <= right:
                yield cell.value
