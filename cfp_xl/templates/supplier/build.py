"""The supplier's workbook before it is anybody's: one for each language and kind of delivery.

Written, recalculated, written again with the results, and sealed; the same bytes always. The
package carries them as `cfp-xl build` made them: a worker that reads answers need not.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from cfp_xl.functions.values import Scalar
from cfp_xl.messages import text
from cfp_xl.templates.style import TemplateStyles
from cfp_xl.templates.supplier.activities import activities
from cfp_xl.templates.supplier.fields import Kind, Language, words
from cfp_xl.templates.supplier.labels import make_labels_seal
from cfp_xl.templates.supplier.layout import SupplierLayout
from cfp_xl.templates.supplier.lists import lists
from cfp_xl.templates.supplier.pages import example, glossary
from cfp_xl.templates.supplier.paper import Cached, SheetPaper
from cfp_xl.templates.supplier.questions import fill
from cfp_xl.templates.supplier.readme import readme
from cfp_xl.templates.supplier.summary import summary
from cfp_xl.templates.writer import finished, new_writer, set_properties
from cfp_xl.workbook.model import Workbook

if TYPE_CHECKING:
    from cfp_xl.schema.opened import Opened

TEMPLATE = "supplier"
VERSION = "1"
"""Rises whenever a question, an item, a factor or a formula changes."""
PERSONAL_PROPERTIES = ("cfp_supplier_id", "cfp_part_id", "cfp_product", "cfp_request")
"""Document properties that say whose a workbook is; in the base each holds its own name."""
SHIPPED = "supplier"
"""Folder of `data/` with the blank workbooks."""
SHEET_WRITERS = (readme, fill, activities, summary, example, glossary, lists)


class VersionGone(ValueError):
    """A version of the template that this program does not know any more, or not yet."""


@cache
def base(lang: Language, kind: Kind, version: str = VERSION) -> bytes:
    """The blank workbook in a language (or both) for a part or a transport, as .xlsx.

    Raises VersionGone for a version other than today's.
    """
    if version != VERSION:
        raise VersionGone(version)
    return files("cfp_xl").joinpath("data", SHIPPED, file_name(lang, kind)).read_bytes()


def file_name(lang: Language, kind: Kind) -> str:
    """Of a blank sheet in `data/supplier/`."""
    return f"{lang}-{kind}.xlsx"


def build_base(lang: Language, kind: Kind) -> bytes:
    """Make the blank workbook from its questions, items and texts."""
    from cfp_xl.schema.seal import make_seal

    draft = _opened(_write(lang, kind, _nothing, {}))
    computed = draft.recalculation.cells
    seals = {**make_seal(draft.workbook), **make_labels_seal(draft.workbook)}
    values = {tuple(key): cell.value for key, cell in computed.items() if cell.is_computed}
    return _write(lang, kind, lambda *key: values.get(key), seals)


@cache
def base_workbook(lang: Language, kind: Kind, version: str = VERSION) -> Workbook:
    """The blank workbook as read, to compare an answer with."""
    return _opened(base(lang, kind, version)).workbook


def _opened(data: bytes) -> Opened:
    from cfp_xl.schema.opened import opened

    return opened(data, Path("supplier.xlsx"))


def _nothing(*_: object) -> Scalar:
    return None


def _write(lang: Language, kind: Kind, cached: Cached, seals: Mapping[str, str]) -> bytes:
    target = io.BytesIO()
    layout = SupplierLayout(lang, kind)
    title, subject = (
        words(text(f"supplier_template.{key}"), lang) for key in ("title.readme", "subject")
    )
    writer = new_writer(target, title, subject)
    paper = SheetPaper(writer, layout, cached, TemplateStyles(writer))
    set_properties(
        writer,
        {
            "cfp_template": TEMPLATE,
            "cfp_template_version": VERSION,
            "cfp_lang": lang,
            "cfp_kind": kind,
            **{name: name for name in PERSONAL_PROPERTIES},
            **seals,
        },
    )
    for sheet in SHEET_WRITERS:
        sheet(paper)
    return finished(writer, target)
