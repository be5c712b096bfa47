"""`cfp-xl archive` and `verify X.zip`: equal bytes, every change named, the verdict of its day."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openpyxl import load_workbook

from cfp_xl.cli import run
from cfp_xl.findings import Finding, Severity, finding
from cfp_xl.footprint import factors
from cfp_xl.schema.opened import refreshed
from cfp_xl.verify import pipeline
from cfp_xl.verify.archived import MANIFEST, SEAL, verify_archive
from cfp_xl.verify.result import FailOn, FileResult, FileStatus, Options
from cfp_xl.verify.rules import model_findings
from cfp_xl.workbook.reading.container import Unreadable, package_of
from tests.exchange.products import HEADINGS, ROWS, write_product
from tests.exchange.site import small_product

KETTLE = Path(__file__).parents[1] / "cases" / "model" / "kettle.xlsx"
BOX = Path(__file__).parents[2] / "workbooks" / "meter-box"
DOCS = BOX.parent.parent / "docs"
TODAY = FileResult("kettle.xlsx", None, FileStatus.TIMEOUT, (finding("V07", seen="1"),))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    (folder / "report.txt").write_text("472.4 kgCO2e", "utf-8")
    target = folder / "kettle.zip"
    line = ["archive", KETTLE, "-o", target, "--published", folder / "report.txt"]
    assert run([str(word) for word in [*line, "--suppliers", BOX / "answers"]]) == 0
    return target


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as one:
        return {name: one.read(name) for name in one.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as one:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, 0o644 << 16
            one.writestr(info, data)
    return target.getvalue()


def with_a_formula(product: Path) -> Path:
    """Without any formula there is nothing to verify."""
    book = load_workbook(product)
    book.create_sheet("check")["A1"] = "=1+1"
    book.save(product)
    product.write_bytes(refreshed(product.read_bytes(), product))
    return product


def changes(data: bytes) -> list[tuple[str, str | None]]:
    """Case and file of each W49, without recalculating anything."""
    result = verify_archive(
        package_of(data, Path("kettle.zip")), Path("kettle.zip"), Options(), lambda *_: TODAY
    )
    found = [(one.case, one.seen) for one in result.findings if one.code == "W49"]
    assert not found or (result.status, result.exit_code()) == (FileStatus.FAILED, 1)
    return found


def test_the_same_study_gives_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    report = archive.with_name("report.txt")
    line = ["archive", KETTLE, "-o", again, "--suppliers", BOX / "answers", "--published", report]
    assert run([str(word) for word in line]) == 0
    assert again.read_bytes() == archive.read_bytes()


def test_what_lies_in_it(archive: Path) -> None:
    parts = parts_of(archive.read_bytes())
    assert parts["workbook/kettle.xlsx"] == KETTLE.read_bytes()
    assert parts["report/report.txt"] == b"472.4 kgCO2e"
    answers = sorted(f"suppliers/{one.name}" for one in (BOX / "answers").iterdir())
    assert [name for name in parts if name.startswith("suppliers/")] == answers
    manifest = json.loads(parts[MANIFEST])
    assert parts[SEAL].decode().strip() == hashlib.sha256(parts[MANIFEST]).hexdigest()
    assert {one["path"]: one["sha256"] for one in manifest["files"]} == {
        name: hashlib.sha256(data).hexdigest()
        for name, data in parts.items()
        if name not in (MANIFEST, SEAL)
    }
    # The kettle's README: it conforms, 472.3966 kgCO2e.
    assert manifest["verdict"]["status"] == "passed"
    assert manifest["verdict"]["total_kgco2e"] == pytest.approx(472.3966, abs=5e-5)
    replies = [one["reply"] for one in manifest["findings"] if one["reply"]]
    assert replies
    assert all(one["reason"] and one["who"] and one["date"] for one in replies)
    assert manifest["tool"]["rules"] == "0.2"
    schema = json.loads((DOCS / "archive.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(manifest)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate({**manifest, "surprise": 1})
    factors = {one["id"]: one for one in json.loads(parts["factors.json"])["factors"]}
    # GB 2024 announcement: 0.5777 kgCO2e/kWh.
    assert factors["CN-ELEC-CFP-2024"]["value"] == 0.5777
    assert factors["CN-ELEC-CFP-2024"]["cell"]


def test_one_changed_byte_of_any_file_is_named(archive: Path) -> None:
    data = archive.read_bytes()
    assert changes(data) == []
    with zipfile.ZipFile(archive) as one:
        infos = one.infolist()
    for info in infos:
        at = info.header_offset + 30 + len(info.filename.encode()) + info.file_size // 2
        flipped = bytearray(data)
        flipped[at] ^= 1
        try:
            found = changes(bytes(flipped))
        except Unreadable as refusal:  # of the manifest itself: what it says can't be read
            found = [("", refusal.finding.seen or str(refusal.finding.values["part"]))]
        assert [seen for _, seen in found] == [info.filename]


def test_a_byte_around_the_files_is_noticed(archive: Path) -> None:
    data = archive.read_bytes()
    with zipfile.ZipFile(archive) as one:
        last = one.infolist()[-1]
    for at in (last.header_offset + 10, last.header_offset + 12, len(data) - 1):  # date, length
        flipped = bytearray(data)
        flipped[at] ^= 1
        with contextlib.suppress(Unreadable):
            assert changes(bytes(flipped))
    assert changes(data + b"\0") == [("container", "kettle.zip")]


def test_files_exchanged_with_their_hashes_in_the_zip_are_named(archive: Path) -> None:
    parts = parts_of(archive.read_bytes())
    other = {**parts, "report/report.txt": b"400.0 kgCO2e"}
    assert changes(zipped(other)) == [("", "report/report.txt")]
    gone = {name: one for name, one in parts.items() if name != "factors.json"}
    assert changes(zipped(gone)) == [("missing", "factors.json")]
    assert changes(zipped({**parts, "report/new.txt": b""})) == [("added", "report/new.txt")]
    better = parts[MANIFEST].replace(b'"rules": "0.2"', b'"rules": "0.1"')
    assert better != parts[MANIFEST]
    assert changes(zipped({**parts, MANIFEST: better})) == [("", MANIFEST)]


def test_the_verdict_of_its_day_outlives_the_rules(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pipeline.verify_file(archive)
    assert [one.case for one in before.findings if one.code == "W48"] == [""]

    def of_tomorrow(case: Any) -> Iterator[Finding]:
        yield from model_findings(case)
        yield finding("U04", case="blank", seen="", severity=Severity.ERROR)

    monkeypatch.setattr(pipeline, "model_findings", of_tomorrow)
    assert pipeline.verify_file(KETTLE).status is FileStatus.FAILED  # the rules did move on
    after = pipeline.verify_file(archive)
    assert after.status is before.status is FileStatus.PASSED
    assert (after.conformity, after.cells) == (before.conformity, before.cells)
    said = next(one for one in after.findings if one.case == "differs")
    assert "U04" in said.message("en")
    assert said.severity is Severity.INFO


@pytest.fixture
def library_of_tomorrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """The grid's factor has another value, and natural gas is gone."""
    rows = factors._rows

    def moved(name: str) -> Iterator[dict[str, str]]:
        for row in rows(name):
            if row["id"] == "CN-ELEC-CFP-2024":
                row["value"] = "0.5"
            if row["id"] != "CN-FUEL-GBT32151-NATURAL-GAS":
                yield row

    def forget() -> None:
        factors.builtin.cache_clear()
        factors.library.cache_clear()

    def move() -> None:
        monkeypatch.setattr(factors, "_rows", moved)
        forget()

    yield move
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize(
    ("factor", "unit", "then", "now"),
    [
        ("CN-ELEC-CFP-2024", "kWh", 5 * 0.5777, "2.5"),
        (
            "CN-FUEL-GBT32151-NATURAL-GAS",
            "Nm3",
            5 * 389.31e-4 * 15.3e-3 * 0.99 * 44 / 12 * 1000,
            "–",
        ),
    ],
)
def test_the_verdict_of_its_day_outlives_the_library(
    tmp_path: Path,
    library_of_tomorrow: Callable[[], None],
    factor: str,
    unit: str,
    then: float,
    now: str,
) -> None:
    """A value that changed, a factor that is gone: also the strictest sees the same verdict."""
    product = small_product(tmp_path / "product.xlsx", "Lamp")
    book = load_workbook(product)
    book["Product"]["D3"], book["Product"]["E3"] = unit, factor
    book["Product"]["G1"] = f'=CFP_FACTOR("{factor}","{unit}")'
    book.save(product)
    product.write_bytes(refreshed(product.read_bytes(), product))
    target = tmp_path / "product.zip"
    run(["archive", str(product), "-o", str(target)])
    strict = Options(fail_on=FailOn.WARNING)
    before, today = pipeline.verify_file(target, strict), pipeline.verify_file(product)
    assert before.footprint is not None
    assert before.footprint.total_kgco2e == pytest.approx(then)
    library_of_tomorrow()
    after = pipeline.verify_file(target, strict)
    assert pipeline.verify_file(product).recalculation is not today.recalculation  # it did move
    assert (after.status, after.recalculation, after.conformity, after.cells) == (
        before.status,
        before.recalculation,
        before.conformity,
        before.cells,
    )
    assert after.exit_code() == before.exit_code()
    was = {(one.code, one.where, one.is_open) for one in before.findings if one.code != "W48"}
    assert {(o.code, o.where, o.is_open) for o in after.findings if o.code != "W48"} == was
    said = next(one for one in after.findings if one.case == "library")
    assert (said.severity, said.seen, said.values["sets"]) == (Severity.INFO, now, ("cn-2026@1",))


