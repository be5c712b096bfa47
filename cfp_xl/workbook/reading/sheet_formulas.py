"""The formulas of a sheet, written out: shared ones, arrays, what-if tables, spills."""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.workbook.address import address, range_bounds
from cfp_xl.workbook.formulas.tokens import Fill, fill
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.reading.cell_text import data_table, unescaped
from cfp_xl.workbook.row_runs import Formula


class SheetFormulas:
    """Takes the formulas of one sheet from its first row to its last."""

    def __init__(self) -> None:
        self.found: dict[Position, Formula] = {}
        self._shared: dict[str, tuple[str, Position]] = {}
        self._waiting: list[tuple[Position, str]] = []
        self._empty: list[Position] = []

    def take(
        self, at: Position, written: str, attributes: Mapping[str, str], *, is_dynamic: bool
    ) -> None:
        """The text and the attributes of the `<f>` of a cell."""
        text = unescaped(written).strip().removeprefix("=")
        ref = attributes.get("ref", "").replace("$", "") or None
        match attributes.get("t", "normal"):
            case "shared":
                index = attributes.get("si", "")
                if text:
                    self._shared[index] = text, at
                elif index in self._shared:
                    text = self.shared(index).at(*at)
                else:
                    self._waiting.append((at, index))
                self.found[at] = Formula(text)
            case "array":
                self.found[at] = Formula(text, ref or address(*at), is_dynamic)
            case "dataTable":
                self.found[at] = Formula(data_table(attributes), ref)
            case _:
                self.found[at] = Formula(text)
                if not text:
                    self._empty.append(at)

    def finish(self) -> frozenset[Position]:
        """Settles formulas whose first cell came later; the cells that turn out to have none.

        Excel marks cells that a formula spills into with an empty <f ca="1"/>.
        """
        for at, index in self._waiting:
            if index in self._shared:
                self.found[at] = Formula(self.shared(index).at(*at))
        if not self._empty:
            return frozenset()
        refs = [range_bounds(formula.array_ref) for formula in self.found.values() if
                formula.array_ref]  # fmt: skip
        spills = [bounds for bounds in refs if bounds]
        spilled = frozenset(
            (row, column)
            for row, column in self._empty
            if any(t <= row <= b and left <= column <= right for t, left, b, right in spills)
        )
        for at in spilled:
            del self.found[at]
        return spilled

    def knows(self, index: str) -> bool:
        """Whether the first cell of this shared formula has come."""
        return index in self._shared

    def shared(self, index: str) -> Fill:
        """A shared formula whose first cell has come, to be filled into its others."""
        text, first = self._shared[index]
        return fill(text, *first)
