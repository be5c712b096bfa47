"""The sheet of lists: words to choose from, units by kind of quantity, pinned factors."""

from __future__ import annotations

from cfp_xl.footprint.factors import Factor, builtin, pin_text
from cfp_xl.footprint.units import conversion
from cfp_xl.functions.values import Scalar
from cfp_xl.templates.style import FACTOR
from cfp_xl.templates.supplier.fields import Item, flows, items, units, words
from cfp_xl.templates.supplier.paper import PaperSheet, SheetPaper

WIDTHS = (30, 46, 32, 14, 16, 14, 12, 18, 14, 18, 8, 8, 9, 40, 30, 12, 12, 40, 10)


def lists(paper: SheetPaper) -> None:
    """Everything a dropdown offers, in the open, and where each factor comes from."""
    sheet, layout = paper.sheet("lists"), paper.layout
    sheet.widths(*WIDTHS)
    _choices(sheet)
    _units(sheet)
    _factors(sheet)
    paper.name("cfp_factors", layout.factors.block())
    sheet.sheet.freeze_panes(2, 0)


def _choices(sheet: PaperSheet) -> None:
    paper, layout = sheet.paper, sheet.paper.layout
    sheet.section(min(layout.choice_rows.values()) - 1, "section.choices", 4)
    form = paper.styles.cell("plain")
    for field in layout.fields:
        if field.choices:
            row = layout.choice_rows[field.id]
            sheet.write(row, 0, words(field.label, layout.lang), paper.styles.title("label"))
            for column, choice in enumerate(field.choices, 1):
                sheet.write(row, column, words(choice.text, layout.lang), form)


def _units(sheet: PaperSheet) -> None:
    paper, layout = sheet.paper, sheet.paper.layout
    region, form = layout.units, paper.styles.cell("pinned")
    sheet.section(region.header - 1, "section.units", 4)
    sheet.header(region, "units", {}, 34)
    number = paper.styles.cell("pinned", "0.########")
    for measure, those in units().items():
        for unit, row in zip(those, layout.unit_rows[measure], strict=True):
            sheet.write(row, 0, unit, form)
            sheet.write(row, 1, measure, form)
            sheet.write(row, 2, conversion(unit, those[0]), number)
        paper.name(f"cfp_units_{measure}", layout.units_of(measure))
    paper.name("cfp_units_any", region.column("unit"))


def _factors(sheet: PaperSheet) -> None:
    paper, layout = sheet.paper, sheet.paper.layout
    region = layout.factors
    sheet.section(region.header - 2, "section.factors", 4)
    sheet.header(region, "factors", {}, 50 if layout.lang == "both" else 36)
    pinned = items(layout.kind)
    pin = pin_text(builtin(set_id) for set_id in dict.fromkeys(i.factor.set_id for i in pinned))
    sheet.write(region.header - 1, 0, pin, paper.styles.title("subtitle"))
    paper.name("cfp_factor_set", layout.cell("lists", region.header - 1, 0))
    flow_names = {flow.id: words(flow.text, layout.lang) for flow in flows(layout.kind)}
    forms = {"value": FACTOR, "per_in_base": "0.########", "year": "0"}
    for item, row in zip(pinned, range(region.first, region.last + 1), strict=True):
        sheet.sheet.set_row(row, 34)
        values = _row(item, item.factor, words(item.text, layout.lang), flow_names[item.flow])
        for column in region.columns:
            form = paper.styles.cell("pinned", forms.get(column, ""))
            sheet.write(row, region.index(column), values[column], form)


def _row(item: Item, factor: Factor, name: str, flow: str) -> dict[str, Scalar]:
    source = factor.source
    return {
        "flow": flow,
        "name": name,
        "id": factor.id,
        "value": factor.value,
        "unit": factor.unit,
        "per_unit": factor.per_unit,
        "measure": item.quantity,
        "offered": " / ".join(item.units),
        "per_in_base": conversion(factor.per_unit, item.units[0]),
        "category": factor.category,
        "region": factor.region,
        "year": factor.year,
        "gwp_set": factor.gwp_set,
        "source": source.title,
        "publisher": source.publisher,
        "date": source.date,
        "table": source.table,
        "licence": source.licence,
        "confidence": source.confidence,
    }
