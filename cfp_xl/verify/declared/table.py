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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cfp_xl.findings import CellRef
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factors import Factor, Factors
from cfp_xl.footprint.printed import NotPrintedNumber, Printed, printed, sum_agrees
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.messages import Text
from cfp_xl.verify.declared.identity import TOTAL, ResultKey, RowName, is_sum, result_keys
from cfp_xl.verify.declared.notation import Notation, TwoReadings, in_per_cent, notation

ITEMS: Mapping[str, tuple[str, ...]] = {
    "activity": ("activity", "活动"),
    "stage": ("stage", "阶段"),
    "total": ("total", "合计", "总计"),
    "boundary": ("boundary", "边界"),
    "product": ("product", "产品"),
}
NO_FIGURE = frozenset(
    (
        "",
        "/",
        "／",
        "-",
        "－",
        "—",
        "–",
        "——",
        "n/a",
        "n.a.",
        "na",
        "not applicable",
        "negligible",
        "无",
        "不适用",
        "不涉及",
        "未涉及",
        "忽略不计",
        "可忽略",
    )
)
FIGURES = ("quantity", "factor", "emission", "share")


@dataclass(frozen=True)
class DeclaredEntry:
    """A row of the declared table; `texts` and `cells` by column id."""

    texts: Mapping[str, str]
    cells: Mapping[str, CellRef]
    row: CellRef
    figures: Mapping[str, Printed]
    """The printed numbers by column, shares in per cent; none where there is none to be read."""
    two_readings: frozenset[str]
    """The columns whose number is 1.234 or 1234."""
    key: ResultKey
    """Which named result the row is about, whatever words the place uses for it."""
    is_annual: bool = False
    """Whether it is of a year's inventory, and not per what the results are per."""

    def text(self, column: str) -> str:
        return self.texts.get(column, "")

    def where(self, column: str) -> CellRef:
        """The cell of a column; the row's first cell where the table lacks that column."""
        return self.cells.get(column, self.row)

    @cached_property
    def item(self) -> str | None:
        """The item's id; None where the sheet names none that we know."""
        return _item(self.texts)

    @property
    def place(self) -> str:
        return self.text("place")

    @property
    def name(self) -> str:
        """The row's name as the report prints it."""
        words = [self.text(c) for c in ("stage", "process", "activity")]
        named = dict.fromkeys(w for w in words if w not in NO_FIGURE)
        return " ".join(named) or self.text("item")

    def figure(self, column: str) -> Printed | None:
        """The printed number of a column; None where none is printed or it can't be read."""
        return self.figures.get(column)

    def is_unreadable(self, column: str) -> bool:
        """Whether a column holds something that is neither a number nor a mark for none."""
        return self.text(column).casefold() not in NO_FIGURE and self.figure(column) is None


@dataclass(frozen=True)
class Declared:
    """The declared table, with the factors its rows may mean."""

    entries: tuple[DeclaredEntry, ...]
    factors: Factors
    product_name: str | None = None
    """The product's name in the workbook itself, where it states one."""

    def of(self, *items: str) -> tuple[DeclaredEntry, ...]:
        return tuple(e for e in self.entries if e.item in items)

    def places(self, *items: str) -> Mapping[str, Sequence[DeclaredEntry]]:
        """The rows of these items by place, in the table's order."""
        if items not in self._places:
            places: dict[str, list[DeclaredEntry]] = {}
            for entry in self.of(*items):
                places.setdefault(folded(entry.place), []).append(entry)
            self._places[items] = places
        return self._places[items]

    @cached_property
    def _places(self) -> dict[tuple[str, ...], Mapping[str, Sequence[DeclaredEntry]]]:
        """Asked for by each figure, of one table."""
        return {}

    def factor(self, entry: DeclaredEntry) -> Factor | None:
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
    filled = [(values, cells) for values, cells in rows if any(map(_as_printed, values.values()))]
    texts = [{column: _as_printed(value) for column, value in v.items()} for v, _ in filled]
    typed = (v[c] for v, _ in filled for c in FIGURES if isinstance(v.get(c), str))
    table = notation(str(text) for text in typed)
    numbers = [_numbers(values, table) for values, _ in filled]
    names = [_name(row) for row in texts]
    keys = _totals_of_stages(names, result_keys(names), [figures for figures, _ in numbers])
    per_cent = _shares(texts, [figures for figures, _ in numbers])
    entries = [
        DeclaredEntry(
            texts=row,
            cells=cells,
            row=cells.get("item") or next(iter(cells.values())),
            figures={**figures, "share": share} if share else figures,
            two_readings=unclear,
            key=key,
        )
        for row, (_, cells), (figures, unclear), share, key in zip(
            texts, filled, numbers, per_cent, keys, strict=True
        )
    ]
    return Declared(tuple(entries), factors, product_name)


