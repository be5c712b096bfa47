"""The inventory: where data come from, allocation, the annex's table of the inventory, quality."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cfp_xl.footprint.factor import is_supplier_factor
from cfp_xl.footprint.row_emission import FootprintState, RowResult, scaled_by_quantity
from cfp_xl.footprint.row_kinds import Direction
from cfp_xl.footprint.units import canonical, exact_conversion, same_dimension
from cfp_xl.footprint.wording import folded, is_blank
from cfp_xl.report.document.builder import ReportBuilder, Words, joined
from cfp_xl.report.document.long_lists import assembly_rows, in_text, is_long
from cfp_xl.report.document.model import Piece, ReportNumber
from cfp_xl.report.document.numerals import entered, percent, rounded
from cfp_xl.report.document.results import electricity
from cfp_xl.report.document.source import ReportSource, is_counted
from cfp_xl.study.quality import PRIMARY
from cfp_xl.verify.rules.allocated_amounts import is_own

BILL_FOR_CUSTOMERS = ("month", "medium", "unit")
BILL = ("month", "voucher", "medium", "total", "unit", "product", "basis_product", "basis_total")
"""Columns of the table of bills; the product where it has those of several."""


def inventory(builder: ReportBuilder) -> None:
    """Chapter 4 of the annex's form."""
    builder.chapter("inventory")
    builder.section("sources")
    builder.say("sources")
    _primary_share(builder)
    electricity(builder)
    builder.section("allocation")
    _allocation(builder)
    builder.section("list")
    _tables(builder)
    builder.section("quality")
    _quality(builder)


def _primary_share(builder: ReportBuilder) -> None:
    source = builder.source
    share = source.study.primary_share_of(source.whatif.inputs)
    if share is not None:
        builder.say("primary_share", share=percent(share))
    elif (stated := source.number("primary_percent")) is not None:
        number = percent(stated / 100, source.place("primary_percent"))
        builder.say("primary_stated", share=number)
    else:
        builder.say("primary_unknown")


def _allocation(builder: ReportBuilder) -> None:
    """The method; bills with their shares, without vouchers and other products for customers."""
    source = builder.source
    builder.write(source.words("allocation_method"))
    rows = source.product.rows("allocation")
    columns = tuple(c for c in BILL if c != "product" or any(row.text(c) for row in rows))
    if source.is_for_customer:
        rows = tuple(row for row in rows if is_own(source.product, row))
        columns = BILL_FOR_CUSTOMERS
    if not rows:
        builder.say("no_allocation_rows")
        return
    cells: list[list[Words]] = []
    for row in rows:
        cell: list[Words] = []
        for column in columns:
            value = row.value(column)
            where = None if source.is_for_customer else row.cell(column)
            is_number = isinstance(value, float) and column not in ("month",)
            words = source.own(row.text(column))
            cell.append(entered(float(value), where) if is_number else words)  # type: ignore[arg-type]
        cells.append([*cell, _share(row.value("basis_product"), row.value("basis_total"))])
    widths = [1 / (len(columns) + 1)] * (len(columns) + 1)
    builder.table("allocation", (*columns, "share"), cells, widths=widths)


def _share(part: object, whole: object) -> Words:
    if isinstance(part, float) and isinstance(whole, float) and whole:
        return percent(part / whole)
    return ""


def _tables(builder: ReportBuilder) -> None:
    """The annex's table with its own headings; what else is known of each row after it."""
    source = builder.source
    rows = in_text(source.counted_rows)
    lines: list[list[Words]] = [_line(source, row) for row in rows]
    if left := len(source.counted_rows) - len(rows):
        rest = source.total_kgco2e - sum(row.counted_kgco2e or 0.0 for row in rows)
        others = source.say("others", count=left)
        lines.append(["", others, "", "", "", "", source.numerals.kgco2e(rest)])
    total = source.numerals.kgco2e(source.total_kgco2e)
    lines.append([source.say("total"), "", "", "", "", "", total])
    builder.table(
        "inventory",
        ("stage", "name", "amount", "unit", "factor_value", "factor_unit", "footprint"),
        lines,
        widths=(0.14, 0.205, 0.105, 0.075, 0.125, 0.18, 0.17),
        numeric=(2, 4, 6),
        has_total=True,
        above=(("stage", 1), ("activity_data", 3), ("factor", 2), ("footprint", 1)),
    )
    builder.say("amounts", style="note")
    zeros = [row for row in source.rows if row.state is FootprintState.VALUE and not row.kgco2e]
    if zeros:
        names = [str(row.activity.activity or row.process or row.activity.stage) for row in zeros]
        words = joined(map(source.own, dict.fromkeys(names)), source.say("comma"))
        builder.say("zeros", names=words, style="note")
    if left:
        builder.say("rows_left", count=rounded(left, 0), style="note")
    builder.table(
        "origins",
        ("stage", "process", "source", "data_type", "factor_name", "factor_source"),
        [_origin(source, row) for row in rows],
        widths=(0.14, 0.14, 0.18, 0.12, 0.2, 0.22),
    )
    _beside(builder)
    _assemblies(builder)


def _line(source: ReportSource, row: RowResult) -> list[Words]:
    """Stage, name, amount in the unit that meets the factor's, factor, emission."""
    stage = row.stage.name.in_lang(source.lang) if row.stage else ""
    emission = source.numerals.kgco2e(row.counted_kgco2e or 0.0)
    return [stage, name_of(source, row), *(amount_of(source, row) or ("", "", "", "")), emission]


