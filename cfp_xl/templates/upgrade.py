"""`cfp-xl upgrade`: what was typed into a workbook of an earlier template, in today's template.

Rows are found by the names and headings of their tables, entries of the product sheet by their
place below one another, which no version changed. The new workbook must come to the same stages
and total; what has no place in it is listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose
from pathlib import Path

from cfp_xl.footprint.calculate import Footprint
from cfp_xl.functions.values import ExcelError, shown
from cfp_xl.messages import Lang
from cfp_xl.schema.opened import Opened
from cfp_xl.schema.seal import check_seal
from cfp_xl.schema.template_tables import PRODUCT_VERSION, template_tables
from cfp_xl.templates.carry import CannotUpgrade, carry
from cfp_xl.templates.earlier import blank_for, earlier
from cfp_xl.templates.grow import Grown
from cfp_xl.templates.own_content import filled_in, moves_of

TOLERANCE = 1e-12
BELOW = ("W31", "")
"""The finding that names a row below a table."""


@dataclass(frozen=True)
class Upgraded:
    """One workbook in today's template."""

    data: bytes
    was: str
    """The template it is of, with its version."""
    is_changed: bool
    rows: int = 0
    """Rows of its tables that were carried."""
    total_kgco2e: float | None = None
    left_out: tuple[str, ...] = ()
    """What has no place in today's template, by its cell."""
    completed: tuple[Grown, ...] = ()
    """Tables in which rows lacked formulas, with what followed the rows."""


def upgrade(
    data: bytes, path: Path, *, lang: Lang | None = None, native: bool | None = None
) -> Upgraded:
    """The workbook in today's template, in its own language and edition unless told otherwise.

    Raises CannotUpgrade, CannotGrow, Unreadable, RecalculationTimeout.
    """
    old = earlier(data, path)
    to_lang = old.lang if lang is None else lang
    is_native = old.is_native if native is None else native
    is_same = (old.lang, old.is_native) == (to_lang, is_native)
    was = " ".join(old.version)
    if is_same and old.version[1] == str(PRODUCT_VERSION):
        return Upgraded(data, was, is_changed=False)
    target = blank_for(old, to_lang, is_native=is_native, shows_former=old.shows_former)
    moves = moves_of(old, target, is_native=is_native)
    carried = carry(old.book, old.schema, target, None if to_lang == old.lang else to_lang, moves)
    new = filled_in(old, target, carried, path)
    _same(old.book, new)
    footprint = new.recomputed.footprint
    return Upgraded(
        new.package.data,
        was,
        is_changed=True,
        rows=carried.rows,
        total_kgco2e=footprint.total_kgco2e if footprint else None,
        left_out=_listed(old.book, carried.left_out, to_lang),
        completed=old.completed,
    )


def _same(old: Opened, new: Opened) -> None:
    """Raises CannotUpgrade with the rows where stages or total are not the old ones."""
    before, after = old.recomputed.footprint, new.recomputed.footprint
    assert before is not None
    assert after is not None
    if _equal(before.total_kgco2e, after.total_kgco2e) and all(
        _equal(one.kgco2e, after.stages[id].kgco2e if id in after.stages else None)
        for id, one in before.stages.items()
    ):
        _shown_alike(old, new, after)
        return
    rows = [
        one.activity.label
        for one, other in zip(before.rows, after.rows, strict=False)
        if not _equal(one.kgco2e, other.kgco2e)
    ]
    raise CannotUpgrade(
        "templates.upgrade.differs",
        before=shown(before.total_kgco2e),
        after=shown(after.total_kgco2e),
        rows=tuple(rows) or ("–",),
    )


def _equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _shown_alike(old: Opened, new: Opened, after: Footprint) -> None:
    """The total that the new sheet itself computes is the footprint's; rows below a table, which
    earlier templates left out of it, make it an error today."""
    if after.total_kgco2e is None:
        return
    for table in template_tables(new.recomputed.workbook, "results"):
        seen = [cell.value for row in table.rows if (cell := table.cell(row, "native")) is not None]
        if any(isinstance(one, float) and isclose(one, after.total_kgco2e) for one in seen):
            return
        found = [one for one in old.recomputed.layout_findings if (one.code, one.case) == BELOW]
        if found:
            raise CannotUpgrade(
                "templates.upgrade.rows_below", cells=tuple(str(one.where) for one in found)
            )
        wrong = next((one for one in seen if isinstance(one, ExcelError)), None)
        raise CannotUpgrade(
            "templates.upgrade.differs",
            before=shown(after.total_kgco2e),
            after=shown(wrong),
            rows=(table.sheet.name,),
        )


def _listed(old: Opened, left_out: Sequence[str], lang: Lang) -> tuple[str, ...]:
    """What was not carried; of formulas changed or typed over, today's template has its own."""
    changed = {
        str(one.where): one.message(lang)
        for one in check_seal(old.workbook)
        if one.code in ("W40", "N01") and one.where is not None
    }
    others = [one for one in left_out if one.partition(" ")[0] not in changed]
    return (*(f"{where} {message}" for where, message in changed.items()), *others)
