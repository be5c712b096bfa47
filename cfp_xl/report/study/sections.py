"""The study as sections of one table each, from which text, Markdown and HTML are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cfp_xl.footprint.parts import part_name, to_show
from cfp_xl.messages import Lang, say
from cfp_xl.privacy import masked
from cfp_xl.study.bridge import Bridge
from cfp_xl.study.split import EmissionType

if TYPE_CHECKING:
    from cfp_xl.whatif.any_workbook import CellStudy
    from cfp_xl.whatif.reported import Reported
    from cfp_xl.whatif.seek import Sought
    from cfp_xl.whatif.study import ProductStudy

MOST = 10
"""So many hot spots, contributions and steps; JSON has all."""


class ShownNumber(str):
    """A number as it is printed, which knows its value."""

    __slots__ = ("value",)
    value: float

    @classmethod
    def of(cls, value: float, text: str) -> ShownNumber:
        figure = cls(text)
        figure.value = value
        return figure


@dataclass(frozen=True, slots=True)
class StudySection:
    """A heading, a table, and what to say under it. Cells are texts, ready to print."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    notes: tuple[str, ...] = ()
    bars: Sequence[tuple[float, float]] = ()
    """Of each row: from where to where a bar goes, in the unit of the results."""
    is_upright: bool = False
    """Whether a chart of it has columns rather than bars."""


def sections(reported: Reported, lang: Lang) -> Iterator[StudySection]:
    """Everything that was asked for, in the order a reader asks."""
    if (study := reported.product) is not None:
        yield _result(study, lang)
        yield _hotspots(study, lang)
        if study.analytic is not None:
            yield _contributions(study, lang)
            yield _tornado(study, lang)
        if study.by_type[EmissionType.DIRECT] or any(study.by_site):
            yield _origin(study, lang)
        if study.ratings or study.primary_share is not None:
            yield _quality(study, lang)
        if study.scenarios:
            yield _scenarios(study, lang)
    if reported.bridge is not None:
        yield _bridge(reported.bridge, lang)
    for one in reported.cells:
        yield _cells(one, lang)
    if reported.sought is not None:
        yield _seek(reported.sought, lang)


def _title(key: str, lang: Lang) -> str:
    return say(f"report.study.{key}", lang)


def _columns(lang: Lang, *keys: str) -> tuple[str, ...]:
    return tuple(say(f"report.study.column_{key}", lang) for key in keys)


def _number(value: float | None) -> str:
    return "–" if value is None else ShownNumber.of(value, f"{value:.6g}")


def _percent(value: float | None) -> str:
    return "–" if value is None else ShownNumber.of(value, f"{value:.1%}")


def _rank(value: float | None) -> str:
    return "–" if value is None else ShownNumber.of(value, f"{round(value, 2) + 0.0:.2f}")


def _result(study: ProductStudy, lang: Lang) -> StudySection:
    rows = [(_title("deterministic", lang), _number(study.inputs.total_kgco2e))]
    notes = []
    exact, simulated = study.analytic, study.simulated
    if exact is None or simulated is None:
        notes.append(_title("no_uncertainty", lang))
    else:
        rows += [
            (_title("by_formula", lang), f"{_number(exact.low)} … {_number(exact.high)}"),
            (_title("by_moments", lang), _range(exact.low_by_moments, exact.high_by_moments)),
            (_title("by_simulation", lang), _range(simulated.low, simulated.high)),
            (_title("median", lang), _number(simulated.median)),
            (_title("mean", lang), f"{_number(simulated.mean)} ± {simulated.standard_error:.2g}"),
            (_title("exact_mean", lang), _number(exact.mean)),
            ("GSD²", _number(exact.gsd2)),
        ]
        stated = len(study.inputs.uncertain)
        values = {"stated": stated, "all": len(study.inputs.by_id), "draws": simulated.draws}
        version = simulated.numpy_version
        notes.append(say("report.study.basis", lang, **values, seed=simulated.seed, numpy=version))
        notes.append(_title("median_and_mean", lang))
        if not exact.is_lognormal:
            notes.append(_title("not_lognormal", lang))
        if study.methods_agree is False:
            notes.append(_title("methods_differ", lang))
    parts = study.footprint.parts
    for id, value in to_show(parts).items() if parts else ():
        rows.append((part_name(id).in_lang(lang), _number(value)))
    unit = study.functional_unit
    of = say("report.footprint.per", lang, unit=unit) if unit else "kgCO2e"
    return StudySection(_title("result", lang), ("", masked(of)), rows, tuple(notes))


