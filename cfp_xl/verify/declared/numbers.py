"""Numbers as reports print them: with units and footnotes glued on, broken, as ranges, as marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cfp_xl.footprint.units import dimension
from cfp_xl.footprint.wording import folded, plain_text
from cfp_xl.messages import Explained
from cfp_xl.verify.declared.table import NO_FIGURE

BLANK, MARK, NUMBER, AMOUNT, SHARE, UNIT, RANGE, NAME = (
    "blank",
    "mark",
    "number",
    "amount",
    "share",
    "unit",
    "range",
    "name",
)
"""What a cell holds; a mark ("/", "—") says that there is no figure, an amount has its unit."""

NUMBER_PATTERN = (
    r"[+\-−–]?\s?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d+|\d+(?:[.,]\d+)?|\.\d+)"
    r"(?:\s?[eE]\s?[+\-−]?\s?\d{1,3}|\s?[x×*·]\s?10\s?\^?\s?[\-−]?\d{1,3})?"
)
CO2E_PATTERN = (
    r"(?:kg|t|g|mg|Mt|kt|吨|千克|公斤|克|tonnes?|tons?|kilograms?|grams?)\s?(?:of\s)?-?\s?"
    r"(?:CO\s?_?\(?[20]\)?(?:\s?[-–_]?\s?(?:eq(?:uiv(?:alents?)?)?\.?|e\b|e(?![a-z])|当量))?|二氧化碳当量)"
)
ALONE = re.compile(
    rf"(?:约|~|≈)?\s?(?P<number>{NUMBER_PATTERN})"
    rf"(?:(?:\s?{CO2E_PATTERN})?\s?(?:\+/-|±)\s?{NUMBER_PATTERN})?[†‡*]?\s?"
    rf"(?P<unit>{CO2E_PATTERN}(?:\s?(?:/|每|per )\s?[^\s()\[\],，。;；:：、)）]{{1,16}})?)?[†‡*]?"
    r"\s?(?:[(（][^()（）]{1,40}[)）])?",
    re.IGNORECASE,
)
"""A line that is nothing but an amount: 299 kgCO2e +/- 58 kgCO2e, 455 kg of CO2e (see note 1), or a
number whose unit stands above it."""
_LEAD = re.compile(r"^(?:约为?|大约|≈|~|ca\.?|approx\.?|about|为)\s*", re.IGNORECASE)
_NUMBER = re.compile(rf"(?P<bound>[<≤>≥]?)\s?(?P<number>{NUMBER_PATTERN})(?P<rest>.*)")
_RANGE = re.compile(rf"{NUMBER_PATTERN}\s?(?:-|–|~|～|至|to|\+/-|±)\s?{NUMBER_PATTERN}\b.*")
_SPREAD = re.compile(rf"(?:\+/-|±)\s?{NUMBER_PATTERN}\s?%?")
_CO2E = re.compile(CO2E_PATTERN, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CellReading:
    """What a cell holds: its kind, the number with its sign (`<` and `%` too), its unit."""

    kind: str
    number: str = ""
    unit: str = ""

    @property
    def is_figure(self) -> bool:
        return self.kind in (NUMBER, AMOUNT, SHARE)


@lru_cache(maxsize=8192)
def read_cell(text: str) -> CellReading:
    """What a cell holds."""
    words = _mended(plain_text(text.replace("\n", " ")))
    if not words:
        return CellReading(BLANK)
    if words.casefold() in NO_FIGURE or words in ("?", "--", "MND", "ND", "NR"):
        return CellReading(MARK, "/")
    if (found := re.fullmatch(r"([/—–-])\s*(\D{1,20})", words)) and is_unit(found[2]):
        return CellReading(MARK, "/", unit_text(found[2]))
    words = _LEAD.sub("", words)
    if _RANGE.fullmatch(words) and not _SPREAD.search(words):
        return CellReading(RANGE, words)
    words = _SPREAD.sub("", words).strip()
    found = _NUMBER.fullmatch(words)
    if found is None:
        return CellReading(UNIT, "", unit_text(words)) if is_unit(words) else CellReading(NAME)
    number = found["bound"] + re.sub(r"\s", "", found["number"])
    rest = re.sub(r"\s*(?:\*+|\[\d+\]|[①-⑳])$", "", found["rest"].strip())
    if found["bound"] in (">", "≥", "≤"):
        return CellReading(RANGE, words)
    if not rest:
        return CellReading(NUMBER, number)
    if rest == "%":
        return CellReading(SHARE, f"{number}%")
    if (unit := _known_unit(rest)) is not None:
        return CellReading(AMOUNT, number, unit)
    return CellReading(NAME)


def _mended(words: str) -> str:
    """A number that its narrow cell broke: 2.67E +03, 595. 0, - 3.2."""
    words = re.sub(r"(?<=\d[eE])\s+(?=[+\-−]?\d)", "", words)
    words = re.sub(r"(?<=\d[eE][+\-−]\d)\s(?=\d$)", "", words)
    words = re.sub(r"^(\d+)\.\s(\d+)(?!\d*[.、])", r"\1.\2", words)
    return re.sub(r"^-\s(?=[\d.])", "-", words)


def _known_unit(text: str) -> str | None:
    """The unit after a number; a footnote's digit that is glued to it is taken off."""
    shown = unit_text(text)
    if is_unit(shown):
        return shown
    shorter = re.sub(r"(?<=[A-Za-z\u4e00-\u9fff])\d{1,2}$", "", shown)
    return shorter if shorter != shown and is_unit(shorter) else None


