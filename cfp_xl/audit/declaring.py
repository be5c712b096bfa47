"""What was read of a report as a declared table, so that one code holds figures against each other.

A row of the declared sheet and one that was read are the same; the cell of the one is the place of
the other. What is uncertain is left out: it may not contradict anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cfp_xl.audit.document import Spot
from cfp_xl.audit.prose import place_at
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.rules.units import amount_of
from cfp_xl.footprint.factors import library
from cfp_xl.verify.declared import Declared, declared

MEASURES = ("g", "kg", "t", "m", "m2", "m3", "米", "平方米", "立方米", "升", "kwh")
"""Folded units that a functional unit may be an amount of, other than pieces."""


@dataclass(frozen=True)
class ReadLine:
    """A row of a declared table that was read: texts and places by column id."""

    texts: Mapping[str, str]
    spots: Mapping[str, Spot]
    is_uncertain: bool = False

    @property
    def spot(self) -> Spot:
        return self.spots["item"]


def read_lines_of(report: ReadReport) -> Iterator[ReadLine]:
    """The rows of a declared table: figures, boundary statements, names of the product."""
    per = _measure_of(report)
    for one in report.figures:
        texts = {"item": one.item, "place": one.place, **one.texts}
        unit = texts.get("emission_unit", "")
        if per and one.is_prose and unit and "/" not in unit:
            texts["emission_unit"] = f"{unit}/{per}"
        yield ReadLine(
            texts,
            {"item": one.spot, **one.spots},
            one.is_uncertain,
        )
    uncertain = report.document.is_uncertain
    for boundary in report.boundaries:
        if boundary.text:
            place = place_at(report.document, boundary.spot)
            texts = {"item": "boundary", "place": place, "stages": boundary.text}
            yield ReadLine(texts, dict.fromkeys(("item", "stages"), boundary.spot), uncertain)
    for product in report.products:
        if product.meaning != "text":
            place = place_at(report.document, product.spot)
            texts = {"item": "product", "place": place, "product": product.text}
            yield ReadLine(texts, dict.fromkeys(("item", "product"), product.spot), uncertain)


def _measure_of(report: ReadReport) -> str:
    """The functional unit where it is a measure: 1 t, 1 m2. A sentence that says no more than
    kgCO2e is per that, beside tables in kgCO2e/t."""
    amounts = dict.fromkeys(amount_of(one) for one in report.functional_units)
    number, unit = next(iter(amounts)) if len(amounts) == 1 else ("", "")
    return f"{number}{unit}" if unit in MEASURES else ""


def declared_table(report: ReadReport) -> Declared:
    """The declared table of a report; its rows may mean the shipped factors."""
    lines = [one for one in read_lines_of(report) if not one.is_uncertain]
    return declared([(dict(one.texts), dict(one.spots)) for one in lines], library())
