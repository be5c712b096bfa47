"""What a supplier typed, as a number with its unit, or a choice: understood where it can mean one
thing.

A number that a reader could take for two, such as `1,234`, is refused with the reason: a mail back
costs a day, a thousandfold footprint costs the report. The rules for marks inside a number:

- a point or a comma before three digits alone (1.234, 1,234) may part thousands or begin the
  fraction, and is refused, as a comma before four is; after a zero (0,123), or before another count
  of digits (12,5), it begins the fraction;
- a point that stands more than once, or before a comma, parts groups (1.234.567,8);
- blanks and apostrophes part groups of three digits, commas too where a point or a second comma
  shows it (1,234.5 · 1,234,567).
"""

from __future__ import annotations

import ast
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from cfp_xl.footprint.units import UnitMissing, UnitNotKnown, parse
from cfp_xl.footprint.wording import folded, is_blank, shortened
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.messages import Explained
from cfp_xl.workbook.formulas.tokens import TokenKind, tokens

LONGEST = 200
"""Characters of a cell that are looked at; what is longer is a letter, no number."""


class NotUnderstood(Explained):
    """What stands in a cell is no number, day or choice, or could be two."""

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(f"suppliers.not_understood.{why}", **values)
        self.why = why
        """The last word of its key: `comma`, `range`, `unit`, …"""


@dataclass(frozen=True, slots=True)
class Reading:
    """A number as understood: `unit` as typed beside it, `note` what else stood there."""

    value: float
    unit: str = ""
    note: str = ""
    is_estimate: bool = False


_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_ABOUT = r"(?i:大约|大概|约为|约|近似|about|approximately|approx\.?|circa|ca\.?(?![a-z])|~|≈)"
_AROUND = re.compile(r"\s*(?:左右|上下)$")
_BOUND = re.compile(
    r"(?i)[<>≤≥]|不超过|不大于|不小于|小于|大于|多于|少于|超过|至少|最多"
    r"|(?:less than|more than|at least|at most|up to|over|under)\b"
)
_NUMBER = re.compile(
    rf"(?P<about>{_ABOUT})?\s*(?P<sign>[+-])?\s*(?P<body>\d[\d.,' ]*|\.\d+)"
    r"(?P<power>\s*(?:[eE]|[x×*·]\s*10\s*\^)\s*[+-]?\d{1,3}(?!\w))?(?P<rest>.*)"
)
_EXPONENT = re.compile(r"[+-]?\d+$")
_RANGE = re.compile(r"(?:[-~〜]|至|到|to\s|±|\+/-)\s*[\d.]")
_OTHER_FIGURE = re.compile(r"(?:[-~〜/…]|\.\.|至|到|或|和|\b(?:to|or|and)\b)\s*\d")
"""A second figure further on: 100 kg - 120 kg, 100 or 120."""
_BOUND_AFTER = re.compile(r"(?:以上|以下|以内|以外|多|余|\b(?:max|min|maximum|minimum)\b\.?)$")
_PERCENT = re.compile(r"(?:\d[\d.,]*\s*)?(?:[%‰]|percent|per cent|百分之.*)", re.IGNORECASE)
_TENS = {"万": 4, "亿": 8}
_BRACKET = re.compile(r"(?P<unit>[^()]*)\((?P<inside>.*)\)")
_TAIL = re.compile(r"(?P<unit>[^;,。:]*)[;,。:]\s*(?P<note>\D+)")

_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"(?P<whole>\d*)(?:\.(?P<part>\d*))?",
        r"(?P<whole>\d{1,3}(?:(?P<mark>[ '])\d{3})(?:(?P=mark)\d{3})*)(?:[.,](?P<part>\d*))?",
        r"(?P<whole>\d{1,3}(?:,\d{3})+)\.(?P<part>\d*)",
        r"(?P<whole>\d{1,3}(?:\.\d{3})+),(?P<part>\d*)",
        r"(?P<whole>\d{1,3}(?:,\d{3}){2,})",
        r"(?P<whole>\d{1,3}(?:\.\d{3}){2,})",
        r"(?P<whole>0+|\d{4,}),(?P<part>\d+)",
        r"(?P<whole>\d{1,3}),(?P<part>\d{1,2}|\d{5,})",
    )
)
"""How numbers are written: what parts their groups, and where their fraction begins."""
_TWO_READINGS = re.compile(r"[1-9]\d{0,2}(?:,\d{3,4}|\.\d{3})")

