"""The results sheet: every figure by CFP functions and by native formulas, shares, charts."""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.inventory import ActivityStatus
from cfp_xl.footprint.stages import STAGES, Stage
from cfp_xl.templates import formulas, signs
from cfp_xl.templates.hotspots import hotspots
from cfp_xl.templates.interval import interval
from cfp_xl.templates.kinds import kinds_of_carbon
from cfp_xl.templates.layout import TemplateRegion
from cfp_xl.templates.page import Book, Page
from cfp_xl.templates.primary import primary
from cfp_xl.templates.style import BAD, FONT, INK, KGCO2E, LINE, MUTED, SHARE, STAGE_COLOURS, Kind
from cfp_xl.templates.verdicts import (
    agrees,
    colour_errors,
    colour_verdicts,
    is_blank,
    is_incomplete,
)

LARGE_SHARES = '[>=0.08]0.0%;""'
"""On the ring only slices have a label that are wide enough for it: it is never over another one.
The table above has all shares."""


def _unless_blank(book: Book, formula: str) -> str:
    """In a template nothing is shown before the first activity; a worked example needs no guard.
    Where rows would be left out there is no result, but an error."""
    whole = f"IF({is_incomplete(book)},NA(),{formula})"
    return f'IF({is_blank(book)},"",{whole})' if book.source.is_template else whole


def _unless_outside(book: Book, stage: Stage, formula: str) -> str:
    """A stage that the chosen boundary leaves out, and that has no row, is outside: not missing."""
    kinds = [f'{book.layout.product("boundary")}="{word}"' for word in _without(book, stage)]
    if not kinds or not book.source.is_template:
        return _unless_blank(book, formula)
    name = stage.name.in_lang(book.lang)
    stages = book.layout["activities"].column("stage")
    rows = f'COUNTIFS({stages},"{name}",{signs.of_product(book)})'
    guard = f"AND(OR({','.join(kinds)}),{rows}=0)"
    return _unless_blank(book, f'IF({guard},"{book.say("outside")}",{formula})')


def _without(book: Book, stage: Stage) -> list[str]:
    """The boundaries, in the words of the dropdown, that do not need a stage."""
    boundaries = read_toml("limits.toml")["boundary"]
    return [
        book.say(f"boundary.{id}")
        for id, boundary in boundaries.items()
        if stage.id not in boundary["required"]
    ]


def results(book: Book) -> None:
    """Stages, processes, total: by CFP functions and by native formulas over the same rows."""
    page = book.page("results")
    stages, processes = book.layout["results"], book.layout["processes"]
    kinds: dict[str, Kind] = {"stage": "plain"}
    page.header(stages, kinds, (22, 22, 16, 16, 13, 11, 16, 40))
    for row, stage in enumerate(STAGES, stages.first):
        page.sheet.write_string(row, 0, stage.name.in_lang(book.lang), book.styles.cell("plain"))
        page.sheet.write_string(row, 1, book.say("whole_stage"), book.styles.cell("plain"))
        _result(page, stages, row, _stage_formulas(book, stage, row))
    _total(page, stages)
    page.header(processes, kinds, ())
    for region, section in ((stages, "by_stage"), (processes, "by_process")):
        title = book.say(f"results.{section}")
        page.sheet.write_string(region.header - 1, 0, title, book.styles.title("section"))
    for row in range(processes.first, processes.last + 1):
        _result(page, processes, row, _process_formulas(book, row))
    page.close(processes, "end_of_processes")
    book.name("cfp_processes", processes.block())
    _unlisted(page, processes)
    if book.is_native:
        # Nothing in these formulas says what they are; the name does, for verification.
        top, bottom = stages.fixed("stage", stages.first), processes.fixed("cfp", processes.closing)
        book.name("cfp_results", f"{top}:{bottom.rpartition('!')[2]}")
    _headline(page, stages)
    if book.layout.has_suppliers:
        primary(page)
    _charts(page, stages, stages.last + 2)
    hotspots(page)
    kinds_of_carbon(page)
    interval(page, stages)
    for region in (stages, processes):
        colour_verdicts(page, region.down("agrees"))
        colour_errors(page, region.down("cfp", "share"))
    page.sheet.fit_to_pages(1, 0)
    below = book.layout["primary"] if book.layout.has_suppliers else processes
    page.sheet.set_h_pagebreaks([book.layout["hotspots"].header - 1, below.header - 1])
    _hide_unused(page, processes)
    page.freeze(stages.first, 0)


