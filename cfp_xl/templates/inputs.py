"""The sheets people fill in: product, allocation, activities."""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.footprint.gwp import GWP_SETS
from cfp_xl.footprint.inventory import ActivityStatus
from cfp_xl.templates import formulas, native
from cfp_xl.templates.layout import (
    ALLOCATION_INPUTS,
    HEADER_ROW,
    PRODUCT_ROWS,
    TemplateRegion,
    fills,
    quoted,
    widths,
)
from cfp_xl.templates.page import Book, Page
from cfp_xl.templates.style import BAD, DATE, GOOD, KGCO2E, MARKS, QUANTITY, SHARE, TEXT, Kind

UNITS = (*("kWh", "MWh", "kg", "t", "g", "L", "m3", "Nm3", "MJ", "GJ", "t·km", "km", "台", "件"),)
UNITS_EN = (*UNITS[:-2], "piece")
BOUNDARIES = ("cradle_to_grave", "cradle_to_gate", "gate_to_gate")

PRODUCT_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(PRODUCT_ROWS, "must"),
    **dict.fromkeys(("model", "function", "service_life_years", "allocation", "cut_off"), "may"),
    "standard": "may",
    "result_unit": "computed",
}
COMPUTED = (
    *(("emission_kgco2e", KGCO2E), ("diagnose", ""), ("process_no", "0")),
    *(("unit_ratio", "0.0###"), ("native", KGCO2E)),
)


def product(book: Book) -> None:
    """Functional unit, boundary, period, GWP set, pinned factor set."""
    page, styles = book.page("product"), book.styles
    sheet = page.sheet
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 58)
    sheet.set_column(2, 2, 64)
    for column, heading in enumerate(("entry", "value", "help")):
        text = book.say(f"product.heading.{heading}")
        sheet.write_string(HEADER_ROW, column, text, styles.title("header"))
    sheet.set_row(HEADER_ROW, 24)
    for entry, row in book.layout.product_row.items():
        kind = PRODUCT_KINDS[entry]
        label = f"{MARKS[kind]} {book.say(f'product.{entry}.label')}"
        sheet.set_row(row, 26)
        sheet.write_string(row, 0, label, styles.title("label"))
        form = styles.cell(kind, DATE if entry.startswith("period") else "")
        if entry == "result_unit":
            page.formula(row, 1, _result_unit(book), form)
        else:
            value = book.pin if entry == "factor_set" else book.source.product.get(entry)
            page.write(row, 1, value, form)
        sheet.write_string(row, 2, book.say(f"product.{entry}.help"), styles.title("help"))
    _product_choices(page)
    for name in ("functional_unit", "boundary", "gwp_set", "factor_set"):
        book.name(f"cfp_{name}", book.layout.product(name))
    book.name("cfp_product_name", book.layout.product("name"))
    if book.layout.has_suppliers:  # who asks them
        book.name("cfp_producer", book.layout.product("producer"))
    end = book.layout.product("period_end").rpartition("!")[2]
    book.name("cfp_period", f"{book.layout.product('period_start')}:{end}")
    page.freeze(HEADER_ROW + 1)


def _result_unit(book: Book) -> str:
    """kgCO2e/台 from "1 台", kgCO2e/10 kg from "10 kg"."""
    unit = f"B{book.layout.product_row['functional_unit'] + 1}"
    return f'IF({unit}="","kgCO2e","kgCO2e/"&IF(LEFT({unit},2)="1 ",MID({unit},3,99),{unit}))'


def _product_choices(page: Page) -> None:
    book = page.book
    rows = book.layout.product_row
    for entry, values in (
        ("boundary", [book.say(f"boundary.{b}") for b in BOUNDARIES]),
        ("gwp_set", list(GWP_SETS)),
    ):
        label, help = (book.say(f"product.{entry}.{part}") for part in ("label", "help"))
        page.choice(f"B{rows[entry] + 1}", values, help, title=label)
    for entry in ("period_start", "period_end"):
        page.sheet.data_validation(
            f"B{rows[entry] + 1}",
            {
                "validate": "custom",
                "value": f"=ISNUMBER(B{rows[entry] + 1})",
                "input_title": book.say(f"product.{entry}.label"),
                "input_message": book.say("hint.date"),
                "error_message": book.say("hint.date"),
            },
        )


