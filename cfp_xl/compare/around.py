"""What was changed around the cells: rows and columns hidden or shown, comments, input checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from cfp_xl.compare.changes import DiffChange, DiffKind
from cfp_xl.compare.pairing import Pairing
from cfp_xl.findings import CellRef
from cfp_xl.messages import text
from cfp_xl.workbook.address import range_address
from cfp_xl.workbook.alignment.align import AlignedSheet
from cfp_xl.workbook.copying.notes import note_cells
from cfp_xl.workbook.model import Sheet
from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.extras import Validation, sheet_extras

MOST_CELLS = 100_000
"""Cells under input checks that are compared of one sheet."""
WITHOUT_OPERATOR = frozenset({"list", "custom"})
WITH_TWO = frozenset({"between", "notBetween"})

Place = tuple[int, int]
Texts = Mapping[Place, str]


def changes_around(pairing: Pairing, packages: tuple[Package, Package]) -> Iterator[DiffChange]:
    """Those of the sheets in both workbooks."""
    for aligned in pairing.sheets:
        yield from _hidden(aligned)
        before = _notes(packages[0], aligned.base)
        now = _carried(aligned, _notes(packages[1], aligned.sheet))
        yield from _differing(aligned, DiffKind.COMMENT, before, now)
        before = _checks(pairing, packages[0], aligned.base, is_now=False)
        now = _carried(aligned, _checks(pairing, packages[1], aligned.sheet, is_now=True))
        yield from _differing(aligned, DiffKind.VALIDATION, before, now)


def _hidden(aligned: AlignedSheet) -> Iterator[DiffChange]:
    """Rows and columns with something in them; runs as one."""
    sheets = aligned.base, aligned.sheet
    for side, key in ((0, "row"), (1, "column")):
        axis = (aligned.rows, aligned.columns)[side]
        hidden, used = (
            [getattr(one, f"hidden_{key}s") for one in sheets],
            [{at[side] for at in one.cells} for one in sheets],
        )
        pairs = [(here, there) for there in used[1] if (here := axis.origin(there)) is not None]
        for is_hidden_now in (True, False):
            turned = sorted(
                there
                for here, there in pairs
                if (there in hidden[1]) is is_hidden_now
                and (here in hidden[0]) is not is_hidden_now
            )
            what = text(f"compare.{key}_{'hidden' if is_hidden_now else 'shown'}")
            for first, last in _runs(turned):
                bounds = (first, 1, last, 1) if side == 0 else (1, first, 1, last)
                where = CellRef(aligned.sheet.name, range_address(bounds))
                yield DiffChange(DiffKind.HIDDEN, what, "", "", where)


def _notes(package: Package, sheet: Sheet) -> Texts:
    found = note_cells(package, sheet.part).items()
    return {at: words for at, (_, said) in found if (words := " ".join(said.split()))}


def _checks(pairing: Pairing, package: Package, sheet: Sheet, *, is_now: bool) -> Texts:
    """By cell what may be typed there; formulas as they were called in the old workbook."""
    says = pairing.says_now if is_now else pairing.said_before
    last_row = max((row for row, _ in sheet.cells), default=0)
    last_column = max((column for _, column in sheet.cells), default=0)
    found: dict[Place, str] = {}
    for one in sheet_extras(package, sheet.part).validations:
        if one.type == "none":
            continue
        said = _said(one, [says(formula, sheet.name) for formula in one.formulas])
        for top, left, bottom, right in one.areas:
            for row in range(top, min(bottom, last_row) + 1):
                for column in range(left, min(right, last_column) + 1):
                    if len(found) < MOST_CELLS:
                        found[row, column] = said
    return found


def _said(one: Validation, formulas: list[str]) -> str:
    """LibreOffice saves a second formula, 0, where none is meant."""
    operator = "" if one.type in WITHOUT_OPERATOR else one.operator
    meant = formulas if operator in WITH_TWO else formulas[:1]
    return " ".join(filter(None, (one.type, operator, *meant)))


def _carried(aligned: AlignedSheet, now: Texts) -> Texts:
    """By the cells of the old sheet; what is in rows and columns put in is told by these."""
    found = ((aligned.origin(*at) if aligned.rows.to else at, said) for at, said in now.items())
    return {at: said for at, said in found if at is not None}


def _differing(
    aligned: AlignedSheet, kind: DiffKind, before: Texts, now: Texts
) -> Iterator[DiffChange]:
    """Cells whose words differ; those of a column alike together."""
    by_change: dict[tuple[int, str, str], list[int]] = {}
    for here in sorted({*before, *now}):
        there = aligned.cell(*here) if aligned.rows.to else here
        old, new = before.get(here, ""), now.get(here, "")
        if there is not None and old != new:
            by_change.setdefault((there[1], old, new), []).append(there[0])
    for (column, old, new), rows in by_change.items():
        for first, last in _runs(rows):
            where = CellRef(aligned.sheet.name, range_address((first, column, last, column)))
            yield DiffChange(kind, kind.text, old, new, where)


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    for _, group in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in group]
        yield members[0], members[-1]


__all__ = ["changes_around"]
