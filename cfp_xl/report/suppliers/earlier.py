"""Whether a file is a report that an earlier intake left, told by what is in it."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from pathlib import Path

from cfp_xl.messages import LANGS, say
from cfp_xl.report.suppliers.status_words import ROOM

HEAD_BYTES = 4096
MARKS = (
    b'"schema": "cfp-xl/intake/',
    b'<testsuites name="cfp-xl intake"',
    b'<meta name="generator" content="cfp-xl">',
    b"path,sha256,supplier_id,part_id,status,",
)
"""JSON, JUnit, the status page, CSV. A text report has none: what a supplier wrote looks alike."""


def is_intake_report(file: Path) -> bool:
    """Whether it may be written anew; what a supplier sent never is one."""
    with suppress(OSError, KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive, archive.open("xl/workbook.xml") as book:
                head = book.read(HEAD_BYTES)
            return any(mark in head for mark in _status_sheets())
        with file.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        return any(mark in head for mark in MARKS)
    return False


def _status_sheets() -> list[bytes]:
    """How the status workbook names its first sheet, in each language."""
    return [f'<sheet name="{say(f"{ROOM}.page.parts", lang)}"'.encode() for lang in LANGS]
