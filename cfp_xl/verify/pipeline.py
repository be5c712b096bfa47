"""One workbook, verified: opened, compared, held against the rules, justified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from cfp_xl.engine.result import RecalculationTimeout
from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.product import Fact, Period, Product
from cfp_xl.functions.serial_dates import moment_of
from cfp_xl.schema.anchors import anchors
from cfp_xl.schema.case import Case
from cfp_xl.schema.opened import Opened, of_package
from cfp_xl.schema.printed import printed_tables
from cfp_xl.schema.quotes import quotes
from cfp_xl.schema.seal import check_seal, moved_cells
from cfp_xl.schema.template_tables import PRODUCT_VERSION, TEMPLATE_VERSION
from cfp_xl.verify.archived import is_archive, verify_archive
from cfp_xl.verify.compare import compare
from cfp_xl.verify.constant_branches import constant_guards
from cfp_xl.verify.declared import Declared, declared_findings, declared_of
from cfp_xl.verify.folding import fold
from cfp_xl.verify.independent import independent_findings
from cfp_xl.verify.judging.justify import justify
from cfp_xl.verify.lint import lint_findings
from cfp_xl.verify.not_checked import not_checked
from cfp_xl.verify.result import (
    CellCounts,
    FileResult,
    FileStatus,
    Options,
    WitnessCounts,
    conformity_of,
    status_of,
)
from cfp_xl.verify.rule import PRODUCT
from cfp_xl.verify.rules import model_findings
from cfp_xl.verify.witness import witnessed
from cfp_xl.work.sources import sha256_of
from cfp_xl.workbook.address import range_address
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.notices import notices
from cfp_xl.workbook.reading.container import Package, open_package
from cfp_xl.workbook.reading.read import Unreadable

OF_DAYS = ("_date", "valid_until")
"""How the names of facts that are days end."""


def verify_file(path: Path, options: Options = Options()) -> FileResult:  # noqa: B008
    """Verifies one file. Whatever is wrong with it is a finding; our bugs are exceptions."""
    try:
        package = open_package(path)
        if is_archive(package):
            return verify_archive(package, path, options, verify_package)
        return verify_package(package, path, options)
    except Unreadable as refusal:
        return FileResult(
            path.as_posix(), sha256_of(path), FileStatus.UNREADABLE, (refusal.finding,)
        )


def verify_package(package: Package, path: Path, options: Options) -> FileResult:
    """Verifies a workbook whose parts were looked at before; raises Unreadable."""
    return verify_workbook(of_package(package, deadline_s=options.deadline_s), path, options)


def verify_workbook(opened: Opened, path: Path, options: Options) -> FileResult:
    """Verifies an opened workbook, whatever becomes of its recalculation."""
    if not opened.workbook.formula_count:
        return _without_formulas(opened, path)
    try:
        return verify_opened(opened, path, options)
    except RecalculationTimeout:
        late = finding("V07", seen=f"{options.deadline_s:g}")
        return FileResult(path.as_posix(), opened.workbook.sha256, FileStatus.TIMEOUT, (late,))


def _without_formulas(opened: Opened, path: Path) -> FileResult:
    """Nothing to recalculate; by what the workbook is one of ours although its names are gone."""
    schema = opened.cached.schema
    lost = () if schema else opened.cached.layout_findings
    return FileResult(
        path=path.as_posix(),
        sha256=opened.workbook.sha256,
        status=FileStatus.UNREADABLE,
        findings=(finding("W11"), *lost),
        schema=schema.kind if schema else "none",
    )


def older_template(workbook: Workbook, kind: str) -> tuple[Finding, ...]:
    """W45: a product workbook of an earlier version of the template; it is held against its own."""
    version = workbook.properties.get(TEMPLATE_VERSION, "")
    is_older = kind == PRODUCT and version.isdecimal() and int(version) < PRODUCT_VERSION
    return (finding("W45", seen=version, expected=PRODUCT_VERSION),) if is_older else ()


def not_printed(opened: Opened) -> Iterator[Finding]:
    """W46: filled rows of our tables that the sheet's print area leaves out."""
    for one in printed_tables(opened.recomputed):
        if one.left_out is not None:
            rows = len(one.rows_left_out)
            case = "off_paper" if one.is_off_paper else ""
            area = range_address(one.area)
            yield finding("W46", one.left_out, case=case, seen=rows, expected=area)


