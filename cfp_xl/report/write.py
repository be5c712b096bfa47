"""Writing a report in the format asked for, to a file or to standard output."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from pathlib import Path

from cfp_xl.messages import Lang
from cfp_xl.outputs import write_output
from cfp_xl.report.formats import Shape, formats_of


def write_report(
    command: str, format: str, file: Path | None, lang: Lang, *reported: object
) -> None:
    """Writes what `command` reports on; `file` None means standard output.

    Raises NotWritten, and KeyError for a format that the command does not have. A streamed format
    is written by `stream.Streams`, not here: ValueError.
    """
    form = formats_of(command)[format]
    writer = form.writers[command]
    if writer.shape is Shape.STREAMED:
        raise ValueError(f"{format} of {command} is written as results come")
    write = writer.load()
    if writer.shape is Shape.WHOLE:
        content = write(*reported, lang)
        put(file, f"\ufeff{content}" if form.has_mark and file is not None else content)
    elif file is None:
        write(*reported, sys.stdout, lang)
    else:
        stream = io.StringIO()
        write(*reported, stream, lang)
        put(file, stream.getvalue())


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
