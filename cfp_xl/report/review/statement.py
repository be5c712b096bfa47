"""The form of a critical review statement as a Word document.

Identification, comments and their state are filled in. What only reviewers can say stays empty:
who they are, how independent, what they conclude; no word of ours gives an opinion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain

from cfp_xl.audit.audit import AuditResult
from cfp_xl.messages import Lang, say
from cfp_xl.report.document.docx_writer import write_docx
from cfp_xl.report.document.model import (
    Block,
    PageBreak,
    ReportCell,
    ReportDocument,
    ReportHeading,
    ReportTable,
    ReportText,
    cleaned,
)
from cfp_xl.report.review.reviewed import Reviewed, ReviewedStudy, of_report, of_workbooks
from cfp_xl.report.verification.findings_foot import is_open, number_in, open_impacts
from cfp_xl.verify.judging.dialogue import CLASSES, MATERIALITY, TableRow
from cfp_xl.verify.judging.findings_table import heading
from cfp_xl.verify.result import Verification

ON_STUDY = (
    "title",
    "product",
    "model",
    "unit",
    "boundary",
    "period",
    "commissioner",
    "producer",
    "practitioner",
    "report_number",
    "report_date",
    "version",
)
ASPECTS = ("method_standard", "method_sound", "data", "interpretation", "transparency")
"""What reviewers conclude on, each by itself."""
COMMENT_COLUMNS: tuple[tuple[str, float], ...] = (
    ("number", 0.05),
    ("place", 0.1),
    ("finding", 0.31),
    ("class", 0.1),
    ("impact", 0.09),
    ("reason", 0.15),
    ("evidence", 0.09),
    ("closed_by", 0.11),
)
"""Columns of the table of findings, with their parts of the page."""
TO_WRITE_MM, TO_SIGN_MM, TO_CONCLUDE_MM = 8.0, 12.0, 15.0
"""Heights of rows that are filled in by hand."""
REVIEWERS = 3
"""Rows for them."""


def review_of_workbooks(result: Verification, lang: Lang) -> bytes:
    """The form for workbooks that were verified."""
    return write_docx(statement_of(of_workbooks(result, lang), lang))


def review_of_report(result: AuditResult, lang: Lang) -> bytes:
    """The form for a report that was audited."""
    return write_docx(statement_of(of_report(result, lang), lang))


def statement_of(reviewed: Reviewed, lang: Lang) -> ReportDocument:
    """The form."""
    tell = partial(_say, lang)
    first = reviewed.studies[0] if reviewed.studies else ReviewedStudy({}, "", "")
    blocks = chain(
        (ReportText((tell("form_only"),), "warning"),),
        (ReportHeading(1, "", tell("heading.study")),),
        (_form(_study(one, lang)) for one in reviewed.studies),
        _reviewers(lang),
        _process(reviewed, lang),
        _requirements(reviewed, lang),
        _comments(reviewed, lang),
        _conclusions(lang),
        _annex(reviewed.comments, lang),
    )
    before, between, behind = say("product_report.page", lang, page="\n", pages="\n").split("\n")
    return ReportDocument(
        lang,
        tell("title"),
        (),
        "",
        "",
        tuple(blocks),
        cleaned(tell("header", product=first.stated.get("product", ""))),
        cleaned(tell("footer", version=reviewed.version, file=first.file, hash=first.sha256[:12])),
        (before, between, behind),
    )


def _say(lang: Lang, key: str, **values: object) -> str:
    return say(f"review.{key}", lang, **values)


def _form(lines: Iterable[tuple[str, str]], *, row_mm: float = 0.0) -> ReportTable:
    """Names and values; empty ones are to be filled in."""
    rows = tuple((_cell(name), _cell(words)) for name, words in lines)
    return ReportTable("", (), rows, (0.32, 0.68), row_height_mm=row_mm)


def _cell(words: str) -> ReportCell:
    found = cleaned(" ".join(words.split()))
    return ReportCell((found,) if found else ())


def _table(
    names: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths: Sequence[float],
    *,
    row_mm: float = 0.0,
    numeric: Iterable[int] = (),
) -> ReportTable:
    cells = tuple(tuple(_cell(words) for words in row) for row in rows)
    head = (tuple(_cell(one) for one in names),)
    return ReportTable("", head, cells, tuple(widths), frozenset(numeric), row_height_mm=row_mm)


def _study(study: ReviewedStudy, lang: Lang) -> Iterator[tuple[str, str]]:
    for line in ON_STUDY:
        yield _say(lang, f"study.{line}"), study.stated.get(line, "")
    yield _say(lang, "study.file"), f"{study.file}  {study.sha256}"
    total = study.total_kgco2e
    yield _say(lang, "study.result"), "" if total is None else f"{total:.10g}"


def _reviewers(lang: Lang) -> Iterator[Block]:
    columns = ("name", "organisation", "role", "competence", "independence")
    yield ReportHeading(1, "", _say(lang, "heading.reviewers"))
    names = [_say(lang, f"reviewers.{one}") for one in columns]
    empty = [[""] * len(columns)] * REVIEWERS
    yield _table(names, empty, (0.16, 0.2, 0.16, 0.22, 0.26), row_mm=TO_SIGN_MM)


def _process(reviewed: Reviewed, lang: Lang) -> Iterator[Block]:
    yield ReportHeading(1, "", _say(lang, "heading.process"))
    joint = _say(lang, "comma")
    rounds = [int(n) for one in reviewed.comments if (n := one.get("round", "")).isdigit()]
    unseen = (words for one in reviewed.studies for words in one.not_checked)
    filled = {
        "documents": joint.join(one.file for one in reviewed.studies),
        "rounds": str(max(rounds)) if rounds else "",
        "program": _say(lang, "process.by_program", version=reviewed.version),
        "not_checked": joint.join(dict.fromkeys(unseen)),
    }
    lines = ("kind", "timing", "documents", "rounds", "on_site", "program", "not_checked")
    yield _form(
        ((_say(lang, f"process.{one}"), filled.get(one, "")) for one in lines), row_mm=TO_WRITE_MM
    )


def _requirements(reviewed: Reviewed, lang: Lang) -> Iterator[Block]:
    yield ReportHeading(1, "", _say(lang, "heading.requirements"))
    named = dict.fromkeys(name for one in reviewed.studies for name in one.standards)
    filled = {"named": _say(lang, "comma").join(named)}
    yield _form(
        (
            (_say(lang, f"requirements.{one}"), filled.get(one, ""))
            for one in ("named", "review", "rules")
        ),
        row_mm=TO_WRITE_MM,
    )


def _comments(reviewed: Reviewed, lang: Lang) -> Iterator[Block]:
    """How many of each class are open, and what the open ones would change."""
    yield ReportHeading(1, "", _say(lang, "heading.comments"))
    if not reviewed.comments:
        yield ReportText((_say(lang, "comments.none"),))
        return
    states = ("open", "closed", "gone")
    names = [_say(lang, f"comments.{one}") for one in ("class", *states, "all")]
    counts = _counts(reviewed.comments, lang)
    rows = [
        [name, *(str(found[s]) for s in states), str(sum(found.values()))] for name, found in counts
    ]
    whole = [str(sum(found[s] for _, found in counts)) for s in states]
    rows.append([_say(lang, "comments.all"), *whole, str(len(reviewed.comments))])
    yield _table(names, rows, (0.4, 0.15, 0.15, 0.15, 0.15), numeric=range(1, 5))
    impacts, total = open_impacts(reviewed.comments, lang), reviewed.total_kgco2e
    absolute = sum(map(abs, impacts))
    yield ReportText(
        (_say(lang, "comments.signed", value=f"{sum(impacts):.4g}", absolute=f"{absolute:.4g}"),)
    )
    if total:
        part = f"{100 * absolute / abs(total):.3g}"
        limit = f"{100 * MATERIALITY:g}"
        yield ReportText(
            (_say(lang, "comments.share", total=f"{total:.10g}", share=part, limit=limit),)
        )
    yield ReportText((say("justify.foot.note", lang),), "note")
    if not reviewed.has_earlier:
        yield ReportText((_say(lang, "comments.first_round"),), "note")


def _counts(comments: Sequence[TableRow], lang: Lang) -> list[tuple[str, dict[str, int]]]:
    """By class in our order, then others that people wrote: how many are in which state."""
    ours = [say(f"justify.class.{one}", lang) for one in CLASSES]
    found = {name: dict.fromkeys(("open", "closed", "gone"), 0) for name in ours}
    for row in comments:
        name = row.get("class") or _say(lang, "comments.no_class")
        states = found.setdefault(name, dict.fromkeys(("open", "closed", "gone"), 0))
        states[_state(row, lang)] += 1
    return [
        (name, states) for name, states in found.items() if name in ours or any(states.values())
    ]


def _state(row: TableRow, lang: Lang) -> str:
    if is_open(row, lang):
        return "open"
    return "closed" if row.get("closed_by") else "gone"


def _conclusions(lang: Lang) -> Iterator[Block]:
    yield ReportHeading(1, "", _say(lang, "heading.conclusions"))
    names = [_say(lang, f"conclusions.{one}") for one in ("aspect", "conclusion", "reasons")]
    rows = [[_say(lang, f"conclusions.{one}"), "", ""] for one in ASPECTS]
    yield _table(names, rows, (0.34, 0.26, 0.4), row_mm=TO_CONCLUDE_MM)
    yield ReportHeading(1, "", _say(lang, "heading.statement"))
    lines = (
        (_say(lang, f"statement.{one}"), "") for one in ("conclusion", "conditions", "dissent")
    )
    yield _form(lines, row_mm=TO_CONCLUDE_MM)
    names = [_say(lang, f"sign.{one}") for one in ("name", "signature", "place")]
    yield _table(names, [[""] * 3] * REVIEWERS, (0.3, 0.4, 0.3), row_mm=TO_SIGN_MM)


def _annex(comments: Sequence[TableRow], lang: Lang) -> Iterator[Block]:
    """All comments with their replies, as the table has them."""
    if not comments:
        return
    yield PageBreak()
    yield ReportHeading(1, "", _say(lang, "heading.annex"))
    names = [heading(column).in_lang(lang) for column, _ in COMMENT_COLUMNS]
    rows = [[_comment(row, column) for column, _ in COMMENT_COLUMNS] for row in comments]
    yield _table(names, rows, [width for _, width in COMMENT_COLUMNS])


def _comment(row: TableRow, column: str) -> str:
    text = row.get(column, "")
    if column == "finding":
        return " ".join(filter(None, (row.get("code", ""), text)))
    if column == "place" and row.get("state"):
        return f"{text} ({row['state']})".strip()
    if column == "impact" and (number := number_in(text)) is not None:
        return f"{number:.4g}"
    if column == "closed_by":
        return " ".join(filter(None, (text, row.get("closed_on", ""))))
    return text
