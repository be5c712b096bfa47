"""Tables of environmental product declarations: indicators as rows, modules A1 … D as columns.

Only the rows of global warming potential are read. Of each module, fossil, biogenic and land use
change add to its total; A1, A2 and A3 to A1-A3. Nothing adds over all modules: D lies outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cfp_xl.audit.document import PrintedCell, PrintedTable
from cfp_xl.audit.record import PrintedFigures
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.numbers import AMOUNT, NUMBER, emission_unit, read_cell

MODULE = re.compile(
    r"[ABCD][1-7]?(?:\s?[-–~]\s?[ABCD]?[1-7])?(?:/\d)?|TOT\.?\s?A1-A3", re.IGNORECASE
)
_WARMING = re.compile(r"gwp|globalwarming|climatechange|全球变暖|气候变化")
_LABELLED = re.compile(r"(?<![A-Za-z0-9])A1\s?[-–~]\s?A3(?![0-9])")
KINDS = (
    ("fossil", r"fossil|化石"),
    ("biogenic", r"biogen|生物"),
    ("luluc", r"luluc|landuse|土地"),
    ("", r"total|总"),
)
LEASTMODULES = 2
OF_PRODUCT_STAGE = ("a1", "a2", "a3")


def figures_of_modules(table: PrintedTable, place: str) -> Iterator[PrintedFigures]:
    """The figures of a table of modules; none where it is no such table."""
    head = next((row for row in table.rows[:4] if _is_head(row)), None)
    if head is None:
        return
    modules = _modules(head)
    rows = [(kind, row) for row in table.rows if (kind := _kind(row)) is not None]
    kinds = {kind for kind, _ in rows}
    if not kinds.issuperset(kind for kind, _ in KINDS):
        rows = [row for row in rows if row[0] == ""]  # what the others lack is not known
    if len(modules) == 1 and len(kinds) == 1:
        return
    for index, module in modules.items():
        of_module = f"{place} {module}"
        for kind, row in rows:
            yield from _figure(table, row, index, of_module, (module, kind))
    product = next((i for i, name in modules.items() if _name(name) == "a1-a3"), None)
    parts = [i for i, name in modules.items() if _name(name) in OF_PRODUCT_STAGE]
    if product is not None and len(parts) == len(OF_PRODUCT_STAGE):
        for kind, row in rows:
            if kind == "":
                yield from _figure(table, row, product, place, ("A1-A3", ""))
                for part in parts:
                    yield from _figure(table, row, part, place, ("A1-A3", modules[part]))


def module_named(words: str) -> tuple[str, str] | None:
    """The module and the kind that a label of one figure names: GWP-fossil, A1-A3."""
    text = folded(words)
    found = _LABELLED.search(words)
    if found is None or not _WARMING.search(text) or "ghg" in text:
        return None
    kind = next((kind for kind, pattern in KINDS if re.search(pattern, text)), "")
    return found.group(), kind


def _is_head(row: Sequence[PrintedCell]) -> bool:
    """Several modules, or the product stage as the only one."""
    modules = _modules(row)
    return len(modules) >= LEASTMODULES or [_name(one) for one in modules.values()] == ["a1-a3"]


def _modules(row: Sequence[PrintedCell]) -> dict[int, str]:
    return {
        index: cell.plain
        for index, cell in enumerate(row)
        if MODULE.fullmatch(cell.plain) and not cell.copy
    }


def _name(module: str) -> str:
    name = re.sub(r"^tot\.?", "", folded(module)).replace("–", "-").replace("~", "-")
    return "a1-a3" if name == "a1-3" else name


def _kind(row: Sequence[PrintedCell]) -> str | None:
    """Which part of the potential a row is: "" for the total; None for another indicator."""
    words = folded(" ".join(cell.plain for cell in row[:2]))
    if not _WARMING.search(words) or "ghg" in words:
        return None
    return next((kind for kind, pattern in KINDS if re.search(pattern, words)), "")


def _figure(
    table: PrintedTable,
    row: Sequence[PrintedCell],
    index: int,
    place: str,
    name: tuple[str, str],
) -> Iterator[PrintedFigures]:
    if index >= len(row):
        return
    cell = row[index]
    reading = read_cell(cell.text)
    if reading.kind not in (NUMBER, AMOUNT):
        return
    texts_of_units = (text for c in row for text in (c.plain, re.sub(r"\s", "", c.plain)))
    unit = next((u for text in texts_of_units if (u := emission_unit(text))), "")
    texts = {"stage": name[0], "process": name[1], "emission": reading.number}
    texts["emission_unit"] = reading.unit or unit
    filled = {column: text for column, text in texts.items() if text}
    yield PrintedFigures(
        "stage",
        place,
        filled,
        dict.fromkeys(filled, cell.spot),
        cell.spot,
        is_uncertain=table.is_uncertain,
    )
