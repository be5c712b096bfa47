"""Data files are read as tomllib reads them, whether or not one was read before."""

import os
import sys
import tomllib
from pathlib import Path

import pytest

import cfp_xl
from cfp_xl.data_files import parsed

DATA = Path(cfp_xl.__file__).parent / "data"


@pytest.fixture(autouse=True)
def _keeps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As a user's Python does, but in a folder of the test."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "cache"))


def kept(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


@pytest.mark.parametrize("file", sorted(DATA.rglob("*.toml")), ids=lambda file: file.stem)
def test_read_from_what_is_kept_as_it_was_parsed(file: Path, tmp_path: Path) -> None:
    expected = tomllib.loads(file.read_text("utf-8"))
    first, again = parsed(file), parsed(file)
    assert len(kept(tmp_path)) == 1
    assert repr(first) == repr(again) == repr(expected)  # 1 and 1.0 are different


def test_a_changed_file_is_parsed_again(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("x = 1", "utf-8")
    stat = file.stat()
    assert parsed(file) == {"x": 1}
    file.write_text("x = 2", "utf-8")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # within the clock's step
    assert parsed(file) == {"x": 2}
    assert len(kept(tmp_path)) == 1


def test_what_is_given_is_the_callers_own(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("x = [1]", "utf-8")
    parsed(file)["x"].append(2)
    parsed(file)["x"].append(2)
    assert parsed(file) == {"x": [1]}


@pytest.mark.parametrize("harm", [b"", b"\n{}", b"not a key\n{}"])
def test_a_kept_file_that_is_broken_is_made_anew(tmp_path: Path, harm: bytes) -> None:
    file = tmp_path / "a.toml"
    file.write_text("x = 1", "utf-8")
    parsed(file)
    (place,) = kept(tmp_path)
    whole = place.read_bytes()
    for broken in (harm, whole[:-1]):
        place.write_bytes(broken)
        assert parsed(file) == {"x": 1}
        assert place.read_bytes() == whole


def test_dates_are_read_although_json_has_none(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("day = 2026-12-01", "utf-8")
    assert str(parsed(file)["day"]) == "2026-12-01"
    assert not kept(tmp_path)


def test_nothing_is_kept_where_python_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    file = tmp_path / "a.toml"
    file.write_text("x = 1", "utf-8")
    assert parsed(file) == {"x": 1}
    assert not kept(tmp_path)


def test_a_folder_that_takes_nothing_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "no folder").write_bytes(b"")
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "no folder"))
    file = tmp_path / "a.toml"
    file.write_text("x = 1", "utf-8")
    assert parsed(file) == {"x": 1}
