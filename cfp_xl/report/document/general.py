"""What a report says first: summary, who and what, goal, unit, boundary, cut-off, period."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.footprint.row_emission import FootprintState
from cfp_xl.footprint.stages import STAGES
from cfp_xl.report.document.builder import ReportBuilder, Words, joined
from cfp_xl.report.document.model import Pieces, ReportNumber
from cfp_xl.report.document.numerals import entered, percent, rounded
from cfp_xl.report.document.pictures.boundary import StageBox, boundary_picture
from cfp_xl.report.document.results import stage_results
from cfp_xl.report.document.source import ReportSource
from cfp_xl.verify.result import Agreement, FileStatus

OF_PRODUCER = ("producer", "producer_address", "company_profile")
PERSONAL = ("legal_representative", "contact", "phone")
"""Of the producer, in the report only where the workbook has them."""


def summary(builder: ReportBuilder) -> None:
    """The one number, what it is made of, and the two verdicts."""
    source = builder.source
    builder.uncounted("summary")
    builder.write(total_sentence(builder))
    _verdicts(builder)
    if source.study.is_draft:
        builder.say("draft", style="warning")
    builder.say(f"audience_{source.audience}", style="note")


def total_sentence(builder: ReportBuilder) -> Pieces:
    """The total, then each stage with its share: the numbers of the table of stages."""
    source = builder.source
    stages = [
        builder.sentence("text.stage_part", stage=one.name, kgco2e=one.kgco2e, share=one.share)
        for one in stage_results(source)
        if one.kgco2e.value
    ]
    return builder.sentence(
        "text.total",
        unit=source.words("functional_unit"),
        product=source.words("product_name"),
        boundary=boundary_words(source),
        total=total(source),
        stages=joined(stages, source.say("joint")),
    )


def total(source: ReportSource) -> ReportNumber:
    """The result."""
    return source.numerals.kgco2e(source.total_kgco2e)


def boundary_words(source: ReportSource) -> Words:
    """The type of the boundary in the report's language, as far as it is one that is known."""
    fact = source.product.boundary
    if fact is None or fact.value is None:
        return source.words("boundary")
    return fact.value.name.in_lang(source.lang)


def _verdicts(builder: ReportBuilder) -> None:
    result = builder.source.result
    formulas = rounded(result.cells.formulas, 0)
    agrees = result.recalculation is Agreement.AGREES
    builder.say("agrees" if agrees else "differs", formulas=formulas)
    passed = result.status is FileStatus.PASSED
    answered = rounded(len(result.justified), 0)
    builder.say("conforms" if passed else "has_errors", answered=answered)


def producer_and_product(builder: ReportBuilder) -> None:
    """Chapter 1 of the annex's form: who, what, by which standard."""
    source = builder.source
    builder.chapter("general")
    builder.section("producer")
    personal = [name for name in PERSONAL if source.text_of(name)]
    builder.form((source.label(name), source.words(name)) for name in (*OF_PRODUCER, *personal))
    builder.photos("company_profile")
    builder.section("product")
    builder.form(_product(source))
    builder.photos("product_description")
    _optional(builder, "photos")
    builder.section("method")
    builder.say("method", standard=source.words("standard"))
    builder.say("formula")


def _product(source: ReportSource) -> Iterator[tuple[str, Words]]:
    for name in ("product_name", "model", "function", "product_description"):
        yield source.label(name), source.words(name)
    mass = source.number("mass_kg")
    found: Words = source.words("mass_kg")
    if mass is not None:
        found = (entered(mass, source.place("mass_kg")), " kg")
    yield source.say("label.mass"), found
    yield source.label("site"), source.words("site")


def _optional(builder: ReportBuilder, entry: str) -> None:
    """A text that a report may lack, and its pictures."""
    if builder.source.text_of(entry):
        builder.write(builder.source.words(entry))
    builder.photos(entry)


def goal(builder: ReportBuilder) -> None:
    """Why the study was made, in the words of the workbook."""
    builder.chapter("goal")
    builder.write(builder.source.words("goal"))
    builder.photos("goal")


