"""Whether another set of factors moves one workbook, and by how much; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cfp_xl.exchange.factor_upgrade import plan_factors
from cfp_xl.exchange.factor_upgrade_apply import replaced_in
from cfp_xl.exchange.fill import CannotFill
from cfp_xl.footprint.factor_set import FactorSet
from cfp_xl.messages import Explained, Lang
from cfp_xl.schema.opened import open_file


def moves(file: Path, given: tuple[FactorSet, Mapping[str, str], Lang]) -> dict[str, Any]:
    """Totals `before` and `after`, the counts of factors `replaced` and `without` a successor;
    `why` it can't be said, else None."""
    target, pairs, lang = given
    try:
        product = open_file(file)
        schema = product.recomputed.schema
        if schema is None:
            raise CannotFill("exchange.no_table", table="activities")
        plan = plan_factors(schema, target, pairs)
        footprint = product.recomputed.footprint
        before = after = footprint.total_kgco2e if footprint else None
        if plan.replaced:
            made = replaced_in(product, plan, lang)
            before, after = made.before_kgco2e, made.after_kgco2e
    except Explained as refusal:
        return {"why": refusal.say(lang)}
    counts = {"replaced": len(plan.replaced), "without": len(plan.without)}
    return {"why": None, "before": before, "after": after, **counts}
