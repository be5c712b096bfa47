"""Which formulas of a workbook are its results, and what each is asked for.

A result calls CFP_TOTAL or CFP_STAGE, or stands in the range that the name `cfp_results` gives: a
stage, a process and the result in each row, for workbooks that do without CFP functions. In a
results table of our templates it is whatever stands in the columns of results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cfp_xl.engine.areas import CellKey
from cfp_xl.footprint.calculate import Footprint
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.stages import StageNotKnown, stage
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.spelling import plain_formula
from cfp_xl.messages import Text
from cfp_xl.schema.case import Case, text_of
from cfp_xl.schema.template_tables import TemplateTable
from cfp_xl.workbook.address import cell_position
from cfp_xl.workbook.formulas.references import split_prefix
from cfp_xl.workbook.formulas.tokens import Token, TokenKind, tokens

RESULT_COLUMNS = ("cfp", "native")
TOTAL_WORDS = frozenset({"合计", "总计", "total"})


@dataclass(frozen=True)
class ResultScope:
    """What a result formula is for: a stage, a process of it, or the total."""

    stage_id: str | None = None
    process: str = ""

    def answer(self, footprint: Footprint) -> tuple[float | None, tuple[FootprintError, ...]]:
        """kgCO2e, or None and why there is no value."""
        if self.stage_id is None:
            return footprint.total_kgco2e, footprint.problems
        if not self.process:
            result = footprint.stages[self.stage_id]
            return result.kgco2e, result.problems
        try:
            process = footprint.process(self.stage_id, self.process)
        except FootprintError as mistake:
            return None, (mistake,)
        return process.kgco2e, process.problems

    def has_rows(self, case: Case) -> bool:
        """Whether there is any activity to sum; without one a result may be blank or a word."""
        stages = case.once(_stages_with_rows)
        return bool(stages) if self.stage_id is None else self.stage_id in stages

    @property
    def name(self) -> Text:
        if self.stage_id is None:
            return Text("总计", "total")
        name = stage(self.stage_id).name
        more = f" / {self.process}" if self.process else ""
        return Text(name.zh + more, name.en + more)


def _stages_with_rows(case: Case) -> frozenset[str | None]:
    return frozenset(row.stage_id for row in case.footprint.rows)


def results_of(case: Case) -> Mapping[CellKey, ResultScope]:
    """The workbook's results, each with what it is asked for."""
    return case.once(_results)


def _results(case: Case) -> Mapping[CellKey, ResultScope]:
    return dict((*table_results(case), *_called(case), *named_results(case)))


def table_results(case: Case) -> Iterator[tuple[CellKey, ResultScope]]:
    """What stands in a results table beside the name of a stage, a process or the total."""
    for table in case.template_tables("results"):
        for row in table.rows:
            asked = asked_in(table, row)
            for column in RESULT_COLUMNS if asked is not None else ():
                cell = table.cell(row, column)
                is_there = cell is not None and (cell.formula is not None or cell.value is not None)
                if asked is not None and (is_there or asked.has_rows(case)):
                    yield CellKey(table.sheet.name, row, table.columns[column]), asked


def asked_in(table: TemplateTable, row: int) -> ResultScope | None:
    """What a row of a results table is for by its names; None where they name nothing."""
    names, process = table.cell(row, "stage"), table.cell(row, "process")
    named = text_of(names.value) if names is not None else ""
    part = text_of(process.value) if process is not None else ""
    if folded(named) in TOTAL_WORDS:
        return ResultScope()
    is_formula = process is not None and process.formula is not None
    if not any(letter.isalnum() for letter in part):
        part = ""
    if is_formula and (not part or not isinstance(process.value if process else None, str)):
        return None  # rows of activities without a process
    try:
        return ResultScope(stage(named).id, part)
    except StageNotKnown:
        return None


