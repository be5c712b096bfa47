"""What would change the result, by the workbook's own scenarios: totals, stages, a waterfall."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cfp_xl.footprint.stages import STAGES, Stage
from cfp_xl.report.document.builder import ReportBuilder, Words
from cfp_xl.report.document.pictures.waterfall import WaterfallStep, waterfall_chart
from cfp_xl.report.document.source import ReportSource
from cfp_xl.whatif.study import ScenarioResult

MOST_PICTURES = 3
"""Of scenarios: those that change the result most."""


def scenarios(builder: ReportBuilder) -> None:
    """What would change the result, quantified by the workbook's own scenarios."""
    source = builder.source
    found = source.whatif.scenarios
    if not found:
        return
    rows: list[list[Words]] = []
    for one in found:
        total, delta = one.total_kgco2e, one.delta
        if total is None or delta is None:
            why = one.problem.say(source.lang) if one.problem else ""
            rows.append([source.own(one.scenario.name), "", "", why])
            continue
        numbers = source.numerals.kgco2e(total), source.numerals.kgco2e(delta)
        note = source.own(one.scenario.note or one.scenario.source)
        rows.append([source.own(one.scenario.name), *numbers, note])
    builder.say("scenarios")
    builder.table(
        "scenarios",
        ("scenario", "scenario_total", "difference", "note"),
        rows,
        widths=(0.28, 0.2, 0.2, 0.32),
        numeric=(1, 2),
    )
    changed = [one for one in found if one.total_kgco2e is not None and one.delta]
    changed.sort(key=lambda one: -abs(one.delta or 0.0))
    for one in changed[:MOST_PICTURES]:
        _picture(builder, one)


def _picture(builder: ReportBuilder, one: ScenarioResult) -> None:
    """From the result as it is to that of the scenario, by the stages that change."""
    source = builder.source
    steps = list(_steps(source, one))
    alt = "; ".join(f"{step.name} {step.number.text}" for step in steps)
    svg = waterfall_chart(steps, source.result_unit)
    words = source.say("alt.waterfall", steps=alt)
    builder.picture("scenario", svg, words, scenario=source.shown(one.scenario.name))


def _steps(source: ReportSource, one: ScenarioResult) -> Iterator[WaterfallStep]:
    kgco2e = source.numerals.kgco2e
    yield WaterfallStep(source.say("as_it_is"), kgco2e(source.total_kgco2e), is_result=True)
    for stage, delta in _changes(source, one):
        yield WaterfallStep(stage.name.in_lang(source.lang), kgco2e(delta))
    name = source.shown(one.scenario.name)
    yield WaterfallStep(name, kgco2e(one.total_kgco2e or 0.0), is_result=True)


def _changes(source: ReportSource, one: ScenarioResult) -> Sequence[tuple[Stage, float]]:
    found = []
    for stage in STAGES:
        before = source.footprint.stages[stage.id].kgco2e or 0.0
        delta = (one.by_stage[stage.id] or 0.0) - before
        if abs(delta) > 1e-9 * abs(source.total_kgco2e):
            found.append((stage, delta))
    return found
