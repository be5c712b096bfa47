"""VLOOKUP, HLOOKUP, MATCH, XLOOKUP and XMATCH: exact, nearest or sorted, with wildcards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from cfp_xl.engine.areas import Reference
from cfp_xl.engine.builtin.criteria import wildcard
from cfp_xl.engine.builtin.define import Nodes, given, lazy, one
from cfp_xl.engine.builtin.patterns import matches
from cfp_xl.engine.convert import boolean, compare, number
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import Value, as_array, flat
from cfp_xl.engine.tree import Node
from cfp_xl.functions.values import Array, ExcelError, Scalar


class Keys(list[Scalar]):
    """The values that are looked through; from the second search on, exact ones are known by an
    index."""

    def __init__(self, values: Iterable[Scalar]) -> None:
        super().__init__(values)
        self._searches = 0
        self._first: dict[object, int] = {}
        self._last: dict[object, int] = {}

    def is_indexed(self) -> bool:
        self._searches += 1
        if self._searches == 2:
            keys = list(map(_same_in_15_digits, self))
            self._last = dict(zip(keys, range(len(keys)), strict=True))
            self._first = dict(zip(keys[::-1], range(len(keys) - 1, -1, -1), strict=True))
        return self._searches > 1

    def position(self, wanted: Scalar, *, from_end: bool = False) -> int | ExcelError:
        """Where an equal value of the same kind is. Blanks and errors equal nothing."""
        index = self._last if from_end else self._first
        key = _same_in_15_digits(wanted)
        return ExcelError.NA if key is None else index.get(key, ExcelError.NA)


def _same_in_15_digits(value: Scalar) -> object:
    """The same object for what `compare` calls equal; None for what is never found."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return f"{value + 0.0:.14e}"
    return (value.casefold(),) if isinstance(value, str) else None


def _comparable(value: Scalar, wanted: Scalar) -> bool:
    if value is None or isinstance(value, ExcelError):
        return False
    return type(value) is type(wanted)


def find(wanted: Scalar, values: Sequence[Scalar], kind: int) -> int | ExcelError:
    """The position of `wanted`, from 0: 0 exactly, 1 the largest ≤ it of ascending values,
    -1 the smallest ≥ it of descending ones."""
    if isinstance(wanted, ExcelError):
        return wanted
    if wanted is None:
        wanted = 0.0
    if kind == 0:
        return _exactly(wanted, values)
    return _ascending(wanted, values) if kind > 0 else _descending(wanted, values)


def _exactly(wanted: Scalar, values: Sequence[Scalar]) -> int | ExcelError:
    if isinstance(wanted, str) and any(sign in wanted for sign in "*?~"):
        match = wildcard(wanted).fullmatch
        for at, value in enumerate(values):
            if isinstance(value, str) and match(value):
                return at
        return ExcelError.NA
    if isinstance(values, Keys) and values.is_indexed():
        return values.position(wanted)
    if isinstance(wanted, str):
        folded = wanted.casefold()
        for at, value in enumerate(values):
            if type(value) is str and value.casefold() == folded:
                return at
        return ExcelError.NA
    for at, value in enumerate(values):
        if _comparable(value, wanted) and compare(value, wanted) == 0:
            return at
    return ExcelError.NA


def _ascending(wanted: Scalar, values: Sequence[Scalar]) -> int | ExcelError:
    """Bisection as Excel does it: entries of another kind are stepped over."""
    low, high, found = 0, len(values) - 1, -1
    while low <= high:
        middle = (low + high) // 2
        probe = middle
        while probe <= high and not _comparable(values[probe], wanted):
            probe += 1
        if probe > high:
            high = middle - 1
        elif compare(values[probe], wanted) <= 0:
            found, low = probe, probe + 1
            if _is_hit(values, probe, wanted) and not _is_hit(values, low, wanted):
                break  # so that values out of order are found where Excel finds them
        else:
            high = middle - 1
    return found if found >= 0 else ExcelError.NA


def _is_hit(values: Sequence[Scalar], at: int, wanted: Scalar) -> bool:
    if at >= len(values) or not _comparable(values[at], wanted):
        return False
    return compare(values[at], wanted) == 0


def _descending(wanted: Scalar, values: Sequence[Scalar]) -> int | ExcelError:
    found = -1
    for at, value in enumerate(values):
        if not _comparable(value, wanted):
            continue
        order = compare(value, wanted)
        if order < 0:
            break
        found = at
        if order == 0:
            break
    return found if found >= 0 else ExcelError.NA


def _table(evaluator: Evaluator, nodes: Nodes, position: int) -> Array | ExcelError:
    node = nodes[position]
    if node is None:
        return ExcelError.VALUE
    with evaluator.arrays():
        result = evaluator.result(node)
    if isinstance(result, Reference):
        return evaluator.array(result)
    value = evaluator.read(result)
    return value if isinstance(value, ExcelError) else as_array(value)


