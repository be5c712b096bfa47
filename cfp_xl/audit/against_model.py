"""The figures of a report against the model of a product workbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cfp_xl.findings import Finding, finding
from cfp_xl.schema.case import Case
from cfp_xl.schema.opened import open_file
from cfp_xl.verify.declared import Declared
from cfp_xl.verify.rule import PRODUCT
from cfp_xl.verify.rules.declared_model import differences_from_the_model


def model_findings_of(product: Path, declared: Declared) -> Iterator[Finding]:
    """N11 for each figure that differs; W84 where the workbook has no model to hold it against.

    Raises Unreadable and RecalculationTimeout.
    """
    opened = open_file(product)
    schema = opened.recomputed.schema
    if schema is None or schema.kind != PRODUCT:
        yield finding("W84", seen=product.name)
        return
    case = Case(opened.recomputed, opened.recalculation, None, opened.appearance)
    if not case.footprint.rows:
        yield finding("W84", seen=product.name)
        return
    yield from differences_from_the_model(case, declared)
