"""The pages of docs/tutorial as steps (commands, and cells that are entered between them), and what
their products come to by hand, from the published factors."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from datetime import date
from math import fsum
from pathlib import Path
from xml.sax.saxutils import escape

from cfp_xl.schema.opened import opened, refreshed
from cfp_xl.workbook.address import address, cell_position
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.reading.read import sheet_parts
from cfp_xl.workbook.writing.cell_editor import CellXml, edit_cells
from cfp_xl.workbook.writing.markup import ATTRIBUTE
from cfp_xl.workbook.writing.values import Constant, write_values
from cfp_xl.workbook.writing.zip_copy import replace_parts

PAGES = Path(__file__).parents[2] / "docs" / "tutorial"
CELL = re.compile(r"\| ([^|!]+![A-Z]+\d+) \| (.*?) \|(?: [^|]*\|)?$")
MASS_KG = 0.65 + 0.38 + 0.06 + 0.05 + 0.12 + 0.1 + 0.015 + 0.35 + 0.012
GRID, PAPER = 0.5777, 1.19972542
"""kgCO2e per kWh and per kg."""
GAS_NM3 = 86000 * 420 / 1400 / 420000
GAS_KGCO2E_PER_NM3 = 389.31e-4 * 15.3e-3 * 0.99 * 44 / 12 * 1000 + 0.72 * 0.42316368
KETTLE = {
    "raw_material_acquisition": fsum(
        [
            0.65 * 3.562,
            0.38 * 2.57757172,
            0.06 * 4.28,
            0.05 * 2.94475615,
            0.12 * 20.3,
            0.1 * 2.05,
            0.015 * 6.2,
            0.35 * PAPER,
            0.012 * 2.9650779,
            MASS_KG / 1000 * 320 * 0.129,
        ]
    ),
    "production": 1860000 * 420 / 1400 / 420000 * GRID + GAS_NM3 * GAS_KGCO2E_PER_NM3,
    "distribution": MASS_KG / 1000 * (180 * 0.129 + 1400 * 0.012),
    "use": 5 * 365 * 4 * 0.11 * GRID,
    "end_of_life": 0.9 * 4.68568e-3 + 0.837 * 8.98311e-3,
}
BULB = {
    "raw_material_acquisition": fsum(
        [
            0.032 * 5.184,
            0.025 * 9.11590131,
            0.028 * 5.64794563,
            0.015 * 1.13,
            0.006 * 2.05,
            0.015 * PAPER,
        ]
    ),
    "production": 960000 * 24 / 60 / 2400000 * GRID,
    "distribution": 0.121 / 1000 * (19600 * 0.01977 + 260 * 0.12522),
    "use": 9 * 15000 / 1000 * (0.177 + 0.01853 + 0.0459),
    "end_of_life": 0.06 * 4.68568e-3 + 0.061 * 8.98311e-3,
}


def steps(text: str) -> Iterator[list[str] | dict[tuple[str, str], str]]:
    """Commands, and cells to enter between them, in the order of the page."""
    cells: dict[tuple[str, str], str] = {}
    for line in text.splitlines():
        if found := CELL.match(line.replace(r"\|", "\0")):
            sheet, _, cell = found[1].partition("!")
            cells[sheet, cell] = found[2].replace("\0", "|")
        elif line.startswith("cfp-xl "):
            if cells:
                yield cells
                cells = {}
            yield shlex.split(line)
    assert not cells, "the last cells are entered before the last command"


def enter(file: Path, cells: Mapping[tuple[str, str], str]) -> None:
    """Types constants and formulas into the workbook, and computes it as Excel does."""
    file.write_bytes(refreshed(typed_into(file, cells), file))


def typed_into(file: Path, cells: Mapping[tuple[str, str], str]) -> bytes:
    """The workbook with these cells; its formulas keep the values that they had before."""
    constants: dict[str, dict[Position, Constant]] = {}
    formulas: dict[str, dict[Position, str]] = {}
    for (sheet, cell), text in cells.items():
        at = cell_position(cell)
        assert at is not None
        if text.startswith("="):
            formulas.setdefault(sheet, {})[at] = text[1:]
        else:
            constants.setdefault(sheet, {})[at] = constant(text)
    data = write_values(opened(file.read_bytes(), file).package, constants)
    for sheet, wanted in formulas.items():
        data = with_formulas(data, file, sheet, wanted)
    return data


def constant(text: str) -> Constant:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return float((date.fromisoformat(text) - date(1899, 12, 30)).days)
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else text


def with_formulas(data: bytes, file: Path, sheet: str, wanted: Mapping[Position, str]) -> bytes:
    def written(prefix: str, attributes: str, at: Position) -> str:
        formula = escape(wanted[at])
        return f"<{prefix}c{attributes}><{prefix}f>{formula}</{prefix}f></{prefix}c>"

    def change(cell: CellXml) -> str:
        attributes = cell.attributes
        plain = ATTRIBUTE.sub(lambda m: "" if m[2] == "t" else m[0], attributes)
        return written(cell.prefix, plain, cell.position)

    def add(at: Position, prefix: str) -> str:
        return written(prefix, f' r="{address(*at)}"', at)

    package = opened(data, file).package
    part = sheet_parts(package)[sheet]
    xml, _ = edit_cells(package.open(part).read(), wanted, change, add)
    return replace_parts(package, {part: xml})
