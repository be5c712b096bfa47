"""Photos as their camera was held: a JPEG of a phone lies on its side, and its Exif says so."""

from __future__ import annotations

import io
import struct

_EXIF = b"Exif\0\0"
_BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_ORIENTATION, _SHORT = 0x0112, 3
_ENTRY = 12
UPRIGHT = 1


def orientation(segment: bytes) -> int:
    """From 1, which is upright, to 8, as the segment says; one that is damaged says nothing."""
    tiff = segment[4 + len(_EXIF) :]
    order = _BYTE_ORDERS.get(tiff[:4])
    if segment[4 : 4 + len(_EXIF)] != _EXIF or order is None:
        return UPRIGHT
    try:
        (at,) = struct.unpack_from(order + "I", tiff, 4)
        (entries,) = struct.unpack_from(order + "H", tiff, at)
        for entry in range(entries):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, at + 2 + entry * _ENTRY)
            if (tag, kind) == (_ORIENTATION, _SHORT):
                return value if 1 <= value <= 8 else UPRIGHT
    except struct.error:
        pass
    return UPRIGHT


def turned(jpeg: bytes, orientation: int) -> bytes:
    """The same picture with its pixels turned, no finer than it was.

    Raises ImportError without Pillow, OSError and ValueError where the picture is damaged.
    """
    from PIL import Image, ImageOps, JpegImagePlugin

    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as photo:
        photo.getexif()[_ORIENTATION] = orientation
        upright = ImageOps.exif_transpose(photo)
        sampling = JpegImagePlugin.get_sampling(photo)
        file = io.BytesIO()
        upright.save(file, "JPEG", qtables=photo.quantization, subsampling=sampling)
    return file.getvalue()