_NOTHING = frozenset(
    folded(word)
    for word in (
        "-",
        "--",
        "/",
        "\\",
        ".",
        "?",
        "??",
        "…",
        "n/a",
        "na",
        "n.a.",
        "#n/a",
        "none",
        "nil",
        "null",
        "tbd",
        "tbc",
        "unknown",
        "not known",
        "not applicable",
        "no data",
        "pending",
        "无",
        "没有",
        "暂无",
        "不适用",
        "不详",
        "未知",
        "待定",
        "待补",
        "待补充",
        "空",
        "无数据",
    )
)
"""Words for "nothing to say here"; never a zero."""


def plain(text: str) -> str:
    """`text` in one spelling: plain digits, signs and single blanks, `^` before raised digits."""
    raised = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", lambda m: "^" + m.group().translate(_SUPERSCRIPTS), text)
    shown = "".join(c for c in raised if unicodedata.category(c) != "Cf")  # zero-width: pasted
    normal = unicodedata.normalize("NFKC", shown).strip()
    normal = re.sub(r"[−–—‐‑]", "-", normal)
    return re.sub(r"\s+", " ", re.sub(r"[’‘]", "'", normal))


def says_nothing(value: Scalar) -> bool:
    """Whether a cell is blank, or holds a word for "nothing": n/a, 无, a dash."""
    if is_blank(value):
        return True
    return isinstance(value, str) and folded(plain(value)) in _NOTHING


def number(value: Scalar, *, is_date: bool = False, is_percent: bool = False) -> Reading | None:
    """The number in a cell; None where it says nothing. Raises NotUnderstood.

    What the cell shows as a date or a percentage was typed as one (3-1, 5%) and is no amount.
    """
    if says_nothing(value):
        return None
    if isinstance(value, float) and is_date:
        raise NotUnderstood("shown_as_date", seen=f"{value:.15g}")
    if isinstance(value, float) and is_percent:
        raise NotUnderstood("percent", seen=f"{value * 100:.15g}%")
    match value:
        case bool():
            raise NotUnderstood("yes_or_no", seen="TRUE" if value else "FALSE")
        case ExcelError():
            raise NotUnderstood("error", seen=str(value))
        case str():
            return _of_text(value)
        case _:
            return Reading(float(value or 0.0))


def _of_text(typed: str) -> Reading:
    seen = shortened(typed)
    if len(typed) > LONGEST:
        raise NotUnderstood("words", seen=seen)
    text = plain(typed)
    if _BOUND.match(text):
        raise NotUnderstood("bound", seen=seen)
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise NotUnderstood("words", seen=seen)
    body = match["body"].rstrip(" ,'")
    rest = (match["body"][len(body) :] if not match["power"] else "") + match["rest"]
    rest = rest.strip()
    exponent = int(_EXPONENT.findall(match["power"])[0]) if match["power"] else 0
    if tens := _TENS.get(rest[:1]):
        exponent += tens
        rest = rest[1:].strip()
    if _RANGE.match(rest):
        raise NotUnderstood("range", seen=seen)
    rest, note = _without_note(rest)
    unit = _AROUND.sub("", rest)
    if unit.startswith(("%", "‰")) or any(_PERCENT.fullmatch(one) for one in (unit, note)):
        raise NotUnderstood("percent", seen=seen)
    if unit:
        _known_unit(unit, seen)
    digits = _digits(body, seen, is_scaled=bool(exponent))
    value = float(f"{match['sign'] or ''}{digits}e{exponent}")
    return Reading(value, unit, note, bool(match["about"]) or unit != rest)


