"""What a file is, by its first bytes and, where these say nothing, by its name."""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from pathlib import Path

from cfp_xl.workbook.reading.container import MAX_FILE_BYTES

HEAD_BYTES = 4096
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
OLE = b"\xd0\xcf\x11\xe0"
WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".et")
FOOTPRINT = ".json"
"""Footprints of PACT and Catena-X; what else is JSON is told when it is judged."""
_HEADER = re.compile(rb"(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){2,}\r?\n")
_MAIL = re.compile(rb"(?im)^(?:from|subject|received|mime-version|message-id|return-path):")


class FileKind(StrEnum):
    """The kinds of files that come; the value is the case of S70."""

    WORKBOOK = "workbook"
    OPEN_DOCUMENT = "open_document"
    MAIL = "mail"
    ARCHIVE = "archive"
    FOOTPRINT = "footprint"
    PDF = "pdf"
    PICTURE = "picture"
    DOCUMENT = "document"
    OUTLOOK = "outlook"
    TEMPORARY = "temporary"
    TEMPORARY_SHEET = "temporary_sheet"
    UNKNOWN = "unknown"


def kind_of(file: Path) -> FileKind:
    """The kind of a file that exists; one that can't be read is taken for what its name says."""
    name, suffix = file.name, file.suffix.lower()
    if _is_temporary(name, suffix):
        is_sheet = zipfile.is_zipfile(file) and _of_zip(file) is FileKind.WORKBOOK
        return FileKind.TEMPORARY_SHEET if is_sheet else FileKind.TEMPORARY
    try:
        with file.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError:
        return FileKind.WORKBOOK
    if head.startswith(b"PK\x03\x04") and (found := _of_zip(file)):
        return found
    if head.startswith(b"%PDF"):
        return FileKind.PDF
    if head.startswith(PICTURES) or head[4:12] in (b"ftypheic", b"ftypmif1"):
        return FileKind.PICTURE
    if suffix in WORKBOOKS:
        return FileKind.WORKBOOK
    if suffix == FOOTPRINT:
        return FileKind.FOOTPRINT
    if head.startswith(OLE):
        return FileKind.OUTLOOK if suffix == ".msg" else FileKind.DOCUMENT
    if suffix == ".eml" or (_HEADER.match(head) and _MAIL.search(head)):
        return FileKind.MAIL
    if suffix in (".zip", ".rar", ".7z", ".gz", ".tar"):
        return FileKind.ARCHIVE
    if suffix in (".doc", ".docx", ".wps", ".txt", ".csv", ".htm", ".html", ".rtf", ".md"):
        return FileKind.DOCUMENT
    return FileKind.UNKNOWN


def _is_temporary(name: str, suffix: str) -> bool:
    is_lock = name.startswith(("~$", ".~lock", "~wrl", ".~"))
    is_of_system = name.casefold() in ("thumbs.db", "desktop.ini", ".ds_store")
    return is_lock or is_of_system or suffix in (".tmp", ".part", ".crdownload", ".download")


def _of_zip(file: Path) -> FileKind | None:
    """What an archive is the file of; None where it is broken, and its name has to tell."""
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            return None
        with zipfile.ZipFile(file) as archive:
            names = {name.casefold() for name in archive.namelist()}
            if "mimetype" in names:
                text = archive.open("mimetype").read(100)
                is_sheet = b"opendocument.spreadsheet" in text
                return FileKind.OPEN_DOCUMENT if is_sheet else FileKind.DOCUMENT
    except (zipfile.BadZipFile, OSError, KeyError, RuntimeError, NotImplementedError):
        return None
    if "[content_types].xml" not in names:
        return FileKind.ARCHIVE
    is_text = any(name.startswith(("word/", "ppt/")) for name in names)
    return FileKind.DOCUMENT if is_text else FileKind.WORKBOOK
