"""Rows and processes of the inventory that other tables show again: the largest sources, results
by process."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cfp_xl.audit.declaring import declared_table
from cfp_xl.audit.origins import name_of_row, origins_of
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.printed import sum_agrees
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.figures import Figure, figure
from cfp_xl.verify.declared.identity import TOTAL, stage_id
from cfp_xl.verify.declared.sums import plain
from cfp_xl.verify.declared.table import Declared, DeclaredEntry, place_name

_REST = re.compile(r"其余|其[他它]|(?:\d+|all)?others?|remain|(?:the)?rest")
Rows = tuple[Figure, ...]
LEAST_ALIKE = 2
"""Rows of a table that are as in the inventory, before one that is not counts as wrong."""


@dataclass(frozen=True)
class _Shown:
    """A row of a table, and what rows of the inventory have its name: any of these it may be."""

    figure: Figure
    may_be: Sequence[Rows]

    @property
    def is_right(self) -> bool:
        return _agrees(self.figure, self.rows)

    @property
    def rows(self) -> Rows:
        """The rows that it is: the first whose emission it has, else the first."""
        fitting = (rows for rows in self.may_be if _agrees(self.figure, rows))
        return next(fitting, self.may_be[0])


def _agrees(whole: Figure, rows: Rows) -> bool:
    if len(rows) == 1:
        return whole.may_agree_with(rows[0])
    return sum_agrees([row.printed for row in rows], whole.printed)


@report_rule("N03", "N04", needs=("figures", "tables"))
def rows_are_the_same_elsewhere(report: ReadReport) -> Iterator[Finding]:
    """N04, N03: what a table calls like a row or a process of the inventory has its emission.

    A name may mean something else: only a table most of whose rows are as in the inventory shows
    rows of it.
    """
    declared = declared_table(report)
    named = _named(declared, origins_of(report.document).processes)
    for entries in declared.places("stage").values():
        shown = [one for entry in entries if (one := _shown(entry, named))]
        shown += _rest(declared, entries, shown)
        wrong = [one for one in shown if not one.is_right]
        right = len(shown) - len(wrong)
        if wrong and right >= LEAST_ALIKE and right > len(wrong):
            for one in wrong:
                yield _difference(one)


def _named(
    declared: Declared, processes: Mapping[tuple[str, str], Sequence[str]]
) -> Mapping[str, Sequence[Rows]]:
    """Rows of inventories by what another table may call them: their activity or process, alone or
    with the stage in brackets."""
    found: dict[str, list[Rows]] = {}
    for entries in declared.places("activity").values():
        groups: dict[tuple[str, str], list[Figure]] = {}
        for entry, process in _with_processes(entries, processes):
            emission = figure(entry, "emission")
            if emission is None:
                continue
            stage, activity = _row(entry)
            found.setdefault(activity, []).append((emission,))
            for name in {activity, process} - {"", "/"}:
                for of in {stage, ""}:
                    groups.setdefault((name, of), []).append(emission)
        for (name, of), rows in groups.items():
            for called in (name, f"{name}({of})"):
                found.setdefault(called, []).append(tuple(rows))
    return found


def _row(entry: DeclaredEntry) -> tuple[str, str]:
    return folded(entry.text("stage")), folded(entry.text("activity"))


def _with_processes(
    entries: Sequence[DeclaredEntry], processes: Mapping[tuple[str, str], Sequence[str]]
) -> Iterator[tuple[DeclaredEntry, str]]:
    """The rows of an inventory with the process that it, or a table of origins, says of each."""
    rows = Counter(_row(entry) for entry in entries)
    before = Counter[tuple[str, str]]()
    for entry in entries:
        row = _row(entry)
        named = name_of_row(processes.get(row, ()), before[row], rows[row])
        before[row] += 1
        yield entry, folded(entry.text("process")) or named


def _shown(entry: DeclaredEntry, named: Mapping[str, Sequence[Rows]]) -> _Shown | None:
    emission = figure(entry, "emission")
    name = folded(entry.text("stage"))
    if emission is None or entry.text("process") or entry.key.stage == TOTAL or stage_id(name):
        return None
    may_be = [
        rows
        for rows in named.get(name, ())
        if rows[0].is_comparable(emission) and rows[0].entry.is_annual == entry.is_annual
    ]
    return _Shown(emission, may_be) if may_be else None


def _rest(
    declared: Declared, entries: Sequence[DeclaredEntry], shown: Sequence[_Shown]
) -> list[_Shown]:
    """The row of all others, below the largest: the rows of the inventory that no row shows."""
    others = [e for e in entries if _REST.match(folded(e.text("stage")))]
    emission = figure(others[0], "emission") if len(others) == 1 else None
    if emission is None or len(shown) + 1 < len(entries):
        return []
    used = {id(row.entry) for one in shown for row in one.rows}
    left = [
        tuple(f for e in rows if id(e) not in used and (f := figure(e, "emission")))
        for rows in declared.places("activity").values()
    ]
    may_be = [rows for rows in left if rows and rows[0].is_comparable(emission)]
    return [_Shown(emission, may_be)] if may_be else []


def _difference(one: _Shown) -> Finding:
    rows, entry = one.rows, one.figure.entry
    if len(rows) == 1:
        return finding(
            "N04",
            one.figure.where,
            case="undecided",
            seen=one.figure.text,
            expected=rows[0].text,
            row=entry.name,
            place=place_name(entry),
            others=(str(rows[0].where),),
        )
    value = plain(sum((row.value for row in rows), Decimal(0)))
    return finding(
        "N03",
        one.figure.where,
        seen=one.figure.text,
        expected=value,
        whole=one.figure.text,
        whole_cell=one.figure.where,
        whole_name=entry.name,
        place=place_name(rows[0].entry),
        total=value,
        rows=tuple(str(row.where) for row in rows),
    )
