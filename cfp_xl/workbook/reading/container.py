"""The zip around a workbook: tell what a file is, and read its parts within bounds.

Files come from strangers. Sizes are measured while reading; what a header claims can only lead to
an earlier refusal. XML parts are parsed without entities, DTDs or network.
"""

from __future__ import annotations

import hashlib
import io
import os
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any, TypeVar

from lxml import etree

from cfp_xl.findings import Finding, finding
from cfp_xl.inputs import why_not_read
from cfp_xl.messages import Explained, Lang
from cfp_xl.workbook.lru_cache import LruCache
from cfp_xl.workbook.reading.trees import Rejoined, local_name, small_tree, tree, walk_tree
from cfp_xl.workbook.reading.zip_part import inflated

MIB = 1024 * 1024
MAX_FILE_BYTES = 256 * MIB
MAX_TOTAL_BYTES = 1024 * MIB
"""All parts together, uncompressed."""
MAX_PARTS = 20_000
MAX_RATIO = 200
"""Uncompressed to compressed size, above RATIO_FREE_BYTES; Excel's sheets reach 10 to 60."""
RATIO_FREE_BYTES = 16 * MIB
MAX_SMALL_BYTES = 64 * 1024
"""A part that is parsed in one piece because that is faster."""
MAX_TREE_BYTES = 16 * MIB
"""A part that is parsed in one piece: everything but sheets, shared strings and link caches."""

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BIFF_MAGICS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
Made = TypeVar("Made")
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)
"""What zipfile raises on a broken archive or an unknown compression method."""


class Unreadable(Explained):
    """A file that can't be read as a workbook; `finding` says why and what to do."""

    def __init__(self, code: str, case: str = "", *, seen: object = None, **values: object) -> None:
        super().__init__(code, **values)
        self.finding: Finding = finding(
            code,
            None,
            case=case,
            seen=seen,
            expected=None,
            severity=None,
            also=(),
            **values,
        )

    def say(self, lang: Lang) -> str:
        return self.finding.say(lang)


@dataclass(frozen=True)
class Relationship:
    """A link from one part to another. `kind` is the last word of its type, e.g. `worksheet`."""

    kind: str
    target: str
    """Path of the part in the zip, or, where `is_external`, an address outside of it."""
    is_external: bool = False


