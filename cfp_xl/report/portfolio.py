"""The products of a folder beside each other, as text, JSON, csv and a workbook."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TextIO

from cfp_xl.footprint.stages import STAGES
from cfp_xl.messages import Lang, say
from cfp_xl.privacy import masked
from cfp_xl.report.paper import TextPaper, column_width, padded
from cfp_xl.report.verification.table import harmless
from cfp_xl.verify.many import record
from cfp_xl.verify.portfolio import PortfolioEntry

Cell = str | float | int | None
NUMBERS = ("total", *(stage.id for stage in STAGES), "low", "high")
COLUMNS = (
    *("group", "file", "product", "functional_unit", "boundary", "period", "gwp_set"),
    *("total", *(stage.id for stage in STAGES), "low", "high", "primary_share"),
    *("status", "recalculation", "conformity", "errors", "warnings", "note"),
)
WIDTHS = {"file": 34, "product": 22, "boundary": 18, "period": 24, "note": 60}
SHORT = ("group", "file", "functional_unit", "boundary", "total", "primary_share", "status")
"""The columns of the text, which has little room; all are in the other formats."""


def rows(entries: Sequence[PortfolioEntry], lang: Lang) -> Iterator[dict[str, Cell]]:
    """A row for each file; a value that is not known is None, never 0."""
    for one in entries:
        stages = one.stages or {}
        yield {
            "group": one.group or "–",
            "file": one.path,
            "product": masked(one.product),
            "functional_unit": masked(one.functional_unit),
            "boundary": one.boundary.in_lang(lang) if one.boundary else "",
            "period": one.period,
            "gwp_set": one.gwp_set,
            "total": one.total_kgco2e,
            **{stage.id: stages.get(stage.id) for stage in STAGES},
            "low": one.low,
            "high": one.high,
            "primary_share": one.primary_share,
            "status": say(f"report.status.{one.status.value}", lang),
            "recalculation": _verdict("recalculation", one.recalculation, lang),
            "conformity": _verdict("conformity", one.conformity, lang),
            "errors": one.errors,
            "warnings": one.warnings,
            "note": note(one, lang),
        }


def note(one: PortfolioEntry, lang: Lang) -> str:
    """Why it can't be compared, or what its group differs in; and why it has no total."""
    notes = [say(f"portfolio.apart.{one.apart}", lang)] if one.apart else []
    notes += [say(f"portfolio.differs.{name}", lang) for name in one.differs.split(", ") if name]
    notes += [masked(one.why.in_lang(lang))] if one.why else []
    return ("；" if lang == "zh" else "; ").join(notes)


def _verdict(kind: str, value: str, lang: Lang) -> str:
    return say(f"report.{kind}.{value}", lang) if value else ""


def heading(column: str, lang: Lang) -> str:
    """A column's heading; stages are called by their names."""
    named = next((stage.name.in_lang(lang) for stage in STAGES if stage.id == column), None)
    return named or say(f"portfolio.heading.{column}", lang)


def portfolio_text(entries: Sequence[PortfolioEntry], stream: TextIO, lang: Lang) -> None:
    """A line for each file, the reasons below; what may be compared stands together."""
    paper = TextPaper(stream)
    table = [{name: _shown(name, row[name]) for name in COLUMNS} for row in rows(entries, lang)]
    heads = {name: heading(name, lang) for name in SHORT}
    widths = {name: column_width([heads[name], *(row[name] for row in table)]) for name in SHORT}
    is_right = {"total", "primary_share"}
    cells = [(padded(heads[n], widths[n], right=n in is_right) + "  ", "dim") for n in SHORT]
    paper.line(*cells)
    group = None
    for row in table:
        if group not in (None, row["group"]):
            paper.blank()
        group = row["group"]
        spans = [padded(row[name], widths[name], right=name in is_right) + "  " for name in SHORT]
        paper.line(*spans)
        if row["note"]:
            paper.line(row["note"], indent=4, hanging=6)
    paper.blank()
    paper.line(say("portfolio.comparable", lang))


def _shown(name: str, value: Cell) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.1%}" if name == "primary_share" else f"{value:.4f}"
    return str(value)


def portfolio_json(entries: Sequence[PortfolioEntry], lang: Lang) -> str:
    """`cfp-xl/portfolio/1`, docs/portfolio.schema.json."""
    from cfp_xl.report.verification.json_report import dumps

    products = []
    for one in entries:
        said = json.loads(json.dumps(record.as_json(one)))
        said.update(
            boundary=one.boundary.in_lang(lang) if one.boundary else None,
            why=one.why.in_lang(lang) if one.why else None,
            differs=[name for name in one.differs.split(", ") if name],
        )
        products.append(said)
    return dumps({"schema": "cfp-xl/portfolio/1", "products": products})


def portfolio_csv(entries: Sequence[PortfolioEntry], lang: Lang) -> str:
    """The table with its headings."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([heading(name, lang) for name in COLUMNS])
    for row in rows(entries, lang):
        writer.writerow(["" if row[name] is None else harmless(row[name]) for name in COLUMNS])
    return target.getvalue()


def portfolio_xlsx(entries: Sequence[PortfolioEntry], lang: Lang) -> bytes:
    """The table as a workbook; every text in it is a text, whatever it begins with."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    # A date of its own would make two files of one folder differ.
    book.set_properties({"created": datetime(2026, 1, 1)})
    font = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
    forms = {
        "title": book.add_format({**font, "bold": True, "font_size": 15}),
        "head": book.add_format(
            {**font, "bold": True, "text_wrap": True, "bg_color": "#E3E9EE", "bottom": 1}
        ),
        "text": book.add_format({**font, "text_wrap": True, "bottom": 4}),
        "number": book.add_format({**font, "num_format": "0.0000", "bottom": 4}),
        "count": book.add_format({**font, "num_format": "0", "bottom": 4}),
        "share": book.add_format({**font, "num_format": "0.0%", "bottom": 4}),
    }
    sheet = book.add_worksheet(say("portfolio.sheet", lang))
    sheet.write_string(0, 0, say("portfolio.title", lang), forms["title"])
    sheet.write_string(1, 0, say("portfolio.comparable", lang))
    for at, name in enumerate(COLUMNS):
        sheet.write_string(3, at, heading(name, lang), forms["head"])
        sheet.set_column(at, at, WIDTHS.get(name, 13))
    for down, row in enumerate(rows(entries, lang), start=4):
        for at, name in enumerate(COLUMNS):
            _put(sheet, down, at, name, row[name], forms)
    sheet.freeze_panes(4, 3)
    sheet.autofilter(3, 0, 3 + max(len(entries), 1), len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    book.close()
    return target.getvalue()


def _put(sheet: Any, row: int, column: int, name: str, value: Cell, forms: dict[str, Any]) -> None:
    if isinstance(value, float):
        form = forms["share"] if name == "primary_share" else forms["number"]
        sheet.write_number(row, column, value, form)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, forms["count"])
    else:
        sheet.write_string(row, column, value or "–", forms["text"])
