"""A workbook opened once: read, recalculated, its tables found, their footprint calculated.

Nobody else runs these steps one after the other. Each happens when it is first asked for, and once.
Who asks says which values are meant: `cached`, as the program left them that saved the file, or
`recomputed`, which need a recalculation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cfp_xl.engine.as_displayed import as_displayed
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.engine.result import Recalculation
from cfp_xl.findings import Finding
from cfp_xl.footprint.calculate import Footprint, calculate
from cfp_xl.footprint.product import Product
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.schema.load_product import product_of
from cfp_xl.schema.schema import Schema, find_schema
from cfp_xl.workbook.address import Bounds
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.reading.appearance import Appearance
from cfp_xl.workbook.reading.container import Package, open_package, package_of
from cfp_xl.workbook.reading.extras import SheetExtras, sheet_extras
from cfp_xl.workbook.reading.read import ReadFile, read_package
from cfp_xl.workbook.writing.patch import patched

Constants = Mapping[str, Mapping[tuple[int, int], Scalar]]
"""Values of cells by sheet name, row and column."""

DEADLINE_S = 60.0
"""What a recalculation may take unless told otherwise."""


@dataclass(frozen=True)
class Tables:
    """Our tables in a workbook whose formula cells hold one kind of values."""

    workbook: Workbook

    @cached_property
    def _found(self) -> tuple[Schema | None, tuple[Finding, ...]]:
        return find_schema(self.workbook)

    @property
    def schema(self) -> Schema | None:
        """None where the workbook has no table of activities."""
        return self._found[0]

    @property
    def layout_findings(self) -> tuple[Finding, ...]:
        """What is wrong with names, headings and the extent of the tables."""
        return self._found[1]

    @cached_property
    def product(self) -> Product | None:
        """The record of the study; None where there is no schema."""
        date_1904 = self.workbook.date_1904
        return product_of(self.schema, date_1904=date_1904) if self.schema else None

    @cached_property
    def footprint(self) -> Footprint | None:
        """Calculated from the rows by ourselves; None where there is no schema."""
        schema = self.schema
        if schema is None:
            return None
        return calculate(schema.inventory, schema.factors, schema.assemblies)


@dataclass(frozen=True)
class Opened(ReadFile):
    """One workbook file. `open_file` makes it, or `opened` of bytes that are in no file yet."""

    deadline_s: float = DEADLINE_S
    already: Recalculation | None = None
    """The recalculation of a workbook with the same constants and formulas, where there was one."""

    @cached_property
    def recalculation(self) -> Recalculation:
        """Every formula cell computed from constants; raises RecalculationTimeout."""
        return self.already or recalculate(self.workbook, deadline_s=self.deadline_s)

    @cached_property
    def cached(self) -> Tables:
        """The tables by the values saved in the file, which may be out of date."""
        return Tables(self.workbook)

    @cached_property
    def recomputed(self) -> Tables:
        """The tables by recomputed values; raises RecalculationTimeout."""
        return Tables(with_recomputed_values(self.workbook, self.recalculation))

    @cached_property
    def appearance(self) -> Appearance:
        """How its cells look, read sheet by sheet."""
        return Appearance(self.package, {sheet.name: sheet for sheet in self.workbook.sheets})

    @cached_property
    def extras(self) -> Mapping[str, SheetExtras]:
        """What the sheets hold besides cells, by casefolded sheet name."""
        return {
            sheet.name.casefold(): sheet_extras(self.package, sheet.part)
            for sheet in self.workbook.sheets
        }


def open_file(path: Path, *, deadline_s: float = DEADLINE_S) -> Opened:
    """The workbook at `path`; raises Unreadable."""
    return of_package(open_package(path), deadline_s=deadline_s)


def of_package(package: Package, *, deadline_s: float = DEADLINE_S) -> Opened:
    """The workbook in a file whose parts were looked at before; raises Unreadable."""
    return Opened(package, read_package(package), deadline_s)


def opened(data: bytes, path: Path, already: Recalculation | None = None) -> Opened:
    """A workbook from the bytes of a file that is or will be at `path`; raises Unreadable."""
    package = package_of(data, path)
    return Opened(package, read_package(package), already=already)


def recalculated_with(workbook: Workbook, values: Constants) -> Recalculation:
    """What its formula cells come to with constants in some cells, in place of formulas too."""
    return recalculate(workbook.typed_over(values))


def tables_with(workbook: Workbook, values: Constants) -> Tables:
    """The tables of a workbook with constants in some cells, in place of formulas too, everything
    computed anew."""
    recalculation = recalculated_with(workbook, values)
    return Tables(with_recomputed_values(workbook.typed_over(values), recalculation))


def as_saved(
    workbook: Workbook, already: Recalculation | None = None, *, deadline_s: float = DEADLINE_S
) -> tuple[Workbook, Recalculation]:
    """A workbook as a program leaves it that recalculates when it saves; raises
    RecalculationTimeout."""
    recalculation = already or recalculate(workbook, deadline_s=deadline_s)
    return with_recomputed_values(workbook, recalculation), recalculation


def refreshed(data: bytes, path: Path) -> bytes:
    """The same file with the value of every formula that can be computed and is not volatile, so
    that every program shows it at once."""
    return with_fresh_values(opened(data, path))


def with_fresh_values(file: Opened) -> bytes:
    """The bytes of a file with those values."""
    kept = {sheet.name: sheet.columns for sheet in file.workbook.sheets}
    changed = {
        key: value
        for key, value in file.recalculation.lasting_values.items()
        if value != "" or kept[key[0]].value(key[1:]) != ""
    }
    return patched(file.package, changed)[0]


def with_recomputed_values(workbook: Workbook, recalculation: Recalculation) -> Workbook:
    """The workbook with recomputed values in its formula cells; #NAME? where there is none."""
    workbook = as_displayed(workbook)  # the constants that the recalculation was made with
    fresh: dict[str, dict[tuple[int, int], Scalar]] = {sheet.name: {} for sheet in workbook.sheets}
    blocks: dict[str, list[tuple[Bounds, Sequence[Scalar]]]] = {name: [] for name in fresh}
    for column in recalculation.columns:
        block, values = column.block, column.values
        expected = values if isinstance(values, list) else values.tolist()
        blocks[block.sheet].append((block.bounds, expected))
    for key in recalculation.by_themselves:
        computed = recalculation.cells[key]
        value = computed.value if computed.is_computed else ExcelError.NAME
        for (sheet, row, at), one in {**computed.children, key: value}.items():
            fresh[sheet][row, at] = one
    return workbook.with_values(fresh, blocks)
