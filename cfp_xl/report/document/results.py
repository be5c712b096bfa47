"""The results: by stage, by kind of carbon, the largest sources, how sure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from cfp_xl.footprint.gwp import gases
from cfp_xl.footprint.parts import NAMES, part_of
from cfp_xl.footprint.row_emission import FootprintState
from cfp_xl.footprint.stages import STAGES
from cfp_xl.report.document.builder import ReportBuilder, Words
from cfp_xl.report.document.model import Pieces, ReportNumber
from cfp_xl.report.document.numerals import entered, rounded
from cfp_xl.report.document.pictures.charts import Slice, bar_chart, ring_chart, tornado_chart
from cfp_xl.report.document.source import ReportSource

LARGEST = 10
GASES = ("CO2", "CH4", "N2O", "SF6", "NF3")
"""Of which the characterisation factors are listed; HFCs and PFCs are many."""


@dataclass(frozen=True, slots=True)
class PrintedStage:
    """A stage of the table of stages: the same numbers in text, table and picture."""

    name: str
    kgco2e: ReportNumber
    share: ReportNumber


def stage_results(source: ReportSource) -> tuple[PrintedStage, ...]:
    """Stages that have rows that apply."""
    found = []
    for stage in STAGES:
        result = source.footprint.stages[stage.id]
        if result.kgco2e is None or result.state is FootprintState.NOT_APPLICABLE:
            continue
        total = source.total_kgco2e
        share = source.numerals.share(result.kgco2e / total if total else 0.0)
        name = stage.name.in_lang(source.lang)
        found.append(PrintedStage(name, source.numerals.kgco2e(result.kgco2e), share))
    return tuple(found)


def by_stage(builder: ReportBuilder) -> None:
    """The annex's table of stages, and its picture."""
    source = builder.source
    stages = stage_results(source)
    total = source.numerals.kgco2e(source.total_kgco2e)
    rows: list[list[Words]] = [[one.name, one.kgco2e, one.share] for one in stages]
    rows.append([source.say("total"), total, source.numerals.share(1.0)])
    builder.table(
        "stages",
        ("stage", "footprint", "percent"),
        rows,
        widths=(0.4, 0.35, 0.25),
        numeric=(1, 2),
        has_total=True,
    )
    builder.say("rounded", style="note")
    slices = [Slice(one.name, one.kgco2e, one.share) for one in stages if one.kgco2e.value]
    if slices and all(one.kgco2e.value > 0 for one in slices):
        alt = "; ".join(f"{one.name} {one.share.text}" for one in slices)
        svg = ring_chart(slices, total.text, source.result_unit)
        builder.picture("stages", svg, source.say("alt.stages", stages=alt))


def by_kind(builder: ReportBuilder) -> None:
    """Fossil, biogenic, land use change, aircraft: each for itself, 0 where the inventory has
    none."""
    source = builder.source
    parts = source.footprint.parts
    assert parts is not None
    rows: list[list[Words]] = [
        [source.say(f"kind.{id}"), source.numerals.kgco2e(part_of(parts, id))] for id in NAMES
    ]
    builder.table("kinds", ("kind", "kgco2e"), rows, widths=(0.65, 0.35), numeric=(1,))
    builder.say("kinds", style="note")


def characterisation(builder: ReportBuilder) -> None:
    """Impact category, GWP set, and its factors of the usual gases."""
    source = builder.source
    builder.say("impact", gwp_set=source.words("gwp_set"))
    fact = source.product.gwp_set
    known = gases()
    named = fact.value if fact else None
    rows: list[list[Words]] = [
        [gas, entered(known[gas].gwp_by_set[named])]
        for gas in GASES
        if named and gas in known and named in known[gas].gwp_by_set
    ]
    if rows:
        builder.table("gwp", ("gas", "gwp"), rows, widths=(0.5, 0.5), numeric=(1,))
    builder.say("factors_in_co2e")


