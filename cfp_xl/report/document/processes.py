"""The result by unit process: a table, and where it all comes from as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cfp_xl.footprint.stages import STAGES
from cfp_xl.report.document.builder import ReportBuilder, Words
from cfp_xl.report.document.pictures.charts import Slice
from cfp_xl.report.document.pictures.sankey import Branch, sankey_chart
from cfp_xl.report.document.pictures.waterfall import WaterfallStep, waterfall_chart
from cfp_xl.report.document.source import ReportSource

LARGEST = 12
"""Processes with a line of their own; the others of a stage are put together."""


@dataclass(frozen=True, slots=True)
class _Process:
    stage: str
    name: str
    kgco2e: float


def by_process(builder: ReportBuilder) -> None:
    """Nothing where it would say no more than the table of stages."""
    source = builder.source
    found = _processes(source)
    stages = {one.stage for one in found}
    if not source.total_kgco2e or len(found) <= max(2, len(stages)):
        return
    lines = list(_lines(source, found))
    rows: list[list[Words]] = [
        [source.say("process_of", stage=stage, process=one.name), one.kgco2e, one.share]
        for stage, one in lines
    ]
    rows.append([source.say("total"), source.total, source.numerals.share(1.0)])
    builder.table(
        "processes",
        ("process", "kgco2e", "percent"),
        rows,
        widths=(0.54, 0.28, 0.18),
        numeric=(1, 2),
        has_total=True,
    )
    if any(one.kgco2e.value < 0 for _, one in lines):
        _waterfall(builder, [one for _, one in lines])
    else:
        _sankey(builder, list(_branches(source, lines)))


def _sankey(builder: ReportBuilder, branches: Sequence[Branch]) -> None:
    source = builder.source
    alt = "; ".join(
        f"{branch.stage.name} {branch.stage.kgco2e.text}: "
        + ", ".join(f"{one.name} {one.kgco2e.text}" for one in branch.processes)
        for branch in branches
    )
    svg = sankey_chart(branches, source.total.text, source.result_unit)
    builder.picture("sankey", svg, source.say("alt.sankey", flows=alt))


def _waterfall(builder: ReportBuilder, lines: Sequence[Slice]) -> None:
    """Where carbon leaves in slag or dust: no flow is as wide as less than nothing."""
    source = builder.source
    steps = [WaterfallStep(one.name, one.kgco2e) for one in lines]
    steps.append(WaterfallStep(source.say("total"), source.total, is_result=True))
    alt = "; ".join(f"{step.name} {step.number.text}" for step in steps)
    svg = waterfall_chart(steps, source.result_unit)
    builder.picture("steps", svg, source.say("alt.steps", steps=alt))


def _processes(source: ReportSource) -> list[_Process]:
    """Stage by stage, in the workbook's order; those of one name in a stage are one."""
    found: dict[tuple[str, str], float] = {}
    for row in source.counted_rows:
        name = str(row.process or row.activity.activity or "").strip() or source.say("not_stated")
        key = (row.stage.id if row.stage else "", name)
        found[key] = found.get(key, 0.0) + (row.counted_kgco2e or 0.0)
    return [
        _Process(stage.id, source.shown(name), kgco2e)
        for stage in STAGES
        for (of, name), kgco2e in found.items()
        if of == stage.id
    ]


def _lines(source: ReportSource, found: Sequence[_Process]) -> Iterator[tuple[str, Slice]]:
    """The name of the stage, and the process: the largest, then the others of the stage as one."""
    largest = sorted(found, key=lambda one: -abs(one.kgco2e))[:LARGEST]
    for stage in STAGES:
        name = stage.name.in_lang(source.lang)
        own = [one for one in found if one.stage == stage.id]
        shown = [one for one in own if one in largest]
        rest = [one for one in own if one not in largest]
        if len(rest) == 1:
            shown, rest = own, []
        for one in shown:
            yield name, _slice(source, one.name, one.kgco2e)
        if rest:
            words = source.say("others", count=len(rest))
            yield name, _slice(source, words, sum(one.kgco2e for one in rest))


def _branches(source: ReportSource, lines: Sequence[tuple[str, Slice]]) -> Iterator[Branch]:
    for stage in STAGES:
        name = stage.name.in_lang(source.lang)
        own = tuple(one for of, one in lines if of == name)
        if own:
            whole = sum(one.kgco2e.value for one in own)
            yield Branch(_slice(source, name, whole), own)


def _slice(source: ReportSource, name: str, kgco2e: float) -> Slice:
    share = source.numerals.share(kgco2e / source.total_kgco2e)
    return Slice(name, source.numerals.kgco2e(kgco2e), share)
