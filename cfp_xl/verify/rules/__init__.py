"""What a third-party verifier looks at in the model, a module a subject; ids as in the catalogue.

A rule is one function from a Case to its findings, declared by `@rule`. A new rule is written in
the module of its subject, its words into `data/findings/rules_model.toml`; nothing lists it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from cfp_xl.findings import Finding
from cfp_xl.schema.case import Case
from cfp_xl.verify.rule import Rule, rules_of


@cache
def model_rules() -> tuple[Rule[[Case]], ...]:
    """All rules on the model."""
    return rules_of(__name__)


def model_findings(case: Case) -> Iterator[Finding]:
    """All findings on the model, by the rules for its schema, rule by rule."""
    for rule in model_rules():
        if case.schema.kind in rule.schemas:
            yield from rule(case)
