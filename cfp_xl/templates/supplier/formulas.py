"""What the supplier's sheets say while they are filled in, with functions every program has."""

from __future__ import annotations

from datetime import date

from cfp_xl.templates.supplier.fields import Field
from cfp_xl.templates.supplier.layout import (
    ANSWER,
    FEEDBACK,
    HIGHEST,
    LOWEST,
    MARK,
)
from cfp_xl.templates.supplier.paper import SheetPaper

ASKED, OPTIONAL, ASIDE = "●", "○", "—"
"""Marks before a question: must be answered, may be, need not be."""
OK = "✓"


def mark(paper: SheetPaper, field: Field) -> str | None:
    """Whether a question must be answered, where that depends on other answers; else None."""
    layout = paper.layout
    match field.need:
        case "activity_data":
            return f'IF({is_pcf(paper)},"{ASIDE}","{ASKED}")'
        case "pcf":
            return f'IF({is_pcf(paper)},"{ASKED}","{ASIDE}")'
        case "unless_mass":
            unit = f"COUNTIF({layout.units_of('mass')},{layout.personal('unit')})"
            return f'IF({unit}>0,"{ASIDE}","{ASKED}")'
        case _:
            return None


def is_pcf(paper: SheetPaper) -> str:
    """True where the supplier gives a footprint instead of activity data."""
    return f"{paper.layout.question('data_kind')}={_word(paper, 'data_kind', 'pcf')}"


def feedback(paper: SheetPaper, field: Field) -> str:
    """✓, what is missing, or what is wrong with an answer."""
    layout = paper.layout
    row = layout.rows[field.id] + 1
    mark, answer = f"$A{row}", f"$C{row}"
    assert (MARK, ANSWER) == (0, 2)
    asked = f'IF({mark}="{ASKED}",{paper.quoted("row.missing")},"")'
    return f'IF({mark}="{ASIDE}","",IF({answer}="",{asked},{_verdict(paper, field, answer)}))'


def _verdict(paper: SheetPaper, field: Field, answer: str) -> str:
    """Of an answer that is there."""
    says = paper.quoted
    match field.type:
        case "number" | "date":
            row = paper.layout.rows[field.id] + 1
            low, high = (_column(column, row) for column in (LOWEST, HIGHEST))
            sign = ">" if field.above is not None else ">="
            is_within = f"AND({answer}{sign}{low},{answer}<={high})"
            inside = _order(paper, field, answer)
            what = "number" if field.type == "number" else "date"
            return (
                f"IF(ISNUMBER({answer}),IF({is_within},{inside},{says('row.range')}),"
                f"{says(f'row.no_{what}')})"
            )
        case "choice":
            inside = _rows_of_flow(paper, field, answer) if field.flow else f'"{OK}"'
            known = f"COUNTIF({paper.layout.choices(field)},{answer})>0"
            return f"IF({known},{inside},{says('row.no_choice')})"
        case _:
            return f'"{OK}"'


def _order(paper: SheetPaper, field: Field, answer: str) -> str:
    """The last day comes after the first."""
    if field.id != "period_end":
        return f'"{OK}"'
    start = paper.layout.question("period_start")
    is_before = f"IF(ISNUMBER({start}),{answer}<={start},FALSE)"
    return f'IF({is_before},{paper.quoted("row.order")},"{OK}")'


def _rows_of_flow(paper: SheetPaper, field: Field, answer: str) -> str:
    """Yes needs rows without a gap, no needs none."""
    used, not_done = (total(paper, field.flow, column) for column in ("rows", "open"))
    yes = _word(paper, field.id, "yes")
    says = paper.quoted
    return (
        f"IF({answer}={yes},IF({used}=0,{says('row.go_there')},"
        f'IF({not_done}>0,{says("row.mend_there")},"{OK}")),'
        f'IF({used}>0,{says("row.contradicts")},"{OK}"))'
    )


