"""Formulas that a sheet's part writes once for several cells, put in other groups.

The first cell of a group bears the text and the others only its number, so that whoever changes one
of the cells, or moves some of them, must look at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

from cfp_xl.workbook.address import MAX_ROWS, cell_position, range_address
from cfp_xl.workbook.formulas.tokens import Fill, fill
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.writing.markup import ATTRIBUTE, FORMULA_MARKUP, attribute, encoding_of, escape

_OWN = frozenset({"t", "ref", "si"})
"""Attributes that say how a formula is shared."""
GroupOf = Callable[[Position, Fill], int | None]
"""A cell with a shared formula, and that formula → which part of its group it is in from now on;
None where it gets the text itself."""


class _Member(NamedTuple):
    position: Position
    tag: re.Match[str]
    """Of its `<f>`."""
    end: int


@dataclass
class _Group:
    filled: Fill | None = None
    members: list[_Member] = field(default_factory=list)


def regrouped(xml: bytes, group_of: GroupOf) -> bytes:
    """The part with its shared formulas in groups as `group_of` says: each cell reads as before."""
    if b"shared" not in xml:
        return xml
    encoding = encoding_of(xml)
    text = xml.decode(encoding)
    groups = _groups(text)
    free = 1 + max((int(number) for number in groups if number.isdecimal()), default=-1)
    changed: dict[int, tuple[int, str]] = {}
    for number, group in groups.items():
        if (filled := group.filled) is None:
            continue  # nobody knows what they say
        parts: dict[int | None, list[_Member]] = {}
        for member in group.members:
            parts.setdefault(group_of(member.position, filled), []).append(member)
        if len(parts) == 1 and None not in parts:
            continue
        for member in parts.pop(None, ()):
            changed[member.tag.start()] = member.end, _formula(member, "", filled)
        for of_part in parts.values():
            shared = f' t="shared" ref="{_around(of_part)}" si="{number}"'
            first, *others = of_part
            changed[first.tag.start()] = first.end, _formula(first, shared, filled)
            for member in others:
                changed[member.tag.start()] = member.end, _follower(member, number)
            number, free = str(free), free + 1
    if not changed:
        return xml
    pieces: list[str] = []
    at = 0
    for start, (end, new) in sorted(changed.items()):
        pieces += text[at:start], new
        at = end
    return "".join([*pieces, text[at:]]).encode(encoding, "xmlcharrefreplace")


def apart(xml: bytes, cells: Collection[Position]) -> bytes:
    """The part with these cells in no group: what they say may change, or go."""
    return regrouped(xml, lambda position, _: None if position in cells else 0)


def on_both_sides(xml: bytes, row: int) -> bytes:
    """The part without groups that reach over the upper edge of a row, where rows are to go in:
    what moves in a group's text then moves for all its cells."""

    def side(position: Position, filled: Fill) -> int | None:
        rows = [position[0], *(position[0] + offset for offset in filled.row_offsets)]
        if min(rows) < 1 or max(rows) > MAX_ROWS or min(rows) < row <= max(rows):
            return None
        return int(min(rows) >= row)

    return regrouped(xml, side)


def numbers_used(text: str) -> int:
    """The first number that no group of a part has, nor any above it."""
    return 1 + max((int(number) for number in _NUMBER.findall(text)), default=-1)


_NUMBER = re.compile(r"""\ssi\s*=\s*["'](\d+)["']""")


def _groups(text: str) -> dict[str, _Group]:
    groups: dict[str, _Group] = {}
    row = column = 0
    for tag in FORMULA_MARKUP.finditer(text):
        if tag["name"] is None or tag["close"]:
            continue
        if tag["name"] == "row":
            row, column = int(attribute(tag, "r") or row + 1), 0
        elif tag["name"] == "c":
            row, column = cell_position(attribute(tag, "r") or "") or (row, column + 1)
        elif attribute(tag, "t") == "shared":
            group = groups.setdefault(attribute(tag, "si") or "", _Group())
            end, formula = tag.end(), ""
            if not tag["empty"]:
                stop = text.index("<", end)
                formula, end = unescape(text[end:stop]), text.index(">", stop) + 1
            if formula.strip():
                group.filled = fill(formula.strip().removeprefix("="), row, column)
            group.members.append(_Member((row, column), tag, end))
    return groups


def _formula(member: _Member, shared: str, filled: Fill) -> str:
    name = member.tag["prefix"] + "f"
    return f"<{name}{_kept(member)}{shared}>{escape(filled.at(*member.position))}</{name}>"


def _follower(member: _Member, number: str) -> str:
    return f'<{member.tag["prefix"]}f{_kept(member)} t="shared" si="{number}"/>'


def _kept(member: _Member) -> str:
    return ATTRIBUTE.sub(lambda m: "" if m[2] in _OWN else m[0], member.tag["attributes"])


def _around(members: list[_Member]) -> str:
    rows = [member.position[0] for member in members]
    columns = [member.position[1] for member in members]
    return range_address((min(rows), min(columns), max(rows), max(columns)))
