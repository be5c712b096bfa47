"""What the CFP_* functions come to: products, or the rows of the activities they read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from cfp_xl.engine.areas import Area, CellKey, Reference
from cfp_xl.engine.tree import Call, Node
from cfp_xl.findings import CellRef
from cfp_xl.footprint.assemblies import NO_ASSEMBLIES, Assemblies
from cfp_xl.footprint.calculate import ProcessResult, StageResult, calculate
from cfp_xl.footprint.columns import match_header
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factors import Factors, FactorSet, layered, library
from cfp_xl.footprint.inventory import Activity, Inventory
from cfp_xl.footprint.parts import part_of
from cfp_xl.footprint.stages import stage
from cfp_xl.functions.apply import mistake_in
from cfp_xl.functions.arrays import as_cells
from cfp_xl.functions.registry import all_functions
from cfp_xl.functions.values import ExcelError, Scalar, Table
from cfp_xl.messages import Text, text
from cfp_xl.why.context import CellSource, TreeOpener
from cfp_xl.why.footprints import FootprintItems
from cfp_xl.why.tree import Joins, Opening, Operand, Role, WhyItem, WhyKind, leaf, product
from cfp_xl.workbook.address import address


@dataclass(frozen=True, slots=True)
class _Proportional:
    """Parameters that a function's value is proportional to, and those it is divided by."""

    to: tuple[str, ...]
    by: tuple[str, ...] = ()


_PROPORTIONAL: Mapping[str, _Proportional] = {
    "CFP_EMISSION": _Proportional(("quantity",)),
    "CFP_TRANSPORT": _Proportional(("mass", "distance")),
    "CFP_CO2E": _Proportional(("mass",)),
    "CFP_ALLOCATE": _Proportional(("quantity", "product_basis"), ("total_basis",)),
    "CFP_CONVERT": _Proportional(("value",)),
    "CFP_FACTOR": _Proportional(()),
    "CFP_FUEL_FACTOR": _Proportional(("ncv", "carbon_content", "oxidation")),
}
"""A `factor_id`, or the id of CFP_FACTOR, is a factor too."""
_FACTOR_IDS = ("factor_id", "id")


