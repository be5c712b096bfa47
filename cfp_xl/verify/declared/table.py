"""The declared table: every figure a published report prints, a row a figure, digits kept as text.

| item     | what the row holds                                                        |
|----------|---------------------------------------------------------------------------|
| activity | a row of the report's inventory: quantity, unit, factor, factor_unit,      |
|          | factor_id (the pinned factor it means), emission, emission_unit            |
| stage    | a stage's (or, with `process`, a process's) emission and share             |
| total    | the total and its share                                                    |
| boundary | `stages`: the stages a statement names, separated by 、or ;                |
| product  | `product`: the product's name as it stands at that place                   |

`place` says where in the report the figure stands ("封面", "表4.2.1"); figures of one table share
one place. A report's "/" is kept and means that it prints no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from cfp_xl.findings import CellRef
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factors import Factor, Factors
from cfp_xl.footprint.printed import NotANumber, Printed, printed
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.messages import Text
from cfp_xl.verify.declared.names import ResultKey, result_key

ITEMS: Mapping[str, tuple[str, ...]] = {
    "activity": ("activity", "活动"),
    "stage": ("stage", "阶段"),
    "total": ("total", "合计", "总计"),
    "boundary": ("boundary", "边界"),
    "product": ("product", "产品"),
}
NO_FIGURE = frozenset({"", "/", "／", "-", "－", "—", "–", "——", "n/a", "na", "无", "不适用"})
FIGURES = ("quantity", "factor", "emission", "share")


@dataclass(frozen=True)
class Entry:
    """A row of the declared table; `texts` and `cells` by column id."""

    texts: Mapping[str, str]
    cells: Mapping[str, CellRef]
    row: CellRef

    def text(self, column: str) -> str:
        return self.texts.get(column, "")

    def where(self, column: str) -> CellRef:
        """The cell of a column; the row's first cell where the table lacks that column."""
        return self.cells.get(column, self.row)

    @cached_property
    def item(self) -> str | None:
        """The item's id; None where the sheet names none that we know."""
        word = folded(self.text("item"))
        return next((id for id, words in ITEMS.items() if word in words), None)

    @property
    def place(self) -> str:
        return self.text("place")

    @cached_property
    def key(self) -> ResultKey:
        """Which named result the row is about, whatever words the place uses for it."""
        if self.item == "total":
            return ResultKey("total")
        return result_key(self.text("stage"), self.text("process"))

    @property
    def name(self) -> str:
        """The row's name as the report prints it."""
        words = [self.text(c) for c in ("stage", "process", "activity")]
        named = dict.fromkeys(w for w in words if w not in NO_FIGURE)
        return " ".join(named) or self.text("item")

    @cached_property
    def _figures(self) -> Mapping[str, Printed | None]:
        return {column: _figure(self.text(column)) for column in FIGURES}

    def figure(self, column: str) -> Printed | None:
        """The printed number of a column; None where none is printed or it can't be read."""
        return self._figures[column]

    def is_unreadable(self, column: str) -> bool:
        """Whether a column holds something that is neither a number nor a mark for none."""
        return self.text(column).casefold() not in NO_FIGURE and self.figure(column) is None


def _figure(text: str) -> Printed | None:
    """A printed number; a per cent sign only says what the share's column says already."""
    try:
        return printed(text.removesuffix("%").removesuffix("％"))
    except NotANumber:
        return None


@dataclass(frozen=True)
class Declared:
    """The declared table, with the factors its rows may mean."""

    entries: tuple[Entry, ...]
    factors: Factors
    product_name: str | None = None
    """The product's name in the workbook itself, where it states one."""

    def of(self, *items: str) -> tuple[Entry, ...]:
        return tuple(e for e in self.entries if e.item in items)

    def places(self, *items: str) -> dict[str, list[Entry]]:
        """The rows of these items by place, in the table's order."""
        places: dict[str, list[Entry]] = {}
        for entry in self.of(*items):
            places.setdefault(folded(entry.place), []).append(entry)
        return places

    def factor(self, entry: Entry) -> Factor | None:
        """The factor a row names by its id; None where it names none, or none that can be used."""
        id = entry.text("factor_id").strip()
        if not id:
            return None
        try:
            return self.factors.get(id)
        except FootprintError:
            return None


def declared(
    rows: Iterable[tuple[Mapping[str, Scalar], Mapping[str, CellRef]]],
    factors: Factors,
    product_name: str | None = None,
) -> Declared:
    """The table from its rows (values and cells by column id); empty rows are left out."""
    entries = []
    for values, cells in rows:
        texts = {column: _as_printed(value) for column, value in values.items()}
        if any(texts.values()):
            first = cells.get("item") or next(iter(cells.values()))
            entries.append(Entry(texts, cells, first))
    return Declared(tuple(entries), factors, product_name)


def _as_printed(value: Scalar) -> str:
    """A cell's text; a number typed as a number has already lost its trailing zeros."""
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool() | ExcelError():
            return str(value).upper()
        case _:
            return f"{value:.15g}"


def place_name(entry: Entry) -> Text | str:
    """The place as the report calls it, or words for "not stated"."""
    return entry.place or Text("（未注明位置）", "(place not stated)")
