"""The changes between two paired workbooks, equal ones together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from cfp_xl.compare.pairing import Pairing
from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.result import Recalculation
from cfp_xl.findings import CellRef
from cfp_xl.functions.values import Scalar, shown
from cfp_xl.messages import Text, text
from cfp_xl.schema.schema import Schema
from cfp_xl.schema.seal import has_seal
from cfp_xl.why.names import CellNames
from cfp_xl.why.tree import plain
from cfp_xl.workbook.address import range_address
from cfp_xl.workbook.alignment.align import AlignedSheet
from cfp_xl.workbook.formulas.canonical import canonical, relative_key
from cfp_xl.workbook.model import Cell

TOLERANCE = 1e-9


class DiffKind(StrEnum):
    """What was changed."""

    INPUT = "input"
    UNIT = "unit"
    FACTOR = "factor"
    METHOD = "method"
    FORMULA = "formula"
    STRUCTURE = "structure"
    NAMES = "names"
    TEXT = "text"
    HIDDEN = "hidden"
    COMMENT = "comment"
    VALIDATION = "validation"
    CACHED = "cached"
    SEAL = "seal"

    @property
    def text(self) -> Text:
        return text(f"compare.kind.{self.value}")


@dataclass(frozen=True, slots=True)
class DiffChange:
    """One thing that was changed, in one cell or in a run of cells alike."""

    kind: DiffKind
    what: Text
    before: str
    after: str
    where: CellRef | None
    """In the new workbook; of what was removed, in the old one."""
    is_gone: bool = False
    """Whether `where` is in the old workbook only."""
    effect_kgco2e: float | None = None
    """What it does to the total, where that can be told apart."""


_UNITS = frozenset({"unit", "per_unit", "bridge_unit", "output_unit", "mass_unit", "distance_unit"})
_METHODS = frozenset({"gwp_set", "factor_set", "boundary", "functional_unit", "period"})


def changes(
    pairing: Pairing,
    names: tuple[CellNames, CellNames],
    schemas: tuple[Schema | None, Schema | None],
    recalculated: Recalculation,
) -> Iterator[DiffChange]:
    """All of them, sheet by sheet."""
    for sheet in pairing.removed:
        yield _of_sheet("sheet_removed", sheet.name, "")
    for sheet in pairing.added:
        yield _of_sheet("sheet_added", "", sheet.name)
    for aligned in pairing.sheets:
        if aligned.base.name != aligned.sheet.name:
            yield _of_sheet("sheet_renamed", aligned.base.name, aligned.sheet.name)
        if aligned.base.state != aligned.sheet.state:
            yield replace(
                _of_sheet("sheet_state", aligned.base.state, aligned.sheet.state),
                kind=DiffKind.HIDDEN,
            )
        yield from _lines(aligned)
        yield from _cells(pairing, aligned, names[1], schemas[1], recalculated)
    yield from _names(pairing)
    for before, after in pairing.shorter_tables:
        where = CellRef(after.sheet, after.ref)
        yield DiffChange(DiffKind.NAMES, plain(after.name), before.ref, after.ref, where)
    yield from _seal(pairing)


def _seal(pairing: Pairing) -> Iterator[DiffChange]:
    """Whether there is one; whether it holds, `verify` says."""
    before, now = has_seal(pairing.old), has_seal(pairing.new)
    if before is not now:
        key = "seal_gone" if before else "seal_new"
        yield DiffChange(DiffKind.SEAL, text(f"compare.{key}"), "", "", None)


def _of_sheet(key: str, before: str, after: str) -> DiffChange:
    where = CellRef(after or before, "A1") if key != "sheet_state" else None
    return DiffChange(DiffKind.STRUCTURE, text(f"compare.{key}"), before, after, where)


def _lines(aligned: AlignedSheet) -> Iterator[DiffChange]:
    """Rows and columns with something in them that were put in or taken out; runs as one."""
    for side, key in ((0, "row"), (1, "column")):
        axis = (aligned.rows, aligned.columns)[side]
        used_now = {at[side] for at, cell in aligned.sheet.cells.items() if _is_filled(cell)}
        used_before = {at[side] for at, cell in aligned.base.cells.items() if _is_filled(cell)}
        put_in = sorted(at for at in used_now if axis.origin(at) is None)
        gone = sorted(at for at in used_before if at not in axis.to)
        for first, last in _runs(put_in):
            where = _line(aligned.sheet.name, side, first, last)
            words = _words(aligned.sheet.cells, side, first)
            yield DiffChange(DiffKind.STRUCTURE, text(f"compare.{key}_added"), "", words, where)
        for first, last in _runs(gone):
            where = _line(aligned.base.name, side, first, last)
            words = _words(aligned.base.cells, side, first)
            what = text(f"compare.{key}_removed")
            yield DiffChange(DiffKind.STRUCTURE, what, words, "", where, is_gone=True)


def _is_filled(cell: Cell) -> bool:
    return cell.formula is not None or cell.value not in (None, "")


def _line(sheet: str, side: int, first: int, last: int) -> CellRef:
    bounds = (first, 1, last, 1) if side == 0 else (1, first, 1, last)
    return CellRef(sheet, range_address(bounds))


def _words(cells: Mapping[tuple[int, int], Cell], side: int, at: int) -> str:
    """The constants of a line, in short."""
    found = [
        shown(cell.value)
        for position, cell in sorted(cells.items())
        if position[side] == at and cell.formula is None and cell.value not in (None, "")
    ]
    return "; ".join(found[:5])


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in group]
        yield members[0], members[-1]


def _cells(
    pairing: Pairing,
    aligned: AlignedSheet,
    names: CellNames,
    schema: Schema | None,
    recalculated: Recalculation,
) -> Iterator[DiffChange]:
    formulas: dict[tuple[int, str, str], list[tuple[int, DiffChange]]] = {}
    filled = _filled_rows(aligned)
    for row in filled.values():
        where = _line(aligned.sheet.name, 0, row, row)
        words = _words(aligned.sheet.cells, 0, row)
        yield DiffChange(DiffKind.STRUCTURE, text("compare.row_added"), "", words, where)
    emptied = _emptied_rows(aligned)
    for row in sorted(emptied):
        what, words = text("compare.row_removed"), _words(aligned.base.cells, 0, row)
        where = _line(aligned.base.name, 0, row, row)
        yield DiffChange(DiffKind.STRUCTURE, what, words, "", where, is_gone=True)
    places = set(aligned.base.cells) | {
        here for at in aligned.sheet.cells if (here := aligned.origin(*at)) is not None
    }
    for here in sorted(places):
        now = aligned.cell(*here) if aligned.rows.to else here
        if now is None:
            continue
        before = aligned.base.cells.get(here)
        after = aligned.sheet.cells.get(now)
        key = CellKey(aligned.sheet.name, *now)
        if _is_same_formula(pairing, before, CellKey(aligned.base.name, *here), after, key):
            found = None
        else:
            found = _changed(before, after, key, names, schema)
        if found is None:
            if after is not None and after.formula is not None:
                yield from _stale(after, key, names, recalculated)
        elif here[0] in filled.keys() | emptied and found.kind is not DiffKind.FORMULA:
            continue
        elif found.kind is DiffKind.FORMULA:
            alike = now[1], _relative(before, here), _relative(after, now)
            formulas.setdefault(alike, []).append((now[0], found))
        else:
            yield found
    for (column, _, _), members in formulas.items():
        yield from _together(column, members)


def _filled_rows(aligned: AlignedSheet) -> Mapping[int, int]:
    """Rows without any constant before, and several now: a blank row of a table filled in."""
    before, now = _counts(aligned.base.cells), _counts(aligned.sheet.cells)
    pairs = ((here, there) for here, there in aligned.rows.to.items() if now.get(there, 0) > 1)
    return {here: there for here, there in pairs if here not in before}


def _emptied_rows(aligned: AlignedSheet) -> frozenset[int]:
    """Rows with several constants before, and none now."""
    before, now = _counts(aligned.base.cells), _counts(aligned.sheet.cells)
    pairs = ((here, there) for here, there in aligned.rows.to.items() if before.get(here, 0) > 1)
    return frozenset(here for here, there in pairs if there not in now)


def _counts(cells: Mapping[tuple[int, int], Cell]) -> Mapping[int, int]:
    return Counter(row for (row, _), cell in cells.items() if _is_constant(cell))


def _is_constant(cell: Cell) -> bool:
    return cell.formula is None and cell.value not in (None, "")


def _relative(cell: Cell | None, at: tuple[int, int]) -> str:
    return relative_key(cell.formula, *at) if cell is not None and cell.formula else ""


def _together(column: int, members: list[tuple[int, DiffChange]]) -> Iterator[DiffChange]:
    """Formulas that were changed alike in one column, as one change for each run of rows."""
    by_row = dict(members)
    for first, last in _runs(sorted(by_row)):
        one = by_row[first]
        assert one.where is not None
        where = CellRef(one.where.sheet, range_address((first, column, last, column)))
        yield replace(one, where=where)


def _is_same_formula(
    pairing: Pairing, before: Cell | None, was: CellKey, after: Cell | None, now: CellKey
) -> bool:
    old, new = (before and before.formula), (after and after.formula)
    return old is not None and new is not None and pairing.is_same((old, was), (new, now))


def _changed(
    before: Cell | None,
    after: Cell | None,
    key: CellKey,
    names: CellNames,
    schema: Schema | None,
) -> DiffChange | None:
    old, new = (before and before.formula), (after and after.formula)
    label = names.label(key)
    if old is not None or new is not None:
        first, second = _shown(before), _shown(after)
        return DiffChange(DiffKind.FORMULA, label, first, second, key.ref)
    was, now = (before.value if before else None), (after.value if after else None)
    if _is_same(was, now):
        return None
    return DiffChange(_kind(key, was, now, names, schema), label, shown(was), shown(now), key.ref)


def _shown(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return f"={canonical(cell.formula)}" if cell.formula is not None else shown(cell.value)


def _is_same(one: Scalar, other: Scalar) -> bool:
    if one in (None, "") and other in (None, ""):
        return True
    if isinstance(one, str) and isinstance(other, str):
        return one.split() == other.split()
    if isinstance(one, float) and isinstance(other, float):
        return one == other or f"{one:.15g}" == f"{other:.15g}"  # as many as programs save
    return type(one) is type(other) and one == other


def _kind(
    key: CellKey, was: Scalar, now: Scalar, names: CellNames, schema: Schema | None
) -> DiffKind:
    found = names.in_table(key)
    if found is not None:
        column = found[1]
        if column in _UNITS:
            return DiffKind.UNIT
        if column == "factor_id" or found[0].region.name == "cfp_factors":
            return DiffKind.FACTOR
    for setting in schema.settings.values() if schema is not None else ():
        if setting.name in _METHODS and setting.where and _holds(setting.where, key):
            return DiffKind.METHOD
    is_number = isinstance(was, float) or isinstance(now, float)
    return DiffKind.INPUT if is_number or found is not None else DiffKind.TEXT


def _holds(where: CellRef, key: CellKey) -> bool:
    bounds = where.bounds
    if bounds is None or where.sheet != key.sheet:
        return False
    top, left, bottom, right = bounds
    return top <= key.row <= bottom and left <= key.column <= right


def _stale(
    cell: Cell, key: CellKey, names: CellNames, recalculated: Recalculation
) -> Iterator[DiffChange]:
    """A formula that is the same, with a saved value that it does not give."""
    computed = recalculated.cells.get(key)
    if computed is None or not computed.is_computed or computed.is_volatile or not cell.is_cached:
        return
    ours, saved = computed.value, cell.value
    if isinstance(ours, float) and isinstance(saved, float):
        if abs(ours - saved) <= TOLERANCE * max(abs(ours), abs(saved)):
            return
    elif _is_same(ours, saved):
        return
    label = names.label(key)
    yield DiffChange(DiffKind.CACHED, label, shown(ours), shown(saved), key.ref)


def _names(pairing: Pairing) -> Iterator[DiffChange]:
    """Names that lead elsewhere, are new or gone. Those of printing are no names of people's."""
    old = {one.name.casefold(): one for one in pairing.old.names if one.sheet is None}
    new = {one.name.casefold(): one for one in pairing.new.names if one.sheet is None}
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        if key.startswith("_xl") or (before and before.is_hidden) or (after and after.is_hidden):
            continue
        nowhere = CellKey("", 0, 0)
        if (
            before is None
            or after is None
            or not pairing.is_same((before.formula, nowhere), (after.formula, nowhere))
        ):
            one = after or before
            label = plain(one.name if one else key)
            first, second = before.formula if before else "", after.formula if after else ""
            yield DiffChange(DiffKind.NAMES, label, first, second, None)
