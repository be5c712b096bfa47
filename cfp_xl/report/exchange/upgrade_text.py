"""What putting a workbook on another factor set comes to, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cfp_xl.exchange.factor_upgrade import FactorUpgrade
from cfp_xl.findings import CellRef
from cfp_xl.footprint.factors import Factor
from cfp_xl.messages import Lang, say

CELLS_SHOWN = 4


def upgrade_text(plan: FactorUpgrade, lang: Lang) -> str:
    """A line for each factor that is replaced, and for what stays."""
    return "\n".join(_lines(plan, lang))


def totals_text(before: float | None, after: float | None, lang: Lang) -> str:
    """The total before and after."""
    unknown = say("exchange.change_unknown", lang)
    shown = [unknown if total is None else f"{total:.10g}" for total in (before, after)]
    return say("exchange.total_moves", lang, before=shown[0], after=shown[1])


def _lines(plan: FactorUpgrade, lang: Lang) -> Iterator[str]:
    for one in plan.replaced:
        change = one.change_kgco2e
        unknown = say("exchange.change_unknown", lang)
        yield say(
            "exchange.replaces",
            lang,
            old=one.old.id,
            new=one.new.id,
            before=_value(one.old),
            after=_value(one.new),
            change=unknown if change is None else f"{change:+.6g} kgCO2e",
            cells=_cells(one.cells),
        )
    if not plan.replaced:
        yield say("exchange.nothing_replaced", lang)
    if plan.current:
        yield say("exchange.is_current", lang, ids=tuple(one.id for one in plan.current))
    for factor, cells in plan.without:
        where = _cells(cells)
        yield say("exchange.no_successor", lang, set=plan.target.id, id=factor.id, cells=where)
    if plan.by_formula:
        yield say("exchange.named_by_formula", lang, cells=_cells(plan.by_formula))


def _value(factor: Factor) -> str:
    return f"{factor.value:.10g} {factor.unit}/{factor.per_unit}"


def _cells(cells: Sequence[CellRef]) -> str:
    more = f" +{len(cells) - CELLS_SHOWN}" if len(cells) > CELLS_SHOWN else ""
    return ", ".join(str(one) for one in cells[:CELLS_SHOWN]) + more
