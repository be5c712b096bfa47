"""Totals, stages and shares that people type into the texts of the report: the results' own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from cfp_xl.findings import CellRef, Finding
from cfp_xl.footprint.report_texts import TEXTS, translation_name
from cfp_xl.footprint.wording import plain_text
from cfp_xl.messages import text
from cfp_xl.schema.case import Case
from cfp_xl.verify.declared import Declared, declared
from cfp_xl.verify.declared.figures import figure
from cfp_xl.verify.declared.sentences import Mention, mentions_in
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.declared_model import differences_from_the_model
from cfp_xl.verify.rules.side_by_side import side_by_side

NAMES = {name: entry for entry in TEXTS for name in (entry, translation_name(entry))}
"""The names of the cells that hold a text or its translation, and which text it is."""


@rule(
    "N11",
    reads=(*NAMES, "activities", "factors", "functional_unit", "product_name"),
    schemas=(PRODUCT,),
)
def report_texts_say_the_results(case: Case) -> Iterator[Finding]:
    """N11: totals, stages and shares in the typed texts of the report are the model's."""
    for name, entry in NAMES.items():
        fact = case.product.other_facts.get(name)
        if fact is None or fact.where is None:
            continue
        lines = (plain_text(line) for line in fact.text.splitlines())
        rows = [_row(case, one, fact.where) for line in lines for one in mentions_in(line)]
        if rows:
            place = text(f"exchange_out.fact.{entry}.label")
            table = _per_functional_unit(case, declared(rows, case.product.factors))
            for found in differences_from_the_model(case, table):
                yield replace(found, values={**found.values, "place": place})


def _per_functional_unit(case: Case, table: Declared) -> Declared:
    """Without the figures that are per something else, such as a kg beside a piece."""
    both = side_by_side(case, table)
    if both is None:
        return table
    figures = ((one, figure(one, "emission")) for one in table.entries)
    left = (one for one, shown in figures if shown is None or both.is_per_functional_unit(shown))
    return replace(table, entries=tuple(left))


def _row(
    case: Case, one: Mention, where: CellRef
) -> tuple[Mapping[str, str], Mapping[str, CellRef]]:
    """A row of the declared table; an emission that is per nothing is per functional unit."""
    texts = {"item": one.item, **one.texts}
    unit, functional_unit = texts.get("emission_unit", ""), case.product.functional_unit
    if unit and "/" not in unit and functional_unit and functional_unit.text:
        texts["emission_unit"] = f"{unit}/{functional_unit.text}"
    if one.is_total:
        texts["stage"] = ""
        texts["item"] = "total" if one.subject.isascii() else "合计"
    return texts, dict.fromkeys(texts, where)
