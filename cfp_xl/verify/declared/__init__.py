"""What a published report prints, checked against itself and against its pinned factors.

A rule here is one function from the Declared table to its findings, declared by `@rule`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import cast

from cfp_xl.findings import Finding
from cfp_xl.footprint.product import Product
from cfp_xl.functions.values import Scalar
from cfp_xl.verify.declared.table import Declared, DeclaredEntry, declared
from cfp_xl.verify.rule import Rule, rules_of

__all__ = [
    "Declared",
    "DeclaredEntry",
    "declared",
    "declared_findings",
    "declared_of",
    "declared_rules",
]


def declared_of(product: Product) -> Declared:
    """The declared table of a product study; without entries where it has none."""
    rows = [
        (
            {column: cast(Scalar, value) for column, value in row.values.items()},
            {column: row.cell(column) for column in row.columns},
        )
        for row in product.rows("declared")
    ]
    name = product.product_name.text if product.product_name else ""
    return declared(rows, product.factors, name or None)


@cache
def declared_rules() -> tuple[Rule[[Declared]], ...]:
    """All rules on the declared table."""
    return rules_of(__name__)


def declared_findings(table: Declared) -> Iterator[Finding]:
    """All findings on the declared table, rule by rule."""
    for rule in declared_rules():
        yield from rule(table)
