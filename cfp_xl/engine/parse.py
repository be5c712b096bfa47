"""A formula's text → a tree whose references, tables and names are resolved."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache, partial

import numpy as np

from cfp_xl.engine.areas import LAST_COLUMN, LAST_ROW, Area, CellKey, Reference, span
from cfp_xl.engine.lexer import (
    Lexeme,
    NotAFormula,
    constant,
    is_marked,
    is_optional,
    plain_parameter,
    tokens,
)
from cfp_xl.engine.tables import BadTableReference, referred_area
from cfp_xl.engine.tree import (
    INTERSECTION,
    UNION,
    ArrayConstant,
    Binary,
    Call,
    Cells,
    Constant,
    Invoke,
    Name,
    Named,
    Node,
    Unary,
)
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.address import column_number
from cfp_xl.workbook.model import DefinedName, Workbook

DEEPEST_NESTING = 100
"""Excel nests functions 64 deep; deeper text is not a formula of a spreadsheet program. A level
takes seven calls of this parser, so Python's own limit of 1,000 stays out of reach."""

_BINDING = {
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1),
    "&": 2,
    **dict.fromkeys(("+", "-"), 3),
    **dict.fromkeys(("*", "/"), 4),
    "^": 5,
}
"""How tightly an operator between two operands binds."""
_PREFIXES = re.compile(r"^(?:_XLFN\.|_XLWS\.|_XLL\.|_XLUDF\.)+")
_MAY_BE_LAMBDA = re.compile(r"LAMBDA\s*\(|^\s*=?[^\W\d][\w.\\]*\s*$", re.IGNORECASE)
"""A name that stands for anything else is no function: RATE( is Excel's beside a name `rate`."""
_LAMBDA = re.compile(r"\s*=?\s*(?:_xlfn\.)?LAMBDA\s*\(", re.IGNORECASE)
_REF_ERROR = Constant(ExcelError.REF)


@dataclass(frozen=True)
class FormulaPlace:
    """Where a formula stands; decides what unqualified and relative references mean."""

    workbook: Workbook
    sheet: str
    row: int
    column: int
    in_names: tuple[str, ...] = ()
    """The defined names being expanded, against names that define each other."""
    lambdas: dict[str, Named] = field(default_factory=dict, repr=False, compare=False)
    """The LAMBDAs of the workbook's names, as seen from here."""

    @property
    def shift(self) -> tuple[int, int]:
        """How far relative references move: names are stored as seen from A1."""
        return (self.row - 1, self.column - 1) if self.in_names else (0, 0)


def parse(formula: str, place: FormulaPlace) -> Node:
    """The tree of `formula` (without `=`) at `place`. Raises NotAFormula."""
    parser = _Parser(formula, place)
    try:
        tree = parser.expression()
    except RecursionError as error:  # deep nesting in names, each within the next
        raise NotAFormula(0) from error
    parser.expect("end")
    return tree


