"""What the text of a cell's `<v>` means by the cell's type: one by one, or many at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.cell_text import ERRORS, is_true, number, serial, unescaped
from cfp_xl.workbook.regular_text import Irregular, plain_texts
from cfp_xl.workbook.strings import Strings

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


@dataclass(slots=True)
class Slots:
    """Which of the values that were cut out of a sheet belongs to which cell."""

    cut: int = 0
    """How many there are."""
    _numbers: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))
    """Positions among the values, and cells, both by number."""
    _shared: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))
    _texts: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))
    _others: list[tuple[int, int, str, int]] = field(default_factory=list)
    """Position, cell, type and `vm`."""
    _fixed: list[tuple[int, str, int, str]] = field(default_factory=list)
    """Cell, type, `vm` and the text itself, where it is written in another way."""

    def take(self, cell: int, kind: str, vm: int, text: str | None = None) -> None:
        """The next value, or `text`, is that of the cell. Raises Irregular."""
        if kind not in ("", "n", "s", "str", "b", "e", "d"):
            raise Irregular
        if text is not None:
            self._fixed.append((cell, kind, vm, text))
            return
        match kind:
            case "" | "n":
                positions, cells = self._numbers
            case "s":
                positions, cells = self._shared
            case "str":
                positions, cells = self._texts
            case _:
                self._others.append((self.cut, cell, kind, vm))
                positions, cells = [], []
        positions.append(self.cut)
        cells.append(cell)
        self.cut += 1

    def filled(
        self, start: Sequence[Scalar], values: Sequence[bytes], meaning: Meaning, first: int
    ) -> list[Scalar]:
        """`start`, which begins with the cell `first`, with the values in their places.

        Raises Irregular where one of them is not simply what its cell's type says.
        """
        scalars = list(start)

        def put(cells: Sequence[int], found: Iterable[Scalar]) -> None:
            for cell, value in zip(cells, found, strict=True):
                scalars[cell - first] = value

        positions, cells = self._numbers
        put(cells, _floats([values[position] for position in positions]))
        positions, cells = self._shared
        put(cells, _shared([values[position] for position in positions], meaning.strings))
        positions, cells = self._texts
        put(cells, map(unescaped, plain_texts([values[position] for position in positions])))
        others = plain_texts([values[position] for position, *_ in self._others])
        for (_, cell, kind, vm), text in zip(self._others, others, strict=True):
            scalars[cell - first] = _one(meaning, kind, text, vm)
        for cell, kind, vm, text in self._fixed:
            scalars[cell - first] = _one(meaning, kind, text, vm)
        return scalars


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
