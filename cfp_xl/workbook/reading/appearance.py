"""How cells look: number format, colours, size, merges, conditional formats, charts.

Read only where a rule asks for it, sheet by sheet; values and formulas are `read_workbook`'s.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar
from weakref import WeakKeyDictionary

from lxml import etree

from cfp_xl.workbook.address import Bounds, cell_position, range_bounds
from cfp_xl.workbook.frame import ColumnStyles, SheetFrame
from cfp_xl.workbook.model import Sheet
from cfp_xl.workbook.reading.container import Package, whole_number
from cfp_xl.workbook.reading.number_formats import BUILTIN_FORMATS
from cfp_xl.workbook.reading.read import styles_part, workbook_part
from cfp_xl.workbook.reading.styles import are_alike, ground_of, luminance

T = TypeVar("T")
LEAST_SIZE = 4.0
"""Points; nobody reads less."""
LEAST_HEIGHT, LEAST_WIDTH = 3.0, 0.6
"""Points, and digits' widths."""
MOST_AREAS = 20_000


@dataclass(frozen=True, slots=True)
class CellFormat:
    """What one format says: of a conditional one, only what it changes."""

    code: str | None = None
    """Its number format."""
    font: float | None = None
    """The luminance of the text, 0 to 1; None where it is not known."""
    ground: float | None = None
    size: float | None = None

    @property
    def is_readable(self) -> bool:
        is_tiny = self.size is not None and self.size < LEAST_SIZE
        return not is_tiny and not are_alike(self.font, self.ground)

    def under(self, other: CellFormat) -> CellFormat:
        """This format where `other` lies over it."""
        return CellFormat(
            self.code if other.code is None else other.code,
            self.font if other.font is None else other.font,
            self.ground if other.ground is None else other.ground,
            self.size if other.size is None else other.size,
        )


@dataclass(frozen=True)
class SheetLook:
    """The looks of one sheet's cells."""

    styles: ColumnStyles = field(default_factory=ColumnStyles)
    """The numbers of their formats."""
    flat_rows: frozenset[int] = frozenset()
    narrow_columns: frozenset[int] = frozenset()
    merged: tuple[Bounds, ...] = ()
    conditional: tuple[tuple[tuple[Bounds, ...], int], ...] = ()
    """Areas, and the number of the format that may be shown there."""

    def is_swallowed(self, row: int, column: int) -> bool:
        """Whether a merged area shows another cell's content in its place."""
        return any(_holds(area, row, column) and (row, column) != area[:2] for area in self.merged)


@dataclass(frozen=True)
class Series:
    """A chart's series: what its names and values refer to, and what was last drawn."""

    names: str
    values: str
    drawn_names: tuple[str, ...]
    drawn_values: tuple[str, ...]


@dataclass(frozen=True)
class Appearance:
    """A workbook's looks; a sheet is read when it is first asked for."""

    package: Package
    sheets: Mapping[str, Sheet]
    """By name."""
    _looks: dict[str, SheetLook] = field(default_factory=dict)

    @cached_property
    def _formats(self) -> tuple[tuple[CellFormat, ...], tuple[CellFormat, ...]]:
        part = styles_part(self.package, self.package.relationships(workbook_part(self.package)))
        return self.package.kept(part, _read_formats) if part else ((), ())

    def sheet(self, name: str) -> SheetLook:
        if name not in self._looks:
            sheet = self.sheets[name]
            self._looks[name] = (
                self.package.kept(sheet.part, _read_look)
                if sheet.frame is None
                else _look_of(self.package, sheet.part, sheet.frame)
            )
        return self._looks[name]

    def formats(self, sheet: str, row: int, column: int) -> Iterator[CellFormat]:
        """The cell's own format, then what each conditional format makes of it."""
        look = self.sheet(sheet)
        plain = self._own(look.styles.at(row, column))
        yield plain
        for areas, number in look.conditional:
            if any(_holds(area, row, column) for area in areas):
                yield from self._changed(plain, number)

    def formats_along(self, sheet: str, column: int, first: int, last: int) -> Iterator[CellFormat]:
        """Every format that a cell of the column may be shown in, between two rows."""
        look, stretch = self.sheet(sheet), (first, column, last, column)
        numbers = [n for areas, n in look.conditional if any(_meet(a, stretch) for a in areas)]
        for style in {run.style for run in look.styles.along(column, first, last)}:
            plain = self._own(style)
            yield plain
            for number in numbers:
                yield from self._changed(plain, number)

    def _own(self, number: int) -> CellFormat:
        own = self._formats[0]
        return own[number] if number < len(own) else CellFormat("General")

    def _changed(self, plain: CellFormat, number: int) -> Iterator[CellFormat]:
        changed = self._formats[1]
        if number < len(changed):
            yield plain.under(changed[number])

    def charts(self) -> Iterator[tuple[str, tuple[Series, ...]]]:
        """The sheets' charts, each with its series."""
        for name, sheet in self.sheets.items():
            for drawing in self._linked(sheet.part, "drawing"):
                for chart in self._linked(drawing, "chart"):
                    yield name, self.package.kept(chart, _read_series)

    def _linked(self, part: str, kind: str) -> list[str]:
        links = self.package.relationships(part).values()
        return [k.target for k in links if k.kind == kind and self.package.has(k.target)]


