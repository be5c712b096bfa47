"""What can be done with files on the desk, one declaration each; done in a process of its own.

An action gets its files in a folder that holds nothing else, and writes into another. Nothing that
came in is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from cfp_xl import __version__
from cfp_xl.desk.kinds import DeskKind, look
from cfp_xl.desk.task import CannotDo, DeskOutcome, DeskWork, Download, write_reports
from cfp_xl.exchange.out.formats import FORMATS
from cfp_xl.outputs import write_output
from cfp_xl.report.document.formats import DOCUMENT_FORMATS
from cfp_xl.report.formats import AUDIT, DIFF, STUDY, VERIFY, WHY

DRAWS, SEED = 10_000, 12_345


def _look(work: DeskWork) -> DeskOutcome:
    return DeskOutcome(facts=look(work.first))


def _verify(work: DeskWork) -> DeskOutcome:
    from cfp_xl.verify.pipeline import verify_file
    from cfp_xl.verify.result import Options, Verification

    result = verify_file(work.first, Options())
    whole = Verification((result,), __version__)
    made = write_reports(
        VERIFY, work.outputs, work.first.stem, ("findings", "markdown"), work.lang, whole
    )
    severities = [one.severity.value for one in result.findings]
    facts = {
        "status": result.status.value,
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "total_kgco2e": result.footprint.total_kgco2e if result.footprint else None,
    }
    return DeskOutcome(downloads=made, has_document=True, facts=facts)


def _why(work: DeskWork) -> DeskOutcome:
    from cfp_xl.schema.opened import open_file
    from cfp_xl.why.explain import why

    found = why(open_file(work.first), work.option("cell"))
    made = write_reports(WHY, work.outputs, work.first.stem, ("html",), work.lang, found)
    return DeskOutcome(downloads=made, has_document=True)


def _study(work: DeskWork) -> DeskOutcome:
    from cfp_xl.schema.opened import open_file
    from cfp_xl.whatif.reported import Reported
    from cfp_xl.whatif.study import study_of

    product = study_of(open_file(work.first), DRAWS, SEED)
    if product is None:
        raise CannotDo("cli.no_schema_to_study", file=work.first)
    reported = Reported(work.first.name, product)
    formats = ("html", "xlsx", "markdown")
    made = write_reports(STUDY, work.outputs, work.first.stem, formats, work.lang, reported)
    return DeskOutcome(downloads=made, has_document=True)


def _diff(work: DeskWork) -> DeskOutcome:
    from cfp_xl.compare.diff import diff
    from cfp_xl.schema.opened import open_file

    assert work.second is not None
    found = diff(open_file(work.first), open_file(work.second))
    made = write_reports(DIFF, work.outputs, work.second.stem, ("markdown",), work.lang, found)
    return DeskOutcome(downloads=made, has_document=True)


def _audit(work: DeskWork) -> DeskOutcome:
    """The report, held against the product where there is one; and its check workbook."""
    from cfp_xl.audit.audit import audit_file
    from cfp_xl.report.audit.check_workbook import check_workbook

    result = audit_file(work.first, product=work.second)
    stem = work.first.stem
    made = write_reports(AUDIT, work.outputs, stem, ("html", "findings"), work.lang, result)
    if result.report is not None and result.report.figures:
        name = f"{stem}-check.xlsx"
        write_output(work.outputs / name, [check_workbook(result.report, work.lang)])
        made = (*made, Download(name, "check"))
    severities = [one.severity.value for one in result.findings]
    facts = {
        "status": ("failed" if result.exit_code() else "passed")
        if result.is_read
        else "unreadable",
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
    }
    return DeskOutcome(downloads=made, has_document=True, facts=facts)


def _intake(work: DeskWork) -> DeskOutcome:
    from cfp_xl.desk.intake import take_in

    return take_in(work)


def _export(work: DeskWork) -> DeskOutcome:
    from cfp_xl.desk.going_out import exported

    return exported(work)


def _report(work: DeskWork) -> DeskOutcome:
    from cfp_xl.desk.going_out import reported

    return reported(work)


@dataclass(frozen=True)
class DeskAction:
    """Something that can be done: `do`, to files of which kinds."""

    do: Callable[[DeskWork], DeskOutcome]
    takes: tuple[DeskKind, ...] = ()
    """The kinds of the first file."""
    also: tuple[DeskKind, ...] = ()
    """The kinds of the files after it."""
    least: int = 1
    """So many files at least."""
    most: int = 1
    formats: Collection[str] = ()
    """What it can write, where the visitor chooses."""

    def document(self) -> dict[str, Any]:
        """For the page, which offers it by this."""
        return {"takes": [*self.takes], "also": [*self.also], "formats": [*self.formats]}


ANSWERS = 1000
WORKBOOKS = (DeskKind.PRODUCT, DeskKind.SUPPLIER, DeskKind.WORKBOOK)
RECEIVED = (DeskKind.SUPPLIER, DeskKind.FOOTPRINT, DeskKind.BUNDLE, DeskKind.REPORT, DeskKind.OTHER)
ACTIONS: Mapping[str, DeskAction] = {
    "look": DeskAction(_look),
    "verify": DeskAction(_verify, WORKBOOKS),
    "audit": DeskAction(_audit, (DeskKind.REPORT,), (DeskKind.PRODUCT,), most=2),
    "why": DeskAction(_why, WORKBOOKS),
    "study": DeskAction(_study, (DeskKind.PRODUCT,)),
    "report": DeskAction(_report, (DeskKind.PRODUCT,), formats=DOCUMENT_FORMATS),
    "export": DeskAction(_export, (DeskKind.PRODUCT,), formats=FORMATS),
    "diff": DeskAction(_diff, WORKBOOKS, WORKBOOKS, least=2, most=2),
    "intake": DeskAction(_intake, (DeskKind.PRODUCT,), RECEIVED, least=2, most=ANSWERS),
}
"""By name, in the order that the page offers them."""
