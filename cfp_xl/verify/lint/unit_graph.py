"""K08: units that contradict each other, carried along the formulas.

As UCheck and its kin (Abraham and Erwig 2007), with real dimensions: + and − need one unit, × and ÷
make another, a sum has that of its rows. Unknown is a value of its own and contradicts nothing.
A number in a formula may be a conversion (1000, 3.6): what it multiplies has no known size any
more; any other may have a unit of its own (a density), so that nothing is known then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.engine.bindings import plain_formula
from cfp_xl.engine.lexer import NotAFormula
from cfp_xl.engine.parse import FormulaPlace, parse
from cfp_xl.engine.tree import Binary, Call, Cells, Constant, Node, Unary
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.units import Dimensions, Unit
from cfp_xl.footprint.units import parse as parse_unit
from cfp_xl.functions.registry import all_functions
from cfp_xl.schema.opened import Opened
from cfp_xl.verify.lint.cell_units import CellUnits
from cfp_xl.workbook.model import Workbook

DEEPEST = 40
CONVERSIONS = frozenset({1, 10, 100, 1e3, 1e4, 1e6, 1e9, 0.1, 0.01, 1e-3, 1e-6, 3.6, 3600, 60, 24})
"""Numbers that convert between units of one dimension."""
MOST_ROWS = 2_000
FIRST = frozenset(
    {"ROUND", "ROUNDUP", "ROUNDDOWN", "ABS", "IFERROR", "IFNA", "MROUND", "CEILING", "FLOOR"}
)
EQUAL = frozenset({"SUM", "MIN", "MAX", "AVERAGE", "MEDIAN"})


@dataclass(frozen=True)
class Measure:
    """A unit, or a dimension in a size that nobody knows."""

    words: str
    dimensions: Dimensions
    size: Fraction | None

    @classmethod
    def of(cls, unit: Unit) -> Measure:
        return cls(unit.canonical, unit.dimensions, unit.size)

    def disagrees(self, other: Measure) -> bool:
        """Whether no number can be in both. What has no dimension is a count or a share."""
        if not self.dimensions or not other.dimensions:
            return False
        if self.dimensions != other.dimensions:
            return True
        return None not in (self.size, other.size) and self.size != other.size


@dataclass
class UnitGraph:
    """The units of all cells of one workbook, worked out when asked for."""

    workbook: Workbook
    units: CellUnits
    found: list[tuple[CellKey, Measure, Measure, str]] = field(default_factory=list)
    """Contradictions: where, the two units, in what."""
    _known: dict[CellKey, Measure | None] = field(default_factory=dict)

    def of_cell(self, key: CellKey, depth: int = 0) -> Measure | None:
        """As stated, else as its formula gives it."""
        if key not in self._known:
            self._known[key] = None  # a circle has none
            declared = self.units.declared(key)
            self._known[key] = Measure.of(declared) if declared else self._inferred(key, depth)
        return self._known[key]

    def _inferred(self, key: CellKey, depth: int) -> Measure | None:
        sheet = self.workbook.sheet(key.sheet)
        cell = sheet.columns.get((key.row, key.column)) if sheet else None
        if cell is None or cell.formula is None or depth > DEEPEST:
            return None
        tree = self.tree(key, cell.formula)
        return self.of_node(tree, depth + 1) if tree is not None else None

    def tree(self, key: CellKey, formula: str) -> Node | None:
        """None where it can't be parsed, which other findings say."""
        try:
            plain = plain_formula(formula).removeprefix("=")
            return parse(plain, FormulaPlace(self.workbook, *key))
        except (NotAFormula, RecursionError, ValueError):
            return None

    def check(self, key: CellKey, formula: str) -> None:
        """Notes contradictions within a formula, and of its unit with the stated one."""
        tree = self.tree(key, formula)
        inferred = self.of_node(tree, 0, key) if tree is not None else None
        declared = self.units.declared(key)
        if inferred is None or declared is None:
            return
        stated = Measure.of(declared)
        if inferred.disagrees(stated):
            self.found.append((key, stated, inferred, "declared"))

    def of_node(self, node: Node | None, depth: int, at: CellKey | None = None) -> Measure | None:
        """The unit of what a node gives; with `at` contradictions in it are noted."""
        if depth > DEEPEST:
            return None
        match node:
            case Cells():
                return self._of_reference(node, depth)
            case Constant(value) if isinstance(value, float):
                size = Fraction(1) if value == 1 else None
                return Measure("", (), size) if abs(value) in CONVERSIONS else None
            case Unary(operator, operand):
                inside = self.of_node(operand, depth + 1, at)
                is_percent = operator == "%" and inside is not None
                return Measure(inside.words, inside.dimensions, None) if is_percent else inside  # type: ignore[union-attr]
            case Binary():
                return self._of_binary(node, depth, at)
            case Call():
                return self._of_call(node, depth, at)
        return None

    def _of_binary(self, node: Binary, depth: int, at: CellKey | None) -> Measure | None:
        left = self.of_node(node.left, depth + 1, at)
        right = self.of_node(node.right, depth + 1, at)
        if node.operator in ("+", "-"):
            if left is not None and right is not None and at and left.disagrees(right):
                self.found.append((at, left, right, node.operator))
                return None
            known = [one for one in (left, right) if one is not None and one.dimensions]
            return known[0] if len(known) == 2 else None
        if node.operator not in ("*", "/") or left is None or right is None:
            return None
        return _product(left, right, 1 if node.operator == "*" else -1)

    def _of_call(self, node: Call, depth: int, at: CellKey | None) -> Measure | None:
        given = [self.of_node(one, depth + 1, at) for one in node.arguments]
        if node.function in FIRST:
            return given[0] if given else None
        if node.function in EQUAL or node.function == "IF":
            if node.function == "SUM" and at is not None:
                self._check_rows(node, at)
            parts = given[1:] if node.function == "IF" else given
            same = parts and all(one == parts[0] for one in parts)
            return parts[0] if same else None
        own = all_functions().get(node.function)
        if own is not None and own.unit:
            try:
                return Measure.of(parse_unit(own.unit))
            except FootprintError:
                return None
        return None

    def _check_rows(self, node: Call, at: CellKey) -> None:
        """A sum over rows whose unit column states units of several dimensions."""
        for one in node.arguments:
            if not isinstance(one, Cells):
                continue
            for area in one.reference.areas:
                stated = list(self._row_units(area))
                other = next((u for u in stated if u.disagrees(stated[0])), None)
                if other is not None:
                    self.found.append((at, stated[0], other, "SUM"))
                    return

    def _row_units(self, area: Area) -> Iterator[Measure]:
        if area.columns != 1 or not 1 < area.rows <= MOST_ROWS:
            return
        sheet = self.workbook.sheet(area.sheet)
        for row in range(area.first_row, area.last_row + 1) if sheet else ():
            key = CellKey(area.sheet, row, area.first_column)
            if sheet is not None and isinstance(sheet.columns.value(key[1:]), float):
                unit = self.units.of_row(key)
                if unit is not None:
                    yield Measure.of(unit)

    def _of_reference(self, node: Cells, depth: int) -> Measure | None:
        areas = node.reference.areas
        if len(areas) != 1 or areas[0].columns != 1 or areas[0].is_external:
            return None
        area = areas[0]
        first = CellKey(area.sheet, area.first_row, area.first_column)
        if area.is_single:
            return self.of_cell(first, depth)
        if area.rows > MOST_ROWS:
            return None
        ends = [self.of_cell(first, depth), self.of_cell(first._replace(row=area.last_row), depth)]
        return ends[0] if ends[0] == ends[1] else None


