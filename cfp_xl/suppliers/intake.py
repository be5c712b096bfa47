"""Many returned files judged for one product: side by side, in bounded processes, in their order.

One bad file stops no other. Nothing is written here; `apply` does that with what was accepted.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from cfp_xl.findings import Finding, Severity, finding
from cfp_xl.footprint.wording import folded
from cfp_xl.schema.opened import Opened
from cfp_xl.suppliers.doubts import accept, doubts_of
from cfp_xl.suppliers.inbox import matched
from cfp_xl.suppliers.judge import ReceivedAs, judge
from cfp_xl.suppliers.outcomes import Accepted, AnswerStatus, Judged
from cfp_xl.suppliers.product_parts import RequestedPart, SupplierRequests, supplier_requests
from cfp_xl.work.bounded_process import BoundedProcess, ProcessDied
from cfp_xl.work.sources import Source, Unpacked, local_copy, sha256_of, shown
from cfp_xl.work.worker_pool import WorkerPool
from cfp_xl.workbook.reading.container import Unreadable

Advance = Callable[[int, int], None]
"""Told at the start and after each file: how many are done, of how many."""


@dataclass(frozen=True, slots=True)
class IntakeRun:
    """How the work is done."""

    jobs: int = 1
    is_isolated: bool = True
    """Each file in a worker process; without, in this one, and our own failures are raised."""
    memory_mib: int = 4096
    deadline_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Accepting:
    """Which doubts the buyer accepts, why, and when."""

    reasons: Mapping[str, str]
    """By code."""
    today: date


@dataclass(frozen=True)
class IntakeResult:
    """What an intake found, in the order of the files."""

    product: SupplierRequests
    answers: tuple[Judged, ...]
    findings: tuple[Finding, ...] = ()
    """About the product: its table of parts, or why it can't take the answers."""

    @property
    def waiting(self) -> tuple[RequestedPart, ...]:
        """The parts that have no answer yet, neither here nor in the product."""
        answered = {folded(answer.part_id) for answer in self.answers if answer.is_fine}
        return tuple(
            asked
            for key, asked in self.product.by_part.items()
            if key not in answered and not asked.current
        )

    @property
    def accepted(self) -> tuple[Accepted, ...]:
        """What is to be written into the product."""
        return tuple(a.accepted for a in self.answers if a.is_taken and a.accepted)

    @property
    def held(self) -> tuple[Accepted, ...]:
        """What is held back, to be noted in the product."""
        return tuple(
            a.accepted for a in self.answers if a.status is AnswerStatus.HELD and a.accepted
        )

    @property
    def exit_code(self) -> int:
        """0 where every answer may stand, 1 where one is refused or held back, 2 unreadable, 3 our
        bug."""
        return self.exit_code_for("error")

    def exit_code_for(self, fail_on: str) -> int:
        """`fail_on`: error (refused, held back), warning (any warning too), never (2, 3 only)."""
        codes = {AnswerStatus.UNREADABLE: 2, AnswerStatus.FAILED: 3}
        worst = max((codes.get(answer.status, 0) for answer in self.answers), default=2)
        return max(worst, int(fail_on != "never" and self._is_failed(fail_on == "warning")))

    def _is_failed(self, is_strict: bool) -> bool:
        least = Severity.WARNING if is_strict else Severity.ERROR
        if any(one.severity.rank >= least.rank for one in self.findings):
            return True
        return any(
            answer.status in (AnswerStatus.REFUSED, AnswerStatus.HELD)
            or (is_strict and answer.count(Severity.WARNING))
            for answer in self.answers
        )


def intake(
    files: Sequence[Source],
    product: Opened,
    *,
    advance: Advance | None = None,
    run: IntakeRun = IntakeRun(),
    accepting: Accepting | None = None,
    others: Sequence[Judged] = (),
) -> IntakeResult:
    """Judges returned files for the product workbook; raises NoParts for that one.

    `others` are files that came beside them and are no sheets.
    """
    known = supplier_requests(product)
    sheets = (matched(one, known) for one in _each(files, known, advance, run))
    answers = (*_held_behind_refused(_one_for_each_part(tuple(sheets))), *others)
    if accepting is not None:
        answers = tuple(
            accept(one, accepting.reasons, accepting.today, has_answer=_has_answer(one, known))
            for one in answers
        )
    return IntakeResult(known, answers, known.findings)


def _has_answer(answer: Judged, product: SupplierRequests) -> bool:
    asked = product.by_part.get(folded(answer.part_id))
    return asked is not None and bool(asked.current)


def _each(
    files: Sequence[Source], product: SupplierRequests, advance: Advance | None, run: IntakeRun
) -> Iterator[Judged]:
    done = 0
    if advance:
        advance(0, len(files))

    def note(_: Judged) -> None:
        nonlocal done
        done += 1
        if advance:
            advance(done, len(files))

    if not run.is_isolated:
        for source in files:
            with local_copy(source) as file:
                judged = _named(judge(file, product, _origin(source)), source, file)
            note(judged)
            yield judged
        return
    count = max(1, min(run.jobs, len(files)))
    task = partial(_judged_bytes, replace(product, findings=()))
    processes = [
        BoundedProcess(run.memory_mib, task, "cfp_xl.suppliers.judge") for _ in range(count)
    ]
    with ExitStack() as stack:
        do = partial(_safely, deadline_s=run.deadline_s)
        yield from stack.enter_context(WorkerPool(files, processes, do, note)).results()


