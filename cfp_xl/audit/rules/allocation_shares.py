"""Tables of allocation: each share is one number of its row over another, and the rows of one
voucher print one total."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from cfp_xl.audit.amounts import PrintedAmount, amount, differs
from cfp_xl.audit.document import PrintedCell, PrintedTable
from cfp_xl.audit.origins import headings_of
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.audit.table_heads import head_of
from cfp_xl.audit.tables import place_of_table
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.printed import NotPrintedNumber, Printed, printed
from cfp_xl.verify.declared.numbers import BLANK, MARK, read_cell
from cfp_xl.verify.declared.words import column_role

_ALLOCATED = re.compile(r"分摊|分配|allocat", re.IGNORECASE)
_VOUCHER = re.compile(r"凭证|发票|票据号|单据号|voucher|invoice", re.IGNORECASE)
_BILLED = re.compile(r"总量|billed amount|^total$|bill total", re.IGNORECASE)
_FLOW = re.compile(r"介质|能源|品种|单位|medium|energy|^unit", re.IGNORECASE)
LEAST_FITTING = 2
"""Rows whose share is the quotient of two columns, before it counts as that of the others."""

MOST_COLUMNS = 16
"""Of a table of allocation; each two of them are tried."""


@dataclass(frozen=True)
class _Row:
    """The share of a row, and the two numbers that it is the quotient of."""

    share: Printed
    basis: Printed
    whole: Printed
    cell: PrintedCell

    @property
    def fits(self) -> bool:
        exact = self.basis.value / self.whole.value
        rounding = (self.basis.half_ulp + abs(exact) * self.whole.half_ulp) / abs(self.whole.value)
        return any(
            abs(self.share.value - scale * exact) <= self.share.half_ulp + scale * rounding
            for scale in ((1,) if self.share.is_percent else (1, 100))
        )


@report_rule("L01", needs=("tables",))
def shares_are_basis_over_total(report: ReadReport) -> Iterator[Finding]:
    """L01: where most shares of a table of allocation are one column over another, all are."""
    for table in report.document.tables:
        rows = [] if table.is_uncertain else _rows(table)
        for row in rows:
            if not row.fits:
                yield finding(
                    "L01",
                    row.cell.spot,
                    case="report_share",
                    seen=row.share.text,
                    expected=f"{100 * row.basis.value / row.whole.value:.4g} %",
                    basis=row.basis.text,
                    whole=row.whole.text,
                )


def _rows(table: PrintedTable) -> Sequence[_Row]:
    """The rows, by the two columns whose quotients most shares are; none where no two are."""
    head = head_of(table)
    if head is None:
        return ()
    headings = headings_of(table, head)
    title = table.caption.plain if table.caption else ""
    shares = [
        i
        for i, words in enumerate(headings)
        if column_role(words) == "share" and _ALLOCATED.search(words + title)
    ]
    if len(shares) != 1 or len(headings) > MOST_COLUMNS:
        return ()
    lines = [row for row in table.rows[head.height :] if len(row) == len(headings)]
    others = (i for i in range(len(headings)) if i != shares[0])
    best: Sequence[_Row] = ()
    for basis, whole in permutations(others, 2):
        rows = [one for line in lines if (one := _row(line, shares[0], basis, whole))]
        fitting = sum(row.fits for row in rows)
        is_most = fitting >= LEAST_FITTING and 2 * fitting > len(rows)
        if is_most and fitting > sum(row.fits for row in best):
            best = rows
    return best


def _row(line: Sequence[PrintedCell], share: int, basis: int, whole: int) -> _Row | None:
    with suppress(NotPrintedNumber):
        numbers = [printed(read_cell(line[i].text).number) for i in (share, basis, whole)]
        if numbers[2].value:
            return _Row(numbers[0], numbers[1], numbers[2], line[share])
    return None


@report_rule("N04", needs=("tables",))
def a_voucher_has_one_total(report: ReadReport) -> Iterator[Finding]:
    """N04: the rows of one voucher and medium, of several products, print one total."""
    for table in report.document.tables:
        vouchers: dict[str, list[PrintedAmount]] = {}
        for one in () if table.is_uncertain else _totals(table):
            vouchers.setdefault(one.name, []).append(one)
        for totals in vouchers.values():
            groups: list[list[PrintedAmount]] = []
            for one in totals:
                group = next((g for g in groups if one.agrees_with(g[0], Decimal(1))), None)
                if group is None:
                    groups.append([one])
                else:
                    group.append(one)
            most, *odd = sorted(groups, key=len, reverse=True)
            for one in (one for group in odd for one in group):
                case = "" if len(most) > 1 else "undecided"
                yield differs(one, most, place_of_table(report.document, table), case)


def _totals(table: PrintedTable) -> Iterator[PrintedAmount]:
    """The totals that a table of bills prints, by voucher, medium and unit."""
    head = head_of(table)
    if head is None:
        return
    headings = headings_of(table, head)
    title = table.caption.plain if table.caption else ""
    voucher = [i for i, words in enumerate(headings) if _VOUCHER.search(words)]
    total = [i for i, words in enumerate(headings) if _BILLED.search(words)]
    if len(voucher) != 1 or len(total) != 1 or not _ALLOCATED.search(" ".join([title, *headings])):
        return
    named_by = [i for i, words in enumerate(headings) if _FLOW.search(words) or i in voucher]
    for row in table.rows[head.height :]:
        if len(row) == len(headings) and _is_named(row[voucher[0]]):
            name = " ".join(row[i].plain for i in named_by)
            found = amount(name, read_cell(row[total[0]].text).number, "", row[total[0]].spot)
            if found is not None:
                yield found


def _is_named(cell: PrintedCell) -> bool:
    """Whether a cell names something."""
    return read_cell(cell.text).kind not in (BLANK, MARK)
