"""The footprint as a table with bars: stages, their processes, the total."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from cfp_xl.footprint.parts import part_name, to_show
from cfp_xl.footprint.stages import STAGES
from cfp_xl.messages import Lang, say
from cfp_xl.privacy import masked
from cfp_xl.report.paper import TextPaper, column_width, padded

if TYPE_CHECKING:
    from cfp_xl.footprint.calculate import Footprint

NUMBER, SHARE = 14, 8
EIGHTHS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True)
class FootprintLine:
    """A row of the table; `kgco2e` is None where `state` says why there is no value."""

    name: str
    state: str
    kgco2e: float | None
    is_stage: bool


def lines(footprint: Footprint, lang: Lang) -> list[FootprintLine]:
    """Stages in the order of life, each with its processes under it where it has several."""
    rows: list[FootprintLine] = []
    for stage in STAGES:
        result = footprint.stages[stage.id]
        rows.append(FootprintLine(stage.name.in_lang(lang), str(result.state), result.kgco2e, True))
        inside = [p for p in footprint.processes if p.stage.id == stage.id]
        if len(inside) > 1:
            rows.extend(
                FootprintLine(masked(p.process or "–"), str(p.state), p.kgco2e, False)
                for p in inside
            )
    return rows


def write_footprint(
    paper: TextPaper, footprint: Footprint, functional_unit: str | None, lang: Lang
) -> None:
    """Stages and processes in kgCO2e with their shares, the total last, per functional unit."""
    rows = lines(footprint, lang)
    total = footprint.total_kgco2e
    per = masked(functional_unit or "")
    unit = say("report.footprint.per", lang, unit=per) if functional_unit else "kgCO2e"
    label = say("report.footprint.total", lang)
    names = [("" if r.is_stage else "  ") + r.name for r in rows]
    labels = [label, *(name for name, _ in _beside(footprint, lang))]
    first = column_width([*names, *labels]) + 2
    bar = max(paper.width - first - NUMBER - SHARE - 6, 8)
    heads = (say("report.footprint.stage", lang), "kgCO2e", say("report.footprint.share", lang))
    paper.line(
        (padded(heads[0], first), "dim"),
        (padded(heads[1], NUMBER, right=True), "dim"),
        (padded(heads[2], SHARE, right=True), "dim"),
        indent=2,
    )
    for row, name in zip(rows, names, strict=True):
        style = "" if row.is_stage else "dim"
        if row.kgco2e is None or row.state != "value":
            # A stage without rows may lie outside the boundary; a total says that it was left out.
            state = "left_out" if row.state == "missing" and total is not None else row.state
            words = say(f"report.footprint.{state}", lang)
            colour = "dim" if state in ("not_applicable", "left_out") else "bold red"
            paper.line(
                (padded(name, first), style), (padded(words, NUMBER, right=True), colour), indent=2
            )
            continue
        share = row.kgco2e / total if total else None
        paper.line(
            (padded(name, first), style),
            (padded(f"{row.kgco2e:.4f}", NUMBER, right=True), style),
            (padded("" if share is None else f"{share:.1%}", SHARE, right=True), style),
            ("  " + bar_of(share or 0.0, bar), "green" if row.is_stage else "dim"),
            indent=2,
        )
    shown = say(f"report.footprint.{footprint.state}", lang) if total is None else f"{total:.4f}"
    paper.line(
        (padded(label, first), "bold"),
        (padded(shown, NUMBER, right=True), "bold" if total is not None else "bold red"),
        ("  " + unit, ""),
        indent=2,
    )
    for name, value in _beside(footprint, lang):
        paper.line(
            (padded(name, first), "dim"),
            (padded(f"{value:.4f}", NUMBER, right=True), "dim"),
            (padded(f"{value / total:.1%}" if total else "", SHARE, right=True), "dim"),
            indent=2,
        )


def _beside(footprint: Footprint, lang: Lang) -> Iterator[tuple[str, float]]:
    """What is shown under the total: suppliers' data, its parts, and totals of other schemes."""
    if footprint.by_suppliers_kgco2e is not None:
        yield say("report.footprint.by_suppliers", lang), footprint.by_suppliers_kgco2e
    for id, value in to_show(footprint.parts).items() if footprint.parts else ():
        yield part_name(id).in_lang(lang), value
    for scheme, value in footprint.by_scheme_kgco2e.items():
        yield masked(say("report.footprint.by_scheme", lang, scheme=scheme)), value


def write_footprint_alone(
    footprint: Footprint,
    functional_unit: str | None,
    factor_set: str | None,
    stream: TextIO,
    lang: Lang,
) -> None:
    """The table, then why rows are not in it; the set of factors stands in JSON only."""
    del factor_set
    paper = TextPaper(stream)
    write_footprint(paper, footprint, functional_unit, lang)
    write_problems(paper, footprint, lang)


def write_problems(paper: TextPaper, footprint: Footprint, lang: Lang) -> None:
    """Why there is no total: the rows that are missing or failed, each with its cell."""
    if not footprint.problems:
        return
    paper.heading(say("report.footprint.problems", lang))
    located = [(r.activity.origin, r.problem) for r in footprint.rows if r.problem]
    in_rows = [problem for _, problem in located]
    others = [(None, problem) for problem in footprint.problems if problem not in in_rows]
    for where, problem in [*located, *others]:
        paper.line(f"{where}  " if where else "", masked(problem.say(lang)), indent=2, hanging=6)


def bar_of(share: float, width: int) -> str:
    """A bar of eighths of a character; a negative share has none."""
    eighths = round(max(share, 0.0) * width * 8)
    whole, part = divmod(eighths, 8)
    return "█" * whole + EIGHTHS[part].strip()
