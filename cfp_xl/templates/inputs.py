"""The sheets people fill in: product, allocation, activities."""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.footprint.columns import ROW_ID
from cfp_xl.footprint.gwp import GWP_SETS
from cfp_xl.footprint.inventory import ActivityStatus
from cfp_xl.templates import formulas, interval, native, signs
from cfp_xl.templates.layout import FLOW, HEADER_ROW, PRODUCT_ROWS, TemplateRegion, quoted
from cfp_xl.templates.page import Book, Page
from cfp_xl.templates.study_columns import STUDY_NUMBERS, study_columns
from cfp_xl.templates.style import BAD, DATE, GOOD, KGCO2E, MARKS, QUANTITY, SHARE, TEXT, Kind
from cfp_xl.templates.table_columns import ALLOCATION_INPUTS, FOLDED, FREIGHT, fills, widths

UNITS = (
    "kWh",
    "MWh",
    "kg",
    "t",
    "g",
    "L",
    "m3",
    "Nm3",
    "MJ",
    "GJ",
    "t·km",
    "km",
    "台",
    "件",
)
UNITS_EN = (*UNITS[:-2], "piece")
BOUNDARIES = ("cradle_to_grave", "cradle_to_gate", "gate_to_gate")

PRODUCT_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(PRODUCT_ROWS, "must"),
    **dict.fromkeys(("model", "function", "service_life_years", "allocation", "cut_off"), "may"),
    **dict.fromkeys(("standard", "mass_kg", "site", "report_date"), "may"),
    **dict.fromkeys(("company_ids", "product_ids", "fossil_carbon", "biogenic_carbon"), "may"),
    **dict.fromkeys(("packaging_included", "exempted_percent", "primary_percent"), "may"),
    "result_unit": "computed",
}
DATES = ("period_start", "period_end", "report_date")
STATED = (
    *("model", "function", "cut_off", "standard", "mass_kg", "site", "report_date"),
    *("company_ids", "product_ids", "fossil_carbon", "biogenic_carbon"),
    *("packaging_included", "exempted_percent", "primary_percent"),
)
"""What else rules and exports read, by the names of its cells."""
BILL_FIGURES = ("total", "basis_product", "basis_total", "output")
NUMBERS = (
    *("quantity", "bridge", *FREIGHT, *BILL_FIGURES, "meter_total"),
    *("mass_kg", *STUDY_NUMBERS),
)
"""The inputs that hold numbers."""
COMPUTED = (
    ("factor_name", ""),
    ("factor_value", ""),
    ("factor_source", ""),
    ("tkm", QUANTITY),
    ("emission_kgco2e", KGCO2E),
    ("diagnose", ""),
    ("factor_key", ""),
    ("process_key", ""),
    ("process_no", "0"),
    ("from_unit", ""),
    ("unit_ratio", "0.0###"),
    ("sign", "0"),
    ("counts", "0"),
    ("plain", KGCO2E),
    ("taken", "0.0###"),
    ("native", KGCO2E),
    ("counted", KGCO2E),
    ("times", "0.0###"),
    ("in_total", KGCO2E),
    ("sigma", "0.0000##"),
    ("outcome_text", ""),
    ("factor_per", ""),
    ("factor_row", "0"),
    ("factor_kg", "0.0###"),
    ("outcome", ""),
)


def product(book: Book) -> None:
    """Functional unit, boundary, period, GWP set, pinned factor set."""
    page, styles = book.page("product"), book.styles
    sheet = page.sheet
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 1, 58)
    sheet.set_column(2, 2, 64)
    for column, heading in enumerate(("entry", "value", "help")):
        text = book.say(f"product.heading.{heading}")
        sheet.write_string(HEADER_ROW, column, text, styles.title("header"))
    sheet.set_row(HEADER_ROW, 24)
    for entry, row in book.layout.product_row.items():
        kind = PRODUCT_KINDS[entry]
        label = f"{MARKS[kind]} {book.say(f'product.{entry}.label')}"
        sheet.set_row(row, 62 if entry == "factor_set" else 26)  # the pins of several sets
        sheet.write_string(row, 0, label, styles.title("label"))
        form = styles.cell(kind, DATE if entry in DATES else "")
        if entry == "result_unit":
            page.formula(row, 1, _result_unit(book), form)
        else:
            value = book.pin if entry == "factor_set" else book.source.product.get(entry)
            page.write(row, 1, value, form)
        sheet.write_string(row, 2, book.say(f"product.{entry}.help"), styles.title("help"))
    _product_choices(page)
    for name in ("functional_unit", "boundary", "gwp_set", "factor_set", *STATED):
        book.name(f"cfp_{name}", book.layout.product(name))
    book.name("cfp_product_name", book.layout.product("name"))
    book.name("cfp_allocation_method", book.layout.product("allocation"))
    book.name("cfp_producer", book.layout.product("producer"))
    end = book.layout.product("period_end").rpartition("!")[2]
    book.name("cfp_period", f"{book.layout.product('period_start')}:{end}")
    page.sheet.fit_to_pages(1, 1)
    page.freeze(HEADER_ROW + 1)


