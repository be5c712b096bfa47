"""The report as pdf, set by typst in a process of its own, within time and memory.

The same report and font give the same bytes: the only date is that of the study.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from cfp_xl.report.document.fonts import font_for
from cfp_xl.report.document.model import CannotReport, ReportDocument, ReportPhoto
from cfp_xl.report.document.pictures.png import png_of
from cfp_xl.report.document.typst_source import picture_files, typst_source
from cfp_xl.work.bounded_process import BoundedProcess, ProcessDied

DEADLINE_S = 120.0
MEMORY_MIB = 2048
"""Of addresses, which include the mapped fonts; what is used is a fraction of it."""
PRELOADED = "cfp_xl.report.document.pdf_writer"
MAIN = "report.typ"


def write_pdf(document: ReportDocument) -> bytes:
    """The document. Raises CannotReport without a font or package, or where it grows too large."""
    if find_spec("typst") is None:
        raise CannotReport("product_report.extra_missing")
    font = font_for(document)
    files = {MAIN: typst_source(document, font.family).encode()}
    for name, block in picture_files(document):
        if isinstance(block, ReportPhoto):
            files[name] = block.raster.data
        else:
            files[name] = png_of(block.svg, font)
    folders = sorted({str(Path(file).parent) for file in font.files})
    day = datetime.fromisoformat(document.day or "1980-01-01")
    moment = int(day.replace(tzinfo=UTC).timestamp())
    process = BoundedProcess(MEMORY_MIB, _set, PRELOADED)
    try:
        made = process.run((files, folders, moment), DEADLINE_S)
    except (TimeoutError, MemoryError, ProcessDied) as why:
        raise CannotReport("product_report.pdf_too_large") from why
    finally:
        process.stop()
    if not made.startswith(b"%PDF"):
        raise RuntimeError(made.decode())
    return made


def _set(job: tuple[dict[str, bytes], list[str], int]) -> bytes:
    """In the process: the pdf, or what typst complains of."""
    files, folders, moment = job
    os.environ["RAYON_NUM_THREADS"] = "1"  # more take memory, and a report is small
    import typst

    with TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        fonts = typst.Fonts(include_system_fonts=False, font_paths=folders)
        main = str(Path(folder) / MAIN)
        try:
            return bytes(typst.compile(main, root=folder, font_paths=fonts, timestamp=moment))
        except typst.TypstError as error:
            return f"{error.message} {error.diagnostic}".encode()
