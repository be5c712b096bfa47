"""The template as it went out, and a returned workbook laid beside it, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.schema.opened import Opened
from cfp_xl.schema.region import is_blank
from cfp_xl.suppliers.input_checks import Check, checks
from cfp_xl.workbook.address import Bounds
from cfp_xl.workbook.alignment.align import AlignedSheet, Positions, place, tidied
from cfp_xl.workbook.alignment.formula_meaning import Places, meaning
from cfp_xl.workbook.model import Cell, Sheet, Workbook

SAME_SHEET = 0.5
"""Share of a sheet's texts by which it is known under another name."""


@dataclass(frozen=True)
class Edition:
    """A template of one language and kind: which of its cells are free, which personal."""

    opened: Opened
    free: Positions
    """Cells to be filled in, by sheet."""
    personal: Positions
    """Cells that differ from supplier to supplier."""
    choosable: frozenset[str] = frozenset()
    """Words that may be chosen into a cell: there they are no label."""
    sorts: Mapping[str, tuple[tuple[Bounds, str], ...]] = field(default_factory=dict)
    """What stands in parts of a sheet: `factor`, `unit`, `list`."""
    tables: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By sheet, first and last row of a table that may come back sorted, shorter or longer."""

    @cached_property
    def labels(self) -> Mapping[str, Mapping[tuple[int, int], str]]:
        """The texts by which rows and columns are known again, by sheet."""
        return {sheet.name: dict(self._labels(sheet)) for sheet in self.opened.workbook.sheets}

    def is_kept(self, sheet: str, position: tuple[int, int]) -> bool:
        """Whether a cell is to come back as it went out."""
        return position not in self.free.get(sheet, ()) and position not in self.personal.get(
            sheet, ()
        )

    def sort_of(self, sheet: str, row: int, column: int) -> str:
        """What a cell's constant is: `factor`, `unit`, `list`, or "" for a text like any other."""
        for (top, left, bottom, right), sort in self.sorts.get(sheet, ()):
            if top <= row <= bottom and left <= column <= right:
                return sort
        return ""

    def _labels(self, sheet: Sheet) -> Iterator[tuple[tuple[int, int], str]]:
        aside = self.choosable if self.free.get(sheet.name) else frozenset()
        for position, cell in sheet.cells.items():
            text = tidied(cell.value) if cell.formula is None else ""
            if text and text not in aside and self.is_kept(sheet.name, position):
                yield position, text

    @cached_property
    def sizes(self) -> Mapping[str, tuple[int, int]]:
        """The last row and column of each sheet that hold anything or may be filled."""
        sizes = {}
        for sheet in self.opened.workbook.sheets:
            cells = [*sheet.cells, *self.free.get(sheet.name, ())]
            sizes[sheet.name] = (max(r for r, _ in cells), max(c for _, c in cells))
        return sizes

    @cached_property
    def places(self) -> Places:
        """Its sheets, each in its own place."""
        return {s.name.casefold(): AlignedSheet.of_itself(s) for s in self.opened.workbook.sheets}

    def loose_meaning(self, sheet: str, formula: str) -> str:
        """What a formula says where the rows of a table are not told apart."""
        return meaning(formula, sheet, self._loose_places)

    @cached_property
    def _loose_places(self) -> Places:
        return loosened(self.places, self.tables)

    @cached_property
    def checks(self) -> Mapping[str, Mapping[tuple[int, int], frozenset[Check]]]:
        """The input checks of the free cells, by sheet."""
        return {
            sheet.name: checks(
                self.opened.extras[sheet.name.casefold()].validations,
                self.free.get(sheet.name, frozenset()),
                sheet.name,
                self.places,
            )
            for sheet in self.opened.workbook.sheets
        }

    @cached_property
    def meanings(self) -> Mapping[tuple[str, int, int], str]:
        """What each formula says, by its cell."""
        return {
            (sheet.name, *position): meaning(cell.formula, sheet.name, self.places)
            for sheet in self.opened.workbook.sheets
            for position, cell in sheet.cells.items()
            if cell.formula is not None
        }


