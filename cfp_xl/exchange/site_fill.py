"""A product's shares of its factory's site workbook: what would be written, and where.

A row of the allocation belongs to a voucher, medium, month and product: it is written where it is
already, else in the next free row, so that filling twice is filling once. What is left of a bill
goes to one row “other products”, for the shares of a voucher add to 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cfp_xl.exchange.fill import CannotFill, free_rows
from cfp_xl.exchange.fill_apply import Cells, held_by_seal, written_beside
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import Scalar, shown
from cfp_xl.messages import Lang, say
from cfp_xl.schema.entered import entered
from cfp_xl.schema.opened import Opened
from cfp_xl.schema.region import Record, Region, is_blank
from cfp_xl.schema.schema import Schema
from cfp_xl.schema.site import Site, SiteBill, SiteShare
from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.writing.properties import with_property

FILLED_FROM = "cfp_site"
"""The document property with the site workbook's name and hash."""
Values = Mapping[str, Scalar]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TakenBill:
    """A bill that the product has a share of."""

    bill: SiteBill
    share: SiteShare


@dataclass(frozen=True)
class SiteFill:
    """What the product takes; `cells` are only those that change."""

    product: str
    taken: tuple[TakenBill, ...]
    cells: Cells
    factors: int
    parts: int
    gone: tuple[str, ...]
    """Vouchers of the product that the site does not have."""
    reference: str
    """`NAME sha256:…` of the site workbook."""
    rows_short: Mapping[str, int]
    """By table, how many rows lack."""

    @property
    def count(self) -> int:
        return sum(map(len, self.cells.values()))


def plan_site(product: Opened, site: Site, name: str, reference: str, lang: Lang) -> SiteFill:
    """What `product`, called `name` in the site, takes. Raises CannotFill, BasisMissing."""
    schema = product.recomputed.schema
    if schema is None or "allocation" not in schema.regions:
        raise CannotFill("site.no_allocation", file=product.workbook.path.name)
    if folded(name) not in {folded(known) for known in site.products}:
        raise CannotFill("site.product_unknown", product=name, known=site.products)
    plan = _Plan(schema)
    taken = tuple(_taken(site, name))
    for one in taken:
        own, *rest = _rows(one, name, lang)
        plan.put_bill(own, rest)
    factors = plan.factors(site)
    parts = plan.parts(site)
    known = {folded(bill.voucher) for bill in site.bills}
    gone = dict.fromkeys(
        row.text("voucher")
        for row in schema.records("allocation")
        if row.text("voucher") and folded(row.text("voucher")) not in known
    )
    return SiteFill(
        name, taken, plan.cells, factors, parts, tuple(gone), reference, plan.rows_short
    )


def apply_site(
    product: Opened, plan: SiteFill, destination: Path, lang: Lang, before: Package
) -> tuple[Path, Path | None]:
    """Writes it; where the file is and the one that it replaced. Raises CannotFill, NotWritten."""
    if plan.rows_short:
        table, rows = next(iter(plan.rows_short.items()))
        raise CannotFill("site.full", table=table, rows=rows)
    held_by_seal(product, lang)
    after = entered(product, plan.cells) if plan.cells else product
    data = with_property(after.package, FILLED_FROM, plan.reference)
    return written_beside(before, data, destination)


def is_filled(product: Opened, plan: SiteFill) -> bool:
    """Whether the product says all of this already, of this very state of the site."""
    return not plan.cells and product.workbook.properties.get(FILLED_FROM) == plan.reference


def _taken(site: Site, name: str) -> Iterator[TakenBill]:
    for bill in site.bills:
        if not bill.voucher:
            continue
        share = site.share(bill, name)
        if share is None:
            continue
        if bill.total is None or not bill.unit:
            raise CannotFill("site.not_a_number", voucher=bill.voucher)
        if not share.output:
            raise CannotFill("site.no_output", product=name, month=bill.month or "–")
        yield TakenBill(bill, share)