Job = tuple[Path, ReceivedAs | None]


def _judged_bytes(product: SupplierRequests, job: Job) -> bytes:
    """In the worker: what is sent back of a file; our own failure is its result."""
    file, origin = job
    try:
        return pickle.dumps(judge(file, product, origin))
    except MemoryError:
        raise
    except Exception as error:
        return pickle.dumps(_failed(file, f"{type(error).__name__}: {error}".rstrip(": ")))


def _origin(source: Source) -> ReceivedAs | None:
    """What a copy was received as, where that is another file."""
    if isinstance(source, Unpacked) and source.sha256:
        return ReceivedAs(source.name, source.sha256)
    return None


def _named(judged: Judged, source: Source, file: Path) -> Judged:
    """The judgement of a copy under the path that reports give."""
    copy = file.as_posix() if isinstance(source, Unpacked) else ""
    return replace(judged, path=shown(source), copy=copy)


def _safely(source: Source, process: BoundedProcess, deadline_s: float) -> Judged:
    """A file's judgement, whatever happens to the process that makes it."""
    try:
        with local_copy(source) as file:
            judged = _judged_within((file, _origin(source)), process, deadline_s)
            return _named(judged, source, file)
    except Unreadable as refusal:
        return Judged(shown(source), "", "", "", AnswerStatus.UNREADABLE, None, (refusal.finding,))


def _judged_within(job: Job, process: BoundedProcess, deadline_s: float) -> Judged:
    file = job[0]
    try:
        judged: Judged = pickle.loads(process.run(job, deadline_s))
    except ProcessDied as death:
        return _failed(file, death.exit_code, "died")
    except TimeoutError:
        why = finding("V07", seen=f"{deadline_s:g}")
        return _judged(file, AnswerStatus.UNREADABLE, why)
    except MemoryError:
        return _failed(file, process.memory_mib, "memory")
    return judged


def _failed(file: Path, seen: object, case: str = "") -> Judged:
    return _judged(file, AnswerStatus.FAILED, finding("W99", case=case, seen=seen))


def _judged(file: Path, status: AnswerStatus, why: Finding) -> Judged:
    return Judged(file.as_posix(), sha256_of(file) or "", "", "", status, None, (why,))


def _one_for_each_part(answers: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """Of several answers for a part the one filled in last; of two copies the first.

    S07: where two differ and were filled in on one day, nobody but the supplier knows which one
    counts, and neither is taken.
    """
    by_part: dict[str, list[Judged]] = {}
    for answer in answers:
        if answer.accepted:
            by_part.setdefault(folded(answer.accepted.part_id), []).append(answer)
    changed: dict[int, Judged] = {}
    for of_part in by_part.values():
        first, *others = of_part
        distinct = [first]
        for other in others:
            same = next((one for one in distinct if one.sha256 == other.sha256), None)
            if same is not None:
                why = finding("S09", case="copy", other=same.path)
                changed[id(other)] = replace(
                    other, status=AnswerStatus.UNCHANGED, accepted=None, findings=(why,)
                )
            else:
                distinct.append(other)
        if len(distinct) > 1:
            changed |= _of_several(distinct)
    return tuple(changed.get(id(answer), answer) for answer in answers)


def _of_several(answers: Sequence[Judged]) -> dict[int, Judged]:
    """What becomes of different answers for one part, by the identity of those that change."""
    days = [answer.sender.filled_on or date.min for answer in answers]
    newest = [one for one, day in zip(answers, days, strict=True) if day == max(days)]
    changed = {
        id(one): replace(one, status=AnswerStatus.OLDER, accepted=None, findings=(why,))
        for one, day in zip(answers, days, strict=True)
        if day != max(days)
        for why in [
            finding(
                "S09",
                None,
                case="beside",
                seen=one.sender.filled_on or "–",
                expected=max(days),
                other=newest[0].path,
                part=one.part_id,
            )
        ]
    }
    for one in newest if len(newest) > 1 else ():
        rivals = tuple(dict.fromkeys(other.path for other in newest if other is not one))
        why = finding("S07", part=one.part_id, other=rivals)
        changed[id(one)] = replace(
            one, status=AnswerStatus.REFUSED, accepted=None, findings=(why, *one.findings)
        )
    return changed


def _held_behind_refused(answers: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """Held back is an answer whose supplier filled in another one later, which is refused here:
    what it said no longer holds, and what holds now is not known."""
    latest: dict[tuple[str, str], tuple[date, str]] = {}
    for one in answers:
        if one.status is AnswerStatus.REFUSED and one.part_id and one.sender.filled_on:
            key = folded(one.supplier_id), folded(one.part_id)
            latest[key] = max(latest.get(key, (date.min, "")), (one.sender.filled_on, one.path))
    return tuple(_behind(one, latest) for one in answers)


def _behind(answer: Judged, latest: Mapping[tuple[str, str], tuple[date, str]]) -> Judged:
    key = folded(answer.supplier_id), folded(answer.part_id)
    day, path = latest.get(key, (date.min, ""))
    filled_on, accepted = answer.sender.filled_on, answer.accepted
    if not answer.is_taken or accepted is None or not filled_on or filled_on >= day:
        return answer
    why = finding("S09", case="refused", seen=filled_on, expected=day, other=path)
    findings = (*answer.findings, why)
    accepted = replace(accepted, doubts=doubts_of(findings))
    return replace(answer, status=AnswerStatus.HELD, accepted=accepted, findings=findings)
