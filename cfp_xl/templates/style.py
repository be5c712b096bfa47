"""What the cells of our workbooks look like: one palette, one set of kinds of cell.

A kind says what a cell is for; colour never says it alone, each input kind also has a mark that
stands above its column (● mandatory, ○ optional, ƒ computed).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from xlsxwriter import Workbook
from xlsxwriter.format import Format

Kind = Literal["must", "may", "computed", "pinned", "former", "plain"]
"""Mandatory input, optional input, computed, copied from a factor set, of the period before, text
of ours."""

MARKS: Mapping[Kind, str] = {
    "must": "●",
    "may": "○",
    "computed": "ƒ",
    "pinned": "◆",
    "former": "□",
    "plain": "",
}

INK = "#1F2A37"
MUTED = "#5B6775"
GREEN = "#1E5945"
LINE = "#C9D3CE"
FILL: Mapping[Kind, str] = {
    "must": "#FFEFB8",
    "may": "#FFFBEE",
    "computed": "#EDF1F4",
    "pinned": "#E2EFE8",
    "former": "#DADDE0",
    "plain": "#FFFFFF",
}
STAGE_COLOURS = ("#1E5945", "#3F8F73", "#E0A526", "#7BA7BC", "#8A6D8F")
GOOD = {"font_color": "#1E5945", "bg_color": "#DDF0E6", "bold": True}
BAD = {"font_color": "#9B1C1C", "bg_color": "#FBE3E1", "bold": True}

FONT: Mapping[str, object] = {"font_name": "Microsoft YaHei", "font_size": 10, "font_color": INK}
KGCO2E = "0.0000"
SHARE = "0.00%"
QUANTITY = "#,##0.0000"
FACTOR = "0.0000####"
DATE = "yyyy-mm-dd"
TEXT = "@"
LONG = "General"
"""For texts that are cut off at the cell's edge rather than wrapped, such as hashes."""

_TITLES: Mapping[str, Mapping[str, object]] = {
    "title": {"bold": True, "font_size": 18, "font_color": GREEN, "valign": "vcenter"},
    "subtitle": {"font_color": MUTED, "valign": "vcenter"},
    "section": {
        "bold": True,
        "font_size": 11,
        "font_color": GREEN,
        "bottom": 2,
        "bottom_color": GREEN,
    },
    "header": {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": GREEN,
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
        "border": 1,
        "border_color": "#FFFFFF",
    },
    "label": {
        "bold": True,
        "valign": "vcenter",
        "indent": 1,
        "border": 1,
        "border_color": LINE,
    },
    "body": {"text_wrap": True, "valign": "vcenter", "indent": 1},
    "help": {"font_color": MUTED, "text_wrap": True, "valign": "vcenter", "indent": 1},
    "closing": {"italic": True, "font_color": MUTED, "bg_color": "#DCE5E1", "valign": "vcenter"},
    "link": {
        "font_color": GREEN,
        "underline": 1,
        "bold": True,
        "valign": "vcenter",
        "indent": 1,
    },
}


class TemplateStyles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self.title = cache(self._title)
        self.cell = cache(self._cell)
        self.mark = cache(self._mark)

    def _title(self, name: str) -> Format:
        """A format for text of ours: title, subtitle, section, header, label, body, help, link."""
        return self._book.add_format({**FONT, **_TITLES[name]})

    def _cell(
        self, kind: Kind, number: str = "", *, strong: bool = False, centre: bool = False
    ) -> Format:
        """A format for a cell of a table; inputs are unlocked, `strong` marks a total."""
        properties: dict[str, Any] = {
            **FONT,
            "bg_color": FILL[kind],
            "border": 1,
            "border_color": LINE,
            "valign": "vcenter",
            "locked": kind not in ("must", "may"),
        }
        if number in ("", TEXT):
            properties |= {"text_wrap": True, "indent": 0 if centre else 1}
        else:
            properties |= {"align": "left" if number in (DATE, LONG) else "right", "indent": 1}
        if number:
            properties["num_format"] = number
        if strong:
            properties |= {"bold": True, "top": 2, "top_color": GREEN}
        if centre:
            properties |= {"align": "center", "indent": 0}
        return self._book.add_format(properties)

    def _mark(self, kind: Kind) -> Format:
        """The strip above a column's heading that shows its mark."""
        return self._book.add_format(
            {**FONT, "bg_color": FILL[kind], "align": "center", "font_size": 9, "valign": "vcenter"}
        )
