"""What a third-party verifier looks at in the model, a module a subject; ids as in the catalogue.

A rule is one function from a Case to its findings. A new rule is written beside its subject and
added to RULES; its texts go to `data/findings/rules_model.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cfp_xl.findings import Finding
from cfp_xl.schema.case import Case
from cfp_xl.verify.rules.allocation import shares_add_to_one
from cfp_xl.verify.rules.boundary import (
    included_processes_have_values,
    stages_fit_the_boundary,
)
from cfp_xl.verify.rules.factors import (
    combustion_is_complete,
    factors_are_sourced,
    factors_fit_the_period,
    sets_are_pinned,
)
from cfp_xl.verify.rules.gwp import gases_are_complete, gwp_values_hold, one_gwp_set
from cfp_xl.verify.rules.hidden import nothing_hidden_contributes
from cfp_xl.verify.rules.magnitude import factors_are_of_the_right_size
from cfp_xl.verify.rules.offsets import offsets_are_not_subtracted
from cfp_xl.verify.rules.rows import inputs_are_numbers, rows_can_be_calculated
from cfp_xl.verify.rules.suppliers import (
    amounts_are_those_of_the_activities,
    answers_are_used,
    inbound_transport_counts_once,
    supplier_factors_are_answers,
    supplier_factors_have_answers,
)
from cfp_xl.verify.rules.units import (
    co2_is_not_co2e,
    result_unit_is_the_functional_unit,
    units_are_known,
)

Rule = Callable[[Case], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    rows_can_be_calculated,
    inputs_are_numbers,
    nothing_hidden_contributes,
    units_are_known,
    co2_is_not_co2e,
    result_unit_is_the_functional_unit,
    factors_are_of_the_right_size,
    stages_fit_the_boundary,
    included_processes_have_values,
    factors_are_sourced,
    sets_are_pinned,
    factors_fit_the_period,
    combustion_is_complete,
    one_gwp_set,
    gases_are_complete,
    gwp_values_hold,
    shares_add_to_one,
    offsets_are_not_subtracted,
    supplier_factors_are_answers,
    supplier_factors_have_answers,
    answers_are_used,
    amounts_are_those_of_the_activities,
    inbound_transport_counts_once,
)

SUPPLIER_RULES: tuple[Rule, ...] = (
    nothing_hidden_contributes,
    units_are_known,
    co2_is_not_co2e,
    factors_are_of_the_right_size,
    factors_are_sourced,
    sets_are_pinned,
    offsets_are_not_subtracted,
)
"""What a supplier's answer is asked too: it holds one process of a product, not its life cycle."""


def model_findings(case: Case) -> Iterator[Finding]:
    """All findings on the model, rule by rule."""
    if case.schema.kind == "supplier":
        rules = (rows_can_be_calculated, *SUPPLIER_RULES) if case.footprint.rows else SUPPLIER_RULES
    else:
        rules = RULES
    for rule in rules:
        yield from rule(case)
