"""All rules, whatever they look at: for reference pages and for tests."""

from __future__ import annotations

from typing import Any

from cfp_xl.audit.rules import report_rules
from cfp_xl.verify.declared import declared_rules
from cfp_xl.verify.independent import independent_rules
from cfp_xl.verify.rule import Rule
from cfp_xl.verify.rules import model_rules


def all_rules() -> tuple[Rule[Any], ...]:
    """On the model, on its results, on declared figures, on what a published report says."""
    return (*model_rules(), *independent_rules(), *declared_rules(), *report_rules())


def rules_of_code(code: str) -> tuple[Rule[Any], ...]:
    """The rules that may find a code; none where the reader or the engine finds it."""
    return tuple(rule for rule in all_rules() if code in rule.codes)
