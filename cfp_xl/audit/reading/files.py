"""A file of whatever form → its raw blocks; what is hostile or too much is refused with words.

Texts are read here; everything else by a process of its own within bounds of time and memory.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from cfp_xl.audit.reading.raw import RawDocument, RawTable, RawText
from cfp_xl.audit.reading.text import read_text
from cfp_xl.inputs import decoded
from cfp_xl.workbook.reading.container import OLE_MAGIC, Unreadable

MB = 1_000_000
MAX_FILE_MB = 100
MAX_TEXT_MB = 5
"""300 pages of 5,500 Chinese characters: no report is longer, and rules read every character."""
MAX_CHARACTERS = 1_700_000
"""Of Word, html and pdf files: the same 300 pages."""


@dataclass(frozen=True)
class ReportFile:
    """A file's bytes, what they are, and what was read of them."""

    data: bytes
    form: str
    raw: RawDocument


def read_file(path: Path, ocr: Path | None = None) -> ReportFile:
    """The blocks of a report; of a scan those of its text. Raises Unreadable."""
    data = _bytes_of(path)
    form = form_of(data, path)
    if ocr is not None:
        raw = read_text(text_of(_bytes_of(ocr)))
        blocks = tuple(
            replace(one, is_uncertain=True) if isinstance(one, RawTable) else one
            for one in raw.blocks
        )
        return ReportFile(data, form, replace(raw, blocks=blocks, is_uncertain=True))
    if form in ("txt", "md"):
        return ReportFile(data, form, read_text(text_of(data)))
    from cfp_xl.audit.reading.bounded import read_bounded

    return ReportFile(data, form, within_length(read_bounded(data, form)))


def within_length(raw: RawDocument, longest: int = MAX_CHARACTERS) -> RawDocument:
    """A document up to the block with which its text grows too long; what follows is named."""
    length = 0
    for at, block in enumerate(raw.blocks):
        texts = [block.text] if isinstance(block, RawText) else _texts(block)
        length += sum(map(len, texts))
        if length > longest:
            beyond = {one.page: "too_long" for one in raw.blocks[at:]}
            unread = (*raw.unread, *sorted(beyond.items()))
            return replace(raw, blocks=raw.blocks[:at], unread=unread)
    return raw


def _texts(table: RawTable) -> list[str]:
    return [cell.text for row in table.rows for cell in row if not cell.copy]


def form_of(data: bytes, path: Path) -> str:
    """What a file is, by its content; a text's form by its name."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK"):
        return "docx"
    if data.startswith(OLE_MAGIC):
        is_locked = "EncryptedPackage".encode("utf-16-le") in data
        raise Unreadable("W80", "encrypted" if is_locked else "old_word")
    lower = head.lower()
    if lower.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or b"<html" in lower:
        return "html"
    if any(byte < 9 or 13 < byte < 27 for byte in head):
        raise Unreadable("W80")
    return "md" if path.suffix.lower() in (".md", ".markdown") else "txt"


def text_of(data: bytes) -> str:
    """A text in any encoding that reports come in."""
    if len(data) > MAX_TEXT_MB * MB:
        raise Unreadable("W80", "too_large", limit=MAX_TEXT_MB)
    if (found := decoded(data)) is None:
        raise Unreadable("W80", "not_text")
    return found[0]


def _bytes_of(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise Unreadable("W80", "no_file")
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > MAX_FILE_MB * MB:
                raise Unreadable("W80", "too_large", limit=MAX_FILE_MB)
            return file.read(MAX_FILE_MB * MB + 1)
    except OSError as error:
        raise Unreadable("W80", "no_file") from error