def loosened(places: Places, tables: Mapping[str, tuple[int, int]]) -> Places:
    """The same places, the rows of these tables not told apart."""
    return {key: replace(place, table=tables.get(place.base.name)) for key, place in places.items()}


def cell_at(workbook: Workbook, where: CellRef | None) -> Cell | None:
    """The cell in a place; None where there is nothing."""
    sheet = workbook.sheet(where.sheet) if where else None
    return sheet.cells.get((where.row, where.column)) if sheet and where else None


@dataclass(frozen=True)
class Beside:
    """A returned workbook beside its edition."""

    edition: Edition
    returned: Opened
    places: Places
    """The sheets that both have, by the returned one's casefolded name."""
    findings: tuple[Finding, ...]
    """Sheets that are gone or renamed."""

    @cached_property
    def by_base(self) -> Mapping[str, AlignedSheet]:
        return {place.base.name: place for place in self.places.values()}

    @cached_property
    def is_unmoved(self) -> bool:
        """Whether every sheet, row and column is where it was."""
        return all(
            place.rows.is_same and place.columns.is_same and place.base.name == place.sheet.name
            for place in self.places.values()
        )

    @cached_property
    def has_moved_table(self) -> bool:
        """Whether rows of a table were sorted, taken out or put in."""
        of_tables = (self.by_base.get(name) for name in self.edition.tables)
        return any(place is not None and not place.rows.is_same for place in of_tables)

    @cached_property
    def loose_places(self) -> Places:
        """The places, the rows of tables not told apart."""
        return loosened(self.places, self.edition.tables)

    def is_in_table(self, sheet: str, row: int) -> bool:
        """Whether a row of the template is one of a table's."""
        first, last = self.edition.tables.get(sheet, (1, 0))
        return first <= row <= last

    @cached_property
    def added(self) -> tuple[Sheet, ...]:
        """Sheets that are not the template's."""
        return tuple(
            sheet
            for sheet in self.returned.workbook.sheets
            if sheet.name.casefold() not in self.places
        )

    def now(self, sheet: str, bounds: Bounds) -> tuple[Sheet, Bounds] | None:
        """Where a range of the template lies in the returned workbook; None where it is gone."""
        of_sheet = self.by_base.get(sheet)
        if of_sheet is None:
            return None
        top, left, bottom, right = bounds
        rows = [of_sheet.rows.to[r] for r in range(top, bottom + 1) if r in of_sheet.rows.to]
        columns = [
            of_sheet.columns.to[c] for c in range(left, right + 1) if c in of_sheet.columns.to
        ]
        if not rows or not columns:
            return None
        return of_sheet.sheet, (min(rows), min(columns), max(rows), max(columns))


def beside(edition: Edition, returned: Opened) -> Beside:
    """Lays a returned workbook beside its edition; its sheets may be called otherwise."""
    by_name = dict(returned.workbook.by_name)
    pairs: list[tuple[Sheet, Sheet]] = []
    missing: list[Sheet] = []
    findings: list[Finding] = []
    for base in edition.opened.workbook.sheets:
        sheet = by_name.pop(base.name.casefold(), None)
        if sheet is None:
            missing.append(base)
        else:
            pairs.append((base, sheet))
    for base in missing:
        alike = [s for s in by_name.values() if _share(edition, base, s) >= SAME_SHEET]
        if not alike:
            findings.append(finding("S16", expected=base.name))
            continue
        sheet = max(alike, key=lambda one: _share(edition, base, one))
        del by_name[sheet.name.casefold()]
        pairs.append((base, sheet))
        where = CellRef(sheet.name, "A1")
        findings.append(finding("S16", where, case="renamed", seen=sheet.name, expected=base.name))
    places = {
        sheet.name.casefold(): place(
            base, sheet, edition.labels[base.name], edition.sizes[base.name]
        )
        for base, sheet in pairs
    }
    return Beside(edition, returned, places, tuple(findings))


def _share(edition: Edition, base: Sheet, sheet: Sheet) -> float:
    """How many of the template's texts a sheet has."""
    texts = {tidied(cell.value) for cell in sheet.cells.values() if not is_blank(cell.value)}
    labels = set(edition.labels[base.name].values())
    return len(labels & texts) / len(labels)