def _totals_of_stages(
    names: Sequence[RowName], keys: Sequence[ResultKey], numbers: Sequence[Mapping[str, Printed]]
) -> list[ResultKey]:
    """The keys, where a sum below several rows of one stage is that stage, not the total.

    小计 below a table of production alone, beside other stages in other tables; what it says tells
    it from the total beside an extract.
    """
    at: dict[str, list[int]] = {}
    for index, (name, key) in enumerate(zip(names, keys, strict=True)):
        if name.item in ("stage", "activity") and key.stage != TOTAL:
            at.setdefault(name.place, []).append(index)
    everywhere = {keys[index].stage for rows in at.values() for index in rows}
    found = list(keys)
    for index, (name, key) in enumerate(zip(names, keys, strict=True)):
        rows = at.get(name.place, [])
        stages = {keys[row].stage for row in rows}
        parts = [emission for row in rows if (emission := numbers[row].get("emission"))]
        total = numbers[index].get("emission")
        if key != ResultKey(TOTAL) or total is None or len(parts) < 2:
            continue
        if len(stages) == 1 and len(everywhere) > 1 and sum_agrees(parts, total):
            found[index] = ResultKey(stages.pop())
    return found


def item_of(word: str) -> str | None:
    """The item a word of the first column means."""
    return next((id for id, words in ITEMS.items() if folded(word) in words), None)


def _item(row: Mapping[str, str]) -> str | None:
    """What a row is: a sum typed among the rows of its table (阶段 | 表1 | 合计) is a total."""
    item = item_of(row.get("item", ""))
    name = RowName("", "", row.get("stage", ""), row.get("process", ""))
    return TOTAL if item in ("stage", "activity") and is_sum(name) else item


def _name(row: Mapping[str, str]) -> RowName:
    return RowName(
        place=folded(row.get("place", "")),
        item=_item(row) or "",
        stage=row.get("stage", ""),
        process=row.get("process", ""),
    )


def _numbers(
    values: Mapping[str, Scalar], table: Notation
) -> tuple[dict[str, Printed], frozenset[str]]:
    """A row's printed numbers, and the columns whose number can be read in two ways."""
    found: dict[str, Printed] = {}
    unclear = set()
    for column in FIGURES:
        value, text = values.get(column), _as_printed(values.get(column))
        try:
            found[column] = table.read(text) if isinstance(value, str) else printed(text)
        except TwoReadings:
            unclear.add(column)
        except NotPrintedNumber:
            continue
    return found, frozenset(unclear)


def _shares(
    texts: Sequence[Mapping[str, str]], numbers: Sequence[Mapping[str, Printed]]
) -> list[Printed | None]:
    """The shares in per cent; whether a place writes parts of 1 is asked place by place."""
    by_place: dict[str, dict[int, Printed]] = {}
    totals: dict[str, int] = {}
    for index, (row, figures) in enumerate(zip(texts, numbers, strict=True)):
        if share := figures.get("share"):
            name = _name(row)
            by_place.setdefault(name.place, {})[index] = share
            if name.item == TOTAL:
                totals[name.place] = index
    read: dict[int, Printed] = {}
    for place, shares in by_place.items():
        read |= in_per_cent(shares, totals.get(place))
    return [read.get(index) for index in range(len(texts))]


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


def place_name(entry: DeclaredEntry) -> Text | str:
    """The place as the report calls it, or words for "not stated"."""
    return entry.place or Text("（未注明位置）", "(place not stated)")
