"""The findings between files added to the results of each: `verify --together`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from cfp_xl.findings import Finding, finding
from cfp_xl.schema.opened import of_package
from cfp_xl.verify.many import record
from cfp_xl.verify.result import (
    Conformity,
    FileResult,
    FileStatus,
    Options,
    conformity_of,
    status_of,
)
from cfp_xl.verify.stated import Stated, stated_in
from cfp_xl.verify.together import together
from cfp_xl.work.bounded_process import BoundedProcess, ProcessDied
from cfp_xl.work.sources import Source, local_copy, shown
from cfp_xl.workbook.reading.container import Unreadable, open_package

Add = Callable[[FileResult], FileResult]
JUDGED = (FileStatus.PASSED, FileStatus.FAILED)


def added_by(
    files: Sequence[Source], options: Options, memory_mib: int, *, is_here: bool = False
) -> Add:
    """What adds to a file's result the findings between it and the others.

    Each file is read in a process within bounds (or in this one); one that can't be read says so by
    its own verification, and W is not silent about what it was not held against: J07.
    """
    worker = None if is_here else BoundedProcess(memory_mib, _written, "cfp_xl.verify.many.joined")
    try:
        read = [_read(worker, one, options) for one in files]
    finally:
        if worker is not None:
            worker.end()
    stated = [one for one in read if isinstance(one, Stated)]
    found = together(stated)
    left_out = tuple(shown(file) for file, one in zip(files, read, strict=True) if one is None)
    return lambda result: _added(result, found, {one.path for one in stated}, left_out)


def _added(
    result: FileResult,
    found: Mapping[str, tuple[Finding, ...]],
    stated: set[str],
    left_out: tuple[str, ...],
) -> FileResult:
    if result.status not in JUDGED:
        return result
    more = found.get(result.path, ())
    if result.path in stated and left_out:
        more = (*more, finding("J07", seen=len(left_out), files=left_out))
    if not more:
        return result
    findings = (*result.findings, *more)
    changed = replace(
        result,
        findings=findings,
        status=status_of(findings, result.recalculation, result.fail_on),
    )
    if result.conformity is Conformity.NOT_CHECKED:
        return changed
    return replace(changed, conformity=conformity_of(findings))


def _read(worker: BoundedProcess | None, source: Source, options: Options) -> Stated | None:
    """What a file states, under the path that reports give; None where it can't be read, or is
    neither a product nor a site."""
    try:
        with local_copy(source) as file:
            job = (file, options)
            data = worker.run(job, options.deadline_s) if worker else _written(job)
        if not data:
            return None
        return replace(record.of_json(Stated, json.loads(data)), path=shown(source))
    except (Unreadable, TimeoutError, MemoryError, ProcessDied):
        return None


def _written(job: tuple[Path, Options]) -> bytes:
    from cfp_xl.engine.result import RecalculationTimeout

    file, options = job
    try:
        opened = of_package(open_package(file), deadline_s=options.deadline_s)
        stated = stated_in(opened, file)
    except (Unreadable, RecalculationTimeout):
        return b""
    return b"" if stated is None else json.dumps(record.as_json(stated)).encode()
