"""What a review is about: the studies, and the comments on them, of a workbook or of a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from cfp_xl import __version__
from cfp_xl.audit.audit import AuditResult
from cfp_xl.audit.record import ReadReport, Said
from cfp_xl.messages import Lang, say
from cfp_xl.report.audit.findings_table import audit_table, total_kgco2e
from cfp_xl.report.verification.findings_xlsx import table_of
from cfp_xl.verify.judging.dialogue import TableRow
from cfp_xl.verify.result import FileResult, Verification

OF_WORKBOOK: Mapping[str, str] = {
    "product": "product_name",
    "model": "model",
    "unit": "functional_unit",
    "boundary": "boundary",
    "period": "period",
    "producer": "producer",
    "practitioner": "issuer",
    "report_number": "report_number",
    "report_date": "report_date",
}
"""Lines of the form by the name of the workbook's fact."""
OF_READING = ("W81", "W82", "W83")
"""Findings on what of a report was not read, or not surely."""


@dataclass(frozen=True)
class ReviewedStudy:
    """A study: lines of the form by their key; what it does not state is left out."""

    stated: Mapping[str, str]
    file: str
    sha256: str
    total_kgco2e: float | None = None
    standards: tuple[str, ...] = ()
    """That it says it follows."""
    not_checked: tuple[str, ...] = ()
    """What the program did not look at, in words."""


@dataclass(frozen=True)
class Reviewed:
    """All that the form is filled with."""

    studies: Sequence[ReviewedStudy]
    comments: Sequence[TableRow]
    has_earlier: bool
    """The replies of an earlier table are among the comments."""
    version: str = field(default=__version__)

    @property
    def total_kgco2e(self) -> float | None:
        """What impacts are held against: the result, where the form is about one."""
        totals = [one.total_kgco2e for one in self.studies]
        return totals[0] if len(totals) == 1 else None


def of_workbooks(result: Verification, lang: Lang) -> Reviewed:
    """The workbooks that were verified."""
    studies = [_of_file(one, lang) for one in result.files]
    return Reviewed(studies, table_of(result, lang), bool(result.dialogue), result.version)


def _of_file(file: FileResult, lang: Lang) -> ReviewedStudy:
    stated = {line: file.stated.get(name, "") for line, name in OF_WORKBOOK.items()}
    return ReviewedStudy(
        _filled(stated.items()),
        PurePosixPath(file.path).name,
        file.sha256 or "",
        file.footprint.total_kgco2e if file.footprint else None,
        not_checked=tuple(one.text.in_lang(lang) for one in file.not_checked),
    )


def of_report(result: AuditResult, lang: Lang) -> Reviewed:
    """The report that was audited."""
    report, total = result.report, total_kgco2e(result)
    comments = audit_table(result, total, lang)
    name = PurePosixPath(result.path).name
    if report is None:
        return Reviewed([ReviewedStudy({}, name, "")], comments, bool(result.dialogue))
    study = ReviewedStudy(
        _filled(_lines(report)),
        name,
        report.document.sha256,
        total,
        _followed(report),
        _not_looked_at(result, lang),
    )
    return Reviewed([study], comments, bool(result.dialogue))


def _lines(report: ReadReport) -> Iterable[tuple[str, str]]:
    yield "product", _first(report.products)
    yield "model", _first(report.models)
    yield "unit", _first(report.functional_units)
    yield "boundary", _first(report.boundaries)
    yield "period", _first(one for one in report.dates if one.role == "period")
    for line, role in (("commissioner", "client"), ("producer", "producer")):
        yield line, _first(one for one in report.organisations if one.role == role)
    yield "practitioner", _first(one for one in report.organisations if one.role == "issuer")
    yield "report_number", _first(report.numbers_of_report)
    yield "report_date", _first(one for one in report.dates if one.role == "issued")


def _followed(report: ReadReport) -> tuple[str, ...]:
    """The standards that it says it follows, each edition once."""
    basis = [one for one in report.standards if one.role == "basis"]
    dated = {one.number for one in basis if one.edition}
    names = (
        f"{one.number}:{one.edition}" if one.edition else one.number
        for one in basis
        if one.edition or one.number not in dated
    )
    return tuple(dict.fromkeys(names))


def _not_looked_at(result: AuditResult, lang: Lang) -> tuple[str, ...]:
    """Rules that did not run, and pages that were not read."""
    found = []
    if result.not_checked:
        found.append(say("audit.not_checked", lang, codes=result.not_checked))
    found += [one.message(lang) for one in result.findings if one.code in OF_READING]
    return tuple(found)


def _first(said: Iterable[Said]) -> str:
    return next((" ".join(one.text.split()) for one in said if one.text.strip()), "")


def _filled(lines: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    return {name: text for name, text in lines if text}