def allocation(book: Book) -> None:
    """From bills to one unit of product; the shares of one voucher add to 1."""
    page, region = book.page("allocation"), book.layout["allocation"]
    kinds: dict[str, Kind] = {**fills("allocation"), "output": "must"}
    page.header(region, kinds, widths("allocation", region.columns))
    numbers = {
        **dict.fromkeys(("total", "basis_product", "basis_total", "output"), "#,##0.00##"),
        "share": SHARE,
        "flow_share": SHARE,
        "amount_per_unit": QUANTITY,
        "month": TEXT,
    }
    records = book.source.table("allocation")
    for offset, row in enumerate(range(region.first, region.last + 1)):
        record = records[offset] if offset < len(records) else {}
        for column in ALLOCATION_INPUTS:
            form = book.styles.cell(kinds[column], numbers.get(column, ""))
            page.write(row, region.index(column), typed(record.get(column, ""), column), form)
        for column, formula in _allocation_formulas(book, region, row).items():
            form = book.styles.cell("computed", numbers[column])
            page.formula(row, region.index(column), formula, form)
    first, last = region.first + 1, region.last + 1
    page.hint(
        f"A{first}:A{last}",
        book.heading("allocation", "month").splitlines()[0],
        book.say("hint.month"),
    )
    for column in ("total", "basis_product", "basis_total", "output"):
        number(page, region, column)
    flow = region.letter("flow_share")
    page.sheet.conditional_format(
        f"{flow}{first}:{flow}{last}",
        {
            "type": "formula",
            "criteria": f"=AND(ISNUMBER({flow}{first}),ABS({flow}{first}-1)>0.000001)",
            "format": book.book.add_format(BAD),
        },
    )
    book.name("cfp_allocation", region.block())
    page.freeze(region.first, 3)


def _allocation_formulas(book: Book, region: TemplateRegion, row: int) -> Mapping[str, str]:
    at = {column: region.at(column, row) for column in region.columns}
    start, end = at["month"], at["output"]
    is_empty = f"COUNTA({start}:{end})=0"

    def fixed(column: str) -> str:
        letter = region.letter(column)
        return f"${letter}${region.first + 1}:${letter}${region.last + 1}"

    same = ",".join(f"{fixed(c)},{at[c]}" for c in ("voucher", "medium", "month"))
    return {
        "share": f'IF({is_empty},"",{at["basis_product"]}/{at["basis_total"]})',
        "amount_per_unit": f'IF({is_empty},"",{formulas.amount(book, at)}/{at["output"]})',
        "flow_share": f'IF({is_empty},"",SUMIFS({fixed("share")},{same}))',
    }


def activities(book: Book) -> None:
    """A row for each activity, what it emits, and in words what is wrong with it."""
    page, region = book.page("activities"), book.layout["activities"]
    kinds = fills("activities")
    page.header(region, kinds, widths("activities", region.columns))
    records = book.source.table("activities")
    numbers = {"quantity": QUANTITY, "bridge": "0.0###"}
    for offset, row in enumerate(range(region.first, region.last + 1)):
        record = records[offset] if offset < len(records) else {}
        page.sheet.set_row(row, 24)
        for column in book.layout.activity_inputs:
            form = book.styles.cell(kinds[column], numbers.get(column, ""))
            page.write(row, region.index(column), typed(record.get(column, ""), column), form)
        computed = _activity_formulas(book, region, row)
        for column, number in COMPUTED:
            form = book.styles.cell("computed", number)
            page.formula(row, region.index(column), computed[column], form)
    _activity_choices(page, region)
    book.name("cfp_activities", region.block(book.layout.activity_inputs))
    page.freeze(region.first, 3)


