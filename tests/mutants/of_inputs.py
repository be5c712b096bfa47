"""Mutants of what people type: amounts, factors, units, product, bills, reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from cfp_xl.findings import CellRef
from tests.mutants import places
from tests.mutants.edits import Book
from tests.mutants.model import Kind

Edit = Callable[[Book], Sequence[CellRef]]
SOFT_HYPHEN, ZERO_WIDTH = "\u00ad", "\u200b"
CYRILLIC = str.maketrans("CEeak", "\u0421\u0415\u0435\u0430\u043a")


def fullwidth(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


LOOK_ALIKES: Mapping[str, Callable[[str], str]] = {
    "a Cyrillic letter": lambda t: t.translate(CYRILLIC),
    "a zero-width space": lambda t: f"{t[:2]}{ZERO_WIDTH}{t[2:]}",
    "a soft hyphen": lambda t: f"{t[:2]}{SOFT_HYPHEN}{t[2:]}",
    "full width": fullwidth,
}


def typed(table: str, column: str, row: int, value: str | float | None) -> Edit:
    def edit(book: Book) -> Sequence[CellRef]:
        where = book.put(places.cell(book.base, table, column, row), value)
        return (where, *_sums(book)) if table == "declared" else (where,)

    return edit


def _sums(book: Book) -> Iterator[CellRef]:
    """Of figures that disagree either may be named: the declared total stands for its rows."""
    for column in ("emission", "share"):
        yield places.cell(book.base, "declared", column, 5)


def times(table: str, column: str, row: int, by: float) -> Edit:
    def edit(book: Book) -> Sequence[CellRef]:
        where = places.cell(book.base, table, column, row)
        return (book.put(where, book.base.number(where) * by),)

    return edit


def entry(name: str, value: str | float | None) -> Edit:
    return lambda book: (book.put(places.product(book.base, name), value),)


def respelt(table: str, column: str, row: int, change: Callable[[str], str]) -> Edit:
    def edit(book: Book) -> Sequence[CellRef]:
        where = places.cell(book.base, table, column, row)
        return (book.put(where, change(book.base.text(where))),)

    return edit


def look_alike_factor(change: Callable[[str], str]) -> Edit:
    """A factor of one's own, lower, whose id looks like a shipped one; the activity takes it."""

    def edit(book: Book) -> Sequence[CellRef]:
        base = book.base
        id = change("CN-ELEC-CFP-2024")
        assert base.layout is not None
        columns = base.layout["factors"].columns
        own = [(column, places.cell(base, "factors", column, 4)) for column in columns]
        for column, where in own:
            like = places.cell(base, "factors", column, 0)
            cell = base.cell(like)
            value = cell.value if cell else None
            assert value is None or isinstance(value, str | float)
            book.put(where, id if column == "id" else 0.1 if column == "value" else value)
        used = book.put(places.cell(base, "activities", "factor_id", 3), id)
        return used, own[0][1]

    return edit


def copied_row(to: int) -> Edit:
    """The first activity once more; `to` counts rows of the table, from 0."""

    def edit(book: Book) -> Sequence[CellRef]:
        base = book.base
        where = []
        for column in ("stage", "process", "activity", "status", "quantity", "unit", "factor_id"):
            cell = base.cell(places.cell(base, "activities", column, 3))
            target = _row(base_cell := places.cell(base, "activities", column, 0), to)
            assert cell is not None
            assert isinstance(cell.value, str | float)
            assert base_cell is not None
            where.append(book.put(target, cell.value))
        first = places.cell(base, "activities", "quantity", 3)
        return (*where, first)

    return edit


def renamed_copy(column: str, value: str | float) -> Edit:
    """The library's grid electricity under a name and an id of one's own, something changed."""

    def edit(book: Book) -> Sequence[CellRef]:
        book.put(places.cell(book.base, "factors", "id", 0), "OWN-GRID")
        book.put(places.cell(book.base, "factors", "name", 0), "own grid")
        for row in (1, 3):
            book.put(places.cell(book.base, "activities", "factor_id", row), "OWN-GRID")
        return (book.put(places.cell(book.base, "factors", column, 0), value),)

    return edit


def _row(where: CellRef, by: int) -> CellRef:
    letters = where.cell.rstrip("0123456789")
    return CellRef(where.sheet, f"{letters}{int(where.cell.removeprefix(letters)) + by}")


def to_the_gate(book: Book) -> Sequence[CellRef]:
    """Use and end of life stay in the table: the boundary or the rows are wrong."""
    rows = [places.cell(book.base, "activities", "stage", row) for row in (3, 4)]
    return (book.put(places.product(book.base, "boundary"), "cradle-to-gate"), *rows)


def lost_row(book: Book) -> Sequence[CellRef]:
    """The activity of a whole stage is deleted."""
    for column in ("stage", "process", "activity", "status", "quantity", "unit", "factor_id"):
        book.put(places.cell(book.base, "activities", column, 4), None)
    return (places.cell(book.base, "results", "cfp", 4), places.product(book.base, "boundary"))


