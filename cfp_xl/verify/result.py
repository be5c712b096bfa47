"""What a verification returns: per file two verdicts kept apart, counts, footprint, findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from cfp_xl.findings import CellRef, Finding, Severity
from cfp_xl.messages import Explained, Text, fill, text

if TYPE_CHECKING:
    from cfp_xl.footprint.calculate import Footprint


class FileStatus(StrEnum):
    """What became of a file that was to be verified."""

    PASSED = "passed"
    FAILED = "failed"
    UNREADABLE = "unreadable"
    """Nothing could be verified: no workbook, or one without any formula."""
    NOTHING_TO_VERIFY = "nothing_to_verify"
    """A table of constants that is none of ours, which the policy lets be."""
    TIMEOUT = "timeout"
    INTERNAL_ERROR = "internal_error"
    """Our bug."""


class Agreement(StrEnum):
    """The verdict on the recalculation."""

    AGREES = "agrees"
    DIFFERS = "differs"
    INCOMPLETE = "incomplete"


class Conformity(StrEnum):
    """The verdict of the rules."""

    CONFORMS = "conforms"
    FINDINGS = "findings"
    NOT_CHECKED = "not_checked"
    """The workbook has no table of activities that we know."""


MAX_TOLERANCE = 1e-6
"""More is no rounding of computers, and would pass for agreement what is not."""


class BadTolerance(Explained):
    """A tolerance that is none."""


class FailOn(StrEnum):
    """The least severity of a finding that makes a file fail."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may choose for a verification."""

    fail_on: FailOn = FailOn.ERROR
    tolerance: float = 1e-9
    """Relative difference up to which two numbers match."""
    deadline_s: float = 60.0
    """Longest time the recalculation of one workbook may take."""
    as_of: str | None = None
    """The day that counts as today for rules, as YYYY-MM-DD; None where nobody names one: then no
    rule looks at a clock."""

    witnesses: tuple[str, ...] = ()
    """Second engines that are to compute the workbook too."""
    lint: bool = False
    """Whether formula smells and units are looked for, of any workbook."""

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance <= MAX_TOLERANCE:
            raise BadTolerance("cli.error.tolerance", value=self.tolerance)


@dataclass(frozen=True, slots=True)
class CellCounts:
    """The formula cells of a file; each is counted once."""

    matched: int = 0
    mismatched: int = 0
    not_computed: int = 0
    not_cached: int = 0
    volatile: int = 0

    @property
    def formulas(self) -> int:
        return self.matched + self.mismatched + self.not_computed + self.not_cached + self.volatile

    @property
    def agreement(self) -> Agreement:
        if self.not_computed or self.not_cached:
            return Agreement.INCOMPLETE
        return Agreement.DIFFERS if self.mismatched else Agreement.AGREES


@dataclass(frozen=True, slots=True)
class WitnessCounts:
    """The formula cells of a file beside a second engine; each is counted once."""

    witness: str
    agreed: int = 0
    disagreed: int = 0
    explained: int = 0
    """Disagreements of functions that are known to differ there."""
    not_computed: int = 0
    """By one of the two."""
    volatile: int = 0


GENERAL = frozenset({"evidence", "meters", "bills_unnamed", "answers", "model"})
"""What is not looked at in most files."""


@dataclass(frozen=True, slots=True)
class NotChecked:
    """Something that was not looked at, which a pass says nothing of."""

    what: str
    """Its key of `data/messages/not_checked.toml`."""
    count: int = 0
    cells: tuple[CellRef, ...] = ()
    """Where it is, as far as it is in cells; some of them, if there are many."""

    @property
    def is_special(self) -> bool:
        """Whether it is of this file: what holds of most files is no news in a text."""
        return self.what not in GENERAL

    @property
    def text(self) -> Text:
        """What it is, in words."""
        words = text(f"not_checked.what.{self.what}")
        return Text(
            fill(words, "zh", {"count": self.count}), fill(words, "en", {"count": self.count})
        )


