"""Which numbers of a report that people edited are not those that the workbook gives.

The report is read, and so is the one that the workbook gives today in the same format; texts are
laid side by side by their words, so that what people added to it is no change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryDirectory

from cfp_xl.audit.document import FURNITURE, Document, Paragraph, PrintedCell, Spot
from cfp_xl.audit.read import read_report
from cfp_xl.report.document.formats import DocumentFormat
from cfp_xl.report.document.model import ReportDocument

_NUMBER = re.compile(r"(?:(?<![\w)）.,])[-−–]\s?)?\d+(?:[.,]\d+)*%?")
"""With its sign; a hyphen behind a word or a number is none."""
_PAGES = re.compile(r"第\s*\d+\s*页\s*共\s*\d+\s*页|page\s*\d+\s*of\s*\d+", re.IGNORECASE)
"""What Word counts anew by itself."""
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
    return changes_between(ours, edited)


def changes_between(ours: Document, edited: Document) -> tuple[ChangedNumber, ...]:
    """Each number of a report that another copy of it prints otherwise, or not at all; footers
    last. The contents are not compared: Word makes them of the headings."""
    footers = _changed_footers(_footers(ours), _footers(edited))
    return (*_changed(ours.texts, edited.texts), *footers)


def _footers(document: Document) -> dict[str, Paragraph]:
    """Headers and footers by their words, without the pages."""
    printed = (b for b in document.blocks if isinstance(b, Paragraph) and b.kind == FURNITURE)
    return {_NUMBER.sub("#", _PAGES.sub("", one.plain)): one for one in printed}


def _changed_footers(
    ours: Mapping[str, Paragraph], theirs: Mapping[str, Paragraph]
) -> Iterator[ChangedNumber]:
    """Numbers of the footers that both have: a certifier's form has its own."""
    for words in (one for one in ours if one in theirs):
        sides = (_NUMBER.findall(_PAGES.sub("", side[words].plain)) for side in (ours, theirs))
        for expected, seen in zip(*sides, strict=True):
            if expected != seen:
                yield ChangedNumber(theirs[words].spot, expected, seen)


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
