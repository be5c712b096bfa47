"""Builds a workbook from its text source: written, recalculated, written again with the results.

The second writing stores every computed value beside its formula, so that the file shows its
numbers in any program, and seals the formulas. The same source gives the same bytes.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from xlsxwriter import Workbook as Writer

from cfp_xl.footprint.factors import library
from cfp_xl.footprint.stages import STAGES
from cfp_xl.functions.values import Scalar
from cfp_xl.templates import checks, factors, inputs, native, parts, records, results
from cfp_xl.templates.layout import lay_out
from cfp_xl.templates.page import Book, Cached
from cfp_xl.templates.source import Source, read_source
from cfp_xl.templates.style import Styles

CREATED = datetime(2026, 11, 23, tzinfo=UTC)
"""Stands in every workbook as its date: a build must not depend on the day."""
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
EXCEL_365_CALCULATION = 191029
"""Excel recalculates a file on load whose calculation engine is older than its own."""
SHEET_WRITERS: Mapping[str, Callable[[Book], None]] = {
    "about": records.about,
    "product": inputs.product,
    "allocation": inputs.allocation,
    "activities": inputs.activities,
    "parts": parts.parts,
    "answers": parts.answers,
    "factors": factors.factors,
    "results": results.results,
    "declared": records.declared,
    "justifications": records.justifications,
    "history": parts.history,
    "checks": checks.checks,
}
_EMPTY_RESULT = re.compile(r'(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?)(><f>[^<]*</f><v></v></c>)')


def sources(workbooks: Path) -> tuple[Path, ...]:
    """The text sources in a folder; `bxd2/` is built into `bxd2.xlsx` beside it."""
    return tuple(sorted(file.parent for file in workbooks.glob("*/workbook.toml")))


def build_workbook(source_dir: Path) -> bytes:
    """The .xlsx made from the text source in `source_dir`, formulas cached and sealed."""
    from cfp_xl.engine.recalculate import recalculate
    from cfp_xl.workbook.read import read_workbook
    from cfp_xl.workbook.seal import make_seal

    source = read_source(source_dir)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        draft.write_bytes(write(source, _nothing, {}))
        workbook = read_workbook(draft)
        computed = recalculate(workbook).cells
        seal = make_seal(workbook)

    values = {tuple(key): cell.value for key, cell in computed.items() if cell.is_computed}
    return write(source, lambda *key: values.get(key), seal)


def _nothing(*_: object) -> Scalar:
    return None


def write(source: Source, cached: Cached, properties: Mapping[str, str]) -> bytes:
    """One writing of all sheets; `properties` become custom document properties."""
    target = io.BytesIO()
    writer = Writer(target, {"in_memory": True})
    writer.set_calc_mode("auto", EXCEL_365_CALCULATION)
    writer.calc_on_load = False
    writer.set_size(28800, 16200)
    settings = source.settings
    writer.set_properties(
        {
            "title": settings["title"],
            "subject": settings["subject"],
            "author": "cfp_xl",
            "created": CREATED.replace(tzinfo=None),
        }
    )
    template = {"cfp_template": source.id, "cfp_template_version": str(settings["version"])}
    for name, value in {**template, **properties}.items():
        writer.set_custom_property(name, value, "text")
    layout = lay_out(source, len(STAGES), len(checks.checks_of(source)), len(native.UNITS))
    book = Book(writer, source, layout, library(), cached, Styles(writer))
    for sheet in layout.sheets:
        SHEET_WRITERS[sheet](book)
    writer.close()
    return _repacked(target.getvalue())


def _repacked(package: bytes) -> bytes:
    """The same parts with fixed dates, and an empty text result marked as text."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = part.decode("utf-8")
                part = _EMPTY_RESULT.sub(r'\1 t="str"\2', text).encode("utf-8")
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, part)
    return target.getvalue()
