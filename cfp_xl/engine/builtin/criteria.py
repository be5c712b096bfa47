"""SUMIFS and its kin: rows that meet all criteria, errors in matching rows never passed over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from cfp_xl.engine.areas import Area, Reference
from cfp_xl.engine.builtin.aggregate import OVER_NUMBERS
from cfp_xl.engine.builtin.define import Nodes, given, lazy
from cfp_xl.engine.convert import BLANKS, compare, number_in_text
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import Value, flat
from cfp_xl.engine.problems import Needs
from cfp_xl.engine.tree import Node
from cfp_xl.engine.yields import References, SeveralReferences
from cfp_xl.functions.values import Array, ExcelError, Scalar

Test = Callable[[Scalar], bool]
Mask = npt.NDArray[np.bool_]

MOST_CRITERIA = 64
"""A range remembers what meets so many of them."""

_ERRORS = frozenset(str(error) for error in ExcelError)
_OPERATOR = re.compile(r"(<=|>=|<>|=|<|>)?(.*)", re.DOTALL)


def criterion(wanted: Scalar) -> Test:
    """The test that a criterion such as `">5"`, `"a*"`, `"<>"` or `3` stands for."""
    if isinstance(wanted, ExcelError):
        return lambda value: value is wanted
    if wanted is None:
        wanted = 0.0  # a blank criterion cell counts as 0
    if not isinstance(wanted, str):
        return lambda value: _is_equal(value, wanted)
    operator, operand = _OPERATOR.fullmatch(wanted).groups()  # type: ignore[union-attr]
    return _text_criterion(operator or "", operand)


def _text_criterion(operator: str, operand: str) -> Test:
    if operand == "":
        return {
            "": lambda value: value in (None, ""),
            "=": lambda value: value is None,
            "<>": lambda value: value is not None,
        }.get(operator, _never)
    typed = _typed(operand)
    if operator in ("", "=", "<>"):
        is_negated = operator == "<>"
        equal = _matcher(operand) if isinstance(typed, str) else _equal_to(typed)
        return lambda value: equal(value) != is_negated
    holds: dict[str, Callable[[int], bool]] = {
        "<": lambda order: order < 0,
        "<=": lambda order: order <= 0,
        ">": lambda order: order > 0,
        ">=": lambda order: order >= 0,
    }
    test = holds[operator]
    return lambda value: _is_same_kind(value, typed) and test(compare(value, typed))


def is_plain_criterion(wanted: str) -> bool:
    """Whether a criterion asks for just this text, whatever its case."""
    return (
        wanted[:1] not in ("", "<", ">", "=")
        and not any(sign in wanted for sign in "*?~")
        and isinstance(_typed(wanted), str)
    )


def _never(value: Scalar) -> bool:  # noqa: ARG001
    return False


def _typed(operand: str) -> Scalar:
    folded = operand.strip(BLANKS).upper()
    if folded in ("TRUE", "FALSE"):
        return folded == "TRUE"
    if folded in _ERRORS:
        return ExcelError(folded)
    parsed = number_in_text(operand)
    return operand if isinstance(parsed, ExcelError) else parsed


def _equal_to(wanted: Scalar) -> Test:
    return lambda value: _is_equal(value, wanted)


def _is_equal(value: Scalar, wanted: Scalar) -> bool:
    """A number also equals its text, as in Excel's criteria."""
    if isinstance(value, ExcelError) or isinstance(wanted, ExcelError):
        return value is wanted
    if isinstance(value, str) and isinstance(wanted, float):
        parsed = number_in_text(value)
        return isinstance(parsed, float) and compare(parsed, wanted) == 0
    return _is_same_kind(value, wanted) and compare(value, wanted) == 0


def _is_same_kind(value: Scalar, wanted: Scalar) -> bool:
    if value is None or isinstance(value, ExcelError):
        return False
    return type(value) is type(wanted)


def _matcher(pattern: str) -> Test:
    match = wildcard(pattern).fullmatch
    return lambda value: isinstance(value, str) and match(value) is not None


@lru_cache(maxsize=1024)
def wildcard(pattern: str) -> re.Pattern[str]:
    """`*` any text, `?` one sign, `~` takes the next sign literally; case does not matter.

    What lies between two stars is matched where it first occurs and never tried again (an atomic
    group): a hostile pattern cannot make the search exponential.
    """
    first, *others = _between_stars(pattern)
    body = first
    if others:
        body = first + "".join(f"(?>.*?{part})" for part in others[:-1]) + ".*" + others[-1]
    return re.compile(body, re.IGNORECASE | re.DOTALL)


