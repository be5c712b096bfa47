"""An archive of a study: what lies in it, and what is wrong with it when it is opened years later.

A zip whose first part is the manifest: the verdict of its day with every finding in words, and the
hash of every other part. The verdict is read, not made anew; today's is put beside it where the two
differ. Nothing of an archive is unpacked to a disk, and its bounds are those of a workbook's zip.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path, PurePosixPath

from cfp_xl.findings import CellRef, Finding, Severity, finding
from cfp_xl.footprint.factors import builtin, builtin_sets
from cfp_xl.messages import LANGS, Text, fill, text
from cfp_xl.verify.many import record
from cfp_xl.verify.result import (
    MAX_TOLERANCE,
    Agreement,
    CellCounts,
    Conformity,
    FileResult,
    FileStatus,
    Options,
    status_of,
)
from cfp_xl.workbook.reading.container import MIB, Package, Unreadable, package_of

SCHEMA = "cfp-xl/archive/1"
MANIFEST, SEAL = "cfp-xl-archive.json", "cfp-xl-archive.sha256"
"""The first part, and the second, which holds the hash of the first."""
MAX_MANIFEST_BYTES = 16 * MIB
SAME = 1e-9
"""Relative difference up to which two totals are the same."""

Verify = Callable[[Package, Path, Options], FileResult]
"""What verifies the workbook in an archive today."""


@dataclass(frozen=True, slots=True)
class Tool:
    """What made the verdict."""

    version: str
    rules: str
    """The edition of the rules."""
    program_sha256: str
    factor_sets: tuple[str, ...]
    libraries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A part of the archive."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody answered to a finding."""

    reason: str
    who: str
    date: str


