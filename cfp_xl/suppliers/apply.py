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
from hashlib import sha256
from pathlib import Path

from cfp_xl.engine.recalculate import recalculate
from cfp_xl.engine.refresh import refreshed
from cfp_xl.findings import Finding, Severity, finding
from cfp_xl.footprint.calculate import calculate
from cfp_xl.messages import Explained, Lang
from cfp_xl.outputs import ensure_output, write_output
from cfp_xl.schema.opened import with_recomputed_values
from cfp_xl.schema.schema import Schema, find_schema
from cfp_xl.schema.seal import check_seal
from cfp_xl.suppliers.outcomes import Accepted
from cfp_xl.suppliers.plan import Plan, Taken, plan
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.reading.container import Package, open_package, package_of
from cfp_xl.workbook.reading.read import read_package
from cfp_xl.workbook.writing.values import write_values

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
    sha256: str
    """Of the product as it is now."""
    before_kgco2e: float | None
    after_kgco2e: float | None


@dataclass(frozen=True)
class Product:
    """A product workbook that can take answers."""

    package: Package
    workbook: Workbook
    schema: Schema

    @property
    def total_kgco2e(self) -> float | None:
        return calculate(self.schema.inventory, self.schema.factors).total_kgco2e


def apply(
    product: Path, accepted: Sequence[Accepted], destination: Path, date_text: str
) -> Applied:
    """Take the answers into `product` and write it to `destination`, which may be the same file.

    In place, the earlier workbook is kept beside as `NAME.before-<sha256[:8]>.xlsx`. Answers that
    stand in it already change nothing: in place no byte is written, elsewhere it is copied as it
    is. `date_text` is the day for the history, `2026-11-23`.
    Raises Unreadable, CannotApply, ProductInUse, NotWritten.
    """
    source, target = product.resolve(), destination.resolve()
    now = open_product(source)
    planned = plan_for(now, accepted, date.fromisoformat(date_text))
    if planned.findings:
        raise CannotApply(planned.findings)
    is_written = bool(planned.taken) or target != source
    if is_written:
        ensure_output(target, [source] if target != source else [], is_workbook=True)
    data, after = now.package.data, now.total_kgco2e
    if planned.taken:
        data = refreshed(write_values(now.package, planned.values), source)
        after = _checked(data, source).total_kgco2e
    kept = None
    if is_written:
        _refuse_if_open(target)
        if target == source:
            kept = _keep(now.package, source)
        _put(data, target, now.package)
    return Applied(
        taken=planned.taken,
        unchanged=planned.unchanged,
        written=target if is_written else None,
        kept=kept,
        sha256=sha256(data).hexdigest(),
        before_kgco2e=now.total_kgco2e,
        after_kgco2e=after,
    )


def open_product(path: Path) -> Product:
    """The product at `path`; raises Unreadable, or CannotApply where its formulas are changed."""
    package = open_package(path)
    workbook = read_package(package)
    return _product(package, workbook, with_recomputed_values(workbook, recalculate(workbook)))


def plan_for(product: Product, accepted: Sequence[Accepted], day: date) -> Plan:
    """What the answers would change in this product, or why they can't: for a dry run too."""
    return plan(product.schema, accepted, day)


def _product(package: Package, workbook: Workbook, fresh: Workbook) -> Product:
    """The workbook as a product, read from `fresh`: its formulas' values are of now."""
    broken = [one for one in check_seal(workbook) if one.severity is Severity.ERROR]
    if broken:
        first = broken[0]
        raise CannotApply([finding("S87", first.where, seen=_Words(broken[:1]))])
    schema, _ = find_schema(fresh)
    if schema is None:
        raise CannotApply([finding("S87", case="tables")])
    return Product(package, workbook, schema)


def _checked(data: bytes, path: Path) -> Product:
    """The new workbook, read back: its seal holds, and it can be read as a product."""
    package = package_of(data, path)
    workbook = read_package(package)
    return _product(package, workbook, workbook)


def _keep(package: Package, source: Path) -> Path:
    """A copy of the product as it was, beside it."""
    kept = source.with_name(f"{source.stem}.before-{package.sha256[:8]}{source.suffix}")
    write_output(kept, package.data)
    return kept


def _put(data: bytes, target: Path, was: Package) -> None:
    """The one moment at which the file changes: a rename."""
    if target != was.path:
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
