"""Where each value stands in a range: made once, so that a look-up takes one step."""

from __future__ import annotations

from collections.abc import Sequence

from cfp_xl.engine.builtin.criteria import criterion, is_plain_criterion
from cfp_xl.engine.builtin.lookup import find
from cfp_xl.engine.convert import number_in_text
from cfp_xl.functions.values import ExcelError, Scalar


def _digits(value: float) -> str:
    """Equal for numbers that Excel takes for equal."""
    return f"{value + 0.0:.14e}"


class Lookup:
    """The first position of each value, for an exact match."""

    def __init__(self, values: Sequence[Scalar]) -> None:
        self._values = values
        self._numbers: dict[str, int] = {}
        self._texts: dict[str, int] = {}
        for at, value in enumerate(values):
            if type(value) is float:
                self._numbers.setdefault(_digits(value), at)
            elif isinstance(value, str):
                self._texts.setdefault(value.casefold(), at)

    def find(self, wanted: Scalar) -> int | ExcelError:
        """As `builtin.lookup.find` with an exact match: the position from 0."""
        if type(wanted) is float:
            return self._numbers.get(_digits(wanted), ExcelError.NA)
        if isinstance(wanted, str) and not ("*" in wanted or "?" in wanted or "~" in wanted):
            return self._texts.get(wanted.casefold(), ExcelError.NA)
        return find(wanted, self._values, 0)

    def text(self, wanted: str) -> int | ExcelError:
        """The position of a text in which `*` and `?` mean themselves."""
        return self._texts.get(wanted.casefold(), ExcelError.NA)


class Criteria:
    """The positions of the values that meet a criterion."""

    def __init__(self, values: Sequence[Scalar]) -> None:
        self._values = values
        self._numbers: dict[str, list[int]] = {}
        self._texts: dict[str, list[int]] = {}
        self._odd: list[int] = []
        """Texts with letters whose case is not simple; tested one by one."""
        self._known: dict[tuple[type, Scalar], list[int]] = {}
        self._sets: dict[tuple[type, Scalar], frozenset[int]] = {}
        texts: dict[str, list[int]] = {}
        for at, value in enumerate(values):
            if type(value) is float:
                self._numbers.setdefault(_digits(value), []).append(at)
            elif isinstance(value, str):
                texts.setdefault(value, []).append(at)
        for text, places in texts.items():
            self._add_text(text, places)

    def _add_text(self, text: str, places: list[int]) -> None:
        parsed = number_in_text(text)
        if isinstance(parsed, float):
            _merge(self._numbers.setdefault(_digits(parsed), []), places)
        if has_simple_case(text):
            _merge(self._texts.setdefault(text.lower(), []), places)
        else:
            _merge(self._odd, places)

    def positions(self, wanted: Scalar) -> list[int]:
        """From 0, ascending."""
        key = (type(wanted), wanted)
        if key not in self._known:
            self._known[key] = self._found(wanted)
        return self._known[key]

    def set_of(self, wanted: Scalar) -> frozenset[int]:
        """The same in no order."""
        key = (type(wanted), wanted)
        if key not in self._sets:
            self._sets[key] = frozenset(self.positions(wanted))
        return self._sets[key]

    def _found(self, wanted: Scalar) -> list[int]:
        if type(wanted) is float:
            return self._numbers.get(_digits(wanted), [])
        test = criterion(wanted)
        if isinstance(wanted, str) and is_plain_criterion(wanted) and has_simple_case(wanted):
            found = self._texts.get(wanted.lower(), [])
            odd = [at for at in self._odd if test(self._values[at])]
            return sorted(found + odd) if odd else found
        return [at for at, value in enumerate(self._values) if test(value)]


def positions_of_all(tests: Sequence[Criteria], wanted: Sequence[Scalar]) -> Sequence[int]:
    """Where each of several criteria is met, ascending."""
    if len(tests) == 1:
        return tests[0].positions(wanted[0])
    met = [test.set_of(one) for test, one in zip(tests, wanted, strict=True)]
    return sorted(frozenset.intersection(*met))


def _merge(places: list[int], more: list[int]) -> None:
    places.extend(more)
    places.sort()


def has_simple_case(text: str) -> bool:
    """Whether only its letters A–Z have upper and lower case."""
    return text.isascii() or all(c.isascii() or c.lower() == c == c.upper() for c in text)
