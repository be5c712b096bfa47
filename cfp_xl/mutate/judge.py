"""Runs a mutant: computes what changed and asks, the cheapest first, who notices it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.replaced import ReplacedCells, replaced
from cfp_xl.engine.result import Recalculation, RecalculationTimeout
from cfp_xl.findings import Finding, Severity
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.messages import Text, text
from cfp_xl.mutate.mutation import Mutation
from cfp_xl.mutate.own_checks import OwnChecks
from cfp_xl.mutate.sample import Mutant
from cfp_xl.mutate.subject import Subject, with_cells
from cfp_xl.schema.opened import as_saved
from cfp_xl.schema.seal import PROPERTY, TEMPLATE, check_seal
from cfp_xl.schema.template_tables import TEMPLATE_VERSION
from cfp_xl.verify.declared import declared_rules
from cfp_xl.verify.pipeline import verify_opened
from cfp_xl.verify.result import Options
from cfp_xl.workbook.cells import Cell
from cfp_xl.workbook.model import Workbook

SAME = 1e-12
"""Two results that differ by less are one."""

Alarm = tuple[str, str, str]
"""Code, case, place of a finding."""


class Killer(StrEnum):
    """Who notices a mutant, in the order in which they are asked."""

    ERROR = "error"
    """The total is an error or no number any more."""
    OWN = "own"
    """A check in the workbook."""
    DIGITS = "digits"
    """The digits that the published report prints."""
    RULE = "rule"
    """Another rule of `verify`."""
    SEAL = "seal"
    TEST = "test"
    """The command that was given."""

    @property
    def text(self) -> Text:
        return text(f"mutate.killer.{self.value}")


@dataclass(frozen=True)
class Kill:
    """One who noticed a mutant."""

    by: Killer
    what: str
    """The check's cell, the finding's code."""


@dataclass(frozen=True)
class MutantVerdict:
    """What became of a mutant."""

    mutant: Mutant
    kills: tuple[Kill, ...]
    """All that were asked and noticed it; the first alone unless all are asked."""
    has_effect: bool
    delta: float | None
    """The change of the total; None where either is no number."""

    @property
    def survives(self) -> bool:
        return self.has_effect and not self.kills

    @property
    def needs_seal(self) -> bool:
        """Whether nobody but the seal noticed it."""
        return bool(self.kills) and all(one.by is Killer.SEAL for one in self.kills)


@dataclass(frozen=True)
class Mutated:
    """A workbook with a mutation in it, recalculated and saved."""

    workbook: Workbook
    recalculation: Recalculation
    changed: Mapping[CellKey, Scalar]
    """The formula cells with another value, and that."""


@dataclass(frozen=True)
class MutantJudge:
    """Who is asked about the mutants of one workbook."""

    subject: Subject
    asks_all: bool = False
    fails_test: Callable[[Mutation, Mutated], bool] | None = None
    """Whether the command that was given notices it."""

    @cached_property
    def checks(self) -> OwnChecks:
        return OwnChecks(self.subject)

    @cached_property
    def usual(self) -> frozenset[Alarm]:
        """What `verify` says of the workbook as it is, its seal taken off."""
        one = self.subject
        return self._alarms(one.workbook, one.book.recalculation)

    @cached_property
    def usual_of_seal(self) -> frozenset[Alarm]:
        return _alarms_of(check_seal(self.subject.workbook))

    @cached_property
    def codes_of_digits(self) -> frozenset[str]:
        return frozenset(code for rule in declared_rules() for code in rule.codes)

    def verdict(self, mutant: Mutant) -> MutantVerdict:
        """A workbook that can't be computed in time any more shows nothing: that is noticed."""
        try:
            mutated = self.mutated(mutant.mutation)
        except RecalculationTimeout:
            return MutantVerdict(mutant, (Kill(Killer.ERROR, "timeout"),), True, None)
        has_effect = bool(mutated.changed) or mutant.operator.is_latent
        has_effect &= not mutant.mutation.probe or self._moves_total(mutant.mutation.probe)
        kills: list[Kill] = []
        for kill in self._kills(mutant.mutation, mutated) if has_effect else ():
            kills.append(kill)
            if not self.asks_all:
                break
        return MutantVerdict(mutant, tuple(dict.fromkeys(kills)), has_effect, self._delta(mutated))

    def _moves_total(self, values: Mapping[CellKey, Scalar]) -> bool:
        found = replaced(self.subject.book, values)
        return found is None or self.subject.total in found.moved

    def mutated(self, one: Mutation) -> Mutated:
        """The workbook with the mutation; only what depends on it is computed again."""
        subject = self.subject
        found: ReplacedCells | None = None
        if not one.needs_whole:
            found = replaced(subject.book, one.values, one.formulas)
        changed_book = self._changed_book(one)
        if found is None:
            deadline_s = subject.opened.deadline_s
            saved, recalculation = as_saved(changed_book, deadline_s=deadline_s)
            keys = tuple(recalculation.cells)
        else:
            recalculation, keys = found.recalculation, found.moved
            saved = self._saved(changed_book, recalculation, found.moved, one)
        changed = {
            key: computed.value
            for key in keys
            if (computed := recalculation.cells.get(key)) is not None
            and not _is_same(subject.result(key), computed.value)
        }
        changed |= {
            key: value
            for key, value in one.values.items()
            if key in subject.book.recalculation.cells and not _is_same(subject.result(key), value)
        }
        saved = saved.with_values(_by_sheet(one.saved)) if one.saved else saved
        return Mutated(saved, recalculation, changed)

    def _changed_book(self, one: Mutation) -> Workbook:
        cells = {
            **{key: Cell(key.row, key.column, value) for key, value in one.values.items()},
            **{
                key: Cell(key.row, key.column, None, formula)
                for key, formula in one.formulas.items()
            },
        }
        workbook = self.subject.workbook
        changed = with_cells(workbook, cells) if cells else workbook
        return one.book(changed) if one.book is not None else changed

    @staticmethod
    def _saved(
        workbook: Workbook,
        recalculation: Recalculation,
        moved: tuple[CellKey, ...],
        one: Mutation,
    ) -> Workbook:
        values: dict[CellKey, Scalar] = {}
        for key in moved:
            if key in one.values:
                continue
            computed = recalculation.cells[key]
            value = computed.value if computed.is_computed else ExcelError.NAME
            values |= {**computed.children, key: value}
        return workbook.with_values(_by_sheet(values)) if values else workbook

    def _kills(self, one: Mutation, mutated: Mutated) -> Iterator[Kill]:
        total = self.subject.total
        if total is not None and not isinstance(self._result(mutated, total), float):
            yield Kill(Killer.ERROR, str(total.ref))
        usual_failures = frozenset(self.checks.failing(self.subject.result))
        for key in self.checks.failing(lambda key: self._result(mutated, key)):
            if key not in usual_failures:
                yield Kill(Killer.OWN, str(key.ref))
        new = self._alarms(mutated.workbook, mutated.recalculation) - self.usual
        for code in sorted({code for code, _, _ in new}):
            is_digits = code in self.codes_of_digits
            yield Kill(Killer.DIGITS if is_digits else Killer.RULE, code)
        of_seal = _alarms_of(check_seal(mutated.workbook)) - self.usual_of_seal
        for code in sorted({code for code, _, _ in of_seal}):
            yield Kill(Killer.SEAL, code)
        if self.fails_test is not None and self.fails_test(one, mutated):
            yield Kill(Killer.TEST, "")

    def _result(self, mutated: Mutated, key: CellKey) -> Scalar:
        return mutated.changed[key] if key in mutated.changed else self.subject.result(key)

    def _delta(self, mutated: Mutated) -> float | None:
        total = self.subject.total
        if total is None:
            return None
        before, after = self.subject.result(total), self._result(mutated, total)
        is_number = isinstance(before, float) and isinstance(after, float)
        return after - before if is_number else None  # type: ignore[operator]

    def _alarms(self, workbook: Workbook, recalculation: Recalculation) -> frozenset[Alarm]:
        """Errors and warnings of a workbook without its seal."""
        unsealed = replace(workbook, properties=_without_seal(workbook.properties))
        file = replace(self.subject.opened, workbook=unsealed, already=recalculation)
        vars(file)["appearance"] = self.subject.opened.appearance
        vars(file)["extras"] = self.subject.opened.extras
        return _alarms_of(verify_opened(file, Path(workbook.path.name), Options()).findings)


def _without_seal(properties: Mapping[str, str]) -> Mapping[str, str]:
    return {
        name: value
        for name, value in properties.items()
        if not name.startswith(PROPERTY) and name not in (TEMPLATE, TEMPLATE_VERSION)
    }


def _alarms_of(findings: tuple[Finding, ...]) -> frozenset[Alarm]:
    return frozenset(
        (one.code, one.case, str(one.where or ""))
        for found in findings
        if found.is_open and found.severity.rank >= Severity.WARNING.rank
        for one in found.each
    )


def _by_sheet(values: Mapping[CellKey, Scalar]) -> Mapping[str, Mapping[tuple[int, int], Scalar]]:
    found: dict[str, dict[tuple[int, int], Scalar]] = {}
    for key, value in values.items():
        found.setdefault(key.sheet, {})[key.row, key.column] = value
    return found


def _is_same(before: Scalar, after: Scalar) -> bool:
    if isinstance(before, float) and isinstance(after, float):
        return abs(before - after) <= SAME * max(abs(before), abs(after))
    return type(before) is type(after) and before == after
