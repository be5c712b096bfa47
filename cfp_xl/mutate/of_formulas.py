"""Mutations of what a formula computes: operators, constants, functions, the formula as such.

The catalogue of Abraham and Erwig (Mutation operators for spreadsheets, IEEE TSE 35(1), 2009), and
what goes wrong in carbon accounts. Those of ranges and references are in `of_references.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from cfp_xl.functions.values import ExcelError, Scalar, shown
from cfp_xl.mutate.mutation import Group, Mutation, operator
from cfp_xl.mutate.subject import FormulaSite, Subject
from cfp_xl.workbook.formulas.tokens import Token, TokenKind

ARITHMETIC: Mapping[str, str] = {"+": "-", "-": "+", "*": "/", "/": "*", "^": "*"}
RELATIONS: Mapping[str, str] = {
    "=": "<>",
    "<>": "=",
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
}
LOGIC: Mapping[str, str] = {"AND": "OR", "OR": "AND"}
FUNCTIONS: Mapping[str, str] = {
    "SUM": "AVERAGE",
    "AVERAGE": "SUM",
    "MAX": "MIN",
    "MIN": "MAX",
    "COUNT": "COUNTA",
    "COUNTA": "COUNT",
    "SUMIF": "COUNTIF",
    "SUMIFS": "AVERAGEIFS",
    "SUMPRODUCT": "SUM",
    "ROUND": "ROUNDDOWN",
    "ROUNDUP": "ROUNDDOWN",
    "ABS": "SIGN",
}
_OPERANDS = frozenset({TokenKind.NUMBER, TokenKind.CELL, TokenKind.NAME, TokenKind.TABLE})
_LOOKUPS: Mapping[str, tuple[int, Mapping[str, str]]] = {
    "MATCH": (2, {"0": "1"}),
    "VLOOKUP": (3, {"FALSE": "TRUE", "0": "1"}),
    "HLOOKUP": (3, {"FALSE": "TRUE", "0": "1"}),
    "XLOOKUP": (4, {"0": "-1"}),
}
"""The argument that asks for an exact match, and what asks for an approximate one."""


def changed(site: FormulaSite, formula: str, at: int = 0) -> Mutation:
    """The site with another formula, changed at this token."""
    return Mutation(
        site.key, f"={site.formula}", f"={formula}", formulas={site.key: formula}, pattern=at
    )


def spliced(items: Sequence[Token], at: int, text: str, count: int = 1) -> str:
    """The formula with `count` tokens replaced by a text."""
    pieces = [token.text for token in items]
    return "".join([*pieces[:at], text, *pieces[at + count :]])


def is_number(value: Scalar) -> bool:
    """Truth values are none."""
    return isinstance(value, float | int) and not isinstance(value, bool)


def _is_binary(items: Sequence[Token], at: int) -> bool:
    """Whether an operator has an operand before it."""
    before = next((t for t in reversed(items[:at]) if t.kind is not TokenKind.SPACE), None)
    return before is not None and (before.kind in _OPERANDS or before.text in (")", "%", "}"))


def _by_token(
    replacement: Callable[[FormulaSite, Sequence[Token], int], str | None],
) -> Callable[[Subject], Iterator[Mutation]]:
    """Each token that has a replacement, by itself."""

    def find(subject: Subject) -> Iterator[Mutation]:
        for site in subject.sites:
            items = site.tokens
            for at in range(len(items)):
                new = replacement(site, items, at)
                if new is not None:
                    yield changed(site, spliced(items, at, new), at)

    return find


def _arithmetic(_: FormulaSite, items: Sequence[Token], at: int) -> str | None:
    is_one = items[at].kind is TokenKind.OPERATOR and items[at].text in ARITHMETIC
    return ARITHMETIC[items[at].text] if is_one and _is_binary(items, at) else None


def _relation(_: FormulaSite, items: Sequence[Token], at: int) -> str | None:
    is_one = items[at].kind is TokenKind.OPERATOR and items[at].text in RELATIONS
    return RELATIONS[items[at].text] if is_one and _is_binary(items, at) else None


def _function(
    which: Mapping[str, str],
) -> Callable[[FormulaSite, Sequence[Token], int], str | None]:
    return lambda _, items, at: (
        which.get(items[at].text.upper()) if items[at].kind is TokenKind.FUNCTION else None
    )


def _constant(_: FormulaSite, items: Sequence[Token], at: int) -> str | None:
    if items[at].kind is not TokenKind.NUMBER:
        return None
    number = float(items[at].text)
    return "1" if number == 0 else f"{number * 1.1:.15g}"


def _wrapped(pattern: str) -> Callable[[Subject], Iterator[Mutation]]:
    """Formulas of numbers in another one, as OLD."""

    def find(subject: Subject) -> Iterator[Mutation]:
        for site in subject.sites:
            if is_number(site.value) and site.value:
                yield changed(site, pattern.replace("OLD", site.formula))

    return find


arithmetic = operator("AOR", Group.FORMULA)(_by_token(_arithmetic))
relations = operator("ROR", Group.FORMULA)(_by_token(_relation))
logic = operator("LCR", Group.FORMULA)(_by_token(_function(LOGIC)))
functions = operator("FFR", Group.FORMULA)(_by_token(_function(FUNCTIONS)))
constants = operator("CRP", Group.FORMULA)(_by_token(_constant))
absolute_value = operator("ABS", Group.FORMULA)(_wrapped("ABS(OLD)"))
sign = operator("UOI", Group.FORMULA)(_wrapped("-(OLD)"))
rounding = operator("RND", Group.FORMULA)(_wrapped("ROUND(OLD,2)"))
percent = operator("PCT", Group.FORMULA)(_wrapped("(OLD)/100"))
masking = operator("IFE", Group.FORMULA, latent=True)(_wrapped("IFERROR(OLD,0)"))


@operator("FDL", Group.FORMULA)
def deleted(subject: Subject) -> Iterator[Mutation]:
    """A formula that is gone."""
    for site in subject.sites:
        yield Mutation(site.key, f"={site.formula}", "", values={site.key: None})


@operator("FRC", Group.FORMULA, latent=True)
def typed_over(subject: Subject) -> Iterator[Mutation]:
    """A formula typed over by the very value it gave."""
    for site in subject.sites:
        if site.value not in (None, "") and not isinstance(site.value, ExcelError):
            yield Mutation(
                site.key, f"={site.formula}", shown(site.value), values={site.key: site.value}
            )


@operator("LKA", Group.FORMULA)
def approximate(subject: Subject) -> Iterator[Mutation]:
    """A look-up that takes the next best."""
    for site in subject.sites:
        items = site.tokens
        for at, token in enumerate(items):
            found = _LOOKUPS.get(token.text.upper()) if token.kind is TokenKind.FUNCTION else None
            if found is None:
                continue
            position, other = found
            given = arguments(items, at)
            if len(given) <= position:
                continue
            start, end = given[position]
            said = "".join(t.text for t in items[start:end]).strip().upper()
            if said in other:
                yield changed(site, spliced(items, start, other[said], end - start), at)


def arguments(items: Sequence[Token], function: int) -> list[tuple[int, int]]:
    """Where the arguments of a call begin and end, by tokens."""
    found: list[tuple[int, int]] = []
    depth, start = 0, function + 2
    for at in range(function + 1, len(items)):
        text = items[at].text if items[at].kind is TokenKind.OPERATOR else ""
        if text in ("(", "{"):
            depth += 1
        elif text in (")", "}"):
            depth -= 1
            if not depth:
                return [*found, (start, at)]
        elif text == "," and depth == 1:
            found.append((start, at))
            start = at + 1
    return found
