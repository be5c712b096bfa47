"""What was read of a report as a declared table, so that one code holds figures against each other.

A row of the declared sheet and one that was read are the same; the cell of the one is the place of
the other. What is uncertain is left out: it may not contradict anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cfp_xl.audit.prose import place_at
from cfp_xl.audit.record import PrintedFigures, ReadReport
from cfp_xl.findings import CellRef
from cfp_xl.footprint.factors import library
from cfp_xl.functions.values import Scalar
from cfp_xl.verify.declared import Declared, declared

DeclaredLine = tuple[Mapping[str, Scalar], Mapping[str, CellRef]]


def declared_lines(report: ReadReport, *, with_uncertain: bool = False) -> Iterator[DeclaredLine]:
    """The rows of a declared table: figures, boundary statements, names of the product."""
    for one in report.figures:
        if with_uncertain or not one.is_uncertain:
            yield _figures(one)
    for boundary in report.boundaries:
        if boundary.text:
            yield (
                {
                    "item": "boundary",
                    "place": place_at(report.document, boundary.spot),
                    "stages": boundary.text,
                },
                {"item": boundary.spot, "stages": boundary.spot},
            )
    for product in report.products:
        if product.meaning == "text":
            continue
        yield (
            {
                "item": "product",
                "place": place_at(report.document, product.spot),
                "product": product.text,
            },
            {"item": product.spot, "product": product.spot},
        )


def _figures(one: PrintedFigures) -> DeclaredLine:
    return (
        {"item": one.item, "place": one.place, **one.texts},
        {"item": one.spot, **one.spots},
    )


def declared_table(report: ReadReport) -> Declared:
    """The declared table of a report; its rows may mean the shipped factors."""
    return declared(list(declared_lines(report)), library())
