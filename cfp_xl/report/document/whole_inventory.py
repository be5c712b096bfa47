"""Activities of a long inventory: the largest in the text, all of them in an annex."""

from __future__ import annotations

from collections.abc import Sequence

from cfp_xl.footprint.factor_choice import chosen_id
from cfp_xl.footprint.row_emission import RowResult
from cfp_xl.report.document.builder import ReportBuilder, Words
from cfp_xl.report.document.inventory import amount_of, data_type, name_of
from cfp_xl.report.document.long_lists import MOST_ROWS, assembly_rows, is_long, largest
from cfp_xl.report.document.numerals import rounded
from cfp_xl.report.document.source import ReportSource


def annex(builder: ReportBuilder) -> None:
    """The annex, where the text has the largest rows only; what each factor is says its own."""
    source = builder.source
    of_product, of_assemblies = source.counted_rows, assembly_rows(source)
    if not is_long(of_product) and not is_long(of_assemblies):
        return
    builder.annex("activities")
    builder.say("activities")
    if is_long(of_product):
        _table(builder, "activities", of_product)
    if is_long(of_assemblies):
        _table(builder, "assembly_activities", of_assemblies)


def _table(builder: ReportBuilder, key: str, rows: Sequence[RowResult]) -> None:
    shown = largest(rows, MOST_ROWS)
    builder.table(
        key,
        ("stage", "process", "name", "amount", "unit", "id", "data_type", "footprint"),
        [_line(builder.source, row) for row in shown],
        widths=(0.1, 0.1, 0.17, 0.1, 0.06, 0.28, 0.08, 0.11),
        numeric=(3, 7),
    )
    if left := len(rows) - len(shown):
        builder.say("activities_left", count=rounded(left, 0), style="note")


def _line(source: ReportSource, row: RowResult) -> list[Words]:
    """The stage of a row of the product, the assembly of one that goes into it."""
    stage = row.stage.name.in_lang(source.lang) if row.stage else ""
    found = amount_of(source, row)
    amount, unit = found[:2] if found else ("", "")
    return [
        row.assembly or stage,
        source.own(str(row.process or "")),
        name_of(source, row),
        amount,
        unit,
        chosen_id(str(row.activity.factor_id or "")),
        data_type(source, row),
        source.numerals.kgco2e(row.counted_kgco2e or 0.0),
    ]
