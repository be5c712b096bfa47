"""Factors that sentences give, against those of the inventory's rows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.amounts import PrintedAmount, amount, differs
from cfp_xl.audit.document import Paragraph
from cfp_xl.audit.prose import place_of_paragraph
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.audit.rules.listed_factors import factor_of_row, factors_agree
from cfp_xl.findings import Finding
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.numbers import CO2E_PATTERN, NUMBER_PATTERN, unit_text

_FACTOR = (
    rf"(?P<number>{NUMBER_PATTERN})\s?(?P<unit>{CO2E_PATTERN}\s?/\s?\(?[A-Za-z0-9·.]{{1,6}}\)?)"
)
_SAID = re.compile(
    r"(?P<zh>[\u4e00-\u9fff]{2,12}?)的?(?:碳足迹|碳排放|排放)?(?:因子|系数)(?:数值|取值)?"
    rf"(?:取值?为?|采用|为|是|[:：=])\s?{_FACTOR}",
    re.IGNORECASE,
)
_SAID_EN = re.compile(
    r"factors? (?:of|for) (?:the )?(?P<en>[a-z][a-z \-]{2,30}?) (?:is|was|of|=)"
    rf" {_FACTOR}",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"^(?:其中|所用|使用|采用|本次|全国|平均|年度?)+")
SHORTEST_WORD = 4


@report_rule("N04", needs=("figures", "paragraphs"))
def said_factors_are_those_of_the_inventory(report: ReadReport) -> Iterator[Finding]:
    """N04: a factor that a sentence gives is that of the rows of its name; where one of several
    sentences has it, the others speak of other years."""
    rows = [one for row in report.figures if (one := factor_of_row(row)) is not None]
    said: dict[frozenset[PrintedAmount], list[tuple[PrintedAmount, Paragraph]]] = {}
    for paragraph in report.document.paragraphs:
        for factor in _said_in(paragraph):
            own = frozenset(
                row for row in rows if _alike(factor.name, row.name) and _per(row) == _per(factor)
            )
            if own:
                said.setdefault(own, []).append((factor, paragraph))
    for own, factors in said.items():
        if any(factors_agree(factor, row) for factor, _ in factors for row in own):
            continue
        factor, paragraph = factors[0]
        row = min(own, key=lambda one: (one.spot.block, one.spot.table_row))
        yield differs(factor, [row], place_of_paragraph(report.document, paragraph))


def _said_in(paragraph: Paragraph) -> Iterator[PrintedAmount]:
    for pattern in (_SAID, _SAID_EN):
        for found in pattern.finditer(paragraph.plain) if paragraph.kind == "text" else ():
            name = _BEFORE.sub("", found.groupdict().get("zh") or found.groupdict().get("en") or "")
            at = paragraph.at(*found.span())
            one = amount(
                name, re.sub(r"\s", "", found["number"]), unit_text(found["unit"].rstrip(".")), at
            )
            if one is not None:
                yield one


def _per(one: PrintedAmount) -> str:
    return folded(one.unit.partition("/")[2]).strip("()")


def _alike(name: str, row: str) -> bool:
    """Whether a factor's name is that of a row: the one in the other, or a whole word of both."""
    first, second = folded(name), folded(row)
    if not first or not second:
        return False
    if first in second or second in first:
        return True
    words = {w for w in re.findall(r"[a-z]+", name.casefold()) if len(w) >= SHORTEST_WORD}
    return bool(words & set(re.findall(r"[a-z]+", row.casefold())))
