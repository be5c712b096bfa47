"""Rows that are written alike but for their number: taken apart once, and then only counted.

The number of a row stands in its tag, in the address of each of its cells, and in its formulas;
there also that of the row before and after. Each is replaced by a mark, which no XML holds: what is
left, with the number, is the row again, letter for letter. Two rows that leave the same differ in
their numbers alone, so that what is true of the first is true of the second, formula by formula.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from cfp_xl.workbook.address import MAX_ROWS
from cfp_xl.workbook.frame import StyledRows, Styles
from cfp_xl.workbook.layout import CellLayout, Position
from cfp_xl.workbook.reading.cell_values import RowValues
from cfp_xl.workbook.reading.regular_text import without_entities
from cfp_xl.workbook.row_runs import FilledDown, Formula, Look, RowRun, RowShape

MOST_FORMS = 512
"""Of rows in one sheet; they begin anew when they are more."""
MOST_RECENT = 4
"""Forms that a row is held against before it is marked."""
ROW, BEFORE, AFTER = "\0", "\1", "\2"
"""The marks."""
_EXCELS_PREFIXES = "_xlfn.", "_xlws.", "_xlpm."


def is_plain(written: str) -> bool:
    """Whether a formula has nothing in it that looks like an escape (`_x000A_`)."""
    if "_x" not in written:
        return True
    for prefix in _EXCELS_PREFIXES:
        written = written.replace(prefix, "")
    return "_x" not in written


def plain_formula(written: str) -> str:
    """The formula that is plainly written so."""
    return without_entities(written).strip().removeprefix("=")


@dataclass(frozen=True, slots=True)
class Marked:
    """The text of a formula with marks where numbers of rows stand."""

    text: str

    def at(self, row: int, _: int, /) -> str:
        text = self.text.replace(ROW, str(row))
        if BEFORE in text or AFTER in text:
            text = text.replace(BEFORE, str(row - 1)).replace(AFTER, str(row + 1))
        return text


@dataclass(eq=False, slots=True)
class RowDraft:
    """What was found in one row. Cells go by their place in it."""

    columns: list[int] = field(default_factory=list)
    formulas: dict[int, Formula | FilledDown] = field(default_factory=dict)
    """Shared ones are filled down."""
    written: list[str] = field(default_factory=list)
    """The plain formulas as they are in the file."""
    uncached: set[int] = field(default_factory=set)
    looks: dict[int, Look] = field(default_factory=dict)
    styles: dict[int, int] = field(default_factory=dict)
    """By column, also of blank cells."""
    values: RowValues = field(default_factory=RowValues)
    cells: int = 0
    """With those that are blank."""
    tags: int = 0
    """Of rows."""
    is_single: bool = False
    """No other row can be like it."""

    def shape(self) -> RowShape:
        return RowShape(tuple(self.columns), self.formulas, self.uncached, self.looks)


@dataclass(frozen=True, eq=False, slots=True)
class RowForm:
    """What rows that are written alike have in common."""

    shape: RowShape
    values: RowValues
    styles: Styles
    attributes: str
    """Of the row's tag."""


@dataclass(frozen=True, slots=True)
class _Recent:
    """A form that rows were of just now, with gaps where the number of the row stands: to fill them
    costs a tenth of what it costs to mark a row."""

    pieces: Sequence[str]
    length: int
    """Of all pieces."""
    form: RowForm

    def is_written(self, text: str, digits: str) -> bool:
        """Whether a row is this form with its number in the gaps."""
        length = self.length + (len(self.pieces) - 1) * len(digits)
        return len(text) == length and digits.join(self.pieces) == text


