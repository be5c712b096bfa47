"""The foot of a table of findings: what is open, against a part of the result that matters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cfp_xl.a1 import column_letters
from cfp_xl.messages import Lang, say
from cfp_xl.verify.judging.dialogue import GONE, MATERIALITY, TableRow
from cfp_xl.verify.judging.findings_table import COLUMNS


def write_foot(
    book: Any,
    sheet: Any,
    rows: Sequence[TableRow],
    lang: Lang,
    *,
    header: int,
    free: int,
    total: float | None,
) -> None:
    """Formulas over the impacts of rows that nobody closed and that are still there; where no
    result is known its cell is left to be typed."""
    first, last = header + 2, header + 1 + len(rows) + free
    gone = say(f"justify.state.{GONE}", lang)
    impact, closed, state = (_range(name, first, last) for name in ("impact", "closed_by", "state"))
    waits = f'({closed}="")*({state}<>"{gone}")'
    signed = f"=SUMPRODUCT({waits},{impact})"
    absolute = f"=SUMPRODUCT({waits},ABS({impact}))"
    label, value = COLUMNS.index("finding"), COLUMNS.index("impact")
    letter, at = column_letters(value + 1), last + 2
    cell = {name: f"${letter}${at + n}" for n, name in enumerate(("signed", "absolute", "total"))}
    share, limit = f"${letter}${at + 4}", f"${letter}${at + 3}"
    impacts = open_impacts(rows, lang)
    sums = sum(impacts), sum(map(abs, impacts))
    part = sums[1] / abs(total) if total else ""
    above, below = (say(f"justify.foot.{word}", lang) for word in ("above", "below"))
    verdict = "" if part == "" else above if float(part) > MATERIALITY else below
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    number = book.add_format({"num_format": "0.0000"})
    per_cent = book.add_format({"num_format": "0.0%"})
    typed = book.add_format({"num_format": "0.0%", "bg_color": "#FFFBEB"})
    asked = book.add_format({"num_format": "0.0000", "bg_color": "#FFFBEB"})
    ask = f'IF({cell["total"]}="","",'
    lines: tuple[tuple[str, Any, Any, Any], ...] = (
        ("signed", signed, sums[0], number),
        ("absolute", absolute, sums[1], number),
        ("total", None, total, asked),
        ("materiality", None, MATERIALITY, typed),
        ("share", f"={ask}{cell['absolute']}/ABS({cell['total']}))", part, per_cent),
        ("verdict", f'={ask}IF({share}>{limit},"{above}","{below}"))', verdict, bold),
    )
    for row, (name, formula, known, form) in enumerate(lines, at - 1):
        sheet.write_string(row, label, say(f"justify.foot.{name}", lang), bold)
        if formula:
            sheet.write_formula(row, value, formula, form, known)
        elif known is None:
            sheet.write_blank(row, value, None, form)
        else:
            sheet.write_number(row, value, known, form)
    sheet.write_string(at + len(lines) - 1, label, say("justify.foot.note", lang))


def open_impacts(rows: Sequence[TableRow], lang: Lang) -> list[float]:
    """The impacts of findings that are still there and that nobody closed, in kgCO2e."""
    numbers = (number_in(row.get("impact", "")) for row in rows if is_open(row, lang))
    return [one for one in numbers if one is not None]


def is_open(row: TableRow, lang: Lang) -> bool:
    """Whether a finding is still there and nobody closed it."""
    return not row.get("closed_by") and row.get("state") != say(f"justify.state.{GONE}", lang)


def number_in(text: str) -> float | None:
    """The number that a text is; None where it is none."""
    try:
        return float(text)
    except ValueError:
        return None


def _range(name: str, first: int, last: int) -> str:
    letter = column_letters(COLUMNS.index(name) + 1)
    return f"${letter}${first}:${letter}${last}"
