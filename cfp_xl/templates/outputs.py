"""The sheets that answer: factors, results with charts, checks."""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.footprint.factors import Factor
from cfp_xl.footprint.stages import STAGES
from cfp_xl.templates.layout import ACTIVITY_INPUTS, Region, quoted
from cfp_xl.templates.page import Book, Page
from cfp_xl.templates.style import (
    BAD,
    FACTOR,
    FONT,
    GOOD,
    INK,
    KGCO2E,
    LINE,
    MUTED,
    SHARE,
    STAGE_COLOURS,
    Kind,
)

CHECKS = (
    *("total", "stages", "processes", "shares", "agree", "diagnosed"),
    *("missing", "stage_known", "covered", "factors", "allocation"),
)
FACTOR_WIDTHS: Mapping[str, float] = {
    "id": 32,
    "name": 26,
    "category": 20,
    "value": 13,
    "unit": 9,
    "per_unit": 9,
    "region": 8,
    "year": 8,
    "gwp_set": 9,
    "source": 34,
    "publisher": 30,
    "date": 12,
    "table": 10,
    "licence": 30,
    "confidence": 9,
    "ncv": 11,
    "ncv_unit": 12,
    "carbon_content": 13,
    "oxidation": 10,
    "emission_factor": 13,
}
TOLERANCE_ROW, OVERALL_ROW = 2, 3
TOLERANCE = 1e-9


def factors(book: Book) -> None:
    """The pinned copy, in full precision; spare rows below for factors of the user's own."""
    page, region = book.page("factors"), book.layout["factors"]
    kinds: dict[str, Kind] = dict.fromkeys(region.columns, "pinned")
    page.header(region, kinds, tuple(FACTOR_WIDTHS[column] for column in region.columns))
    numbers = {"value": FACTOR, "year": "0", "ncv": "0.0##", "carbon_content": "0.0##"}
    pinned = book.factors
    for offset, row in enumerate(range(region.first, region.last + 1)):
        is_pinned = offset < len(pinned)
        values = _factor_row(book, pinned[offset]) if is_pinned else {}
        page.sheet.set_row(row, 34 if is_pinned else 20)
        for column in region.columns:
            form = book.styles.cell("pinned" if is_pinned else "may", numbers.get(column, ""))
            page.write(row, region.index(column), values.get(column), form)
    book.name("cfp_factors", region.block())
    page.freeze(region.first, 1)


def _factor_row(book: Book, factor: Factor) -> Mapping[str, float | str | None]:
    """A factor of the library as a row of the factors sheet."""
    fuel, source = factor.fuel, factor.source
    return {
        "id": factor.id,
        "name": factor.name.in_lang(book.lang),
        "category": factor.category,
        "value": factor.value,
        "unit": factor.unit,
        "per_unit": factor.per_unit,
        "region": factor.region,
        "year": factor.year,
        "gwp_set": factor.gwp_set,
        "source": source.title,
        "publisher": source.publisher,
        "date": source.date,
        "table": source.table,
        "licence": source.licence,
        "confidence": source.confidence,
        "ncv": fuel.ncv if fuel else None,
        "ncv_unit": fuel.ncv_unit if fuel else None,
        "carbon_content": fuel.carbon_content_tc_per_tj if fuel else None,
        "oxidation": fuel.oxidation if fuel else None,
        "emission_factor": fuel.ef_tco2_per_tj if fuel else None,
    }


def is_blank(book: Book) -> str:
    """True where no activity has been entered."""
    area = book.layout["activities"]
    start, end = area.letter(ACTIVITY_INPUTS[0]), area.letter(ACTIVITY_INPUTS[-1])
    return f"COUNTA({quoted(area.sheet)}!${start}${area.first + 1}:${end}${area.last + 1})=0"


def _unless_blank(book: Book, formula: str) -> str:
    """In a template nothing is shown before the first activity; a worked example needs no guard."""
    return formula if book.source.table("activities") else f'IF({is_blank(book)},"",{formula})'