def _between_stars(pattern: str) -> list[str]:
    """What stands between the stars of a pattern, as regular expressions of a fixed length."""
    parts = [""]
    for match in re.finditer(r"~[*?~]|[*]+|[?]+|.", pattern, re.DOTALL):
        sign = match.group()
        if sign.startswith("*"):
            parts.append("")
        elif sign.startswith("?"):
            parts[-1] += f".{{{len(sign)}}}"
        else:
            parts[-1] += re.escape(sign[-1])
    return parts


def wildcard_search(pattern: str, within: str, start: int) -> int | None:
    """Where `pattern` first occurs in `within` from `start` on, counted from 0.

    Where its beginning first occurs: if the rest does not follow there, it does not further on.
    """
    if not any(sign in pattern for sign in "*?~"):
        at = within.casefold().find(pattern.casefold(), start)
        return None if at < 0 else at
    pattern = pattern.rstrip("*") + "*"
    begin = re.compile(_between_stars(pattern)[0], re.IGNORECASE | re.DOTALL).search(within, start)
    if begin is None or not wildcard(pattern).match(within, begin.start()):
        return None
    return begin.start()


MOST_CRITERIA = 64
"""A range remembers what meets so many of them."""


class _Mismatch(Exception):
    """The ranges have different shapes."""


ASKED_EVERY = 64
"""Values between two looks at the clock, …"""

LONG_TEXT = 1000
"""… which is looked at for each text longer than this."""


def _no_masks(_: list[Scalar]) -> dict[tuple[type, Scalar], Mask]:
    """What is known of a range at first: by criteria, which of its values meet them."""
    return {}


class _Range:
    """The values of an argument: all at once, or where cells of it wait for this very formula,
    only those that are asked for.

    So a total in the column that it adds up is no circle, as long as its criteria leave out
    itself and all that depends on it.
    """

    def __init__(self, evaluator: Evaluator, source: Reference | Array) -> None:
        self._evaluator = evaluator
        self._area: Area | None = None
        self.values: Array | None = None
        """None where they cannot be read at once."""
        area = source.area if isinstance(source, Reference) else None
        if area is None:
            values = evaluator.array(source) if isinstance(source, Reference) else source
            self.values, self.shape = values, values.shape
            return
        self._area = area = evaluator.grid.clipped(area)
        self.shape = area.rows, area.columns
        with suppress(Needs):
            self.values = evaluator.array(Reference((area,)))

    def meets(self, wanted: Scalar) -> Mask:
        """Which of the values, read at once, meet a criterion; the latest are remembered."""
        assert self.values is not None
        key, known = (type(wanted), wanted), _no_masks([])
        if self._area is not None:
            known = self._evaluator.grid.kept(_no_masks, self._area, [])
        if (mask := known.get(key)) is None:
            test = criterion(wanted)
            values = enumerate(flat(self.values))
            mask = np.array([self.met(test, value, at) for at, value in values], bool)
            if len(known) >= MOST_CRITERIA:
                known.clear()
            known[key] = mask
        return mask.reshape(self.shape)

    def at(self, position: tuple[int, int]) -> Scalar:
        """One value. Raises Needs."""
        if self.values is not None:
            value: Scalar = self.values[position]
            return value
        assert self._area is not None
        row, column = position
        (single,) = self._evaluator.part(self._area.part(row + 1, column + 1)).ravel().tolist()
        return single  # type: ignore[no-any-return]

    def met(self, test: Test, value: Scalar, at: int) -> bool:
        """Whether a value meets a criterion; some may take long, so the clock is asked."""
        if at % ASKED_EVERY == 0 or (type(value) is str and len(value) > LONG_TEXT):
            self._evaluator.tick()
        return test(value)

    def where(self, mask: Mask) -> list[Scalar]:
        """The values where the mask holds, row by row."""
        if self.values is not None:
            return flat(self.values[mask])
        return [self.at(position) for position in _positions(mask)]


def _positions(mask: Mask) -> Iterator[tuple[int, int]]:
    return ((int(row), int(column)) for row, column in np.argwhere(mask))


