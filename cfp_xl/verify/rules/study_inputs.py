"""What the study goes by: Q08 uncertainty, Q02 and Q06 scores, ratings, Q03 where data come from,
Q04 scenarios, Q05 two methods that give one mean.

A study is nobody's duty: a workbook that states nothing of these has no finding. One that begins to
state them is asked for the rows that matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.wording import folded, is_blank
from cfp_xl.messages import text
from cfp_xl.schema.case import Case, text_of
from cfp_xl.study.analytic import NoSpread, analytic
from cfp_xl.study.inputs import Inputs, NoTotal, SpreadInRow, Term
from cfp_xl.study.monte_carlo import SEED, simulate
from cfp_xl.study.quality import ASPECTS, PRIMARY
from cfp_xl.study.stated import states_spread
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.rows import row_name
from cfp_xl.whatif.scenarios import ScenarioInRow, scenarios_as_typed
from cfp_xl.whatif.study import STANDARD_ERRORS, inputs_in

SCORED = tuple(dict.fromkeys(ASPECTS.values()))
READS = ("activities", "factors", "assemblies", "allocation")


def _inputs(case: Case) -> Inputs | SpreadInRow | None:
    """The inputs of the footprint; what is wrong with one; None where there is no total."""
    try:
        return inputs_in(case.tables)
    except SpreadInRow as problem:
        return problem
    except NoTotal:
        return None


def _inputs_with_spread(case: Case) -> Inputs | SpreadInRow | None:
    """`_inputs`; None too where no row and no factor states a spread, most often: thousands of
    inputs are made for no workbook that says nothing of them."""
    cells = {id(row.activity.more): row.activity.more for row in case.footprint.rows}
    of_factors = (factor.more for factor, _ in case.factors_in_use)
    if not any(map(states_spread, (*cells.values(), *of_factors))):
        return None
    return case.once(_inputs)


def _hot(case: Case) -> Sequence[tuple[Term, float]]:
    """The largest rows that together make so much of the total."""
    return case.once(_hot_spots)


def _hot_spots(case: Case) -> Sequence[tuple[Term, float]]:
    inputs = case.once(_inputs)
    return tuple(_largest(inputs)) if isinstance(inputs, Inputs) else ()


def _largest(inputs: Inputs) -> Iterator[tuple[Term, float]]:
    reached = 0.0
    for term, share in sorted(inputs.leaves(), key=lambda one: -abs(one[1])):
        if reached >= limits("study")["hot_spots"]:
            return
        yield term, share
        reached += abs(share)


@rule("Q08", reads=READS, schemas=(PRODUCT,))
def uncertainty_is_stated(case: Case) -> Iterator[Finding]:
    """Q08: a spread that is stated can be understood; where any is, the hot spots have one, of
    their quantity or their factor."""
    inputs = case.once(_inputs_with_spread)
    if isinstance(inputs, SpreadInRow):
        yield finding("Q08", inputs.where, case="unread", why=inputs)
    if not isinstance(inputs, Inputs) or not inputs.uncertain:
        return
    for term, share in _hot(case):
        known = [inputs.by_id[id].spread for id in (term.quantity, term.factor) if id]
        if not any(known):
            where, row = case.at(term.row.activity, "quantity"), row_name(term.row)
            yield finding("Q08", where, row=row, share=f"{share:.1%}")


@rule("Q02", reads=READS, schemas=(PRODUCT,))
def points_are_from_1_to_5(case: Case) -> Iterator[Finding]:
    """Q02: scores and ratings are whole numbers from 1 to 5, ratings any number between; where any
    row is rated, the hot spots are."""
    is_rated = False
    for table in ("activities", "factors"):
        for record in case.product.rows(table):
            for column in SCORED:
                if (value := record.values.get(column)) is None or is_blank(value):
                    continue
                is_rated = True
                if not (isinstance(value, float) and 1 <= value <= 5):
                    where, seen = record.cell(column), text_of(value)
                    yield finding("Q02", where, case="range", seen=seen)
    if not is_rated:
        return
    for term, share in _hot(case):
        if not any(True for _ in _points(case, term)):
            where, row = case.at(term.row.activity, "quantity"), row_name(term.row)
            yield finding("Q02", where, row=row, share=f"{share:.1%}")


@rule("Q06", reads=READS, schemas=(PRODUCT,))
def hot_spots_are_of_good_data(case: Case) -> Iterator[Finding]:
    """Q06: no score or rating of a hot spot is worse than the limit."""
    worst = limits("study")["worst_point"]
    for term, share in _hot(case) if _is_any_rated(case) else ():
        bad = [(column, point) for column, point in _points(case, term) if worst < point <= 5]
        if bad:
            column, point = max(bad, key=lambda one: one[1])
            where, row = case.at(term.row.activity, column), row_name(term.row)
            seen, expected = f"{point:g}", f"{worst:g}"
            yield finding("Q06", where, row=row, share=f"{share:.1%}", seen=seen, expected=expected)


def _is_any_rated(case: Case) -> bool:
    """Whether a row, or a factor that one takes, has points at all."""
    cells = [row.activity.more for row in case.footprint.rows]
    cells += [factor.more for factor, _ in case.factors_in_use]
    return any(one.get(column) is not None for one in cells if one for column in SCORED)


def _points(case: Case, term: Term) -> Iterator[tuple[str, float]]:
    """The points of a row, else those of its factor."""
    factor = case.factor(term.row)
    for column in SCORED:
        value = term.row.activity.more.get(column)
        if is_blank(value) and factor is not None:
            value = factor.more.get(column)
        if isinstance(value, float):
            yield column, value


@rule("Q03", reads=READS, schemas=(PRODUCT,))
def own_data_are_primary(case: Case) -> Iterator[Finding]:
    """Q03: the origin of data is one of the words; what one's own production uses is measured."""
    known = _origins()
    for row in case.footprint.rows:
        typed = text_of(row.activity.more.get("data_type")).strip()
        if not typed:
            continue
        where, name = case.at(row.activity, "data_type"), row_name(row)
        if folded(typed) not in known and folded(typed) not in PRIMARY:
            yield finding("Q03", where, case="word", row=name, seen=typed)
        elif row.stage_id == "production" and folded(typed) not in PRIMARY:
            yield finding("Q03", where, row=name, seen=typed)