def total(paper: SheetPaper, flow: str, column: str) -> str:
    """A cell of the sums by flow on the summary."""
    region = paper.layout.totals
    ids = [one.id for one in paper.layout.flows]
    row = region.last if flow == "" else region.first + ids.index(flow)
    return region.fixed(column, row)


def used_rows(paper: SheetPaper, flow: str) -> str:
    """How many rows of a flow hold anything."""
    typed = "&".join(paper.layout.of_flow(c, flow) for c in ("activity", "quantity", "unit"))
    return f'SUMPRODUCT(--({typed}<>""))'


def open_rows(paper: SheetPaper, flow: str) -> str:
    """How many of them are not yet in order."""
    words = paper.layout.of_flow("diagnose", flow)
    return f'SUMPRODUCT(({words}<>"")*({words}<>"{OK}")*({words}<>"{ASIDE}"))'


def progress(paper: SheetPaper) -> str:
    """`12 / 15`: mandatory questions that are in order, of how many."""
    return f'{_filled(paper)}&" / "&{_asked(paper)}'


def progress_words(paper: SheetPaper) -> str:
    """Beside the progress: done, or how many answers are wrong or missing."""
    feedback = paper.layout.questions(FEEDBACK)
    wrong = f'SUMPRODUCT(--(LEFT({feedback},1)="✗"))'
    missing = f"{_asked(paper)}-{_filled(paper)}"
    says = paper.quoted
    return (
        f'IF({wrong}>0,"✗ "&{wrong}&{says("progress.wrong")},'
        f'IF({missing}>0,"▶ "&{missing}&{says("progress.missing")},{says("progress.done")}))'
    )


def _asked(paper: SheetPaper) -> str:
    return f'COUNTIF({paper.layout.questions(MARK)},"{ASKED}")'


def _filled(paper: SheetPaper) -> str:
    marks, feedback = (paper.layout.questions(column) for column in (MARK, FEEDBACK))
    return f'SUMPRODUCT(({marks}="{ASKED}")*({feedback}="{OK}"))'


def result(paper: SheetPaper) -> str:
    """kgCO2e for one declared unit; words where it is not known yet."""
    layout = paper.layout
    kind = layout.question("data_kind")
    waiting = paper.quoted("result.waiting")
    pcf, output = (layout.question(id, FEEDBACK) for id in ("pcf_kgco2e", "output"))
    own = f'IF({pcf}="{OK}",{layout.question("pcf_kgco2e")},{waiting})'
    rows, not_done = total(paper, "", "rows"), total(paper, "", "open")
    is_ready = f'AND({rows}>0,{not_done}=0,{output}="{OK}")'
    amount = f"{total(paper, '', 'kgco2e')}/{layout.question('output')}"
    return f'IF({kind}="","",IF({is_pcf(paper)},{own},IF({is_ready},{amount},{waiting})))'


def bounds(field: Field) -> tuple[float | date | None, float | date | None]:
    """The lowest and the highest answer, as the sheet shows them."""
    lowest = field.minimum if field.above is None else field.above
    return lowest, field.maximum


def _word(paper: SheetPaper, field: str, choice: str) -> str:
    one = {f.id: f for f in paper.layout.fields}[field]
    return paper.layout.choice(one, choice)


def _column(column: int, row: int) -> str:
    return f"${'ABCDEFGH'[column]}{row}"