def _mask(ranges: Sequence[_Range], criteria: Sequence[Scalar]) -> Mask:
    """Where all criteria are met; ranges that cannot be read at once are asked last, and only
    where the others hold."""
    mask = np.ones(ranges[0].shape, bool)
    late: list[tuple[_Range, Test]] = []
    for values, wanted in zip(ranges, criteria, strict=True):
        if values.shape != mask.shape:
            raise _Mismatch
        if values.values is None:
            late.append((values, criterion(wanted)))
            continue
        mask &= values.meets(wanted)
    for values, test in late:
        for position in _positions(mask):
            mask[position] = test(values.at(position))
    return mask


def _summed(picked: list[Scalar], function: str) -> Scalar:
    for value in picked:
        if isinstance(value, ExcelError):
            return value
    return OVER_NUMBERS[function]([v for v in picked if type(v) is float])


def _cells(evaluator: Evaluator, node: Node | None) -> Result:
    result: Result = None if node is None else evaluator.result(node)
    if isinstance(result, References):
        raise SeveralReferences(result.function)
    return result


def _range(evaluator: Evaluator, node: Node | None) -> _Range | ExcelError:
    result = _cells(evaluator, node)
    if isinstance(result, Reference | np.ndarray):
        return _Range(evaluator, result)
    return result if isinstance(result, ExcelError) else ExcelError.VALUE


def _conditional(name: str, function: str | None) -> None:
    """SUMIFS(values, range, criterion, …), or without values where it counts."""

    @lazy(name, least=2, for_each=True)
    def conditional(evaluator: Evaluator, nodes: Nodes) -> Result:
        pairs = nodes if function is None else nodes[1:]
        if len(pairs) % 2:
            return ExcelError.VALUE
        ranges: list[_Range] = []
        for node in pairs[::2]:
            found = _range(evaluator, node)
            if isinstance(found, ExcelError):
                return found
            ranges.append(found)
        values = ranges[0] if function is None else _range(evaluator, nodes[0])
        if isinstance(values, ExcelError):
            return values
        criteria: list[Value] = [None if n is None else evaluator.value(n) for n in pairs[1::2]]
        return evaluator.each(_each(values, ranges, function), criteria)


def _each(values: _Range, ranges: list[_Range], function: str | None) -> Callable[..., Scalar]:
    known: dict[tuple[tuple[type, Scalar], ...], Scalar] = {}

    def of_criteria(criteria: Sequence[Scalar]) -> Scalar:
        try:
            mask = _mask(ranges, criteria)
        except _Mismatch:
            return ExcelError.VALUE
        if function is None:
            return float(mask.sum())
        if values.shape != mask.shape:
            return ExcelError.VALUE
        return _summed(values.where(mask), function)

    def each(*criteria: Scalar) -> Scalar:
        """Each criterion of an array once, however often it is in it."""
        key = tuple((type(one), one) for one in criteria)
        if (found := known.get(key)) is None:
            found = known[key] = of_criteria(criteria)
        return found

    return each


for _name, _function in {
    "SUMIFS": "SUM",
    "AVERAGEIFS": "AVERAGE",
    "MAXIFS": "MAX",
    "MINIFS": "MIN",
    "COUNTIFS": None,
    "COUNTIF": None,
}.items():
    _conditional(_name, _function)


def _single(name: str, function: str) -> None:
    """SUMIF(range, criterion, [values]): the values' range takes the shape of the first."""

    @lazy(name, least=2, for_each=True)
    def conditional(evaluator: Evaluator, nodes: Nodes) -> Result:
        tested = _cells(evaluator, given(nodes, 0))
        if not isinstance(tested, Reference) or tested.area is None:
            return tested if isinstance(tested, ExcelError) else ExcelError.VALUE
        summed = tested
        if len(nodes) > 2 and nodes[2] is not None:
            other = _cells(evaluator, nodes[2])
            if not isinstance(other, Reference) or other.area is None:
                return other if isinstance(other, ExcelError) else ExcelError.VALUE
            summed = Reference((like(evaluator.grid.clipped(tested.area), other.area),))
        ranges = [_Range(evaluator, tested)]
        values = _Range(evaluator, summed)
        wanted = None if nodes[1] is None else evaluator.value(nodes[1])
        return evaluator.each(_each(values, ranges, function), [wanted])


def like(shape: Area, area: Area) -> Area:
    """The area from the corner of `area` in the size of `shape`, as SUMIF takes its sums."""
    return area._replace(
        last_row=area.first_row + shape.rows - 1, last_column=area.first_column + shape.columns - 1
    )


_single("SUMIF", "SUM")
_single("AVERAGEIF", "AVERAGE")
