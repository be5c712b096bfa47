"""Recomputed values against those the file holds, formula cell by formula cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.result import Computed, Recalculation
from cfp_xl.findings import Finding, Severity, finding
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.functions.values import shown as plainly_shown
from cfp_xl.verify.result import CellCounts
from cfp_xl.workbook.address import range_bounds
from cfp_xl.workbook.formulas.newer import NewerInNames, newer_in_names, unknown_in
from cfp_xl.workbook.model import Cell, Sheet, Workbook

NOISE = 2.0**-50
"""Part of Σ|operands| by which a sum may differ from another order of summation."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two values that don't match, in the formula's own cell or in one that it fills."""

    where: CellKey
    seen: Scalar
    expected: Scalar


def compare(
    workbook: Workbook, recalculation: Recalculation, tolerance: float, *, is_ours: bool
) -> tuple[CellCounts, tuple[Finding, ...]]:
    """Counts every formula cell once, and says what is wrong with those that don't just match.

    In this order: not computed, volatile, not cached, then matched or mismatched. Equal errors
    match and are findings all the same: errors in our workbooks (`is_ours`), else warnings.
    Why a cell was not computed is among the findings of the recalculation.
    """
    names = newer_in_names(workbook)
    matched, others = _by_blocks(workbook, recalculation, tolerance, names)
    counts = Counter({"matched": matched})
    findings: list[Finding] = []
    for key in others:
        sheet = workbook.by_name[key.sheet.casefold()]
        cell = sheet.cells[key.row, key.column]
        judged = _Judged(sheet, cell, key, recalculation, tolerance, names)
        counts[judged.state] += 1
        findings.extend(judged.findings(is_ours=is_ours))
    assert counts.total() == len(recalculation.cells), "a formula cell was not compared"
    return CellCounts(**counts), tuple(findings)


def _by_blocks(
    workbook: Workbook, recalculation: Recalculation, tolerance: float, names: NewerInNames
) -> tuple[int, list[CellKey]]:
    """How many cells of blocks plainly agree, most of all, and which must be looked at closer."""
    matched = 0
    others = list(recalculation.by_themselves)
    for column in recalculation.columns:
        block, values = column.block, column.values
        cells = workbook.by_name[block.sheet.casefold()].columns
        first = next((key for at, key in enumerate(block.keys) if at not in column.apart), None)
        if first is None:
            continue
        seen = cells.layout.pick(block.bounds)(cells.scalars)
        formula = cells.layout.formula_at((first.row, first.column))
        assert formula is not None
        if unknown_in(formula.text, names):
            others += [key for at, key in enumerate(block.keys) if at not in column.apart]
            continue
        if isinstance(values, np.ndarray) and set(map(type, seen)) == {float}:
            both = np.array(seen, np.float64)
            within = tolerance * np.maximum(np.abs(values), np.abs(both))
            agrees = (np.abs(values - both) <= within).tolist()
        else:
            expected = values if isinstance(values, list) else values.tolist()
            agrees = [_is_same(a, b, tolerance) for a, b in zip(expected, seen, strict=True)]
        if all(agrees) and not column.apart and cells.are_all_held:
            matched += block.count
            continue
        for offset, key in enumerate(block.keys):
            if offset in column.apart:
                continue
            if agrees[offset] and cells.is_held(cells.layout.number((key.row, key.column))):
                matched += 1
            else:
                others.append(key)
    order = {sheet.name: at for at, sheet in enumerate(workbook.sheets)}
    others.sort(key=lambda key: (order[key.sheet], key.row, key.column))
    return matched, others


def _is_same(value: Scalar, seen: Scalar, tolerance: float) -> bool:
    if type(value) is not type(seen):
        return False
    if type(value) is float:
        return abs(value - seen) <= tolerance * max(abs(value), abs(seen))  # type: ignore[operator, arg-type]
    return type(value) in (str, bool) and value == seen


