"""Results of many files, kept as bytes: in memory while they are few, then in a temporary file.

Ten thousand results would fill the memory as objects; a report reads them one after the other.
"""

from __future__ import annotations

import pickle
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from cfp_xl.verify.many import record
from cfp_xl.verify.result import FileResult

IN_MEMORY_BYTES = 16 * 1024 * 1024


class Spool(Sequence[FileResult]):
    """A sequence of results that can be read again and again."""

    def __init__(self, results: Iterable[FileResult] = ()) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115
        self._ends = array("q", [0])
        for result in results:
            self.append(result)

    def append(self, result: FileResult) -> None:
        data = pickle.dumps(record.slim(result), pickle.HIGHEST_PROTOCOL)
        self._file.seek(self._ends[-1])
        self._file.write(data)
        self._ends.append(self._ends[-1] + len(data))

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, index: int) -> FileResult: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[FileResult, ...]: ...
    def __getitem__(self, index: int | slice) -> FileResult | tuple[FileResult, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        number = range(len(self))[index]
        start, end = self._ends[number], self._ends[number + 1]
        self._file.seek(start)
        result: FileResult = pickle.loads(self._file.read(end - start))  # our own bytes
        return result

    def __iter__(self) -> Iterator[FileResult]:
        return (self[number] for number in range(len(self)))

    def __del__(self) -> None:
        self._file.close()
