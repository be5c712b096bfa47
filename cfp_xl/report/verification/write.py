"""Writing a verification in the format asked for, to a file or to standard output."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from cfp_xl.messages import Lang
from cfp_xl.outputs import write_output
from cfp_xl.report.verification import json_report

if TYPE_CHECKING:
    from cfp_xl.footprint.calculate import Footprint
    from cfp_xl.verify.result import Verification


def write_verification(result: Verification, format: str, file: Path | None, lang: Lang) -> None:
    """Writes one report; `file` None means standard output. Raises NotWritten.

    Those that are written file by file are `stream.Streams`.
    """
    if file is None and format == "text":
        from cfp_xl.report.verification.text import write_text

        write_text(result, sys.stdout, lang)
    elif format == "json":
        put(file, json_report.verification_text(result, lang))
    else:
        put(file, _rendered(result, format, lang))


def write_footprint(
    footprint: Footprint,
    functional_unit: str | None,
    factor_set: str | None,
    report: tuple[str, Path | None],
    lang: Lang,
) -> None:
    """Writes a footprint alone, as a (format, file) of text or JSON."""
    from cfp_xl.report.paper import TextPaper
    from cfp_xl.report.verification import footprint_table

    format, file = report
    if format == "json":
        document = json_report.footprint(footprint, functional_unit, factor_set)
        put(file, json_report.dumps({"schema": "cfp-xl/footprint/1", **document}))
        return
    stream = io.StringIO() if file else sys.stdout
    paper = TextPaper(stream)
    footprint_table.write_footprint(paper, footprint, functional_unit, lang)
    footprint_table.write_problems(paper, footprint, lang)
    if isinstance(stream, io.StringIO):
        put(file, stream.getvalue())


def _rendered(result: Verification, format: str, lang: Lang) -> str:
    if format == "markdown":
        from cfp_xl.report.verification.markdown import markdown

        return markdown(result, lang)
    if format == "junit":
        from cfp_xl.report.verification.junit import junit

        return junit(result, lang)
    if format == "sarif":
        from cfp_xl.report.verification.sarif import sarif

        return json_report.dumps(sarif(result, lang))
    if format == "github":
        from cfp_xl.report.verification.github import github

        return github(result, lang)
    from cfp_xl.report.verification.text import write_text

    stream = io.StringIO()
    write_text(result, stream, lang)
    return stream.getvalue()


def put(file: Path | None, content: str | bytes | Iterable[str]) -> None:
    """Writes a file, whole or not at all, or to standard output. Raises NotWritten."""
    pieces = [content] if isinstance(content, str | bytes) else content
    if file is None:
        for piece in pieces:
            assert isinstance(piece, str)
            sys.stdout.write(piece)
        return
    write_output(file, map(_bytes, pieces))


def _bytes(text: str | bytes) -> bytes:
    # A file name that is no UTF-8 reaches us with lone surrogates; JSON can spell them out.
    return text.encode(errors="backslashreplace") if isinstance(text, str) else text