def _result_unit(book: Book) -> str:
    """kgCO2e/台 from "1 台" and "1台", kgCO2e/10 kg from "10 kg"."""
    unit = f"TRIM(B{book.layout.product_row['functional_unit'] + 1})"
    is_longer = f'ISNUMBER(FIND(MID({unit},2,1),"0123456789.,"))'  # FIND of nothing finds it
    is_one = f'AND(LEFT({unit},1)="1",NOT({is_longer}))'
    per = f"IF({is_one},TRIM(MID({unit},2,99)),{unit})"
    return f'IF({unit}="","kgCO2e","kgCO2e/"&{per})'


def _product_choices(page: Page) -> None:
    book = page.book
    rows = book.layout.product_row
    for entry, values in (
        ("boundary", [book.say(f"boundary.{b}") for b in BOUNDARIES]),
        ("gwp_set", list(GWP_SETS)),
        ("packaging_included", [book.say(f"choice.{one}") for one in ("yes", "no")]),
    ):
        label, help = (book.say(f"product.{entry}.{part}") for part in ("label", "help"))
        page.choice(f"B{rows[entry] + 1}", values, help, title=label)
    for entry in DATES:
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
    page.fold(region, FOLDED["allocation"], book.source.table("allocation"))
    numbers = {
        **dict.fromkeys(("id", ROW_ID), TEXT),
        **dict.fromkeys((*BILL_FIGURES, "meter_total"), "#,##0.00##"),
        **dict.fromkeys((f"last_{one}" for one in BILL_FIGURES), "#,##0.00##"),
        "share": SHARE,
        "flow_share": SHARE,
        "amount_per_unit": QUANTITY,
        "month": TEXT,
    }
    records = book.source.table("allocation")
    for offset, row in enumerate(range(region.first, region.last + 1)):
        record = records[offset] if offset < len(records) else {}
        for column in (one for one in ALLOCATION_INPUTS if one in region.columns):
            form = book.styles.cell(kinds[column], numbers.get(column, ""))
            page.write(row, region.index(column), typed(record.get(column, ""), column), form)
        for column in FOLDED["allocation"]:
            form = book.styles.cell(kinds[column], numbers.get(column, TEXT))
            page.write(row, region.index(column), typed(record.get(column, ""), column), form)
        for column, formula in _allocation_formulas(book, region, row).items():
            form = book.styles.cell("computed", numbers[column])
            page.formula(row, region.index(column), formula, form)
    page.hint(
        region.down("month"),
        book.heading("allocation", "month").splitlines()[0],
        book.say("hint.month"),
    )
    for column in (*BILL_FIGURES, "meter_total"):
        number(page, region, column)
    for column in ("method", "reason"):
        title = book.heading("allocation", column).splitlines()[0]
        page.hint(region.down(column), title, book.say(f"hint.allocation_{column}"))
    flow = region.at("flow_share", region.first)
    same = ",".join(f"{region.own_column(c)},${region.at(c, region.first)}" for c in FLOW)
    page.sheet.conditional_format(
        region.down("flow_share"),
        {
            "type": "formula",
            "criteria": (
                f"=AND(ISNUMBER({flow}),ABS({flow}-1)>0.000001,OR({flow}>1,COUNTIFS({same})>1))"
            ),
            "format": book.book.add_format(BAD),
        },
    )
    page.close(region)
    book.name("cfp_allocation", region.block())
    page.freeze(region.first, 4)


def _allocation_formulas(book: Book, region: TemplateRegion, row: int) -> Mapping[str, str]:
    at = {column: region.at(column, row) for column in region.columns}
    start, end = at["month"], at["output"]
    is_empty = f"COUNTA({start}:{end})=0"
    same = ",".join(f"{region.own_column(c)},{at[c]}" for c in FLOW)
    return {
        "share": f'IF({is_empty},"",{at["basis_product"]}/{at["basis_total"]})',
        "amount_per_unit": f'IF({is_empty},"",{formulas.amount(book, at)}/{at["output"]})',
        "flow_share": f'IF({is_empty},"",SUMIFS({region.own_column("share")},{same}))',
    }


def activities(book: Book) -> None:
    """A row for each activity, what it emits, and in words what is wrong with it."""
    page, region = book.page("activities"), book.layout["activities"]
    kinds = fills("activities")
    page.header(region, kinds, widths("activities", region.columns))
    records = book.source.table("activities")
    page.fold(region, FOLDED["activities"], records)
    numbers = {
        **dict.fromkeys(("quantity", "last_quantity", *FREIGHT), QUANTITY),
        **dict.fromkeys(("allocation_id", "assembly", ROW_ID), TEXT),
        "bridge": "0.0###",
        **dict.fromkeys(STUDY_NUMBERS, "0.####"),
    }
    for offset, row in enumerate(range(region.first, region.last + 1)):
        record = records[offset] if offset < len(records) else {}
        page.sheet.set_row(row, 34)  # two lines: names and sources of factors are long
        for column in book.layout.activity_inputs:
            form = book.styles.cell(kinds[column], numbers.get(column, ""))
            page.write(row, region.index(column), typed(record.get(column, ""), column), form)
        computed = _activity_formulas(book, region, row)
        for column, number in COMPUTED:
            form = book.styles.cell("computed", number)
            page.formula(row, region.index(column), computed[column], form)
    page.close(region)
    _activity_choices(page, region)
    book.name("cfp_activities", region.block(book.layout.activity_columns))
    study_columns(page, region)
    page.sheet.repeat_columns(0, 2)
    page.sheet.fit_to_pages(2, 0)  # on one its thirty columns can't be read
    page.freeze(region.first, 3)


