"""`verify --together`: products of one factory, and its site workbook, held against each other.

Each file is read on its own (`stated.py`); what several state of the same voucher, certificate,
factor or supplier's part is compared here, and a finding goes to each file that it concerns.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.verify.stated import Stated, StatedAnswer, StatedBill, StatedFactor, StatedSiteBill

SAME = 1e-9
WHOLE = 1e-6
"""How far from 1 the shares of a voucher may be, which people round."""

NAMED = 5
"""How many of the other products a finding names."""

Key = tuple[str, str]
Located = tuple[str, Finding]
"""A file's path, and a finding for it."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A product's row of a bill, with the product."""

    of: Stated
    bill: StatedBill

    @property
    def said(self) -> str:
        share = "–" if self.bill.share is None else f"{self.bill.share:.6g}"
        return f"{self.of.path} {self.bill.where} ({share})"


def together(files: Sequence[Stated]) -> Mapping[str, tuple[Finding, ...]]:
    """The findings between the files, by path; raises nothing."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for check in CHECKS:
        for path, one in check(files):
            found[path].append(one)
    return {path: tuple(ones) for path, ones in found.items()}


def _site_bills(files: Sequence[Stated]) -> Iterator[tuple[Stated, StatedSiteBill]]:
    return ((one, bill) for one in files if one.site is not None for bill in one.site)


def _one_total_and_unit(files: Sequence[Stated]) -> Iterator[Located]:
    """J01: a voucher states one total and unit, in every product and in the site."""
    known: dict[tuple[str, str, str], tuple[str, CellRef, float | None, str]] = {}
    stated = [
        (one.path, b.key, b.month, b.total, b.unit, b.where) for one in files for b in one.bills
    ]
    of_site = [
        (one.path, b.key, b.bill.month, b.bill.total, b.bill.unit, b.bill.where)
        for one, b in _site_bills(files)
    ]
    for path, key, month, total, unit, where in (*of_site, *stated):
        first = known.setdefault((*key, folded(month)), (path, where, total, unit))
        if not _same(total, unit, first[2], first[3]):
            expected = f"{_amount(first[2], first[3])} ({first[0]} {first[1]})"
            seen = _amount(total, unit)
            yield path, finding("J01", where, seen=seen, expected=expected, voucher=key[0])


