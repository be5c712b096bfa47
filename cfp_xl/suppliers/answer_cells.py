"""Where the questions, the table and the buyer's own words stand in a returned workbook.

In a sheet of today's template that is told by its rows and columns, wherever they went; in one of
an earlier template, which is not at hand any more, by its names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.wording import shortened
from cfp_xl.functions.values import shown
from cfp_xl.schema.opened import Opened
from cfp_xl.schema.region import Region, find_columns
from cfp_xl.schema.seal import check_seal
from cfp_xl.schema.stray_rows import stray_rows
from cfp_xl.suppliers.identity import LONGEST_PROPERTY, Identity
from cfp_xl.suppliers.template_comparison import Beside, beside, cell_at
from cfp_xl.suppliers.template_versions import edition, own_edition
from cfp_xl.templates.supplier.build import VERSION, base_workbook
from cfp_xl.templates.supplier.fields import FOR, IN
from cfp_xl.templates.supplier.issue import Request, code_of
from cfp_xl.templates.supplier.labels import LABELS, labels_digest
from cfp_xl.templates.supplier.layout import ACTIVITY_INPUTS
from cfp_xl.workbook.address import Bounds, range_address
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.model import Sheet, Workbook

TABLE = "cfp_activities"


@dataclass(frozen=True)
class Found:
    """A returned workbook with its places."""

    beside: Beside
    questions: Mapping[str, CellRef]
    """By the question's id."""
    personal: Mapping[str, str]
    """What stands in the buyer's cells, by id."""
    personal_places: Mapping[str, CellRef]
    table: Region | None
    findings: tuple[Finding, ...]


def find_places(returned: Opened, identity: Identity) -> Found:
    """Finds everything by its place in the template; S04, S05 and the table's own findings."""
    known = edition(identity.lang, identity.kind) if identity.is_todays else own_edition(returned)
    side = beside(known, returned)
    places = dict(_places(side))
    personal_places = _named(places, FOR)
    personal = {id: _text(returned.workbook, where) for id, where in personal_places.items()}
    findings = [*_request(identity, personal, personal_places)]
    if not identity.is_todays:
        findings.append(finding("S05", seen=identity.version, expected=VERSION))
        findings += _seals(returned.workbook)
    table = None
    if TABLE in places:
        sheet, bounds = places[TABLE]
        found, told = find_columns(TABLE, "activities", sheet, bounds)
        table = found.with_rows_below(ACTIVITY_INPUTS, ())
        findings += [*told, *stray_rows(table, ACTIVITY_INPUTS, ())]
        if added := [r for r in table.records(ACTIVITY_INPUTS) if r.row > bounds[2]]:
            findings.append(finding("S24", added[0].cell("activity"), count=len(added)))
    return Found(side, _named(places, IN), personal, personal_places, table, tuple(findings))


def _places(side: Beside) -> Iterator[tuple[str, tuple[Sheet, Bounds]]]:
    """Where our names lead now, by the template's cells and not by what a file says of itself."""
    for name in side.edition.opened.workbook.names:
        key = name.name.casefold()
        if key == TABLE or key.startswith((IN, FOR)):
            for reference in references(name.formula, name.sheet or "")[:1]:
                if place := side.now(reference.sheet, reference.bounds):
                    yield key, place


def _named(places: Mapping[str, tuple[Sheet, Bounds]], prefix: str) -> dict[str, CellRef]:
    return {
        key.removeprefix(prefix): CellRef(sheet.name, range_address((*bounds[:2], *bounds[:2])))
        for key, (sheet, bounds) in places.items()
        if key.startswith(prefix)
    }


def _text(workbook: Workbook, where: CellRef) -> str:
    cell = cell_at(workbook, where)
    return "" if cell is None or cell.formula is not None else shown(cell.value)


def _request(
    identity: Identity, personal: Mapping[str, str], places: Mapping[str, CellRef]
) -> Iterator[Finding]:
    """S04: what the buyer filled in says what the document properties say."""
    is_told = False
    for id in ("supplier_id", "part_id", "product"):
        expected, seen = getattr(identity, id), personal.get(id, "")
        if seen[:LONGEST_PROPERTY] != expected:
            is_told = True
            case = "" if seen else "blank"
            said = (shortened(seen), shortened(expected))
            yield finding("S04", places.get(id), case=case, seen=said[0], expected=said[1])
    if not is_told and identity.is_todays:
        asked = {id: text for id, text in personal.items() if id != "code"}
        if Request(**asked, lang=identity.lang, kind=identity.kind).digest != identity.request:
            yield finding("S04", places.get("supplier"), case="request")
        blank = base_workbook(identity.lang, identity.kind)
        if personal.get("code", "") != code_of(blank, identity.request):
            yield finding("S04", places.get("code"), case="code", seen=personal.get("code", ""))


def _seals(workbook: Workbook) -> Iterator[Finding]:
    """What an earlier template's own seals say: formulas, names, and all that stood written."""
    yield from check_seal(workbook)
    if labels_digest(workbook) != workbook.properties.get(LABELS):
        yield finding("S11", case="seal")