def _range(low: float | None, high: float | None) -> str:
    return f"{_number(low)} … {_number(high)}"


def _hotspots(study: ProductStudy, lang: Lang) -> StudySection:
    spots = study.hotspots[:MOST]
    return StudySection(
        _title("hotspots", lang),
        (*_columns(lang, "row"), "kgCO2e", *_columns(lang, "share")),
        [(masked(name), _number(value), _percent(share)) for name, value, share in spots],
        bars=[(0.0, value) for _, value, _ in spots],
    )


def _contributions(study: ProductStudy, lang: Lang) -> StudySection:
    assert study.analytic is not None
    found = [one for one in study.analytic.contributions if one.variance_share][:MOST]
    return StudySection(
        _title("contributions", lang),
        _columns(lang, "input", "elasticity", "variance", "rank"),
        [
            (
                masked(one.input.label.in_lang(lang)),
                ShownNumber.of(one.elasticity, f"{one.elasticity:.3f}"),
                _percent(one.variance_share),
                _rank(study.spearman.get(one.input.id)),
            )
            for one in found
        ],
        bars=[(0.0, one.variance_share) for one in found],
    )


def _tornado(study: ProductStudy, lang: Lang) -> StudySection:
    bars = study.bars
    return StudySection(
        _title("tornado", lang),
        _columns(lang, "input", "low", "high"),
        [(masked(b.input.label.in_lang(lang)), _number(b.low), _number(b.high)) for b in bars],
        bars=[(b.low, b.high) for b in bars],
    )


def _origin(study: ProductStudy, lang: Lang) -> StudySection:
    total = study.inputs.total_kgco2e
    found = [(one.text.in_lang(lang), value) for one, value in study.by_type.items()]
    if any(study.by_site):
        found += [(site or _title("no_site", lang), v) for site, v in study.by_site.items()]
    return StudySection(
        _title("origin", lang),
        (*_columns(lang, "origin"), "kgCO2e", *_columns(lang, "share")),
        [
            (masked(name), _number(value), _percent(value / total) if total else "–")
            for name, value in found
        ],
    )


def _quality(study: ProductStudy, lang: Lang) -> StudySection:
    rows = [
        (_title(f"aspect_{aspect}", lang), f"{one.value:.1f}", _percent(one.coverage))
        for aspect, one in study.ratings.items()
    ]
    if study.primary_share is not None:
        rows.append((_title("primary_share", lang), _percent(study.primary_share), ""))
    columns = _columns(lang, "aspect", "rating", "coverage")
    return StudySection(_title("quality", lang), columns, rows)


def _scenarios(study: ProductStudy, lang: Lang) -> StudySection:
    rows = [(_title("base", lang), _number(study.inputs.total_kgco2e), "", "", "")]
    notes = []
    for one in study.scenarios:
        name = masked(one.scenario.name)
        delta = "–" if one.delta is None else ShownNumber.of(one.delta, f"{one.delta:+.6g}")
        of_delta = "–" if one.delta_low is None else _range(one.delta_low, one.delta_high)
        below = _percent(one.probability_below)
        rows.append((name, _number(one.total_kgco2e), delta, of_delta, below))
        if one.location_based_kgco2e is not None:
            without = _number(one.location_based_kgco2e)
            words = say("report.study.location_based", lang, scenario=name, kgco2e=without)
            notes.append(words)
        if one.problem is not None:
            notes.append(masked(f"{name}: {one.problem.say(lang)}"))
    totals = [study.inputs.total_kgco2e, *(one.total_kgco2e or 0.0 for one in study.scenarios)]
    columns = _columns(lang, "scenario", "total", "delta", "delta_range", "below")
    bars = [(0.0, total) for total in totals]
    return StudySection(_title("scenarios", lang), columns, rows, tuple(notes), bars)