def verify_opened(opened: Opened, path: Path, options: Options) -> FileResult:
    """Verifies a workbook already opened; raises RecalculationTimeout."""
    workbook, recalculation = opened.workbook, opened.recalculation
    schema, of_layout = opened.recomputed.schema, opened.recomputed.layout_findings
    is_ours = schema is not None
    counts, of_comparison = compare(workbook, recalculation, options.tolerance, is_ours=is_ours)
    witnesses, of_witnesses = witnessed(opened, options.witnesses, options.tolerance)
    of_values = (*recalculation.findings, *of_comparison, *of_witnesses, *_smells(opened, options))
    findings = (*notices(workbook), *of_values, *check_seal(workbook))
    if schema is None:
        always = constant_guards(workbook, recalculation)
        findings = fold(_sorted(workbook, (*findings, *of_layout, *always)))
        return _of_no_schema(opened, path, options, findings, counts, witnesses)

    case = Case(opened.recomputed, recalculation, options.as_of, opened.appearance)
    declared = declared_of(case.product)
    findings, of_answers = justify(
        (
            *findings,
            *older_template(workbook, schema.kind),
            *not_printed(opened),
            *of_layout,
            *independent_findings(case, options.tolerance),
            *_model_findings(case),
            *declared_findings(declared),
        ),
        case.product.justifications,
        schema.named_places(answer.cell for answer in case.product.justifications),
        partial(moved_cells, workbook),
    )
    findings = fold(_sorted(workbook, (*findings, *of_answers)))
    return FileResult(
        path=path.as_posix(),
        sha256=workbook.sha256,
        status=status_of(findings, counts.agreement, options.fail_on),
        findings=findings,
        schema=schema.kind,
        recalculation=counts.agreement,
        conformity=conformity_of(findings),
        cells=counts,
        footprint=None if schema.kind == "supplier" else case.footprint,
        functional_unit=_shown(case.product.functional_unit),
        factor_set=_shown(case.product.factor_set),
        stated=_stated(case.product, date_1904=workbook.date_1904),
        anchors=anchors(workbook, schema, _places(findings)),
        quotes=quotes(workbook, _places(findings)),
        emission_units=_emission_units(declared, findings),
        tolerance=options.tolerance,
        fail_on=options.fail_on,
        not_checked=not_checked(opened, counts, case),
        witnesses=witnesses,
    )


def _smells(opened: Opened, options: Options) -> Iterator[Finding]:
    if options.lint:
        yield from lint_findings(opened)


def _of_no_schema(
    opened: Opened,
    path: Path,
    options: Options,
    findings: tuple[Finding, ...],
    counts: CellCounts,
    witnesses: tuple[WitnessCounts, ...],
) -> FileResult:
    """The result of a workbook that knows nothing of our names."""
    workbook = opened.workbook
    return FileResult(
        path=path.as_posix(),
        sha256=workbook.sha256,
        status=status_of(findings, counts.agreement, options.fail_on),
        findings=findings,
        recalculation=counts.agreement,
        cells=counts,
        anchors=anchors(workbook, None, _places(findings)),
        quotes=quotes(workbook, _places(findings)),
        tolerance=options.tolerance,
        fail_on=options.fail_on,
        not_checked=not_checked(opened, counts, None),
        witnesses=witnesses,
    )


def _model_findings(case: Case) -> Iterator[Finding]:
    """The rules on the model; a workbook with declared figures and no activity has none."""
    if case.footprint.rows or not case.product.rows("declared"):
        yield from model_findings(case)
    else:
        yield finding("M05", case.schema.regions["activities"].where, case="declared_only")


def _shown(fact: Fact[Any] | None) -> str | None:
    return (fact.text or None) if fact else None


def _stated(product: Product, *, date_1904: bool) -> Mapping[str, str]:
    """Facts as people write them: a cell's day is a number."""
    found = {}
    for name, fact in product.facts_by_name.items():
        value = fact.value
        if isinstance(value, Period):
            found[name] = f"{value.start} – {value.end}"
        elif name.endswith(OF_DAYS) and isinstance(value, float) and 10_000 < value < 110_000:
            found[name] = str(moment_of(value, date_1904=date_1904).date())
        elif fact.text:
            found[name] = fact.text
    return found


def _places(findings: tuple[Finding, ...]) -> list[CellRef]:
    return [one.where for f in findings for one in f.each if one.where]


def _emission_units(declared: Declared, findings: tuple[Finding, ...]) -> Mapping[CellRef, str]:
    """The units of declared emissions that findings are about."""
    wanted = set(_places(findings))
    entries = declared.of("activity", "stage", "total") if wanted else ()
    units = {e.where("emission"): e.text("emission_unit") for e in entries}
    return {where: unit for where, unit in units.items() if where in wanted}


def _sorted(workbook: Workbook, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """By sheet in the workbook's order, row, column; within a cell the gravest first."""
    order: Mapping[str, int] = {sheet.name: i for i, sheet in enumerate(workbook.sheets)}

    def key(one: Finding) -> tuple[int, int, int, int, str, str]:
        row, column = _position(one.where)
        sheet = order.get(one.where.sheet, len(order)) if one.where else -1
        return sheet, row, column, -one.severity.rank, one.code, one.case

    return tuple(sorted(findings, key=key))


def _position(where: CellRef | None) -> tuple[int, int]:
    return (where.row, where.column) if where else (0, 0)
