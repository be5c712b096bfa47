"""The sheet of assemblies: what rows make, per unit, by CFP_ASSEMBLY and by native formulas.

Natively in levels: the first counts what the rows of an assembly emit by factors of the sheet, each
further one also what they take of other assemblies as the level before has it. Where the last two
levels agree nothing lies deeper; else, and so in a loop, there is no result. How often the rows of
an assembly are in the product is found the other way, from the rows that take it.
"""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.templates.inputs import number, typed, unit_choice
from cfp_xl.templates.layout import TemplateRegion
from cfp_xl.templates.native import taken_id
from cfp_xl.templates.page import Book
from cfp_xl.templates.style import KGCO2E, QUANTITY, TEXT
from cfp_xl.templates.table_columns import LEVELS, fills, widths
from cfp_xl.templates.verdicts import TOLERANCE, colour_errors

NUMBERS = {"output": QUANTITY, "mass_kg": "#,##0.00##", "id": TEXT, "row_id": TEXT}


def assemblies(book: Book) -> None:
    """A row for each assembly."""
    page, region = book.page("assemblies"), book.layout["assemblies"]
    kinds = fills("assemblies")
    page.header(region, kinds, widths("assemblies", region.columns))
    records = book.source.table("assemblies")
    for offset, row in enumerate(range(region.first, region.last + 1)):
        record = records[offset] if offset < len(records) else {}
        for column, kind in kinds.items():
            form = book.styles.cell(kind, NUMBERS.get(column, ""))
            page.write(row, region.index(column), typed(record.get(column, ""), column), form)
        form = book.styles.cell("computed", KGCO2E)
        for column, formula in _formulas(book, region, row).items():
            page.formula(row, region.index(column), formula, form)
    page.close(region)
    page.hint(region.down("id"), _title(book, "id"), book.say("hint.assembly_id"))
    unit_choice(page, region.down("unit"), book.say("hint.assembly_unit"), _title(book, "unit"))
    for column in ("output", "mass_kg"):
        number(page, region, column)
    colour_errors(page, region.down("kgco2e_per_unit", "native"))
    block = region.columns[: region.columns.index("kgco2e_per_unit") + 1]
    book.name("cfp_assemblies", region.block(block))
    page.freeze(region.first, 1)


def _title(book: Book, column: str) -> str:
    return book.heading("assemblies", column).splitlines()[0]


def _formulas(book: Book, region: TemplateRegion, row: int) -> Mapping[str, str]:
    at = {column: region.at(column, row) for column in region.columns}
    area = book.layout["activities"]
    rows = f"{area.column('assembly')},{at['id']}"
    plain, sign = area.column("plain"), area.column("sign")

    def counted(way: str) -> str:
        return f'SUMIFS({plain},{rows},{sign},"{way}")'

    def unless_empty(formula: str) -> str:
        return f'IF({at["id"]}="","",{formula})'

    found = {
        "own": unless_empty(f"IF(COUNTIFS({rows})=0,NA(),{counted('>0')}-{counted('<0')})"),
        "level_1": unless_empty(f"{at['own']}/{at['output']}"),
    }
    is_own = f"--({area.column('assembly')}={at['id']})"
    for level in range(2, LEVELS + 2):
        before = region.own_column(f"level_{level - 1}")
        of_taken = (
            f"SUMIF({region.own_column('id')},{taken_id(area.column('factor_key'))},{before})"
        )
        taken = f"SUMPRODUCT({is_own},{area.column('taken')},{of_taken})"
        found[f"level_{level}"] = unless_empty(f"({at['own']}+{taken})/{at['output']}")
    last, deeper = at[f"level_{LEVELS}"], at[f"level_{LEVELS + 1}"]
    is_whole = f"AND({at['output']}>0,ABS({deeper}-{last})<={TOLERANCE:g}*ABS({last}))"
    found["native"] = unless_empty(f"IF({is_whole},{last},NA())")
    inputs = region.block(region.columns[: region.columns.index("kgco2e_per_unit")])
    by_function = f"CFP_ASSEMBLY({at['id']},cfp_activities,cfp_factors,{inputs})"
    for column, formula in _uses(book, region, at).items():
        found[column] = unless_empty(formula)
    found["kgco2e_per_unit"] = at["native"] if book.is_native else unless_empty(by_function)
    return found


def _uses(book: Book, region: TemplateRegion, at: Mapping[str, str]) -> Mapping[str, str]:
    """How often the product holds each row of the assembly: taken by the product itself, and in
    each further level by assemblies as often as the level before has them; over its output."""
    area = book.layout["activities"]
    is_taken = f"--({taken_id(area.column('factor_key'))}={at['id']})"
    belongs, amount = area.column("assembly"), area.column("taken")
    by_product = f'SUMPRODUCT({is_taken},--({belongs}=""),{amount})'
    found = {"use_1": f"{by_product}/{at['output']}"}
    for level in range(2, LEVELS + 2):
        before = region.own_column(f"use_{level - 1}")
        of_taking = f"SUMIF({region.own_column('id')},{belongs},{before})"
        by_others = f"SUMPRODUCT({is_taken},{amount},{of_taking})"
        found[f"use_{level}"] = f"{at['use_1']}+{by_others}/{at['output']}"
    last, deeper = at[f"use_{LEVELS}"], at[f"use_{LEVELS + 1}"]
    is_whole = f"ABS({deeper}-{last})<={TOLERANCE:g}*ABS({last})"
    found["use"] = f"IF({is_whole},{last},NA())"
    return found
