"""A site workbook: one factory's bills, certificates, outputs, own factors and suppliers' parts.

Its tables are the names `cfp_site_bills`, `cfp_site_outputs`, `cfp_site_certificates`,
`cfp_site_factors`, `cfp_site_parts`. A bill names the basis by which its products share it; the
amounts of that basis are in the outputs, by month or, where no month fits, for the whole period.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cfp_xl.findings import CellRef
from cfp_xl.footprint.columns import columns
from cfp_xl.footprint.factors import FactorSet
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Explained
from cfp_xl.schema.region import Record, Region, find_columns
from cfp_xl.schema.schema import factor_set_in
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.model import Workbook

PREFIX = "cfp_site_"
KINDS: Mapping[str, str] = {
    "bills": "site_bills",
    "outputs": "site_outputs",
    "certificates": "site_certificates",
    "factors": "factors",
    "parts": "parts",
}
"""The tables of a site by the end of their names, each with whose columns it has."""
OUTPUT = frozenset({"产量", "output"})
"""The basis whose amounts are pieces made: what a share is divided by."""
YES = frozenset({"是", "yes", "y", "1", "true"})


class BasisMissing(Explained):
    """A bill whose basis the outputs don't give."""


@dataclass(frozen=True, slots=True)
class SiteShare:
    """A product's part in a bill, and how many pieces of it were made."""

    basis_product: float
    basis_total: float
    output: float | None

    @property
    def share(self) -> float:
        return self.basis_product / self.basis_total


@dataclass(frozen=True, slots=True)
class SiteBill:
    """A bill or a certificate, which is a bill of electricity from a named source."""

    voucher: str
    month: str
    medium: str
    total: float | None
    unit: str
    basis: str
    where: CellRef
    id: str = ""
    is_complete: bool = False
    """Whether all products that take from it are in the outputs: their shares then make 1."""
    is_certificate: bool = False
    only_product: str = ""
    meter_total: float | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What a voucher is known by, wherever it is stated."""
        return folded(self.voucher), folded(self.medium)


@dataclass(frozen=True)
class Site:
    """What a site workbook states."""

    regions: Mapping[str, Region]

    def records(self, table: str) -> tuple[Record, ...]:
        region = self.regions.get(table)
        fields = [one.id for one in columns(KINDS[table]) if not one.is_computed]
        return region.records(fields) if region else ()

    @cached_property
    def bills(self) -> tuple[SiteBill, ...]:
        """The bills, then the certificates."""
        return (
            *map(_bill, self.records("bills")),
            *map(_certificate, self.records("certificates")),
        )

    @cached_property
    def factors(self) -> FactorSet:
        """The site's own factors."""
        return factor_set_in(self.regions.get("factors"))

    @cached_property
    def products(self) -> tuple[str, ...]:
        """The products of the outputs, each once, as first typed."""
        named: dict[str, str] = {}
        for row in self.records("outputs"):
            if name := row.text("product"):
                named.setdefault(folded(name), name)
        return tuple(named.values())

    def share(self, bill: SiteBill, product: str) -> SiteShare | None:
        """The product's part; None where it takes nothing. Raises BasisMissing."""
        name = folded(product)
        output = self._amounts(OUTPUT, bill.month).get(name)
        if bill.only_product:
            is_it = folded(bill.only_product) == name
            return SiteShare(1.0, 1.0, output) if is_it else None
        amounts = self._amounts(frozenset({folded(bill.basis)}), bill.month)
        total = math.fsum(amounts.values())
        if not total > 0:
            raise BasisMissing("site.basis_missing", voucher=bill.voucher, basis=bill.basis)
        own = amounts.get(name)
        return SiteShare(own, total, output) if own else None

    def _amounts(self, basis: frozenset[str], month: str) -> Mapping[str, float]:
        """Amounts of a basis by product: those of the month, else those that name no month."""
        by_month = [self._outputs.get((one, folded(month)), {}) for one in basis]
        of_period = [self._outputs.get((one, ""), {}) for one in basis]
        found: dict[str, float] = {}
        for amounts in by_month if any(by_month) and folded(month) else of_period:
            for product, amount in amounts.items():
                found[product] = found.get(product, 0.0) + amount
        return found

    @cached_property
    def _outputs(self) -> Mapping[tuple[str, str], Mapping[str, float]]:
        """Amounts by basis and month, then by product; the month "" is the whole period."""
        found: dict[tuple[str, str], dict[str, float]] = {}
        for row in self.records("outputs"):
            amount = row.values.get("amount")
            if isinstance(amount, float):
                of_basis = found.setdefault(
                    (folded(row.text("basis")), folded(row.text("month"))), {}
                )
                product = folded(row.text("product"))
                of_basis[product] = of_basis.get(product, 0.0) + amount
        return found


def find_site(workbook: Workbook) -> Site | None:
    """The site that a workbook states; None where it has no table of bills."""
    regions: dict[str, Region] = {}
    for name in workbook.names:
        key = name.name.casefold()
        table = key.removeprefix(PREFIX)
        if not key.startswith(PREFIX) or table not in KINDS:
            continue
        found = references(name.formula, name.sheet or "")
        sheet = workbook.sheet(found[0].sheet) if found else None
        if sheet is not None:
            region, _ = find_columns(key, KINDS[table], sheet, found[0].bounds)
            fields = [one.id for one in columns(KINDS[table]) if not one.is_computed]
            regions[table] = region.with_rows_below(fields, ())
    return Site(regions) if "bills" in regions else None


def _number(value: Scalar) -> float | None:
    return value if isinstance(value, float) else None


def _bill(row: Record) -> SiteBill:
    return SiteBill(
        row.text("voucher"),
        row.text("month"),
        row.text("medium"),
        _number(row.values.get("total")),
        row.text("unit"),
        row.text("basis"),
        row.cell("voucher"),
        row.text("id"),
        folded(row.text("complete")) in YES,
        meter_total=_number(row.values.get("meter_total")),
    )


def _certificate(row: Record) -> SiteBill:
    return SiteBill(
        row.text("certificate"),
        row.text("month"),
        row.text("medium"),
        _number(row.values.get("quantity")),
        row.text("unit"),
        row.text("basis"),
        row.cell("certificate"),
        row.text("id"),
        is_certificate=True,
        only_product=row.text("product"),
    )