def balance(paper: SheetPaper, id: str) -> str:
    """What goes in against what comes out, in kg; `balance` is the verdict in words."""
    layout = paper.layout
    match id:
        case "material_kg" | "waste_kg":
            return f"SUM({layout.of_flow('in_base', id.removesuffix('_kg'))})"
        case "product_kg":
            unit, units = layout.personal("unit"), layout.units
            mass = layout.units_of("mass")
            letter = units.letter("in_base")
            in_kg = mass.replace(units.letter("unit"), letter)
            by_unit = f"INDEX({in_kg},MATCH({unit},{mass},0))"
            per_unit = f"IF(COUNTIF({mass},{unit})>0,{by_unit},{layout.question('mass_kg')})"
            output, net = layout.question("output"), layout.question("mass_kg")
            is_known = f"AND(ISNUMBER({output}),OR(COUNTIF({mass},{unit})>0,ISNUMBER({net})))"
            return f'IF({is_known},{output}*{per_unit},"")'
        case _:
            used, product, waste = (
                layout.question(one) for one in ("material_kg", "product_kg", "waste_kg")
            )
            row = layout.rows["balance"] + 1
            share = f"({product}+{waste})/{used}"
            low, high = (_column(column, row) for column in (LOWEST, HIGHEST))
            says = paper.quoted
            return (
                f'IF(OR({used}=0,{product}=""),"",'
                f"IF({share}>{high},{says('balance.too_little')},"
                f'IF({share}<{low},{says("balance.too_much")},"{OK}")))'
            )


BALANCE_BOUNDS = (0.7, 1.05)
"""Product and waste by mass, as a share of materials and packaging: what nobody asks about."""


def row(paper: SheetPaper, column: str, at: dict[str, str], flow: str) -> str:
    """The computed cells of a row of activity data."""
    layout, says = paper.layout, paper.quoted
    units, factors = layout.units, layout.factors
    known = f"COUNTIF({layout.items_of(flow)},{at['activity']})>0"
    is_blank = f'{at["activity"]}&{at["quantity"]}&{at["unit"]}&{at["reason"]}=""'
    found = f"MATCH({at['activity']},{factors.column('name')},0)"
    unit_found = f"MATCH({at['unit']},{units.column('unit')},0)"
    is_ok = f'{at["diagnose"]}="{OK}"'
    match column:
        case "measure":
            return f'IF({known},INDEX({factors.column("measure")},{found}),"any")'
        case "diagnose":
            fits = f"INDEX({units.column('measure')},{unit_found})={at['measure']}"
            asks = next(field for field in layout.fields if field.flow == flow)
            none = f"{layout.question(asks.id)}={_word(paper, asks.id, 'no')}"
            not_asked = f'IF(OR({none},{is_pcf(paper)}),"{ASIDE}","")'
            offered = f"INDEX({factors.column('offered')},{found})"
            return (
                f'IF({is_blank},{not_asked},IF({at["activity"]}="",{says("row.no_item")},'
                f"IF(NOT({known}),{says('row.not_this_item')},"
                f'IF({at["quantity"]}="",{says("row.no_quantity")},'
                f"IF(NOT(ISNUMBER({at['quantity']})),{says('row.no_number')},"
                f"IF({at['quantity']}<=0,{says('row.not_positive')},"
                f'IF({at["unit"]}="",{says("row.no_unit")}&{offered},'
                f"IF(COUNTIF({units.column('unit')},{at['unit']})=0,{says('row.not_this_unit')},"
                f'IF({fits},"{OK}",{says("row.unfit_unit")}&{offered})))))))))'
            )
        case "in_base":
            size = f"INDEX({units.column('in_base')},{unit_found})"
            return f'IF({is_ok},{at["quantity"]}*{size},"")'
        case "emission_kgco2e":
            value, per = (f"INDEX({factors.column(c)},{found})" for c in ("value", "per_in_base"))
            # A gap is an error, never a zero: the feedback says it in words.
            gap = f'IF({is_blank},"",NA())'
            return f"IF({is_ok},{at['in_base']}/{per}*{value},{gap})"
        case "factor_id":
            return f'IF({known},INDEX({factors.column("id")},{found}),"")'
        case "status":
            data, missing = (paper.quoted_word(f"status.{one}") for one in ("data", "missing"))
            return f'IF({is_blank},"",IF({at["quantity"]}="",{missing},{data}))'
        case "stage":
            return f'IF({is_blank},"",{paper.quoted_word("stage")})'
        case "process":
            return f'IF({is_blank},"",{at["flow"]})'
    raise KeyError(column)
