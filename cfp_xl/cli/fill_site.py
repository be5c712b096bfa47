"""`cfp-xl fill PRODUCT --from SITE`: a product's shares of its factory's bills."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cfp_xl.messages import Lang, say

if TYPE_CHECKING:
    from cfp_xl.exchange.site_fill import SiteFill
    from cfp_xl.schema.opened import Opened
    from cfp_xl.schema.site import Site


def site_in(source: Path) -> tuple[Site, str] | None:
    """The site workbook in a file with its name and hash; None where it is something else."""
    from cfp_xl.schema.opened import open_file
    from cfp_xl.schema.site import find_site
    from cfp_xl.workbook.reading.container import Unreadable

    try:
        opened = open_file(source)
    except Unreadable:
        return None  # a list of another form, which says so itself
    if find_site(opened.workbook) is None:
        return None
    site = find_site(opened.recomputed.workbook)
    assert site is not None
    return site, f"{source.name} sha256:{opened.workbook.sha256}"


def fill_from_site(
    lang: Lang,
    file: Path,
    source: tuple[Site, str],
    name: str,
    is_applied: bool,
    output: Path | None,
) -> int:
    """A dry run unless applied; in place the file as it was is kept beside it."""
    from cfp_xl.exchange.fill import CannotFill
    from cfp_xl.exchange.site_fill import apply_site, is_filled, plan_site
    from cfp_xl.schema.opened import open_file

    site, reference = source
    if not site.products or not site.bills:
        raise CannotFill("site.nothing_listed", file=reference.split(" sha256:")[0])
    product = open_file(file)
    before = product.package
    record = product.recomputed.product
    stated = record.product_name if record else None
    called = name or (stated.text if stated else "")
    plan = plan_site(product, site, called, reference, lang)
    if plan.rows_short and (longer := _longer(product, plan)):
        product = longer
        plan = plan_site(product, site, called, reference, lang)
    _say(plan, lang)
    if is_filled(product, plan) and output is None:
        click.echo(say("site.same", lang))
    elif not is_applied:
        click.echo(say("site.dry", lang))
    else:
        target, kept = apply_site(product, plan, output or file, lang, before)
        if kept is not None:
            click.echo(say("exchange.kept", lang, file=kept))
        click.echo(say("site.written", lang, file=target, site=reference.split(" sha256:")[0]))
    return int(bool(plan.gone))


def _longer(product: Opened, plan: SiteFill) -> Opened | None:
    """The product with as many rows more as lack; None where its template can't grow."""
    from cfp_xl.schema.opened import opened
    from cfp_xl.templates.grow import CannotGrow, grow

    schema = product.recomputed.schema
    assert schema is not None
    path = product.workbook.path
    wanted = {}
    for table, count in plan.rows_short.items():
        top, _, bottom, _ = schema.regions[table].bounds
        wanted[table] = bottom - top - len(schema.regions[table].closing_rows) + count
    try:
        return opened(grow(product.package.data, path, wanted)[0], path)
    except CannotGrow:
        return None


def _say(plan: SiteFill, lang: Lang) -> None:
    for one in plan.taken:
        bill, share = one.bill, one.share
        amount = (bill.total or 0.0) * share.share
        values = {"voucher": bill.voucher, "month": bill.month, "medium": bill.medium}
        said = {"share": f"{share.share:.4%}", "amount": f"{amount:.6g} {bill.unit}"}
        click.echo(say("site.takes", lang, **values, **said))
    if plan.gone:
        click.echo(say("site.gone", lang, vouchers=plan.gone))
    counts = {"rows": len(plan.taken), "factors": plan.factors, "parts": plan.parts}
    click.echo(say("site.rows", lang, **counts, cells=plan.count))
