"""The checks sheet: the workbook checks itself with native functions only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cfp_xl.footprint.inventory import ActivityStatus
from cfp_xl.templates import native, signs
from cfp_xl.templates.layout import FLOW, TemplateRegion, quoted
from cfp_xl.templates.page import Book
from cfp_xl.templates.source import WorkbookSource
from cfp_xl.templates.style import BAD, FONT, GOOD, KGCO2E
from cfp_xl.templates.verdicts import (
    CHECKS,
    OVERALL_ROW,
    TOLERANCE,
    TOLERANCE_ROW,
    agrees,
    colour_errors,
    colour_verdicts,
    is_blank,
    used_rows,
)


def checks_of(source: WorkbookSource) -> tuple[str, ...]:
    """The checks of a workbook; that on suppliers' factors only where it has suppliers."""
    return (*CHECKS, "suppliers") if source.has_suppliers else CHECKS


def checks(book: Book) -> None:
    """Native checks, each OK or not, and one line for all of them."""
    page, region = book.page("checks"), book.layout["checks"]
    sheet, styles = page.sheet, book.styles
    page.header(region, dict.fromkeys(("number", "check"), "plain"), (7, 54, 26, 26, 26))
    sheet.write_string(TOLERANCE_ROW, 1, book.say("check.tolerance"), styles.title("label"))
    sheet.write_number(TOLERANCE_ROW, 2, TOLERANCE, styles.cell("computed", "0E+00"))
    sheet.write_string(OVERALL_ROW, 1, book.say("check.overall"), styles.title("label"))
    verdicts = f"E{region.first + 1}:E{region.last + 1}"
    overall = (
        f'IF({is_blank(book)},"{book.say("nothing_yet")}",'
        f'IF(COUNTIF({verdicts},"{book.say("ok")}")=ROWS({verdicts}),'
        f'"{book.say("all_ok")}","{book.say("some_not_ok")}"))'
    )
    page.formula(
        OVERALL_ROW,
        2,
        overall,
        book.book.add_format({**FONT, "bold": True, "indent": 1, "valign": "vcenter"}),
    )
    for number, (check, row) in enumerate(
        zip(checks_of(book.source), range(region.first, region.last + 1), strict=True), 1
    ):
        seen, expected = _check(book, check)
        shown = KGCO2E if check in ("total", "stages", "processes") else "0.######"
        sheet.write_number(row, 0, number, styles.cell("plain", "0", centre=True))
        sheet.write_string(row, 1, book.say(f"check.{check}"), styles.cell("plain"))
        page.formula(row, 2, seen, styles.cell("computed", shown))
        if isinstance(expected, str):
            page.formula(row, 3, expected, styles.cell("computed", shown))
        else:
            page.write(row, 3, expected, styles.cell("computed", shown))
        at = [region.at(c, row) for c in ("seen", "expected")]
        page.formula(row, 4, agrees(book, *at), styles.cell("computed", centre=True))
    colour_verdicts(page, verdicts)
    colour_errors(page, f"C{region.first + 1}:E{region.last + 1}")
    good, bad = book.book.add_format(GOOD), book.book.add_format(BAD)
    overall_cell = f"C{OVERALL_ROW + 1}"
    is_good = f'={overall_cell}="{book.say("all_ok")}"'
    for criteria, form in ((is_good, good), (f"=LEN({overall_cell})>0", bad)):
        sheet.conditional_format(
            overall_cell,
            {"type": "formula", "criteria": criteria, "format": form, "stop_if_true": True},
        )
    native.unit_table(page)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)
    page.freeze(region.first, 0)


