"""In which unit a cell's number is, as far as the sheet says it.

From, in this order: a unit column right of it, its number format, a defined name's suffix
(`mass_kg`), a bracket in the heading above or in the row's label (`质量 (kg)`), a heading that is
nothing but a unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from cfp_xl.engine.areas import CellKey
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.units import Unit, parse
from cfp_xl.footprint.wording import folded
from cfp_xl.schema.anchors import SheetWords
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.reading.appearance import Appearance

UNIT_HEADINGS = frozenset({"单位", "计量单位", "unit", "units", "uom", "unit of measure"})
SHORT = frozenset({"t", "g", "L"})
"""Units of one letter that are taken for one; (m) may be million, (h) anything."""
_BRACKET = re.compile(r"[(（\[]([^()（）\[\]]{1,30})[)）\]]")
_QUOTED = re.compile(r'"([^"]{1,30})"')
_OTHERS = re.compile(r"[%$€£¥]|^\s*(?:m|k)?(?:usd|eur|cny|rmb|gbp)|元", re.IGNORECASE)


@dataclass(frozen=True)
class CellUnits:
    """The units that one workbook states."""

    workbook: Workbook
    appearance: Appearance
    _words: dict[str, SheetWords] = field(default_factory=dict)

    def declared(self, key: CellKey) -> Unit | None:
        """What is stated for a cell; None where nothing is, or nothing that is a unit."""
        return (
            self._beside(key) or self._of_format(key) or self._named.get(key) or self._of_words(key)
        )

    def of_row(self, key: CellKey) -> Unit | None:
        """What the unit column of the cell's row states."""
        return self._beside(key)

    def _sheet_words(self, sheet: str) -> SheetWords | None:
        found = self.workbook.sheet(sheet)
        if found is None:
            return None
        if found.name not in self._words:
            self._words[found.name] = SheetWords(found)
        return self._words[found.name]

    def _beside(self, key: CellKey) -> Unit | None:
        words = self._sheet_words(key.sheet)
        heading = words.heading(key.row, key.column + 1) if words else None
        if words is None or heading is None:
            return None
        text = words.sheet.columns.value((key.row, key.column + 1))
        if not isinstance(text, str):
            return None
        # The nearest text above a cell of a unit column is the unit of the row before.
        above = self._first_heading(words, key.row, key.column + 1)
        return _unit(text) if folded(above) in UNIT_HEADINGS else None

    def _first_heading(self, words: SheetWords, row: int, column: int) -> str:
        """The heading of a column of texts: the first of those without a gap above the row."""
        values = words.sheet.columns
        while row > 1 and isinstance(above := values.value((row - 1, column)), str) and above:
            row -= 1
        return str(values.value((row, column)) or "")

    def _of_format(self, key: CellKey) -> Unit | None:
        sheet = self.workbook.sheet(key.sheet)
        if sheet is None:
            return None
        own = next(self.appearance.formats(sheet.name, key.row, key.column), None)
        code = (own.code or "") if own is not None else ""
        found = _QUOTED.search(code.split(";")[0])
        return _unit(found[1]) if found else None

    @cached_property
    def _named(self) -> Mapping[CellKey, Unit]:
        return dict(self._names())

    def _names(self) -> Iterator[tuple[CellKey, Unit]]:
        for name in self.workbook.names:
            found = references(name.formula, name.sheet or "")
            unit = _unit(name.name.rpartition("_")[2]) if "_" in name.name else None
            is_one = len(found) == 1 and found[0].bounds[:2] == found[0].bounds[2:]
            if unit is not None and is_one and not name.name.startswith("_"):
                sheet = self.workbook.sheet(found[0].sheet)
                if sheet is not None:
                    yield CellKey(sheet.name, *found[0].bounds[:2]), unit

    def _of_words(self, key: CellKey) -> Unit | None:
        words = self._sheet_words(key.sheet)
        if words is None:
            return None
        heading = words.heading(key.row, key.column) or ""
        label = words.label(key.row, key.column) or ""
        in_heading, in_label = _in_brackets(heading), _in_brackets(label)
        if in_heading and in_label:
            return None  # which of both holds is not said
        whole = _unit(heading) if len(heading.strip()) > 1 else None
        return in_heading or whole or in_label


def _in_brackets(text: str) -> Unit | None:
    if len(text) > 200:
        return None
    for inside in reversed(_BRACKET.findall(text)):
        if (unit := _unit(inside)) is not None:
            return unit
    return None


@lru_cache(maxsize=4096)
def _unit(text: str) -> Unit | None:
    """The unit that a text is; None for money, shares and what may mean many things."""
    plain = text.strip()
    if not plain or len(plain) > 30 or _OTHERS.search(plain) or plain[0].isdigit():
        return None
    if len(plain) == 1 and plain.isascii() and plain not in SHORT:
        return None
    try:
        unit = parse(plain)
    except (FootprintError, ArithmeticError):
        return None
    return unit if unit.dimensions else None
