"""What one file states that others state too: bills, own factors, suppliers' answers, a site."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cfp_xl.findings import CellRef
from cfp_xl.footprint.factor import is_supplier_factor
from cfp_xl.footprint.factors import FactorSet, library
from cfp_xl.footprint.product import Product, Row
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.schema.answer_history import history_of
from cfp_xl.schema.opened import Opened
from cfp_xl.schema.site import BasisMissing, Site, SiteBill, find_site
from cfp_xl.verify.limits import limits

FILLED_FROM = "cfp_site"
"""The document property that names the site workbook whose shares were taken, and its hash."""


@dataclass(frozen=True, slots=True)
class StatedBill:
    """A product's row of a bill; `share` None where its figures don't give one."""

    voucher: str
    medium: str
    month: str
    total: float | None
    unit: str
    share: float | None
    where: CellRef

    @property
    def key(self) -> tuple[str, str]:
        return folded(self.voucher), folded(self.medium)


@dataclass(frozen=True, slots=True)
class StatedFactor:
    """A factor of one's own, or a supplier's: in kgCO2e per `per_unit`."""

    id: str
    kgco2e: float
    per_unit: str
    where: CellRef


@dataclass(frozen=True, slots=True)
class StatedAnswer:
    """A supplier's answer for a part, as it was taken in."""

    part_id: str
    supplier_id: str
    sha256: str
    kgco2e: float | None
    unit: str
    where: CellRef

    @property
    def key(self) -> tuple[str, str]:
        return folded(self.part_id), folded(self.supplier_id)


@dataclass(frozen=True, slots=True)
class StatedShare:
    """What the site gives a product of a bill."""

    product: str
    share: float


@dataclass(frozen=True, slots=True)
class StatedSiteBill:
    """A bill or certificate of the site, with the shares of all its products."""

    bill: SiteBill
    shares: tuple[StatedShare, ...]
    is_shared: bool = True
    """False where the outputs don't give its basis."""

    @property
    def key(self) -> tuple[str, str]:
        return self.bill.key


@dataclass(frozen=True, slots=True)
class Stated:
    """One file's part in what several state."""

    path: str
    sha256: str = ""
    product: str = ""
    filled_from: str = ""
    """`NAME sha256:…` of the site workbook that it was filled from."""
    bills: tuple[StatedBill, ...] = ()
    unnamed: tuple[CellRef, ...] = ()
    """Bills without a voucher's number: nothing can be held against them."""
    factors: tuple[StatedFactor, ...] = ()
    answers: tuple[StatedAnswer, ...] = ()
    parts: tuple[StatedAnswer, ...] = ()
    """Parts and who delivers them, answered or not."""
    site: tuple[StatedSiteBill, ...] | None = None
    products: tuple[str, ...] = ()
    """Of a site: its products."""


def stated_in(opened: Opened, path: Path) -> Stated | None:
    """What the file states; None where it is neither a product nor a site."""
    tables, workbook = opened.recomputed, opened.workbook
    if site := find_site(tables.workbook):
        return _of_site(site, path.as_posix(), workbook.sha256)
    product = tables.product
    if product is None or tables.schema is None or tables.schema.kind != "product":
        return None
    own = own_rows(product)
    return Stated(
        path.as_posix(),
        workbook.sha256,
        product.product_name.text if product.product_name else "",
        workbook.properties.get(FILLED_FROM, ""),
        tuple(_bill(row) for row in own if row.text("voucher")),
        tuple(row.cell("medium") for row in own if not row.text("voucher")),
        tuple(_own_factors(product.sheet_factors)),
        tuple(_answers(product)),
        tuple(_parts(product)),
    )


def own_rows(product: Product) -> list[Row]:
    """The rows of the allocation about this product: of exactly its name where there are such,
    else of a name that it contains or is contained in."""
    rows = product.rows("allocation")
    name = folded(product.product_name.text) if product.product_name else ""
    words = {"", *(folded(word) for word in limits("words")["this_product"])}
    named = [(row, folded(row.text("product"))) for row in rows]
    exact = [row for row, said in named if said in words or said == name]
    return exact or [row for row, said in named if name and (said in name or name in said)]


def _bill(row: Row) -> StatedBill:
    basis, total = (_number(row, field) for field in ("basis_product", "basis_total"))
    return StatedBill(
        row.text("voucher"),
        row.text("medium"),
        row.text("month"),
        _number(row, "total"),
        row.text("unit"),
        basis / total if basis is not None and total else None,
        row.cell("basis_product"),
    )


def _number(row: Row, field: str) -> float | None:
    value = row.values.get(field)
    return value if isinstance(value, float) else None


def _own_factors(factors: FactorSet) -> list[StatedFactor]:
    """A sheet's factors that are in no shipped set, and not suppliers'."""
    shipped = {folded(id) for id in library().ids()}
    found = []
    for factor in factors.factors.values():
        if folded(factor.id) in shipped or is_supplier_factor(factor.id) or factor.origin is None:
            continue
        try:
            value = factor.kgco2e_per()
        except Explained:  # no mass of CO2e: another rule names it
            continue
        found.append(StatedFactor(factor.id, value, factor.per_unit, factor.origin))
    return found


def _answers(product: Product) -> list[StatedAnswer]:
    """The last answer that was taken in, of each part."""
    last: dict[str, StatedAnswer] = {}
    for entry in history_of(product.rows("history")):
        if entry.is_held:
            continue
        row = entry.record
        last[entry.part] = StatedAnswer(
            row.text("part_id"),
            row.text("supplier_id"),
            entry.sha256,
            _number(row, "kgco2e_per_unit"),
            row.text("unit"),
            row.cell("part_id"),
        )
    return list(last.values())


def _parts(product: Product) -> list[StatedAnswer]:
    return [
        StatedAnswer(
            row.text("part_id"), row.text("supplier_id"), "", None, "", row.cell("part_id")
        )
        for row in product.rows("parts")
        if row.text("part_id")
    ]


def _of_site(site: Site, path: str, sha256: str) -> Stated:
    return Stated(
        path,
        sha256,
        factors=tuple(_own_factors(site.factors)),
        site=tuple(_site_bill(site, bill) for bill in site.bills if bill.voucher),
        products=site.products,
    )


def _site_bill(site: Site, bill: SiteBill) -> StatedSiteBill:
    shares = []
    try:
        for product in site.products:
            if part := site.share(bill, product):
                shares.append(StatedShare(product, part.share))
    except BasisMissing:
        return StatedSiteBill(bill, (), is_shared=False)
    return StatedSiteBill(bill, tuple(shares))
