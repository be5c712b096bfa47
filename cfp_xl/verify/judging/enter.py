"""Enters the answers of a findings table into a workbook's justifications: first what would become
of each, then, where it is wanted, in one piece."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from cfp_xl.findings import CellRef, Finding, Justification
from cfp_xl.footprint.product import Product
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.privacy import masked
from cfp_xl.schema.entered import entered
from cfp_xl.schema.opened import Opened
from cfp_xl.schema.region import Region, is_blank
from cfp_xl.schema.schema import Schema
from cfp_xl.verify.judging.findings_table import FilledRow
from cfp_xl.verify.judging.justify import FIELDS, JustifiedRange, is_justifiable, place
from cfp_xl.verify.pipeline import verify_opened
from cfp_xl.verify.result import FileResult, Options

VALUE_SEEN = "value_seen"


class AnswerOutcome(StrEnum):
    """What becomes of an answer."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class AnswerRefused(Explained):
    """Why an answer is not entered."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer, and where it goes."""

    row: FilledRow
    outcome: AnswerOutcome
    target: CellRef | None = None
    """Its row of the justifications."""
    place: str = ""
    """How the justification names what it answers."""
    why: AnswerRefused | None = None


@dataclass(frozen=True)
class Entries:
    """What a findings table would change in a workbook."""

    before: FileResult
    entries: tuple[Entry, ...]
    values: Mapping[str, Mapping[tuple[int, int], str]]

    def of(self, *outcomes: AnswerOutcome) -> tuple[Entry, ...]:
        return tuple(one for one in self.entries if one.outcome in outcomes)


def plan_entries(workbook: Opened, rows: Sequence[FilledRow], options: Options) -> Entries:
    """What becomes of each answer; nothing is written."""
    schema, product = workbook.recomputed.schema, workbook.recomputed.product
    before = verify_opened(workbook, workbook.workbook.path, options)
    table = schema.region("justifications") if schema else None
    if schema is None or product is None or table is None:
        refused = AnswerRefused("justify.refused.no_table")
        return Entries(before, tuple(_refused(row, refused) for row in rows), {})
    planning = _Planning(schema, product, table, before)
    return Entries(before, tuple(planning.entry(row) for row in rows), planning.values)


def with_entries(workbook: Opened, entries: Entries, options: Options) -> tuple[Opened, FileResult]:
    """The workbook with the answers in it, recalculated and read back, and what is found then."""
    after = entered(workbook, entries.values)
    return after, verify_opened(after, workbook.workbook.path, options)


