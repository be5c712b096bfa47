"""How cells look: number format, colours, size, merges, conditional formats, charts.

Read only where a rule asks for it, sheet by sheet; values and formulas are `read_workbook`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from lxml import etree

from cfp_xl.workbook.address import Bounds, cell_position, range_bounds
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
    """The looks of one sheet's cells, by number of their format."""

    formats: Mapping[tuple[int, int], int] = field(default_factory=dict)
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
    parts: Mapping[str, str]
    """The part of each sheet."""
    _sheets: dict[str, SheetLook] = field(default_factory=dict)

    @cached_property
    def _formats(self) -> tuple[tuple[CellFormat, ...], tuple[CellFormat, ...]]:
        part = styles_part(self.package, self.package.relationships(workbook_part(self.package)))
        return self.package.kept(part, _read_formats) if part else ((), ())

    def sheet(self, name: str) -> SheetLook:
        if name not in self._sheets:
            self._sheets[name] = self.package.kept(self.parts[name], _read_look)
        return self._sheets[name]

    def formats(self, sheet: str, row: int, column: int) -> Iterator[CellFormat]:
        """The cell's own format, then what each conditional format makes of it."""
        look, (own, changed) = self.sheet(sheet), self._formats
        number = look.formats.get((row, column), 0)
        plain = own[number] if number < len(own) else CellFormat("General")
        yield plain
        for areas, number in look.conditional:
            if number < len(changed) and any(_holds(area, row, column) for area in areas):
                yield plain.under(changed[number])

    def charts(self) -> Iterator[tuple[str, tuple[Series, ...]]]:
        """The sheets' charts, each with its series."""
        for sheet, part in self.parts.items():
            for drawing in self._linked(part, "drawing"):
                for chart in self._linked(drawing, "chart"):
                    yield sheet, self.package.kept(chart, _read_series)

    def _linked(self, part: str, kind: str) -> list[str]:
        links = self.package.relationships(part).values()
        return [k.target for k in links if k.kind == kind and self.package.has(k.target)]


def _holds(area: Bounds, row: int, column: int) -> bool:
    return area[0] <= row <= area[2] and area[1] <= column <= area[3]


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
        self.formats: dict[tuple[int, int], int] = {}
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
        height = _number(element.get("ht"))
        if height is not None and height < LEAST_HEIGHT:
            self.flat.add(self.row)

    def cell(self, element: etree._Element) -> None:
        position = cell_position(element.get("r", "")) or (self.row, self.column + 1)
        self.row, self.column = position
        if number := whole_number(element, "s", 0, self.part):
            self.formats[position] = number

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


def _read_look(package: Package, part: str) -> SheetLook:
    reader = _LookReader(part)
    takes = {
        "c": reader.cell,
        "row": reader.start_row,
        "col": reader.columns,
        "mergeCell": reader.merge,
        "conditionalFormatting": reader.conditional_format,
    }
    for _, name, element in package.stream(part, "mergeCell", "conditionalFormatting"):
        if take := takes.get(name):
            take(element)
    return SheetLook(
        reader.formats,
        frozenset(reader.flat),
        frozenset(reader.narrow),
        tuple(reader.merged),
        tuple(reader.conditional),
    )


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