def scope(builder: ReportBuilder) -> None:
    """Chapter 3 of the annex's form."""
    source = builder.source
    builder.chapter("scope")
    builder.section("functional_unit")
    _functional_unit(builder)
    builder.section("boundary")
    _boundary(builder)
    if source.text_of("flow_description") or "flow_description" in source.photos.by_entry:
        builder.section("flow")
        _optional(builder, "flow_description")
    builder.section("cut_off")
    cut_off(builder)
    builder.section("period")
    _period(builder)


def _functional_unit(builder: ReportBuilder) -> None:
    source = builder.source
    unit, product = source.words("functional_unit"), source.words("product_name")
    builder.say("functional_unit", unit=unit, product=product)
    mass = source.number("mass_kg")
    if mass is not None:
        number = entered(mass, source.place("mass_kg"))
        builder.say("reference_flow", unit=unit, product=product, mass=number)
    life = source.number("service_life_years")
    if life is not None:
        builder.say("service_life", years=entered(life, source.place("service_life_years")))


def _boundary(builder: ReportBuilder) -> None:
    source = builder.source
    boxes = list(_boxes(source))
    names = [box.name for box in boxes if box.is_inside]
    stages = source.say("comma").join(names)
    builder.say("boundary", boundary=boundary_words(source), stages=stages)
    if outside := [box.name for box in boxes if not box.is_inside]:
        builder.say("outside", stages=source.say("comma").join(outside))
    for row in source.rows:
        if row.state is FootprintState.NOT_APPLICABLE and row.activity.reason:
            what = str(row.activity.activity or row.process or (row.stage and row.stage.name.zh))
            words = source.own(what), source.own(str(row.activity.reason))
            builder.say("not_applicable", what=words[0], reason=words[1], style="item")
    title = source.say("figure.inside", boundary=_plain(source, boundary_words(source)))
    parts = [f"{box.name}: {source.say('comma').join(box.processes)}" for box in boxes]
    alt = source.say("alt.boundary", stages="; ".join(parts))
    builder.picture("boundary", boundary_picture(title, boxes), alt)


def _plain(source: ReportSource, words: Words) -> str:
    return words if isinstance(words, str) else source.label("boundary")


def _boxes(source: ReportSource) -> Iterator[StageBox]:
    """The stages with their processes; those without any row that applies lie outside."""
    for stage in STAGES:
        rows = [row for row in source.rows if row.stage is stage]
        counted = [row for row in rows if row.state is not FootprintState.NOT_APPLICABLE]
        names = dict.fromkeys(
            str(row.process or row.activity.activity or "").strip() for row in counted
        )
        shown = tuple(source.shown(name) for name in names if name)
        yield StageBox(stage.name.in_lang(source.lang), shown, bool(counted))


def cut_off(builder: ReportBuilder) -> None:
    """The criteria, and what was left out, with what adds up."""
    source = builder.source
    builder.write(source.words("cut_off"))
    left_out = source.number("exempted_percent")
    rows = source.product.rows("exclusions")
    if not rows:
        if left_out == 0:
            builder.say("nothing_excluded")
        elif left_out is not None:
            number = percent(left_out / 100, source.place("exempted_percent"))
            builder.say("excluded_percent", share=number)
        else:
            builder.say("no_exclusions_listed")
        return
    cells: list[list[Words]] = []
    so_far = 0.0
    for row in rows:
        ghg = row.value("ghg_percent")
        so_far += ghg if isinstance(ghg, float) else 0.0
        shares = [row.value(f"{name}_percent") for name in ("mass", "energy", "ghg")]
        numbers = [percent(one / 100) if isinstance(one, float) else "" for one in shares]
        words = source.own(row.text("item")), source.own(row.text("reason"))
        cells.append([words[0], *numbers, percent(so_far / 100), words[1]])
    builder.table(
        "exclusions",
        ("item", "mass_percent", "energy_percent", "ghg_percent", "so_far", "reason"),
        cells,
        widths=(0.24, 0.1, 0.1, 0.1, 0.1, 0.36),
        numeric=(1, 2, 3, 4),
    )


def _period(builder: ReportBuilder) -> None:
    source = builder.source
    fact = source.product.period
    if fact is None or fact.value is None:
        builder.write((source.gap("period"),))
        return
    days = fact.value
    first, last = source.shown_day(days.start), source.shown_day(days.end)
    builder.say("period", first=first, last=last)
