"""What the text of a cell's `<v>` means by the cell's type: one by one, or many at once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.layout import Pick, picking
from cfp_xl.workbook.reading.cell_text import ERRORS, is_true, number, serial, unescaped
from cfp_xl.workbook.reading.regular_text import Irregular, plain_texts
from cfp_xl.workbook.reading.strings import Strings

OTHERS, WRITTEN, HELD = "others", "written", "held"
_GROUPS = {"": "n", "n": "n", "s": "s", "str": "str", "b": OTHERS, "e": OTHERS, "d": OTHERS}
"""Cell types by how their values are understood."""
_OF_NUMBERS = b"0123456789.eE+-"


@dataclass(frozen=True, slots=True)
class ValueContext:
    """What a workbook says elsewhere about the values in its cells."""

    strings: Strings
    date_1904: bool
    new_errors: Mapping[int, ExcelError]
    """The errors that `vm` indices stand for."""

    def value(self, kind: str, text: str | None, vm: int, part: str) -> tuple[Scalar, bool]:
        """The value and whether the file holds one; an empty text is one, an empty number not.

        `kind` is the cell's type, but for `inlineStr`. Raises Unreadable.
        """
        if text is None:
            return None, False
        if kind == "str":
            return unescaped(text), True
        if not (text := text.strip()):
            return None, False
        match kind:
            case "s":
                return self.strings.at(text, part), True
            case "b":
                return is_true(text), True
            case "e":
                return self.new_errors.get(vm, ERRORS.get(text, ExcelError.UNKNOWN)), True
            case "d":
                return serial(text, self.date_1904), True
            case _:
                value = number(text)
                return (value if math.isfinite(value) else ExcelError.NUM), True


class RowValues:
    """How the cells of a row, one after the other, have their values: cut out, or otherwise."""

    def __init__(self) -> None:
        self.cut = 0
        """How many values were cut out."""
        self.groups: list[str] = []
        """Of each cell: in which of the following its value is, as the next there."""
        self.of: dict[str, list[int]] = {kind: [] for kind in ("n", "s", "str", OTHERS)}
        """By kind, which of the values cut out, by number."""
        self.others: list[tuple[str, int]] = []
        """Type and `vm` of the last of these."""
        self.written: list[tuple[str, int, str]] = []
        """Type, `vm` and text of cells that say it in another way."""
        self.held: list[Scalar] = []

    def take(self, kind: str, vm: int) -> None:
        """The next cell, of this type, has the next value. Raises Irregular."""
        group = _GROUPS.get(kind)
        if group is None:
            raise Irregular
        if group is OTHERS:
            self.others.append((kind, vm))
        self.groups.append(group)
        self.of[group].append(self.cut)
        self.cut += 1

    def write(self, kind: str, vm: int, text: str) -> None:
        """The next cell, of this type, has this text. Raises Irregular."""
        if kind not in _GROUPS:
            raise Irregular
        self.groups.append(WRITTEN)
        self.written.append((kind, vm, text))

    def hold(self, value: Scalar) -> None:
        """The next cell has this value."""
        self.groups.append(HELD)
        self.held.append(value)

    @cached_property
    def steps(self) -> Mapping[str, int]:
        """How many cells have their values where."""
        return {**Counter(self.groups)}


class Slots:
    """Which of the values that were cut out of some rows belongs to which of their cells.

    Given the rows one after the other; then values are understood kind by kind, many at once,
    and put into the order of the cells.
    """

    def __init__(self) -> None:
        self.cut = 0
        """How many values there are."""
        self._rows: list[tuple[RowValues, int]] = []

    def take(self, row: RowValues, count: int) -> None:
        """The next `count` rows have their values so."""
        self._rows.append((row, count))
        self.cut += row.cut * count

    @cached_property
    def _picks(self) -> Sequence[Pick]:
        found: dict[str, list[int]] = {kind: [] for kind in RowValues().of}
        start = 0
        for row, count in self._rows:
            end = start + row.cut * count
            for kind, numbers in row.of.items():
                if count == 1 or len(numbers) == 1:
                    for number in numbers:
                        found[kind] += range(start + number, end, row.cut)
                elif numbers:
                    several = [0] * (len(numbers) * count)
                    for at, number in enumerate(numbers):
                        several[at :: len(numbers)] = range(start + number, end, row.cut)
                    found[kind] += several
            start = end
        return [picking(numbers) for numbers in found.values()]

    @cached_property
    def _ordered(self) -> Pick:
        """Puts the values, kind by kind, into the order of the cells."""
        kinds = (*RowValues().of, WRITTEN, HELD)
        sizes = [sum(row.steps.get(kind, 0) * count for row, count in self._rows) for kind in kinds]
        following = dict(zip(kinds, accumulate(sizes, initial=0), strict=False))
        order: list[int] = []
        for row, count in self._rows:
            width, seen = len(row.groups), dict.fromkeys(row.steps, 0)
            of_rows = [0] * (width * count)
            for at, group in enumerate(row.groups):
                first, step = following[group] + seen[group], row.steps[group]
                of_rows[at::width] = range(first, first + step * count, step)
                seen[group] += 1
            for group, step in row.steps.items():
                following[group] += step * count
            order += of_rows
        return picking(order)

    def filled(self, values: Sequence[bytes], meaning: ValueContext) -> Sequence[Scalar]:
        """What the cells hold, in their order.

        Raises Irregular where a value is not simply what its cell's type says.
        """
        numbers, shared, texts, others = [pick(values) for pick in self._picks]
        found: list[Scalar] = [
            *_floats(numbers),
            *_shared(shared, meaning.strings),
            *map(unescaped, plain_texts(texts)),
        ]
        kinds = (kind for row, count in self._rows for kind in row.others * count)
        for (kind, vm), text in zip(kinds, plain_texts(others), strict=True):
            found.append(_one(meaning, kind, text, vm))
        for row, count in self._rows:
            for kind, vm, text in row.written * count:
                found.append(_one(meaning, kind, text, vm))
        for row, count in self._rows:
            found.extend(row.held * count)
        return self._ordered(found)


def _floats(texts: Sequence[bytes]) -> list[float]:
    if b"".join(texts).translate(None, _OF_NUMBERS):
        raise Irregular
    try:
        numbers = list(map(float, texts))
    except ValueError as error:
        raise Irregular from error
    if not math.isfinite(sum(numbers)):
        raise Irregular
    return numbers


def _shared(indices: Sequence[bytes], strings: Strings) -> list[str]:
    if indices and not b"".join(indices).isdigit():
        raise Irregular
    texts = strings.texts
    try:
        return [texts[index] for index in map(int, indices)]
    except (ValueError, IndexError) as error:
        raise Irregular from error


def _one(meaning: ValueContext, kind: str, text: str, vm: int) -> Scalar:
    is_number_kept = kind not in ("", "n", "s")  # those may be no value, no number, no string
    value, is_present = meaning.value(kind, text, vm, "") if is_number_kept else (None, False)
    if not is_present:
        raise Irregular
    return value