@dataclass
class _Planning:
    """The answers one after the other, each into a row of its own."""

    schema: Schema
    product: Product
    table: Region
    before: FileResult

    def __post_init__(self) -> None:
        self.values: dict[str, dict[tuple[int, int], str]] = {self.table.sheet.name: {}}
        self._free = _free_rows(self.table)

    @cached_property
    def _found(self) -> Mapping[str, Finding]:
        """Findings cell by cell, by fingerprint."""
        single = [one for found in self.before.findings for one in found.apart]
        return {self.before.fingerprint(one): one for one in reversed(single)}

    def entry(self, row: FilledRow) -> Entry:
        found = self._found.get(row.fingerprint) or self._at_its_place(row)
        if why := self._refusal(row, found):
            return _refused(row, why)
        assert found is not None
        name = self._place(found)
        own = self._own_answer(found, name)
        known = own or found.justification
        if known and self._says_the_same(known, row, found, is_own=own is not None):
            return Entry(row, AnswerOutcome.UNCHANGED, known.where, name)
        number = own.where.row if own else next(self._free, 0)
        if not number:
            return _refused(row, AnswerRefused("justify.refused.full"))
        self._write(number, row, found, name)
        outcome = AnswerOutcome.CHANGED if own else AnswerOutcome.NEW
        return Entry(row, outcome, self.table.cell(number, "code"), name)

    def _at_its_place(self, row: FilledRow) -> Finding | None:
        """Of a table without fingerprints: by code and cell."""
        if row.fingerprint:
            return None
        of_code = (one for one in self._found.values() if one.code == row.code.strip().upper())
        return next((one for one in of_code if str(one.where) == row.place), None)

    def _refusal(self, row: FilledRow, found: Finding | None) -> AnswerRefused | None:
        if not is_justifiable(row.code.strip().upper()):
            return AnswerRefused("justify.refused.not_allowed", code=row.code)
        if row.missing:
            return AnswerRefused("justify.refused.missing", missing=row.missing)
        if found is None:
            return AnswerRefused("justify.refused.gone")
        if not found.traits.justifiable:
            return AnswerRefused("justify.refused.not_allowed", code=row.code)
        if found.where is None:
            return AnswerRefused("justify.refused.no_place")
        if VALUE_SEEN in row.texts and folded(row.value_seen) != folded(masked(found.seen or "")):
            return AnswerRefused(
                "justify.refused.changed", then=row.value_seen, now=found.seen or "–"
            )
        return None

    def _own_answer(self, found: Finding, name: str) -> Justification | None:
        """The justification of this finding alone, or what it was before its value changed; one
        of a whole range stays as it is."""
        assert found.where is not None
        cells = [one.cell for one in self.product.justifications]
        named = self.schema.named_places((*cells, name))
        meant = {place(name, named), place(str(found.where), named)} - {None}
        return next(
            (
                one
                for one in self.product.justifications
                if one.code.strip().upper() == found.code and place(one.cell, named) in meant
            ),
            None,
        )

    def _says_the_same(
        self, known: Justification, row: FilledRow, found: Finding, *, is_own: bool
    ) -> bool:
        stands = (masked(known.reason), masked(known.who), known.date)
        if stands != (masked(row.reason), masked(row.who), row.date):
            return False
        is_seen = known.value_seen == (found.seen or "") or not self.table.has(VALUE_SEEN)
        return is_seen or not is_own

    def _place(self, found: Finding) -> str:
        """A setting's name, the row's identity where it names this finding alone, else the cell."""
        assert found.where is not None
        for name, where in self.schema.named_places(()).items():
            if where == found.where:
                return name
        for name, row in self._named_rows:
            if row.holds(found.where) and self._is_alone(found):
                return name
        return str(found.where)

    @cached_property
    def _named_rows(self) -> list[tuple[str, JustifiedRange]]:
        """The rows of all tables that have a name of their own."""
        counts = Counter(
            f"{table}:{row.identity}"
            for table in self.schema.regions
            for row in self.product.rows(table)
        )
        named = self.schema.named_places(counts)
        places = ((name, place(name, named)) for name, count in counts.items() if count == 1)
        return [(name, row) for name, row in places if row is not None]

    def _is_alone(self, found: Finding) -> bool:
        """Whether no other finding of the code is in the same row: a row's name answers for all."""
        assert found.where is not None
        return not any(
            one.code == found.code
            and one.where is not None
            and (one.where.sheet, one.where.row) == (found.where.sheet, found.where.row)
            and one != found
            for one in self._found.values()
        )

    def _write(self, number: int, row: FilledRow, found: Finding, place: str) -> None:
        texts = {
            "code": found.code,
            "cell": place,
            "reason": row.reason,
            "who": row.who,
            "date": row.date,
            VALUE_SEEN: found.seen or "",
        }
        for column, value in texts.items():
            if self.table.has(column):
                at = (number, self.table.columns[column])
                self.values[self.table.sheet.name][at] = value


def _free_rows(table: Region) -> Iterator[int]:
    """Rows of the justifications that hold nothing, from the top."""
    top, _, bottom, _ = table.bounds
    for row in range(top + 1, bottom + 1):
        if all(is_blank(table.value(row, column)) for column in FIELDS if table.has(column)):
            yield row


def _refused(row: FilledRow, why: AnswerRefused) -> Entry:
    return replace(Entry(row, AnswerOutcome.REFUSED), why=why)
