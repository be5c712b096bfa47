"""A formula's tokens as the parser wants them: with their places, and refused where one is none.

The grammar of tokens is that of `workbook.tokens`, which keeps what it does not understand.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from cfp_xl.engine.tree import INTERSECTION
from cfp_xl.functions.spelling import LONGEST_FORMULA
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.formulas.tokens import TokenKind
from cfp_xl.workbook.formulas.tokens import tokens as tokens_of

_CORNER = r"\$?[A-Z]{1,3}\$?[0-9]{0,7}|\$?[0-9]{1,7}"
_TRIMMED = re.compile(
    rf"""(?P<skip>"(?:[^"]|"")*")|(?<![\w.$!'])
    (?P<from>(?:(?:'(?:[^']|'')+'|[\w.]+)!)?(?:{_CORNER}))(?P<trim>\.:\.|\.:|:\.)(?P<to>{_CORNER})
    (?![\w(!])""",
    re.VERBOSE | re.IGNORECASE,
)
_TRIMS = {".:.": "_TRO_ALL", ".:": "_TRO_LEADING", ":.": "_TRO_TRAILING"}
"""What Excel calls the operators of trimmed references in files."""
KEPT_MARK = "_xlrp."
"""What is made of Excel's mark of a parameter, `_xlpm.`, which a plain spelling has not."""

_OPTIONAL = "_xlop."
_MARKS = (KEPT_MARK, "_xlpm.", _OPTIONAL)

_ROW_ZERO = re.compile(r"\$?0")


class NotAFormula(Exception):
    """The text is not a formula; `at` is the position of what is not understood, from 0."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


class Lexeme(NamedTuple):
    """A piece of a formula, and the offset it begins at."""

    kind: str
    text: str
    at: int


def tokens(formula: str) -> list[Lexeme]:
    """The tokens of `formula` (without its `=`), closed by an `end` token.

    A function's name has its opening bracket. Raises NotAFormula.
    """
    if len(formula) > LONGEST_FORMULA:
        raise NotAFormula(LONGEST_FORMULA)
    if ".:" in formula or ":." in formula:
        formula = _TRIMMED.sub(_trimmed, formula)
    found: list[Lexeme] = []
    at = 0
    pieces = iter(tokens_of(formula))
    for kind, text in pieces:
        if kind is TokenKind.UNKNOWN or (kind is TokenKind.ROWS and _ROW_ZERO.match(text)):
            raise NotAFormula(at)
        shown = text + next(pieces).text if kind is TokenKind.FUNCTION else text
        found.append(Lexeme(kind.value, shown, at))
        at += len(shown)
    return _significant([*found, Lexeme("end", "", at)])


def _trimmed(found: re.Match[str]) -> str:
    if found["skip"] is not None:
        return found[0]
    return f"{_TRIMS[found['trim']]}({found['from']}:{found['to']})"


def _significant(found: list[Lexeme]) -> list[Lexeme]:
    """Spaces go, save those between two operands: there they are the intersection operator."""
    starts = {"cell", "columns", "rows", "name", "table", "prefix", "function"}
    ends = {"cell", "columns", "rows", "name", "table"}
    kept: list[Lexeme] = []
    for i, token in enumerate(found):
        if token.kind != "space":
            kept.append(token)
        elif (
            kept
            and (kept[-1].kind in ends or kept[-1].text == ")")
            and (found[i + 1].kind in starts or found[i + 1].text == "(")
        ):
            kept.append(Lexeme("operator", INTERSECTION, token.at))
    return kept


def constant(token: Lexeme) -> Scalar:
    """The value that a token stands for. Raises NotAFormula."""
    match token.kind:
        case "number":
            value = float(token.text)
            return value if value < float("inf") else ExcelError.NUM
        case "text":
            return token.text[1:-1].replace('""', '"')
        case "bool":
            return token.text.upper() == "TRUE"
        case "error":
            return ExcelError(token.text.upper())
    raise NotAFormula(token.at)


def is_marked(name: str) -> bool:
    """Whether a file says that this is a parameter of LET or LAMBDA."""
    return name[:6].casefold() in _MARKS


def is_optional(name: str) -> bool:
    """Whether a file says that a call may leave this parameter out."""
    return name[:6].casefold() == _OPTIONAL


def plain_parameter(name: str) -> str:
    """A parameter without the mark that it has in files."""
    return name.casefold()[6 if is_marked(name) else 0 :]
