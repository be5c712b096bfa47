"""Takes accepted answers into a product workbook: in one piece, or not at all.

The workbook is made in memory, read back and checked, then put in place of the old one by a
rename. Whatever happens on the way leaves the old file or the new one, never something between.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cfp_xl.findings import Finding, Severity, finding
from cfp_xl.functions.serial_dates import serial_of
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Explained, Lang
from cfp_xl.outputs import ensure_output, write_output
from cfp_xl.schema.opened import Opened, Tables, opened, recalculated_with
from cfp_xl.schema.schema import Schema
from cfp_xl.schema.seal import check_seal
from cfp_xl.suppliers.outcomes import Accepted
from cfp_xl.suppliers.plan import IntakePlan, Taken, plan
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.reading.container import Package, package_of
from cfp_xl.workbook.writing.patch import patched
from cfp_xl.workbook.writing.values import Constant, write_values

LOCKS = ("~${name}", ".~lock.{name}#")
"""Files that Excel and WPS, and LibreOffice, keep beside a workbook that is open."""


class CannotApply(Explained):
    """A product that can't take the answers; `findings` say why. Nothing was written."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("supplier_product.apply.cannot", why=_Words(findings))
        self.findings = tuple(findings)


class ProductInUse(Explained):
    """A product that is open in, or was just changed by, another program."""


@dataclass(frozen=True)
class Applied:
    """What became of the answers. `written` is None where nothing had to change."""

    taken: tuple[Taken, ...]
    unchanged: tuple[str, ...]
    """Parts whose answer stood in the product already, from this very file."""
    written: Path | None
    kept: Path | None
    """Where the workbook stands as it was, if it was replaced."""
    product: Opened
    """As it is now."""
    before_kgco2e: float | None
    after_kgco2e: float | None
    held: tuple[str, ...] = ()
    """Parts whose answer is noted as held back."""


def apply(
    product: Opened,
    accepted: Sequence[Accepted],
    destination: Path,
    date_text: str,
    held: Sequence[Accepted] = (),
) -> Applied:
    """Take the answers into `product` and write it to `destination`, which may be the same file.

    In place, the earlier workbook is kept beside as `NAME.before-<sha256[:8]>.xlsx`. Answers that
    stand in it already change nothing: in place no byte is written, elsewhere it is copied as it
    is. `date_text` is the day for the history, `2026-11-23`. Of answers that are `held` back it
    says so there, and nothing else of them enters.
    Raises Unreadable, CannotApply, ProductInUse, NotWritten.
    """
    source, target = product.workbook.path.resolve(), destination.resolve()
    planned = plan_for(product, accepted, date.fromisoformat(date_text), held)
    if planned.findings:
        raise CannotApply(planned.findings)
    is_written = planned.changes or target != source
    if is_written:
        ensure_output(target, [source] if target != source else [], is_workbook=True)
    after = _with_answers(product, planned) if planned.changes else product
    kept = None
    if is_written:
        _refuse_if_open(target)
        if target == source:
            kept = _keep(product.package, source)
        _put(after.package.data, target, product.package, source)
    return Applied(
        taken=planned.taken,
        unchanged=planned.unchanged,
        written=target if is_written else None,
        kept=kept,
        product=after,
        before_kgco2e=_total_kgco2e(product.recomputed),
        after_kgco2e=_total_kgco2e(after.cached if planned.changes else after.recomputed),
        held=planned.held,
    )


def plan_for(
    product: Opened, accepted: Sequence[Accepted], day: date, held: Sequence[Accepted] = ()
) -> IntakePlan:
    """What the answers would change in this product, or why they can't: for a dry run too.

    Raises CannotApply where the product's own formulas are changed.
    """
    return plan(_sound(product.workbook, product.recomputed), accepted, day, held)


def _sound(workbook: Workbook, tables: Tables) -> Schema:
    """The tables of a product whose seal holds; raises CannotApply."""
    broken = [one for one in check_seal(workbook) if one.severity is Severity.ERROR]
    if broken:
        first = broken[0]
        raise CannotApply([finding("S87", first.where, seen=_Words(broken[:1]))])
    if tables.schema is None:
        raise CannotApply([finding("S87", case="tables")])
    return tables.schema


def _with_answers(product: Opened, planned: IntakePlan) -> Opened:
    """The new workbook, recalculated before it is written, and read back from its bytes.

    Its cached values are those that were computed, so that every program shows them at once.
    """
    path = product.workbook.path
    values = {
        sheet: {at: _as_number(value, product.workbook) for at, value in cells.items()}
        for sheet, cells in planned.values.items()
    }
    recalculation = recalculated_with(product.workbook, values)
    written = package_of(write_values(product.package, values, planned.like), path)
    after = opened(patched(written, recalculation.lasting_values)[0], path, recalculation)
    for name, cells in values.items():
        read = after.workbook.by_name[name.casefold()].columns
        for at, value in cells.items():
            assert (read.value(at) or None) == (value or None), f"{name} {at} was not written"
    _sound(after.workbook, after.cached)
    return after


def _as_number(value: Constant, workbook: Workbook) -> Scalar:
    """A day as the workbook counts days; the cell's own format shows it as a date."""
    if isinstance(value, date):
        return serial_of(value, date_1904=workbook.date_1904)
    return value


def _total_kgco2e(tables: Tables) -> float | None:
    return tables.footprint.total_kgco2e if tables.footprint else None


def _keep(package: Package, source: Path) -> Path:
    """A copy of the product as it was, beside it."""
    kept = source.with_name(f"{source.stem}.before-{package.sha256[:8]}{source.suffix}")
    write_output(kept, package.data)
    return kept


def _put(data: bytes, target: Path, was: Package, source: Path) -> None:
    """The one moment at which the file changes: a rename."""
    if target != source:
        write_output(target, data)
        return
    with _alone(target):
        if target.read_bytes() != was.data:
            raise ProductInUse("supplier_product.apply.changed", path=str(target))
        write_output(target, data)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keeps a second intake from the moment between looking at a file and replacing it.

    The lock is on the file that is about to go: who waited for it finds another in its place. It
    ends with the process, however that ends. Windows has no such lock; there it is left to the
    look just before.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _refuse_if_open(target: Path) -> None:
    """A program that has the file open would write its own version over ours."""
    for pattern in LOCKS:
        lock = target.with_name(pattern.format(name=target.name))
        if lock.exists():
            raise ProductInUse("supplier_product.apply.open", path=str(target), lock=lock.name)


class _Words(Explained):
    """Findings as one text."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("")
        self._findings = tuple(findings)

    def say(self, lang: Lang) -> str:
        texts = (f"{one.where or ''} {one.code} {one.message(lang)}" for one in self._findings)
        return ("；" if lang == "zh" else "; ").join(text.strip() for text in texts)
