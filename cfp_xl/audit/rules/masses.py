"""The mass of the product, in the table of what it is and in the sentence on its reference flow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from cfp_xl.audit.amounts import PrintedAmount, amount, differs
from cfp_xl.audit.document import Document, PrintedTable, Spot
from cfp_xl.audit.prose import place_at
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.numbers import NUMBER_PATTERN, read_cell

_UNIT = r"(?P<unit>kg|千克|公斤|t|吨|g|克)(?![A-Za-z/·²2])"
_NAME = re.compile(
    r"(?:单位产品|产品|单台|单件)净?(?:质量|重量)"
    r"|(?:net)?(?:mass|weight)ofthe(?:product|piece)|product(?:mass|weight)"
)
_BETWEEN = r"(?:(?!包装|材料|部件|零件|毛|packag|material|gross)[^。；;]){0,60}?"
_SENTENCE = re.compile(
    rf"(?:基准流|功能单位|声明单位|单台|单件){_BETWEEN}(?P<name>净?(?:质量|重量))(?:约?为|约|是|:)?\s*"
    rf"(?P<number>{NUMBER_PATTERN})\s*{_UNIT}"
    rf"|(?:reference flow|functional unit|declared unit){_BETWEEN}(?P<mass>mass|weight|weighing)"
    rf"(?: of| is)?\s*(?P<amount>{NUMBER_PATTERN})\s*(?P<of>kg|t|g)\b",
    re.IGNORECASE,
)
_SYMBOLS = {"千克": "kg", "公斤": "kg", "吨": "t", "克": "g"}


@report_rule("N04", needs=("tables", "paragraphs"))
def mass_is_one(report: ReadReport) -> Iterator[Finding]:
    """N04: the product's mass is the same in tables and in the sentence on its reference flow."""
    named = [one for table in report.document.tables for one in _in_table(table)]
    if not named or not all(_agree(one, named[0]) for one in named):
        return  # several products or parts, each with a mass of its own
    for one in _in_sentences(report.document):
        if not any(_agree(one, other) for other in named):
            yield differs(one, named, place_at(report.document, one.spot))


def _agree(one: PrintedAmount, other: PrintedAmount) -> bool:
    return one.agrees_with(other, Decimal(repr(conversion(other.unit, one.unit))))


def _in_table(table: PrintedTable) -> Iterator[PrintedAmount]:
    """The mass that a sheet of names and values gives."""
    for row in table.rows:
        cells = [cell for cell in row if cell.plain and not cell.copy]
        if len(cells) == 2 and _NAME.fullmatch(folded(cells[0].plain)) and not table.is_uncertain:
            reading = read_cell(cells[1].text)
            yield from _mass(cells[0].plain, reading.number, reading.unit, cells[1].spot)


def _in_sentences(document: Document) -> Iterator[PrintedAmount]:
    for one in document.paragraphs if not document.is_uncertain else ():
        for found in _SENTENCE.finditer(one.plain):
            name, number = found["name"] or found["mass"], found["number"] or found["amount"]
            yield from _mass(name, number, found["unit"] or found["of"], one.at(*found.span()))


def _mass(name: str, number: str, unit: str, spot: Spot) -> Iterator[PrintedAmount]:
    symbol = _SYMBOLS.get(unit, unit)
    found = amount(name, number, symbol, spot) if symbol in ("kg", "g", "t") else None
    if found is not None:
        yield found