def results(book: Book) -> None:
    """Stages, processes, total: by CFP functions and by native formulas over the same rows."""
    page = book.page("results")
    stages, processes = book.layout["results"], book.layout["processes"]
    kinds: dict[str, Kind] = {"stage": "plain"}
    page.header(stages, kinds, (22, 22, 16, 16, 13, 11, 16, 44))
    for row, stage in enumerate(STAGES, stages.first):
        page.sheet.write_string(row, 0, stage.name.in_lang(book.lang), book.styles.cell("plain"))
        page.sheet.write_string(row, 1, book.say("whole_stage"), book.styles.cell("plain"))
        _result(page, stages, row, _stage_formulas(book, row))
    _total(page, stages)
    page.header(processes, kinds, ())
    for row in range(processes.first, processes.last + 1):
        _result(page, processes, row, _process_formulas(book, row))
    _headline(page, stages)
    _charts(page, stages, processes.last + 2)
    _colour_verdicts(page, f"E{stages.first + 1}:E{processes.last + 1}", "E")
    _colour_errors(page, f"C{stages.first + 1}:F{processes.last + 1}")
    page.freeze(stages.first, 0)


def _native(book: Book, at: Mapping[str, str], by_process: bool) -> str:
    area = book.layout["activities"]
    criteria = f"{area.column('stage')},{at['stage']}"
    if by_process:
        criteria += f",{area.column('process')},{at['process']}"
    return f"SUMIFS({area.column('emission_kgco2e')},{criteria})"


def _agrees(book: Book, one: str, other: str) -> str:
    tolerance = f"{quoted(book.layout.sheets['checks'])}!$C${TOLERANCE_ROW + 1}"
    return (
        f'IF(OR({one}="",{other}=""),"",'
        f"IF(ABS({one}-{other})<={tolerance}*MAX(ABS({one}),ABS({other})),"
        f'"{book.say("ok")}","{book.say("look")}"))'
    )


def _stage_formulas(book: Book, row: int) -> Mapping[str, str]:
    region = book.layout["results"]
    at = {column: region.at(column, row) for column in region.columns}
    return {
        "cfp": _unless_blank(book, f"CFP_STAGE({at['stage']},cfp_activities,,cfp_factors)"),
        "native": _unless_blank(book, _native(book, at, by_process=False)),
        "agrees": _agrees(book, at["cfp"], at["native"]),
        "share": _unless_blank(book, f"CFP_SHARE({at['stage']},cfp_activities,,cfp_factors)"),
        "unit": book.layout.product("result_unit"),
        "state": _unless_blank(book, f'CFP_STATUS(cfp_activities,{at["stage"]},"{book.lang}")'),
    }


def _process_formulas(book: Book, row: int) -> Mapping[str, str]:
    """The row's pair of stage and process: the n-th different one of the activities."""
    region, area = book.layout["processes"], book.layout["activities"]
    at = {column: region.at(column, row) for column in region.columns}
    order = area.column("process_no")
    place = f"ROW()-ROW({region.letter('stage')}${region.header + 1})"
    is_beyond = f"{place}>MAX({order})"
    found = {
        c: f'IF({is_beyond},"",INDEX({area.column(c)},MATCH({place},{order},0)))'
        for c in ("stage", "process")
    }
    arguments = f"{at['stage']},cfp_activities,{at['process']},cfp_factors"

    def unless_unused(formula: str) -> str:
        return f'IF({at["stage"]}="","",{formula})'

    return {
        **found,
        "cfp": unless_unused(f"CFP_STAGE({arguments})"),
        "native": unless_unused(_native(book, at, by_process=True)),
        "agrees": _agrees(book, at["cfp"], at["native"]),
        "share": unless_unused(f"CFP_SHARE({arguments})"),
        "unit": unless_unused(book.layout.product("result_unit")),
        "state": unless_unused(
            f"COUNTIFS({area.column('stage')},{at['stage']},{area.column('process')},"
            f'{at["process"]},{area.column("diagnose")},"OK")&" / "&'
            f"COUNTIFS({area.column('stage')},{at['stage']},{area.column('process')},"
            f'{at["process"]})&" OK"'
        ),
    }


def _total(page: Page, region: Region) -> None:
    book, row = page.book, region.last
    area = book.layout["activities"]
    strong = book.styles.cell("computed", strong=True)
    page.sheet.write_string(row, 0, book.say("total"), strong)
    page.sheet.write_string(row, 1, book.say("whole_stage"), strong)
    shares = f"{region.at('share', region.first)}:{region.at('share', row - 1)}"
    formulas = {
        "cfp": _unless_blank(book, "CFP_TOTAL(cfp_activities,cfp_factors)"),
        "native": _unless_blank(book, f"SUM({area.column('emission_kgco2e')})"),
        "agrees": _agrees(book, region.at("cfp", row), region.at("native", row)),
        "share": _unless_blank(book, f"SUM({shares})"),
        "unit": book.layout.product("result_unit"),
        "state": _unless_blank(book, f'CFP_STATUS(cfp_activities,,"{book.lang}")'),
    }
    _result(page, region, row, formulas, strong=True)