def _rows(one: TakenBill, name: str, lang: Lang) -> Iterator[dict[str, Scalar]]:
    """The product's row, and what is left for the others."""
    bill, share = one.bill, one.share
    common: dict[str, Scalar] = {
        "id": bill.id,
        "month": bill.month,
        "voucher": bill.voucher,
        "medium": bill.medium,
        "total": bill.total,
        "unit": bill.unit,
        "basis_total": share.basis_total,
        "meter_total": bill.meter_total,
        "method": bill.basis or None,
    }
    yield {
        **common,
        "product": name,
        "basis_product": share.basis_product,
        "output": share.output,
    }
    left = share.basis_total - share.basis_product
    if left > 1e-12 * share.basis_total:
        others = say("site.others", lang)
        rest: dict[str, Scalar] = {"product": others, "basis_product": left, "output": left}
        yield {**common, "id": None, **rest}


def _key(values: Values) -> Key:
    return tuple(
        folded(shown(values.get(name)).strip())
        for name in ("voucher", "medium", "month", "product")
    )


class _Plan:
    """Cells that change in the tables of a product, collected."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.cells: Cells = {}
        self.rows_short: dict[str, int] = {}
        self._free = {table: iter(free_rows(schema, table)) for table in schema.regions}
        self._rows = {_key(row.values): row.row for row in schema.records("allocation")}

    def put_bill(self, own: Values, rest: Sequence[Values]) -> None:
        """The product's row of a flow, and one for what is left where nobody has named the others.

        Whoever typed the flow by hand may call the product by a part of its name.
        """
        there = {k[-1]: row for k, row in self._rows.items() if k[:-1] == _key(own)[:-1]}
        name = _key(own)[-1]
        mine = next((n for n in (name, "") if n in there), None)
        if mine is None:
            mine = next((n for n in there if n in name or name in n), None)
        others = [row for known, row in there.items() if known != mine]
        self._put(there.get(mine) if mine is not None else None, own)
        if rest and len(others) <= 1:
            kept = rest[0] if not others else {**rest[0], "product": None}
            self._put(others[0] if others else None, kept)

    def _put(self, known: int | None, values: Values) -> None:
        row = known or next(self._free["allocation"], None)
        if row is None:
            self.rows_short["allocation"] = self.rows_short.get("allocation", 0) + 1
        else:
            self._write(self.schema.regions["allocation"], row, values)

    def _write(self, region: Region, row: int, values: Values) -> int:
        changed = 0
        for field, value in values.items():
            if field not in region.columns or is_blank(value):
                continue
            there = region.value(row, field)
            if field == "method" and folded(shown(value)) in folded(shown(there)):
                continue  # a person's own words on the same basis
            if not _is_same(there, value):
                of_sheet = self.cells.setdefault(region.sheet.name, {})
                of_sheet[row, region.columns[field]] = value
                changed += 1
        return changed

    def factors(self, site: Site) -> int:
        """The site's own factors that the product's activities name or its sheet holds."""
        region = self.schema.regions.get("factors")
        if region is None:
            return 0
        named = {folded(shown(a.factor_id).strip()) for a in self.schema.inventory}
        there = {folded(row.text("id")): row.row for row in self.schema.records("factors")}
        count = 0
        for record in site.records("factors"):
            id = folded(record.text("id"))
            if id not in named and id not in there:
                continue
            row = there.get(id) or next(self._free["factors"], None)
            if row is None:
                self.rows_short["factors"] = self.rows_short.get("factors", 0) + 1
                continue
            count += bool(self._write(region, row, record.values))
        return count

    def parts(self, site: Site) -> int:
        """What the site knows of the product's parts, in cells that are blank."""
        region = self.schema.regions.get("parts")
        if region is None:
            return 0
        known = {_part(row): row for row in site.records("parts")}
        count = 0
        for row in self.schema.records("parts"):
            found = known.get(_part(row))
            if found is not None:
                blank = {
                    f: v for f, v in found.values.items() if is_blank(region.value(row.row, f))
                }
                count += bool(self._write(region, row.row, blank))
        return count


def _part(row: Record) -> Key:
    return folded(row.text("part_id")), folded(row.text("supplier_id"))


def _is_same(typed: Scalar, value: Scalar) -> bool:
    if isinstance(typed, float) and isinstance(value, float):
        return typed == value
    return shown(typed).strip() == shown(value).strip()
