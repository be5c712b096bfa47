"""A mutant as the bytes of a workbook, for a command that tests it."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lxml import etree

from cfp_xl.engine.areas import CellKey
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Explained
from cfp_xl.mutate.judge import Mutated
from cfp_xl.mutate.mutation import Mutation
from cfp_xl.schema.opened import Opened
from cfp_xl.workbook.reading.container import Package, package_of
from cfp_xl.workbook.reading.read import sheet_parts
from cfp_xl.workbook.writing.cell_editor import CellXml, edit_cells
from cfp_xl.workbook.writing.markup import ATTRIBUTE, escape
from cfp_xl.workbook.writing.patch import patched
from cfp_xl.workbook.writing.shared_formulas import apart
from cfp_xl.workbook.writing.values import write_values
from cfp_xl.workbook.writing.zip_copy import replace_parts

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PLACE = "FILE"
"""The word of a command that stands for the file; it comes last where it has no such word."""


class TestFails(Explained):
    """A test command that does not pass with the workbook as it is, or can't be run."""


def as_file(file: Opened, one: Mutation, mutated: Mutated) -> bytes:
    """The file with the mutation, and current values in its formula cells."""
    package = _with_formulas(package_of(file.package.data, file.package.path), one)
    constants = {key: value for key, value in one.values.items() if key not in one.formulas}
    if constants:
        data = write_values(package, _by_sheet(constants))
        package = package_of(data, file.package.path)
    package = _with_settings(package, file, mutated)
    values = {**mutated.changed, **one.saved}
    cached = {(*key,): value for key, value in values.items() if key not in constants}
    return patched(package, cached)[0]


def _with_formulas(package: Package, one: Mutation) -> Package:
    """Other formulas; those typed over are taken out, so that constants can be written."""
    wanted: dict[str, dict[tuple[int, int], str]] = {}
    for key in (*one.formulas, *one.values):
        wanted.setdefault(key.sheet, {})[key.row, key.column] = one.formulas.get(key, "")
    parts = {}
    for sheet, part in sheet_parts(package).items():
        if sheet in wanted:
            xml = apart(package.open(part).read(), wanted[sheet])
            parts[part] = edit_cells(xml, wanted[sheet], _formulas(wanted[sheet]))[0]
    return package_of(replace_parts(package, parts), package.path) if parts else package


def _formulas(wanted: Mapping[tuple[int, int], str]) -> Callable[[CellXml], str]:
    return lambda cell: _formula(cell, wanted[cell.position])


def _formula(cell: CellXml, formula: str) -> str:
    """The cell with this formula; without any where it is empty."""
    if not formula and "f" not in cell.children():
        return cell.start + cell.inner
    kept = ATTRIBUTE.sub(lambda m: "" if m[2] == "t" else m[0], cell.attributes)
    inner = f"<{cell.prefix}f>{escape(formula)}</{cell.prefix}f>" if formula else ""
    return f"<{cell.prefix}c{kept}>{inner}</{cell.prefix}c>"


def _with_settings(package: Package, file: Opened, mutated: Mutated) -> Package:
    """Names, the calculation mode and hidden rows, where the mutation changed them."""
    parts: dict[str, bytes] = {}
    before, now = file.workbook, mutated.workbook
    if (before.names, before.calculation_mode) != (now.names, now.calculation_mode):
        root = etree.fromstring(package.open("xl/workbook.xml").read())
        other = {one.name: one.formula for one in now.names if one not in before.names}
        for name in root.iter(f"{_MAIN}definedName"):
            name.text = other.get(name.get("name", ""), name.text)
        if before.calculation_mode != now.calculation_mode:
            found = root.find(f"{_MAIN}calcPr")
            mode = etree.SubElement(root, f"{_MAIN}calcPr") if found is None else found
            mode.set("calcMode", now.calculation_mode)
        parts["xl/workbook.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    for old, new in zip(before.sheets, now.sheets, strict=True):
        if new.hidden_rows != old.hidden_rows:
            root = etree.fromstring(package.open(old.part).read())
            for row in root.iter(f"{_MAIN}row"):
                if int(row.get("r", "0")) in new.hidden_rows - old.hidden_rows:
                    row.set("hidden", "1")
            parts[old.part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return package_of(replace_parts(package, parts), package.path) if parts else package


def _by_sheet(values: Mapping[CellKey, Scalar]) -> Mapping[str, Mapping[tuple[int, int], Scalar]]:
    found: dict[str, dict[tuple[int, int], Scalar]] = {}
    for key, value in values.items():
        found.setdefault(key.sheet, {})[key.row, key.column] = value
    return found


def by_command(
    file: Opened, command: Sequence[str], deadline_s: float
) -> Callable[[Mutation, Mutated], bool]:
    """Whether a command fails with a mutant's file, whose path stands for FILE.

    Raises TestFails where it does not pass with the workbook itself.
    """
    ending = file.workbook.path.suffix

    def fails(data: bytes) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{file.workbook.path.stem}{ending}"
            path.write_bytes(data)
            words = [str(path) if word == PLACE else word for word in command]
            words += [] if PLACE in command else [str(path)]
            try:
                done = subprocess.run(words, capture_output=True, timeout=deadline_s, check=False)
            except subprocess.TimeoutExpired:
                return True
            except OSError as why:
                raise TestFails("mutate.error.test_not_run", why=why) from why
            return done.returncode != 0

    if fails(file.package.path.read_bytes()):
        raise TestFails("mutate.error.test_fails", command=" ".join(command))
    return lambda one, mutated: fails(as_file(file, one, mutated))
