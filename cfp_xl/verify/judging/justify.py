"""Findings that the sheet of justifications answers: they stay, as info, with who and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cfp_xl.findings import CellRef, Finding, Justification, Severity, finding, kinds
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.product import readings
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.limits import limits
from cfp_xl.workbook.address import Bounds, range_address, range_bounds
from cfp_xl.workbook.formulas.references import split_prefix

FIELDS = ("code", "cell", "reason", "who", "date")
_GWP_SET = re.compile(r"(?<![A-Z])(?:SAR|TAR|AR\d)(?![A-Z0-9])")
_PLACE = re.compile(r"(?P<prefix>(?:'(?:[^']|'')+'|[^'!]+)!)(?P<range>[$A-Za-z0-9:]+)")


def justify(
    findings: Sequence[Finding],
    justifications: Sequence[Justification],
    settings: Mapping[str, CellRef | None],
    moved: Callable[[], Callable[[CellRef], CellRef]] = lambda: lambda where: where,
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings, answered ones as justified info, and what is wrong with the answers.

    An answer names the rule's code and its cell: `活动数据!G10`, a range, or a setting's name
    (`settings` by name, `cfp_gwp_set`). What it may answer is declared in the catalogue. One whose
    cell answers nothing follows it where rows were put in or the sheet was renamed (`moved`).
    """
    answers = [_Answer(j, place(j.cell, settings)) for j in justifications]
    lost = [a for a in answers if not any(a.fits(one) for one in findings)]
    if any(a.is_lost_answer_of(one) for a in lost for one in findings):
        now = moved()
        answers = [a.moved(now) if a in lost else a for a in answers]
    used: set[CellRef] = set()
    unseen: dict[CellRef, None] = {}  # of findings that have a value, which may change
    outdated: dict[CellRef, Finding] = {}
    answered = []
    for one in findings:
        fitting = [a for a in answers if a.fits(one)]
        answer = next((a for a in fitting if is_no_worse(a.given, one)), None)
        if answer is None:
            outdated |= {a.given.where: one for a in fitting}
        else:
            used.add(answer.given.where)
            if one.seen and not answer.given.value_seen:
                unseen.setdefault(answer.given.where)
            one = replace(one, severity=Severity.INFO, justification=answer.given)
        answered.append(one)
    older = (finding("W62", next(iter(unseen)), count=len(unseen)),) if unseen else ()
    return tuple(answered), (*_complaints(answers, used, outdated), *older)


def is_no_worse(given: Justification, one: Finding) -> bool:
    """Whether what is found is what the reason was written for, or no worse.

    A reason without its value tells where it names a GWP set and the workbook has another one.
    """
    then, now = folded(given.value_seen), folded(one.seen or "")
    if then:
        return then == now or (one.traits.no_worse == "later" and _is_later(now, then))
    named = set(_GWP_SET.findall(given.reason.upper()))
    return not (named and _GWP_SET.fullmatch(now.upper()) and now.upper() not in named)


def _is_later(now: str, then: str) -> bool:
    return now.isdecimal() and then.isdecimal() and int(now) >= int(then)


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

    @cached_property
    def code(self) -> str:
        return self.given.code.strip().upper()

    @cached_property
    def missing(self) -> tuple[str, ...]:
        blank = [f for f in FIELDS if not str(getattr(self.given, f)).strip()]
        return tuple(blank) or (() if self.place else ("cell",))

    @cached_property
    def is_of_last_period(self) -> bool:
        """Whether it was taken over from the period before and not dated anew."""
        last, date = folded(self.given.last_date), folded(self.given.date)
        if not last:
            return False
        days = [readings(text) or () for text in (last, date)]
        return date in ("", last) or (len(days[0]) == len(days[1]) == 1 and days[1] <= days[0])

    def fits(self, one: Finding) -> bool:
        if one.code != self.code or not one.traits.justifiable:
            return False
        if self.missing or self.is_of_last_period:
            return False
        return self.place is not None and not self.is_too_wide and self.place.holds(one.where)

    def is_lost_answer_of(self, one: Finding) -> bool:
        """Whether it may have been written for a finding that is elsewhere now."""
        return self.place is not None and one.code == self.code and one.traits.justifiable

    def moved(self, now: Callable[[CellRef], CellRef]) -> _Answer:
        """The same answer, for where its cell is now."""
        if self.place is None:
            return self
        where = now(CellRef(self.place.sheet, range_address(self.place.bounds)))
        bounds = range_bounds(where.cell)
        return replace(self, place=JustifiedRange(where.sheet, bounds)) if bounds else self

    @cached_property
    def is_too_wide(self) -> bool:
        """A range is one row or column of so many cells; a sheet is no answer to anything."""
        top, left, bottom, right = self.place.bounds if self.place else (1, 1, 1, 1)
        rows, columns = bottom - top + 1, right - left + 1
        most: int = limits("justification")["cells_at_most"]
        return min(rows, columns) > 1 or max(rows, columns) > most


def _complaints(
    answers: Sequence[_Answer], used: set[CellRef], outdated: Mapping[CellRef, Finding]
) -> Iterator[Finding]:
    for answer in answers:
        given = answer.given
        if answer.is_of_last_period:
            yield finding("W60", given.where, case="last_period", expected=given.last_date)
        elif answer.missing:
            headings = tuple(column("justifications", field).heading for field in answer.missing)
            yield finding("W60", given.where, seen=given.cell, missing=headings)
        elif answer.code not in kinds():
            yield finding("W60", given.where, case="unknown", seen=given.code)
        elif not is_justifiable(answer.code):
            yield finding("W60", given.where, case="not_allowed", seen=answer.code)
        elif answer.is_too_wide:
            most = limits("justification")["cells_at_most"]
            yield finding("W60", given.where, case="too_wide", seen=given.cell, most=most)
        elif given.where not in used and (now := outdated.get(given.where)):
            then = given.value_seen or given.reason
            yield finding("W62", given.where, case="changed", seen=now.seen, expected=then)
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