@dataclass(frozen=True)
class FileResult:
    """One file's verification. `findings` are sorted by sheet, row and column."""

    path: str
    sha256: str | None
    status: FileStatus
    findings: tuple[Finding, ...]
    schema: str = "none"
    """`product`, `supplier`, or `none` for a workbook that knows nothing of our names."""
    recalculation: Agreement = Agreement.INCOMPLETE
    conformity: Conformity = Conformity.NOT_CHECKED
    cells: CellCounts = CellCounts()
    footprint: Footprint | None = None
    functional_unit: str | None = None
    factor_set: str | None = None
    """The pin of the factor sets, as the workbook states it."""
    stated: Mapping[str, str] = field(default_factory=dict)
    """What the study states of itself, as shown, by the workbook's name without `cfp_`."""
    anchors: Mapping[CellRef, str] = field(default_factory=dict)
    """What the cell of a finding is, where it is known: row's label and column; survives inserted
    rows."""
    quotes: Mapping[CellRef, str] = field(default_factory=dict)
    """What stands in the row of a finding's cell."""
    emission_units: Mapping[CellRef, str] = field(default_factory=dict)
    """Of findings on declared emissions, the unit that is printed."""
    tolerance: float | None = None
    """By which numbers were compared; None where none were."""
    fail_on: FailOn = FailOn.ERROR
    """The limit by which it was judged."""
    policy: str | None = None
    """The policy file by which it was judged."""
    has_baseline: bool = False
    """It was held against a baseline, which knows some of its findings or none."""
    is_new_only: bool = False
    """Findings that the baseline knows don't make it fail."""
    not_checked: tuple[NotChecked, ...] = ()
    """What was not looked at, what is special to the file first."""
    witnesses: tuple[WitnessCounts, ...] = ()
    """What second engines say, where any was asked."""

    @property
    def justified(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.justification)

    @property
    def waived(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.waiver)

    @property
    def known(self) -> tuple[Finding, ...]:
        """Those of a baseline."""
        return tuple(f for f in self.findings if f.is_known)

    def count(self, severity: Severity) -> int:
        """Open findings of a severity."""
        return sum(f.severity is severity and f.is_open for f in self.findings)

    def is_accepted(self, finding: Finding) -> bool:
        """Justified, waived, or known where only new findings count."""
        return not finding.is_open or (self.is_new_only and finding.is_known)

    def makes_fail(self, finding: Finding, fail_on: FailOn | None = None) -> bool:
        """Whether a finding counts against the file, by its own limit unless another is given."""
        return fails(finding, fail_on or self.fail_on) and not self.is_accepted(finding)

    @property
    def is_excused(self) -> bool:
        """It did not pass, yet only for what the baseline knows."""
        causes = [f for f in self.findings if fails(f, self.fail_on)]
        return bool(causes) and not any(self.makes_fail(f) for f in causes)

    def fingerprint(self, finding: Finding) -> str:
        """16 hex digits that name the finding in later runs, whatever the message's language.

        SHA-256 of code, case, sheet, and the cell's name (`anchors`); its address where it has
        none.
        """
        where = finding.where
        sheet = where.sheet if where else ""
        place = self.anchors.get(where, where.cell) if where else ""
        name = "\n".join((finding.code, finding.case, sheet, place))
        return sha256(name.encode(errors="surrogatepass")).hexdigest()[:16]

    def exit_code(self, fail_on: FailOn | None = None) -> int:
        """0 nothing new at or above the limit, 1 findings, 2 not verified, 3 our bug."""
        fail_on = fail_on or self.fail_on
        if self.status is FileStatus.INTERNAL_ERROR:
            return 3
        if self.status in (FileStatus.UNREADABLE, FileStatus.TIMEOUT):
            return 2
        if fail_on is FailOn.NEVER or self.status is FileStatus.NOTHING_TO_VERIFY:
            return 0
        return int(any(self.makes_fail(f, fail_on) for f in self.findings))


@dataclass(frozen=True)
class Verification:
    """Several files, in the order they were given."""

    files: Sequence[FileResult]
    version: str
    """Of this tool."""
    dialogue: tuple[Mapping[str, str], ...] = ()
    """The rows of an earlier table of findings, with the replies."""

    def exit_code(self, fail_on: FailOn | None = None) -> int:
        """The highest of the files', each by its own limit; 2 where there is no file at all."""
        return max((file.exit_code(fail_on) for file in self.files), default=2)

    @cached_property
    def summary(self) -> Mapping[str, int]:
        """`unreadable` counts all files that could not be verified, for whatever reason."""
        counts = Counter(f.status for f in self.files)
        passed, failed = counts[FileStatus.PASSED], counts[FileStatus.FAILED]
        nothing = counts[FileStatus.NOTHING_TO_VERIFY]
        return {
            "files": len(self.files),
            "passed": passed,
            "failed": failed,
            "unreadable": len(self.files) - passed - failed - nothing,
            "nothing_to_verify": nothing,
        }


def fails(finding: Finding, fail_on: FailOn) -> bool:
    """Whether a finding keeps a file from passing; with `never` as with `error`."""
    limit = Severity.WARNING if fail_on is FailOn.WARNING else Severity.ERROR
    return finding.is_open and finding.severity.rank >= limit.rank


def status_of(findings: Iterable[Finding], agreement: Agreement, fail_on: FailOn) -> FileStatus:
    """Passed needs both: nothing that fails, and every formula cell recomputed and agreeing."""
    if agreement is Agreement.AGREES and not any(fails(f, fail_on) for f in findings):
        return FileStatus.PASSED
    return FileStatus.FAILED


def conformity_of(findings: Iterable[Finding]) -> Conformity:
    """Of a workbook with our tables: whether a rule's error or warning is left open."""
    is_open = any(
        f.is_open and f.severity.rank >= Severity.WARNING.rank and f.traits.conformity
        for f in findings
    )
    return Conformity.FINDINGS if is_open else Conformity.CONFORMS
