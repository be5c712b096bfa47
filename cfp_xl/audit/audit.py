"""A published report, audited: read, held against itself, and against a product workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path

from cfp_xl.audit.against_model import model_findings_of
from cfp_xl.audit.declaring import declared_table
from cfp_xl.audit.document import Spot
from cfp_xl.audit.read import read_report
from cfp_xl.audit.record import PrintedFigures, ReadReport, Said
from cfp_xl.audit.rules import can_look, report_findings, report_rules
from cfp_xl.audit.table_heads import names_a_stage
from cfp_xl.findings import Finding, Severity, finding
from cfp_xl.verify.declared import declared_findings
from cfp_xl.verify.folding import fold
from cfp_xl.verify.judging.impact import impact_of
from cfp_xl.verify.result import FailOn, fails
from cfp_xl.workbook.reading.container import Unreadable


@dataclass(frozen=True)
class AuditResult:
    """What is wrong with a report, in the order of its pages."""

    path: str
    report: ReadReport | None
    """None where the file could not be read: one of the findings says why."""
    findings: tuple[Finding, ...]
    fail_on: FailOn = FailOn.ERROR
    product: str = ""
    """The workbook that it was held against."""
    dialogue: tuple[Mapping[str, str], ...] = ()
    """The rows of an earlier table of findings, with the replies."""
    not_checked: tuple[str, ...] = ()
    """Codes whose rules did not run, because nothing of what they need was read."""

    @property
    def is_read(self) -> bool:
        """Whether a figure was surely read: without one nothing was audited."""
        figures = self.report.figures if self.report else ()
        return any(not one.is_uncertain for one in figures)

    def count(self, severity: Severity) -> int:
        return sum(one.severity is severity for one in self.findings)

    def exit_code(self) -> int:
        """0 nothing at or above the limit, 1 findings, 2 nothing was read."""
        if not self.is_read:
            return 2
        if self.fail_on is FailOn.NEVER:
            return 0
        return int(any(fails(one, self.fail_on) for one in self.findings))

    @cached_property
    def _columns(self) -> Mapping[tuple[Spot, str], PrintedFigures]:
        """The rows of figures by the place and the text of their emission."""
        found: dict[tuple[Spot, str], PrintedFigures] = {}
        for one in self.report.figures if self.report else ():
            if (spot := one.spots.get("emission")) is not None:
                found[spot, one.text("emission")] = one
        return found

    def impact_kgco2e(self, one: Finding) -> float | None:
        """How much the total would change: what is expected less what is printed, where both are
        emissions; None elsewhere."""
        if not isinstance(one.where, Spot) or one.seen is None or one.expected is None:
            return None
        row = self._columns.get((one.where, one.seen))
        if row is None:
            return None
        if one.code == "N02" and row.text("factor") and not row.text("factor_unit"):
            return None  # what its factor would give is not known
        return impact_of(one, row.text("emission_unit"))


def audit_file(
    path: Path,
    *,
    product: Path | None = None,
    ocr: Path | None = None,
    fail_on: FailOn = FailOn.ERROR,
) -> AuditResult:
    """Reads and audits a report. Whatever is wrong with it is a finding; our bugs are exceptions.

    Raises Unreadable where the product workbook can't be read.
    """
    try:
        report = read_report(path, ocr)
    except Unreadable as refusal:
        return AuditResult(path.as_posix(), None, (refusal.finding,), fail_on)
    return audit_report(report, product=product, fail_on=fail_on)


def audit_report(
    report: ReadReport, *, product: Path | None = None, fail_on: FailOn = FailOn.ERROR
) -> AuditResult:
    """Audits what was read of a report."""
    findings = [*_of_reading(report), *_of_figures(report), *report_findings(report)]
    if product is not None:
        findings += model_findings_of(product, declared_table(report))
    codes = {c for one in report_rules() if not can_look(one, report) for c in one.codes}
    return AuditResult(
        report.document.path,
        report,
        fold(tuple(sorted(findings, key=_position))),
        fail_on,
        product.as_posix() if product else "",
        not_checked=tuple(sorted(codes)),
    )


_OF_ROUNDING = re.compile(
    r"(?:修约|四舍五入|取整)[^。；;]{0,40}(?:合计|之和|总和|100)|(?:合计|之和|总和|100)[^。；;]{0,40}(?:修约|四舍五入|取整)"
    r"|round(?:ing|ed)[^.;]{0,60}(?:add|sum|total|100)|(?:add|sum|total|100)[^.;]{0,60}rounding",
    re.IGNORECASE,
)


def _of_figures(report: ReadReport) -> Iterator[Finding]:
    """What the rules on declared figures find. Shares that rounding leaves at 99.9 % are a note of
    somebody else's report, and none where it says so itself."""
    is_said = any(_OF_ROUNDING.search(one.plain) for one in report.document.texts)
    for one in declared_findings(declared_table(report)):
        if (one.code, one.case) == ("N02", "not_checked") and not _prints_factors(report, one):
            yield replace(one, severity=Severity.INFO)
        elif one.code == "B02" and not _shows_stages(report, one):
            continue  # a list of materials and energies is no statement of the boundary
        elif (one.code, one.case) != ("N05", "rounding"):
            yield one
        elif not is_said:
            yield replace(one, severity=Severity.INFO)


def _prints_factors(report: ReadReport, one: Finding) -> bool:
    """Whether the table that a finding is about prints factors at all; many publish none."""
    block = one.where.block if isinstance(one.where, Spot) else 0
    return any(f.text("factor") not in ("", "/") for f in report.figures if f.spot.block == block)


def _shows_stages(report: ReadReport, one: Finding) -> bool:
    """Whether what a finding is about is no table, or a table that names a stage."""
    block = one.where.block if isinstance(one.where, Spot) else 0
    rows = [f for f in report.figures if f.spot.block == block and f.item != "total"]
    names = {f.text(column) for f in rows for column in ("stage", "process") if f.text(column)}
    return not names or any(names_a_stage(name) for name in names)


def _of_reading(report: ReadReport) -> Iterator[Finding]:
    """W81–W83: what was not read, or not surely."""
    if not report.figures:
        yield finding("W81")
    elif all(one.is_uncertain for one in report.figures):
        yield finding("W81", case="uncertain", count=len(report.figures))
    by_reason: dict[str, list[int]] = {}
    for one in report.document.unread:
        by_reason.setdefault(one.why, []).append(one.page)
    for why, pages in by_reason.items():
        yield finding("W82", case=why, seen=_ranges(pages), count=len(pages))
    for table in report.document.tables:
        if table.is_uncertain and any(f.spot.block == table.spot.block for f in report.figures):
            yield finding("W83", table.spot, seen=table.number or str(table.spot))


def _ranges(pages: list[int]) -> str:
    """Pages as people write them: 3, 5–7."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs)


def _position(one: Finding) -> tuple[int, int, int, int, int, str, str]:
    """The order of pages; what is about the whole file first, within a place the gravest."""
    where = one.where
    if not isinstance(where, Spot):
        return (int(where is not None), 0, 0, 0, -one.severity.rank, one.code, one.case)
    place = (where.block, where.table_row, where.start)
    return (1, *place, -one.severity.rank, one.code, one.case)


def statements_of(report: ReadReport) -> Mapping[str, tuple[Said, ...]]:
    """All statements that were read, by the field they are in."""
    found: dict[str, tuple[Said, ...]] = {}
    for field in fields(report):
        value = getattr(report, field.name)
        if isinstance(value, tuple) and field.name != "figures":
            found[field.name] = value
    return found
