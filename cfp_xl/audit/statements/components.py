"""Parts and materials of the product that the report names, one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.document import Document, PrintedTable
from cfp_xl.audit.record import Said
from cfp_xl.audit.statements.sentences import sentences
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.identity import stage_id
from cfp_xl.verify.declared.names import term

_INCLUDED = ("包含的过程", "包括的过程", "包含的内容", "includedprocesses", "included")
_MATERIALS = (
    "物料名称",
    "材料名称",
    "原料名称",
    "原辅料名称",
    "零部件",
    "零部件名称",
    "部件",
    "material",
    "component",
)
_MADE_OF = re.compile(
    r"(?:由(?P<by>[^。；;,，]{4,160}?)(?:组成|构成|制成)"
    r"|(?:原材料|原辅料|零部件)(?:主要)?(?:包括|有)[:：]?(?P<list>[^。；;]{4,160}?)(?:等|[。；;]|$)"
    r"|(?:is made (?:of|from)|consists? of|composed of|components? (?:are|include):?)"
    r" (?P<en>[^.;]{4,160}))",
    re.IGNORECASE,
)
_RAW = "raw_material_acquisition"
LONGEST = 24


def components(document: Document) -> Iterator[Said]:
    """Parts and materials: in tables of what stages include, lists of materials, sentences."""
    for table in document.tables:
        yield from _of_table(table)
    for sentence in sentences(document):
        for found in _MADE_OF.finditer(sentence.text):
            group = next(name for name in ("by", "list", "en") if found[name])
            names = _split(found[group])
            if len(names) > 1 and not any(stage_id(name) for name in names):
                spot = sentence.at(*found.span(group))
                yield from (Said(name, spot) for name in names)


def _of_table(table: PrintedTable) -> Iterator[Said]:
    head = [folded(cell.plain) for cell in table.rows[0]] if table.rows else []
    included = next((i for i, h in enumerate(head) if h in _INCLUDED), None)
    named = next((i for i, h in enumerate(head) if h in _MATERIALS), None)
    for row in table.rows[1:]:
        name = row[0].plain if row else ""
        is_raw = bool(name) and (stage_id(name) or term(name)) == _RAW
        if is_raw and included is not None and included < len(row):
            cell = row[included]
            yield from (Said(part, cell.spot) for part in _split(cell.plain))
        if named is not None and named < len(row) and not row[named].copy and row[named].plain:
            yield Said(row[named].plain, row[named].spot)


def _split(words: str) -> list[str]:
    pieces = re.split(
        r"[、，,]|\band\b|以及|和|及", re.sub(r"等(?:组成|构成)?$", "", words.strip())
    )
    names = [piece.strip(" .。等") for piece in pieces]
    return [name for name in names if 1 < len(name) <= LONGEST]
