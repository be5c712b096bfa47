"""F06: what a factor leaves out of the life cycle is counted by another row.

One rule for all kinds of factors: `data/factor_boundaries.toml` declares what a boundary lacks, and
a row is complete where rows beside it have a factor that completes it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.calculate import RowResult
from cfp_xl.footprint.factor_boundary import (
    COLUMN,
    FactorBoundary,
    FactorBoundaryNotKnown,
    boundary_of_factor,
    factor_boundaries,
)
from cfp_xl.footprint.factors import Factor
from cfp_xl.footprint.units import Dimensions, parse
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.rows import row_name

CASES = {"upstream": "", "losses": "losses", "footprint": "grid_co2", "treatment": "disposal"} | {
    "apart": "biogenic",
    "method": "cbam",
}
"""By what is lacking: the message that says so. Freight has one of its own."""

NEVER = frozenset({"footprint", "apart", "method"})
"""What no row beside it completes: the factor is for something else."""


WAYS = frozenset({"transport_only", "upstream", "tank_to_wheel"})
"""What counts the way to a treatment, not the treatment."""


@dataclass(frozen=True, eq=False)
class Line:
    """A row that counts, with its factor and that factor's boundary."""

    row: RowResult
    factor: Factor
    boundary: FactorBoundary
    amount: float
    """Its quantity in base units."""
    dimensions: Dimensions

    @property
    def process(self) -> tuple[str | None, str]:
        return self.row.stage_id, folded(self.row.process)

    def says(self, words: str, *, of_activity: bool = True) -> bool:
        """Whether a word of `data/limits.toml` is in the factor's names, or in the row's too."""
        activity = self.row.activity
        named = [self.factor.category, self.factor.name.zh, self.factor.name.en]
        named += [text_of(activity.process), text_of(activity.activity)] if of_activity else []
        text = folded(" ".join(named))
        return any(folded(word) in text for word in limits("factor_boundary")[words])

    def completes(self, lacks: str) -> bool:
        if self.boundary.id == "not_stated":
            return lacks in ("upstream", "losses") and self.says(lacks, of_activity=False)
        return self.boundary.completes == lacks


@rule("F06", reads=("activities", "factors"), schemas=(PRODUCT,))
def factors_cover_the_life_cycle(case: Case) -> Iterator[Finding]:
    """F06: fuel and freight count with their upstream, electricity with its losses, disposal with
    what it releases; by the factor's boundary or by a further row."""
    if not any(boundary_of(case, factor).lacks for factor, _ in case.factors_in_use):
        return
    lines = list(_lines(case))
    incomplete: set[Line] = set()
    for lacks in ("upstream", "losses"):
        incomplete |= _uncovered(lines, lacks)
    incomplete |= {one for one in lines if one.boundary.lacks in NEVER}
    incomplete |= _leaving_out_carbon(lines)
    for one in (line for line in lines if line in incomplete):
        is_freight = one.boundary.id == "tank_to_wheel"
        yield finding(
            "F06",
            case.at(one.row.activity, "factor_id"),
            case="freight" if is_freight else CASES[one.boundary.lacks],
            seen=one.factor.id,
            row=row_name(one.row),
            factor=one.factor.name,
        )


@rule("F06", reads=("activities", "factors"), schemas=(PRODUCT,))
def boundaries_are_stated(case: Case) -> Iterator[Finding]:
    """F06: of a shipped factor whose source states no boundary, that is said."""
    seen: set[str] = set()
    for factor, rows in case.factors_in_use:
        row = next((row for row in rows if isinstance(row.activity.quantity, float)), None)
        is_open = boundary_of(case, factor).id == "not_stated" and factor.id not in seen
        if row is not None and is_open and case.shipped(factor.id) is not None:
            seen.add(factor.id)
            where, named = case.at(row.activity, "factor_id"), row_name(row)
            yield finding(
                "F06", where, case="not_stated", seen=factor.id, row=named, factor=factor.name
            )


@rule("F06", reads=("factors",), schemas=(PRODUCT,))
def boundaries_are_known(case: Case) -> Iterator[Finding]:
    """F06: the column `boundary` of the factors uses words that mean something."""
    for record in case.product.rows("factors"):
        if COLUMN not in record.columns or not record.text("id"):
            continue
        try:
            boundary_of_factor(case.product.factors.get(record.text("id")))
        except FactorBoundaryNotKnown as mistake:
            seen = record.text(COLUMN)
            yield finding("F06", record.cell(COLUMN), case="not_known", seen=seen, why=mistake)
        except Explained:
            continue  # a factor that can't be used is named where it is used


def boundary_of(case: Case, factor: Factor) -> FactorBoundary:
    """A factor's boundary; that of a shipped factor whatever its copy in the sheet says."""
    try:
        return boundary_of_factor(case.shipped(factor.id) or factor)
    except FactorBoundaryNotKnown:
        return factor_boundaries()["not_stated"]