def _holds(area: Bounds, row: int, column: int) -> bool:
    return area[0] <= row <= area[2] and area[1] <= column <= area[3]


def _meet(area: Bounds, other: Bounds) -> bool:
    rows = area[0] <= other[2] and other[0] <= area[2]
    return rows and area[1] <= other[3] and other[1] <= area[3]


def _read_formats(
    package: Package, part: str
) -> tuple[tuple[CellFormat, ...], tuple[CellFormat, ...]]:
    """The cell formats and the conditional ones of a styles part, by number."""
    codes: dict[int, str] = dict(BUILTIN_FORMATS)
    fonts: list[CellFormat] = []
    grounds: list[float | None] = []
    own: list[CellFormat] = []
    changed: list[CellFormat] = []
    is_cell_format = False
    for _, name, element in package.stream(part, "numFmt", "font", "fill", "xf", "dxf"):
        match name:
            case "numFmt":
                codes[whole_number(element, "numFmtId", 0, part)] = element.get("formatCode", "")
            case "font":
                fonts.append(_font(element))
            case "fill":
                grounds.append(ground_of(element))
            case "cellXfs" | "cellStyleXfs":
                is_cell_format = name == "cellXfs"
            case "xf" if is_cell_format:
                font = _at(fonts, whole_number(element, "fontId", 0, part)) or CellFormat()
                own.append(
                    CellFormat(
                        codes.get(whole_number(element, "numFmtId", 0, part), "General"),
                        font.font,
                        _at(grounds, whole_number(element, "fillId", 0, part)),
                        font.size,
                    )
                )
            case "dxf":
                changed.append(_change(element))
    return tuple(own), tuple(changed)


def _at(found: Sequence[T], index: int) -> T | None:
    return found[index] if index < len(found) else None


def _font(element: etree._Element) -> CellFormat:
    size = next((one.get("val", "") for one in element.iter("{*}sz")), "")
    colour = luminance(next(element.iter("{*}color"), None))
    return CellFormat(font=colour, size=_number(size))


def _change(dxf: etree._Element) -> CellFormat:
    font = next(dxf.iter("{*}font"), None)
    fill = next(dxf.iter("{*}fill"), None)
    code = next((one.get("formatCode") for one in dxf.iter("{*}numFmt")), None)
    of_font = _font(font) if font is not None else CellFormat()
    return CellFormat(code, of_font.font, _changed_ground(fill), of_font.size)


def _changed_ground(fill: etree._Element | None) -> float | None:
    """In a conditional format the ground of a solid fill is its `bgColor`."""
    if fill is None:
        return None
    return luminance(next(fill.iter("{*}bgColor"), None))


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


