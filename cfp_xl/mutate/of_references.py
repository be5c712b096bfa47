"""Mutations of what a formula refers to: cells, ranges, and constants in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cfp_xl.engine.areas import CellKey
from cfp_xl.functions.values import shown
from cfp_xl.mutate.mutation import Group, Mutation, operator
from cfp_xl.mutate.of_formulas import arguments, changed, is_number, spliced
from cfp_xl.mutate.subject import FormulaSite, Subject
from cfp_xl.workbook.address import column_letters, column_number
from cfp_xl.workbook.formulas.references import split_prefix
from cfp_xl.workbook.formulas.tokens import Token, TokenKind, cell_parts, rewritten

_LISTS = frozenset({"SUM", "AVERAGE", "MAX", "MIN", "PRODUCT", "COUNT", "COUNTA"})
"""Functions of any number of ranges."""


def _singles(items: Sequence[Token]) -> Iterator[int]:
    """References to one cell that are no end of a range."""
    for at, token in enumerate(items):
        ends = [items[to].text for to in (at - 1, at + 1) if 0 <= to < len(items)]
        if token.kind is TokenKind.CELL and ":" not in ends and "#" not in ends[-1:]:
            yield at


def _ranges(items: Sequence[Token]) -> Iterator[int]:
    """The first tokens of ranges between two cells."""
    for at in range(len(items) - 2):
        first, between, last = items[at : at + 3]
        if between.text == ":" and first.kind is last.kind is TokenKind.CELL:
            yield at


def moved(token: Token, rows: int, columns: int) -> str:
    """A reference so many rows down and columns right, its `$` as they are."""

    def row(text: str) -> str:
        dollar = "$" if text.startswith("$") else ""
        return f"{dollar}{max(int(text.lstrip('$')) + rows, 1)}"

    def column(text: str) -> str:
        dollar = "$" if text.startswith("$") else ""
        return dollar + column_letters(max(column_number(text.lstrip("$")) + columns, 1))

    return rewritten(token, row, column)


def place(items: Sequence[Token], at: int, own: str) -> CellKey:
    """The cell that a reference of a formula on sheet `own` means."""
    prefix = items[at - 1].text if at and items[at - 1].kind is TokenKind.PREFIX else ""
    column, row = cell_parts(items[at].text.replace("$", ""))
    return CellKey(
        (split_prefix(prefix)[1] if prefix else None) or own, int(row), column_number(column)
    )


def _of_singles(make: Callable[[Token], str]) -> Callable[[Subject], Iterator[Mutation]]:
    def find(subject: Subject) -> Iterator[Mutation]:
        for site in subject.sites:
            for at in _singles(site.tokens):
                yield changed(site, spliced(site.tokens, at, make(site.tokens[at])), at)

    return find


def _of_ranges(
    make: Callable[[Token, Token], str | None],
) -> Callable[[Subject], Iterator[Mutation]]:
    def find(subject: Subject) -> Iterator[Mutation]:
        for site in subject.sites:
            items = site.tokens
            for at in _ranges(items):
                new = make(items[at], items[at + 2])
                if new is not None:
                    yield changed(site, spliced(items, at, new, 3), at)

    return find


def _size(first: Token, last: Token) -> tuple[int, int]:
    ends = [cell_parts(one.text.replace("$", "")) for one in (first, last)]
    rows = int(ends[1][1]) - int(ends[0][1]) + 1
    return rows, column_number(ends[1][0]) - column_number(ends[0][0]) + 1


def _shrunk(first: Token, last: Token) -> str | None:
    rows, columns = _size(first, last)
    if rows <= 1 and columns <= 1:
        return None
    return f"{first.text}:{moved(last, -1, 0) if rows > 1 else moved(last, 0, -1)}"


def _expanded(first: Token, last: Token) -> str:
    is_down = _size(first, last)[0] > 1
    return f"{first.text}:{moved(last, 1, 0) if is_down else moved(last, 0, 1)}"


def _shifted(first: Token, last: Token) -> str:
    return f"{moved(first, 1, 0)}:{moved(last, 1, 0)}"


another_cell = operator("RFR", Group.FORMULA)(_of_singles(lambda token: moved(token, 1, 0)))
shrunk = operator("CRS", Group.FORMULA)(_of_ranges(_shrunk))
expanded = operator("CRE", Group.FORMULA)(_of_ranges(_expanded))
shifted = operator("RRR", Group.FORMULA)(_of_ranges(_shifted))


@operator("CRR", Group.FORMULA, latent=True)
def constant_for_reference(subject: Subject) -> Iterator[Mutation]:
    """The number that a cell holds today in the place of the reference to it."""
    for site in subject.sites:
        items = site.tokens
        for at in _singles(items):
            value = subject.value(place(items, at, site.key.sheet))
            if is_number(value):
                has_prefix = at > 0 and items[at - 1].kind is TokenKind.PREFIX
                start = at - has_prefix
                yield changed(site, spliced(items, start, shown(value), at + 1 - start), at)


@operator("RCR", Group.FORMULA)
def reference_for_constant(subject: Subject) -> Iterator[Mutation]:
    """A cell of the same row in the place of a number."""
    for site in subject.sites:
        beside = column_letters(max(site.key.column - 1, 1))
        for at, token in enumerate(site.tokens):
            if token.kind is TokenKind.NUMBER:
                yield changed(site, spliced(site.tokens, at, f"{beside}{site.key.row}"), at)


@operator("NRS", Group.FORMULA)
def list_shorter(subject: Subject) -> Iterator[Mutation]:
    """A list of ranges without its last."""
    for site, items, at in _calls(subject):
        given = arguments(items, at)
        if len(given) > 1:
            start, end = given[-1]
            yield changed(site, spliced(items, start - 1, "", end - start + 1), at)


@operator("NRE", Group.FORMULA)
def list_longer(subject: Subject) -> Iterator[Mutation]:
    """A list of ranges with one of its cells once more."""
    for site, items, at in _calls(subject):
        given = arguments(items, at)
        references = [to for to in range(*given[-1]) if items[to].kind is TokenKind.CELL]
        if references:
            to = references[0]
            prefix = items[to - 1].text if items[to - 1].kind is TokenKind.PREFIX else ""
            end = given[-1][1]
            yield changed(site, spliced(items, end, f",{prefix}{items[to].text})"), at)


def _calls(subject: Subject) -> Iterator[tuple[FormulaSite, Sequence[Token], int]]:
    for site in subject.sites:
        for at, token in enumerate(site.tokens):
            is_list = token.kind is TokenKind.FUNCTION and token.text.upper() in _LISTS
            if is_list and arguments(site.tokens, at):
                yield site, site.tokens, at


@operator("ARS", Group.FORMULA)
def relative_for_absolute(subject: Subject) -> Iterator[Mutation]:
    """`$` forgotten, or one too many, when the formula was filled down from the row above."""
    for site in subject.sites:
        for at in _singles(site.tokens):
            token = site.tokens[at]
            row = cell_parts(token.text)[1]
            other = moved(token, 1 if "$" in row else -1, 0)
            yield changed(site, spliced(site.tokens, at, other), at)
