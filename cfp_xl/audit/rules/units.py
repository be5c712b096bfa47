"""Units: spelled as they are, one way of writing CO2 equivalents, per the functional unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.document import Paragraph
from cfp_xl.audit.record import ReadReport, Said
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.numbers import CO2E_PATTERN

AMOUNT = re.compile(
    r"^(?:定义为|为|每|一|one|per|an?|the|\s)*(?P<number>\d+(?:[.,]\d+)?)?\s*"
    r"(?P<unit>台|件|个|吨|千克|公斤|套|只|米|平方米|立方米|升|片|支|根|双|辆|箱|瓶|kWh|kg"
    r"|t(?![a-z])|m[23]?(?![a-z])"
    r"|pieces?|units?|tonnes?|pairs?|sets?)",
    re.IGNORECASE,
)
_PER = re.compile(
    rf"(?:{CO2E_PATTERN})\s?/\s?(?P<unit>[\u4e00-\u9fffA-Za-z0-9]{{1,6}})", re.IGNORECASE
)
_PIECES = frozenset("台件个套只片支根双辆箱瓶")
_CO2_ONLY = re.compile(
    r"(?:碳足迹因子|footprint factor)[^。；;]{0,24}?(?P<number>\d+\.\d+)\s?\$?\s?"
    r"(?P<unit>(?:k?g|t)\s?CO2(?!\s?-?e)\s?/\s?(?:kWh|MWh))",
    re.IGNORECASE,
)

SYMBOLS = {
    one.casefold(): one for one in ("kWh", "MWh", "GWh", "MJ", "GJ", "TJ", "kg", "km", "tkm")
}
_SYMBOL = re.compile(
    rf"(?:\d\s?|/\s?|[(（])(?P<unit>{'|'.join(SYMBOLS)})(?![A-Za-z])", re.IGNORECASE
)
_EQUIVALENT = re.compile(
    r"CO\s?2\s?(?P<style>[-–]?\s?(?:equiv(?!alen[ct])|eqv|eq(?!ui)|e(?![a-z])))", re.IGNORECASE
)


def amount_of(one: Said) -> tuple[str, str]:
    """The number and the unit that a functional unit begins with; "" for what is none."""
    found = AMOUNT.match(one.text)
    unit = folded(found["unit"]) if found else ""
    unit = {"千克": "kg", "公斤": "kg", "吨": "t", "tonne": "t", "tonnes": "t"}.get(unit, unit)
    return ((found["number"] or "1") if found else "", unit.rstrip("s") if len(unit) > 2 else unit)


@report_rule("U04", needs=("functional_units",))
def results_are_per_functional_unit(report: ReadReport) -> Iterator[Finding]:
    """U04: emissions are per the piece of the functional unit, in tables and legends alike."""
    units = {amount_of(one)[1] for one in report.functional_units if AMOUNT.match(one.text)}
    if len(units) != 1 or not (unit := next(iter(units))):
        return
    spelled = {
        unit,
        *({"吨", "t"} if unit == "t" else set()),
        *({"kg", "千克", "公斤"} if unit == "kg" else set()),
    }
    if unit not in _PIECES and unit not in ("kg", "t"):
        return
    told = set[str]()
    for one in report.figures:
        per = one.text("emission_unit").partition("/")[2]
        if (
            per
            and per not in spelled
            and (per in _PIECES or per in ("t", "kg", "吨"))
            and one.place not in told
        ):
            told.add(one.place)
            yield finding(
                "U04", one.spot, case="report", seen=one.text("emission_unit"), expected=unit
            )
    legends = [b for b in report.boundaries if b.form == "legend"]
    blocks = {b.spot.block for b in legends}
    for block in sorted(blocks):
        paragraph = report.document.blocks[block - 1]
        for found in _PER.finditer(getattr(paragraph, "plain", "")):
            if found["unit"] not in spelled:
                yield finding(
                    "U04", paragraph.spot, case="report_legend", seen=found.group(), expected=unit
                )
                return


@report_rule("U02", needs=("paragraphs",))
def footprint_factors_are_in_co2e(report: ReadReport) -> Iterator[Finding]:
    """U02: a footprint factor of electricity is in CO2e."""
    for paragraph in report.document.paragraphs:
        plain = paragraph.plain.replace("\\mathrm", "").replace("{", "").replace("}", "")
        if found := _CO2_ONLY.search(plain.replace("$", "").replace("_", "")):
            yield finding(
                "U02", paragraph.spot, case="report", seen=found["unit"], number=found["number"]
            )
            return


@report_rule("U05", needs=("paragraphs",))
def symbols_are_spelled_as_they_are(report: ReadReport) -> Iterator[Finding]:
    """U05: a unit's symbol has its own small and capital letters: kWh, never kwh."""
    told = set[str]()
    for one in report.document.texts:
        for found in _SYMBOL.finditer(one.plain):
            symbol, right = found["unit"], SYMBOLS[found["unit"].casefold()]
            if symbol != right and symbol not in told:
                told.add(symbol)
                at = one.at(*found.span("unit")) if isinstance(one, Paragraph) else one.spot
                yield finding("U05", at, seen=symbol, expected=right)


@report_rule("U05", needs=("paragraphs",))
def equivalents_are_written_one_way(report: ReadReport) -> Iterator[Finding]:
    """U05: CO2 equivalents are CO2e, CO2eq or CO2-eq, the same throughout."""
    first = ""
    for one in report.document.texts:
        for found in _EQUIVALENT.finditer(one.plain):
            style = "CO2" + re.sub(r"\s", "", found["style"]).replace("–", "-")
            first = first or style
            if folded(style) != folded(first):
                at = one.at(*found.span()) if isinstance(one, Paragraph) else one.spot
                yield finding("U05", at, case="equivalents", seen=style, expected=first)
                return