def _hide_unused(page: Page, region: TemplateRegion) -> None:
    """Rows without a process are blank paper, on the screen and printed.

    By no border instead of a white one: LibreOffice saves these without their colours, as black.
    The colour given here is what makes XlsxWriter write the borders at all.
    """
    unused = f'=${region.letter("stage")}{region.first + 1}=""'
    blank = page.book.book.add_format(
        {"bg_color": "#FFFFFF", "border": 0, "border_color": "#FFFFFF"}
    )
    where = f"{region.at('stage', region.first)}:{region.at('state', region.last)}"
    form = {"type": "formula", "criteria": unused, "format": blank, "stop_if_true": True}
    page.sheet.conditional_format(where, form)


def _unlisted(page: Page, region: TemplateRegion) -> None:
    """Beside the title of the processes: how many of them found no row here."""
    order = page.book.layout["activities"].column("process_no")
    rows = f"ROWS({region.own_column('stage')})-2"  # heading and end
    words = page.book.say("results.unlisted")
    message = f'IF(COUNT({order})>{rows},"{words}"&COUNT({order})-({rows}),"")'
    row, column = region.header - 1, region.index("cfp")
    page.formula(row, column, message, page.book.styles.title("body"))
    bad = page.book.book.add_format(BAD)
    page.sheet.conditional_format(
        row, column, row, column, {"type": "cell", "criteria": "!=", "value": '""', "format": bad}
    )


def _native(book: Book, at: Mapping[str, str], by_process: bool) -> str:
    rows = formulas.rows_of(book, at, by_process=by_process)
    return f"SUMIFS({book.layout['activities'].column('counted')},{rows})"


def _stage_formulas(book: Book, stage: Stage, row: int) -> Mapping[str, str]:
    region = book.layout["results"]
    at = {column: region.at(column, row) for column in region.columns}
    inside = {
        "cfp": formulas.stage(book, at, by_process=False),
        "native": _native(book, at, by_process=False),
        "share": formulas.share(book, at, by_process=False),
        "state": _state_of_stage(book, at),
    }
    return {
        **{column: _unless_outside(book, stage, formula) for column, formula in inside.items()},
        "agrees": agrees(book, at["cfp"], at["native"]),
        "unit": book.layout.product("result_unit"),
    }


def _state_of_stage(book: Book, at: Mapping[str, str]) -> str:
    """What CFP_STATUS says; a stage that does not apply must not look like one that emits 0."""
    stage = f"{book.layout['activities'].column('stage')},{at['stage']}"
    does_not_apply = _all_not_applicable(book, stage)
    status = _status(book, formulas.status(book, at["stage"]), at["cfp"])
    word = book.status(ActivityStatus.NOT_APPLICABLE)
    return f'IF(AND(ISNUMBER({at["cfp"]}),{does_not_apply}),"{word}",{status})'


def _status(book: Book, status: str, result: str) -> str:
    """CFP_STATUS judges the rows alone; a factor that fails is the diagnosis column's to tell."""
    see = book.say("results.see_diagnosis")
    return f'IF(AND(ISERROR({result}),{status}="OK"),"{see}",{status})'


def _rows_in_order(book: Book, at: Mapping[str, str]) -> str:
    """`2 / 3 OK`: how many of the process's rows are diagnosed OK, natively."""
    area = book.layout["activities"]
    rows = f"{area.column('stage')},{at['stage']},{area.column('process')},{at['process']}"
    in_order = f'COUNTIFS({rows},{area.column("diagnose")},"OK")'
    word = book.status(ActivityStatus.NOT_APPLICABLE)
    counted = f'{in_order}&" / "&COUNTIFS({rows})&" OK"'
    is_fine = f"AND(ISNUMBER({at['cfp']}),{_all_not_applicable(book, rows)})"
    return f'IF({is_fine},"{word}",{counted})'


