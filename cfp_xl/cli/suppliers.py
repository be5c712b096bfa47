"""`cfp-xl new supplier`: workbooks for the suppliers of a product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cfp_xl.cli.actions import progress
from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import Spelled, UsageMistake, option
from cfp_xl.messages import Explained, Lang, Text, say
from cfp_xl.outputs import ensure_output_folder
from cfp_xl.privacy import masked

if TYPE_CHECKING:
    from cfp_xl.findings import Finding
    from cfp_xl.footprint.product import Product
    from cfp_xl.suppliers.parts import Part

LANGUAGES = ("zh", "en", "both")
SHOWN = 20
"""Up to so many files are named one by one."""


class NobodyToAsk(Explained):
    """A product without parts, or no product at all."""


def new_supplier(lang: Lang) -> click.Command:
    """The command with its options; `--lang` is the sheets' language here."""

    def run(**options: Any) -> int:
        return write_invitations(lang, **options)

    file = click.Path(path_type=Path)
    language = click.Option(
        ["--lang", "language"],
        type=Spelled(lang, LANGUAGES),
        metavar="|".join(LANGUAGES),
        help=say("cli.option.lang_of_sheets", lang),
    )
    return Spoken(
        "supplier",
        lang,
        "new_supplier",
        callback=run,
        params=[
            option(
                lang,
                "--product",
                "products",
                type=file,
                required=True,
                multiple=True,
                metavar="FILE",
            ),
            option(lang, "--suppliers", "listed", type=file, metavar="LIST"),
            option(lang, "--out", type=file, required=True, metavar="DIR"),
            language,
            option(lang, "--due", metavar="YYYY-MM-DD"),
            option(lang, "--buyer", metavar="NAME"),
            option(lang, "--contact", metavar="TEXT"),
            option(lang, "--debug", is_flag=True, expose_value=False),
        ],
    )


def write_invitations(
    lang: Lang,
    products: Sequence[Path],
    listed: Path | None,
    out: Path,
    language: str | None,
    due: str | None,
    buyer: str | None,
    contact: str | None,
) -> int:
    """Exit code 1 where somebody could not be asked or a file was not overwritten."""
    from cfp_xl.report.verification.lines import finding_line
    from cfp_xl.suppliers.invite import Invitation, InvitationOutcome, invite
    from cfp_xl.suppliers.mailing import Asking, read_list, requests, with_list
    from cfp_xl.suppliers.parts import LANG_WORDS

    record, parts, names, findings = _of_all(products)
    entries = read_list(listed) if listed is not None else None
    asking = Asking(
        product=next(iter(names.values()), ""),
        buyer=buyer or (record.producer.text if record.producer else ""),
        contact=contact or "",
        lang=LANG_WORDS[language] if language else None,
        due=_day(due) if due else "",
    )
    asked, of_list = requests(parts, entries, asking)
    asked = tuple(replace(one, product=names[one.part_id]) for one in asked)
    for one in (*findings, *of_list):
        click.echo(finding_line(one, lang))
    if not asked:
        raise NobodyToAsk("suppliers_out.nothing_asked")
    ensure_output_folder(out)
    contacts = {part.part_id: part.contact for part in with_list(parts, entries or ())}
    count = dict.fromkeys(InvitationOutcome, 0)
    written: list[Invitation] = []
    with progress(lang) as advance:
        for number, invitation in enumerate(invite(asked, out, contacts), 1):
            count[invitation.outcome] += 1
            if invitation.outcome is InvitationOutcome.KEPT or len(asked) <= SHOWN:
                written.append(invitation)
            if advance:
                advance(number, len(asked))
    for one_file in written:
        if one_file.outcome is InvitationOutcome.KEPT:
            click.echo(say("suppliers_out.kept", lang, file=one_file.path))
        else:
            request = one_file.request
            click.echo(f"{one_file.path}  {masked(f'{request.supplier}  {request.part}')}")
    for outcome in (InvitationOutcome.WRITTEN, InvitationOutcome.SAME):
        if count[outcome] or outcome is InvitationOutcome.WRITTEN:
            click.echo(say(f"suppliers_out.{outcome}", lang, count=count[outcome], folder=out))
    if any(entry.due for entry in entries or ()):
        click.echo(say("suppliers_out.list_again", lang, file=listed))
    return int(bool(findings or of_list or count[InvitationOutcome.KEPT]))


def _of_all(
    products: Sequence[Path],
) -> tuple[Product, tuple[Part, ...], Mapping[str, str], tuple[Finding, ...]]:
    """The first product, the parts of all, each once, the names of the products that ask for each
    by its number, and what is wrong with their tables. Raises NobodyToAsk."""
    from cfp_xl.suppliers.parts import parts_of
    from cfp_xl.templates.supplier.issue import MAX_PROPERTY, SEVERAL

    records = [_product(path) for path in products]
    parts: dict[str, Part] = {}
    names: dict[str, list[str]] = {}
    findings: list[Finding] = []
    for path, record in zip(products, records, strict=True):
        name = record.product_name.text if record.product_name else ""
        if not name:
            raise NobodyToAsk("suppliers_out.no_product_name", file=path)
        own, wrong = parts_of(record)
        findings += wrong
        for part in own:
            known = parts.setdefault(part.part_id, part)
            if (known.supplier_id, known.unit) != (part.supplier_id, part.unit):
                seen = tuple(f"{one.supplier_id} {one.unit}" for one in (known, part))
                raise NobodyToAsk("suppliers_out.differ", part=part.part_id, seen=seen)
            names.setdefault(part.part_id, []).append(name)
    joined = {id: SEVERAL.join(dict.fromkeys(ones)) for id, ones in names.items()}
    for id, text in joined.items():
        if len(names[id]) > 1 and len(text) > MAX_PROPERTY:
            raise NobodyToAsk("suppliers_out.too_many_products", part=id, limit=MAX_PROPERTY)
    return records[0], tuple(parts.values()), joined, tuple(findings)


def _product(path: Path) -> Product:
    """The product workbook with a table of parts that holds something."""
    from cfp_xl.schema.opened import open_file
    from cfp_xl.suppliers.parts import parts_beyond

    tables = open_file(path).cached
    schema, product = tables.schema, tables.product
    if schema is None or product is None or schema.kind != "product":
        raise NobodyToAsk("suppliers_out.not_product", file=path)
    if "parts" not in product.tables:
        raise NobodyToAsk("suppliers_out.no_parts", file=path)
    if beyond := tuple(parts_beyond(schema)):
        why = Text(beyond[0].message("zh"), beyond[0].message("en"))
        raise NobodyToAsk("suppliers_out.parts_beyond", file=path, why=why)
    if not product.rows("parts"):
        raise NobodyToAsk("suppliers_out.no_part_rows", file=path)
    return product


def _day(typed: str) -> str:
    from cfp_xl.schema.understand import NotUnderstood
    from cfp_xl.suppliers.days import day

    try:
        return str(day(typed, "end") or "")
    except NotUnderstood as unclear:
        raise UsageMistake(unclear.key, **unclear.values) from unclear