def reason(**changed: str | None) -> Edit:
    """The only justification, changed."""

    def edit(book: Book) -> Sequence[CellRef]:
        for column, value in changed.items():
            book.put(places.cell(book.base, "justifications", column, 0), value)
        return (
            places.cell(book.base, "justifications", "code", 0),
            *(places.cell(book.base, "justifications", c, 0) for c in changed),
            places.product(book.base, "gwp_set"),
        )

    return edit


def lowered_under_a_reason(book: Book) -> Sequence[CellRef]:
    """A shipped factor lowered, and a reason typed for the finding that it gives."""
    where = places.cell(book.base, "factors", "value", 0)
    book.put(where, 0.3)
    for column, value in (
        ("code", "F01"),
        ("cell", f"{where.sheet}!{where.cell}"),
        ("reason", "see the file"),
        ("who", "N.N."),
        ("date", "2026-11-23"),
    ):
        book.put(places.cell(book.base, "justifications", column, 1), value)
    return (where, places.cell(book.base, "justifications", "code", 1))


SLIPS: Mapping[str, Edit] = {
    # operator @ place: the change
    "thousandfold @ quantity": times("activities", "quantity", 1, 1000),
    "a millionfold @ quantity": times("activities", "quantity", 3, 1e6),
    "a thousandth @ quantity": times("activities", "quantity", 3, 0.001),
    "negative @ quantity": times("activities", "quantity", 1, -1),
    "zero @ quantity": times("activities", "quantity", 1, 0),
    "a text @ quantity": typed("activities", "quantity", 1, "3.2"),
    "emptied @ quantity": typed("activities", "quantity", 1, None),
    "half @ value of a renamed copy": renamed_copy("value", 0.2888),
    "kWh to MWh @ unit of a renamed copy": renamed_copy("per_unit", "MWh"),
    "alone @ distance of a freight": typed("activities", "distance_km", 2, 375.0),
    "alone @ mass of a freight": typed("activities", "mass_kg", 2, 1.2),
    "a stroke @ quantity": typed("activities", "quantity", 1, "/"),
    "kWh to MWh @ unit of an activity": typed("activities", "unit", 1, "MWh"),
    "tonnes to kg @ unit of an activity": typed("activities", "unit", 0, "kg"),
    "t·km to kg·km @ unit of an activity": typed("activities", "unit", 2, "kg·km"),
    "another kind @ unit of an activity": typed("activities", "unit", 1, "kg"),
    "emptied @ unit of an activity": typed("activities", "unit", 1, None),
    "ambiguous ton @ unit of an activity": typed("activities", "unit", 0, "ton"),
    "unknown @ factor id": typed("activities", "factor_id", 1, "CN-ELEC-2024"),
    "emptied @ factor id": typed("activities", "factor_id", 1, None),
    "grid CO2 @ factor id": typed("activities", "factor_id", 1, "CN-GRID-CO2-2023-AVG-CN"),
    "of scrap for new steel @ factor id": typed(
        "activities", "factor_id", 0, "DESNZ2025-20_504_5366_15_1"
    ),
    "unknown @ stage": typed("activities", "stage", 1, "procution"),
    "emptied @ stage of an activity": typed("activities", "stage", 1, None),
    "unknown @ status": typed("activities", "status", 1, "有"),
    "a bridge of its own @ bridge": typed("activities", "bridge", 1, 0.5),
    "tenth @ factor value": times("factors", "value", 0, 0.1),
    "tenfold @ factor value": times("factors", "value", 0, 10),
    "thousandfold @ factor value": times("factors", "value", 1, 1000),
    "thousandth @ factor value": times("factors", "value", 1, 0.001),
    "a little less @ factor value": times("factors", "value", 2, 0.98),
    "negative @ factor value": times("factors", "value", 3, -1),
    "a text @ factor value": typed("factors", "value", 0, "0.5777"),
    "emptied @ factor value": typed("factors", "value", 0, None),
    "kg to t @ factor unit": typed("factors", "unit", 0, "tCO2e"),
    "kg to g @ factor unit": typed("factors", "unit", 0, "gCO2e"),
    "CO2e to CO2 @ factor unit": typed("factors", "unit", 1, "kgCO2"),
    "per MWh @ factor's denominator": typed("factors", "per_unit", 0, "MWh"),
    "per kg @ factor's denominator": typed("factors", "per_unit", 1, "kg"),
    "another year @ factor's year": typed("factors", "year", 0, 2025.0),
    "another set @ factor's GWP set": typed("factors", "gwp_set", 1, "AR6"),
    "another source @ factor's source": typed("factors", "source", 0, "own"),
    "another region @ factor's region": typed("factors", "region", 1, "CN"),
    "another category @ factor's category": typed("factors", "category", 1, "Waste disposal"),
    "id given twice @ factor's id": typed("factors", "id", 1, "CN-ELEC-CFP-2024"),
    "ten instead of one @ functional unit": entry("functional_unit", "10 台"),
    "emptied @ functional unit": entry("functional_unit", None),
    "no unit @ functional unit": entry("functional_unit", "1"),
    "a tonne @ functional unit": entry("functional_unit", "1 t"),
    "emptied @ boundary": entry("boundary", None),
    "unknown @ boundary": entry("boundary", "全部"),
    "end before start @ period": entry("period_end", 45000.0),
    "emptied @ period": entry("period_end", None),
    "two readings @ period": entry("period_start", "01/02/2025"),
    "AR4 @ GWP set": entry("gwp_set", "AR4"),
    "SAR @ GWP set": entry("gwp_set", "SAR"),
    "emptied @ GWP set": entry("gwp_set", None),
    "another pin @ factor set": entry("factor_set", "cn-2026@1 sha256:0123456789abcdef"),
    "emptied @ factor set": entry("factor_set", None),
    "tonnes @ unit of the result": entry("result_unit", "tCO2e/台"),
    "another product's @ product name": entry("name", None),
    "tenth @ bill": times("allocation", "total", 0, 0.1),
    "tenfold @ output of the bill": times("allocation", "output", 0, 10),
    "half @ basis of the product": times("allocation", "basis_product", 0, 0.5),
    "negative @ bill": times("allocation", "total", 0, -1),
    "a text @ bill": typed("allocation", "total", 0, "6400"),
    "of last year @ month of the bill": typed("allocation", "month", 0, "2024-06"),
    "MWh @ unit of the bill": typed("allocation", "unit", 0, "MWh"),
    "more than all @ basis of the product": times("allocation", "basis_product", 0, 1.5),
    "another figure @ declared total": typed("declared", "emission", 5, "64.66"),
    "another figure @ declared stage": typed("declared", "emission", 3, "63.92"),
    "another figure @ declared share": typed("declared", "share", 3, "82.95"),
    "unknown @ declared stage's name": typed("declared", "stage", 1, "加工阶段"),
    "no unit @ declared unit": typed("declared", "emission_unit", 5, None),
    "per tonne @ declared unit": typed("declared", "emission_unit", 5, "kgCO2e/t"),
    "tonnes @ declared unit": typed("declared", "emission_unit", 5, "tCO2e/台"),
    "a letter for a digit @ declared total": typed("declared", "emission", 5, "74.6б"),
    "another product's @ declared product": typed("declared", "item", 5, "产品"),
}
MORE: Mapping[str, Edit] = {
    "to the gate @ boundary": to_the_gate,
    "copied into the next row @ activities": copied_row(5),
    "copied below the range @ activities": copied_row(9),
    "deleted @ activity of a stage": lost_row,
    "whole sheet @ reason's cell": reason(cell="产品"),
    "a range @ reason's cell": reason(cell="产品!A1:Z99"),
    "everything @ reason's code": reason(code="*"),
    "another rule @ reason's code": reason(code="F01"),
    "another cell @ reason's cell": reason(cell="活动数据!G7"),
    "emptied @ reason": reason(reason=None),
    "emptied @ reason's author": reason(who=None),
    "emptied @ reason's date": reason(date=None),
    "emptied @ reason's code": reason(code=None),
    "lowered under a reason @ factor value": lowered_under_a_reason,
}
WHY = {
    "quantity": "an amount nobody consumes, or none at all",
    "unit of an activity": "another amount by its unit",
    "declared total": "the report prints what the model does not give",
}


