"""The formats of reports: from one declaration each, options, help, errors and writing derive.

A writer is named as `module:function` below `cfp_xl/report/` and imported when used. It takes what
its command reports on (the same for all formats of a command), then as its shape says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

VERIFY, INTAKE = "verify", "intake"
SHOW, VALUES, WHAT_IF = "show", "recalc", "recalc --set"
FUNCTIONS, FACTORS = "functions", "factors"
PORTFOLIO, UPGRADE = "show DIR", "upgrade"
STUDY, WHY, DIFF, AUDIT, MUTATE = "study", "why", "diff", "audit", "mutate"
"""Whose reports: of a command, or of those that show the same."""


class Target(Protocol):
    """A report asked for: its format, and its file (None for standard output)."""

    @property
    def format(self) -> str: ...
    @property
    def file(self) -> Path | None: ...


class Shape(Enum):
    """How a writer is called, and what it gives."""

    WHOLE = auto()
    """(*reported, lang) -> str, bytes, or pieces of text: the whole report."""
    PRINTED = auto()
    """(*reported, stream, lang): prints, with colours where the stream is a terminal."""
    STREAMED = auto()
    """(file, lang) -> stream.Writer: takes results one by one, before the next is computed."""


@dataclass(frozen=True, slots=True)
class ReportWriter:
    """What writes a format for a command."""

    name: str
    shape: Shape = Shape.WHOLE

    def load(self) -> Any:
        """The function itself."""
        module, _, function = self.name.partition(":")
        return getattr(import_module(f"cfp_xl.report.{module}"), function)


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """A format: its name at `--report`, the usual ending of its files, and who writes it."""

    name: str
    ending: str
    writers: Mapping[str, ReportWriter]
    """By command."""
    is_file_only: bool = False
    """Not for standard output."""
    has_mark: bool = False
    """A file of it begins with U+FEFF, which tells Excel that it is UTF-8."""


def _printed(name: str) -> ReportWriter:
    return ReportWriter(name, Shape.PRINTED)


def _streamed(name: str) -> ReportWriter:
    return ReportWriter(name, Shape.STREAMED)


FORMATS = (
    ReportFormat(
        "text",
        ".txt",
        {
            VERIFY: _printed("verification.text:write_text"),
            INTAKE: _printed("suppliers.intake_text:write_intake"),
            SHOW: _printed("verification.footprint_table:write_footprint_alone"),
            PORTFOLIO: _printed("portfolio:portfolio_text"),
            UPGRADE: _printed("upgrade_table:upgrade_text"),
            VALUES: ReportWriter("values:values_lines"),
            WHAT_IF: ReportWriter("whatif:whatif_text"),
            STUDY: ReportWriter("study.writers:study_text"),
            WHY: ReportWriter("why.text:why_text"),
            DIFF: ReportWriter("diff:diff_text"),
            MUTATE: ReportWriter("mutation.text:mutation_text"),
            AUDIT: _printed("audit.text:audit_text"),
            FUNCTIONS: ReportWriter("reference.lookups:ready_text"),
            FACTORS: ReportWriter("reference.lookups:ready_text"),
        },
    ),
    ReportFormat(
        "json",
        ".json",
        {
            VERIFY: ReportWriter("verification.json_report:verification_text"),
            INTAKE: ReportWriter("suppliers.intake_json:intake_json"),
            SHOW: ReportWriter("verification.json_report:footprint_text"),
            PORTFOLIO: ReportWriter("portfolio:portfolio_json"),
            VALUES: ReportWriter("verification.json_report:values_text"),
            WHAT_IF: ReportWriter("whatif:whatif_json"),
            STUDY: ReportWriter("study.document:study_json"),
            WHY: ReportWriter("why.document:why_json"),
            DIFF: ReportWriter("diff:diff_json"),
            MUTATE: ReportWriter("mutation.document:mutation_json"),
            AUDIT: ReportWriter("audit.document:audit_json"),
            FUNCTIONS: ReportWriter("reference.lookups:functions_json_text"),
            FACTORS: ReportWriter("reference.lookups:factors_json_text"),
        },
    ),
    ReportFormat("jsonl", ".jsonl", {VERIFY: _streamed("verification.stream:Jsonl")}),
    ReportFormat(
        "csv",
        ".csv",
        {
            VERIFY: _streamed("verification.stream:Csv"),
            INTAKE: ReportWriter("suppliers.intake_tables:intake_csv"),
            PORTFOLIO: ReportWriter("portfolio:portfolio_csv"),
            UPGRADE: ReportWriter("upgrade_table:upgrade_csv"),
            FACTORS: ReportWriter("reference.factor_rows:factors_csv"),
        },
        has_mark=True,
    ),
    ReportFormat(
        "tsv", ".tsv", {FACTORS: ReportWriter("reference.factor_rows:factors_tsv")}, has_mark=True
    ),
    ReportFormat(
        "junit",
        ".xml",
        {
            VERIFY: ReportWriter("verification.junit:junit"),
            INTAKE: ReportWriter("suppliers.intake_tables:intake_junit"),
        },
    ),
    ReportFormat(
        "sarif",
        ".sarif",
        {
            VERIFY: ReportWriter("verification.sarif:sarif_text"),
            AUDIT: ReportWriter("audit.sarif:audit_sarif"),
        },
    ),
    ReportFormat("github", ".txt", {VERIFY: ReportWriter("verification.github:github")}),
    ReportFormat(
        "markdown",
        ".md",
        {
            VERIFY: ReportWriter("verification.markdown:markdown"),
            STUDY: ReportWriter("study.writers:study_markdown"),
            DIFF: ReportWriter("diff:diff_markdown"),
            MUTATE: ReportWriter("mutation.text:mutation_markdown"),
            AUDIT: ReportWriter("audit.pages:audit_markdown"),
        },
    ),
    ReportFormat(
        "html",
        ".html",
        {
            STUDY: ReportWriter("study.writers:study_html"),
            WHY: ReportWriter("why.page:why_html"),
            DIFF: ReportWriter("diff_page:diff_html"),
            AUDIT: ReportWriter("audit.pages:audit_html"),
        },
    ),
    ReportFormat(
        "xlsx",
        ".xlsx",
        {
            STUDY: ReportWriter("study.workbook:study_xlsx"),
            DIFF: ReportWriter("diff_workbook:diff_xlsx"),
            PORTFOLIO: ReportWriter("portfolio:portfolio_xlsx"),
        },
        is_file_only=True,
    ),
    ReportFormat(
        "findings",
        ".xlsx",
        {
            VERIFY: ReportWriter("verification.findings_xlsx:findings_xlsx"),
            AUDIT: ReportWriter("audit.findings_table:audit_findings_xlsx"),
        },
        is_file_only=True,
    ),
    ReportFormat(
        "review",
        ".docx",
        {
            VERIFY: ReportWriter("review.statement:review_of_workbooks"),
            AUDIT: ReportWriter("review.statement:review_of_report"),
        },
        is_file_only=True,
    ),
    ReportFormat(
        "parquet",
        ".parquet",
        {VERIFY: _streamed("verification.stream:Parquet")},
        is_file_only=True,
    ),
)


def formats_of(command: str) -> dict[str, ReportFormat]:
    """The formats that a command writes, by name, in the order of `--help`."""
    return {one.name: one for one in FORMATS if command in one.writers}


def is_streamed(format: str, command: str) -> bool:
    """Whether results of `command` are written in this format as they come."""
    return formats_of(command)[format].writers[command].shape is Shape.STREAMED
