"""Reports and exchange files of a product: verified first, refused where it has errors."""

from __future__ import annotations

from pathlib import Path

from cfp_xl.desk.task import CannotDo, DeskOutcome, DeskWork, Download, in_both
from cfp_xl.exchange.out.formats import FORMATS
from cfp_xl.exchange.out.study import AUDIENCES, Audience, CannotExport, Study
from cfp_xl.messages import LANGS, Text, text
from cfp_xl.outputs import write_output
from cfp_xl.report.document.formats import DOCUMENT_FORMATS
from cfp_xl.schema.opened import Opened, open_file
from cfp_xl.verify.pipeline import verify_opened
from cfp_xl.verify.result import FileResult, FileStatus, Options

MOST_ERRORS = 20


def exported(work: DeskWork) -> DeskOutcome:
    """The product in the format asked for."""
    form = FORMATS[work.option("format")]
    opened, result = _verified(work.first)
    is_wrong = result.status is not FileStatus.PASSED
    if is_wrong and not (form.has_draft and work.options.get("draft")):
        return _errors_first(result, has_draft=form.has_draft)
    audience = _audience(work)
    study = Study(opened.recomputed, opened.workbook.sha256, audience, is_draft=is_wrong)
    try:
        data = form.write(study)
    except CannotExport as why:
        return DeskOutcome("refused", (in_both(why),))
    name = f"{work.first.stem}-{form.name}{form.ending}"
    write_output(work.outputs / name, data)
    said = (text(f"exchange_out.copy_for.{audience}"),)
    return DeskOutcome(said=said, downloads=(Download(name, "export"),))


def reported(work: DeskWork) -> DeskOutcome:
    """The product's report; what it has no words for is said, with the cell to fill."""
    from cfp_xl.report.document.outline import document_of
    from cfp_xl.report.document.source import source_of

    format_name = work.option("format")
    write = DOCUMENT_FORMATS[format_name].load()
    opened, result = _verified(work.first)
    is_wrong = result.status is not FileStatus.PASSED
    if is_wrong and not work.options.get("draft"):
        return _errors_first(result, has_draft=True)
    name = work.first.name
    lang = work.lang if work.option("language") == "page" else None
    document = document_of(
        source_of(opened, result, name, _audience(work), lang, is_draft=is_wrong)
    )
    made = f"{work.first.stem}-report.{format_name}"
    write_output(work.outputs / made, [write(document)])
    gaps = [
        Text(*(f"{one.label.in_lang(lang)}: {one.place(lang)}" for lang in LANGS))
        for one in document.gaps
    ]
    said = (text("desk.report.gaps"), *gaps) if gaps else ()
    return DeskOutcome(said=said, downloads=(Download(made, "report"),))


def _verified(file: Path) -> tuple[Opened, FileResult]:
    opened = open_file(file)
    schema = opened.recomputed.schema
    if schema is None or schema.kind != "product":
        raise CannotDo("exchange_out.not_a_product", file=file)
    return opened, verify_opened(opened, file, Options())


def _errors_first(result: FileResult, *, has_draft: bool) -> DeskOutcome:
    """The errors that forbid it."""
    errors = [one for one in result.findings if result.makes_fail(one)][:MOST_ERRORS]
    lines = [
        Text(*(f"{one.where or ''} {one.code} {one.message(lang)}" for lang in LANGS))
        for one in errors
    ]
    key = "desk.out.errors_first_draft" if has_draft else "desk.out.errors_first"
    return DeskOutcome("refused", (text(key), *lines))


def _audience(work: DeskWork) -> Audience:
    wanted = work.option("audience") or AUDIENCES[0]
    return next(one for one in AUDIENCES if one == wanted)
