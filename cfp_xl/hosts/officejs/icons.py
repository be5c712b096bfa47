"""The add-in's pictures, drawn at the sizes that Office asks for: a white leaf on green."""

from __future__ import annotations

import struct
import zlib
from functools import cache

import numpy as np
import numpy.typing as npt

SIZES = (16, 32, 64, 80)
"""Pixels along an edge."""

_GREEN = (0x1B, 0x7F, 0x4E)
_WHITE = (0xFF, 0xFF, 0xFF)
_OVERSAMPLED = 8
_Mask = npt.NDArray[np.bool_]


@cache
def icon_png(size_px: int) -> bytes:
    """The picture as a PNG file with transparency."""
    fine = size_px * _OVERSAMPLED
    at = (np.arange(fine) + 0.5) / fine
    x, y = np.meshgrid(at, at)
    plate = _rounded_square(x, y, corner=0.22)
    leaf = _leaf(x, y)
    pixels = np.zeros((fine, fine, 4))
    pixels[plate] = (*_GREEN, 255)
    pixels[leaf & plate] = (*_WHITE, 255)
    shrunk = _shrunk(pixels, size_px)
    return _png(np.rint(shrunk).astype(np.uint8))


def _rounded_square(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], corner: float) -> _Mask:
    dx = np.maximum(np.abs(x - 0.5) - (0.5 - corner), 0)
    dy = np.maximum(np.abs(y - 0.5) - (0.5 - corner), 0)
    inside: _Mask = dx**2 + dy**2 <= corner**2
    return inside


def _leaf(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> _Mask:
    """Two arcs from the lower left to the upper right, a vein between them, and a stalk."""
    along = (x - y) / np.sqrt(2)
    across = (x + y - 1) / np.sqrt(2)
    half, bulge = 0.42, 0.21
    radius = (half**2 + bulge**2) / (2 * bulge)
    blade = (along**2 + (np.abs(across) + radius - bulge) ** 2) <= radius**2
    vein = (np.abs(across) < 0.022) & (along < 0.22)
    stalk = (np.abs(across) < 0.03) & (along < -half + 0.04) & (along > -half - 0.12)
    shape: _Mask = (blade & ~vein) | stalk
    return shape


def _shrunk(pixels: npt.NDArray[np.float64], size_px: int) -> npt.NDArray[np.float64]:
    """Means of blocks; colours weigh by their opacity, so that edges don't darken."""
    blocks = pixels.reshape(size_px, _OVERSAMPLED, size_px, _OVERSAMPLED, 4)
    alpha = blocks[..., 3:]
    opacity = alpha.mean(axis=(1, 3))
    weight = np.maximum(alpha.sum(axis=(1, 3)), 1)
    colour = (blocks[..., :3] * alpha).sum(axis=(1, 3)) / weight
    return np.concatenate([colour, opacity], axis=2)


def _png(pixels: npt.NDArray[np.uint8]) -> bytes:
    height, width = pixels.shape[:2]
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
