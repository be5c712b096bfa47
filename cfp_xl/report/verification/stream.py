"""Reports that are written file by file while others are still verified: jsonl, csv, parquet.

A line of jsonl or csv is on disk as soon as its file is done, so that a run that is killed leaves
what it knew. A parquet file can only be read once it is whole, so it gets its name at the end.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from cfp_xl.messages import Lang
from cfp_xl.outputs import NotWritten, OutputFile, not_written
from cfp_xl.privacy import masked_document
from cfp_xl.report.formats import VERIFY, Target, formats_of, is_streamed
from cfp_xl.report.verification import json_report
from cfp_xl.report.verification.table import COLUMNS, harmless, rows

if TYPE_CHECKING:
    from cfp_xl.verify.result import FileResult

ROWS_A_GROUP = 5000
"""Rows of a parquet file kept in memory before they are written."""


class Writer(Protocol):
    """A report that takes results one by one, each before the next is computed."""

    def add(self, file: FileResult) -> None: ...
    def close(self, *, is_whole: bool) -> None:
        """The end: `is_whole` unless something went wrong before."""


class Streams:
    """The reports among those asked for that are written as results come; `others` are not."""

    def __init__(self, reports: Sequence[Target], lang: Lang) -> None:
        self.others = tuple(r for r in reports if not is_streamed(r.format, VERIFY))
        self._reports = tuple(r for r in reports if is_streamed(r.format, VERIFY))
        self._lang = lang
        self._writers: list[Writer] = []
        self._stack = ExitStack()

    def __enter__(self) -> Streams:
        """Opens them all. Raises NotWritten where one can't be."""
        with ExitStack() as stack:
            for report in self._reports:
                with _said(report.file):
                    start = formats_of(VERIFY)[report.format].writers[VERIFY].load()
                    writer: Writer = start(report.file, self._lang)
                stack.push(partial(_close, writer, report.file))
                self._writers.append(writer)
            self._stack = stack.pop_all()
        return self

    def through(self, results: Iterable[FileResult]) -> Iterator[FileResult]:
        """The same results, each written before the next one is asked for."""
        for result in results:
            for report, writer in zip(self._reports, self._writers, strict=True):
                with _said(report.file):
                    writer.add(result)
            yield result

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)


def _close(writer: Writer, file: Path | None, kind: type | None, *_: object) -> None:
    with _said(file):
        writer.close(is_whole=kind is None)


@contextmanager
def _said(file: Path | None) -> Iterator[None]:
    """Makes of a disk's refusal what the user is told."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if file is None:
            raise NotWritten("cli.error.no_room", why=error.strerror or str(error)) from error
        raise not_written(file, error) from error


class _Lines:
    """A text file, or standard output, flushed after each result."""

    ENCODING = "utf-8"

    def __init__(self, file: Path | None, lang: Lang) -> None:
        self.lang = lang
        self.is_ours = file is not None
        self.stream: TextIO = sys.stdout
        if file is not None:
            self.stream = file.open("w", encoding=self.ENCODING, newline="")

    def add(self, file: FileResult) -> None:
        self.write(file)
        self.stream.flush()

    def write(self, file: FileResult) -> None:
        raise NotImplementedError

    def close(self, *, is_whole: bool) -> None:  # noqa: ARG002
        if self.is_ours:
            self.stream.close()


class Jsonl(_Lines):
    """A line a file: what the JSON report has under `files`."""

    def write(self, file: FileResult) -> None:
        record = masked_document(json_report.file_record(file, self.lang))
        line = json.dumps(record, ensure_ascii=False, allow_nan=False)
        self.stream.write(line.encode(errors="backslashreplace").decode() + "\n")


class Csv(_Lines):
    """The table with a heading; a mark at its beginning tells Excel that it is UTF-8."""

    ENCODING = "utf-8-sig"

    def __init__(self, file: Path | None, lang: Lang) -> None:
        super().__init__(file, lang)
        self.writer = csv.DictWriter(self.stream, COLUMNS)
        self.writer.writeheader()

    def write(self, file: FileResult) -> None:
        for row in rows(file, self.lang):
            self.writer.writerow({name: harmless(value) for name, value in row.items()})


class Parquet:
    """The table, in groups of rows."""

    def __init__(self, file: Path | None, lang: Lang) -> None:
        assert file is not None, "the options refuse parquet on standard output"
        try:
            import pyarrow as pa
            from pyarrow import parquet
        except ImportError as error:
            raise NotWritten("cli.error.parquet_missing") from error
        self.lang = lang
        kinds = {"string": pa.string, "int64": pa.int64, "float64": pa.float64, "bool": pa.bool_}
        self.schema = pa.schema([(name, kinds[kind]()) for name, kind in COLUMNS.items()])
        self.make = pa.Table.from_pylist
        self.output = OutputFile(file)
        self.writer = parquet.ParquetWriter(self.output.stream, self.schema)
        self.rows: list[dict[str, Any]] = []

    def add(self, file: FileResult) -> None:
        self.rows.extend(rows(file, self.lang))
        if len(self.rows) >= ROWS_A_GROUP:
            self._write()

    def _write(self) -> None:
        self.writer.write_table(self.make(self.rows, schema=self.schema))
        self.rows.clear()

    def close(self, *, is_whole: bool) -> None:
        try:
            if is_whole:
                self._write()
            self.writer.close()
            if is_whole:
                self.output.keep()
        finally:
            self.output.drop()