def name_of(source: ReportSource, row: RowResult) -> Words:
    """What a row is called."""
    return source.own(str(row.activity.activity or row.process or ""))


def amount_of(
    source: ReportSource, row: RowResult
) -> tuple[ReportNumber, Piece, ReportNumber, str] | None:
    """A row's amount and factor in units that meet: as entered where they do, else the amount in
    the factor's own unit, by the bridge. None of a row without a factor."""
    scaled = scaled_by_quantity(row.activity, source.factors)
    quantity = row.activity.quantity
    factor = source.factor_of(row)
    if scaled is None or factor is None or not isinstance(quantity, float | int):
        return None
    unit = str(row.activity.unit or "").strip()
    shown = source.own(unit)
    where = source.cell(row, "quantity")
    sign = -1.0 if row.direction is Direction.OUTPUT else 1.0
    value = entered(factor.value, None if source.is_for_customer else factor.origin)
    per = canonical(factor.per_unit)
    is_same = same_dimension(unit, factor.per_unit)
    if is_same and exact_conversion(unit, factor.per_unit) == 1:
        per = unit
    per = source.shown(per)
    of_factor = f"{factor.unit}/{f'({per})' if '·' in per else per}"
    if is_same:
        return entered(sign * float(quantity), where), shown, value, of_factor
    amount = scaled[0](float(quantity)) / float(factor.exact_kg_per_unit_of_value())
    return entered(sign * amount, where), per, value, of_factor


def _origin(source: ReportSource, row: RowResult) -> list[Words]:
    stage = row.stage.name.in_lang(source.lang) if row.stage else ""
    names = tuple(source.own(str(one or "")) for one in (row.process, row.activity.activity))
    factor = source.factor_of(row)
    if factor is None:
        return [stage, *names, data_type(source, row), "", ""]
    id = str(row.activity.factor_id)
    if source.product.assemblies.key_of_factor(id) is not None:
        return [stage, *names, data_type(source, row), id, source.say("own_assembly")]
    if is_supplier_factor(id):
        named: Words = id
        if not source.is_for_customer:
            named = (source.own(factor.label(source.lang)), f" [{id}]")
        return [stage, *names, data_type(source, row), named, source.say("supplier_data")]
    year = f" ({factor.year})" if factor.year else ""
    published = factor.source.publisher or factor.source.title
    name = source.factor_name(factor)
    return [stage, *names, data_type(source, row), name, f"{published}{year}"]


def data_type(source: ReportSource, row: RowResult) -> str:
    """Whether a row's data are primary or secondary."""
    typed = row.activity.more.get("data_type")
    if is_blank(typed) and (factor := source.factor_of(row)) is not None:
        typed = factor.more.get("data_type")
    if is_blank(typed):
        return source.say("not_stated")
    word = str(typed).strip()
    return source.say("primary") if folded(word) in PRIMARY else source.say("secondary")


def _beside(builder: ReportBuilder) -> None:
    """What the rows say that the total does not count: biogenic CO2, uptake, credits."""
    source = builder.source
    rows = [
        row
        for row in source.rows
        if row.state is FootprintState.VALUE and row.kgco2e and not is_counted(row)
    ]
    if not rows:
        return
    cells: list[list[Words]] = []
    for row in rows:
        found = amount_of(source, row)
        amount, unit = found[:2] if found else ("", "")
        name = name_of(source, row)
        kind = source.say(f"beside.{row.direction.value}")
        cells.append([kind, name, amount, unit, source.numerals.kgco2e(row.kgco2e or 0.0)])
    builder.table(
        "beside",
        ("beside_kind", "source", "amount", "unit", "beside_kgco2e"),
        cells,
        widths=(0.2, 0.35, 0.15, 0.1, 0.2),
        numeric=(2, 4),
    )


def _assemblies(builder: ReportBuilder) -> None:
    """What rows of the inventory that begin with A- are made of."""
    source = builder.source
    rows = assembly_rows(source)
    if not rows:
        return
    cells: list[list[Words]] = []
    for row in in_text(rows):
        _, name, amount, unit, *_ = _line(source, row)
        emission = source.numerals.kgco2e(row.counted_kgco2e or 0.0)
        cells.append([row.assembly, name, amount, unit, emission])
    builder.table(
        "assemblies",
        ("assembly", "source", "amount", "unit", "assembly_kgco2e"),
        cells,
        widths=(0.2, 0.38, 0.14, 0.1, 0.18),
        numeric=(2, 4),
    )
    if is_long(rows):
        builder.say("assembly_rows_left", count=rounded(len(in_text(rows)), 0), style="note")


def _quality(builder: ReportBuilder) -> None:
    rows = list(_ratings(builder.source))
    if not rows:
        builder.say("no_quality")
        return
    builder.table(
        "quality", ("aspect", "rating", "rated"), rows, widths=(0.5, 0.25, 0.25), numeric=(1, 2)
    )
    builder.say("quality", style="note")


def _ratings(source: ReportSource) -> Iterator[Sequence[Words]]:
    for aspect, one in source.whatif.ratings.items():
        yield source.say(f"aspect.{aspect}"), rounded(one.value, 2), percent(one.coverage)