class OwnFunctionOpener:
    """Takes calls of CFP_* functions apart."""

    def __init__(self, cells: CellSource, product: Callable[[], FootprintItems | None]) -> None:
        self.cells = cells
        self._product_of_workbook = product
        self._made: dict[tuple[Area | None, ...], FootprintItems | None] = {}

    def opening(self, opener: TreeOpener, node: Call, value: float) -> Opening:
        """What is below the value of a call."""
        given = _named(node)
        if node.function in _PROPORTIONAL:
            return self._product(opener, node, given, value)
        items = self._footprint(opener, given)
        if items is None:
            return opener.reads(node)
        try:
            return self._of_footprint(opener, node, given, items)
        except FootprintError:
            return opener.reads(node)

    def _of_footprint(
        self, opener: TreeOpener, node: Call, given: Mapping[str, Node], items: FootprintItems
    ) -> Opening:
        match node.function:
            case "CFP_TOTAL":
                return items.open_total()
            case "CFP_STAGE":
                return items.open_stage(self._part(opener, given, items))
            case "CFP_SHARE":
                return _share(self._part(opener, given, items), items)
            case "CFP_PART":
                return self._by_part(str(opener.value(given["what"])), items)
            case "CFP_ASSEMBLY":
                id = str(opener.value(given["id"]))
                known = items.footprint.assemblies
                made = known.get(id) or known.get(id.partition("-")[2])
                return items.open_assembly(made) if made else opener.reads(node)
        return opener.reads(node)

    @staticmethod
    def _part(
        opener: TreeOpener, given: Mapping[str, Node], items: FootprintItems
    ) -> StageResult | ProcessResult:
        of = stage(str(opener.value(given["stage"])))
        process = opener.value(given["process"]) if "process" in given else None
        whole = items.footprint
        return whole.process(of.id, str(process)) if process else whole.stages[of.id]

    @staticmethod
    def _by_part(what: str, items: FootprintItems) -> Opening:
        operands = []
        for row in items.footprint.rows:
            value = 0.0 if row.assembly else part_of(row.all_parts, what)
            if value:
                shown = items.row(row)
                item = WhyItem(
                    shown.key,
                    WhyKind.ROW,
                    shown.label,
                    value,
                    shown.unit,
                    shown.where,
                    "",
                    shown.notes,
                )
                operands.append(Operand(value, partial(_itself, item), Role.SUMMAND, 1.0))
        return Opening(Joins.SUM, operands)

    def _product(
        self, opener: TreeOpener, node: Call, given: Mapping[str, Node], value: float
    ) -> Opening:
        """The arguments that the value is proportional to, its factor, what joins the units."""
        how = _PROPORTIONAL[node.function]
        parts: list[tuple[float, bool, Callable[[], WhyItem]]] = []
        for names, divides in ((how.to, False), (how.by, True)):
            for name in names:
                number = opener.number(given.get(name))
                if not number:
                    return opener.reads(node)
                parts.append((number, divides, opener.item(given[name])))
        if (factor := self._factor_item(opener, given)) is not None:
            if not isinstance(factor.value, float) or not factor.value:
                return opener.reads(node)
            parts.append((factor.value, False, partial(_itself, factor)))
        together = math.prod(1 / number if divides else number for number, divides, _ in parts)
        rest = value / together
        if not math.isclose(rest, 1.0, rel_tol=1e-14):
            label = text("why.conversion")
            parts.append(
                (rest, False, partial(leaf, WhyKind.CONVERSION, "conversion", label, rest))
            )
        return product(parts)

    def _factor_item(self, opener: TreeOpener, given: Mapping[str, Node]) -> WhyItem | None:
        name = next((name for name in _FACTOR_IDS if name in given), None)
        if name is None:
            return None
        factors = self._factors(opener, given)
        assemblies = self._product_of_workbook()
        try:
            found = factors.get(str(opener.value(given[name])))
        except FootprintError:
            return None
        items = assemblies or FootprintItems(
            calculate(Inventory(()), factors), factors, lambda *_: None, self.cells
        )
        return items.factor(found)

    # Mistakes

    def erroneous(self, opener: TreeOpener, node: Call) -> Opening:
        """Why a call is an error: an argument that is one, rows that fail, or its own mistake."""
        given = _named(node)
        causes = [
            Operand(value, opener.item(argument), Role.CAUSE)
            for argument in given.values()
            if not self._is_range(opener, argument)
            and isinstance(value := opener.value(argument), ExcelError)
        ]
        if causes:
            return Opening(Joins.ERROR, causes)
        spec = all_functions()[node.function]
        if "activities" in given and (items := self._footprint(opener, given)) is not None:
            return self._failed(opener, given, items)
        arguments = [as_cells(one) for one in opener.evaluator.arguments(node)]
        mistake = mistake_in(spec, arguments)
        notes = () if mistake is None else (Text(mistake.say("zh"), mistake.say("en")),)
        return Opening(Joins.ERROR, (), notes)

    def _failed(
        self, opener: TreeOpener, given: Mapping[str, Node], items: FootprintItems
    ) -> Opening:
        try:
            part = self._part(opener, given, items) if "stage" in given else None
        except FootprintError as mistake:
            return Opening(Joins.ERROR, (), (Text(mistake.say("zh"), mistake.say("en")),))
        return (
            items.open_total()
            if part is None or part.kgco2e is not None
            else items.open_stage(part)
        )

    @staticmethod
    def _is_range(opener: TreeOpener, node: Node) -> bool:
        result = opener.evaluator.result(node)
        return isinstance(result, Reference) and not (result.area and result.area.is_single)

    # Ranges

    def _footprint(self, opener: TreeOpener, given: Mapping[str, Node]) -> FootprintItems | None:
        """The footprint of the ranges given: the workbook's own, or one of other tables."""
        areas = tuple(_area(opener, given.get(name)) for name in _RANGES)
        if areas[0] is None:
            return None
        if areas not in self._made:
            self._made[areas] = self._own(areas[0]) or self._of_ranges(opener, given, areas)
        return self._made[areas]

    def _own(self, activities: Area) -> FootprintItems | None:
        schema = self.cells.tables.schema
        region = schema.regions["activities"] if schema else None
        is_own = region is not None and (
            (activities.sheet, *activities[1:3]) == (region.sheet.name, *region.bounds[:2])
        )
        return self._product_of_workbook() if is_own else None

    def _of_ranges(
        self, opener: TreeOpener, given: Mapping[str, Node], areas: Sequence[Area | None]
    ) -> FootprintItems | None:
        area = areas[0]
        assert area is not None
        header, rows, origins = _split(opener, area)
        try:
            position = match_header("activities", header)
            inventory = Inventory.from_rows(header, rows, origins)
            factors = self._factors(opener, given)
            assemblies = NO_ASSEMBLIES
            if areas[2] is not None:
                assemblies = Assemblies.from_rows(*_split(opener, areas[2]))
        except FootprintError:
            return None

        def place(activity: Activity, field: str) -> CellKey | None:
            at = position.get(field)
            row = area.first_row + activity.number
            return None if at is None else CellKey(area.sheet, row, area.first_column + at)

        footprint = calculate(inventory, factors, assemblies)
        return FootprintItems(footprint, factors, place, self.cells)

    def _factors(self, opener: TreeOpener, given: Mapping[str, Node]) -> Factors:
        area = _area(opener, given.get("factors"))
        schema = self.cells.tables.schema
        if area is None:
            return library()
        region = schema.region("factors") if schema else None
        if (
            schema
            and region
            and (area.sheet, *area[1:3])
            == (
                region.sheet.name,
                *region.bounds[:2],
            )
        ):
            return schema.factors
        return layered(FactorSet.from_rows(*_split(opener, area)), library())


def _share(part: StageResult | ProcessResult, items: FootprintItems) -> Opening:
    total = items.footprint.total_kgco2e
    one = items.process(part) if isinstance(part, ProcessResult) else items.stage(part)
    return product(
        [(part.kgco2e or 0.0, False, partial(_itself, one)), (total or 1.0, True, items.total)]
    )


_RANGES = ("activities", "factors", "assemblies")


def _named(node: Call) -> dict[str, Node]:
    """The arguments that were given, by the names of their parameters."""
    parameters = all_functions()[node.function].parameters
    pairs = zip(parameters, node.arguments, strict=False)
    return {parameter.name: one for parameter, one in pairs if one is not None}


def _area(opener: TreeOpener, node: Node | None) -> Area | None:
    result = None if node is None else opener.evaluator.result(node)
    area = result.area if isinstance(result, Reference) else None
    return None if area is None else opener.evaluator.grid.clipped(area)


def _split(
    opener: TreeOpener, area: Area
) -> tuple[Sequence[Scalar], Sequence[Sequence[Scalar]], list[CellRef]]:
    """Headings, rows, and each row's first cell."""
    table: Table = opener.evaluator.grid.table(area)
    header, *rows = table.rows or [[]]
    first = area.first_row + 1
    origins = [
        CellRef(area.sheet, address(first + at, area.first_column)) for at in range(len(rows))
    ]
    return header, rows, origins


def _itself(item: WhyItem) -> WhyItem:
    return item