class _Parser:
    def __init__(self, formula: str, place: FormulaPlace) -> None:
        self._tokens = tokens(formula)
        self._at = 0
        self._depth = 0
        self._place = place
        self._scopes: list[set[str]] = []
        self._made: dict[tuple[Area, ...], Cells] = {}
        """A reference that is written twice is one node, whose value is read once."""
        self._marks_parameters = any(is_marked(token.text) for token in self._tokens)
        """As Excel does in files: then `sum(` is the function even where a parameter is `sum`."""

    @property
    def _next(self) -> Lexeme:
        return self._tokens[self._at]

    def _take(self) -> Lexeme:
        token = self._next
        self._at += token.kind != "end"
        return token

    def _takes(self, *operators: str) -> str | None:
        if self._next.kind == "operator" and self._next.text in operators:
            return self._take().text
        return None

    def expect(self, text: str) -> None:
        if text not in (self._next.text, self._next.kind):
            raise NotAFormula(self._next.at)
        self._take()

    def expression(self, loosest: int = 0) -> Node:
        """Operators that bind tighter than `loosest`, each left to right (`^` too)."""
        left = self._signed()
        while (binds := _BINDING.get(self._next.text, 0)) > loosest:
            if self._next.kind != "operator":
                break
            left = Binary(self._take().text, left, self.expression(binds))
        return left

    def _signed(self) -> Node:
        """A minus binds tighter than `^` in Excel: -2^2 is 4."""
        signs = list(iter(lambda: self._takes("-", "+", "@"), None))
        node = self._references(INTERSECTION)
        while self._takes("%"):
            node = Unary("%", node)
        for sign in reversed(signs):
            node = Unary(sign, node)
        return node

    def _references(self, operator: str) -> Node:
        """`:` binds tighter than the space of an intersection."""
        inner = self._primary if operator == ":" else lambda: self._references(":")
        left = inner()
        while self._takes(operator):
            right = inner()
            left = _range(left, right) if operator == ":" else Binary(INTERSECTION, left, right)
        return left

    def _primary(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            raise NotAFormula(self._next.at)
        node = self._operand()
        while self._next.text in ("#", "("):
            if self._takes("#"):
                node = Unary("#", node)
            elif isinstance(node, Call | Invoke | Name | Named) and self._takes("("):
                node = Invoke(node, self._arguments())
            else:
                break
        self._depth -= 1
        return node

    def _operand(self) -> Node:
        token = self._take()
        match token.kind:
            case "number" | "text" | "bool" | "error":
                return Constant(constant(token))
            case "cell" | "columns" | "rows":
                return self._cells(token, [self._place.sheet])
            case "prefix":
                return self._qualified(token)
            case "function":
                return self._call(token)
            case "table":
                return self._table(token)
            case "name":
                return self._name(token.text, self._place.sheet)
        if token.text == "(":
            return self._parenthesis()
        if token.text == "{":
            return self._array()
        raise NotAFormula(token.at)

    def _parenthesis(self) -> Node:
        node = self.expression()
        while self._takes(","):
            node = Binary(UNION, node, self.expression())
        self.expect(")")
        return node

    def _array(self) -> Node:
        rows: list[list[Scalar]] = [[]]
        while True:
            sign = self._takes("-", "+")
            value = constant(self._take())
            rows[-1].append(-value if sign == "-" and isinstance(value, float) else value)
            if self._takes("}"):
                break
            if self._takes(";"):
                rows.append([])
            else:
                self.expect(",")
        if len({len(row) for row in rows}) > 1:
            raise NotAFormula(self._next.at)
        values = np.empty((len(rows), len(rows[0])), object)
        for i, row in enumerate(rows):
            values[i, :] = row
        return ArrayConstant(values)

    def _call(self, token: Lexeme) -> Node:
        name = _PREFIXES.sub("", token.text[:-1].upper())
        is_meant = is_marked(name) or not self._marks_parameters
        defined = self._defined(name, self._place.sheet)
        is_lambda = defined is not None and _MAY_BE_LAMBDA.search(defined.formula)
        if (is_meant and self._is_parameter(name)) or is_lambda:
            return Invoke(self._name(name, self._place.sheet), self._arguments())
        if name in ("LET", "LAMBDA"):
            self._scopes.append(set())
            call = Call(name, self._arguments(declares=name))
            self._scopes.pop()
            return call
        return Call(name, self._arguments())

    def _arguments(self, declares: str = "") -> tuple[Node | None, ...]:
        found: list[Node | None] = []
        if self._takes(")"):
            return ()
        while True:
            if declares and self._next.kind == "name":
                self._declare(declares, len(found))
            is_left_out = self._next.text in (",", ")")
            found.append(None if is_left_out else self.expression())
            if self._takes(")"):
                return tuple(found)
            self.expect(",")

    def _declare(self, function: str, position: int) -> None:
        """Takes the next name as a parameter where LET or LAMBDA introduces one."""
        follows = self._tokens[self._at + 1].text
        if follows == "," and (function == "LAMBDA" or position % 2 == 0):
            self._scopes[-1].add(plain_parameter(self._next.text))

    def _is_parameter(self, name: str) -> bool:
        return any(plain_parameter(name) in scope for scope in self._scopes)

    def _qualified(self, prefix: Lexeme) -> Node:
        sheets = self._sheets(prefix.text)
        token = self._take()
        match token.kind:
            case "error":
                return Constant(constant(token))
            case "function":
                return self._call(token)
            case "end":
                raise NotAFormula(token.at)
            case "name" if cells := self._external_cells(prefix.text, token.text):
                return parse(cells, self._place)
            case _ if sheets is None:
                return _REF_ERROR
            case "cell" | "columns" | "rows":
                return self._cells(token, sheets) if sheets else _REF_ERROR
            case "name":
                return self._name(token.text, sheets[0] if sheets else self._place.sheet)
            case "table":
                return self._table(token)
        raise NotAFormula(token.at)

    def _sheets(self, prefix: str) -> list[str] | None:
        """The sheets a prefix names, as the workbook spells them; None if one is missing.

        Of a linked workbook `[1]name`; empty where the prefix names only a workbook.
        """
        text = prefix[:-1]
        if text.startswith("'"):
            text = text[1:-1].replace("''", "'")
        if link := re.match(r".*\[([^\[\]]+)\](.*)$", text, re.DOTALL):
            book, name = link.groups()
            if not name:
                return []
            return [name] if book == "0" else [f"[{book}]{name}"]
        if sheet := self._place.workbook.sheet(text):
            return [sheet.name]
        first, colon, last = text.partition(":")
        if colon and (found := self._between(first, last)):
            return found
        if any(name.name.casefold() == text.casefold() for name in self._place.workbook.names):
            return []
        return None

    def _external_cells(self, prefix: str, name: str) -> str | None:
        book = re.match(r"'?\[(\d+)\]", prefix)
        names = self._place.workbook.external_names
        return names.get((book[1], name.casefold())) if book else None

    def _between(self, first: str, last: str) -> list[str]:
        names = [sheet.name for sheet in self._place.workbook.sheets]
        folded = [name.casefold() for name in names]
        if first.casefold() not in folded or last.casefold() not in folded:
            return []
        ends = sorted((folded.index(first.casefold()), folded.index(last.casefold())))
        return names[ends[0] : ends[1] + 1]

    def _cells(self, token: Lexeme, sheets: list[str]) -> Node:
        corners = [self._corner(part) for part in token.text.upper().split(":")]
        if None in corners:
            return self._name(token.text, self._place.sheet)
        (row1, column1), (row2, column2) = corners[0] or (0, 0), corners[-1] or (0, 0)
        if token.kind == "columns":
            row1, row2 = 1, LAST_ROW
        elif token.kind == "rows":
            column1, column2 = 1, LAST_COLUMN
        rows, columns = sorted((row1, row2)), sorted((column1, column2))
        areas = tuple(Area(s, rows[0], columns[0], rows[1], columns[1]) for s in sheets)
        return self._made.setdefault(areas, Cells(Reference(areas)))

    def _corner(self, text: str) -> tuple[int, int] | None:
        """Row and column (0 where not given) of `$A$1`, `A` or `1`; None outside the grid."""
        match = re.fullmatch(r"(\$?)([A-Z]*)(\$?)(\d*)", text)
        if match is None:
            return None
        column_fixed, letters, row_fixed, digits = match.groups()
        column = column_number(letters) if letters else 0
        row = int(digits) if digits else 0
        if column > LAST_COLUMN or row > LAST_ROW:
            return None
        if digits and not letters:
            row_fixed = row_fixed or column_fixed
        rows, columns = self._place.shift
        if row and not row_fixed:
            row = (row - 1 + rows) % LAST_ROW + 1
        if column and not column_fixed:
            column = (column - 1 + columns) % LAST_COLUMN + 1
        return row, column

    def _table(self, token: Lexeme) -> Node:
        place = self._place
        key = CellKey(place.sheet, place.row, place.column)
        try:
            area = referred_area(place.workbook.tables, token.text, key)
        except BadTableReference:
            return _REF_ERROR
        sheet = place.workbook.sheet(area.sheet)
        return Cells(Reference((area._replace(sheet=sheet.name) if sheet else area,)))

    def _name(self, name: str, sheet: str) -> Node:
        if self._is_parameter(name):
            return Name(plain_parameter(name), is_optional(name))
        if defined := self._defined(name, sheet):
            key = f"{defined.sheet}!{defined.name}".casefold()
            if _LAMBDA.match(defined.formula):
                return self._lambda(key, defined, sheet)
            if key in self._place.in_names or len(self._place.in_names) > DEEPEST_NESTING:
                return Name(name)
            inner = replace(
                self._place,
                sheet=defined.sheet or sheet,
                in_names=(*self._place.in_names, key),
            )
            try:
                return parse(f"({defined.formula.removeprefix('=')})", inner)  # may be a union
            except NotAFormula:
                return Name(name)
        if any(table.name.casefold() == name.casefold() for table in self._place.workbook.tables):
            return self._table(Lexeme("table", name, 0))
        return Name(name)

    def _lambda(self, key: str, defined: DefinedName, sheet: str) -> Named:
        if key not in self._place.lambdas:
            inner = replace(self._place, sheet=defined.sheet or sheet, in_names=(key,))
            body = defined.formula.strip().removeprefix("=")
            self._place.lambdas[key] = Named(defined.name, cache(partial(parse, body, inner)))
        return self._place.lambdas[key]

    def _defined(self, name: str, sheet: str) -> DefinedName | None:
        """The sheet's own name wins over the workbook's."""
        folded = name.casefold()
        found = [n for n in self._place.workbook.names if n.name.casefold() == folded]
        for one in found:
            if one.sheet is not None and one.sheet.casefold() == sheet.casefold():
                return one
        return next((one for one in found if one.sheet is None), None)


def _range(left: Node, right: Node) -> Node:
    """`left:right`; two written references are joined at once."""
    if isinstance(left, Cells) and isinstance(right, Cells):
        a, b = left.reference, right.reference
        joined = tuple(
            s for x in a.areas if (s := span(x, Area(x.sheet, *b.areas[0][1:]))) is not None
        )
        return Cells(Reference(joined))
    return Binary(":", left, right)


__all__ = ["FormulaPlace", "NotAFormula", "parse"]
