"""A workbook that is in use: what it was made from, and a blank one of today that takes it up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from cfp_xl.footprint.columns import columns
from cfp_xl.messages import Lang
from cfp_xl.schema.opened import Opened, opened
from cfp_xl.schema.schema import Schema
from cfp_xl.schema.seal import TEMPLATE, has_seal
from cfp_xl.schema.template_tables import TEMPLATE_VERSION
from cfp_xl.templates.carry import CannotUpgrade, rows_of
from cfp_xl.templates.grow import Grown, completed, grow
from cfp_xl.templates.layout import GROWING
from cfp_xl.templates.shipped import product_source, product_template
from cfp_xl.workbook.formulas.canonical import function_names
from cfp_xl.workbook.model import Workbook


@dataclass(frozen=True)
class Earlier:
    """A product workbook of a template of ours, of any version, language and edition."""

    path: Path
    book: Opened
    schema: Schema
    """By recomputed values."""
    completed: tuple[Grown, ...] = ()
    """Tables in which rows lacked formulas; they have them here."""

    @property
    def version(self) -> tuple[str, str]:
        """Its template, and the template's version."""
        return version_of(self.book.workbook)

    @cached_property
    def lang(self) -> Lang:
        name = self.schema.regions["activities"].sheet.name
        return "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in name) else "en"

    @cached_property
    def is_native(self) -> bool:
        """Whether it does without our functions."""
        return not any(
            name.startswith("CFP_")
            for sheet in self.book.workbook.sheets
            for cell in sheet.cells.values()
            if cell.formula is not None and "CFP_" in cell.formula.upper()
            for name in function_names(cell.formula)
        )

    @property
    def shows_former(self) -> bool:
        """Whether it has columns for the values of a period before."""
        return any(
            region.has(column.id)
            for table, region in self.schema.regions.items()
            for column in columns(table)
            if column.is_former
        )

    def rows_needed(self) -> dict[str, int]:
        """So many rows each of its tables has, blank ones between others too."""
        return {
            table: len(rows_of(self.schema, table, region))
            for table, region in self.schema.regions.items()
            if table in GROWING
        }


def earlier(data: bytes, path: Path) -> Earlier:
    """The workbook of these bytes, its rows complete: which of them somebody inserted can't be seen
    any more once they are carried. Raises CannotUpgrade, Unreadable, RecalculationTimeout."""
    data, done = completed(data, path)
    book = opened(data, path)
    schema = book.recomputed.schema
    is_ours = has_seal(book.workbook) or TEMPLATE in book.workbook.properties
    if schema is None or schema.kind != "product" or not is_ours:
        raise CannotUpgrade("templates.upgrade.no_product", path=str(path))
    return Earlier(path, book, schema, done)


def version_of(workbook: Workbook) -> tuple[str, str]:
    """A workbook's template and its version."""
    return workbook.properties.get(TEMPLATE, "?"), workbook.properties.get(TEMPLATE_VERSION, "1")


def blank_for(old: Earlier, lang: Lang, *, is_native: bool, shows_former: bool) -> Opened:
    """A blank workbook of today with rows enough for the old one."""
    if shows_former:
        from cfp_xl.templates.build import built

        source = product_source(lang, is_native=is_native)
        settings = dict(source.settings) | {"former": True}
        for section, tables in (("rows", settings["rows"]), ("suppliers", settings["suppliers"])):
            settings[section] = _at_least(tables, old.rows_needed())
        factors = settings["factors"]
        spare = max(factors["spare"], old.rows_needed().get("factors", 0) - len(factors["ids"]))
        settings["factors"] = factors | {"spare": spare}
        data = built(replace(source, settings=settings), is_computed=False)
        return opened(data, old.path)
    schema = blank_product(lang, is_native=is_native).cached.schema
    assert schema is not None
    wanted = tuple(
        (table, rows)
        for table, rows in old.rows_needed().items()
        if (region := schema.region(table)) is not None
        and rows > region.bounds[2] - region.bounds[0] - len(region.closing_rows)
    )
    return blank_product(lang, is_native=is_native, rows=wanted)


@lru_cache(maxsize=8)
def blank_product(lang: Lang, *, is_native: bool, rows: tuple[tuple[str, int], ...] = ()) -> Opened:
    """The blank template with tables of at least so many rows; made once for many workbooks."""
    data, path = product_template(lang, is_native=is_native), Path("blank.xlsx")
    return opened(grow(data, path, dict(rows))[0] if rows else data, path)


def _at_least(rows: Mapping[str, int], needed: Mapping[str, int]) -> dict[str, int]:
    return {table: max(count, needed.get(table, 0)) for table, count in rows.items()}
