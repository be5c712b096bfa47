"""Builds a workbook from its text source: written, recalculated, written again with the results.

The second writing stores every computed value beside its formula, so that the file shows its
numbers in any program, and seals the formulas. The same source gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

from cfp_xl.footprint.factors import library
from cfp_xl.footprint.stages import STAGES
from cfp_xl.functions.values import Scalar
from cfp_xl.templates import (
    assemblies,
    checks,
    column_names,
    factors,
    inputs,
    native,
    parts,
    records,
    report_texts,
    results,
    studied,
)
from cfp_xl.templates.layout import lay_out
from cfp_xl.templates.page import Book, Cached
from cfp_xl.templates.source import WorkbookSource, read_source
from cfp_xl.templates.style import TemplateStyles
from cfp_xl.templates.writer import finished, new_writer, set_properties

SHEET_WRITERS: Mapping[str, Callable[[Book], None]] = {
    "about": records.about,
    "product": inputs.product,
    "allocation": inputs.allocation,
    "activities": inputs.activities,
    "assemblies": assemblies.assemblies,
    "parts": parts.parts,
    "answers": parts.answers,
    "factors": factors.factors,
    "results": results.results,
    "exclusions": studied.exclusions,
    "scenarios": studied.scenarios,
    "declared": records.declared,
    "justifications": records.justifications,
    "history": parts.history,
    "checks": checks.checks,
    "report": report_texts.report,
    "translations": report_texts.translations,
}


def sources(workbooks: Path) -> tuple[Path, ...]:
    """The text sources in a folder; `bxd2/` is built into `bxd2.xlsx` beside it."""
    return tuple(sorted(file.parent for file in workbooks.glob("*/workbook.toml")))


def build_workbook(source_dir: Path) -> bytes:
    """The .xlsx made from the text source in `source_dir`, formulas cached and sealed."""
    return built(read_source(source_dir))


def built(source: WorkbookSource, *, is_computed: bool = True) -> bytes:
    """The .xlsx of a source; without computed values for who fills it in and computes it then."""
    from cfp_xl.schema.opened import opened
    from cfp_xl.schema.seal import make_seal

    draft = opened(write(source, _nothing, {}), Path("draft.xlsx"))
    computed = draft.recalculation.cells if is_computed else {}
    values = {tuple(key): cell.value for key, cell in computed.items() if cell.is_computed}
    return write(source, lambda *key: values.get(key), make_seal(draft.workbook))


def _nothing(*_: object) -> Scalar:
    return None


def write(source: WorkbookSource, cached: Cached, properties: Mapping[str, str]) -> bytes:
    """One writing of all sheets; `properties` become custom document properties."""
    target = io.BytesIO()
    settings = source.settings
    writer = new_writer(target, settings["title"], settings["subject"])
    template = {"cfp_template": source.id, "cfp_template_version": str(settings["version"])}
    set_properties(writer, {**template, **properties})
    layout = lay_out(source, len(STAGES), len(checks.checks_of(source)), len(native.UNITS))
    book = Book(writer, source, layout, library(), cached, TemplateStyles(writer))
    for sheet in layout.sheets:
        SHEET_WRITERS[sheet](book)
    column_names.name_columns(book)
    return finished(writer, target)
