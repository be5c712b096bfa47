"""Derived files are what their sources give, and a drifted one is named part by part."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest

from cfp_xl.build import NotACheckout, build

PROJECT = Path(__file__).parent.parent


def test_every_derived_file_is_as_its_source_gives_it() -> None:
    outcomes = list(build(PROJECT, is_check=True))
    assert {"udfs/cfp_udfs.py", "docs/findings.md", "workbooks/bxd2.xlsx"} <= {
        o.path for o in outcomes
    }
    assert not [o for o in outcomes if o.drifted]


def test_drift_is_found_named_and_mended(tmp_path: Path) -> None:
    """With one workbook's sources: how the others are built is the same."""
    for folder in ("workbooks/bxd2", "udfs", "docs", "cfp_xl/data"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    for pattern in ("bxd2.*", "site-*.xlsx"):  # a site's workbooks come from no folder of sources
        for workbook in (PROJECT / "workbooks").glob(pattern):
            shutil.copy(workbook, tmp_path / "workbooks")
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    book = tmp_path / "workbooks" / "bxd2.xlsx"
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    parts[part] = parts[part].replace(b"<sheetData>", b"<sheetData> ")
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    book.write_bytes(changed.getvalue())
    (tmp_path / "docs" / "functions.md").unlink()

    found = {o.path: o.drifted for o in build(tmp_path, is_check=True) if o.drifted}
    assert found == {"workbooks/bxd2.xlsx": (part,), "docs/functions.md": ("functions.md",)}
    list(build(tmp_path, is_check=False))
    copies = list(filter(Path.is_file, tmp_path.rglob("*")))
    assert book in copies
    assert tmp_path / "docs" / "functions.md" in copies
    for file in copies:
        assert file.read_bytes() == (PROJECT / file.relative_to(tmp_path)).read_bytes()


def test_only_a_checkout_can_be_built(tmp_path: Path) -> None:
    with pytest.raises(NotACheckout):
        list(build(tmp_path, is_check=True))
