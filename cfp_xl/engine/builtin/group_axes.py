"""The groups along one axis of GROUPBY and PIVOTBY: their keys, order and totals."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeAlias

from cfp_xl.engine.builtin.shapes import in_order
from cfp_xl.functions.values import Array, ExcelError, Scalar

Key: TypeAlias = tuple[Hashable, ...]
"""A group by what its fields hold, texts in any case; of fewer fields, a group of groups."""

ByValue: TypeAlias = Callable[[Key, int], Scalar]
"""The aggregate of a group in one of the columns of results."""


class BadArgument(Exception):
    """An argument for which the function gives an error."""

    def __init__(self, error: ExcelError) -> None:
        super().__init__(error)
        self.error = error


class GroupAxis:
    """`keys` says of each row of data which group it is in; `shown` are groups and totals in the
    order of the table, once they are arranged."""

    def __init__(
        self,
        fields: Array,
        names: Sequence[Scalar],
        depth: int,
        order: tuple[int, ...],
        *,
        is_table: bool,
    ) -> None:
        self.names = names
        self.depth = depth
        self._order = order
        self._is_table = is_table
        lines = [tuple(line) for line in fields]
        self.keys: list[Key] = [tuple(map(_alike, line)) for line in lines]
        self._spelled: dict[Key, tuple[Scalar, ...]] = {}
        for key, line in zip(self.keys, lines, strict=True):
            for level in range(len(key) + 1):
                self._spelled.setdefault(key[:level], line[:level])
        self.shown: list[Key] = []

    def label(self, key: Key) -> list[Scalar]:
        """What the table says of a group or total in each field."""
        if not key and self.names:
            total: Scalar = "Total" if abs(self.depth) == 1 else "Grand Total"
            return [total, *[""] * (len(self.names) - 1)]
        spelled = ["" if value is None else value for value in self._spelled[key]]
        return [*spelled, *[""] * (len(self.names) - len(key))]

    def arrange(self, by_value: ByValue) -> None:
        """Groups in order, with the totals that are asked for."""
        leaves = list(dict.fromkeys(self.keys))
        if self._is_table:
            groups = self._as_table(leaves, by_value)
        else:
            groups = self._in_hierarchy((), leaves, by_value)
        if not self.names:
            self.shown = [()]
        elif self.depth:
            self.shown = [(), *groups] if self.depth < 0 else [*groups, ()]
        else:
            self.shown = groups

    def _in_hierarchy(self, above: Key, leaves: Sequence[Key], by_value: ByValue) -> list[Key]:
        level = len(above)
        if level == len(self.names):
            return [above]
        below: dict[Key, list[Key]] = {}
        for leaf in leaves:
            below.setdefault(leaf[: level + 1], []).append(leaf)
        found: list[Key] = []
        for group in self._sorted(list(below), level, by_value):
            inner = self._in_hierarchy(group, below[group], by_value)
            if level + 1 < len(self.names) and level + 2 <= abs(self.depth):
                inner = [group, *inner] if self.depth < 0 else [*inner, group]
            found += inner
        return found

    def _sorted(self, groups: list[Key], level: int, by_value: ByValue) -> list[Key]:
        """By their own field, after the results where these give the order."""
        signs = {abs(one) - 1: one for one in self._order}
        own = [self._spelled[group][level] for group in groups]
        keys = [(own, float(signs.get(level, 1)))]
        for at, sign in signs.items():
            if at >= len(self.names):
                values = [by_value(group, at - len(self.names)) for group in groups]
                keys.insert(0, (values, float(sign)))
        return [groups[at] for at in in_order(len(groups), keys)]

    def _as_table(self, leaves: list[Key], by_value: ByValue) -> list[Key]:
        """All fields at once, those that the order names first."""
        spelled = [self._spelled[leaf] for leaf in leaves]
        named = [abs(one) - 1 for one in self._order]
        rest = [at for at in range(len(self.names)) if at not in named]
        keys: list[tuple[Sequence[Scalar], float]] = []
        for at, sign in [*zip(named, self._order, strict=True), *((at, 1) for at in rest)]:
            if at < len(self.names):
                values = [line[at] for line in spelled]
            else:
                values = [by_value(leaf, at - len(self.names)) for leaf in leaves]
            keys.append((values, float(sign)))
        return [leaves[at] for at in in_order(len(leaves), keys)]


def axis_of(
    fields: Array,
    names: Sequence[Scalar],
    *,
    depth: int,
    order: tuple[int, ...],
    others: int,
    is_table: bool = False,
) -> GroupAxis:
    """Raises BadArgument where there are not fields enough for the totals, where the order names no
    column, or several that are not all fields."""
    levels = len(names)
    is_deep = abs(depth) > max(levels, 1) or (is_table and abs(depth) > 1)
    places = [abs(one) for one in order]
    is_known = all(1 <= at <= levels + others for at in places)
    is_several = len(places) > 1 and (max(places) > levels or len(set(places)) < len(places))
    if is_deep or not is_known or is_several:
        raise BadArgument(ExcelError.VALUE)
    return GroupAxis(fields, names, depth, order, is_table=is_table)


def _alike(value: Scalar) -> Hashable:
    return type(value), value.casefold() if isinstance(value, str) else value