def _activity_formulas(book: Book, region: TemplateRegion, row: int) -> Mapping[str, str]:
    """What a row emits, by its status and computed twice, and the same decisions in words."""
    at = {column: region.at(column, row) for column in region.columns}
    is_empty = native.is_empty(book, at)
    outcome = native.by_status(book, at)
    words = formulas.diagnosis(book, at)
    has_bridge = f'AND({at["bridge"]}<>"",ISNUMBER({at["emission_kgco2e"]}))'
    status = {one.value: f'{at["status"]}="{book.status(one)}"' for one in ActivityStatus}
    says = {key: f'"{book.say(f"row.{key}")}"' for key in _ROW_TEXTS}
    no_reason = f'{at["reason"]}=""'
    has_quantity = f'{at["quantity"]}<>""'
    not_zero = f"AND({has_quantity},{at['quantity']}<>0)"
    above = f"{region.letter('process_no')}${region.header + 1}:{region.at('process_no', row - 1)}"
    upto = {c: f"{region.letter(c)}${region.first + 1}:{at[c]}" for c in ("stage", "process")}
    return {
        "emission_kgco2e": formulas.emission(book, at, outcome),
        "unit_ratio": native.unit_ratio(book, at),
        "native": formulas.second_emission(book, at, outcome),
        "diagnose": (
            f'IF({is_empty},"",'
            f"IF({status['not_applicable']},"
            f'IF({has_quantity},{says["has_quantity"]},IF({no_reason},{says["no_reason"]},"OK")),'
            f'IF({status["zero"]},IF({not_zero},{says["not_zero"]},"OK"),'
            f'IF({status["missing"]},{says["is_missing"]},IF({has_bridge},"OK",{words})))))'
        ),
        "process_no": (
            f'IF(OR({at["stage"]}="",{at["process"]}=""),"",'
            f"IF(COUNTIFS({upto['stage']},{at['stage']},{upto['process']},{at['process']})>1,"
            f'"",MAX({above})+1))'
        ),
    }


_ROW_TEXTS = ("has_quantity", "no_reason", "not_zero", "is_missing")


def _activity_choices(page: Page, region: TemplateRegion) -> None:
    book = page.book
    first, last = region.first + 1, region.last + 1

    def where(column: str) -> str:
        return f"{region.letter(column)}{first}:{region.letter(column)}{last}"

    results, factors = book.layout["results"], book.layout["factors"]
    names = f"={quoted(results.sheet)}!$A${results.first + 1}:$A${results.last}"
    for column, values in (
        ("stage", names),
        ("status", [book.status(status) for status in ActivityStatus]),
        ("factor_id", f"={factors.column('id')}"),
    ):
        page.choice(where(column), values, book.say(f"hint.{column}"), title=_title(book, column))
    if book.layout.has_suppliers:
        parts = f"={book.layout['parts'].column('part_id')}"
        page.choice(
            where("part_id"), parts, book.say("hint.part_id"), title=_title(book, "part_id")
        )
    unit_choice(page, where("unit"), book.say("hint.unit"), _title(book, "unit"))
    number(page, region, "quantity")
    number(page, region, "bridge")
    diagnosis = region.letter("diagnose")
    good, bad = book.book.add_format(GOOD), book.book.add_format(BAD)
    for cells, criteria, form in (
        (where("diagnose"), f'={diagnosis}{first}="OK"', good),
        (where("diagnose"), f"=LEN({diagnosis}{first})>0", bad),
        (where("emission_kgco2e"), f"=ISERROR({region.letter('emission_kgco2e')}{first})", bad),
        (where("native"), f"=ISERROR({region.letter('native')}{first})", bad),
    ):
        page.sheet.conditional_format(
            cells, {"type": "formula", "criteria": criteria, "format": form, "stop_if_true": True}
        )


def unit_choice(page: Page, where: str, message: str, title: str) -> None:
    """A dropdown of usual units that takes any other too."""
    page.sheet.data_validation(
        where,
        {
            "validate": "list",
            "source": list(UNITS if page.book.lang == "zh" else UNITS_EN),
            "input_title": title,
            "input_message": message,
            "error_type": "information",
            "error_message": message,
        },
    )


def _title(book: Book, column: str) -> str:
    return book.heading("activities", column).splitlines()[0]


def number(page: Page, region: TemplateRegion, column: str) -> None:
    """Only numbers, 0 or more."""
    letter = region.letter(column)
    hint = "quantity" if column == "quantity" else "bridge" if column == "bridge" else "number"
    page.sheet.data_validation(
        f"{letter}{region.first + 1}:{letter}{region.last + 1}",
        {
            "validate": "decimal",
            "criteria": ">=",
            "value": 0,
            "input_message": page.book.say(f"hint.{hint}"),
            "error_message": page.book.say("hint.number"),
        },
    )


def typed(text: str, column: str) -> float | str | None:
    """A cell's value from its .csv text: a number where the column holds numbers."""
    if not text:
        return None
    is_number = column in ("quantity", "bridge", "total", "basis_product", "basis_total", "output")
    return float(text) if is_number else text
