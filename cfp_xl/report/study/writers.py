"""Text with bars, Markdown, and a page of HTML that needs nothing else, from the same sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from cfp_xl.messages import Lang, say
from cfp_xl.report.paper import column_width, padded
from cfp_xl.report.study.sections import StudySection, sections

if TYPE_CHECKING:
    from cfp_xl.whatif.reported import Reported

BAR = 30
"""Characters of the longest bar in a text."""


def study_text(reported: Reported, lang: Lang) -> str:
    """Each section as a table with bars of characters."""
    lines = [f"{reported.file}"]
    for section in sections(reported, lang):
        lines += ["", section.title, *_table(section), *(f"  {note}" for note in section.notes)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _table(section: StudySection) -> Iterator[str]:
    table = [section.columns, *section.rows]
    widths = [column_width([row[at] for row in table]) for at in range(len(section.columns))]
    bars = ["", *_bars(section.bars)] if section.bars else [""] * len(table)
    for row, bar in zip(table, bars, strict=True):
        cells = (padded(cell, width, right=at > 0) for at, (cell, width) in _paired(row, widths))
        yield "  " + "  ".join(cells) + (f"  {bar}" if bar else "")


def _paired(row: Sequence[str], widths: Sequence[int]) -> Iterator[tuple[int, tuple[str, int]]]:
    return enumerate(zip(row, widths, strict=True))


def _bars(bars: Sequence[tuple[float, float]]) -> Iterator[str]:
    """Each bar on one scale from the lowest to the highest end of all of them."""
    low, high = _extent(bars)
    for one, other in bars:
        start, end = (round((x - low) / (high - low) * BAR) for x in sorted((one, other)))
        yield " " * start + "█" * max(end - start, 1)


def _extent(bars: Sequence[tuple[float, float]]) -> tuple[float, float]:
    ends = [end for bar in bars for end in bar]
    low, high = min(ends), max(ends)
    return (low, high) if high > low else (low, low + 1.0)


def study_markdown(reported: Reported, lang: Lang) -> str:
    """Each section as a table."""
    lines = [f"# {_cell(reported.file)}"]
    for section in sections(reported, lang):
        lines += ["", f"## {_cell(section.title)}", ""]
        lines.append("| " + " | ".join(map(_cell, section.columns)) + " |")
        lines.append("|" + "---|" * len(section.columns))
        lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in section.rows]
        for note in section.notes:
            lines += ["", _cell(note)]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """A workbook's words as words: nothing in them is Markdown or HTML."""
    plain = escape(" ".join(text.split()), quote=False)
    return "".join(f"\\{char}" if char in "\\`*_[]|#" else char for char in plain)


_STYLE = """
body{font:15px/1.5 system-ui,"Microsoft YaHei",sans-serif;max-width:60em;margin:2em auto}
table{border-collapse:collapse;width:100%}
td,th{padding:.25em .6em;text-align:right;border-bottom:1px solid #ddd}
td:first-child,th:first-child{text-align:left}
p{color:#555;margin:.4em 0}rect{fill:#3a7d44}
@media(prefers-color-scheme:dark){
body{background:#161616;color:#ddd}td,th{border-color:#444}p{color:#aaa}}
"""
WIDTH = 240
"""Pixels of the longest bar on a page."""


def study_html(reported: Reported, lang: Lang) -> str:
    """A page without scripts and without anything from elsewhere."""
    language = {"zh": "zh-CN", "en": "en"}[lang]
    title = escape(say("report.study.page", lang, file=reported.file))
    body = "".join(_section(section) for section in sections(reported, lang))
    return (
        f'<!doctype html>\n<html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1>{body}</html>\n"
    )


def _section(section: StudySection) -> str:
    bars = list(_svg(section.bars)) if section.bars else []
    heads = "".join(f"<th>{escape(one)}</th>" for one in section.columns)
    rows = ""
    for at, row in enumerate(section.rows):
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in row)
        rows += f"<tr>{cells}{bars[at] if bars else ''}</tr>"
    notes = "".join(f"<p>{escape(note)}</p>" for note in section.notes)
    extra = "<th></th>" if bars else ""
    table = f"<table><tr>{heads}{extra}</tr>{rows}</table>"
    return f"<h2>{escape(section.title)}</h2>{table}{notes}"


def _svg(bars: Sequence[tuple[float, float]]) -> Iterator[str]:
    low, high = _extent(bars)
    scale = WIDTH / (high - low)
    for one, other in bars:
        x, width = (min(one, other) - low) * scale, max(abs(other - one) * scale, 1.0)
        yield (
            f'<td><svg width="{WIDTH}" height="14"><rect x="{x:.1f}" y="2" width="{width:.1f}"'
            ' height="10"/></svg></td>'
        )