def _origins() -> frozenset[str]:
    words = [text(f"templates.data_type.{id}") for id in ("primary", "secondary", "proxy")]
    return frozenset(folded(word) for both in words for word in (both.zh, both.en))


@rule("Q04", reads=("scenarios", "activities", "factors"), schemas=(PRODUCT,))
def scenarios_can_be_computed(case: Case) -> Iterator[Finding]:
    """Q04: each row of the scenarios changes an input that is there, to something that fits it."""
    try:
        tuple(scenarios_as_typed(case.tables))
    except ScenarioInRow as problem:
        yield finding("Q04", problem.where, why=problem)


@rule("Q05", reads=READS, schemas=(PRODUCT,))
def both_methods_give_one_mean(case: Case) -> Iterator[Finding]:
    """Q05: the simulated mean lies within three standard errors of the exact one; a second seed
    decides, for one in 370 samples lies outside."""
    inputs = case.once(_inputs_with_spread)
    if not isinstance(inputs, Inputs) or not inputs.uncertain:
        return
    try:
        exact = analytic(inputs)
    except NoSpread:
        return
    for seed in (SEED, SEED + 1):
        drawn = simulate(inputs, limits("study")["draws"], seed)
        if abs(drawn.mean - exact.mean) <= STANDARD_ERRORS * drawn.standard_error:
            return
    yield finding("Q05", seen=f"{drawn.mean:.6g}", expected=f"{exact.mean:.6g}")
