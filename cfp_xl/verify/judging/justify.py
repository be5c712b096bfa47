"""Findings that the sheet of justifications answers: they stay, as info, with who and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cfp_xl.findings import CellRef, Finding, Justification, Severity, finding, kinds
from cfp_xl.footprint.columns import column
from cfp_xl.workbook.address import Bounds, range_bounds
from cfp_xl.workbook.formulas.references import split_prefix

FIELDS = ("code", "cell", "reason", "who", "date")
_PLACE = re.compile(r"(?P<prefix>(?:'(?:[^']|'')+'|[^'!]+)!)(?P<range>[$A-Za-z0-9:]+)")


def justify(
    findings: Sequence[Finding],
    justifications: Sequence[Justification],
    settings: Mapping[str, CellRef | None],
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings, answered ones as justified info, and what is wrong with the answers.

    An answer names the rule's code and its cell: `活动数据!G10`, a range, or a setting's name
    (`settings` by name, `cfp_gwp_set`). What it may answer is declared in the catalogue.
    """
    answers = [_Answer(j, place(j.cell, settings)) for j in justifications]
    used: set[CellRef] = set()
    answered = []
    for one in findings:
        answer = next((a for a in answers if a.fits(one)), None)
        if answer is not None:
            used.add(answer.given.where)
            one = replace(one, severity=Severity.INFO, justification=answer.given)
        answered.append(one)
    return tuple(answered), tuple(_complaints(answers, used))


@dataclass(frozen=True, slots=True)
class JustifiedRange:
    """A sheet's range, as an answer names it."""

    sheet: str
    bounds: Bounds

    def holds(self, where: CellRef | None) -> bool:
        bounds = where.bounds if where else None
        if where is None or bounds is None or where.sheet.casefold() != self.sheet.casefold():
            return False
        top, left, bottom, right = self.bounds
        return top <= bounds[0] <= bounds[2] <= bottom and left <= bounds[1] <= bounds[3] <= right


def is_justifiable(code: str) -> bool:
    """Whether a person may answer for findings of a code, by a reason, a policy or a waiver."""
    return code in kinds() and kinds()[code].traits.justifiable


@dataclass(frozen=True)
class _Answer:
    given: Justification
    place: JustifiedRange | None
    """None where the cell names none."""

    @property
    def code(self) -> str:
        return self.given.code.strip().upper()

    @property
    def missing(self) -> tuple[str, ...]:
        blank = [f for f in FIELDS if not str(getattr(self.given, f)).strip()]
        return tuple(blank) or (() if self.place else ("cell",))

    def fits(self, one: Finding) -> bool:
        if self.missing or one.code != self.code or not one.traits.justifiable:
            return False
        return self.place is not None and self.place.holds(one.where)


def _complaints(answers: Sequence[_Answer], used: set[CellRef]) -> Iterator[Finding]:
    for answer in answers:
        given = answer.given
        if answer.missing:
            headings = tuple(column("justifications", field).heading for field in answer.missing)
            yield finding("W60", given.where, seen=given.cell, missing=headings)
        elif answer.code not in kinds():
            yield finding("W60", given.where, case="unknown", seen=given.code)
        elif not is_justifiable(answer.code):
            yield finding("W60", given.where, case="not_allowed", seen=answer.code)
        elif given.where not in used:
            yield finding("W61", given.where, seen=given.cell, rule=answer.code)


def place(cell: str, settings: Mapping[str, CellRef | None]) -> JustifiedRange | None:
    """The sheet and range that an answer names."""
    text = cell.strip().replace("！", "!").removeprefix("=")
    where = settings.get(text.casefold())
    if where is not None:
        return JustifiedRange(where.sheet, where.bounds) if where.bounds else None
    match = _PLACE.fullmatch(text)
    bounds = range_bounds(match["range"]) if match else None
    if match is None or bounds is None:
        return None
    _, sheet, _ = split_prefix(match["prefix"])
    return JustifiedRange((sheet or "").strip(), bounds)
