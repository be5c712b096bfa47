"""Mutants of the file: seal, names, links, the template's constants, suppliers' answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from cfp_xl.findings import CellRef
from tests.mutants import places
from tests.mutants.edits import Book
from tests.mutants.model import Kind
from tests.mutants.of_inputs import times, typed

Edit = Callable[[Book], Sequence[CellRef]]


def no_seal(book: Book) -> Sequence[CellRef]:
    book.properties("cfp_seal")
    return ()


def no_template(book: Book) -> Sequence[CellRef]:
    book.properties("cfp_template")
    return ()


def nothing_of_ours(book: Book) -> Sequence[CellRef]:
    book.properties("cfp_")
    return ()


def part_of_the_seal(book: Book) -> Sequence[CellRef]:
    book.properties("cfp_seal_1")
    return ()


def name_short(name: str) -> Edit:
    """A table's name ends a row before its last filled one."""

    def edit(book: Book) -> Sequence[CellRef]:
        defined = next(n for n in book.workbook.names if n.name == name)
        head, _, last = defined.formula.rpartition("$")
        first = int(defined.formula.split("$")[2].rstrip(":"))
        filled = {"cfp_activities": 4, "cfp_factors": 3, "cfp_declared": 5}.get(name, 0)
        book.rename(name, f"{head}${first + filled}")
        assert int(last) > first + filled
        return ()

    return edit


def name_elsewhere(name: str, target: Callable[[Book], CellRef]) -> Edit:
    def edit(book: Book) -> Sequence[CellRef]:
        where = target(book)
        letters = where.cell.rstrip("0123456789")
        row = where.cell.removeprefix(letters)
        book.rename(name, f"'{where.sheet}'!${letters}${row}")
        return ()

    return edit


def link(pattern: str, place: Callable[[Book], CellRef]) -> Edit:
    def edit(book: Book) -> Sequence[CellRef]:
        where = place(book)
        book.external_link("file:///C:/other.xlsx")
        book.formula(where, pattern.replace("OLD", f"({book.base.formula(where)})"))
        return (where,)

    return edit


def stale_by_hand(book: Book) -> Sequence[CellRef]:
    """Calculation is manual, and a quantity was changed after the last one."""
    book.calculate_manually()
    where = places.cell(book.base, "activities", "quantity", 3)
    return (book.put(where, 240.0),)


def tolerance(value: float) -> Edit:
    return lambda book: (book.put(places.tolerance(book.base), value),)


def unit_constant(by: float) -> Edit:
    def edit(book: Book) -> Sequence[CellRef]:
        where = places.cell(book.base, "units", "in_base", 1)
        return (book.put(where, book.base.number(where) * by),)

    return edit


def unit_name(text: str) -> Edit:
    return lambda book: (book.put(places.cell(book.base, "units", "unit", 0), text),)


BY_HAND = "calculated by hand"
OF_FILE: Mapping[str, tuple[Edit, str]] = {
    "taken off @ seal": (no_seal, "nothing tells a formula from a constant any more"),
    "taken off @ template id": (no_template, "nobody can say which template it was"),
    "taken off @ seal and template id": (nothing_of_ours, "nothing tells what was changed"),
    "cut @ seal": (part_of_the_seal, "a seal that does not hold"),
    "short by a row @ name of the activities": (name_short("cfp_activities"), "a row left out"),
    "short by a row @ name of the factors": (name_short("cfp_factors"), "a factor left out"),
    "another cell @ name of the functional unit": (
        name_elsewhere("cfp_functional_unit", lambda b: places.product(b.base, "standard")),
        "another functional unit is read than is seen",
    ),
    "another cell @ name of the GWP set": (
        name_elsewhere("cfp_gwp_set", lambda b: places.product(b.base, "model")),
        "another GWP set is read than is seen",
    ),
    "another cell @ name of the boundary": (
        name_elsewhere("cfp_boundary", lambda b: places.product(b.base, "model")),
        "another boundary is read than is seen",
    ),
    "another workbook's @ total": (
        link("OLD*0+[1]S!A1", lambda b: places.total(b.base)),
        "the result comes from a file nobody sees",
    ),
    "another workbook's @ stage": (
        link("OLD-[1]S!A1", lambda b: places.cell(b.base, "results", "cfp", 1)),
        "the result comes from a file nobody sees",
    ),
    f"{BY_HAND} @ workbook": (stale_by_hand, "values of another day"),
    "wide @ tolerance of the checks": (tolerance(10.0), "checks that always pass"),
    "of 5 % @ tolerance of the checks": (tolerance(0.05), "checks that pass too much"),
    "a tenth @ unit constant": (unit_constant(0.1), "a tenth of every such amount"),
    "a little off @ unit constant": (unit_constant(1.01), "amounts off by 1 %"),
    "another unit's @ unit name": (unit_name("MWh"), "the wrong constant for a unit"),
}
OF_ANSWERS: Mapping[str, tuple[Edit, str]] = {
    "tenth @ answered quantity": (times("answers", "quantity", 0, 0.1), "not what they answered"),
    "a text @ answered quantity": (typed("answers", "quantity", 0, "50000"), "no number"),
    "tenfold @ answered output": (times("answers", "output", 0, 10), "not what they answered"),
    "half @ answered factor": (times("answers", "factor_kgco2e", 0, 0.5), "not the factor"),
    "another @ answered unit": (typed("answers", "unit", 0, "MWh"), "not what they answered"),
    "another @ answered factor id": (
        typed("answers", "factor_id", 0, "CN-ELEC-CFP-2024-WIND"),
        "not the factor",
    ),
    "another part's @ answered part": (typed("answers", "part_id", 0, "P-02"), "not that part"),
    "emptied @ answered line": (typed("answers", "quantity", 0, None), "a line less"),
    "another @ checksum of an answer": (typed("answers", "sha256", 0, "0" * 64), "not that file"),
    "emptied @ file of an answer": (typed("answers", "file", 0, None), "no evidence"),
    "half @ history": (times("history", "kgco2e_per_unit", 0, 0.5), "not what was taken in"),
    "emptied @ history": (typed("history", "part_id", 0, None), "an intake hidden"),
    "tenfold @ mass of a part": (times("parts", "mass_kg", 0, 10), "not its mass"),
    "half @ amount of a part": (times("parts", "amount", 0, 0.5), "not what is used"),
    "another @ unit of a part": (typed("parts", "unit", 0, "t"), "not its unit"),
}


def kinds(lamps: frozenset[str], answered: frozenset[str]) -> Iterator[Kind]:
    for which, bases in ((OF_FILE, lamps), (OF_ANSWERS, answered)):
        for name, (edit, reason) in which.items():
            operator, place = name.split(" @ ")
            yield Kind(operator, place, reason, edit, bases, heals=operator == BY_HAND)
