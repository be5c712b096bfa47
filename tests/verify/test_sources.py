"""Which workbooks a path means, and how those at an address come here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from cfp_xl.verify.many.batch import BatchRun, verify_each
from cfp_xl.verify.result import FileResult, FileStatus, Options
from cfp_xl.work import sources
from cfp_xl.work.sources import (
    AddressNotReached,
    ExtraMissing,
    Remote,
    local_copy,
    shown,
    workbooks_in,
)
from tests.verify.many import book


@pytest.fixture
def store(tmp_path: Path) -> Iterator[fsspec.AbstractFileSystem]:
    """A store in memory with a folder of suppliers' workbooks."""
    files = fsspec.filesystem("memory")
    sound, stale = book(tmp_path / "sound.xlsx"), book(tmp_path / "stale.xlsx", cached=7)
    files.pipe("/suppliers/b.xlsx", sound.read_bytes())
    files.pipe("/suppliers/2026/a.xlsm", stale.read_bytes())
    for name in ("/suppliers/~$b.xlsx", "/suppliers/.trash/c.xlsx", "/suppliers/notes.txt"):
        files.pipe(name, b"")
    yield files
    files.rm("/", recursive=True)


def test_paths_mean_each_workbook_once(tmp_path: Path) -> None:
    for name in ("b.xlsx", "sub/A.XLSM", ".hidden/c.xlsx", "~$b.xlsx", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    paths = [str(tmp_path / "b.xlsx"), str(tmp_path), f"{tmp_path}/*"]
    files, in_vain = workbooks_in(paths)
    assert [shown(f).removeprefix(f"{tmp_path.as_posix()}/") for f in files] == [
        "b.xlsx",
        "sub/A.XLSM",
    ]
    assert not in_vain


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("memory://suppliers", ["memory://suppliers/2026/a.xlsm", "memory://suppliers/b.xlsx"]),
        ("memory://suppliers/", ["memory://suppliers/2026/a.xlsm", "memory://suppliers/b.xlsx"]),
        ("memory://suppliers/*.xlsx", ["memory://suppliers/b.xlsx"]),
        ("memory://suppliers/**/a.xls?", ["memory://suppliers/2026/a.xlsm"]),
        ("memory://**/*.xlsx", ["memory://suppliers/b.xlsx"]),
        ("memory://suppliers/b.xlsx", ["memory://suppliers/b.xlsx"]),
        ("memory://suppliers/.trash/*", ["memory://suppliers/.trash/c.xlsx"]),
        ("memory://absent.xlsx", ["memory://absent.xlsx"]),
        ("memory://suppliers/*.ods", []),
    ],
)
@pytest.mark.usefixtures("store")
def test_an_address_is_a_file_a_folder_or_a_pattern(url: str, found: list[str]) -> None:
    files, in_vain = workbooks_in([url])
    names = [shown(f).replace("memory:///", "memory://") for f in files]
    assert names == found
    assert bool(in_vain) == (not found)


@pytest.mark.parametrize("run", [BatchRun(), BatchRun(jobs=2)], ids=["here", "two workers"])
@pytest.mark.usefixtures("store")
def test_a_remote_workbook_is_verified_and_keeps_its_address(run: BatchRun, tmp_path: Path) -> None:
    files, _ = workbooks_in(["memory://suppliers", str(tmp_path / "sound.xlsx")])
    results = list(verify_each((*files, Remote("memory://gone.xlsx")), Options(), run=run))
    assert [(r.path.rpartition("/")[2], r.status) for r in results] == [
        ("a.xlsm", FileStatus.FAILED),
        ("b.xlsx", FileStatus.PASSED),
        ("sound.xlsx", FileStatus.PASSED),
        ("gone.xlsx", FileStatus.UNREADABLE),
    ]
    assert results[0].path.startswith("memory://")
    assert "memory://gone.xlsx" in results[3].findings[0].message("en")


@pytest.mark.usefixtures("store")
def test_a_copy_is_bounded_and_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    with local_copy(Remote("memory://suppliers/b.xlsx")) as copy:
        assert copy.name == "b.xlsx"
        assert copy.stat().st_size > 1000
    assert not copy.parent.exists()
    monkeypatch.setattr(sources, "MAX_FILE_BYTES", 1000)
    [result] = verify_each([Remote("memory://suppliers/b.xlsx")], Options())
    assert codes(result) == ["W06"]


def test_a_store_that_fails_is_a_finding_of_that_file(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise RuntimeError("token expired")

    monkeypatch.setattr(type(store), "open", refuses)
    [result] = verify_each([Remote("memory://suppliers/b.xlsx")], Options())
    assert result.status is FileStatus.UNREADABLE
    assert codes(result) == ["W10"]
    assert "token expired" in result.findings[0].message("zh")


def test_an_unknown_kind_of_address_is_said_so() -> None:
    with pytest.raises(AddressNotReached, match="gopher"):
        workbooks_in(["gopher://host/a.xlsx"])


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adlfs", None)
    with pytest.raises(ExtraMissing, match="adlfs"):
        workbooks_in(["abfs://container/suppliers"])
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(ExtraMissing, match=r"cfp-xl\[remote\]"):
        workbooks_in(["s3://bucket/suppliers"])


@pytest.mark.parametrize("path", ["C:/suppliers/a.xlsx", "a::b.xlsx", "x/http:/a.xlsx"])
def test_a_colon_alone_makes_no_address(path: str) -> None:
    files, _ = workbooks_in([path])
    assert files == (Path(path),)


def codes(result: FileResult) -> list[str]:
    return [f.code for f in result.findings]
