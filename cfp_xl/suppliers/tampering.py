"""What was changed in a returned sheet besides the cells to be filled in, cell by cell."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.wording import shortened
from cfp_xl.functions.values import Scalar, shown
from cfp_xl.schema.region import is_blank
from cfp_xl.suppliers.input_checks import Check, covers, spellings
from cfp_xl.suppliers.template_comparison import Beside
from cfp_xl.workbook.alignment.align import AlignedSheet, tidied
from cfp_xl.workbook.alignment.formula_meaning import meaning, spelled
from cfp_xl.workbook.formulas.canonical import relative_key
from cfp_xl.workbook.model import Cell, DefinedName
from cfp_xl.workbook.reading.extras import Validation

SAME = 1e-12
"""Relative difference up to which two numbers are one: programs write 15 to 17 digits."""
OURS = "cfp_"


def tampering(beside: Beside) -> Iterator[Finding]:
    """Every formula, text, number, name and input check that is not as it went out."""
    yield from beside.findings
    for place in beside.places.values():
        yield from _of_sheet(beside, place)
        yield from _checks(beside, place)
    yield from _names(beside)


def copied_out(beside: Beside) -> Finding | None:
    """S23: sheets copied out of the file: without the others nothing of them can be checked."""
    names = [base.name for base in beside.edition.opened.workbook.sheets]
    missing = tuple(name for name in names if name not in beside.by_base)
    here = tuple(place.sheet.name for place in beside.places.values())
    if len(missing) < 2 or not here:
        return None
    return finding("S23", seen=", ".join(here), expected=", ".join(missing))


def _of_sheet(beside: Beside, place: AlignedSheet) -> Iterator[Finding]:
    is_gone: dict[tuple[str, int], None] = {}
    for position, base in place.base.cells.items():
        if not beside.edition.is_kept(place.base.name, position):
            continue
        if base.formula is None and is_blank(base.value):
            continue
        if (there := place.cell(*position)) is None:
            axis = "row" if position[0] not in place.rows.to else "column"
            is_gone[axis, position[0] if axis == "row" else position[1]] = None
            continue
        cell = place.sheet.cells.get(there)
        where = place.sheet.ref(*there)
        if base.formula is not None:
            yield from _formula(beside, place, base, cell, where)
        else:
            yield from _constant(beside, place, base, cell, where)
    spare = _spare_rows(beside, place, [number for axis, number in is_gone if axis == "row"])
    if spare:
        first, *others = (place.base.ref(number, 1) for number in spare)
        yield replace(finding("S10", first, case="spare"), also=tuple(others))
    for axis, number in is_gone:
        if axis != "row" or number not in spare:
            yield _gone(beside, place, axis, number)


def _spare_rows(beside: Beside, place: AlignedSheet, gone: list[int]) -> list[int]:
    """Of rows that were taken out those that are like their neighbours, which is no loss."""
    labels = frozenset(beside.edition.labels[place.base.name].values())
    if not gone or _has_labels_put_in(place, labels):
        return []
    return [n for n in gone if any(_is_copy(place, n, other) for other in (n - 1, n + 1))]


def _formula(
    beside: Beside, place: AlignedSheet, base: Cell, cell: Cell | None, where: CellRef
) -> Iterator[Finding]:
    if cell is None or (cell.formula is None and is_blank(cell.value)):
        yield finding("S10", where, case="gone", expected=f"={base.formula}")
    elif cell.formula is None:
        seen = shortened(shown(cell.value))
        yield finding("S10", where, case="constant", seen=seen, expected=f"={base.formula}")
    elif cell.formula != base.formula or not beside.is_unmoved:
        if beside.is_unmoved and spelled(cell.formula) == spelled(base.formula or ""):
            return
        if not _says(beside, place, base, cell.formula):
            seen = shortened(f"={cell.formula}")
            yield finding("S10", where, seen=seen, expected=f"={base.formula}")


def _says(beside: Beside, place: AlignedSheet, base: Cell, formula: str) -> bool:
    """Whether a formula says what the template's does, wherever the rows of its tables went."""
    expected = beside.edition.meanings[place.base.name, base.row, base.column]
    if meaning(formula, place.sheet.name, beside.places) == expected:
        return True
    return beside.has_moved_table and (
        meaning(formula, place.sheet.name, beside.loose_places)
        == beside.edition.loose_meaning(place.base.name, base.formula or "")
    )


def _constant(
    beside: Beside, place: AlignedSheet, base: Cell, cell: Cell | None, where: CellRef
) -> Iterator[Finding]:
    if cell is not None and cell.formula is not None:
        seen = f"={cell.formula}"
    elif cell is not None and _same(base.value, cell.value):
        return
    else:
        seen = shown(None if cell is None else cell.value)
    yield finding(
        "S11",
        where,
        case=beside.edition.sort_of(place.base.name, base.row, base.column),
        seen=shortened(seen),
        expected=shortened(shown(base.value)),
    )


