"""A report from a verified study: its sections in GB/T 24067's order, or in ISO 14067's."""

from __future__ import annotations

from cfp_xl import __version__
from cfp_xl.report.document import (
    annexes,
    general,
    inventory,
    processes,
    results,
    scenarios,
    whole_inventory,
)
from cfp_xl.report.document.builder import ReportBuilder, clean
from cfp_xl.report.document.model import Pieces, ReportDocument, cleaned
from cfp_xl.report.document.photos import places
from cfp_xl.report.document.source import ReportSource
from cfp_xl.report.document.withheld import without

HASH_DIGITS = 12
"""Of the workbook's SHA-256, in each footer; the certificate has all 64."""
ON_COVER = ("product_name", "model", "producer", "report_number", "issuer", "report_date")


def document_of(source: ReportSource) -> ReportDocument:
    """The report. Chinese follows the annex of GB/T 24067, English clause 7 of ISO 14067.

    Raises CannotExport where the workbook has no total.
    """
    builder = ReportBuilder(source)
    general.summary(builder)
    (_gbt if source.lang == "zh" else _iso)(builder)
    annexes.signatures(builder)
    annexes.factors(builder)
    annexes.findings(builder)
    annexes.certificate(builder)
    whole_inventory.annex(builder)
    number = source.text_of("report_number") or source.say("no_number")
    hash = source.study.sha256[:HASH_DIGITS]
    day = source.day("report_date")
    made = ReportDocument(
        source.lang,
        source.say("title"),
        tuple((source.say(f"cover.{name}"), _on_cover(source, name)) for name in ON_COVER),
        source.say("cover.seal"),
        source.say("contents"),
        tuple(builder.blocks),
        cleaned(source.say("header", product=source.shown(source.text_of("product_name")))),
        cleaned(source.say("footer", number=number, version=__version__, hash=hash)),
        _around_numbers(source),
        source.say("draft_mark") if source.study.is_draft else "",
        day.isoformat() if day else "",
        tuple(places(source.photos.left_out)),
    )
    return without(made, source.withheld, source.say("withheld"))


def _around_numbers(source: ReportSource) -> tuple[str, str, str]:
    """What is printed before, between and behind a page's number and their number in all."""
    before, between, behind = source.say("page", page="\n", pages="\n").split("\n")
    return before, between, behind


def _on_cover(source: ReportSource, name: str) -> Pieces:
    if name == "report_date" and (day := source.day(name)):
        return (source.shown_day(day),)
    return clean(source.words(name))


def _gbt(builder: ReportBuilder) -> None:
    """Chapters one to six of the informative annex's form."""
    general.producer_and_product(builder)
    general.goal(builder)
    general.scope(builder)
    inventory.inventory(builder)
    builder.chapter("impact")
    builder.section("characterisation")
    results.characterisation(builder)
    builder.section("result")
    builder.say("calculated")
    results.by_kind(builder)
    builder.chapter("interpretation")
    builder.section("results")
    builder.write(general.total_sentence(builder))
    results.by_stage(builder)
    processes.by_process(builder)
    results.hotspots(builder)
    builder.section("uncertainty")
    results.uncertainty(builder)
    builder.section("limits")
    annexes.limits(builder)
    builder.section("improvement")
    annexes.improvement(builder)
    scenarios.scenarios(builder)


def _iso(builder: ReportBuilder) -> None:
    """Clause 7: the values first, each for itself, then what a report has to say of them."""
    builder.chapter("values")
    builder.section("results")
    builder.write(general.total_sentence(builder))
    results.by_stage(builder)
    processes.by_process(builder)
    builder.section("kinds")
    results.by_kind(builder)
    builder.section("hotspots")
    results.hotspots(builder)
    general.goal(builder)
    general.producer_and_product(builder)
    general.scope(builder)
    inventory.inventory(builder)
    builder.chapter("impact")
    builder.section("characterisation")
    results.characterisation(builder)
    builder.chapter("interpretation")
    builder.section("uncertainty")
    results.uncertainty(builder)
    builder.section("limits")
    annexes.limits(builder)
    builder.section("improvement")
    annexes.improvement(builder)
    scenarios.scenarios(builder)
