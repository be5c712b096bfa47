"""Pictures from strangers: the same points as before, none of their secrets, nothing oversized.

Pillow, an independent reader, makes them and looks at what is left of them.
"""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from cfp_xl.workbook.reading.raster import MOST_BYTES, NotShown, raster_of

SIZE = (37, 21)
COLOURS = {"1": 2, "L": 256, "P": 256, "RGB": 256, "RGBA": 256, "LA": 256}


def drawn(mode: str = "RGB") -> Image.Image:
    """Stripes that no two rows have alike."""
    whole = Image.new("RGBA", SIZE)
    whole.putdata([(x * 6, y * 11, (x * y) % 251, 255 - x) for y in range(21) for x in range(37)])
    return whole.convert(mode)


def saved(image: Image.Image, kind: str, **settings: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


def with_secrets() -> tuple[bytes, bytes]:
    """A photo and a drawing that say where and by whom they were made."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = "SECRET place", "SECRET person"
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "SECRET person")
    photo = saved(drawn(), "JPEG", exif=exif, comment=b"SECRET", icc_profile=b"SECRET" * 9)
    return photo, saved(drawn(), "PNG", pnginfo=notes, exif=exif, icc_profile=b"SECRET" * 9)


def points(data: bytes) -> bytes:
    return bytes(Image.open(io.BytesIO(data)).convert("RGBA").tobytes())


def test_what_is_left_shows_the_same_points() -> None:
    files = [saved(drawn(mode), "PNG") for mode in COLOURS]
    ways = [(mode, way) for mode in ("L", "RGB") for way in (0, 1)]
    files += [saved(drawn(mode), "JPEG", progressive=way) for mode, way in ways]
    for data in files:
        found = raster_of(data)
        assert (found.width_px, found.height_px) == SIZE
        assert points(found.data) == points(data)
        assert raster_of(found.data) == found


def test_what_it_says_of_people_goes() -> None:
    for data in with_secrets():
        assert b"SECRET" in data
        behind = data + b"SECRET behind its end"
        found = raster_of(behind)
        assert b"SECRET" not in found.data
        assert points(found.data) == points(data)


def chunk(name: bytes, content: bytes) -> bytes:
    sum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", sum)


def png(width: int, height: int, rows: bytes, depth: int = 8, colour: int = 0) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def refused(data: bytes) -> str:
    with pytest.raises(NotShown) as why:
        raster_of(data)
    return str(why.value)


def test_hostile_files_are_refused_with_the_reason() -> None:
    good = png(2, 2, b"\0ab" * 2)
    assert raster_of(good).width_px == 2
    jpeg = saved(drawn(), "JPEG")
    expected = {
        "size": [
            png(60_000, 60_000, b""),
            good + bytes(MOST_BYTES),
        ],
        "damaged": [
            png(0, 2, b""),
            png(2, 2, b"\0ab"),  # a row is missing
            png(2, 2, b"\0" * 40_000_000),  # a bomb: more than its rows
            png(2, 2, b"\0ab" * 2, depth=3),
            png(2, 2, b"\0ab" * 2, colour=3),  # without its colours
            good.replace(b"IHDR", b"IHDX"),
            good[:-9],
            good[:20],
            jpeg[:-2],
            jpeg[: len(jpeg) // 2],
            jpeg[:4],
            b"\xff\xd8\xff\xda" + jpeg[-50:],
        ],
        "kind": [
            b"",
            b"GIF89a",
            b"<svg/>",
            saved(drawn(), "GIF"),
            saved(drawn(), "BMP"),
            saved(drawn("RGB").convert("CMYK"), "JPEG"),
        ],
    }
    for why, files in expected.items():
        assert [refused(data) for data in files] == [why] * len(files)


def test_no_cut_of_a_file_is_more_than_refused() -> None:
    for data in (saved(drawn(), "JPEG"), saved(drawn("P"), "PNG")):
        for end in range(0, len(data), 7):
            refused(data[:end])