def unit_text(text: str) -> str:
    """A unit as we write it: without blanks inside, CO2 equivalents as `CO2e`."""
    words = plain_text(text).strip()
    if words[:1] in "([" and words.endswith((")", "]")):
        words = words[1:-1].strip()
    return re.sub(r"\s*([/·*])\s*", r"\1", _CO2E.sub(lambda m: _co2e(m.group()), words))


def _co2e(text: str) -> str:
    """`kg CO ₂ eq.`, `kgCO2-eq`, `C0-e` → kgCO2e; one without its e stays CO2."""
    text = "".join(plain_text(text).split())
    mass = re.match(
        r"(?:kg|kt|mg|Mt|t|g|吨|千克|公斤|克|tonnes?|tons?|kilograms?|grams?)", text, re.I
    )
    word = mass.group() if mass else ""
    symbols = {"千克": "kg", "公斤": "kg", "吨": "t", "克": "g"}
    lower = word.casefold()
    if lower.startswith(("tonne", "ton")):
        word = "t"
    elif lower.startswith("kilogram"):
        word = "kg"
    elif lower.startswith("gram"):
        word = "g"
    rest = text[len(mass.group()) if mass else 0 :].casefold()
    is_e = "e" in rest.removeprefix("of") or "当量" in rest
    return f"{symbols.get(word, word)}CO2{'e' if is_e else ''}"


@lru_cache(maxsize=4096)
def is_unit(text: str) -> bool:
    """Whether a text is a unit that we know, an emission's, or a quotient of such."""
    shown = unit_text(text)
    if not shown or len(shown) > 40 or shown[0].isdigit():
        return False
    if shown == "%":
        return True
    numerator, _, denominator = shown.partition("/")
    if re.fullmatch(r"[a-zA-Z]{1,2}CO2e?", numerator):
        return len(denominator) <= 20
    try:
        dimension(shown)
    except Explained:
        try:
            dimension(numerator)
        except Explained:
            return False
        return bool(denominator) and len(denominator) <= 12 and folded(denominator) != ""
    return True


def emission_unit(text: str) -> str:
    """The unit of emission that a text has in it, with what it is per: kgCO2e/台; "" if none."""
    words = plain_text(text)
    found = _CO2E.search(words)
    if found is None:
        return ""
    behind = re.match(r"\s?(?:/|每|per )\s?([^\s()\[\],，。;；:：)）]{1,16})", words[found.end() :])
    per = f"/{behind[1].rstrip('.')}" if behind else ""
    return _co2e(found.group()) + per
