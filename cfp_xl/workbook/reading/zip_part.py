"""A part of a zip in the usual form, taken out at once instead of as a stream."""

from __future__ import annotations

import struct
import zipfile
import zlib

_LOCAL = struct.Struct("<4s2xHH16xHH")
"""Of a part's own header: signature, flags, method, lengths of its name and of what follows."""
_HARMLESS_FLAGS = 0x080E
"""Levels of compression, sizes that follow the data, a name in UTF-8."""


def inflated(data: bytes, info: zipfile.ZipInfo) -> bytes | None:
    """The part's content; None where anything about it is unusual, for `zipfile` to judge."""
    start = info.header_offset + 30
    if start > len(data) or start < 30:
        return None
    signature, flags, method, name_length, extra_length = _LOCAL.unpack_from(data, start - 30)
    name = data[start : start + name_length]
    begin = start + name_length + extra_length
    content = data[begin : begin + info.compress_size]
    if (
        signature != b"PK\x03\x04"
        or (flags | info.flag_bits) & ~_HARMLESS_FLAGS
        or method != info.compress_type
        or not info.orig_filename.isascii()
        or name != info.orig_filename.encode()
        or len(content) != info.compress_size
    ):
        return None
    if method == zipfile.ZIP_DEFLATED:
        inflate = zlib.decompressobj(-15)
        try:
            content = inflate.decompress(content, info.file_size + 1)
        except zlib.error:
            return None
        if not inflate.eof:
            return None
    elif method != zipfile.ZIP_STORED:
        return None
    is_whole = len(content) == info.file_size and zlib.crc32(content) == info.CRC
    return content if is_whole else None