def _digits(body: str, seen: str, *, is_scaled: bool) -> str:
    """The digits of a number with a point before its fraction.

    Nobody parts thousands of what is followed by a power of ten or 万.
    """
    if not is_scaled and _TWO_READINGS.fullmatch(body):
        left, right = re.split("[.,]", body)
        raise NotUnderstood("comma", seen=seen, thousands=left + right, decimal=f"{left}.{right}")
    for shape in _SHAPES:
        if match := shape.fullmatch(body):
            found = match.groupdict()
            whole = re.sub(r"[.,' ]", "", found["whole"])
            return f"{whole or '0'}.{found.get('part') or '0'}"
    raise NotUnderstood("digits", seen=seen)


def _without_note(rest: str) -> tuple[str, str]:
    """What follows a number without the remark behind it, and that remark.

    A remark stands in brackets or behind a separator, and there without a digit: a second number
    could be meant as well as the first. Brackets that hold a unit are no remark.
    """
    if match := _BRACKET.fullmatch(rest):
        unit, inside = match["unit"].strip(), match["inside"].strip()
        if unit and inside and _is_unit(rest):
            return rest, ""
        return (inside, "") if not unit and _is_unit(inside) else (unit, inside)
    if match := _TAIL.fullmatch(rest):
        return match["unit"].strip(), match["note"].strip()
    return rest, ""


def _is_unit(text: str) -> bool:
    try:
        parse(text)
    except (UnitNotKnown, UnitMissing):
        return False
    return True


def _known_unit(unit: str, seen: str) -> None:
    try:
        parse(unit)
    except UnitNotKnown as why:
        if _OTHER_FIGURE.search(unit):
            raise NotUnderstood("range", seen=seen) from why
        if _BOUND_AFTER.search(unit):
            raise NotUnderstood("bound", seen=seen) from why
        raise NotUnderstood("unit", seen=seen, unit=shortened(unit)) from why


def choice(value: Scalar, options: Mapping[str, str], offered: object = None) -> str | None:
    """The option that a cell names, by its words; None where it says nothing.

    `options` gives the option's id by each of its words, `offered` those that a refusal names.
    Raises NotUnderstood.
    """
    if value is None or is_blank(value):
        return None
    typed = "TRUE" if value is True else "FALSE" if value is False else str(value)
    by_words = {folded(word): id for word, id in options.items()}
    if found := by_words.get(folded(plain(typed))):
        return found
    # Sheets in both languages offer "是 / yes".
    halves = {by_words.get(folded(half)) for half in re.split(r"[/|]", plain(typed))}
    if len(halves) == 1 and (only := halves.pop()):
        return only
    raise NotUnderstood("choice", seen=shortened(typed), options=offered or tuple(options))


def arithmetic(formula: str) -> float | None:
    """What a sum of plain numbers gives (`12*350+80`), computed here; None for any other formula.

    Suppliers type a sum where they would write it down; it refers to nothing and runs nothing.
    """
    plain_kinds = (TokenKind.NUMBER, TokenKind.SPACE)
    if len(formula) > LONGEST or not all(
        kind in plain_kinds or text in ("+", "-", "*", "/", "(", ")")
        for kind, text in tokens(formula)
    ):
        return None
    try:
        value = _value(ast.parse(formula.strip(), mode="eval").body)
    except (SyntaxError, ZeroDivisionError, OverflowError, _NoSum):
        return None
    return value if math.isfinite(value) else None


class _NoSum(Exception):
    """An expression of Python that is none of arithmetic."""


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float()):
            return float(node.value)  # type: ignore[arg-type]
        case ast.UnaryOp(op=ast.USub()):
            return -_value(node.operand)
        case ast.BinOp(op=ast.Add()):
            return _value(node.left) + _value(node.right)
        case ast.BinOp(op=ast.Sub()):
            return _value(node.left) - _value(node.right)
        case ast.BinOp(op=ast.Mult()):
            return _value(node.left) * _value(node.right)
        case ast.BinOp(op=ast.Div()):
            return _value(node.left) / _value(node.right)
        case _:
            raise _NoSum
