"""What a campaign comes to: the share of mutants that is noticed, by operator, sheet and check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cfp_xl.engine.areas import CellKey
from cfp_xl.mutate.judge import Killer, MutantJudge, MutantVerdict, Mutated
from cfp_xl.mutate.mutation import Group, Mutation, Operator
from cfp_xl.mutate.sample import mutants
from cfp_xl.mutate.subject import Subject
from cfp_xl.schema.opened import Opened

SCORED = (Group.FORMULA, Group.STRUCTURE)
"""What a target holds for: whether a quantity is the right one, no check of a workbook knows."""


@dataclass(frozen=True)
class Score:
    """Counts of some mutants."""

    made: int
    no_effect: int
    killed: int
    by_seal_alone: int

    @property
    def effective(self) -> int:
        return self.made - self.no_effect

    @property
    def share(self) -> float | None:
        """Killed of those that do something; None where none does."""
        return self.killed / self.effective if self.effective else None

    @property
    def share_without_seal(self) -> float | None:
        return (self.killed - self.by_seal_alone) / self.effective if self.effective else None


def score_of(verdicts: Iterable[MutantVerdict]) -> Score:
    """The counts of these."""
    found = list(verdicts)
    return Score(
        len(found),
        sum(not one.has_effect for one in found),
        sum(bool(one.kills) for one in found),
        sum(one.needs_seal for one in found),
    )


@dataclass(frozen=True)
class Campaign:
    """All mutants of one workbook, and what became of them."""

    file: str
    total_cell: CellKey | None
    total: float | None
    seed: int
    own_checks: int
    """How many check cells the workbook has."""
    asks_all: bool
    verdicts: Sequence[MutantVerdict]

    @cached_property
    def score(self) -> Score:
        """Of formulas and structure, for which a target is set."""
        return score_of(one for one in self.verdicts if one.mutant.operator.group in SCORED)

    @cached_property
    def all(self) -> Score:
        return score_of(self.verdicts)

    @cached_property
    def by_operator(self) -> Mapping[Operator, Score]:
        operators = dict.fromkeys(one.mutant.operator for one in self.verdicts)
        return {
            op: score_of(one for one in self.verdicts if one.mutant.operator is op)
            for op in operators
        }

    @cached_property
    def by_sheet(self) -> Mapping[str, Score]:
        """By the sheet of the changed cell; "" for what is in no cell."""
        sheets = dict.fromkeys(_sheet(one) for one in self.verdicts)
        return {
            name: score_of(one for one in self.verdicts if _sheet(one) == name) for name in sheets
        }

    @cached_property
    def by_check(self) -> Mapping[tuple[Killer, str], tuple[int, int]]:
        """By check: how many it noticed, and how many nobody else did. Where the first who
        notices is the last asked, the second is 0."""
        counts = Counter((kill.by, kill.what) for one in self.verdicts for kill in one.kills)
        alone = Counter(
            (one.kills[0].by, one.kills[0].what)
            for one in self.verdicts
            if len(one.kills) == 1 and self.asks_all
        )
        order = list(Killer)
        return {
            check: (count, alone[check])
            for check, count in sorted(
                counts.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0][1])
            )
        }

    @cached_property
    def survivors(self) -> Sequence[MutantVerdict]:
        """The largest change of the total first; those whose total is no number before all."""
        return sorted(
            (one for one in self.verdicts if one.survives),
            key=lambda one: (one.delta is not None, -abs(one.delta or 0.0), one.mutant.number),
        )


def _sheet(one: MutantVerdict) -> str:
    where = one.mutant.mutation.where
    return where.sheet if where is not None else ""


@dataclass(frozen=True)
class Wanted:
    """What a campaign is to do."""

    count: int = 500
    seed: int = 1
    total: str = ""
    groups: tuple[Group, ...] = tuple(Group)
    asks_all: bool = False


def campaign(
    file: Opened,
    wanted: Wanted = Wanted(),
    fails_test: Callable[[Mutation, Mutated], bool] | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Campaign:
    """Raises RecalculationTimeout for the workbook as it is, TotalNotANumber, TargetNotKnown."""
    subject = Subject.of(file, wanted.total)
    chosen = mutants(subject, wanted.count, wanted.seed, wanted.groups)
    judge = MutantJudge(subject, wanted.asks_all, fails_test)
    verdicts = []
    for one in chosen:
        verdicts.append(judge.verdict(one))
        progress(len(verdicts), len(chosen))
    total = subject.result(subject.total) if subject.total is not None else None
    return Campaign(
        file.workbook.path.name,
        subject.total,
        total if isinstance(total, float) else None,
        wanted.seed,
        len(judge.checks.cells),
        wanted.asks_all,
        verdicts,
    )
