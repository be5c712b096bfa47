"""Which numbers of a report that people edited are not those that the workbook gives.

The report is read, and so is the one that the workbook gives today in the same format; texts are
laid side by side by their words, so that what people added to it is no change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryDirectory

from cfp_xl.audit.document import Document, Paragraph, PrintedCell, Spot
from cfp_xl.audit.read import read_report
from cfp_xl.report.document.formats import DocumentFormat
from cfp_xl.report.document.model import ReportDocument

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*%?")
Printed = Paragraph | PrintedCell


@dataclass(frozen=True, slots=True)
class ChangedNumber:
    """A number of the workbook's report that is another in the edited one, or is not there."""

    where: Spot
    expected: str
    seen: str
    """"" where it is missing."""


def changed_numbers(
    edited: Document, report: ReportDocument, form: DocumentFormat, ending: str
) -> tuple[ChangedNumber, ...]:
    """Each of them, in the order of the report."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"report.{ending}"
        path.write_bytes(form.load()(report))
        ours = read_report(path).document
    return tuple(_changed(ours.texts, edited.texts))


def _changed(ours: Sequence[Printed], theirs: Sequence[Printed]) -> Iterator[ChangedNumber]:
    first, second = ([_NUMBER.sub("#", one.plain) for one in side] for side in (ours, theirs))
    laid = SequenceMatcher(None, first, second, autojunk=False)
    at = theirs[0].spot if theirs else None
    for tag, i, i_end, j, j_end in laid.get_opcodes():
        at = theirs[min(j, len(theirs) - 1)].spot if theirs else at
        if tag == "equal":
            for one, other in zip(ours[i:i_end], theirs[j:j_end], strict=True):
                for expected, seen in zip(_numbers(one), _numbers(other), strict=True):
                    if expected != seen:
                        yield ChangedNumber(other.spot, expected, seen)
        elif tag in ("replace", "delete") and at is not None:
            yield from _missing(ours[i:i_end], theirs[j:j_end], at)


def _missing(
    ours: Sequence[Printed], theirs: Sequence[Printed], at: Spot
) -> Iterator[ChangedNumber]:
    """Where words were changed too: numbers that are in the place no more, each with one that is
    new there."""
    expected = Counter(number for one in ours for number in _numbers(one))
    seen = Counter(number for one in theirs for number in _numbers(one))
    new = list((seen - expected).elements())
    for number in (expected - seen).elements():
        yield ChangedNumber(at, number, new.pop(0) if new else "")


def _numbers(one: Printed) -> list[str]:
    return _NUMBER.findall(one.plain)
