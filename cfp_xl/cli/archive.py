"""`cfp-xl archive`: a study as one file, with the verdict of its day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from cfp_xl.cli.dialogue import dialogue_options, read_earlier
from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import CalendarDay, UsageMistake, common, option
from cfp_xl.messages import Explained, Lang, Text, say


class NotArchived(Explained):
    """A workbook that could not be verified: there is no verdict to keep."""


MOST_FILES = 5000
MOST_BYTES = 200 * 1024 * 1024
"""What can be read back; a workbook's own bounds hold for an archive too."""


def archive_command(lang: Lang) -> click.Command:
    """The command with its options."""

    def run(**options: Any) -> int:
        return archive(lang, **options)

    path = click.Path(path_type=Path)
    return Spoken(
        "archive",
        lang,
        callback=run,
        params=[
            click.Argument(["file"], type=path, metavar="FILE"),
            option(lang, "-o", "--output", type=path, required=True, metavar="X.zip"),
            click.Option(
                ["--suppliers", "suppliers"],
                help=say("cli.option.archive_suppliers", lang),
                type=path,
                metavar="DIR",
            ),
            option(lang, "--evidence", type=path, metavar="DIR"),
            option(lang, "--published", multiple=True, type=path, metavar="REPORT"),
            *dialogue_options(lang),
            option(lang, "--as-of", type=CalendarDay(lang), metavar="YYYY-MM-DD"),
            *common(lang),
        ],
    )


def archive(
    lang: Lang,
    file: Path,
    output: Path,
    suppliers: Path | None,
    evidence: Path | None,
    published: Sequence[Path],
    dialogue: Path | None,
    maps: Sequence[str],
    as_of: str | None,
) -> int:
    """The exit code of `verify`: an archive of a workbook that failed says so for ever."""
    from cfp_xl.outputs import ensure_output, write_output
    from cfp_xl.report.archive import REPORT, SUPPLIERS, ArchivedStudy
    from cfp_xl.schema.opened import of_package
    from cfp_xl.verify.many.each import MEMORY_MIB
    from cfp_xl.verify.many.workers import VerifyWorker
    from cfp_xl.verify.result import FileStatus, Options
    from cfp_xl.work.sources import sha256_of
    from cfp_xl.workbook.reading.container import open_package

    answers = dict(_files(suppliers))
    ensure_output(output, [file, *published, *answers.values(), *([dialogue] if dialogue else [])])
    reports = {one.name: one for one in published}
    if len(reports) < len(published):
        raise UsageMistake("cli.error.same_names")
    enclosed = {
        **{f"{SUPPLIERS}/{name}": _bytes(one) for name, one in answers.items()},
        **{f"{REPORT}/{name}": _bytes(one) for name, one in reports.items()},
    }
    if sum(map(len, enclosed.values())) > MOST_BYTES:
        raise UsageMistake("archive.too_large", limit_mib=MOST_BYTES // (1024 * 1024))
    named = {name: (one.stat().st_size, sha256_of(one) or "") for name, one in _files(evidence)}
    options = Options(as_of=as_of)
    worker = VerifyWorker(MEMORY_MIB)
    try:
        result = worker.verify(file, options)  # within bounds: what does not pass there is not read
    finally:
        worker.end()
    if result.status not in (FileStatus.PASSED, FileStatus.FAILED):
        raise NotArchived("archive.not_verified", file=file, why=_why(result))
    opened = of_package(open_package(file), deadline_s=options.deadline_s)
    if opened.package.sha256 != result.sha256:
        raise NotArchived("archive.changed", file=file)
    study = ArchivedStudy(
        opened, file.name, result, options, enclosed, named, read_earlier(dialogue, maps)
    )
    write_output(output, study.archive(lang))
    _say(study, output, len(enclosed), lang)
    return result.exit_code()


def _say(study: Any, output: Path, enclosed: int, lang: Lang) -> None:
    from cfp_xl.findings import Severity
    from cfp_xl.work.sources import sha256_of

    result = study.result
    status = say(f"report.status.{result.status.value}", lang)
    errors, warnings = (result.count(one) for one in (Severity.ERROR, Severity.WARNING))
    said = {"status": status, "errors": errors, "warnings": warnings}
    click.echo(say("archive.written", lang, file=output, count=enclosed, **said))
    click.echo(say("archive.noted", lang, sha256=sha256_of(output)))
    for one in study.named_evidence:
        if not one["files"] and (study.evidence or one["table"] == "history"):
            click.echo(say("archive.no_evidence", lang, cell=one["cell"], names=one["names"]))


def _why(result: Any) -> Text:
    first = result.findings[0]
    return Text(first.message("zh"), first.message("en"))


def _files(folder: Path | None) -> Iterator[tuple[str, Path]]:
    """The files in a folder and those below it by their path there; none of hidden names."""
    if folder is None:
        return
    if not folder.is_dir():
        raise UsageMistake("archive.no_folder", folder=folder)
    count = 0
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        is_hidden = any(part.startswith((".", "~$")) for part in inside.parts)
        if is_hidden or not path.is_file():
            continue
        count += 1
        if count > MOST_FILES:
            raise UsageMistake("archive.too_many", folder=folder, limit=MOST_FILES)
        yield inside.as_posix(), path


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise UsageMistake("archive.no_file", file=path)
    return path.read_bytes()
