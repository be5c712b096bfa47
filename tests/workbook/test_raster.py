"""Pictures from strangers: the same points as before, none of their secrets, nothing oversized.

Pillow, an independent reader, makes them and looks at what is left of them.
"""

from __future__ import annotations

import io
import struct
import sys
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


BLOCK = 16
RED, GREEN, BLUE, WHITE = (254, 0, 0), (0, 128, 0), (0, 0, 254), (255, 255, 255)
HELD = {  # how Exif numbers the corner that the first row and column of the file show
    1: ((RED, GREEN), (BLUE, WHITE)),
    2: ((GREEN, RED), (WHITE, BLUE)),
    3: ((WHITE, BLUE), (GREEN, RED)),
    4: ((BLUE, WHITE), (RED, GREEN)),
    5: ((RED, BLUE), (GREEN, WHITE)),
    6: ((BLUE, RED), (WHITE, GREEN)),
    7: ((WHITE, GREEN), (BLUE, RED)),
    8: ((GREEN, WHITE), (RED, BLUE)),
}
"""The four corners as they look upright, of a file whose rows are red, green and blue, white."""


def corners(data: bytes) -> tuple[tuple[object, ...], ...]:
    """The colour in the middle of each quarter, as near to one of the four as it must be."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    width, height = image.size

    def seen(x: int, y: int) -> object:
        found = image.getpixel((width * (1 + 2 * x) // 4, height * (1 + 2 * y) // 4))
        assert isinstance(found, tuple)
        return next(c for c in HELD[1][0] + HELD[1][1] if max(map(distance, c, found)) < 9)

    return tuple(tuple(seen(x, y) for x in (0, 1)) for y in (0, 1))


def distance(one: float, other: float) -> float:
    return abs(one - other)


def phone(held: object, progressive: bool = False) -> bytes:
    """Two blocks high and four wide, as a phone writes it that was held that way."""
    image = Image.new("RGB", (4 * BLOCK, 2 * BLOCK))
    for y, row in enumerate(HELD[1]):
        for x, colour in enumerate(row):
            image.paste(colour, (2 * BLOCK * x, BLOCK * y, 2 * BLOCK * (x + 1), BLOCK * (y + 1)))
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = held, "SECRET person"
    return saved(image, "JPEG", exif=exif, quality=90, progressive=progressive)


def test_a_photo_is_turned_as_its_camera_was_held() -> None:
    for held, upright in HELD.items():
        for data in (phone(held), phone(held, progressive=True)):
            found = raster_of(data)
            assert corners(found.data) == upright
            size = (4 * BLOCK, 2 * BLOCK) if held < 5 else (2 * BLOCK, 4 * BLOCK)
            assert (found.width_px, found.height_px) == size
            assert Image.open(io.BytesIO(found.data)).size == size
            assert not Image.open(io.BytesIO(found.data)).getexif()
            assert b"SECRET" not in found.data
            assert raster_of(data) == found == raster_of(found.data)


def test_a_turn_in_the_other_byte_order_and_one_that_is_none() -> None:
    tiff = struct.pack("<4sIHHHIHHI", b"II*\0", 8, 1, 0x0112, 3, 1, 6, 0, 0)
    body = b"Exif\0\0" + tiff
    assert b"MM\0*" in phone(6)
    plain = raster_of(phone(1)).data
    little = plain[:2] + struct.pack(">HH", 0xFFE1, 2 + len(body)) + body + plain[2:]
    assert corners(raster_of(little).data) == HELD[6]
    for cut in range(len(body) - 6):  # the value is at its end, before six bytes
        part = body[:cut]
        segment = struct.pack(">HH", 0xFFE1, 2 + len(part)) + part
        assert raster_of(plain[:2] + segment + plain[2:]).data == plain
    assert [raster_of(phone(held)).data for held in (0, 9)] == [plain] * 2


def test_a_photo_to_turn_is_refused_where_it_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    data, upright = phone(6), phone(1)
    large = data.replace(struct.pack(">HH", 32, 64), struct.pack(">HH", 60_000, 60_000))
    assert refused(large) == "size"
    scan = data.index(b"\xff\xda")
    assert refused(data[:-2] + data[scan:-2] * 100 + data[-2:]) == "damaged"
    assert refused(data.replace(b"\xff\xdb", b"\xff\xfe")) == "damaged"  # coarse how?
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert refused(data) == "turning"
    assert raster_of(upright).width_px == 4 * BLOCK


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
