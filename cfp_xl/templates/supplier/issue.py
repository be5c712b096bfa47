"""A supplier's own copy of the workbook: the same edition, with who is asked for what."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path

from cfp_xl.functions.values import Scalar
from cfp_xl.schema.opened import recalculated_with
from cfp_xl.schema.seal import PROPERTY
from cfp_xl.templates.supplier.build import VERSION, base, base_workbook
from cfp_xl.templates.supplier.fields import FOR, PERSONAL, Kind, Language
from cfp_xl.templates.supplier.labels import LABELS
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.writing.cell_editor import as_xml
from cfp_xl.workbook.writing.patch import patch_sheet
from cfp_xl.workbook.writing.values import write_into_sheet
from cfp_xl.workbook.writing.zip_copy import replace_parts

SEVERAL = " / "
"""Between the names of products that ask for one part together."""
MAX_PROPERTY = 255
"""What Excel keeps of a custom document property."""


@dataclass(frozen=True, slots=True)
class Request:
    """Who is asked for what: one supplier, one part (or transport) that it delivers."""

    supplier_id: str
    supplier: str
    part_id: str
    part: str
    unit: str
    """The declared unit: kg, 件, t·km."""
    product: str
    buyer: str = ""
    contact: str = ""
    due: str = ""
    """ISO date until which the answer is wanted."""
    lang: Language = "zh"
    kind: Kind = "part"

    @property
    def personal(self) -> dict[str, str]:
        """What the personal cells hold, the code left out."""
        return {id: getattr(self, id) for id in PERSONAL if id != "code"}

    @property
    def digest(self) -> str:
        """What the request is known by, in the document property `cfp_request`."""
        text = "\n".join(f"{one.name}={getattr(self, one.name)}" for one in fields(self))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def issue(request: Request) -> bytes:
    """The workbook for this request, every result in it as a program would compute it."""
    lang, kind = request.lang, request.kind
    code = code_of(base_workbook(lang, kind), request.digest)
    personal = {**request.personal, "code": code}
    texts = {_mark(id): as_xml(value)[1] or "" for id, value in personal.items()}
    replaced = {
        part: _MARK.sub(lambda mark: texts[mark[0]], marked).encode("utf-8")
        for part, marked in _marked_sheets(lang, kind, request.unit)
    }
    package = package_of(base(lang, kind), Path("supplier.xlsx"))
    replaced[PROPERTIES] = _with_properties(package.open(PROPERTIES).read(), request)
    return replace_parts(package, replaced)


_MARK = re.compile("\ue000([a-z_]+)\ue001")


def _mark(id: str) -> str:
    """What stands for a personal text in the prepared sheets."""
    return f"\ue000{id}\ue001"


@lru_cache(maxsize=64)
def _marked_sheets(lang: Language, kind: Kind, unit: str) -> tuple[tuple[str, str], ...]:
    """Part and XML of the sheets that differ, computed once for all requests with this unit.

    Formulas only join the other personal texts to longer ones, so that a mark goes through them.
    """
    blank, places = base_workbook(lang, kind), _places(lang, kind)
    constants: dict[tuple[str, int, int], Scalar] = {
        place: unit if id == "unit" else _mark(id) for id, place in places.items()
    }
    filled: dict[str, dict[tuple[int, int], Scalar]] = {}
    for (name, row, column), value in constants.items():
        if value:
            filled.setdefault(name, {})[row, column] = value
    fresh = recalculated_with(blank, filled).cells
    package = package_of(base(lang, kind), Path("supplier.xlsx"))
    marked = []
    for sheet in blank.sheets:
        mine = {
            (row, column): value
            for (name, row, column), value in constants.items()
            if name == sheet.name
        }
        changed = {
            (row, column): computed.value
            for (name, row, column), computed in fresh.items()
            if name == sheet.name and computed.value != sheet.cells[row, column].value
        }
        if mine or changed:
            written = write_into_sheet(package.open(sheet.part).read(), mine)
            patched, _ = patch_sheet(written, changed)
            marked.append((sheet.part, patched.decode("utf-8")))
    return tuple(marked)


PROPERTIES = "docProps/custom.xml"


def code_of(workbook: Workbook, request_digest: str) -> str:
    """The 校验码: of the seals of formulas and labels and of the request, `A1B2-C3D4-E5F6`."""
    seals = [
        f"{name}={text}"
        for name, text in sorted(workbook.properties.items())
        if name.startswith(PROPERTY) or name == LABELS
    ]
    digest = hashlib.sha256("\n".join((*seals, request_digest)).encode()).hexdigest().upper()
    return "-".join(digest[at : at + 4] for at in (0, 4, 8))


@cache
def _places(
    lang: Language, kind: Kind, version: str = VERSION
) -> Mapping[str, tuple[str, int, int]]:
    """Sheet, row and column of every personal cell."""
    workbook = base_workbook(lang, kind, version)
    places: dict[str, tuple[str, int, int]] = {}
    for name in workbook.names:
        if name.name.startswith(FOR):
            (reference,) = references(name.formula, "")
            top, left, *_ = reference.bounds
            places[name.name.removeprefix(FOR)] = (reference.sheet, top, left)
    return places


def _with_properties(xml: bytes, request: Request) -> bytes:
    """The document properties with this request's in the places of their names."""
    text = xml.decode("utf-8")
    for name, value in (
        ("cfp_supplier_id", request.supplier_id),
        ("cfp_part_id", request.part_id),
        ("cfp_product", request.product),
        ("cfp_request", request.digest),
    ):
        held = as_xml(value[:MAX_PROPERTY])[1] or ""
        text = text.replace(f"<vt:lpwstr>{name}</vt:lpwstr>", f"<vt:lpwstr>{held}</vt:lpwstr>")
    return text.encode("utf-8")