def _result(
    page: Page, region: Region, row: int, formulas: Mapping[str, str], *, strong: bool = False
) -> None:
    numbers = {"cfp": KGCO2E, "native": KGCO2E, "share": SHARE}
    centred = {"agrees", "unit"}
    page.sheet.set_row(row, 24)
    for column, formula in formulas.items():
        form = page.book.styles.cell(
            "computed", numbers.get(column, ""), strong=strong, centre=column in centred
        )
        page.formula(row, region.index(column), formula, form)


def _headline(page: Page, region: Region) -> None:
    """The one figure everybody asks for, large, above the tables."""
    book = page.book
    large = {**FONT, "font_size": 20, "bold": True, "font_color": STAGE_COLOURS[0]}
    number = book.book.add_format({**large, "num_format": KGCO2E, "align": "right"})
    unit = book.book.add_format({**FONT, "font_size": 12, "font_color": MUTED, "valign": "bottom"})
    page.sheet.set_row(2, 34)
    page.sheet.write_string(2, 0, book.say("results.headline"), book.styles.title("subtitle"))
    page.formula(2, 2, region.at("cfp", region.last), number)
    page.formula(2, 3, region.at("unit", region.last), unit)


def _charts(page: Page, region: Region, row: int) -> None:
    book = page.book
    rows = (region.first, region.last - 1)
    names = [region.sheet, rows[0], 0, rows[1], 0]
    points = [{"fill": {"color": colour}} for colour in STAGE_COLOURS]
    font = {"name": FONT["font_name"], "size": 9, "color": INK}
    title = {"name": FONT["font_name"], "size": 12, "bold": True, "color": STAGE_COLOURS[0]}

    def values(column: str) -> list[object]:
        index = region.index(column)
        return [region.sheet, rows[0], index, rows[1], index]

    bars = book.book.add_chart({"type": "bar"})
    bars.add_series(
        {
            "name": book.say("results.chart_bar"),
            "categories": names,
            "values": values("cfp"),
            "points": points,
            "gap": 45,
            "data_labels": {"value": True, "num_format": KGCO2E, "font": font},
        }
    )
    bars.set_title({"name": book.say("results.chart_bar"), "name_font": title, "overlay": False})
    bars.set_legend({"none": True})
    bars.set_y_axis({"reverse": True, "num_font": font, "line": {"color": LINE}})
    bars.set_x_axis(
        {
            "num_font": font,
            "num_format": "0",
            "name": "kgCO2e",
            "name_font": {**font, "bold": False},
            "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.5}},
            "line": {"none": True},
        }
    )
    ring = book.book.add_chart({"type": "doughnut"})
    ring.add_series(
        {
            "name": book.say("results.chart_ring"),
            "categories": names,
            "values": values("share"),
            "points": points,
            "data_labels": {
                "value": True,
                "num_format": "0.0%;;;",
                "font": {**font, "color": "#FFFFFF", "bold": True},
            },
        }
    )
    ring.set_title({"name": book.say("results.chart_ring"), "name_font": title})
    ring.set_legend({"position": "right", "font": font})
    ring.set_hole_size(52)
    for chart, column, width in ((bars, 0, 640), (ring, 5, 470)):
        chart.set_size({"width": width, "height": 300})
        chart.set_chartarea({"border": {"color": LINE}})
        page.sheet.insert_chart(row, column, chart, {"object_position": 2})


