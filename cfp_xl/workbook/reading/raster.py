"""PNG and JPEG from strangers: whole, of bounded size, and without what they say of who made them.

Only what shows the picture is kept: a photo's place, camera and thumbnail, comments and colour
profiles go, and so does what hangs behind its end. A photo that lies on its side is turned.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cfp_xl.workbook.reading.upright import UPRIGHT, orientation, turned

RasterKind = Literal["png", "jpeg"]
MOST_BYTES = 8 * 2**20
MOST_PIXELS = 24_000_000
"""A page printed at 300 pixels to the inch has 9 million."""
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"pHYs", b"sRGB", b"gAMA"})
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Of each colour type of PNG."""
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2))
_ADAM7_LAST = (0, 1, 1, 2)
_BLOCK = 2**20
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_OTHER_FRAMES = frozenset({0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
"""Lossless, differential and arithmetic JPEG, which nothing shows."""
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_ADOBE, _EXIF, _SCAN = 0xEE, 0xE1, 0xDA
_MOST_SCANS = 100
"""Cameras write one and programs about ten; each costs a pass over all pixels."""
_SAYING = frozenset({*range(0xE0, 0xF0), 0xFE})
"""Segments of programs, cameras and people; the picture needs none of them."""


class NotShown(ValueError):
    """A picture that can't be taken: its argument is `kind`, `size`, `damaged` or `turning`."""


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture that any program shows."""

    kind: RasterKind
    data: bytes
    width_px: int
    height_px: int


def raster_of(data: bytes) -> Raster:
    """The picture in these bytes, by what they are and not by a name. Raises NotShown."""
    if len(data) > MOST_BYTES:
        raise NotShown("size")
    try:
        if data.startswith(_PNG):
            return _png(data)
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
    except (struct.error, IndexError, zlib.error) as why:
        raise NotShown("damaged") from why
    raise NotShown("kind")


def _sized(width: int, height: int) -> None:
    if not width or not height:
        raise NotShown("damaged")
    if width * height > MOST_PIXELS:
        raise NotShown("size")


def _png(data: bytes) -> Raster:
    chunks = list(_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND":
        raise NotShown("damaged")
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", chunks[0][1])
    _sized(width, height)
    if depth not in _DEPTHS.get(colour, ()) or interlace > 1:
        raise NotShown("damaged")
    if colour == 3 and not any(name == b"PLTE" for name, _ in chunks):
        raise NotShown("damaged")
    bits = depth * _CHANNELS[colour]
    _whole(b"".join(c for name, c in chunks if name == b"IDAT"), width, height, bits, interlace)
    kept = [_chunk(name, content) for name, content in chunks if name in _PNG_KEPT]
    return Raster("png", _PNG + b"".join(kept), width, height)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while True:
        length, name = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        (sum,) = struct.unpack_from(">I", data, at + 8 + length)
        if zlib.crc32(name + content) != sum:
            raise NotShown("damaged")
        yield name, content
        if name == b"IEND":
            return
        at += 12 + length


def _chunk(name: bytes, content: bytes) -> bytes:
    sum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", sum)


def _whole(packed: bytes, width: int, height: int, bits: int, interlace: int) -> None:
    """That the rows are all there and no more than they should be, without keeping them."""
    passes = (*_ADAM7, _ADAM7_LAST) if interlace else ((0, 0, 1, 1),)
    expected = 0
    for left, top, across, down in passes:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            expected += rows * (1 + -(-columns * bits // 8))
    engine, found = zlib.decompressobj(), 0
    while packed and found <= expected and not engine.eof:
        found += len(engine.decompress(packed, _BLOCK))
        packed = engine.unconsumed_tail
    if found != expected:
        raise NotShown("damaged")


def _jpeg(data: bytes) -> Raster:
    kept, size, scans, held = [b"\xff\xd8", _JFIF], None, 0, UPRIGHT
    for marker, segment, scan in _segments(data):
        if marker in _OTHER_FRAMES or (marker == _ADOBE and _is_adobe_rgb(segment)):
            raise NotShown("kind")
        if marker in _FRAMES:
            if size is not None:
                raise NotShown("damaged")
            size = _frame(segment[4:])
        if scan:
            scans += 1
            if size is None or scans > _MOST_SCANS:
                raise NotShown("damaged")
        if marker == _EXIF and held == UPRIGHT:
            held = orientation(segment)
        if marker not in _SAYING:
            kept += [segment, scan]
    if size is None or not scans:
        raise NotShown("damaged")
    whole = b"".join((*kept, b"\xff\xd9"))
    return Raster("jpeg", whole, *size) if held == UPRIGHT else _turned(whole, held)


def _turned(jpeg: bytes, held: int) -> Raster:
    """The photo upright: what shows it knows nothing of how its camera was held."""
    try:
        upright = turned(jpeg, held)
    except ImportError as why:
        raise NotShown("turning") from why
    except (OSError, ValueError) as why:
        raise NotShown("damaged") from why
    return _jpeg(upright)


def _segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Each marker with its segment and, behind the head of a scan, the scan; up to the end."""
    at = 2
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:  # fill bytes
            at += 1
        if data[at] != 0xFF:
            raise NotShown("damaged")
        marker = data[at + 1]
        if marker == 0xD9:
            return
        if marker in _ALONE:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise NotShown("damaged")
        next = _scan_end(data, end) if marker == _SCAN else end
        yield marker, data[at:end], data[end:next]
        at = next


def _is_adobe_rgb(segment: bytes) -> bool:
    """Whether its colours are others than those that JFIF knows."""
    return segment[4:9] == b"Adobe" and segment[-1] != 1


def _frame(content: bytes) -> tuple[int, int]:
    """Width and height, of grey or colour pictures with 8 bits."""
    bits, height, width, channels = struct.unpack_from(">BHHB", content)
    if bits != 8 or channels not in (1, 3):
        raise NotShown("kind")
    _sized(width, height)
    return width, height


def _scan_end(data: bytes, at: int) -> int:
    """Where the next marker begins that is not part of the picture's own data."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise NotShown("damaged")
        follows = data[at + 1]
        if follows not in (0x00, 0xFF, *range(0xD0, 0xD8)):
            return at
        at += 1 if follows == 0xFF else 2
