"""A drawing as PNG, for formats that take no SVG; the same font gives the same bytes."""

from __future__ import annotations

import re

from cfp_xl.report.document.fonts import FoundFont
from cfp_xl.report.document.model import CannotReport

ZOOM = 2.5
"""Pixels to a unit of the drawing: about 300 to the inch in print."""


def png_of(svg: str, font: FoundFont) -> bytes:
    """The picture. Raises CannotReport where the package lacks."""
    try:
        import resvg_py
    except ImportError as error:
        raise CannotReport("product_report.extra_missing") from error
    drawing = re.sub('font-family="[^"]*"', f'font-family="{font.family}"', svg, count=1)
    files = list(font.files)
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing, font_files=files, skip_system_fonts=True, zoom=ZOOM
        )
    )
