"""What the text of a cell's `<v>` means by the cell's type: one by one, or many at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, count

from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.cells import Pick, picking
from cfp_xl.workbook.reading.cell_text import ERRORS, is_true, number, serial, unescaped
from cfp_xl.workbook.reading.regular_text import Irregular, plain_texts
from cfp_xl.workbook.reading.strings import Strings

OTHERS, WRITTEN, HELD = "others", "written", "held"
_GROUPS = {"": "n", "n": "n", "s": "s", "str": "str", "b": OTHERS, "e": OTHERS, "d": OTHERS}
"""Cell types by how their values are understood."""
_OF_NUMBERS = b"0123456789.eE+-"


@dataclass(frozen=True, slots=True)
class Meaning:
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


class Slots:
    """Which of the values that were cut out of some rows belongs to which of their cells.

    Told of the cells one after the other; then values are understood kind by kind, many at once,
    and put into the order of the cells.
    """

    def __init__(self) -> None:
        self.cut = 0
        """How many values there are."""
        self._of: dict[str, list[int]] = {kind: [] for kind in ("n", "s", "str", OTHERS)}
        """By kind, which of the values, by number."""
        self._others: list[tuple[str, int]] = []
        """Type and `vm` of those values."""
        self._written: list[tuple[str, int, str]] = []
        """Type, `vm` and text of cells that say it in another way."""
        self._held: list[Scalar] = []
        self._order: list[str] = []
        """Of each cell: in which of these its value is, as the next there."""

    def take(self, kind: str, vm: int) -> None:
        """The next cell, of this type, has the next value. Raises Irregular."""
        group = _GROUPS.get(kind)
        if group is None:
            raise Irregular
        if group is OTHERS:
            self._others.append((kind, vm))
        self._order.append(group)
        self._of[group].append(self.cut)
        self.cut += 1

    def write(self, kind: str, vm: int, text: str) -> None:
        """The next cell, of this type, has this text. Raises Irregular."""
        if kind not in _GROUPS:
            raise Irregular
        self._order.append(WRITTEN)
        self._written.append((kind, vm, text))

    def hold(self, value: Scalar) -> None:
        """The next cell has this value."""
        self._order.append(HELD)
        self._held.append(value)

    @cached_property
    def _picks(self) -> Sequence[Pick]:
        return [picking(numbers) for numbers in self._of.values()]

    @cached_property
    def _ordered(self) -> Pick:
        sizes = [*map(len, self._of.values()), len(self._written), len(self._held)]
        starts = accumulate(sizes, initial=0)
        following = dict(zip((*self._of, WRITTEN, HELD), map(count, starts), strict=False))
        return picking([next(following[group]) for group in self._order])

    def filled(self, values: Sequence[bytes], meaning: Meaning) -> Sequence[Scalar]:
        """What the cells hold, in their order.

        Raises Irregular where a value is not simply what its cell's type says.
        """
        numbers, shared, texts, others = [pick(values) for pick in self._picks]
        found: list[Scalar] = [
            *_floats(numbers),
            *_shared(shared, meaning.strings),
            *map(unescaped, plain_texts(texts)),
        ]
        for (kind, vm), text in zip(self._others, plain_texts(others), strict=True):
            found.append(_one(meaning, kind, text, vm))
        for kind, vm, text in self._written:
            found.append(_one(meaning, kind, text, vm))
        found.extend(self._held)
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


def _one(meaning: Meaning, kind: str, text: str, vm: int) -> Scalar:
    is_number_kept = kind not in ("", "n", "s")  # those may be no value, no number, no string
    value, is_present = meaning.value(kind, text, vm, "") if is_number_kept else (None, False)
    if not is_present:
        raise Irregular
    return value
