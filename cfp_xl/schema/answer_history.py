"""The history of a product's answers: which was taken in, which is held back, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cfp_xl.footprint.product import Row
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.serial_dates import moment_of


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A row of the history."""

    record: Row

    @property
    def part(self) -> str:
        """The part's number, as compared."""
        return folded(self.record.text("part_id"))

    @property
    def sha256(self) -> str:
        return self.record.text("sha256")

    @property
    def is_held(self) -> bool:
        """Whether the answer was held back: it made no factor."""
        return not self.record.text("factor_after")

    @property
    def codes(self) -> tuple[str, ...]:
        """The doubts about it."""
        return tuple(code.strip() for code in self.record.text("codes").split(",") if code.strip())

    @property
    def reason(self) -> str:
        """Why it was taken in all the same."""
        return self.record.text("reason")

    def filled_on(self, *, date_1904: bool) -> date | None:
        """When the supplier filled the sheet in; None where that was not noted."""
        value = self.record.values.get("filled_on")
        if not isinstance(value, float) or not 0 < value < 200_000:
            return None
        return moment_of(value, date_1904=date_1904).date()


def history_of(rows: Iterable[Row]) -> tuple[HistoryEntry, ...]:
    """The rows of the history, by their numbers."""
    return tuple(HistoryEntry(row) for row in sorted(rows, key=_number))


def _number(row: Row) -> float:
    value = row.values.get("number")
    return value if isinstance(value, float) else 0.0


def held_of(entries: Iterable[HistoryEntry]) -> Mapping[str, HistoryEntry]:
    """By part, the answer that is held back still: none was taken in since."""
    held: dict[str, HistoryEntry] = {}
    for entry in entries:
        if entry.is_held:
            held[entry.part] = entry
        else:
            held.pop(entry.part, None)
    return held