class RepeatedRows:
    """The forms of the rows of one sheet, by their text with marks."""

    def __init__(self) -> None:
        self._forms: dict[str, RowForm] = {}
        self._near: dict[str, RowForm] = {}
        """Those in which the row before or after is marked, too."""
        self._recent: deque[_Recent] = deque(maxlen=MOST_RECENT)
        self._shapes: dict[object, RowShape] = {}
        self._values: dict[object, RowValues] = {}

    def forget(self) -> None:
        for known in (self._forms, self._near, self._recent, self._shapes, self._values):
            known.clear()

    def find(self, text: str) -> tuple[int, RowForm] | None:
        """The number and the form of a row, where one before it was written alike."""
        digits = text[8 : text.find('"', 8)]
        if not (digits.isdigit() and digits.isascii() and digits[0] != "0" and len(digits) < 8):
            return None
        for recent in self._recent:
            if recent.is_written(text, digits):
                return int(digits), recent.form
        marked = text.replace(digits, ROW)
        if (form := self._forms.get(marked)) is not None:
            pieces = marked.split(ROW)
            self._recent.appendleft(_Recent(pieces, len(marked) - len(pieces) + 1, form))
        elif self._near:
            form = self._near.get(_marked_beside(marked, int(digits)))
        return None if form is None else (int(digits), form)

    def add(self, text: str, digits: str, attributes: str, draft: RowDraft) -> RowForm | None:
        """The form of a row, if others can be like it."""
        if draft.is_single or draft.tags != 1 or not text.startswith("<row r="):
            return None
        if len(self._forms) + len(self._near) >= MOST_FORMS:
            self.forget()
        marked = text.replace(digits, ROW)
        formulas = [one.replace(digits, ROW) for one in draft.written]
        form = self._form(marked, formulas, attributes, draft)
        if form is not None:
            self._forms[marked] = form
        row = int(digits)
        beside = _marked_beside(marked, row)
        if beside != marked and 1 < row < MAX_ROWS:
            near = [_marked_beside(one, row) for one in formulas]
            if (other := self._form(beside, near, attributes, draft)) is not None:
                self._near[beside] = other
        return form

    def _form(
        self, text: str, formulas: list[str], attributes: str, draft: RowDraft
    ) -> RowForm | None:
        """None where numbers of rows seem to stand elsewhere than in addresses and formulas."""
        written = "".join(formulas)
        if text.count(ROW) != 1 + draft.cells + written.count(ROW) or any(
            text.count(mark) != written.count(mark) for mark in (BEFORE, AFTER)
        ):
            return None
        texts = iter(formulas)
        own: dict[int, Formula | FilledDown] = {
            place: Marked(plain_formula(next(texts))) if isinstance(one, Formula) else one
            for place, one in draft.formulas.items()
        }
        columns, uncached, values = tuple(draft.columns), frozenset(draft.uncached), draft.values
        key = columns, tuple(own.items()), uncached, tuple(draft.looks.items())
        shape = self._shapes.setdefault(key, RowShape(columns, own, uncached, draft.looks))
        kinds = tuple(values.groups), tuple(values.others), tuple(values.held)
        values = self._values.setdefault(kinds, values)
        return RowForm(shape, values, tuple(draft.styles.items()), attributes)


def _marked_beside(marked: str, row: int) -> str:
    return marked.replace(str(row - 1), BEFORE).replace(str(row + 1), AFTER)


class LayoutBuilder:
    """Puts rows together to a layout."""

    def __init__(self) -> None:
        self._rows: list[RowRun] = []
        self.styled: list[StyledRows] = []
        self._number = 0
        self.spilled: set[Position] = set()

    def add(self, first: int, count: int, shape: RowShape, styles: Styles) -> None:
        before = self.styled[-1] if self.styled else None
        if before and before.styles == styles and before.first + before.height == first:
            self.styled[-1] = before._replace(height=before.height + count)
        else:
            self.styled.append(StyledRows(first, count, styles))
        width = len(shape.columns)
        if not width:
            return
        last = self._rows[-1] if self._rows else None
        if last is not None and last.shape is shape and last.first + last.height == first:
            self._rows[-1] = last._replace(height=last.height + count)
        else:
            self._rows.append(RowRun(first, count, self._number, shape))
        self._number += width * count

    def made(self) -> CellLayout:
        layout = CellLayout(self._rows)
        if not self.spilled:
            return layout
        return CellLayout(self._rows, map(layout.number, self.spilled))