def checks(book: Book) -> None:
    """Native checks, each OK or not, and one line for all of them."""
    page, region = book.page("checks"), book.layout["checks"]
    sheet, styles = page.sheet, book.styles
    page.header(region, dict.fromkeys(("number", "check"), "plain"), (7, 54, 18, 18, 34))
    sheet.write_string(TOLERANCE_ROW, 1, book.say("check.tolerance"), styles.title("label"))
    sheet.write_number(TOLERANCE_ROW, 2, TOLERANCE, styles.cell("computed", "0E+00"))
    sheet.write_string(OVERALL_ROW, 1, book.say("check.overall"), styles.title("label"))
    verdicts = f"E{region.first + 1}:E{region.last + 1}"
    overall = (
        f'IF({is_blank(book)},"{book.say("nothing_yet")}",'
        f'IF(COUNTIF({verdicts},"{book.say("ok")}")=ROWS({verdicts}),'
        f'"{book.say("all_ok")}","{book.say("some_not_ok")}"))'
    )
    page.formula(OVERALL_ROW, 2, overall, book.book.add_format({**FONT, "bold": True}))
    for number, (check, row) in enumerate(
        zip(CHECKS, range(region.first, region.last + 1), strict=True), 1
    ):
        seen, expected = _check(book, check)
        shown = KGCO2E if check in ("total", "stages", "processes") else "0.######"
        sheet.write_number(row, 0, number, styles.cell("plain", "0", centre=True))
        sheet.write_string(row, 1, book.say(f"check.{check}"), styles.cell("plain"))
        page.formula(row, 2, seen, styles.cell("computed", shown))
        page.formula(row, 3, expected, styles.cell("computed", shown))
        at = [region.at(c, row) for c in ("seen", "expected")]
        page.formula(row, 4, _agrees(book, *at), styles.cell("computed", centre=True))
    _colour_verdicts(page, verdicts, "E")
    _colour_errors(page, f"C{region.first + 1}:E{region.last + 1}")
    good, bad = book.book.add_format(GOOD), book.book.add_format(BAD)
    overall_cell = f"C{OVERALL_ROW + 1}"
    is_good = f'={overall_cell}="{book.say("all_ok")}"'
    for criteria, form in ((is_good, good), (f"=LEN({overall_cell})>0", bad)):
        sheet.conditional_format(
            overall_cell,
            {"type": "formula", "criteria": criteria, "format": form, "stop_if_true": True},
        )
    page.freeze(region.first, 0)


def _check(book: Book, check: str) -> tuple[str, str]:
    """What a check sees and what it should see, as formulas."""
    stages, processes = book.layout["results"], book.layout["processes"]
    area, allocation = book.layout["activities"], book.layout["allocation"]
    sheet, top, end = quoted(stages.sheet), stages.first + 1, stages.last

    def down(region: Region, column: str, last: int) -> str:
        letter = region.letter(column)
        return f"{sheet}!${letter}${region.first + 1}:${letter}${last}"

    total = {c: stages.fixed(c, stages.last) for c in ("cfp", "native")}
    used = f'SUMPRODUCT(--({area.column("diagnose")}<>""))'
    names = [f"{sheet}!$A${row}" for row in range(top, end + 1)]
    per_stage = [f"COUNTIF({area.column('stage')},{name})" for name in names]
    covered = "+".join(f"({count}>0)" for count in per_stage)
    ids, chosen = book.layout["factors"].column("id"), area.column("factor_id")
    flow = allocation.column("flow_share")
    is_grave = f'{book.layout.product("boundary")}="{book.say("boundary.grave")}"'
    answers = {
        "total": (total["cfp"], total["native"]),
        "stages": (f"SUM({down(stages, 'cfp', end)})", total["cfp"]),
        "processes": (f"SUM({down(processes, 'native', processes.last + 1)})", total["native"]),
        "shares": (f"SUM({down(stages, 'share', end)})", "1"),
        "agree": (f'COUNTIF({down(stages, "agrees", end)},"{book.say("ok")}")', str(len(STAGES))),
        "diagnosed": (f'COUNTIF({area.column("diagnose")},"OK")', used),
        "missing": (f'COUNTIF({area.column("status")},"{book.say("status.missing")}")', "0"),
        "stage_known": ("+".join(per_stage), used),
        "covered": (covered, f"IF({is_grave},{len(STAGES)},{covered})"),
        "factors": (
            f'SUMPRODUCT(({chosen}<>"")*(COUNTIF({ids},{chosen})>0))',
            f'SUMPRODUCT(--({chosen}<>""))',
        ),
        "allocation": (f'COUNTIF({flow},"<0.999999")+COUNTIF({flow},">1.000001")', "0"),
    }
    return answers[check]


def _colour_verdicts(page: Page, cells: str, letter: str) -> None:
    book, first = page.book, cells.partition(":")[0]
    assert first.startswith(letter)
    for word, form in (("ok", GOOD), ("look", BAD)):
        page.sheet.conditional_format(
            cells,
            {
                "type": "formula",
                "criteria": f'={first}="{book.say(word)}"',
                "format": book.book.add_format(form),
            },
        )


def _colour_errors(page: Page, cells: str) -> None:
    first = cells.partition(":")[0]
    page.sheet.conditional_format(
        cells,
        {
            "type": "formula",
            "criteria": f"=ISERROR({first})",
            "format": page.book.book.add_format(BAD),
        },
    )
