"""The sheets of a product's suppliers: the parts they deliver, what they answered, its history.

The accountant types the parts. Answers and history are written by `cfp-xl intake`, which puts
values into prepared rows; what a line gives is computed in the sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cfp_xl.footprint.factor import FACTOR_PREFIX
from cfp_xl.templates.inputs import number, unit_choice
from cfp_xl.templates.layout import TemplateRegion
from cfp_xl.templates.page import Book, Page
from cfp_xl.templates.style import DATE, GOOD, LONG, QUANTITY, TEXT
from cfp_xl.templates.table_columns import fills, widths
from cfp_xl.templates.verdicts import TOLERANCE, colour_verdicts

PART_KINDS = ("part", "transport")
LANGS = ("zh", "en", "both")

NUMBERS: Mapping[str, str] = {
    **dict.fromkeys(("amount", "quantity", "output"), QUANTITY),
    **dict.fromkeys(("last_kgco2e", "secondary_kgco2e", "kgco2e_per_unit"), "0.0000##"),
    "change_kgco2e": "+0.0000;-0.0000;0.0000",
    "mass_kg": "#,##0.00##",
    "factor_kgco2e": "0.0000####",
    **dict.fromkeys(("year", "number"), "0"),
    **dict.fromkeys(("due", "date"), DATE),
    **dict.fromkeys(("part_id", "supplier_id", "file", "as_answered"), TEXT),
    **dict.fromkeys(("sha256", "last_answer"), LONG),
}


def parts(book: Book) -> None:
    """What suppliers deliver, typed by the accountant, and how far their answers have got."""
    page, region = _table(book, "parts")
    for row in range(region.first, region.last + 1):
        for column, formula in _part_formulas(book, region, row).items():
            form = book.styles.cell(
                "computed", NUMBERS.get(column, ""), centre=column not in NUMBERS
            )
            page.formula(row, region.index(column), formula, form)
    kinds = [book.say(f"part_kind.{kind}") for kind in PART_KINDS]
    for column, values in (("kind", kinds), ("lang", list(LANGS))):
        page.choice(region.down(column), values, book.say(f"hint.part_{column}"))
    unit_choice(page, region.down("unit"), book.say("hint.part_unit"), _title(book, "unit"))
    for column in ("amount", "mass_kg", "last_kgco2e"):
        number(page, region, column)
    for column in ("part_id", "supplier_id", "due", "contact"):
        page.hint(region.down(column), _title(book, column), book.say(f"hint.part_{column}"))
    colour_verdicts(page, region.down("check"))
    good = {"type": "cell", "criteria": "==", "format": book.book.add_format(GOOD)}
    for column, word in (("state", "answered"), ("in_use", "used")):
        page.sheet.conditional_format(
            region.down(column), {**good, "value": f'"{book.say(f"part.{word}")}"'}
        )
    page.freeze(region.first, 2)


def _part_formulas(book: Book, region: TemplateRegion, row: int) -> Mapping[str, str]:
    """Whether the part is answered, with what, and whether factor and activities follow."""
    at = {column: region.at(column, row) for column in region.columns}
    answers, factors, area = (book.layout[id] for id in ("answers", "factors", "activities"))
    words = {key: f'"{book.say(f"part.{key}")}"' for key in ("answered", "waiting", "used", "not")}
    ok, look = f'"{book.say("ok")}"', f'"{book.say("look")}"'
    of_part = f"{answers.column('part_id')},{at['part_id']}"
    factor = f'"{FACTOR_PREFIX}"&{at["part_id"]}'
    of_factor = f"{factors.column('id')},{factor}"
    total, pinned = at["kgco2e_per_unit"], f"SUMIFS({factors.column('value')},{of_factor})"
    agrees = f"ABS({pinned}-{total})<={TOLERANCE:g}*ABS({total})"
    is_answered = f"COUNTIF({of_part})>0"

    def unless_empty(formula: str) -> str:
        return f'IF({at["part_id"]}="","",{formula})'

    emitted = f"SUMIFS({area.column('counted')},{area.column('factor_key')},{factor})"
    secondary = at["secondary_kgco2e"]
    state = f"IF({is_answered},{words['answered']},{words['waiting']})"
    if "last_answer" in at:  # the answer of the period before is there until the new one comes
        former = f"COUNTIFS({of_part},{answers.column('sha256')},{at['last_answer']})>0"
        again = f'"{book.say("part.again")}"'
        state = f'IF(AND({at["last_answer"]}<>"",{former}),{again},{state})'
    changed = f"IF({total}>0,{emitted}*(1-{secondary}/{total}),-{at['amount']}*{secondary})"
    return {
        "state": unless_empty(state),
        "kgco2e_per_unit": unless_empty(
            f'IF({is_answered},SUMIFS({answers.column("kgco2e_per_unit")},{of_part}),"")'
        ),
        "in_use": unless_empty(
            f"IF(COUNTIF({area.column('factor_key')},{factor})>0,{words['used']},{words['not']})"
        ),
        "change_kgco2e": unless_empty(
            f'IF(OR({at["in_use"]}<>{words["used"]},{secondary}="",{total}=""),"",{changed})'
        ),
        "check": unless_empty(
            f"IF({is_answered},IF(AND(COUNTIF({of_factor})=1,{agrees}),{ok},{look}),"
            f'IF(COUNTIF({of_factor})=0,"",{look}))'
        ),
    }


def answers(book: Book) -> None:
    """A row for each line of an answer, with the file and the cell it comes from."""
    page, region = _table(book, "answers")
    form = book.styles.cell("computed", NUMBERS["kgco2e_per_unit"])
    for row in range(region.first, region.last + 1):
        at = {column: region.at(column, row) for column in region.columns}
        product = f"{at['quantity']}*{at['factor_kgco2e']}/{at['output']}"
        formula = f'IF({at["part_id"]}="","",{product})'
        page.formula(row, region.index("kgco2e_per_unit"), formula, form)
    page.sheet.fit_to_pages(2, 0)
    page.freeze(region.first, 3)


def history(book: Book) -> None:
    """Every answer ever taken in, replaced ones too."""
    page, region = _table(book, "history")
    page.freeze(region.first, 0)


def _table(book: Book, id: str) -> tuple[Page, TemplateRegion]:
    """A sheet with its headings and the rows of the source, formulas left out."""
    page, region = book.page(id), book.layout[id]
    kinds = {column: kind for column, kind in fills(id).items() if column in region.columns}
    page.header(region, kinds, widths(id, region.columns))
    records = book.source.table(id)
    for offset, row in enumerate(range(region.first, region.last + 1)):
        record = records[offset] if offset < len(records) else {}
        for column, kind in kinds.items():
            form = book.styles.cell(kind, NUMBERS.get(column, ""))
            page.write(row, region.index(column), _typed(record.get(column, ""), column), form)
    page.close(region)
    book.name(f"cfp_{id}", region.block())
    return page, region


def _typed(text: str, column: str) -> float | str | date | None:
    """A cell's value from its .csv text, by the format of its column."""
    number = NUMBERS.get(column, TEXT)
    if not text or number in (TEXT, LONG):
        return text
    return date.fromisoformat(text) if number == DATE else float(text)


def _title(book: Book, column: str) -> str:
    return book.heading("parts", column).splitlines()[0]
