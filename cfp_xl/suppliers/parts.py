"""What a product buys and from whom: the table `cfp_parts` of the product workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.columns import column as table_column
from cfp_xl.footprint.columns import columns as table_columns
from cfp_xl.footprint.product import Product, Row
from cfp_xl.footprint.units import UnitMissing, UnitNotKnown, parse
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Lang
from cfp_xl.schema.region import is_blank
from cfp_xl.schema.schema import Schema
from cfp_xl.schema.understand import NotUnderstood, plain
from cfp_xl.suppliers.days import day
from cfp_xl.templates.supplier.fields import Kind, Language

NEEDED = ("part_id", "part", "supplier_id", "supplier", "unit")
"""Without these nobody can be asked."""
KIND_WORDS: dict[str, Kind] = {
    **dict.fromkeys(("", "part", "零部件", "部件"), "part"),
    **dict.fromkeys(("transport", "运输", "货运", "freight"), "transport"),
}
LANG_WORDS: dict[str, Language] = {
    **dict.fromkeys(("zh", "中文", "cn", "chinese", "汉语"), "zh"),
    **dict.fromkeys(("en", "英文", "英语", "english"), "en"),
    **dict.fromkeys(("both", "双语", "中英文", "zh+en", "bilingual"), "both"),
}
MAX_ID_LENGTH = 64
_ID = re.compile(r"[\w][\w.\-()（）]*")
"""What a number of a part or supplier is made of: it becomes part of a file's name."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part (or a transport) that one supplier delivers; amounts are for one functional unit."""

    part_id: str
    part: str
    supplier_id: str
    supplier: str
    unit: str
    """The declared unit that it is counted in: kg, 件, t·km."""
    amount: float = 0.0
    mass_kg: float | None = None
    """Of one declared unit; None where nobody has typed it."""
    kind: Kind = "part"
    last_kgco2e: float | None = None
    """Last year's footprint of one declared unit."""
    secondary_kgco2e: float | None = None
    """What one declared unit gave by the factor that the answer replaced."""
    contact: str = ""
    lang: Language = "zh"
    """Of its sheet; that of the product workbook where the table does not say."""
    due: date | None = None
    where: CellRef | None = None
    """The cell of its number."""


def parts_of(product: Product) -> tuple[tuple[Part, ...], tuple[Finding, ...]]:
    """The parts of a product, and what is wrong with their table (S90, S91)."""
    parts: dict[str, Part] = {}
    findings: list[Finding] = []
    for record in product.rows("parts"):
        wrong = list(_wrong(record))
        findings += wrong
        part = _part(record, language_of(record.cell("part_id").sheet))
        if not wrong and part.part_id in parts:
            findings.append(
                finding("S91", record.cell("part_id"), seen=part.part_id,
                        expected=str(parts[part.part_id].where))
            )  # fmt: skip
        elif not wrong:
            parts[part.part_id] = part
    return tuple(parts.values()), tuple(findings)


def parts_beyond(schema: Schema) -> Iterator[Finding]:
    """S93: parts typed below the last row of their table, of which no formula knows."""
    region = schema.regions["parts"]
    others = [r.bounds for r in schema.regions.values() if r.sheet.name == region.sheet.name]
    ids = [column.id for column in table_columns("parts") if not column.is_computed]
    longer = region.with_rows_below(ids, others)
    top, _, bottom, _ = region.bounds
    left = [record for record in longer.records(ids) if record.row > bottom]
    if left:
        yield finding(
            "S93",
            left[0].cell("part_id"),
            seen=", ".join(record.text("part_id") or "–" for record in left),
            expected=bottom - top - len(region.closing_rows),
            count=len(left),
        )


def language_of(sheet: str) -> Lang:
    """The language that the workbook's own words are in: that of its sheet's name."""
    return "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in sheet) else "en"


def is_id(text: str) -> bool:
    """Whether a text can be the number of a part or supplier: letters, digits, `-`, `_`, `.`."""
    return len(text) <= MAX_ID_LENGTH and _ID.fullmatch(text) is not None


def _wrong(record: Row) -> Iterator[Finding]:
    for column in NEEDED:
        if not record.text(column):
            yield finding("S90", record.cell(column), column=table_column("parts", column).heading)
    for column in ("part_id", "supplier_id"):
        if (id := record.text(column)) and not is_id(id):
            yield finding("S90", record.cell(column), case="id", seen=id)
    for column in ("amount", "mass_kg", "last_kgco2e", "secondary_kgco2e"):
        value = record.values.get(column)
        if not is_blank(value) and not (isinstance(value, float) and value > 0):
            yield finding("S90", record.cell(column), case="number", seen=record.text(column))
    for column, words in (("kind", KIND_WORDS), ("lang", {"": "", **LANG_WORDS})):
        if plain(record.text(column)).casefold() not in words:
            yield finding(
                "S90",
                record.cell(column),
                case="word",
                seen=record.text(column),
                expected=", ".join(word for word in words if word.isascii() and word),
            )
    try:
        if record.text("unit"):
            parse(record.text("unit"))
    except (UnitMissing, UnitNotKnown) as unknown:
        yield finding("S90", record.cell("unit"), case="unit", why=unknown)
    try:
        _due(record.values.get("due"))
    except NotUnderstood as unclear:
        yield finding("S90", record.cell("due"), case="due", why=unclear)


def _part(record: Row, lang: Language) -> Part:
    return Part(
        part_id=record.text("part_id"),
        part=record.text("part"),
        supplier_id=record.text("supplier_id"),
        supplier=record.text("supplier"),
        unit=record.text("unit"),
        amount=_number(record.values.get("amount")) or 0.0,
        mass_kg=_number(record.values.get("mass_kg")),
        kind=KIND_WORDS.get(plain(record.text("kind")).casefold(), "part"),
        last_kgco2e=_number(record.values.get("last_kgco2e")),
        secondary_kgco2e=_number(record.values.get("secondary_kgco2e")),
        contact=record.text("contact"),
        lang=LANG_WORDS.get(plain(record.text("lang")).casefold(), lang),
        due=_due_or_none(record.values.get("due")),
        where=record.cell("part_id"),
    )


def _number(value: Scalar) -> float | None:
    return value if isinstance(value, float) else None


def _due(value: Scalar) -> date | None:
    return day(value, "end")


def _due_or_none(value: Scalar) -> date | None:
    try:
        return _due(value)
    except NotUnderstood:
        return None