@lazy("MATCH", least=2)
def _match(evaluator: Evaluator, nodes: Nodes) -> Result:
    values = _table(evaluator, nodes, 1)
    if isinstance(values, ExcelError):
        return values
    if min(values.shape) > 1:
        return ExcelError.NA
    line = Keys(flat(values))
    kind: Value = 1.0
    if len(nodes) > 2:
        kind = 0.0 if nodes[2] is None else evaluator.value(nodes[2])

    def position(wanted: Scalar, how: Scalar) -> Scalar:
        order = number(how)
        if isinstance(order, ExcelError):
            return order
        at = find(wanted, line, int(order))
        return at if isinstance(at, ExcelError) else float(at + 1)

    wanted = None if nodes[0] is None else evaluator.value(nodes[0])
    return evaluator.each(position, [wanted, kind])


def _by_first_line(name: str, *, across: bool) -> None:
    @lazy(name, least=3)
    def lookup(evaluator: Evaluator, nodes: Nodes) -> Result:
        table = _table(evaluator, nodes, 1)
        if isinstance(table, ExcelError):
            return table
        lines = table if across else table.T
        first = Keys(flat(lines[:1]))
        is_sorted: Value = True
        if len(nodes) > 3:
            is_sorted = False if nodes[3] is None else evaluator.value(nodes[3])

        def pick(wanted: Scalar, index: Scalar, how: Scalar) -> Scalar:
            which, ordered = number(index), boolean(how)
            if isinstance(wanted, ExcelError):
                return wanted
            if isinstance(which, ExcelError):
                return which
            if isinstance(ordered, ExcelError):
                return ordered
            at = find(wanted, first, 1 if ordered else 0)
            if isinstance(at, ExcelError):  # not found comes before a wrong column
                return at
            if which < 1:
                return ExcelError.VALUE
            if int(which) > len(lines):
                return ExcelError.REF
            value: Scalar = lines[int(which) - 1, at]
            return 0.0 if value is None else value

        wanted = None if nodes[0] is None else evaluator.value(nodes[0])
        index = None if nodes[2] is None else evaluator.value(nodes[2])
        return evaluator.each(pick, [wanted, index, is_sorted])


_by_first_line("VLOOKUP", across=False)
_by_first_line("HLOOKUP", across=True)


@lazy("LOOKUP", least=2, most=3)
def _lookup(evaluator: Evaluator, nodes: Nodes) -> Result:
    """In ascending values; an array gives of its last row or column what stands below or beside."""
    keys = _table(evaluator, nodes, 1)
    if isinstance(keys, ExcelError):
        return keys
    is_wide = keys.shape[1] > keys.shape[0]
    line = flat(keys[:1] if is_wide else keys[:, :1])
    results = flat(keys[-1:] if is_wide else keys[:, -1:])
    if len(nodes) > 2:
        vector = _table(evaluator, nodes, 2)
        if isinstance(vector, ExcelError):
            return vector
        if min(vector.shape) > 1:
            return ExcelError.NA
        results = flat(vector)

    def pick(wanted: Scalar) -> Scalar:
        at = find(wanted, line, 1)
        if isinstance(at, ExcelError):
            return at
        return results[at] if at < len(results) else ExcelError.REF

    return evaluator.each(pick, [None if nodes[0] is None else evaluator.value(nodes[0])])


# XLOOKUP and XMATCH look from either end, and for the next smaller or larger of unsorted values.


def xfind(wanted: Scalar, values: Sequence[Scalar], match: int, search: int) -> int | ExcelError:
    """The position from 0. `match` 0 exact, 2 wildcards, 3 a regular expression, -1 or 1 the next
    smaller or larger; `search` -1 from the end, ±2 over sorted values (which a search of all
    answers as well)."""
    if isinstance(wanted, ExcelError):
        return wanted
    if match not in (-1, 0, 1, 2, 3) or search not in (-2, -1, 1, 2):
        return ExcelError.VALUE
    if match in (2, 3) and abs(search) == 2:
        return ExcelError.VALUE
    order = range(len(values)) if search > 0 else range(len(values) - 1, -1, -1)
    if match == 2 and isinstance(wanted, str):
        pattern = wildcard(wanted).fullmatch
        hits = (at for at in order if isinstance(v := values[at], str) and pattern(v))
        return next(hits, ExcelError.NA)
    if match == 3:
        return _by_pattern(wanted, values, order)
    return _nearest(wanted, values, match, search, order)


def _nearest(
    wanted: Scalar, values: Sequence[Scalar], match: int, search: int, order: Iterable[int]
) -> int | ExcelError:
    """An equal value, or where `match` is not 0 the next smaller or larger of every kind."""
    is_exact = match == 0 and wanted is not None
    if is_exact and isinstance(values, Keys) and values.is_indexed():
        return values.position(wanted, from_end=search < 0)
    nearest: int | None = None
    # of equal neighbours in sorted values the one next to where `wanted` would stand
    takes_last = abs(search) == 2 and match == -1
    for at in order:
        value = values[at]
        if wanted is None and value is None:
            return at
        is_nearest = match in (-1, 1)  # among values of every kind; an exact one is of its own
        if value is None or isinstance(value, ExcelError):
            continue
        if not is_nearest and not _comparable(value, wanted):
            continue
        difference = compare(value, wanted)
        if difference == 0:
            return at
        if not is_nearest or difference != match:
            continue
        closer = -match if nearest is None else compare(value, values[nearest])
        if closer == -match or (closer == 0 and takes_last):
            nearest = at
    return ExcelError.NA if nearest is None else nearest


