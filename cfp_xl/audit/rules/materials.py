"""What the inventory holds of the parts and processes that the text names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.record import PrintedFigures, ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.units import parse
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.verify.declared.identity import stage_id

_ENERGY = re.compile(
    r"电力|用电|电能|天然气|柴油|汽油|蒸汽|热力|electricity|power|natural gas|diesel|steam", re.I
)
_ALL_LINKED = re.compile(
    r"(?:所有|全部|各种|各类)(?:的)?(?:原辅?材?料|物料|材料)[^。；;]{0,16}(?:关联|对应|采用|匹配)[^。；;]{0,8}"
    r"(?:上游|背景|数据库|因子)"
    r"|all (?:raw )?materials[^.;]{0,40}(?:linked|connected|matched|modelled)[^.;]{0,20}"
    r"(?:upstream|background|dataset)",
    re.IGNORECASE,
)
_DISMANTLED = re.compile(
    r"拆解|回收|填埋|焚烧|dismantl|recycl|landfill|incinerat|shredd", re.IGNORECASE
)


@report_rule("M02", needs=("figures", "boundaries"))
def raw_materials_are_materials(report: ReadReport) -> Iterator[Finding]:
    """M02: where raw materials are in the boundary, the inventory holds materials, not energy
    alone; the parts that the report names are among them."""
    if not any("raw_material_acquisition" in b.parts for b in report.boundaries):
        return
    rows = [
        f
        for f in report.figures
        if f.item == "activity"
        and not f.is_uncertain
        and stage_id(f.text("stage")) == "raw_material_acquisition"
        and not f.text("process").endswith(("运输", "transport"))
    ]
    filled = [row for row in rows if not row.is_empty]
    if not filled:
        return
    if all(_is_energy(row) for row in filled):
        names = [c.text for c in report.components][:6]
        case = "energy_alone" if names else "energy"
        yield finding(
            "M02", filled[0].spot, case=case, parts=tuple(names), seen=filled[0].text("activity")
        )
        for one in report.document.paragraphs:
            if found := _ALL_LINKED.search(one.plain):
                yield finding("M02", one.at(*found.span()), case="claim", seen=found.group())
        return
    inventory = [folded(r.text("activity") + r.text("process")) for r in report.figures]
    for part in report.components:
        words = folded(part.text)
        if not any(_alike(words, row) for row in inventory if row):
            yield finding("M02", part.spot, case="part", seen=part.text)


def _is_energy(row: PrintedFigures) -> bool:
    if _ENERGY.search(row.text("activity")):
        return True
    try:
        dimensions = {name for name, _ in parse(row.text("unit")).dimensions}
    except Explained:
        return False
    return dimensions == {"energy"}


def _alike(part: str, row: str) -> bool:
    """Whether a row may be of a part: they share a word of two characters, or the one is in the
    other."""
    if part in row or row in part:
        return True
    if part.isascii():
        return any(word in row for word in re.findall(r"[a-z]{4,}", part))
    return any(part[at : at + 2] in row for at in range(len(part) - 1))


@report_rule("M02", needs=("figures", "boundaries"))
def end_of_life_is_what_the_text_says(report: ReadReport) -> Iterator[Finding]:
    """M02, a question: where the text describes dismantling, recycling or disposal, the end of life
    holds more than energy."""
    rows = [
        f
        for f in report.figures
        if f.item == "activity"
        and not f.is_uncertain
        and not f.is_empty
        and stage_id(f.text("stage")) == "end_of_life"
    ]
    if not rows or not all(_is_energy(row) for row in rows):
        return
    if any(_DISMANTLED.search(row.text("activity") + row.text("process")) for row in rows):
        return
    for table in report.document.tables:
        for row in table.rows[1:]:
            if stage_id(row[0].plain) != "end_of_life":
                continue
            found = next((f for c in row[1:] if (f := _DISMANTLED.search(c.plain))), None)
            if found:
                yield finding(
                    "M02",
                    rows[0].spot,
                    case="end_of_life",
                    seen=rows[0].text("activity"),
                    expected=found.group(),
                    other=str(row[0].spot),
                )
                return