def declared_unlike_model(book: Book) -> Sequence[CellRef]:
    """A report that agrees with itself and not with the model: every figure is halved."""
    figures = (("1.72", "4.60"), ("0.92", "2.46"), ("0.03", "0.08"), ("34.66", "92.85"))
    for row, (emission, _) in enumerate((*figures, ("0.00", "0.00"))):
        book.put(places.cell(book.base, "declared", "emission", row), emission)
        book.put(places.cell(book.base, "declared", "share", row), None)
    where = places.cell(book.base, "declared", "emission", 5)
    book.put(places.cell(book.base, "declared", "share", 5), None)
    return (book.put(where, "37.33"), places.cell(book.base, "declared", "emission", 3))


def kinds(lamps: frozenset[str]) -> Iterator[Kind]:
    for name, edit in {**SLIPS, **MORE}.items():
        operator, place = name.split(" @ ")
        yield Kind(operator, place, WHY.get(place, f"{operator}: {place}"), edit, lamps)
    yield Kind(
        "halved throughout",
        "declared figures",
        "the report and the model differ",
        declared_unlike_model,
        lamps,
    )
    for how, change in LOOK_ALIKES.items():
        why = "a name that looks like another and is not"
        for place, edit in (
            ("factor id", respelt("activities", "factor_id", 3, change)),
            ("unit of an activity", respelt("activities", "unit", 3, change)),
            ("stage", respelt("activities", "stage", 3, change)),
            ("id of a factor", respelt("factors", "id", 0, change)),
            ("own factor like a shipped one", look_alike_factor(change)),
        ):
            yield Kind(how, place, why, edit, lamps)
