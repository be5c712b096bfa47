"""What a published report prints, checked against itself and against its pinned factors.

A rule here is one function from the Declared table to its findings, declared by `@rule`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import cast

from cfp_xl.findings import CellRef, Finding
from cfp_xl.footprint.factors import Factors
from cfp_xl.footprint.product import Product, Row
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import Scalar
from cfp_xl.verify.declared import table
from cfp_xl.verify.declared.annual import with_annual_places
from cfp_xl.verify.declared.table import Declared, DeclaredEntry
from cfp_xl.verify.rule import Rule, rules_of

UNCERTAIN = ("uncertain", "不确定")

__all__ = [
    "Declared",
    "DeclaredEntry",
    "declared",
    "declared_findings",
    "declared_of",
    "declared_rules",
    "is_uncertain",
]


def declared(
    rows: Iterable[tuple[Mapping[str, Scalar], Mapping[str, CellRef]]],
    factors: Factors,
    product_name: str | None = None,
) -> Declared:
    """The table from its rows (values and cells by column id); empty rows are left out."""
    return with_annual_places(table.declared(rows, factors, product_name))


def declared_of(product: Product) -> Declared:
    """The declared table of a product study; without entries where it has none.

    Rows that were read uncertainly are left out until somebody confirms them.
    """
    rows = [
        (
            {column: cast(Scalar, value) for column, value in row.values.items()},
            {column: row.cell(column) for column in row.columns},
        )
        for row in product.rows("declared")
        if not is_uncertain(row)
    ]
    name = product.product_name.text if product.product_name else ""
    return declared(rows, product.factors, name or None)


def is_uncertain(row: Row) -> bool:
    """Whether a row of a check workbook could not be read surely and is not confirmed yet."""
    return "reading" in row.columns and folded(row.text("reading")) in UNCERTAIN


@cache
def declared_rules() -> tuple[Rule[[Declared]], ...]:
    """All rules on the declared table."""
    return rules_of(__name__)


def declared_findings(of: Declared) -> Iterator[Finding]:
    """All findings on the declared table, rule by rule."""
    for rule in declared_rules():
        yield from rule(of)