@dataclass(frozen=True, slots=True)
class ArchivedFinding:
    """A finding in the words of its day: its code may be gone by now."""

    code: str
    severity: Severity
    is_of_rule: bool
    """Whether it counts in the verdict on conformity."""
    sheet: str
    cell: str
    message: Text
    hint: Text
    seen: str | None = None
    expected: str | None = None
    reply: Reply | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.code, self.sheet, self.cell

    @property
    def is_open(self) -> bool:
        return self.reply is None and self.severity is not Severity.INFO


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found when the archive was made."""

    status: FileStatus
    schema: str
    recalculation: Agreement
    conformity: Conformity
    cells: CellCounts
    total_kgco2e: float | None
    functional_unit: str | None
    factor_set: str | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """The first part of an archive."""

    schema: str
    tool: Tool
    tolerance: float
    as_of: str | None
    """The day that counted as today, where one was named."""
    workbook: str
    """Which of the parts is the workbook."""
    verdict: Verdict
    findings: tuple[ArchivedFinding, ...]
    files: tuple[ArchivedFile, ...]


def packed(manifest: Manifest, parts: Mapping[str, bytes]) -> bytes:
    """The archive: the same parts give the same bytes, whatever packs them."""
    said = json.dumps(record.as_json(manifest), ensure_ascii=False, indent=2, allow_nan=False)
    return _zip({MANIFEST: said.encode() + b"\n", **parts})


def _zip(parts: Mapping[str, bytes]) -> bytes:
    """Stored, not compressed: what a library of another year compresses differs."""
    target = io.BytesIO()
    first = parts[MANIFEST]
    sealed = {MANIFEST: first, SEAL: sha256(first).hexdigest().encode() + b"\n"}
    rest = {name: data for name, data in sorted(parts.items()) if name not in sealed}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in {**sealed, **rest}.items():
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, data)
    return target.getvalue()


def is_archive(package: Package) -> bool:
    """Whether a zip is an archive of ours; its manifest may be broken."""
    return package.has(MANIFEST)


def verify_archive(package: Package, path: Path, options: Options, verify: Verify) -> FileResult:
    """The verdict of its day, if every byte is that of its day. Raises Unreadable."""
    manifest = _manifest(package)
    parts: dict[str, bytes] = {}
    changed = tuple(_changed(package, manifest, parts))
    if not changed and _zip(parts) != package.data:
        changed = (finding("W49", case="container", seen=path.name),)
    verdict = manifest.verdict
    today = None
    if manifest.workbook in parts and not any(one.seen == manifest.workbook for one in changed):
        today = _today(parts[manifest.workbook], manifest, options, verify)
    findings = (
        _verdict(manifest),
        *(_difference(manifest, today) if today else ()),
        *changed,
        *(_of_its_day(one) for one in manifest.findings),
    )
    return FileResult(
        path=path.as_posix(),
        sha256=package.sha256,
        status=status_of(findings, verdict.recalculation, options.fail_on),
        findings=findings,
        schema=verdict.schema,
        recalculation=verdict.recalculation,
        conformity=verdict.conformity,
        cells=verdict.cells,
        footprint=today.footprint if today and _is_same_total(verdict, today) else None,
        functional_unit=verdict.functional_unit,
        factor_set=verdict.factor_set,
        tolerance=manifest.tolerance,
        fail_on=options.fail_on,
    )


def _manifest(package: Package) -> Manifest:
    """The manifest as far as it can be read; whether it is that of its day, `_changed` says."""
    data = package.open(MANIFEST).read(MAX_MANIFEST_BYTES + 1)
    if len(data) > MAX_MANIFEST_BYTES:
        raise Unreadable("W06", "part_size", part=MANIFEST, limit_mib=MAX_MANIFEST_BYTES // MIB)
    try:
        manifest = record.of_json(Manifest, json.loads(data))
        if not 0 <= manifest.tolerance <= MAX_TOLERANCE:
            raise ValueError
        if manifest.as_of is not None:
            date.fromisoformat(manifest.as_of)
    except (record.NotARecord, ValueError, RecursionError) as error:
        raise Unreadable("W49", "manifest", seen=MANIFEST) from error
    if manifest.schema != SCHEMA:
        raise Unreadable("W49", "edition", seen=manifest.schema, expected_schema=SCHEMA)
    return manifest


def _changed(package: Package, manifest: Manifest, parts: dict[str, bytes]) -> Iterator[Finding]:
    """W49 for each part that is not that of its day; `parts` gets what could be read."""
    listed = {one.path: one for one in manifest.files}
    names = [info.filename for info in package.parts.values()]
    for name in (MANIFEST, SEAL, *listed):
        try:
            parts[name] = package.open(name).read()
        except Unreadable as broken:
            case = "" if package.has(name) else "missing"
            why = broken.finding
            yield finding(
                "W49", case=case, seen=name, why=Text(why.message("zh"), why.message("en"))
            )
    first = sha256(parts.get(MANIFEST, b"")).hexdigest()
    sealed = parts.get(SEAL)
    if sealed is not None and sealed.strip() != first.encode():
        yield _other(MANIFEST, sealed.decode("ascii", "replace")[:64], first)
    for name, one in listed.items():
        found = sha256(parts[name]).hexdigest() if name in parts else one.sha256
        if found != one.sha256:
            yield _other(name, one.sha256, found)
    added = [name for name in names if name not in listed and name not in (MANIFEST, SEAL)]
    yield from (finding("W49", case="added", seen=name) for name in added)


def _other(name: str, expected: str, found: str) -> Finding:
    why = _words("archive.hash", expected=expected[:16], found=found[:16])
    return finding("W49", seen=name, why=why)


def _words(key: str, **values: object) -> Text:
    return Text(*(fill(text(key), lang, values) for lang in LANGS))


def _today(data: bytes, manifest: Manifest, options: Options, verify: Verify) -> FileResult:
    """The workbook verified as if it came today, on the day that the archive names."""
    name = Path(PurePosixPath(manifest.workbook).name)
    as_then = replace(
        options, as_of=options.as_of or manifest.as_of, tolerance=manifest.tolerance, witnesses=()
    )
    try:
        return verify(package_of(data, name), name, as_then)
    except Unreadable as refusal:
        return FileResult(name.name, None, FileStatus.UNREADABLE, (refusal.finding,))


def _verdict(manifest: Manifest) -> Finding:
    """W48: what was found on its day."""
    verdict, tool = manifest.verdict, manifest.tool
    open_ones = [one for one in manifest.findings if one.is_open]
    return finding(
        "W48",
        seen=verdict.status.value,
        day=_words("archive.day", day=manifest.as_of) if manifest.as_of else "",
        version=tool.version,
        rules=tool.rules,
        status=text(f"report.status.{verdict.status.value}"),
        recalculation=text(f"report.recalculation.{verdict.recalculation.value}"),
        conformity=text(f"report.conformity.{verdict.conformity.value}"),
        total=_kgco2e(verdict.total_kgco2e),
        unit=verdict.functional_unit or "–",
        errors=sum(one.severity is Severity.ERROR for one in open_ones),
        warnings=sum(one.severity is Severity.WARNING for one in open_ones),
    )


def _of_its_day(one: ArchivedFinding) -> Finding:
    """W47: a finding of its day, open or answered as it was then."""
    if not one.is_open:
        case = "" if one.reply is None else "answered"
    else:
        kind = "" if one.is_of_rule else "file_"
        case = f"{kind}{one.severity.value}"
    where = CellRef(one.sheet, one.cell) if one.cell else None
    reply = one.reply or Reply("", "", "")
    return finding(
        "W47",
        where,
        case=case,
        seen=one.seen,
        expected=one.expected,
        was=one.code,
        said=one.message,
        reason=reply.reason,
        who=reply.who,
        date=reply.date,
    )


def _difference(manifest: Manifest, today: FileResult) -> Iterator[Finding]:
    """W48: what this program says of the same workbook, where it says something else."""
    verdict = manifest.verdict
    if today.status not in (FileStatus.PASSED, FileStatus.FAILED):
        why = today.findings[0] if today.findings else None
        said = Text(why.message("zh"), why.message("en")) if why else Text("–", "–")
        yield finding("W48", case="not_today", seen=today.status.value, why=said)
        return
    now = {
        (one.code, one.where.sheet if one.where else "", one.where.cell if one.where else "")
        for one in today.findings
        if one.is_open and one.severity is not Severity.INFO
    }
    then = {one.key for one in manifest.findings if one.is_open}
    if (today.recalculation, _is_same_total(verdict, today)) != (verdict.recalculation, True):
        total = today.footprint.total_kgco2e if today.footprint else None
        moved = _moved_sets(manifest.tool)
        yield finding(
            "W48",
            case="library" if moved else "numbers",
            seen=_kgco2e(total),
            expected=_kgco2e(verdict.total_kgco2e),
            sets=moved,
            recalculation=text(f"report.recalculation.{today.recalculation.value}"),
            then=text(f"report.recalculation.{verdict.recalculation.value}"),
        )
    if now != then or today.status is not verdict.status:
        yield finding(
            "W48",
            case="differs",
            seen=today.status.value,
            status=text(f"report.status.{today.status.value}"),
            more=_named(now - then),
            fewer=_named(then - now),
        )


def shipped_pins() -> tuple[str, ...]:
    """The factor sets of this program, as an archive notes them."""
    return tuple(f"{s.id}@{s.version} sha256:{s.sha256}" for s in map(builtin, builtin_sets()))


def _moved_sets(tool: Tool) -> tuple[str, ...]:
    """Which of the sets of its day are gone or are others today."""
    now = set(shipped_pins())
    return tuple(pin.partition(" ")[0] for pin in tool.factor_sets if pin not in now)


def _named(keys: set[tuple[str, str, str]]) -> tuple[str, ...]:
    """Codes with their first cell, `U02 (活动!E7)`; "–" where there is none."""
    by_code: dict[str, str] = {}
    for code, sheet, cell in sorted(keys):
        by_code.setdefault(code, f"{code} ({sheet}!{cell})" if cell else code)
    return tuple(by_code.values()) or ("–",)


def _is_same_total(verdict: Verdict, today: FileResult) -> bool:
    now = today.footprint.total_kgco2e if today.footprint else None
    then = verdict.total_kgco2e
    if now is None or then is None:
        return now is then
    return abs(now - then) <= SAME * max(abs(now), abs(then))


def _kgco2e(total: float | None) -> str:
    return "–" if total is None else f"{total:.10g}"
