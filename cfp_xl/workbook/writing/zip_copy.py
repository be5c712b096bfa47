"""Copy a zip with some parts replaced; everything else stays byte for byte.

Python's zipfile can't do this: it writes entries anew. So records are copied as they lie, and only
sizes, checksums and offsets are set anew (APPNOTE.TXT 4.3: local header, central directory, end).
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping

from cfp_xl.workbook.reading.container import Package, Unreadable, part_key

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
HAS_DESCRIPTOR = 0x8
"""Flag: sizes follow the data instead of standing in the local header."""
ZIP64_EXTRA = 1
UTF8_NAME = 0x800
"""Flag: the name is UTF-8."""
ZIP_2 = 20
"""The version that knows deflate."""
FIRST_OF_1980 = 0x21
"""1 January 1980 as MS-DOS counts: month and day are never 0."""


def replace_parts(
    package: Package,
    replaced: Mapping[str, bytes],
    *,
    added: Mapping[str, bytes] | None = None,
    removed: Collection[str] = (),
) -> bytes:
    """The package's bytes with this content in these parts; the others stay as they lie.

    Added parts come last, dated 1980 as programs do that keep no dates in packages.
    """
    data = package.data
    end_at = data.rindex(b"PK\x05\x06")
    entries, sizes = _entries(package, replaced, removed)
    out: list[bytes] = []
    length = 0
    moved: dict[int, int] = {}
    for start, entry in entries:
        if start is not None:
            moved[start] = length
        out.append(entry)
        length += len(entry)
    new_records: list[bytes] = []
    for part, new in (added or {}).items():
        entry, record = _new_entry(part, new, length)
        out.append(entry)
        new_records.append(record)
        length += len(entry)
    records = [*_moved_records(package, moved, sizes), *new_records]
    out += records
    out.append(_end(data, end_at, len(records), sum(map(len, records)), length))
    out.append(data[end_at + END.size :])
    return b"".join(out)


_Sizes = tuple[int, int, int]
"""Checksum, compressed size, size."""


def _entries(
    package: Package, replaced: Mapping[str, bytes], removed: Collection[str]
) -> tuple[list[tuple[int | None, bytes]], dict[int, _Sizes]]:
    """The local records that stay, by where each began, and the sizes of those with new content.

    What stands before the first of them begins nowhere: None.
    """
    data, infos = package.data, package.archive.infolist()
    content = {part_key(part): new for part, new in replaced.items()}
    left_out = {part_key(part) for part in removed}
    by_start = {info.header_offset: info for info in infos}
    starts = sorted(by_start)
    # Where something stands before the zip, zipfile has shifted the offsets; records have not.
    ends = [*starts[1:], package.archive.start_dir]
    found: list[tuple[int | None, bytes]] = []
    sizes: dict[int, _Sizes] = {}
    if starts and starts[0]:
        found.append((None, data[: starts[0]]))
    for start, stop in zip(starts, ends, strict=True):
        info = by_start[start]
        key = part_key(info.filename)
        if key in left_out:
            continue
        if (new := content.get(key)) is None:
            found.append((start, data[start:stop]))
        else:
            entry, sizes[start] = _entry(data, info, new)
            found.append((start, entry))
    return found, sizes


def _moved_records(
    package: Package, moved: Mapping[int, int], sizes: Mapping[int, _Sizes]
) -> Iterator[bytes]:
    """The directory's records of the entries that stay, with where they are now."""
    infos = package.archive.infolist()
    records = _central_records(package.data, package.archive.start_dir, len(infos))
    for info, record in zip(infos, records, strict=True):
        at = info.header_offset
        if at in moved:
            yield _central(record, moved[at], sizes.get(at))


def _end(data: bytes, end_at: int, count: int, directory_length: int, directory_at: int) -> bytes:
    """The record that ends the directory, as it was but for the directory's size and place."""
    signature, disk, first_disk, *_, comment_length = END.unpack_from(data, end_at)
    numbers = (disk, first_disk, count, count, directory_length, directory_at, comment_length)
    return END.pack(signature, *numbers)


def _entry(data: bytes, info: zipfile.ZipInfo, content: bytes) -> tuple[bytes, _Sizes]:
    """A local record with new content, and its sizes."""
    header = list(LOCAL.unpack_from(data, info.header_offset))
    name_length, extra_length = header[9], header[10]
    after = info.header_offset + LOCAL.size
    name = data[after : after + name_length]
    extra = _without_zip64(data[after + name_length : after + name_length + extra_length])
    packed = _packed(info, content)
    size = (zlib.crc32(content), len(packed), len(content))
    header[2] &= ~HAS_DESCRIPTOR
    header[6:9] = size
    header[10] = len(extra)
    return LOCAL.pack(*header) + name + extra + packed, size


def _new_entry(part: str, content: bytes, offset: int) -> tuple[bytes, bytes]:
    """The local record of a part that the package did not have, and its directory record."""
    name = part.encode("utf-8")
    flags = 0 if part.isascii() else UTF8_NAME
    packed = _deflated(content)
    size = (zlib.crc32(content), len(packed), len(content))
    common = (ZIP_2, flags, zipfile.ZIP_DEFLATED, 0, FIRST_OF_1980, *size, len(name), 0)
    local = LOCAL.pack(b"PK\x03\x04", *common)
    central = CENTRAL.pack(b"PK\x01\x02", ZIP_2, *common, 0, 0, 0, 0, offset)
    return local + name + packed, central + name


def _packed(info: zipfile.ZipInfo, content: bytes) -> bytes:
    if info.compress_type == zipfile.ZIP_STORED:
        return content
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise Unreadable("W05", "part", part=info.filename)
    return _deflated(content)


def _deflated(content: bytes) -> bytes:
    deflate = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(content) + deflate.flush()


def _central_records(data: bytes, at: int, count: int) -> list[bytes]:
    records = []
    for _ in range(count):
        fields = CENTRAL.unpack_from(data, at)
        length = CENTRAL.size + fields[10] + fields[11] + fields[12]
        records.append(data[at : at + length])
        at += length
    return records


def _central(record: bytes, offset: int, size: _Sizes | None) -> bytes:
    """A directory record that points to `offset`, with the sizes of new content if there is any."""
    fields = list(CENTRAL.unpack_from(record))
    name_length, extra_length = fields[10], fields[11]
    name = record[CENTRAL.size : CENTRAL.size + name_length]
    extra = record[CENTRAL.size + name_length : CENTRAL.size + name_length + extra_length]
    comment = record[CENTRAL.size + name_length + extra_length :]
    if size is not None:
        fields[3] &= ~HAS_DESCRIPTOR
        fields[7:10] = size
        extra = _without_zip64(extra)
        fields[11] = len(extra)
    fields[16] = offset
    return CENTRAL.pack(*fields) + name + extra + comment


def _without_zip64(extra: bytes) -> bytes:
    """Extra fields but the 64-bit sizes, which new content below 4 GiB does not need."""
    kept = b""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind != ZIP64_EXTRA:
            kept += extra[at : at + 4 + length]
        at += 4 + length
    return kept + extra[at:]