def _by_pattern(wanted: Scalar, values: Sequence[Scalar], order: Iterable[int]) -> int | ExcelError:
    """The first text, or number as text, in which the regular expression matches anywhere."""
    for at in order:
        if values[at] is None or isinstance(values[at], ExcelError):
            continue
        found = matches(values[at], wanted)
        if found is True:
            return at
        if isinstance(found, ExcelError):
            return found
    return ExcelError.NA


def _modes(evaluator: Evaluator, nodes: Nodes, first: int) -> tuple[int, int] | ExcelError:
    modes: list[int] = []
    for at, default in ((first, 0.0), (first + 1, 1.0)):
        mode = number(one(evaluator, nodes, at, default))
        if isinstance(mode, ExcelError):
            return mode
        modes.append(int(mode))
    return modes[0], modes[1]


@lazy("XMATCH", least=2)
def _xmatch(evaluator: Evaluator, nodes: Nodes) -> Result:
    values, modes = _table(evaluator, nodes, 1), _modes(evaluator, nodes, 2)
    if isinstance(values, ExcelError):
        return values
    if isinstance(modes, ExcelError):
        return modes
    if min(values.shape) > 1:
        return ExcelError.VALUE
    line = Keys(flat(values))

    def position(wanted: Scalar) -> Scalar:
        at = xfind(wanted, line, *modes)
        return at if isinstance(at, ExcelError) else float(at + 1)

    return evaluator.each(position, [None if nodes[0] is None else evaluator.value(nodes[0])])


@lazy("XLOOKUP", least=3)
def _xlookup(evaluator: Evaluator, nodes: Nodes) -> Result:
    """One wanted value gives its row or column of the results, of a range as a reference; several
    give one value each."""
    keys, modes = _table(evaluator, nodes, 1), _modes(evaluator, nodes, 4)
    with evaluator.arrays():
        source = evaluator.result(given(nodes, 2))
    for part in (keys, source, modes):
        if isinstance(part, ExcelError):
            return part
    assert isinstance(keys, np.ndarray)
    assert isinstance(modes, tuple)
    wanted = None if nodes[0] is None else evaluator.value(nodes[0])
    missing = nodes[3] if len(nodes) > 3 else None
    if isinstance(wanted, np.ndarray):
        lines = as_array(evaluator.read(source))
        is_down = _is_down(keys, lines.shape)
        if is_down is None:
            return ExcelError.VALUE
        lines = lines if is_down else lines.T
        return _xlookup_each(evaluator, wanted, Keys(flat(keys)), lines, missing, modes)
    area = source.area if isinstance(source, Reference) else None
    if area is not None:
        area = evaluator.grid.clipped(area)
        is_down = _is_down(keys, (area.rows, area.columns))
        at = -1 if is_down is None else xfind(wanted, flat(keys), *modes)
        if isinstance(at, int) and at >= 0:
            return Reference((area.part(at + 1, 0) if is_down else area.part(0, at + 1),))
    else:
        results = as_array(evaluator.read(source))
        is_down = _is_down(keys, results.shape)
        at = -1 if is_down is None else xfind(wanted, flat(keys), *modes)
        if isinstance(at, int) and at >= 0:
            found = results[at : at + 1] if is_down else results[:, at : at + 1]
            return found[0, 0] if found.size == 1 else found
    if at is ExcelError.NA and wanted is not ExcelError.NA and missing is not None:
        return evaluator.result(missing)
    return at if isinstance(at, ExcelError) else ExcelError.VALUE


def _is_down(keys: Array, shape: tuple[int, ...]) -> bool | None:
    """Whether results lie below each other, as their keys; None where they don't fit these."""
    if min(keys.shape) > 1:
        return None
    is_down = keys.shape[1] == 1 and shape[0] == keys.shape[0]
    return is_down if shape[0 if is_down else 1] == keys.size else None


def _xlookup_each(
    evaluator: Evaluator,
    wanted: Array,
    keys: list[Scalar],
    lines: Array,
    missing: Node | None,
    modes: tuple[int, int],
) -> Value:
    def pick(sought: Scalar, otherwise: Scalar) -> Scalar:
        at = xfind(sought, keys, *modes)
        if isinstance(at, ExcelError):
            return otherwise if at is ExcelError.NA else at
        found: Scalar = lines[at, 0]
        return found

    instead: Value = ExcelError.NA if missing is None else evaluator.value(missing)
    return evaluator.each(pick, [wanted, instead])