def _activity_formulas(book: Book, region: TemplateRegion, row: int) -> Mapping[str, str]:
    """What a row emits, by its status and computed twice, and the same decisions in words."""
    at = {column: region.at(column, row) for column in region.columns}
    keys = region.own_column("process_key")
    number = f"ROW({at['process_key']})-ROW({keys.partition(':')[0]})+1"
    return {
        **native.shown_of_factor(book, at),
        "tkm": f'IF(OR({at["mass_kg"]}="",{at["distance_km"]}=""),"",{native.tkm(at)})',
        "factor_key": native.factor_key(at),
        "factor_row": native.factor_row(at),
        "factor_per": native.factor_per(at),
        "factor_kg": native.factor_kg(at),
        "outcome": native.outcome(book, at),
        "emission_kgco2e": formulas.emission(book, at),
        "from_unit": native.from_unit(at),
        "unit_ratio": native.unit_ratio(at),
        "sign": signs.sign(book, at),
        "counts": signs.counts(at),
        "plain": formulas.plain_emission(book, at),
        "taken": signs.taken(book, at),
        "native": signs.second_emission(book, at),
        "counted": signs.counted(at),
        "times": signs.times(at),
        "in_total": signs.in_total(at),
        "sigma": interval.sigma(at),
        "outcome_text": _outcome_text(book, at),
        "diagnose": formulas.diagnosis(book, at),
        "process_key": (
            f'IF(OR({at["stage"]}="",{at["process"]}="",{at["assembly"]}<>""),"",'
            f'{at["stage"]}&" / "&{at["process"]})'
        ),
        # The place of its process's first row, in that row: no row depends on those above it.
        "process_no": (
            f'IF({at["process_key"]}="","",'
            f'IF(MATCH({at["process_key"]},{keys},0)={number},{number},""))'
        ),
    }


def _outcome_text(book: Book, at: Mapping[str, str]) -> str:
    """What is to be said of a row by its status, or of its data."""
    has_bridge = f'AND({at["bridge"]}<>"",ISNUMBER({at["emission_kgco2e"]}))'
    status = {one.value: f'{at["status"]}="{book.status(one)}"' for one in ActivityStatus}
    says = {key: f'"{book.say(f"row.{key}")}"' for key in _ROW_TEXTS}
    no_reason = f'{at["reason"]}=""'
    has_quantity = f'{at["quantity"]}<>""'
    not_zero = f"AND({has_quantity},{at['quantity']}<>0)"
    return (
        f'IF({native.is_empty(book, at)},"",'
        f"IF({status['not_applicable']},"
        f'IF({has_quantity},{says["has_quantity"]},IF({no_reason},{says["no_reason"]},"OK")),'
        f'IF({status["zero"]},IF({not_zero},{says["not_zero"]},"OK"),'
        f"IF({status['missing']},{says['is_missing']},"
        f"IF({at['sign']}={native.UNKNOWN},{says['word_unknown']},"
        f'IF({has_bridge},"OK",{formulas.words_of_data(book, at)}))))))'
    )


_ROW_TEXTS = ("has_quantity", "no_reason", "not_zero", "is_missing", "word_unknown")


def _activity_choices(page: Page, region: TemplateRegion) -> None:
    book = page.book
    first, where = region.first + 1, region.down
    results, factors = book.layout["results"], book.layout["factors"]
    names = f"={quoted(results.sheet)}!$A${results.first + 1}:$A${results.last}"
    for column, values in (
        ("stage", names),
        ("status", [book.status(status) for status in ActivityStatus]),
    ):
        page.choice(where(column), values, book.say(f"hint.{column}"), title=_title(book, column))
    page.choice(
        where("factor_id"),
        factors.choices("choice"),
        book.say("hint.factor_id"),
        title=_title(book, "factor_id"),
        else_ask=book.say("hint.factor_not_listed"),
    )
    if book.layout.has_suppliers:
        parts, hint = book.layout["parts"].choices("part_id"), book.say("hint.part_id")
        page.choice(where("part_id"), parts, hint, title=_title(book, "part_id"))
    unit_choice(page, where("unit"), book.say("hint.unit"), _title(book, "unit"))
    for column in ("quantity", "bridge", *FREIGHT):
        number(page, region, column)
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
    hint = column if column in ("quantity", "bridge", *FREIGHT) else "number"
    page.sheet.data_validation(
        region.down(column),
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
    is_number = column in NUMBERS
    return float(text) if is_number else text