def test_a_failure_of_its_day_stays_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "lamp.zip"
    lamp = with_a_formula(write_product(tmp_path / "lamp.xlsx", {"boundary": None}))
    assert run(["archive", str(lamp), "-o", str(target)]) == 1
    monkeypatch.setattr(pipeline, "model_findings", lambda _: iter(()))
    result = pipeline.verify_file(target)
    assert (result.status, result.exit_code()) == (FileStatus.FAILED, 1)
    assert result.conformity.value == "findings"
    assert any(one.values.get("was") == "B01" and one.is_open for one in result.findings)


def test_another_number_today_is_a_warning(archive: Path) -> None:
    """A workbook exchanged together with its hash and the seal: only the SHA-256 that was noted,
    and the numbers, can tell."""

    def verify(*_: object) -> FileResult:
        return FileResult("k", None, FileStatus.PASSED, ())

    package = package_of(archive.read_bytes(), archive)
    result = verify_archive(package, archive, Options(), verify)
    said = next(one for one in result.findings if one.case == "numbers")
    assert said.severity is Severity.WARNING


def test_hostile_archives(archive: Path) -> None:
    parts = parts_of(archive.read_bytes())
    manifest = json.loads(parts[MANIFEST])

    def with_manifest(change: Callable[[dict[str, Any]], object]) -> bytes:
        copy = json.loads(parts[MANIFEST])
        change(copy)
        first = json.dumps(copy).encode()
        seal = hashlib.sha256(first).hexdigest().encode() + b"\n"
        return zipped({**parts, MANIFEST: first, SEAL: seal})

    for broken in (b"[" * 100_000, b"\xff", b"{}", b'{"schema": "cfp-xl/archive/1"}', b"NaN"):
        with pytest.raises(Unreadable) as refusal:
            changes(zipped({**parts, MANIFEST: broken}))
        assert refusal.value.finding.code == "W49"
    with pytest.raises(Unreadable, match="cfp-xl/archive/9"):
        changes(with_manifest(lambda one: one.update(schema="cfp-xl/archive/9")))
    with pytest.raises(Unreadable):
        changes(with_manifest(lambda one: one["verdict"].update(status="splendid")))
    for beyond in ({"tolerance": 1e308}, {"tolerance": -1}, {"as_of": "9999-99-99"}):
        with pytest.raises(Unreadable):
            changes(with_manifest(lambda one, beyond=beyond: one.update(beyond)))  # type: ignore[misc]
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as one:
        one.writestr(MANIFEST, b" " * (40 << 20))
    with pytest.raises(Unreadable) as refusal:
        changes(bomb.getvalue())
    assert refusal.value.finding.code == "W06"
    out = {**parts, "../../outside.txt": b"x"}
    assert changes(zipped(out)) == [("added", "../../outside.txt")]
    assert manifest["workbook"] == "workbook/kettle.xlsx"
    nested = {**parts, "workbook/kettle.xlsx": archive.read_bytes()}
    assert ("", "workbook/kettle.xlsx") in changes(zipped(nested))


def test_evidence_is_listed_with_its_hash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [[*row, None] for row in ROWS]
    rows[0][-1], rows[1][-1] = "invoice 4711.pdf", "weighing note 12"
    product = with_a_formula(
        write_product(tmp_path / "lamp.xlsx", rows=rows, headings=[*HEADINGS, "evidence"])
    )
    folder = tmp_path / "evidence"
    folder.mkdir()
    (folder / "invoice 4711.pdf").write_bytes(b"%PDF")
    target = tmp_path / "lamp.zip"
    capsys.readouterr()
    run(["archive", str(product), "-o", str(target), "--evidence", str(folder), "--lang", "en"])
    told = capsys.readouterr()
    assert not told.err, told.err
    assert "no file was given for “weighing note 12”" in told.out
    assert "4711" not in told.out
    listed = json.loads(parts_of(target.read_bytes())["evidence.json"])
    assert listed["files"] == [
        {
            "name": "invoice 4711.pdf",
            "bytes": 4,
            "sha256": hashlib.sha256(b"%PDF").hexdigest(),
        }
    ]
    assert [one["files"] for one in listed["named"]] == [["invoice 4711.pdf"], []]
    assert not any("invoice" in name for name in parts_of(target.read_bytes()))
