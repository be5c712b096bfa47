"""The end of a report: limits, improvement, signatures; annexes: factors, findings, certificate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cfp_xl import __version__
from cfp_xl.findings import Finding, kinds
from cfp_xl.footprint.factor import Factor, is_supplier_factor
from cfp_xl.report.document.builder import ReportBuilder, Words, clean, joined
from cfp_xl.report.document.model import ReportCell, ReportTable
from cfp_xl.report.document.numerals import entered, rounded
from cfp_xl.report.document.source import ReportSource
from cfp_xl.verify.result import Agreement

ROLES = ("prepared_by", "reviewed_by", "approved_by")
ROOM_TO_SIGN_MM = 14.0
MOST_FINDINGS = 200


def limits(builder: ReportBuilder) -> None:
    """What the study does not cover, and what people assumed."""
    source = builder.source
    builder.say("limits")
    builder.write(source.words("limitations"))
    builder.photos("limitations")


def improvement(builder: ReportBuilder) -> None:
    """What would lower the footprint, in the words of the workbook."""
    builder.write(builder.source.words("improvement"))
    builder.photos("improvement")


def signatures(builder: ReportBuilder) -> None:
    """Who made, checked and approved it; signed by hand."""
    source = builder.source
    builder.new_page()
    builder.uncounted("signatures")
    head = tuple(
        ReportCell((source.say(f"sign.{name}"),)) for name in ("role", "name", "sign", "date")
    )
    rows = tuple(
        (
            ReportCell((source.say(f"role.{role}"),)),
            ReportCell(clean(source.words(role))),
            ReportCell(),
            ReportCell(),
        )
        for role in ROLES
    )
    builder.blocks.append(
        ReportTable("", (head,), rows, (0.2, 0.3, 0.3, 0.2), row_height_mm=ROOM_TO_SIGN_MM)
    )
    builder.say("seal", style="seal")


def factors(builder: ReportBuilder) -> None:
    """Every factor that the result takes, with its source and licence."""
    source = builder.source
    builder.annex("factors")
    rows = [_factor(source, one) for one in _used(source)]
    if not rows:
        builder.say("no_factors")
        return
    builder.table(
        "factors",
        ("id", "factor_name", "value", "value_unit", "year", "citation", "licence"),
        rows,
        widths=(0.17, 0.16, 0.11, 0.12, 0.07, 0.21, 0.16),
        numeric=(2,),
    )
    if suppliers := sorted(_by_suppliers(source)):
        builder.say("supplier_factors", ids=source.say("comma").join(suppliers), style="note")
    fact = source.product.factor_set
    if fact and fact.text:
        builder.say("factor_set", pin=fact.text, style="note")


def _used(source: ReportSource) -> Iterator[Factor]:
    yield from source.study.used_factors(source.footprint.rows)


def _by_suppliers(source: ReportSource) -> set[str]:
    rows = (row for row in source.footprint.rows if row.kgco2e)
    ids = (row.activity.factor_id for row in rows)
    return {str(id) for id in ids if is_supplier_factor(id)}


def _factor(source: ReportSource, factor: Factor) -> list[Words]:
    where = None if source.is_for_customer else factor.origin
    licence = factor.source.licence or source.say("not_stated")
    return [
        factor.id,
        source.factor_name(factor),
        entered(factor.value, where),
        f"{factor.unit}/{factor.per_unit}",
        str(factor.year or ""),
        str(factor.source) or source.say("not_stated"),
        licence,
    ]


def findings(builder: ReportBuilder) -> None:
    """What the rules found: all of it with the reasons given; for customers titles and reasons."""
    source = builder.source
    builder.annex("findings")
    found = source.result.findings
    if not found:
        builder.say("no_findings")
        return
    builder.say("findings", count=rounded(len(found), 0))
    if source.is_for_customer:
        builder.table(
            "findings",
            ("code", "finding", "times", "reason"),
            list(_by_code(source)),
            widths=(0.1, 0.32, 0.1, 0.48),
        )
        return
    rows = [_finding(source, one) for one in found[:MOST_FINDINGS]]
    has_reasons = any(one.justification for one in found)
    widths = (0.07, 0.17, 0.34, 0.28, 0.14) if has_reasons else (0.07, 0.17, 0.54, 0.12, 0.1)
    builder.table("findings", ("code", "cell", "finding", "reason", "who"), rows, widths=widths)
    if len(found) > MOST_FINDINGS:
        more = rounded(len(found) - MOST_FINDINGS, 0)
        builder.say("more_findings", count=more, style="note")


def _finding(source: ReportSource, one: Finding) -> list[Words]:
    reason = one.justification
    signed: Words = ""
    if reason:
        who = [source.own(one) for one in (reason.who, reason.date) if one]
        signed = joined(who, source.say("comma"))
    where = str(one.where) if one.where else ""
    words = one.message(source.lang)
    return [one.code, where, words, source.own(reason.reason) if reason else "", signed]


def _by_code(source: ReportSource) -> Iterator[list[Words]]:
    found = source.result.findings
    counts = Counter(one.code for one in found)
    for code, count in sorted(counts.items()):
        reasons = dict.fromkeys(
            source.own(one.justification.reason)
            for one in found
            if one.code == code and one.justification
        )
        title = kinds()[code].title.in_lang(source.lang)
        yield [code, title, str(count), joined(reasons, source.say("joint"))]


def certificate(builder: ReportBuilder) -> None:
    """That the workbook was recalculated: by what, of which bytes, with which verdicts."""
    source = builder.source
    builder.annex("certificate")
    builder.say("certificate")
    builder.form(_certificate(source))
    builder.title("not_checked")
    builder.say("not_checked")
    for one in source.result.not_checked:
        builder.write(one.text.in_lang(source.lang), style="item")


def _certificate(source: ReportSource) -> Iterator[tuple[str, Words]]:
    result, cells = source.result, source.result.cells
    yield source.say("label.workbook"), source.file
    yield "SHA-256", source.study.sha256
    yield source.say("label.program"), f"cfp-xl {__version__}"
    yield source.say("label.engine"), source.say("engine")
    pin = source.product.factor_set
    yield source.say("label.factor_set"), pin.text if pin and pin.text else source.say("not_stated")
    yield source.say("label.formulas"), str(cells.formulas)
    yield source.say("label.matched"), str(cells.matched)
    others = cells.formulas - cells.matched
    yield source.say("label.others"), str(others)
    tolerance = result.tolerance
    yield source.say("label.tolerance"), "" if tolerance is None else f"{tolerance:g}"
    agrees = result.recalculation is Agreement.AGREES
    yield (
        source.say("label.recalculation"),
        source.say("verdict.agrees" if agrees else "verdict.differs"),
    )
    yield source.say("label.conformity"), source.say(f"verdict.{result.conformity.value}")
    day = source.day("report_date")
    yield source.label("report_date"), source.shown_day(day) if day else source.words("report_date")
    yield source.say("label.command"), f"cfp-xl verify {source.file}"
