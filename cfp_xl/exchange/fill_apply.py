"""A planned list written into the product: constants into prepared cells, all else byte for byte.

The factors that its rows take and the workbook's table lacks are copied into free rows of it, and
their sets are pinned. The new workbook is recalculated before it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cfp_xl.exchange.fill import CannotFill, FillPlan, factors_to_add, free_rows
from cfp_xl.findings import Severity
from cfp_xl.footprint.factor_boundary import readable_row
from cfp_xl.footprint.factors import Factor, builtin, builtin_sets
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Lang
from cfp_xl.schema.entered import entered
from cfp_xl.schema.opened import Opened
from cfp_xl.schema.schema import Schema
from cfp_xl.schema.seal import check_seal
from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.writing.in_place import ensure_replaceable, put_workbook

Cells = dict[str, dict[tuple[int, int], Scalar]]


@dataclass(frozen=True)
class WrittenFill:
    """What was written where."""

    written: Path
    kept: Path | None
    """The workbook as it was, where it was replaced."""
    rows: int
    factors: tuple[Factor, ...]
    not_added: tuple[Factor, ...]
    """Factors for which the workbook's table has no free row; they are found in the sets."""
    before_kgco2e: float | None
    after_kgco2e: float | None


def apply_fill(
    product: Opened, plan: FillPlan, destination: Path, lang: Lang, before: Package
) -> WrittenFill:
    """Writes the rows that enter; `before` is the file as it is, without rows added for them.

    Raises CannotFill, NotWritten, WorkbookInUse.
    """
    held_by_seal(product, lang)
    schema = product.recomputed.schema
    if schema is None or not plan.entering:
        raise CannotFill("exchange.nothing_enters")
    cells: Cells = {}
    for one in plan.entering:
        assert one.row is not None
        put_row(cells, schema, plan.table, one.row, one.values)
    added, left = put_factors(cells, schema, factors_to_add(plan, schema), lang)
    _pin(cells, schema, added + left)
    after = entered(product, cells)
    target, kept = written_beside(before, after.package.data, destination)
    return WrittenFill(
        target,
        kept,
        len(plan.entering),
        added,
        left,
        _total_kgco2e(product),
        _total_kgco2e(after),
    )


def held_by_seal(product: Opened, lang: Lang) -> None:
    """Raises CannotFill where a formula of the workbook itself was changed."""
    broken = [one for one in check_seal(product.workbook) if one.severity is Severity.ERROR]
    if broken:
        raise CannotFill("exchange.seal", where=broken[0].where, why=broken[0].message(lang))


def written_beside(before: Package, data: bytes, destination: Path) -> tuple[Path, Path | None]:
    """Writes a workbook; the one it replaces is kept beside it. Where both are.

    Raises NotWritten, and WorkbookInUse where somebody else changed the file meanwhile.
    """
    source, target = before.path.resolve(), destination.resolve()
    ensure_replaceable(target, source)
    return target, put_workbook(data, target, before, source)


def put_row(
    cells: Cells, schema: Schema, table: str, row: int, values: Mapping[str, Scalar]
) -> None:
    """The values of a row, in the columns that the table has."""
    region = schema.regions[table]
    of_sheet = cells.setdefault(region.sheet.name, {})
    for field, value in values.items():
        if field in region.columns and value is not None:
            of_sheet[(row, region.columns[field])] = value


def put_factors(
    cells: Cells, schema: Schema, factors: tuple[Factor, ...], lang: Lang
) -> tuple[tuple[Factor, ...], tuple[Factor, ...]]:
    """Copies of factors in free rows of the table; those that found a row, and the rest."""
    region = schema.region("factors")
    if region is None:
        return (), factors
    free = free_rows(schema, "factors")
    for factor, row in zip(factors, free, strict=False):
        values = {name: value or None for name, value in readable_row(factor, lang).items()}
        year = values.get("year")
        values["year"] = float(year) if isinstance(year, int) else None
        put_row(cells, schema, "factors", row, values)
    return factors[: len(free)], factors[len(free) :]


def _pin(cells: Cells, schema: Schema, factors: tuple[Factor, ...]) -> None:
    """The sets of the factors, after those that the workbook pins already."""
    setting = schema.setting("factor_set")
    if setting is None or not factors:
        return
    typed = next((str(value) for value in setting.values if value), "")
    sets = dict.fromkeys(f.set_id for f in factors if f.set_id in builtin_sets())
    lacking = [builtin(id).pin for id in sets]  # of sets of one's own the copies are all there is
    lacking = [pin for pin in lacking if pin.partition("@")[0] + "@" not in typed]
    where = setting.where
    if lacking and where is not None and where.row:
        at = (where.row, where.column)
        cells.setdefault(where.sheet, {})[at] = "; ".join(filter(None, [typed, *lacking]))


def _total_kgco2e(product: Opened) -> float | None:
    footprint = product.recomputed.footprint
    return footprint.total_kgco2e if footprint else None