@dataclass(frozen=True)
class _Judged:
    sheet: Sheet
    cell: Cell
    key: CellKey
    recalculation: Recalculation
    tolerance: float
    names: NewerInNames

    @cached_property
    def computed(self) -> Computed:
        return self.recalculation.cells[self.key]

    @cached_property
    def state(self) -> str:
        """The field of CellCounts this cell counts in."""
        if not self.computed.is_computed or self._unknown_functions or self._is_unknown_name():
            return "not_computed"
        if self.computed.is_volatile and not (self._must_hold and next(self.differences(), None)):
            return "volatile"
        if not self.cell.is_cached:
            return "not_cached"
        return "mismatched" if next(self.differences(), None) else "matched"

    @property
    def _must_hold(self) -> bool:
        """A volatile cell can't be compared, unless its value never changes."""
        return self.computed.is_stable and self.cell.is_cached

    def findings(self, *, is_ours: bool) -> Iterator[Finding]:
        where, value = self.key.ref, self.computed.value
        formula = f"={self.cell.formula}"
        match self.state:
            case "not_computed" if self._unknown_functions:
                functions = ", ".join(self._unknown_functions)
                yield finding("V09", where, functions=functions, formula=formula)
            case "not_computed" if self.computed.is_computed:
                yield finding("V06", where, seen=ExcelError.NAME, formula=formula)
            case "volatile":
                yield from self._volatile_findings(formula)
            case "not_cached":
                yield finding("V02", where, expected=shown(value), formula=formula)
            case "mismatched":
                yield self._mismatch(next(self.differences()), formula)
        if self.state in ("matched", "volatile") and isinstance(value, ExcelError):
            yield finding(
                "V04", where, seen=value, formula=formula, cause=self._cause(),
                severity=Severity.ERROR if is_ours else Severity.WARNING,
            )  # fmt: skip

    def differences(self) -> Iterator[Difference]:
        """Where the file's values differ from the recomputed ones; a spill is one formula."""
        if not self.cell.is_finite or not self.matches(self.cell.value, self.computed.value):
            yield Difference(self.key, self.cell.value, self.computed.value)
        for key in self._filled():
            child = self.sheet.cells.get((key.row, key.column))
            seen = child.value if child else None
            expected = self.computed.children.get(key)
            if not self.matches(seen, expected):
                yield Difference(key, seen, expected)

    def matches(self, seen: Scalar, expected: Scalar) -> bool:
        if isinstance(seen, float) and isinstance(expected, float):
            return self._numbers_match(seen, expected)
        if seen in (None, "") and expected in (None, ""):
            return True
        return type(seen) is type(expected) and seen == expected

    def _numbers_match(self, seen: float, expected: float) -> bool:
        difference = abs(seen - expected)
        if difference <= self.tolerance * max(abs(seen), abs(expected)):
            return True
        magnitude = self.recalculation.operand_magnitude(self.key)
        return magnitude is not None and difference <= NOISE * magnitude

    def _filled(self) -> list[CellKey]:
        """The other cells of an array formula: those it filled when saved, and those it fills."""
        keys = set(self.computed.children)
        if self.cell.array_ref and (bounds := range_bounds(self.cell.array_ref)):
            top, left, bottom, right = bounds
            keys.update(
                CellKey(self.key.sheet, row, column)
                for row in range(top, bottom + 1)
                for column in range(left, right + 1)
            )
        return sorted(keys - {self.key})

    @cached_property
    def _unknown_functions(self) -> tuple[str, ...]:
        """Those that Excel does not know as the file spells them."""
        return unknown_in(self.cell.formula or "", self.names)

    def _is_unknown_name(self) -> bool:
        """#NAME? on either side, or on both: one of the two could not compute the formula."""
        values = (self.cell.value, self.computed.value, *self.computed.children.values())
        return ExcelError.NAME in values

    def _mismatch(self, difference: Difference, formula: str) -> Finding:
        seen, expected = both_shown(difference.seen, difference.expected)
        is_child = difference.where != self.key
        return finding(
            "V01", self.key.ref, case="child" if is_child else "", seen=seen, expected=expected,
            child=difference.where.ref, formula=formula,
        )  # fmt: skip

    def _volatile_findings(self, formula: str) -> Iterator[Finding]:
        where = self.key.ref
        yield finding("V03", where, formula=formula)
        if not self.cell.is_cached:
            yield finding("V02", where, expected=shown(self.computed.value), formula=formula)

    def _cause(self) -> str:
        """Where the error of a cell comes from, as far as it is known."""
        origins = dict.fromkeys(f"{f.what} ({f.where.ref})" for f in self.computed.failures)
        return ", ".join(origins) or f"={self.cell.formula}"


def shown(value: Scalar) -> str:
    """A value as findings show it: texts quoted, so that a blank one is seen."""
    text = plainly_shown(value)
    return f'"{text}"' if value is None or isinstance(value, str) else text


def both_shown(seen: Scalar, expected: Scalar) -> tuple[str, str]:
    """Two values that differ, in as many digits as it takes to see it."""
    first, second = shown(seen), shown(expected)
    if first == second and isinstance(seen, float) and isinstance(expected, float):
        return repr(seen), repr(expected)
    return first, second
