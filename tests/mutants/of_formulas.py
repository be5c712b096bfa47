"""Mutants of formulas and of the values saved beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from cfp_xl.findings import CellRef
from tests.mutants import places
from tests.mutants.edits import Base, Book
from tests.mutants.model import Kind

Place = Callable[[Base], CellRef]
Operator = Callable[[Book, CellRef], object]

NUMBERS: Mapping[str, Place] = {
    "total": places.total,
    "native total": lambda base: places.total(base, "native"),
    "stage": lambda base: places.cell(base, "results", "cfp", 1),
    "native stage": lambda base: places.cell(base, "results", "native", 0),
    "process": lambda base: places.cell(base, "processes", "cfp", 1),
    "native process": lambda base: places.cell(base, "processes", "native", 0),
    "share of a stage": lambda base: places.cell(base, "results", "share", 1),
    "sum of shares": lambda base: places.total(base, "share"),
    "share of a process": lambda base: places.cell(base, "processes", "share", 0),
    "top of results": places.top_of_results,
    "emission": lambda base: places.cell(base, "activities", "emission_kgco2e", 0),
    "native emission": lambda base: places.cell(base, "activities", "native", 1),
    "unit ratio": lambda base: places.cell(base, "activities", "unit_ratio", 1),
    "check, seen": lambda base: places.cell(base, "checks", "seen", 0),
    "check, expected": lambda base: places.cell(base, "checks", "expected", 1),
}
ALLOCATED: Mapping[str, Place] = {
    "allocated share": lambda base: places.cell(base, "allocation", "share", 0),
    "allocated amount": lambda base: places.cell(base, "allocation", "amount_per_unit", 0),
    "voucher's shares": lambda base: places.cell(base, "allocation", "flow_share", 0),
}
TEXTS: Mapping[str, Place] = {
    "headline": places.headline,
    "verdict on the first sheet": places.verdict,
    "overall check": places.overall,
    "check's result": lambda base: places.cell(base, "checks", "result", 0),
    "agreement of two ways": lambda base: places.cell(base, "results", "agrees", 1),
    "agreement of totals": lambda base: places.total(base, "agrees"),
    "state of a stage": lambda base: places.cell(base, "results", "state", 1),
    "diagnosis": lambda base: places.cell(base, "activities", "diagnose", 0),
    "unit of the total": lambda base: places.total(base, "unit"),
    "unit of a stage": lambda base: places.cell(base, "results", "unit", 1),
    "unit of a process": lambda base: places.cell(base, "processes", "unit", 0),
    "name of a process": lambda base: places.cell(base, "processes", "process", 0),
    "stage of a process": lambda base: places.cell(base, "processes", "stage", 1),
}


def wrapped(pattern: str) -> Operator:
    """Another formula in which OLD is the old one."""

    def change(book: Book, where: CellRef) -> None:
        book.formula(where, pattern.replace("OLD", f"({book.base.formula(where)})"))

    return change


def constant(change: Callable[[float], float]) -> Operator:
    return lambda book, where: book.type_over(where, change(book.base.number(where)))


def saved(change: Callable[[float], float] | None) -> Operator:
    def edit(book: Book, where: CellRef) -> None:
        book.cached(where, change(book.base.number(where)) if change else None)

    return edit


def as_text(book: Book, where: CellRef) -> None:
    book.type_over(where, f"{book.base.number(where) / 2:.4f}")


def nothing(book: Book, where: CellRef) -> None:
    book.set(where.sheet, where.cell, "")


NUMBER_OPERATORS: Mapping[str, tuple[Operator, str]] = {
    "typed over": (constant(lambda v: v), "a result that no longer follows its inputs"),
    "typed over, lower": (constant(lambda v: v * 0.9), "a figure that nothing gives"),
    "typed over, tenfold": (constant(lambda v: v * 10), "a figure that nothing gives"),
    "halved": (wrapped("OLD/2"), "half of the result"),
    "sign turned": (wrapped("-OLD"), "the wrong sign"),
    "LET lowers": (
        wrapped("_xlfn.LET(_xlpm.x,OLD,_xlpm.x*0.9)"),
        "a lower figure behind a formula that looks alive",
    ),
    "IF lowers": (wrapped("IF(OLD>0,OLD*0.9,OLD)"), "a lower figure where it matters"),
    "IF a constant": (wrapped("IF(TRUE,1.5,OLD)"), "a constant in a formula's clothes"),
    "rounded down": (wrapped("ROUNDDOWN(OLD,0)"), "digits cut off"),
    "less a constant": (wrapped("OLD-0.5"), "a deduction that nothing explains"),
    "less an offset": (wrapped("OLD*(1-0.2)"), "an offset taken off"),
    "MIN of a constant": (wrapped("MIN(OLD,0.001)"), "a cap that nothing explains"),
    "emptied": (nothing, "a result that is gone"),
    "a text": (as_text, "a text where a number was"),
    "saved value moved": (saved(lambda v: v * 1.1), "what readers see is not what is computed"),
    "saved value a little off": (saved(lambda v: v * (1 + 1e-7) + 1e-5), "not what is computed"),
    "no saved value": (saved(None), "nothing to see"),
}
TEXT_OPERATORS: Mapping[str, tuple[Operator, str]] = {
    "typed over": (lambda b, w: b.type_over(w), "a text that no longer follows the workbook"),
    "another text typed": (lambda b, w: b.type_over(w, "7.5 kgCO2e"), "a text nothing gives"),
    "IF the good answer": (wrapped('IF(TRUE,"OK",OLD)'), "always the good answer"),
    "IFERROR the good answer": (wrapped('IFERROR(1/0,"OK")'), "always the good answer"),
    "emptied": (nothing, "an answer that is gone"),
    "another unit": (lambda b, w: b.formula(w, '"tCO2e"'), "another unit, a thousandfold"),
}


def kinds(products: frozenset[str], allocated: frozenset[str]) -> Iterator[Kind]:
    for operators, at, bases in (
        (NUMBER_OPERATORS, NUMBERS, products),
        (NUMBER_OPERATORS, ALLOCATED, allocated),
        (TEXT_OPERATORS, TEXTS, products),
    ):
        for operator, (change, reason) in operators.items():
            for place, find in at.items():
                heals = "saved value" in operator
                yield Kind(operator, place, reason, _at(find, change), bases, heals)
    for operator, place, reason, edit in _references():
        yield Kind(operator, place, reason, edit, products)


def _at(find: Place, change: Operator) -> Callable[[Book], Sequence[CellRef]]:
    def edit(book: Book) -> Sequence[CellRef]:
        where = find(book.base)
        change(book, where)
        return (where,)

    return edit


def _references() -> Iterator[tuple[str, str, str, Callable[[Book], Sequence[CellRef]]]]:
    """Formulas that read other cells than they should."""
    spots = {**NUMBERS, "check's result": TEXTS["check's result"]}
    for place in ("native total", "native stage", "native process", "native emission", "emission"):
        yield (
            "range short by a row" if "emission" not in place else "reads another row",
            place,
            "rows that the sum leaves out, or another row's figure",
            _at(spots[place], _shorter),
        )
    for place in ("total", "stage", "top of results", "check, seen", "check, expected"):
        yield (
            "another cell's value",
            place,
            "the figure of something else",
            _at(spots[place], _another),
        )


def _shorter(book: Book, where: CellRef) -> None:
    """`$7:$15` ends with the fourth row; a formula without a range reads the row below.

    Ranges of activities end in the table's last row or in its closing row.
    """
    formula = book.base.formula(where)
    assert book.base.layout is not None
    last = book.base.layout["activities"].last + 1
    first = book.base.layout["activities"].first + 1
    shorter = re.sub(rf"(:\$[A-Z]+\$)({last}|{last + 1})\b", rf"\g<1>{first + 1}", formula)
    if shorter == formula:
        row = re.sub("[A-Z]", "", where.cell)
        shorter = re.sub(rf"(?<=[A-Z]){row}\b", str(int(row) + 1), formula)
    assert shorter != formula, f"{where}: {formula}"
    book.formula(where, shorter)


def _another(book: Book, where: CellRef) -> None:
    other = places.cell(book.base, "results", "cfp", 0)
    book.formula(where, f"'{other.sheet}'!{other.cell}")