def _check(book: Book, check: str) -> tuple[str, str | float]:
    """What a check sees (a formula) and what it should see (a formula or a number)."""
    stages, processes = book.layout["results"], book.layout["processes"]
    area, allocation = book.layout["activities"], book.layout["allocation"]
    sheet, end = quoted(stages.sheet), stages.last

    def down(region: TemplateRegion, column: str, last: int) -> str:
        letter = region.letter(column)
        return f"{sheet}!${letter}${region.first + 1}:${letter}${last}"

    total = {c: stages.fixed(c, stages.last) for c in ("cfp", "native")}
    used = used_rows(book)
    names = down(stages, "stage", end)
    rows_of_stage = f"COUNTIFS({area.column('stage')},{names},{signs.of_product(book)})"
    covered = f"SUMPRODUCT(--({rows_of_stage}>0))"
    ids, made = (book.layout[id].column("id") for id in ("factors", "assemblies"))
    chosen = area.column("factor_key")
    is_made = f"{native.takes_assembly(chosen)}*COUNTIF({made},{native.taken_id(chosen)})"
    flow = allocation.column("flow_share")
    same = ",".join(f"{allocation.column(c)},{allocation.column(c)}" for c in FLOW)
    # A product's own row alone leaves the rest of the bill to others: it is no mistake.
    too_little = f"SUMPRODUCT(({flow}<0.999999)*(COUNTIFS({same})>1))"
    answers: Mapping[str, tuple[str, str | float]] = {
        "total": (total["cfp"], total["native"]),
        "stages": (f"SUM({down(stages, 'cfp', end)})", total["cfp"]),
        "processes": (f"SUM({processes.column('native')})", total["native"]),
        "shares": (f"SUM({down(stages, 'share', end)})", 1.0),
        "agree": (f'COUNTIF({down(stages, "agrees", end)},"{book.say("ok")}")', f"ROWS({names})"),
        "diagnosed": (f'COUNTIF({area.column("diagnose")},"OK")', used),
        "missing": (
            f'COUNTIF({area.column("status")},"{book.status(ActivityStatus.MISSING)}")',
            0.0,
        ),
        "stage_known": (
            f"SUMPRODUCT({rows_of_stage})",
            f"{used}-(COUNTA({area.column('assembly')})-1)",  # without the heading
        ),
        "covered": (
            covered,
            f'ROWS({names})-COUNTIF({down(stages, "cfp", end)},"{book.say("outside")}")',
        ),
        "factors": (
            f'SUMPRODUCT(({chosen}<>"")*(COUNTIF({ids},{chosen})+{is_made}>0))',
            f'SUMPRODUCT(--({chosen}<>""))-1',  # without the heading
        ),
        **_suppliers(book),
        "allocation": (f'{too_little}+COUNTIF({flow},">1.000001")', 0.0),
        "rows": ("+".join(_rows_without_formula(book)), 0.0),
        "below": ("+".join(_cells_below(book)), 0.0),
    }
    return answers[check]


TYPED: Mapping[str, tuple[str, ...]] = {
    "activities": ("process", "activity", "quantity", "factor_id"),
    "allocation": ("medium", "total"),
    "assemblies": ("id", "output"),
    "parts": ("part_id",),
}
"""By table with formulas: columns one of which every row of it fills; no closing row does."""
COMPUTED: Mapping[str, tuple[str, ...]] = {
    "activities": ("emission_kgco2e", "diagnose", "process_no", "native", "counted"),
    "allocation": ("share", "amount_per_unit", "flow_share"),
    "assemblies": ("kgco2e_per_unit", "native"),
    "parts": ("state", "kgco2e_per_unit", "in_use", "change_kgco2e", "check"),
}


def _rows_without_formula(book: Book) -> Iterator[str]:
    """For each table, how many of its filled rows lack a formula that the others have."""
    for table, typed in TYPED.items():
        if table in book.layout.regions:
            region = book.layout[table]
            blank = "*".join(f"ISBLANK({region.column(c)})" for c in typed)
            lacking = "+".join(f"ISBLANK({region.column(c)})" for c in COMPUTED[table])
            yield f"SUMPRODUCT(({blank}=0)*({lacking}>0))"


def _cells_below(book: Book) -> Iterator[str]:
    """For each table that formulas read, what stands below its closing row."""
    for table in (*TYPED, "factors"):
        if table in book.layout.regions:
            region = book.layout[table]
            yield f"COUNTA({region.below(region.columns[0], region.columns[-1])})"


def _suppliers(book: Book) -> Mapping[str, tuple[str, str | float]]:
    """Parts whose factor is not what the supplier's answer gives; none where none are kept."""
    if not book.layout.has_suppliers:
        return {}
    verdict = book.layout["parts"].column("check")
    return {"suppliers": (f'COUNTIF({verdict},"{book.say("look")}")', 0.0)}