def _same(one: Scalar, other: Scalar) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=SAME)
    if isinstance(one, str) and isinstance(other, str):
        return tidied(one) == tidied(other)
    return one == other


def _gone(beside: Beside, place: AlignedSheet, axis: str, number: int) -> Finding:
    """A row or column that was taken out."""
    where = place.base.ref(number, 1) if axis == "row" else place.base.ref(1, number)
    labels = beside.edition.labels[place.base.name]
    side = 0 if axis == "row" else 1
    texts = tuple(text for position, text in labels.items() if position[side] == number)
    return finding("S10", where, case=axis, expected=shortened(" · ".join(texts)) or where.cell)


def _has_labels_put_in(place: AlignedSheet, words: frozenset[str]) -> bool:
    """Whether a row that was put in bears a label: then none was taken out, but relabelled."""
    return any(
        cell.formula is None and tidied(cell.value) in words
        for (row, _), cell in place.sheet.cells.items()
        if row not in place.rows.back
    )


def _is_copy(place: AlignedSheet, row: int, other: int) -> bool:
    """Whether two rows of the template say the same, each in its place."""
    return _keys(place, row) == _keys(place, other)


def _keys(place: AlignedSheet, row: int) -> dict[int, str]:
    return {
        cell.column: shown(cell.value)
        if cell.formula is None
        else relative_key(cell.formula, cell.row, cell.column)
        for cell in place.base.cells.values()
        if cell.row == row
    }


def _names(beside: Beside) -> Iterator[Finding]:
    """Names of ours that lead elsewhere, or nowhere, or are hidden by a sheet's own of that name.

    A copy of a sheet brings copies of its names, which are for that copy alone.
    """
    for name in beside.returned.workbook.names:
        is_ours = name.name.casefold().startswith(OURS)
        if is_ours and name.sheet is not None and name.sheet.casefold() in beside.places:
            yield finding(
                "S19",
                CellRef(name.sheet, "A1"),
                case="of_sheet",
                name=name.name,
                seen=name.formula,
            )
    now = {
        name.name.casefold(): name
        for name in sorted(beside.returned.workbook.names, key=lambda name: name.sheet is None)
    }
    for name in beside.edition.opened.workbook.names:
        if not name.name.casefold().startswith(OURS):
            continue
        found = now.get(name.name.casefold())
        if found is None:
            yield finding("S19", case="gone", name=name.name)
        elif not _leads_there(beside, name, found):
            yield finding("S19", name=name.name, seen=found.formula, expected=name.formula)


def _leads_there(beside: Beside, name: DefinedName, found: DefinedName) -> bool:
    """Whether a name leads where it did, wherever the rows of its tables went."""
    if found.formula == name.formula and beside.is_unmoved:
        return True
    sheet, now = name.sheet or "", found.sheet or ""
    if meaning(found.formula, now, beside.places) == meaning(
        name.formula, sheet, beside.edition.places
    ):
        return True
    return beside.has_moved_table and (
        meaning(found.formula, now, beside.loose_places)
        == beside.edition.loose_meaning(sheet, name.formula)
    )


def _checks(beside: Beside, place: AlignedSheet) -> Iterator[Finding]:
    """Input checks that are gone or say something else; pasting into a cell takes its own away."""
    ours = beside.edition.checks.get(place.base.name, {})
    theirs = beside.returned.extras[place.sheet.name.casefold()].validations
    if ours and not any(v.type != "none" for v in theirs):
        yield finding("S20", place.sheet.ref(1, 1), case="all", seen=place.sheet.name)
        return
    for position, expected in ours.items():
        if (there := place.cell(*position)) is None:
            continue
        found = [v for v in theirs if v.type != "none" and covers(v, there)]
        where = place.sheet.ref(*there)
        if not found:
            yield finding("S20", where, case="gone")
        elif not any(
            _is_one(one, v, there, place, beside)
            for one in _possible(beside, place, position, expected, ours)
            for v in found
        ):
            seen = shortened(" ".join((found[0].type, *found[0].formulas)))
            yield finding("S20", where, seen=seen)


def _possible(
    beside: Beside,
    place: AlignedSheet,
    position: tuple[int, int],
    expected: frozenset[Check],
    ours: Mapping[tuple[int, int], frozenset[Check]],
) -> Iterator[frozenset[Check]]:
    """The checks that a cell may have: sorting moves the rows of a table, and not their checks."""
    yield expected
    row, column = position
    if not place.rows.is_same and beside.is_in_table(place.base.name, row):
        yield from (
            check
            for (other, at), check in ours.items()
            if at == column and beside.is_in_table(place.base.name, other)
        )


def _is_one(
    expected: frozenset[Check],
    validation: Validation,
    there: tuple[int, int],
    place: AlignedSheet,
    beside: Beside,
) -> bool:
    """Whether a check of a returned cell says what the template's says, in one of its spellings."""
    found = spellings(validation, there, place.sheet.name, beside.places)
    return not expected.isdisjoint(found)
