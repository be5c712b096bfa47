"""What intake makes of answers: the words that reading, applying and answering share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cfp_xl.findings import CellRef, Finding, Severity
from cfp_xl.footprint.factor import FACTOR_PREFIX


class AnswerStatus(StrEnum):
    """What becomes of an answer."""

    ACCEPTED = "accepted"
    REPLACES = "replaces"
    """Accepted, and an earlier answer for the same part goes."""
    UNCHANGED = "unchanged"
    """This very file stands in the product already."""
    HELD = "held"
    """Complete, but in doubt: not taken in until the buyer accepts the doubts with a reason."""
    OLDER = "older"
    """A newer answer of the part is there; this one is left out."""
    REFUSED = "refused"
    OTHER = "other"
    """No workbook: a PDF, a picture, a mail without one; somebody has to look at it."""
    OPENED = "opened"
    """A mail or an archive; what is in it is listed file by file."""
    IGNORED = "ignored"
    """What a program left beside a file; nobody sent it."""
    UNREADABLE = "unreadable"
    """No workbook, none of ours, or not judged in time."""
    FAILED = "failed"
    """Our bug."""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One line of a derived factor: what was bought, burned, carried or left over."""

    item: str
    kind: str
    """`activity_data` or `pcf`."""
    as_answered: str
    """Quantity and unit as the supplier typed them."""
    quantity: float
    unit: str
    """The factor's `per_unit`, to which the quantity was converted."""
    factor_id: str
    factor_kgco2e: float
    """kgCO2e per that unit; 1 for a supplier's own footprint, whose quantity is kgCO2e."""
    output: float
    """Declared units made in the period; 1 for a supplier's own footprint."""
    output_unit: str
    cell: CellRef

    @property
    def kgco2e_per_unit(self) -> float:
        """The line's share of the factor, as the product workbook computes it."""
        return self.quantity * self.factor_kgco2e / self.output


@dataclass(frozen=True, slots=True)
class Note:
    """What a supplier wrote beside the figures: a remark, a row's note, an estimate."""

    where: CellRef | None
    about: str
    """The row's item; "" for a remark on the whole."""
    text: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who filled a sheet in, and when."""

    name: str = ""
    contact: str = ""
    site: str = ""
    filled_on: date | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A code that holds, or held, an answer back, with the buyer's reason for accepting it."""

    code: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An answer that may enter the product: its figures, each with its cell, and what was said
    beside them."""

    part_id: str
    supplier_id: str
    supplier: str
    kind: str
    """`activity_data` or `pcf`."""
    kgco2e_per_unit: float
    unit: str
    """The declared unit."""
    lines: tuple[AnswerLine, ...]
    file: str
    """The file's name without its folder."""
    sha256: str
    period: str
    """`2025-01-01/2025-12-31`."""
    year: int | None
    """In which the period ends."""
    lang: str
    boundary: str = ""
    standard: str = ""
    pcf_year: int | None = None
    verification: str = ""
    includes_delivery: bool | None = None
    gwp_set: str = ""
    """Of a footprint file, which states it."""
    sender: Sender = Sender()
    notes: tuple[Note, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    """Why it is held back, or why it is taken in all the same."""

    @property
    def factor_id(self) -> str:
        return f"{FACTOR_PREFIX}{self.part_id}"

    @property
    def is_held(self) -> bool:
        """Whether a doubt is left that nobody gave a reason for."""
        return any(not doubt.reason for doubt in self.doubts)


@dataclass(frozen=True, slots=True)
class Judged:
    """One returned file: whose it is, what becomes of it, and why."""

    path: str
    sha256: str
    """Empty where the file could not be read at all."""
    supplier_id: str
    part_id: str
    status: AnswerStatus
    accepted: Accepted | None
    findings: tuple[Finding, ...] = ()
    lang: str = ""
    """Of the sheet: `zh`, `en`, `both`; empty where it is not known."""
    sender: Sender = Sender()
    notes: tuple[Note, ...] = ()
    copy: str = ""
    """Where the file lies, if not at `path`: in a mail, in an archive, at an address."""

    @property
    def is_taken(self) -> bool:
        """Whether its figures are to be written into the product."""
        return self.status in (AnswerStatus.ACCEPTED, AnswerStatus.REPLACES)

    @property
    def is_fine(self) -> bool:
        """Whether its figures stand in the product, or are to be written there."""
        return self.is_taken or self.status is AnswerStatus.UNCHANGED

    def count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.findings)
