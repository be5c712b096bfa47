"""Workbooks written part by part, so that a test shows the very XML it is about."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from cfp_xl.workbook.model import Sheet, Workbook
from cfp_xl.workbook.reading.read import read_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"

Parts = dict[str, str | bytes]
WriteParts = Callable[..., Path]
SheetOf = Callable[..., Sheet]
WorkbookOf = Callable[..., Workbook]


def parts_of(
    sheets: Mapping[str, str],
    *,
    workbook: str = "",
    strings: str = "",
    more: Mapping[str, str | bytes] | None = None,
    more_links: str = "",
) -> Parts:
    """The parts of a workbook with these sheets (name: XML of the worksheet's children)."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    if strings:
        links += (
            f'<Relationship Id="rIdS" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
        )
    parts: Parts = {
        "[Content_Types].xml": "<Types></Types>",
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE_LINKS}"><Relationship Id="rId1" '
            f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
            f'<Relationship Id="rId2" Type="{LINKS}/custom-properties" '
            'Target="docProps/custom.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets>{workbook}'
            "</workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE_LINKS}">{links}{more_links}</Relationships>'
        ),
    }
    for n, content in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = f'<worksheet xmlns="{MAIN}">{content}</worksheet>'
    if strings:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    return {**parts, **(more or {})}


@pytest.fixture
def write_parts(tmp_path: Path) -> WriteParts:
    """Write parts into a zip and return its path."""

    def write(parts: Mapping[str, str | bytes], name: str = "book.xlsx") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, content in parts.items():
                archive.writestr(part, content)
        return path

    return write


@pytest.fixture
def workbook_of(write_parts: WriteParts) -> WorkbookOf:
    """Read a workbook made of these sheets; arguments as for `parts_of`."""

    def read(sheets: Mapping[str, str], **arguments: object) -> Workbook:
        return read_workbook(write_parts(parts_of(sheets, **arguments)))  # type: ignore[arg-type]

    return read


@pytest.fixture
def write_sheets(write_parts: WriteParts) -> Callable[..., Path]:
    """Write a workbook made of these sheets and return its path; arguments as for `parts_of`."""

    def write(sheets: Mapping[str, str], **arguments: object) -> Path:
        return write_parts(parts_of(sheets, **arguments))  # type: ignore[arg-type]

    return write


@pytest.fixture
def sheet_of(workbook_of: WorkbookOf) -> SheetOf:
    """Read a single sheet from the XML of its rows."""

    def read(rows: str, *, before: str = "", **arguments: object) -> Sheet:
        return workbook_of({"S": f"{before}<sheetData>{rows}</sheetData>"}, **arguments).sheets[0]

    return read