def _one_medium_and_month(files: Sequence[Stated]) -> Iterator[Located]:
    """J01: a voucher that each file states for another medium or month would be two flows, each
    with shares of its own."""
    flows: dict[str, dict[Key, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in files:
        for bill in one.bills:
            flow = (folded(bill.medium), folded(bill.month))
            flows[folded(bill.voucher)][flow].append(one.path)
    for one in files:
        for bill in one.bills:
            flow = (folded(bill.medium), folded(bill.month))
            of_voucher = flows[folded(bill.voucher)]
            if any(path != one.path for path in of_voucher[flow]):
                continue
            other = next((p for paths in of_voucher.values() for p in paths if p != one.path), None)
            if other is not None:
                seen = f"{bill.medium} {bill.month}"
                found = finding(
                    "J01",
                    bill.where,
                    case="flow",
                    seen=seen,
                    expected=other,
                    voucher=bill.voucher,
                )
                yield one.path, found


def _shares_at_most_one(files: Sequence[Stated]) -> Iterator[Located]:
    """J02, J04: the shares of a voucher, or of a certificate, over all products are at most 1."""
    certificates = _certificates(files)
    flows: dict[tuple[str, ...], list[_Row]] = defaultdict(list)
    for one in files:
        for bill in one.bills:
            number = folded(bill.voucher)
            is_certificate = number in certificates
            flow: tuple[str, ...] = (number,) if is_certificate else (*bill.key, folded(bill.month))
            flows[flow].append(_Row(one, bill))
    for names, rows in flows.items():
        for row in rows:
            if row.bill.share is None:
                where = row.bill.where
                yield row.of.path, finding("J02", where, case="no_share", seen=row.bill.voucher)
        total = math.fsum(row.bill.share or 0.0 for row in rows)
        if total > 1 + WHOLE:
            yield from _over("J04" if names[0] in certificates else "J02", rows, total)


def _complete_where_said(files: Sequence[Stated]) -> Iterator[Located]:
    """J02: a bill of which the site says that all products are listed is shared wholly."""
    by_flow: dict[tuple[str, ...], list[tuple[str, float]]] = defaultdict(list)
    for one in files:
        for row in one.bills:
            flow = (*row.key, folded(row.month))
            by_flow[flow].append((folded(one.product), row.share or 0.0))
    for one, bill in _site_bills(files):
        if not bill.bill.is_complete:
            continue
        taken = by_flow[(*bill.key, folded(bill.bill.month))]
        total = math.fsum(share for _, share in taken)
        if total < 1 - WHOLE:
            present = {product for product, _ in taken}
            missing = [s.product for s in bill.shares if folded(s.product) not in present]
            yield (
                one.path,
                finding(
                    "J02",
                    bill.bill.where,
                    case="incomplete",
                    seen=f"{total:.6g}",
                    voucher=bill.bill.voucher,
                    products=_first_of(missing),
                ),
            )


def _over(code: str, rows: Sequence[_Row], total: float) -> Iterator[Located]:
    first = rows[: NAMED + 1]
    for row in rows:
        others = [other.said for other in first if other is not row]
        said = _first_of(others, len(rows) - 1)
        yield (
            row.of.path,
            finding(
                code,
                row.bill.where,
                seen=f"{total:.6g}",
                voucher=row.bill.voucher,
                others=said,
            ),
        )


def _first_of(names: Sequence[str], count: int | None = None) -> tuple[str, ...]:
    """The first of them, and how many more there are: a factory has hundreds of products."""
    more = (len(names) if count is None else count) - len(names[:NAMED])
    return (*names[:NAMED], *([f"… +{more}"] if more else [])) or ("–",)


def _certificates(files: Sequence[Stated]) -> set[str]:
    """The numbers of the certificates that sites list."""
    return {bill.key[0] for _, bill in _site_bills(files) if bill.bill.is_certificate}


def _certificates_once(files: Sequence[Stated]) -> Iterator[Located]:
    """J04: a certificate is one row of a product, and one of the site."""
    certificates = _certificates(files)
    for one in files:
        seen: dict[str, StatedBill] = {}
        for bill in one.bills:
            number = folded(bill.voucher)
            if number in certificates and (first := seen.setdefault(number, bill)) is not bill:
                yield (
                    one.path,
                    finding("J04", bill.where, case="row", seen=bill.voucher, expected=first.where),
                )
    listed: dict[str, StatedSiteBill] = {}
    for one, site_bill in _site_bills(files):
        number = site_bill.key[0]
        first_of = listed.setdefault(number, site_bill)
        is_twice = first_of is not site_bill and (
            first_of.bill.is_certificate
            or site_bill.bill.is_certificate
            or folded(first_of.bill.month) == folded(site_bill.bill.month)
        )
        if is_twice:
            yield (
                one.path,
                finding(
                    "J04" if site_bill.bill.is_certificate else "J01",
                    site_bill.bill.where,
                    case="row" if site_bill.bill.is_certificate else "twice",
                    seen=site_bill.bill.voucher,
                    expected=first_of.bill.where,
                    voucher=site_bill.bill.voucher,
                ),
            )


def _as_the_site_has_it(files: Sequence[Stated]) -> Iterator[Located]:
    """J06: vouchers and shares of the products are those of the site, in its state of today."""
    sites = [one for one in files if one.site is not None]
    if not sites:
        return
    known = {
        (bill.key, folded(bill.bill.month)): {folded(s.product): s.share for s in bill.shares}
        for _, bill in _site_bills(files)
    }
    hashes = {site.sha256 for site in sites}
    for one in files:
        if one.site is not None:
            continue
        noted = one.filled_from.rpartition("sha256:")[2]
        if noted and not any(sha.startswith(noted) for sha in hashes):
            yield one.path, finding("J06", case="state", seen=one.filled_from)
        for bill in one.bills:
            shares = known.get((bill.key, folded(bill.month)))
            if shares is None:
                yield one.path, finding("J06", bill.where, case="unknown", seen=bill.voucher)
                continue
            expected = shares.get(folded(one.product), 0.0)
            if bill.share is not None and not math.isclose(bill.share, expected, rel_tol=WHOLE):
                yield (
                    one.path,
                    finding(
                        "J06",
                        bill.where,
                        seen=f"{bill.share:.6g}",
                        expected=f"{expected:.6g}",
                        voucher=bill.voucher,
                    ),
                )
    for path, shared in ((site.path, one) for site in sites for one in site.site or ()):
        if not shared.is_shared:
            where = shared.bill.where
            yield path, finding("J06", where, case="basis", seen=shared.bill.basis)


def _bills_have_vouchers(files: Sequence[Stated]) -> Iterator[Located]:
    """J06: a bill without a voucher's number can't be held against others."""
    for one in files:
        for where in one.unnamed:
            yield one.path, finding("J06", where, case="no_voucher")


def _one_value_a_factor(files: Sequence[Stated]) -> Iterator[Located]:
    """J03: an own factor of one id has one value in all files; the site's counts first."""
    first: dict[str, tuple[str, StatedFactor]] = {}
    for one in sorted(files, key=lambda one: one.site is None):
        for factor in one.factors:
            path, known = first.setdefault(folded(factor.id), (one.path, factor))
            if not _same(factor.kgco2e, factor.per_unit, known.kgco2e, known.per_unit, per=True):
                yield (
                    one.path,
                    finding(
                        "J03",
                        factor.where,
                        seen=f"{factor.kgco2e:.10g} kgCO2e/{factor.per_unit}",
                        expected=f"{known.kgco2e:.10g} kgCO2e/{known.per_unit}",
                        id=factor.id,
                        other=f"{path} {known.where}",
                    ),
                )


def _one_answer_a_part(files: Sequence[Stated]) -> Iterator[Located]:
    """J05: a part of one supplier has one answer in all products, or in none."""
    first: dict[Key, tuple[str, StatedAnswer]] = {}
    for one in files:
        for answer in one.answers:
            path, known = first.setdefault(answer.key, (one.path, answer))
            same_value = _same(answer.kgco2e, answer.unit, known.kgco2e, known.unit, per=True)
            if not same_value or answer.sha256 != known.sha256:
                yield (
                    one.path,
                    finding(
                        "J05",
                        answer.where,
                        seen=f"{_amount(answer.kgco2e, answer.unit)} {answer.sha256[:8]}",
                        expected=f"{_amount(known.kgco2e, known.unit)} {known.sha256[:8]}",
                        part=answer.part_id,
                        other=f"{path} {known.where}",
                    ),
                )
    for one in files:
        answered = {answer.key for answer in one.answers}
        for part in one.parts:
            if part.key in first and part.key not in answered:
                path, known = first[part.key]
                other = f"{path} {known.where}"
                yield (
                    one.path,
                    finding("J05", part.where, case="missing", seen=part.part_id, other=other),
                )


CHECKS: tuple[Callable[[Sequence[Stated]], Iterable[Located]], ...] = (
    _one_total_and_unit,
    _one_medium_and_month,
    _shares_at_most_one,
    _complete_where_said,
    _certificates_once,
    _as_the_site_has_it,
    _bills_have_vouchers,
    _one_value_a_factor,
    _one_answer_a_part,
)


def _same(
    one: float | None, unit: str, other: float | None, other_unit: str, *, per: bool = False
) -> bool:
    """Whether two amounts (or values per a unit) are the same, in whatever units."""
    if one is None or other is None:
        return one is other
    ratio = 1.0
    if folded(unit) != folded(other_unit):
        try:
            ratio = conversion(unit, other_unit)
        except Explained:
            return False
    here = one / ratio if per else one * ratio
    return math.isclose(here, other, rel_tol=SAME, abs_tol=0.0)


def _amount(value: float | None, unit: str) -> str:
    return "–" if value is None else f"{value:.10g} {unit}".strip()