def _all_not_applicable(book: Book, rows: str) -> str:
    status = book.layout["activities"].column("status")
    word = book.status(ActivityStatus.NOT_APPLICABLE)
    return f'COUNTIFS({rows},{status},"{word}")=COUNTIFS({rows})'


def _process_formulas(book: Book, row: int) -> Mapping[str, str]:
    """The row's pair of stage and process: the n-th different one of the activities, whose first
    rows the activities sheet tells."""
    region, area = book.layout["processes"], book.layout["activities"]
    at = {column: region.at(column, row) for column in region.columns}
    order = area.column("process_no")
    place = f"ROW({at['stage']})-ROW({region.letter('stage')}${region.header + 1})"
    is_beyond = f"{place}>COUNT({order})"
    found = {
        c: f'IF({is_beyond},"",INDEX({area.column(c)},SMALL({order},{place})))'
        for c in ("stage", "process")
    }

    def unless_unused(formula: str) -> str:
        return f'IF({at["stage"]}="","",{formula})'

    def once_whole(formula: str) -> str:
        return unless_unused(f"IF({is_incomplete(book)},NA(),{formula})")

    return {
        **found,
        "cfp": once_whole(formulas.stage(book, at, by_process=True)),
        "native": once_whole(_native(book, at, by_process=True)),
        "agrees": agrees(book, at["cfp"], at["native"]),
        "share": unless_unused(formulas.share(book, at, by_process=True)),
        "unit": unless_unused(book.layout.product("result_unit")),
        "state": unless_unused(_rows_in_order(book, at)),
    }


def _total(page: Page, region: TemplateRegion) -> None:
    book, row = page.book, region.last
    area = book.layout["activities"]
    strong = book.styles.cell("computed", strong=True)
    page.sheet.write_string(row, 0, book.say("total"), strong)
    page.sheet.write_string(row, 1, book.say("whole_stage"), strong)
    shares = f"{region.at('share', region.first)}:{region.at('share', row - 1)}"
    computed = {
        "cfp": _unless_blank(book, formulas.total(book)),
        "native": _unless_blank(book, f"SUM({area.column('counted')})"),
        "agrees": agrees(book, region.at("cfp", row), region.at("native", row)),
        "share": _unless_blank(book, f"SUM({shares})"),
        "unit": book.layout.product("result_unit"),
        "state": _unless_blank(
            book,
            _status(book, formulas.status(book, ""), region.at("cfp", row)),
        ),
    }
    _result(page, region, row, computed, strong=True)


def _result(
    page: Page,
    region: TemplateRegion,
    row: int,
    computed: Mapping[str, str],
    *,
    strong: bool = False,
) -> None:
    numbers = {"cfp": KGCO2E, "native": KGCO2E, "share": SHARE}
    centred = {"agrees", "unit"}
    page.sheet.set_row(row, 24)
    for column, formula in computed.items():
        form = page.book.styles.cell(
            "computed", numbers.get(column, ""), strong=strong, centre=column in centred
        )
        page.formula(row, region.index(column), formula, form)


def _headline(page: Page, region: TemplateRegion) -> None:
    """The one figure everybody asks for, large, above the tables."""
    book = page.book
    large = {**FONT, "font_size": 20, "bold": True, "font_color": STAGE_COLOURS[0]}
    number = book.book.add_format({**large, "num_format": KGCO2E, "align": "right"})
    unit = book.book.add_format({**FONT, "font_size": 12, "font_color": MUTED, "valign": "bottom"})
    page.sheet.set_row(2, 34)
    page.sheet.write_string(2, 0, book.say("results.headline"), book.styles.title("subtitle"))
    page.formula(2, 2, region.at("cfp", region.last), number)
    page.formula(2, 3, region.at("unit", region.last), unit)


def _charts(page: Page, region: TemplateRegion, row: int) -> None:
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
    bars.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    # Room for the figure of the longest bar, which stands beside it.
    bars.set_plotarea({"layout": {"x": 0.24, "y": 0.16, "width": 0.62, "height": 0.8}})
    ring = book.book.add_chart({"type": "doughnut"})
    ring.add_series(
        {
            "name": book.say("results.chart_ring"),
            "categories": names,
            "values": values("share"),
            "points": points,
            "data_labels": {
                "value": True,
                "num_format": LARGE_SHARES,
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