def _bridge(found: Bridge, lang: Lang) -> StudySection:
    """The largest steps, the rest of each cause together; the printed bars add to the printed
    difference, for the last digit of the largest makes up for rounding."""
    shown, hidden = found.steps[:MOST], found.steps[MOST:]
    steps = [
        (f"{s.cause.text.in_lang(lang)}: {s.label}", s.kgco2e, s.after or s.before) for s in shown
    ]
    for cause in dict.fromkeys(step.cause for step in hidden):
        rest = sum(step.kgco2e for step in hidden if step.cause is cause)
        words = say("report.study.others", lang, cause=cause.text)
        steps.append((words, rest, None))
    printed = _adding_up([value for _, value, _ in steps], found.difference)
    level = found.before_kgco2e
    rows = [(_title("before", lang), _four(found.before_kgco2e), "")]
    bars = [(0.0, level)]
    for (words, value, where), text in zip(steps, printed, strict=True):
        rows.append((masked(words), ShownNumber.of(value, text), str(where) if where else ""))
        bars.append((level, level + value))
        level += value
    rows.append((_title("after", lang), _four(found.after_kgco2e), ""))
    bars.append((0.0, found.after_kgco2e))
    columns = (*_columns(lang, "step"), "kgCO2e", *_columns(lang, "cell"))
    causes = tuple(
        f"{cause.text.in_lang(lang)}: {value:+.4f}" for cause, value in found.by_cause().items()
    )
    return StudySection(_title("bridge", lang), columns, rows, causes, bars, is_upright=True)


def _four(value: float) -> ShownNumber:
    return ShownNumber.of(value, f"{value:.4f}")


def _adding_up(values: Sequence[float], total: float, digits: int = 4) -> list[str]:
    """Values to some digits that add to the total to these digits: what rounding leaves over goes
    to those that it hits hardest."""
    unit = 10.0**-digits
    counts = [round(value / unit) for value in values]
    off = round(total / unit) - sum(counts)
    order = sorted(range(len(values)), key=lambda i: counts[i] - values[i] / unit)
    step = 1 if off > 0 else -1
    for place in (order if off > 0 else order[::-1])[: abs(off)]:
        counts[place] += step
    return [f"{count * unit:+.{digits}f}" for count in counts]


def _cells(study: CellStudy, lang: Lang) -> StudySection:
    found = study.summary
    notes = [
        say("report.study.cell_range", lang, low=found["low"], high=found["high"]),
        say("report.study.cell_mean", lang, median=found["median"], mean=found["mean"]),
        say(
            "report.study.cell_draws",
            lang,
            draws=len(study.drawn.numbers),
            failed=study.drawn.failed,
            seed=study.seed,
            numpy=study.numpy_version,
        ),
    ]
    return StudySection(
        f"{study.output.ref} = {_number(study.deterministic)}",
        _columns(lang, "input", "low", "high", "rank"),
        [
            (str(b.input.ref), _number(b.low), _number(b.high), _rank(b.rank_correlation))
            for b in study.bars
        ],
        tuple(notes),
        [(b.low, b.high) for b in study.bars],
    )


def _seek(found: Sought, lang: Lang) -> StudySection:
    solved = found.solved
    rows = [(_title("target", lang), _number(found.target))]
    rows.append((say("report.study.now", lang, cell=found.lever.ref), _number(found.base)))
    rows.append((_title("reached_at", lang), _number(solved.value)))
    if found.likely is not None:
        rows.append((_title("likely_at", lang), _number(found.likely)))
    notes: tuple[str, ...] = ()
    if solved.value is None:
        low, high = found.bounds
        values = {"low": low, "high": high, "best": solved.best, "result": solved.best_total}
        notes = (say("report.study.not_reached", lang, **values),)
    return StudySection(_title("seek", lang), ("", ""), rows, notes)


def histogram(study: ProductStudy, lang: Lang) -> StudySection | None:
    """The draws of the total, for a chart; None without uncertainty."""
    if study.simulated is None:
        return None
    found = study.simulated.histogram()
    return StudySection(
        _title("histogram", lang),
        ("kgCO2e", *_columns(lang, "draws")),
        [(_number(middle), _number(float(count))) for middle, count in found],
        bars=[(0.0, float(count)) for _, count in found],
        is_upright=True,
    )


def edges(study: ProductStudy, lang: Lang) -> StudySection:
    """What flows into what, in kgCO2e: rows into assemblies and stages, these into the total."""
    rows = [
        (masked(one), masked(other), _number(value)) for one, other, value in _flows(study, lang)
    ]
    return StudySection(_title("edges", lang), (*_columns(lang, "from", "to"), "kgCO2e"), rows)


def _flows(study: ProductStudy, lang: Lang) -> Iterator[tuple[str, str, float]]:
    total = study.inputs.total_kgco2e
    for term, share in study.inputs.term_shares():
        row = term.row
        stage = row.stage.name.in_lang(lang) if row.stage else ""
        yield row.activity.label, f"A-{row.assembly}" if row.assembly else stage, share * total
        if term.takes is not None:
            yield str(row.activity.factor_id), row.activity.label, share * total
    for result in study.footprint.stages.values():
        if result.kgco2e:
            yield result.stage.name.in_lang(lang), _title("total", lang), result.kgco2e