class _LookReader:
    """Walks one sheet part; keeps what bears on how its cells look."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.styles: dict[tuple[int, int], int] = {}
        self.flat: set[int] = set()
        self.narrow: set[int] = set()
        self.merged: list[Bounds] = []
        self.conditional: list[tuple[tuple[Bounds, ...], int]] = []
        self.row = self.column = 0

    def columns(self, element: etree._Element) -> None:
        width = _number(element.get("width"))
        first, last = (whole_number(element, a, 1, self.part) for a in ("min", "max"))
        if width is not None and width < LEAST_WIDTH and last - first < MOST_AREAS:
            self.narrow.update(range(first, last + 1))

    def start_row(self, element: etree._Element) -> None:
        self.row, self.column = whole_number(element, "r", self.row + 1, self.part), 0
        if _is_flat(element):
            self.flat.add(self.row)

    def cell(self, element: etree._Element) -> None:
        position = cell_position(element.get("r", "")) or (self.row, self.column + 1)
        self.row, self.column = position
        if number := whole_number(element, "s", 0, self.part):
            self.styles[position] = number

    def merge(self, element: etree._Element) -> None:
        if len(self.merged) < MOST_AREAS and (area := range_bounds(element.get("ref", ""))):
            self.merged.append(area)

    def conditional_format(self, element: etree._Element) -> None:
        if len(self.conditional) >= MOST_AREAS:
            return
        written = element.get("sqref", "").split()
        areas = tuple(area for one in written if (area := range_bounds(one)))
        for rule in element.iter("{*}cfRule"):
            if rule.get("dxfId") is not None:
                self.conditional.append((areas, whole_number(rule, "dxfId", 0, self.part)))

    def around(self, name: str, element: etree._Element) -> None:
        """What is no row and no cell."""
        match name:
            case "col":
                self.columns(element)
            case "mergeCell":
                self.merge(element)
            case "conditionalFormatting":
                self.conditional_format(element)

    def look(self, styles: ColumnStyles) -> SheetLook:
        return SheetLook(
            styles,
            frozenset(self.flat),
            frozenset(self.narrow),
            tuple(self.merged),
            tuple(self.conditional),
        )


_WHOLES = "mergeCell", "conditionalFormatting"


def _read_look(package: Package, part: str) -> SheetLook:
    """Of a sheet that only the parser can read."""
    reader = _LookReader(part)
    for _, name, element in package.stream(part, *_WHOLES):
        match name:
            case "c":
                reader.cell(element)
            case "row":
                reader.start_row(element)
            case _:
                reader.around(name, element)
    styles = ColumnStyles()
    for (row, column), style in sorted(reader.styles.items()):
        styles.add(row, row, column, style)
    return reader.look(styles)


def _look_of(package: Package, part: str, frame: SheetFrame) -> SheetLook:
    """Of a sheet whose cells were read before; copies of a template have one look."""
    if (found := _looks.get(frame)) is not None:
        return found
    reader, kinds = _LookReader(part), iter(frame.rows)
    for _, name, element in package.walk(io.BytesIO(frame.xml), part, *_WHOLES):
        if name != "row":
            reader.around(name, element)
        elif (rows := next(kinds, ())) and _is_flat(element):
            reader.flat.update(rows)
    return _looks.setdefault(frame, reader.look(ColumnStyles(frame.styled)))


_looks: WeakKeyDictionary[SheetFrame, SheetLook] = WeakKeyDictionary()


def _is_flat(row: etree._Element) -> bool:
    height = _number(row.get("ht"))
    return height is not None and height < LEAST_HEIGHT


def _read_series(package: Package, part: str) -> tuple[Series, ...]:
    found = []
    for _, name, element in package.stream(part, "ser"):
        if name == "ser":
            (names, drawn_names), (values, drawn) = (_source(element, n) for n in ("cat", "val"))
            found.append(Series(names, values, drawn_names, drawn))
    return tuple(found)


def _source(series: etree._Element, name: str) -> tuple[str, tuple[str, ...]]:
    """What a series takes its names or values from, and what it last drew."""
    found = next(series.iter(f"{{*}}{name}"), None)
    if found is None:
        return "", ()
    formula = next((one.text or "" for one in found.iter("{*}f")), "")
    return formula, tuple(one.text or "" for one in found.iter("{*}v"))