def hotspots(builder: ReportBuilder) -> None:
    """The largest rows and all others together."""
    source = builder.source
    spots = list(_hotspots(source))
    shown = spots[:LARGEST]
    if len(spots) < 2:
        return
    numerals = source.numerals
    rows: list[list[Words]] = [
        [name, numerals.kgco2e(value), numerals.share(share)] for name, value, share in shown
    ]
    if rest := spots[LARGEST:]:
        value, share = sum(one[1] for one in rest), sum(one[2] for one in rest)
        words = source.say("others", count=len(rest))
        rows.append([words, numerals.kgco2e(value), numerals.share(share)])
    columns = ("source", "kgco2e", "percent")
    builder.table("hotspots", columns, rows, widths=(0.5, 0.28, 0.22), numeric=(1, 2))
    bars = [
        Slice(name, numerals.kgco2e(value), numerals.share(share)) for name, value, share in shown
    ]
    alt = "; ".join(f"{one.name} {one.kgco2e.text}" for one in bars)
    svg = bar_chart(bars, source.result_unit)
    builder.picture("hotspots", svg, source.say("alt.hotspots", rows=alt))


def _hotspots(source: ReportSource) -> Iterator[tuple[str, float, float]]:
    """The rows of the inventory, the largest first: name, kgCO2e, share of the total."""
    names = _names(source)
    found = zip(source.counted_rows, names, strict=True)
    for row, name in sorted(found, key=lambda one: -(one[0].counted_kgco2e or 0.0)):
        kgco2e = row.counted_kgco2e or 0.0
        yield name, kgco2e, kgco2e / source.total_kgco2e if source.total_kgco2e else 0.0


def _names(source: ReportSource) -> list[str]:
    """What rows are called in the report's language, with stage or process where two are alike."""
    rows = source.counted_rows
    typed = [str(row.activity.activity or row.process or "").strip() for row in rows]
    names = [source.shown(name) for name in typed]
    for more in (
        [row.stage.name.in_lang(source.lang) if row.stage else "" for row in rows],
        [source.shown(str(row.process or "").strip()) for row in rows],
        [f"#{row.activity.number}" for row in rows],
    ):
        times = Counter(names)
        names = [
            source.say("process_of", process=name, stage=word) if times[name] > 1 and word else name
            for name, word in zip(names, more, strict=True)
        ]
    return names


def uncertainty(builder: ReportBuilder) -> None:
    """The 95 % range by error propagation, what it comes from, and the tornado."""
    source = builder.source
    exact = source.whatif.analytic
    if exact is None:
        builder.say("no_uncertainty")
        return
    low, high = source.numerals.kgco2e(exact.low), source.numerals.kgco2e(exact.high)
    stated, every = len(source.whatif.inputs.uncertain), len(source.whatif.inputs.by_id)
    builder.say(
        "uncertainty",
        low=low,
        high=high,
        gsd2=rounded(exact.gsd2, 3),
        stated=rounded(stated, 0),
        all=rounded(every, 0),
    )
    bars = source.whatif.bars[:LARGEST]
    numerals = source.numerals
    ends = [
        (
            source.label_shown(bar.input.label.in_lang(source.lang)),
            numerals.kgco2e(bar.low),
            numerals.kgco2e(bar.high),
        )
        for bar in bars
    ]
    if not ends:
        return
    builder.table(
        "tornado",
        ("input", "total_low", "total_high"),
        ends,
        widths=(0.5, 0.25, 0.25),
        numeric=(1, 2),
    )
    alt = "; ".join(f"{name} {low.text}–{high.text}" for name, low, high in ends)
    base = numerals.kgco2e(source.total_kgco2e)
    svg = tornado_chart(ends, base, source.result_unit)
    builder.picture("tornado", svg, source.say("alt.tornado", inputs=alt))


def electricity(builder: ReportBuilder) -> None:
    """How electricity is counted: every factor of it that the inventory takes."""
    source = builder.source
    lines = list(_electricity(source))
    if not lines:
        builder.say("no_electricity")
        return
    builder.say("electricity")
    for line in lines:
        builder.write(line, style="item")


def _electricity(source: ReportSource) -> Iterator[Pieces]:
    seen = set[str]()
    for row in source.rows:
        if row.state is not FootprintState.VALUE:
            continue
        factor = source.factor_of(row)
        if factor is None:
            continue
        if factor.category.startswith("electricity") and factor.id not in seen:
            seen.add(factor.id)
            yield source.factor_name(factor), f" [{factor.id}]: {factor.source}"
