"""Mutants of suppliers' sheets, and of workbooks that are none of ours.

A stranger's workbook has no model to hold its figures against: what can be wrong in it are values
that its formulas do not give, and results that hide a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from cfp_xl.findings import CellRef
from tests.mutants.edits import Base, Book
from tests.mutants.model import Kind, without_seal
from tests.mutants.of_formulas import NUMBER_OPERATORS
from tests.mutants.of_looks import CONDITIONAL, FORMATS
from tests.suppliers.returned import FREIGHT, SHELL, layout, question, row_cell

Edit = Callable[[Book], Sequence[CellRef]]
TABLE, MODEL = "stranger's table", "stranger's model"
SHEETS = {"part's sheet": SHELL, "carrier's sheet": FREIGHT}
STRANGERS: Mapping[str, tuple[str, CellRef, CellRef]] = {
    # place: the workbook, a formula cell, an input that it depends on
    "row of a table": (TABLE, CellRef("Footprint", "D3"), CellRef("Footprint", "B3")),
    "sum of a table": (TABLE, CellRef("Footprint", "D5"), CellRef("Footprint", "C2")),
    "row of a model": (MODEL, CellRef("Inventory", "E3"), CellRef("Inventory", "C3")),
    "stage of a model": (MODEL, CellRef("Summary", "B1"), CellRef("Inventory", "D2")),
    "total of a model": (MODEL, CellRef("Summary", "B3"), CellRef("Inventory", "C4")),
    "share of a model": (MODEL, CellRef("Summary", "B4"), CellRef("Inventory", "D3")),
}
MASKED = {
    "a failure masked": "IFERROR(1/0,7.5)",
    "an unknown function masked": "IFERROR(MY_TOTAL(1),7.5)",
    "another workbook's value": "[1]S!A1+0*(OLD)",
    "an error": "1/0",
    "text of a number": 'IFERROR(VALUE("n/a"),7.5)',
}


def strangers() -> Iterator[Kind]:
    for place, (base, where, source) in STRANGERS.items():
        bases = frozenset({base})
        for operator in ("saved value moved", "saved value a little off", "no saved value"):
            change, reason = NUMBER_OPERATORS[operator]
            yield Kind(operator, place, reason, _at(where, change), bases, heals=True)
        yield Kind(
            "input changed, not calculated",
            place,
            "the figures of another day",
            _input(source),
            bases,
            heals=True,
        )
        for operator, formula in MASKED.items():
            yield Kind(
                operator,
                place,
                "a failure that looks like a figure",
                _masked(where, formula),
                bases,
            )


def _at(where: CellRef, change: Callable[[Book, CellRef], object]) -> Edit:
    def edit(book: Book) -> Sequence[CellRef]:
        change(book, where)
        return (where,)

    return edit


def _input(where: CellRef) -> Edit:
    return lambda book: (book.put(where, 4 * book.base.number(where)),)


def _masked(where: CellRef, formula: str) -> Edit:
    def edit(book: Book) -> Sequence[CellRef]:
        if "[1]" in formula:
            book.external_link("file:///C:/other.xlsx")
        old = book.base.formula(where)
        return (book.formula(where, formula.replace("OLD", old), 7.5),)

    return edit


def _first(base: Base, sheet: str, letter: str) -> CellRef:
    """The first formula cell of a column that shows a number."""
    found = base.workbook.by_name[sheet.casefold()]
    return next(
        found.ref(row, column)
        for (row, column), cell in sorted(found.cells.items())
        if cell.formula is not None
        and cell.address.startswith(letter)
        and isinstance(cell.value, float)
        and cell.value
    )


def _sheet(base: Base, id: str) -> str:
    return layout(SHEETS[base.name]).sheets[id]


COMPUTED: Mapping[str, Callable[[Base], CellRef]] = {
    "per unit on the form": lambda base: _first(base, _sheet(base, "fill"), "C"),
    "per unit in the summary": lambda base: _first(base, _sheet(base, "summary"), "C"),
    "line of the form": lambda base: _first(base, _sheet(base, "activities"), "G"),
    "amount of a line": lambda base: _first(base, _sheet(base, "activities"), "M"),
    "sum in the summary": lambda base: _first(base, _sheet(base, "summary"), "E"),
}


def _found(find: Callable[[Base], CellRef], change: Callable[[Book, CellRef], object]) -> Edit:
    def edit(book: Book) -> Sequence[CellRef]:
        where = find(book.base)
        change(book, where)
        return (where,)

    return edit


def _formatted(code: str) -> Callable[[Book, CellRef], object]:
    return lambda book, where: book.number_format(where, code)


def _conditional(xml: str) -> Callable[[Book, CellRef], object]:
    return lambda book, where: book.conditional(where, xml)


def sheets() -> Iterator[Kind]:
    both = frozenset(SHEETS)
    for place, find in COMPUTED.items():
        for operator, (change, reason) in NUMBER_OPERATORS.items():
            heals = "saved value" in operator
            kind = Kind(operator, place, reason, _found(find, change), both, heals)
            yield kind
            if operator not in ("typed over", "no saved value"):
                yield without_seal(kind)
        for operator, code in FORMATS.items():
            why = "the reader sees another figure"
            yield Kind(operator, place, why, _found(find, _formatted(code)), both)
        for operator, xml in CONDITIONAL.items():
            why = "the reader sees another figure"
            yield Kind(operator, place, why, _found(find, _conditional(xml)), both)
    for name, edit in INPUTS.items():
        operator, place = name.split(" @ ")
        yield Kind(
            operator, place, "not what a supplier delivers", edit, frozenset({"part's sheet"})
        )


def _answer(id: str, value: str | float | None) -> Edit:
    return lambda book: (book.put(question(id), value),)


def _line(column: str, flow: str, value: str | float | None) -> Edit:
    return lambda book: (book.put(row_cell(column, flow), value),)


INPUTS: Mapping[str, Edit] = {
    "tenfold @ output": _answer("output", 200_000.0),
    "emptied @ output": _answer("output", None),
    "a text @ output": _answer("output", "20,000 pcs"),
    "negative @ output": _answer("output", -20_000.0),
    "thousandfold @ material": _line("quantity", "material", 27_100.0),
    "a thousandth @ material": _line("quantity", "material", 0.0271),
    "negative @ material": _line("quantity", "material", -27.1),
    "a text @ material": _line("quantity", "material", "27.1 吨"),
    "another unit @ material": _line("unit", "material", "kg"),
    "emptied @ unit of material": _line("unit", "material", None),
    "thousandfold @ electricity": _line("quantity", "energy", 54_000.0),
    "a thousandth @ electricity": _line("quantity", "energy", 0.054),
    "tenfold @ mass of a piece": _answer("mass_kg", 12.5),
    "reversed @ period": _answer("period_end", 45_000.0),
}


def kinds() -> Iterator[Kind]:
    yield from strangers()
    yield from sheets()
