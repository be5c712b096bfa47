"""Every kind of file that the product writes or changes, before an independent validator.

openxml-audit checks schemas, relationships and what Excel is known to repair. It is no Excel: what
it does not prove is said in docs/hosts.md.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openxml_audit import OpenXmlValidator

from cfp_xl.cli import run

PROJECT = Path(__file__).parents[1]
WORKBOOKS = PROJECT / "workbooks"
EARLIER = PROJECT / "tests" / "data" / "template_1" / "products"


def faults(path: Path) -> list[str]:
    return [str(error) for error in OpenXmlValidator().validate(str(path)).errors]


SHIPPED = sorted(
    path
    for folder in (WORKBOOKS, PROJECT / "udfs", PROJECT / "cfp_xl" / "data")
    for path in folder.rglob("*")
    if path.suffix in (".xlsx", ".xlsm", ".xlam")
)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.relative_to(PROJECT).as_posix())
def test_what_is_shipped(path: Path) -> None:
    assert faults(path) == []


Made = Callable[[Path], list[Path]]


def by(line: str, code: int = 0) -> Made:
    """What a command makes in a folder with the examples, as `out*` there."""

    def make(folder: Path) -> list[Path]:
        assert run(line.format(f=folder).split()) == code
        made = sorted(
            path
            for path in folder.rglob("*")
            if path.suffix in (".xlsx", ".docx") and "out" in path.relative_to(folder).parts[0]
        )
        assert made
        return made

    return make


def thawed(folder: Path) -> list[Path]:
    run(["freeze", f"{folder}/bxd2.xlsx", "-o", f"{folder}/frozen.xlsx"])
    return by("thaw {f}/frozen.xlsx -o {f}/out.xlsx")(folder)


def filled(folder: Path) -> list[Path]:
    (folder / "list.csv").write_text("阶段,过程,活动,数量,单位\n生产,加工,钢板,2.5,kg\n", "utf-8")
    return by("fill {f}/meter-box.xlsx --from {f}/list.csv --apply -o {f}/out.xlsx")(folder)


def justified(folder: Path) -> list[Path]:
    """The first answer of the table of findings is given anew."""
    table = f"findings={folder}/table.xlsx"
    run(["verify", f"{folder}/bxd2.xlsx", "--lang", "en", "--report", table])
    book = load_workbook(folder / "table.xlsx")
    page = book.worksheets[0]
    columns = {str(cell.value): at for at, cell in enumerate(page[4], 1)}
    for name, value in {"reason": "as published", "who": "A", "date": "2026-11-30"}.items():
        page.cell(5, columns[name]).value = value
    book.save(folder / "table.xlsx")
    return by("justify {f}/bxd2.xlsx --from {f}/table.xlsx --apply -o {f}/out.xlsx")(folder)


INTAKE = "intake {f}/answers --into {f}/meter-box.xlsx"
MADE: dict[str, Made] = {
    "new product": by("new product -o {f}/out.xlsx"),
    "new product native": by("new product --formulas native -o {f}/out.xlsx --lang zh"),
    "new supplier": by("new supplier --product {f}/meter-box.xlsx --out {f}/out --lang both"),
    "recalculated": by("recalc {f}/bxd2.xlsx -o {f}/out.xlsx"),
    "frozen": by("freeze {f}/bxd2.xlsx -o {f}/out.xlsx"),
    "thawed": thawed,
    **{
        f"rebound to {host}": by(f"host rebind {{f}}/bxd2.xlsx --to {host} -o {{f}}/out.xlsx")
        for host in ("excel", "xlam", "officejs", "libreoffice")
    },
    "taken in": by(f"{INTAKE} --apply -o {{f}}/out.xlsx"),
    "annotated": by("intake {f}/faulty --into {f}/meter-box.xlsx --annotate {f}/out", 1),
    "status": by(f"{INTAKE} --status {{f}}/out.xlsx"),
    "grown": by("grow {f}/meter-box.xlsx --rows activities=90 -o {f}/out.xlsx"),
    "filled": filled,
    "upgraded": by("upgrade {f}/bxd2-1.xlsx -o {f}/out"),
    "study": by("study {f}/bxd2.xlsx --draws 50 --report xlsx={f}/out.xlsx"),
    "findings": by("verify {f}/bxd2.xlsx --report findings={f}/out.xlsx"),
    "justified": justified,
    "difference": by("diff {f}/bxd2.xlsx {f}/meter-box.xlsx --report xlsx={f}/out.xlsx", 1),
    "portfolio": by("show {f} --report xlsx={f}/out.xlsx", 1),
    "check workbook": by("read {f}/kettle.txt -o {f}/out.xlsx"),
    "audit's findings": by("audit {f}/kettle.txt --report findings={f}/out.xlsx"),
    "factors upgraded": by(
        "factors upgrade {f}/bxd2.xlsx --to cn-2026 --apply -o {f}/out.xlsx"
        " --map CN-ELEC-CFP-2024=CN-ELEC-CFP-2023"
    ),
    "for Brightway": by("export {f}/bxd2.xlsx --draft --to brightway -o {f}/out.xlsx"),
    "report": by("report {f}/bxd2.xlsx --draft -o {f}/out.docx"),
}


@pytest.mark.parametrize("kind", MADE)
def test_what_a_command_makes(kind: str, tmp_path: Path) -> None:
    for name in ("bxd2.xlsx", "meter-box.xlsx"):
        shutil.copy(WORKBOOKS / name, tmp_path)
    shutil.copy(EARLIER / "bxd2.xlsx", tmp_path / "bxd2-1.xlsx")
    shutil.copy(PROJECT / "tests" / "audit" / "kettle.txt", tmp_path)
    for name in ("answers", "faulty"):
        shutil.copytree(WORKBOOKS / "meter-box" / name, tmp_path / name)
    for path in MADE[kind](tmp_path):
        assert faults(path) == [], path.name


def test_a_change_brings_no_fault_into_another_programs_file(tmp_path: Path) -> None:
    """openpyxl's own files are not without; thawing one that it saved adds none of ours."""
    run(["freeze", str(WORKBOOKS / "bxd2.xlsx"), "-o", str(tmp_path / "frozen.xlsx")])
    load_workbook(tmp_path / "frozen.xlsx").save(tmp_path / "saved.xlsx")
    run(["thaw", str(tmp_path / "saved.xlsx"), "-o", str(tmp_path / "out.xlsx")])
    assert set(faults(tmp_path / "out.xlsx")) <= set(faults(tmp_path / "saved.xlsx"))


def test_the_validator_does_find_faults(tmp_path: Path) -> None:
    """What Excel would repair: two cells of one row in the wrong order of elements."""
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(WORKBOOKS / "bxd2.xlsx") as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b"</sheetData>", b"</sheetData><sheetData/>", 1)
            new.writestr(name, part)
    assert faults(broken)