def _product(left: Measure, right: Measure, power: int) -> Measure:
    powers = dict(left.dimensions)
    for name, exponent in right.dimensions:
        powers[name] = powers.get(name, 0) + exponent * power
    size = left.size * right.size**power if left.size and right.size else None
    sign = "·" if power == 1 else "/"
    words = sign.join(filter(None, (left.words, right.words))) if right.words else left.words
    return Measure(words, tuple(sorted((n, p) for n, p in powers.items() if p)), size)


def unit_contradictions(opened: Opened) -> Iterator[Finding]:
    """K08: in the first cell of each filled formula."""
    workbook = opened.recomputed.workbook
    graph = UnitGraph(workbook, CellUnits(workbook, opened.appearance))
    for sheet in workbook.sheets:
        for run in sheet.columns.layout.runs:
            graph.check(CellKey(sheet.name, run.row, run.column), run.formula.text)
    for key, one, other, where in graph.found:
        case = {"declared": "", "SUM": "rows"}.get(where, "operator")
        if one.dimensions == other.dimensions:
            case = f"{case}_size" if case else "size"
        formula = workbook.by_name[key.sheet.casefold()].cells[key[1:]].formula
        yield finding(
            "K08", key.ref, case=case, seen=other.words, expected=one.words, formula=f"={formula}"
        )