def named_results(case: Case) -> Iterator[tuple[CellKey, ResultScope]]:
    """The formulas of `cfp_results`: in its third column, asked for what stands at their left."""
    named = case.product.other_facts.get("results")
    where = named.where if named else None
    bounds = where.bounds if where else None
    if where is None or bounds is None:
        return
    sheet = case.workbook.by_name[where.sheet.casefold()]
    top, left, bottom, _ = bounds
    for row in range(top, bottom + 1):
        cell = sheet.cells.get((row, left + 2))
        if cell is None or cell.formula is None:
            continue
        stage_text, process = (text_of(case.value(sheet.ref(row, left + i))) for i in (0, 1))
        if not any(letter.isalnum() for letter in process):
            process = ""
        key = CellKey(sheet.name, row, left + 2)
        if stage_text.casefold() in TOTAL_WORDS:
            yield key, ResultScope()
            continue
        try:
            yield key, ResultScope(stage(stage_text).id, process)
        except StageNotKnown:
            continue


def _called(case: Case) -> Iterator[tuple[CellKey, ResultScope]]:
    """The formulas that are one call of CFP_TOTAL or CFP_STAGE, and what they ask for."""
    for key, formula in formulas_where(case, _may_be_called):
        call = _single_call(plain_formula(formula))
        if call is None:
            continue
        name, arguments = call
        if name == "CFP_TOTAL":
            yield key, ResultScope()
        elif name == "CFP_STAGE" and arguments:
            stage_text = _argument(case, key.sheet, arguments[0])
            process = _argument(case, key.sheet, arguments[2]) if len(arguments) > 2 else ""
            if stage_text is None or process is None:
                continue
            try:
                yield key, ResultScope(stage(stage_text).id, process)
            except StageNotKnown:
                continue


def _may_be_called(formula: str) -> bool:
    """Every spelling of our functions holds these letters; tokens cost more."""
    shouted = formula.upper()
    return "CFP" in shouted and ("TOTAL" in shouted or "STAGE" in shouted)


def formulas_where(case: Case, holds: Callable[[str], bool]) -> Iterator[tuple[CellKey, str]]:
    """The formulas of which this is so, sheet by sheet, by row and column; one that is filled down
    is asked for once."""
    for sheet in case.workbook.sheets:
        layout = sheet.columns.layout
        wanted = sorted(
            (row, run.column)
            for run in layout.runs
            if holds(run.formula.text)
            for row in range(run.row, run.row + run.height)
        )
        for at in wanted:
            if (formula := layout.formula_at(at)) is not None:
                yield CellKey(sheet.name, *at), formula.text


def _single_call(formula: str) -> tuple[str, list[list[Token]]] | None:
    """Name and arguments of a formula that is one call, or one that IF puts a text (nothing,
    outside the boundary) or an error for at times."""
    items = [token for token in tokens(formula) if token.kind is not TokenKind.SPACE]
    call = _call(items)
    while call is not None and call[0] == "IF":
        shown = [branch for branch in call[1][1:] if not _is_no_number(branch)]
        call = _call(shown[0]) if len(shown) == 1 else None
    return call


def _is_no_number(branch: list[Token]) -> bool:
    """Whether a branch is one text or error, or NA()."""
    is_shown = [token.kind for token in branch] in ([TokenKind.TEXT], [TokenKind.ERROR])
    return is_shown or [token.text.upper() for token in branch] == ["NA", "(", ")"]


def _call(items: list[Token]) -> tuple[str, list[list[Token]]] | None:
    if len(items) < 3 or items[0].kind is not TokenKind.FUNCTION or items[-1].text != ")":
        return None
    arguments: list[list[Token]] = [[]]
    depth = 0
    for token in items[2:-1]:
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0:
            return None
        if token.text == "," and depth == 0:
            arguments.append([])
        else:
            arguments[-1].append(token)
    return items[0].text.upper(), arguments


def _argument(case: Case, sheet: str, argument: list[Token]) -> str | None:
    """The text an argument stands for: a literal or one cell; None where it takes computing."""
    match argument:
        case []:
            return ""
        case [Token(TokenKind.TEXT, literal)]:
            return literal[1:-1].replace('""', '"')
        case [Token(TokenKind.CELL, cell)]:
            where = CellKey(sheet, *_position(cell)).ref
        case [Token(TokenKind.PREFIX, prefix), Token(TokenKind.CELL, cell)]:
            named = case.workbook.sheet(split_prefix(prefix)[1] or "")
            if named is None:
                return None
            where = CellKey(named.name, *_position(cell)).ref
        case _:
            return None
    return text_of(case.value(where))


def _position(cell: str) -> tuple[int, int]:
    position = cell_position(cell)
    assert position is not None
    return position