def is_combustion(case: Case, factor: Factor) -> bool:
    """Whether a factor is a fuel's combustion alone."""
    return boundary_of(case, factor).id == "combustion"


def _lines(case: Case) -> Iterator[Line]:
    boundaries = {factor.id: boundary_of(case, factor) for factor, _ in case.factors_in_use}
    for row in case.footprint.rows:
        factor, quantity = case.factor(row), row.activity.quantity
        if factor is None or not row.kgco2e or not isinstance(quantity, float):
            continue
        unit = parse(text_of(row.activity.unit))  # a row that has a result has a known unit
        amount = quantity * float(unit.size)
        yield Line(row, factor, boundaries[factor.id], amount, unit.dimensions)


def _uncovered(lines: list[Line], lacks: str) -> set[Line]:
    """The rows whose complement is missing: neither does their process hold enough of it, nor the
    stage a row of their own amount."""
    lacking = [one for one in lines if one.boundary.lacks == lacks and not _has_none(one, lacks)]
    completing = [one for one in lines if lacking and one.completes(lacks)]
    wanted, given = _by_process(lacking), _by_process(completing)
    covered = {process for process in wanted if _is_enough(given.get(process, ()), wanted[process])}
    left = [one for one in lacking if one.process not in covered]
    return set(left) - _paired(left, [one for one in completing if one.process not in covered])


def _has_none(line: Line, lacks: str) -> bool:
    """Own electricity and that of a direct line has no losses of the grid."""
    return lacks == "losses" and line.says("own_electricity")


def _by_process(lines: Iterable[Line]) -> dict[tuple[str | None, str], list[Line]]:
    found = defaultdict(list)
    for one in lines:
        found[one.process].append(one)
    return found


def _is_enough(given: Iterable[Line], wanted: Iterable[Line]) -> bool:
    """Whether complements add to the amounts of a process. Amounts that do not compare (kg of
    diesel, litres upstream) are taken to belong together."""
    by_kind: dict[Dimensions, float] = defaultdict(float)
    for one in given:
        by_kind[one.dimensions] += one.amount
    kinds = {one.dimensions for one in wanted}
    if not by_kind or not by_kind.keys() <= kinds:
        return bool(by_kind)
    least = 1 - limits("factor_boundary")["tolerance"]
    return all(
        by_kind[kind] >= least * sum(one.amount for one in wanted if one.dimensions == kind)
        for kind in kinds
    )


def _paired(lines: list[Line], complements: list[Line]) -> set[Line]:
    """The rows that have a complement of their own amount in their stage, one to one."""
    tolerance = limits("factor_boundary")["tolerance"]
    free: dict[tuple[str | None, Dimensions], list[float]] = defaultdict(list)
    for one in complements:
        free[(one.row.stage_id, one.dimensions)].append(one.amount)
    for amounts in free.values():
        amounts.sort()
    found = set()
    for one in lines:
        amounts = free[(one.row.stage_id, one.dimensions)]
        at = bisect_left(amounts, one.amount * (1 - tolerance))
        if at < len(amounts) and amounts[at] <= one.amount * (1 + tolerance):
            del amounts[at]
            found.add(one)
    return found


def _leaving_out_carbon(lines: Sequence[Line]) -> set[Line]:
    """The rows that burn or dump what holds fossil carbon, or may hold it, and count the way there
    only, while no row beside them counts the rest."""
    lacking = [one for one in lines if one.boundary.lacks == "treatment" and _may_be_fossil(one)]
    treated = (one for one in lines if lacking and one.boundary.id not in WAYS)
    others = [one for one in treated if one.says("treatment")]
    processes = {one.process for one in others}
    amounts: dict[tuple[str | None, Dimensions], list[float]] = defaultdict(list)
    for one in others:
        amounts[one.row.stage_id, one.dimensions].append(one.amount)
    for some in amounts.values():
        some.sort()
    return {
        one
        for one in lacking
        if one.process not in processes
        and not _has_nearly(amounts.get((one.row.stage_id, one.dimensions), ()), one.amount)
    }


def _may_be_fossil(line: Line) -> bool:
    """Whether a row is of a treatment, and of something that holds fossil carbon or may hold it."""
    if not line.says("treatment"):
        return False
    return line.says("fossil_carbon") or not line.says("no_fossil_carbon")


def _has_nearly(amounts: Sequence[float], amount: float) -> bool:
    """Whether rising amounts hold one that is equal within the tolerance."""
    most = limits("factor_boundary")["tolerance"] * amount
    nearest = bisect_left(amounts, amount)
    return any(abs(one - amount) <= most for one in amounts[max(nearest - 1, 0) : nearest + 1])