@dataclass
class Package:
    """An opened workbook file: its parts by name, read within bounds."""

    path: Path
    data: bytes
    archive: zipfile.ZipFile
    bytes_read: int = field(default=0, init=False)
    _links: dict[str, Mapping[str, Relationship]] = field(default_factory=dict, init=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def parts(self) -> Mapping[str, zipfile.ZipInfo]:
        """Parts by casefolded name: part names do not distinguish case (ECMA-376 part 2)."""
        return {
            part_key(info.filename): info for info in self.archive.infolist() if not info.is_dir()
        }

    def has(self, part: str) -> bool:
        return part_key(part) in self.parts

    def open(self, part: str) -> io.BytesIO | _Bounded:
        """A bounded stream of the part's bytes; Unreadable where it is absent or damaged."""
        info = self.parts.get(part_key(part))
        if info is None:
            raise Unreadable("W08", part=part)
        if info.flag_bits & 0x1:
            raise Unreadable("W03", "zip")
        if info.file_size <= MIB and (content := inflated(self.data, info)) is not None:
            self._count(len(content))
            return io.BytesIO(content)
        try:
            return _Bounded(self, info)
        except (*DAMAGE, RuntimeError) as error:
            raise Unreadable("W05", "part", part=part) from error

    def _count(self, size: int) -> None:
        self.bytes_read += size
        if self.bytes_read > MAX_TOTAL_BYTES:
            raise Unreadable("W06", "total", limit_mib=MAX_TOTAL_BYTES // MIB)

    def kept(self, part: str, make: Callable[[Package, str], Made]) -> Made:
        """What `make(self, part)` gives, made once for parts of the same name and bytes.

        `make` looks at no other part, and nobody changes what it gave.
        """
        bytes_before = self.bytes_read
        data = self.open(part).read(MAX_SMALL_BYTES + 1)
        key = (make, part, data)
        if len(data) > MAX_SMALL_BYTES or (found := _understood.get(key)) is None:
            self.bytes_read = bytes_before
            found = make(self, part)
            if len(data) <= MAX_SMALL_BYTES:
                _understood.put(key, found, len(data))
        return found

    def xml(self, part: str) -> etree._Element:
        """The root element of a small XML part."""
        data = self.open(part).read(MAX_TREE_BYTES + 1)
        if len(data) > MAX_TREE_BYTES:
            raise Unreadable("W06", "part_size", part=part, limit_mib=MAX_TREE_BYTES // MIB)
        return self._parsed(data, part)

    def _parsed(self, data: bytes, part: str) -> etree._Element:
        parse = small_tree if len(data) <= MAX_SMALL_BYTES else tree
        try:
            root = parse(data)
        except etree.XMLSyntaxError as error:
            raise Unreadable("W07", "syntax", part=part) from error
        _refuse_doctype(root, part)
        return root

    def stream(self, part: str, *wholes: str) -> Iterator[tuple[str, str, etree._Element]]:
        """Walk an XML part of any size: `(event, local name, element)`.

        An element whose local name is among `wholes` comes once, at its "end", with all its
        content; every other one comes at its "start", with its attributes only. Elements are freed
        as soon as they have ended, so memory does not grow with the part.
        """
        yield from self.walk(self.open(part), part, *wholes)

    def walk(
        self, source: IO[bytes] | io.RawIOBase, part: str, *wholes: str
    ) -> Iterator[tuple[str, str, etree._Element]]:
        """`stream` of a part's bytes from elsewhere."""
        wanted = frozenset(wholes)
        begin = source.read(MAX_SMALL_BYTES + 1) or b""
        if len(begin) <= MAX_SMALL_BYTES:
            yield from walk_tree(self._parsed(begin, part), wanted)
            return
        depth_in_whole = 0
        try:
            events: Any = etree.iterparse(
                Rejoined(begin, source),
                events=("start", "end"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                remove_comments=True,
                remove_pis=True,
            )
            is_first = True
            for event, element in events:
                if is_first:
                    _refuse_doctype(element, part)
                    is_first = False
                name = local_name(element)
                if event == "start":
                    if depth_in_whole or name in wanted:
                        depth_in_whole += 1
                    else:
                        yield event, name, element
                    continue
                if depth_in_whole:
                    depth_in_whole -= 1
                    if depth_in_whole:
                        continue
                    yield event, name, element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            raise Unreadable("W07", "syntax", part=part) from error

    def relationships(self, part: str) -> Mapping[str, Relationship]:
        """The relationships of a part by id; none where it has no .rels."""
        if (links := self._links.get(part)) is None:
            folder, name = posixpath.split(part)
            rels = posixpath.join(folder, "_rels", f"{name}.rels")
            links = self.kept(rels, _relationships) if self.has(rels) else {}
            self._links[part] = links
        return links


_understood: LruCache[tuple[object, str, bytes], Any] = LruCache(16 * MIB)
"""What was made of small parts: the copies of a template that come back differ in few of them."""


def _relationships(package: Package, rels: str) -> Mapping[str, Relationship]:
    folder = posixpath.dirname(posixpath.dirname(rels))
    return {
        element.get("Id", ""): _relationship(element, folder)
        for element in package.xml(rels)
        if local_name(element) == "Relationship"
    }


class _Bounded(io.RawIOBase):
    """Reads one part and counts what comes out of it."""

    def __init__(self, package: Package, info: zipfile.ZipInfo) -> None:
        self._package = package
        self._info = info
        self._stream = package.archive.open(info)
        self._bytes = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        wanted = MAX_TOTAL_BYTES + 1 if size is None or size < 0 else size
        pieces = []
        while wanted and (piece := self._read_some(min(wanted, MIB))):
            pieces.append(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def _read_some(self, size: int) -> bytes:
        try:
            piece = self._stream.read(size)
        except DAMAGE as error:
            raise Unreadable("W05", "part", part=self._info.filename) from error
        self._bytes += len(piece)
        self._package._count(len(piece))
        _refuse_ratio(self._info.filename, self._bytes, self._info.compress_size)
        return piece


def open_package(path: Path) -> Package:
    """The file at `path` as a zip of parts; Unreadable says what it is where it is none."""
    return package_of(_bytes_of(path), path)


def package_of(data: bytes, path: Path) -> Package:
    """A file's bytes as a zip of parts; `path` is what they are called. Unreadable as above."""
    if not data.startswith(b"PK"):
        _refuse_other_kinds(path, data)
    if data.count(b"PK\x01\x02") > MAX_PARTS:
        raise Unreadable("W06", "parts", limit=MAX_PARTS)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGE as error:
        raise Unreadable("W05") from error
    package = Package(path, data, archive)
    _refuse_bad_directory(package)
    return package


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise Unreadable("W10", "folder", path=str(path))
    try:
        if path.exists() and not path.is_file():  # opening a pipe would wait for its writer
            raise Unreadable("W10", "no_file", path=str(path))
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = file.read(min(size, MAX_FILE_BYTES) + 1)
    except FileNotFoundError as error:
        raise Unreadable("W10", path=str(path)) from error
    except OSError as error:
        reason = why_not_read(error)
        raise Unreadable("W10", "not_opened", path=str(path), reason=reason) from error
    if not data:
        raise Unreadable("W04")
    if len(data) > MAX_FILE_BYTES:
        raise Unreadable("W06", "file", limit_mib=MAX_FILE_BYTES // MIB)
    return data


def _refuse_other_kinds(path: Path, data: bytes) -> None:
    """Raise what suits a file that is not a zip."""
    if data.startswith(OLE_MAGIC):
        if _has_stream(data, "EncryptedPackage") or _has_stream(data, "DRMEncryptedDataSpace"):
            raise Unreadable("W03")
        if _has_stream(data, "Workbook") or _has_stream(data, "Book"):
            raise Unreadable("W02", "" if path.suffix.lower() == ".xls" else "disguised")
        raise Unreadable("W01", "office97")
    if data.startswith(BIFF_MAGICS):
        raise Unreadable("W02")
    if path.name.startswith("~$"):
        raise Unreadable("W01", "lock")
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"%pdf"):
        raise Unreadable("W01", "pdf")
    if b'progid="excel.sheet"' in head or b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise Unreadable("W02", "xml2003")
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")) or b"<html" in head:
        raise Unreadable("W01", "html")
    if _looks_like_text(data[:4096]):
        raise Unreadable("W01", "text")
    raise Unreadable("W01")


def _has_stream(data: bytes, name: str) -> bool:
    """Whether an OLE file's directory names this stream (names are kept as UTF-16)."""
    return name.encode("utf-16-le") + b"\0\0" in data


def _looks_like_text(head: bytes) -> bool:
    return not any(byte < 9 or 13 < byte < 27 for byte in head)


def _refuse_bad_directory(package: Package) -> None:
    infos = package.archive.infolist()
    if not all(info.filename for info in infos):
        raise Unreadable("W05")
    files = [info for info in infos if not info.is_dir()]
    if len(package.parts) != len(files):
        seen: set[str] = set()
        for info in files:
            if part_key(info.filename) in seen:
                raise Unreadable("W05", "duplicate", part=info.filename)
            seen.add(part_key(info.filename))
    if sum(info.file_size for info in infos) > MAX_TOTAL_BYTES:
        raise Unreadable("W06", "total", limit_mib=MAX_TOTAL_BYTES // MIB)
    for info in infos:
        _refuse_ratio(info.filename, info.file_size, info.compress_size)


def _refuse_ratio(part: str, uncompressed_bytes: int, compressed_bytes: int) -> None:
    if uncompressed_bytes > RATIO_FREE_BYTES and uncompressed_bytes > MAX_RATIO * max(
        compressed_bytes, 1
    ):
        raise Unreadable("W06", part=part, ratio=MAX_RATIO)


def _refuse_doctype(root: etree._Element, part: str) -> None:
    """No part of a workbook has a DOCTYPE; it is how entity bombs begin."""
    info: Any = root.getroottree().docinfo
    if info.doctype:
        raise Unreadable("W07", part=part)


def _relationship(element: etree._Element, folder: str) -> Relationship:
    kind = element.get("Type", "").rsplit("/", 1)[-1]
    target = element.get("Target", "")
    if element.get("TargetMode", "").casefold() == "external":
        return Relationship(kind, target, is_external=True)
    joined = posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/")))
    return Relationship(kind, joined.lstrip("/"))


def part_key(part: str) -> str:
    """A part's name as names are compared: without case, slashes of either kind."""
    return part.replace("\\", "/").lstrip("/").casefold()


def whole_number(element: etree._Element, attribute: str, default: int, part: str) -> int:
    """An attribute that counts something; Unreadable where it holds anything else."""
    text = element.get(attribute)
    if text is None:
        return default
    # More than ten digits would be slow to read, and no count in a workbook has them.
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise Unreadable("W08", "number", part=part, seen=f"{attribute}={text[:20]}")
    return int(text)
