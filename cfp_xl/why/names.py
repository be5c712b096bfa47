"""What a cell is called, in words that stay when rows move, and the unit of what it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from cfp_xl.engine.areas import CellKey
from cfp_xl.footprint.columns import column as table_column
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.units import parse
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import shown
from cfp_xl.messages import Text
from cfp_xl.schema.anchors import SheetWords
from cfp_xl.schema.schema import Record, Schema
from cfp_xl.why.tree import plain
from cfp_xl.workbook.model import Workbook

_BRACKET = re.compile(r"[(（\[]([^()（）\[\]]{1,24})[)）\]]")
_EMISSION = re.compile(r"(?:[kg]?g|t)CO2e?(?:/\S+)?$")
_UNIT_HEADINGS = frozenset({"unit", "units", "uom", "单位", "计量单位"})
_NO_UNIT = re.compile(r"%|share|ratio|percent|占比|比例|比率", re.IGNORECASE)
_UNITS: Mapping[tuple[str, str], str] = {
    ("activities", "quantity"): "{unit}",
    ("activities", "bridge"): "{bridge_unit}",
    ("activities", "emission_kgco2e"): "kgCO2e",
    ("factors", "value"): "{unit}/{per_unit}",
    ("allocation", "total"): "{unit}",
    ("allocation", "meter_total"): "{unit}",
    ("allocation", "amount_per_unit"): "{unit}",
    ("answers", "quantity"): "{unit}",
    ("answers", "output"): "{output_unit}",
    ("answers", "factor_kgco2e"): "kgCO2e/{unit}",
    ("answers", "kgco2e_per_unit"): "kgCO2e/{output_unit}",
    ("parts", "kgco2e_per_unit"): "kgCO2e/{unit}",
    ("assemblies", "output"): "{unit}",
    ("assemblies", "kgco2e_per_unit"): "kgCO2e/{unit}",
}
"""Of the columns of our tables: their unit, by other columns of the row."""
LONGEST_LABEL = 60


class CellNames:
    """The names of the cells of one workbook."""

    def __init__(self, workbook: Workbook, schema: Schema | None) -> None:
        self._workbook = workbook
        self._schema = schema
        self._words = {sheet.name: SheetWords(sheet) for sheet in workbook.sheets}

    def in_table(self, key: CellKey) -> tuple[Record, str] | None:
        """The row of one of our tables that the cell is in, and its column."""
        return self._in_tables.get(key)

    def key(self, key: CellKey) -> str:
        """What the cell is called wherever it moves."""
        if (name := self._settings.get(key)) is not None:
            return name
        if (found := self.in_table(key)) is not None:
            record, column = found
            return f"{self._numbered[key.sheet, record.row, record.region.name]}.{column}"
        if (beside := self._beside(key)) is not None:
            record, heading = beside
            name = self._numbered[key.sheet, record.row, record.region.name]
            return f"{name}.{heading.splitlines()[0]}"
        words = self._words.get(key.sheet)
        return f"{key.sheet}!{(words and words.name_of(key.ref)) or key.ref.cell}"

    def label(self, key: CellKey) -> Text:
        """The row's label and the column's heading; the address where there is neither."""
        if (found := self.in_table(key)) is not None:
            record, column = found
            heading = table_column(record.region.name.removeprefix("cfp_"), column).heading
            name = _short(record.identity)
            return Text(f"{name} · {heading.zh}", f"{name} · {heading.en}")
        if (beside := self._beside(key)) is not None:
            return plain(f"{_short(beside[0].identity)} · {_short(beside[1])}")
        words = self._words.get(key.sheet)
        label = words.label(key.row, key.column) if words else None
        heading_text = words.heading(key.row, key.column) if words else None
        parts = [_short(part) for part in (label, heading_text) if part]
        return plain(" · ".join(dict.fromkeys(parts)) or key.ref.cell)

    def unit(self, key: CellKey) -> str:
        """The unit of the number in a cell; "" where nothing says it."""
        if (found := self.in_table(key)) is not None:
            record, column = found
            form = _UNITS.get((record.region.name.removeprefix("cfp_"), column), "")
            cells = {field: shown(record.value(field)).strip() for field in record.columns}
            return form.format_map({**dict.fromkeys(_FIELDS, ""), **cells}).strip("/")
        words = self._words.get(key.sheet)
        if words is None:
            return ""
        heading = words.heading(key.row, key.column) or ""
        if _NO_UNIT.search(heading):
            return ""
        if (emission := _EMISSION.search(heading)) is not None:
            return emission[0]
        for text in (heading, words.label(key.row, key.column) or ""):
            for inside in _BRACKET.findall(text):
                if _is_unit(inside):
                    return str(inside).strip()
        return self._unit_beside(key, words)

    def _beside(self, key: CellKey) -> tuple[Record, str] | None:
        """The row of ours that a cell right of its table belongs to, and the column's heading:
        our templates compute there."""
        record = self._by_row.get((key.sheet, key.row))
        if record is None or key.column <= record.region.bounds[3]:
            return None
        at = (record.region.header_row, key.column)
        heading = record.region.sheet.columns.value(at)
        return (record, heading.strip()) if isinstance(heading, str) and heading.strip() else None

    def _unit_beside(self, key: CellKey, words: SheetWords) -> str:
        """The cell right of it, or one of its row under a heading that says unit."""
        cells = self._workbook.by_name[key.sheet.casefold()].columns
        for column in range(key.column + 1, key.column + 8):
            value = cells.value((key.row, column))
            if not isinstance(value, str) or not _is_unit(value):
                continue
            lines = (words.heading(key.row, column) or "").splitlines()
            if column == key.column + 1 or any(folded(line) in _UNIT_HEADINGS for line in lines):
                return value.strip()
        return ""

    @cached_property
    def _settings(self) -> Mapping[CellKey, str]:
        if self._schema is None:
            return {}
        return {
            CellKey(one.where.sheet, one.where.row, one.where.column): f"cfp_{one.name}"
            for one in self._schema.settings.values()
            if one.where is not None and len(one.values) == 1
        }

    @cached_property
    def _in_tables(self) -> Mapping[CellKey, tuple[Record, str]]:
        return {
            CellKey(record.region.sheet.name, record.row, at): (record, column)
            for record in self._records()
            for column, at in record.region.columns.items()
        }

    @cached_property
    def _by_row(self) -> Mapping[tuple[str, int], Record]:
        return {(one.region.sheet.name, one.row): one for one in self._records()}

    @cached_property
    def _numbered(self) -> Mapping[tuple[str, int, str], str]:
        """`table:identity` of each row, numbered where two share one."""
        found: dict[tuple[str, int, str], str] = {}
        seen: dict[str, int] = {}
        for record in self._records():
            region = record.region
            name = f"{region.name.removeprefix('cfp_')}:{record.identity}"
            seen[name] = number = seen.get(name, 0) + 1
            place = (region.sheet.name, record.row, region.name)
            found[place] = name if number == 1 else f"{name}#{number}"
        return found

    def _records(self) -> Iterator[Record]:
        schema = self._schema
        for table in schema.regions if schema is not None else ():
            yield from schema.records(table) if schema is not None else ()


_FIELDS = tuple({name for form in _UNITS.values() for name in re.findall(r"{(\w+)}", form)})


def _is_unit(words: str) -> bool:
    try:
        parse(words.strip())
    except FootprintError:
        return False
    return bool(words.strip())


def _short(words: str) -> str:
    one_line = words.strip().splitlines()[0] if words.strip() else ""
    return one_line if len(one_line) <= LONGEST_LABEL else f"{one_line[: LONGEST_LABEL - 1]}…"
