"""Whose a returned sheet is, by its document properties, and whether the product asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded, shortened
from cfp_xl.messages import Explained
from cfp_xl.suppliers.product_parts import RequestedPart, SupplierRequests
from cfp_xl.templates.supplier.build import TEMPLATE, VERSION
from cfp_xl.templates.supplier.fields import FOR, KINDS, LANGUAGES, Kind, Language
from cfp_xl.templates.supplier.issue import SEVERAL
from cfp_xl.workbook.model import Workbook

LONGEST_PROPERTY = 255
"""Characters that Excel keeps of a document property."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What the document properties of a sheet say."""

    lang: Language
    kind: Kind
    version: str
    supplier_id: str
    part_id: str
    product: str
    request: str

    @property
    def is_todays(self) -> bool:
        return self.version == VERSION

    @property
    def is_earlier(self) -> bool:
        """Of a version that there was before today's."""
        return self.version.isdecimal() and 0 <= int(self.version[:6]) < int(VERSION)


def identify(workbook: Workbook) -> tuple[Identity | None, tuple[Finding, ...]]:
    """Whose a sheet is; None, with the reason, where it is none of ours or has lost its marks."""
    properties = workbook.properties
    lang = next((one for one in LANGUAGES if one == properties.get("cfp_lang")), None)
    kind = next((one for one in KINDS if one == properties.get("cfp_kind")), None)
    if properties.get("cfp_template") != TEMPLATE or lang is None or kind is None:
        is_ours = any(name.name.casefold().startswith(FOR) for name in workbook.names)
        return None, (finding("S01", case="stripped" if is_ours else ""),)
    identity = Identity(
        lang,
        kind,
        *(
            properties.get(f"cfp_{id}", "")
            for id in ("template_version", "supplier_id", "part_id", "product", "request")
        ),
    )
    if identity.is_todays or identity.is_earlier:
        return identity, ()
    unknown = finding("S05", case="unknown", seen=shortened(identity.version), expected=VERSION)
    return None, (unknown,)


def belongs_to(
    identity: Identity, unit: str, places: Mapping[str, CellRef], product: SupplierRequests
) -> tuple[RequestedPart | None, tuple[Finding, ...]]:
    """The part that a sheet is about, and S02, S03 where product, supplier or unit do not fit.

    `unit` is the declared unit that the sheet shows, `places` are its personal cells.
    """
    findings = []
    if folded(product.name[:LONGEST_PROPERTY]) not in _asked_for(identity.product):
        seen, expected = shortened(identity.product), shortened(product.name)
        findings.append(finding("S02", places.get("product"), seen=seen, expected=expected))
    asked = product.by_part.get(folded(identity.part_id))
    if asked is None:
        findings.append(finding("S03", places.get("part_id"), seen=shortened(identity.part_id)))
        return None, tuple(findings)
    part = asked.part
    for case, seen, expected, is_same in (
        (
            "supplier",
            identity.supplier_id,
            part.supplier_id,
            folded(identity.supplier_id) == folded(part.supplier_id),
        ),
        ("unit", unit, part.unit, _is_one_unit(unit, part.unit)),
    ):
        if not is_same:
            where = places.get("unit" if case == "unit" else "supplier_id")
            findings.append(
                finding(
                    "S03",
                    where,
                    case=case,
                    part=part.part_id,
                    seen=shortened(seen),
                    expected=expected,
                )
            )
    return asked, tuple(findings)


def _is_one_unit(one: str, other: str) -> bool:
    """Whether two spellings are of one unit: 件 and pcs, t·km and tkm."""
    try:
        return conversion(one, other) == 1
    except Explained:
        return False


def _asked_for(names: str) -> set[str]:
    """The product that a sheet names, or each of several that ask for the part together."""
    return {folded(names), *(folded(name) for name in names.split(SEVERAL))}
