"""A sheet of one workbook copied into another one: cells, looks, notes, pictures, charts, print
settings, and its formulas as they read there.

The copy goes behind the last tab. What can't go along is told by its cell or kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from cfp_xl.workbook.address import cell_position
from cfp_xl.workbook.copying.parts import CopiedParts, with_chart_formulas
from cfp_xl.workbook.copying.styles import AddedStyles
from cfp_xl.workbook.model import Cell, Sheet
from cfp_xl.workbook.reading.container import Package, package_of
from cfp_xl.workbook.reading.trees import local_name
from cfp_xl.workbook.writing.parts import add_part, add_sheet, with_changes

SHEET_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
SHEET_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
LEFT_BEHIND = ("oleObjects", "controls", "extLst", "AlternateContent", "customProperties")
"""Children of a sheet that need parts which are not copied, or that only newer programs read."""

Formula = Callable[[str, str], "str | None"]
"""A formula of a sheet, and the sheet → the formula in the new workbook, None where it has none."""


@dataclass
class CopiedSheet:
    """The package with the copy in it."""

    data: bytes
    left_out: list[str] = field(default_factory=list)
    """What is not in the copy, each with its cell where it has one."""


def copy_sheet(
    source: Package,
    sheet: Sheet,
    target: bytes,
    path: Path,
    sheets: Mapping[str, str],
    formula: Formula,
) -> CopiedSheet:
    """The workbook `target` with the sheet behind its last one; `sheets` are their new names by the
    casefolded old ones."""
    package = package_of(target, path)
    changed: dict[str, bytes] = {}
    left_out: list[str] = []
    styles = AddedStyles(source, package)

    def here(text: str) -> str:
        moved = formula(text, sheet.name)
        if moved is None:
            left_out.append(f"{sheet.name} ({text})")
        return "#REF!" if moved is None else moved

    def rewritten(kind: str, content: bytes) -> bytes:
        return with_chart_formulas(content, here) if kind == "chart" else content

    parts = CopiedParts(source, package, changed, rewritten)
    root = deepcopy(source.xml(sheet.part))
    _Copy(sheet, styles, formula, left_out).rewrite(root)
    _without_lost_links(root, parts, sheet.part)
    _moved_links(root, sheets)
    part = parts.free_name("xl/worksheets/sheet1.xml")
    changed[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    parts.relate_alike(sheet.part, part)
    link_id = add_part(package, changed, part, SHEET_LINK, SHEET_CONTENT)
    name = sheets[sheet.name.casefold()]
    add_sheet(package, changed, name, link_id, "" if sheet.state == "visible" else sheet.state)
    if styles.part is not None:
        changed[styles.part] = styles.xml()
    left_out += [f"{sheet.name} ({kind})" for kind in dict.fromkeys(parts.left_out)]
    return CopiedSheet(with_changes(package, changed), left_out)


@dataclass
class _Copy:
    """Rewrites the XML of one sheet for its new workbook."""

    sheet: Sheet
    styles: AddedStyles
    formula: Formula
    left_out: list[str]

    def rewrite(self, root: etree._Element) -> None:
        handled = {
            "cols": self._columns,
            "sheetData": self._rows,
            "conditionalFormatting": self._conditions,
            "dataValidations": self._validations,
        }
        for child in list(root):
            name = local_name(child)
            if name in LEFT_BEHIND:
                root.remove(child)
            elif name in handled:
                handled[name](child)
            elif name == "sheetPr":
                child.attrib.pop("codeName", "")
            elif name == "sheetViews":
                for view in child:
                    view.attrib.pop("tabSelected", "")

    def _columns(self, child: etree._Element) -> None:
        for column in child:
            self._restyle(column, "style")

    def _rows(self, child: etree._Element) -> None:
        for row in child:
            self._restyle(row, "s")
            for cell in row:
                self._cell(cell)

    def _restyle(self, element: etree._Element, key: str) -> None:
        if (index := element.get(key)) is not None and index.isdecimal():
            element.set(key, str(self.styles.xf(int(index))))

    def _cell(self, cell: etree._Element) -> None:
        self._restyle(cell, "s")
        cell.attrib.pop("cm", "")
        if cell.attrib.pop("vm", ""):
            self.left_out.append(f"{self.sheet.name}!{cell.get('r')}")
        at = cell_position(cell.get("r", ""))
        known = self.sheet.cells.get(at) if at else None
        for element in list(cell):
            if local_name(element) == "f":
                self._cell_formula(cell, element, known)
        if cell.get("t") == "s" and known is not None:
            # Texts are in a part that the workbooks do not share.
            for element in list(cell):
                cell.remove(element)
            cell.set("t", "inlineStr")
            namespace = f"{{{etree.QName(cell).namespace}}}"
            text = etree.SubElement(etree.SubElement(cell, f"{namespace}is"), f"{namespace}t")
            text.text = known.value if isinstance(known.value, str) else ""
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _cell_formula(
        self, cell: etree._Element, element: etree._Element, known: Cell | None
    ) -> None:
        """The formula as it reads in the new workbook; without one the value stays."""
        formula = known.formula if known is not None else None
        moved = self.formula(formula, self.sheet.name) if formula is not None else None
        if moved is None:
            cell.remove(element)
            if formula is not None:
                self.left_out.append(f"{self.sheet.name}!{cell.get('r')} ={formula}")
            return
        array = element.get("ref") if element.get("t") == "array" else None
        element.attrib.clear()
        if array is not None:
            element.set("t", "array")
            element.set("ref", array)
        element.text = moved

    def _conditions(self, child: etree._Element) -> None:
        for rule in list(child):
            if (index := rule.get("dxfId")) is not None and index.isdecimal():
                rule.set("dxfId", str(self.styles.dxf(int(index))))
            self._formulas_of(rule, child, child.get("sqref", ""))
        if not len(child) and (parent := child.getparent()) is not None:
            parent.remove(child)

    def _validations(self, child: etree._Element) -> None:
        for rule in list(child):
            self._formulas_of(rule, child, rule.get("sqref", ""))
        child.set("count", str(len(child)))
        if not len(child) and (parent := child.getparent()) is not None:
            parent.remove(child)

    def _formulas_of(self, rule: etree._Element, of: etree._Element, where: str) -> None:
        """A condition or check with its formulas as they read now; without them it goes."""
        for element in rule.iter():
            if local_name(element) in ("formula", "formula1", "formula2") and element.text:
                moved = self.formula(element.text, self.sheet.name)
                if moved is None:
                    self.left_out.append(f"{self.sheet.name}!{where} ({element.text})")
                    of.remove(rule)
                    return
                element.text = moved


def _without_lost_links(root: etree._Element, parts: CopiedParts, part: str) -> None:
    """Takes out what points to relationships that the copy does not have."""
    kept = {id for id, link in parts.source.relationships(part).items() if parts.is_copied(link)}
    for element in list(root.iter()):
        ids = [k for k in element.attrib if str(k).endswith("}id")]
        if any(str(element.get(k)) not in kept for k in ids):
            if local_name(element) == "pageSetup":
                for key in ids:
                    del element.attrib[key]
            elif (parent := element.getparent()) is not None:
                parent.remove(element)


def _moved_links(root: etree._Element, sheets: Mapping[str, str]) -> None:
    """Links into the workbook itself, by the sheets' names there."""
    for element in root.iter():
        place = element.get("location") if local_name(element) == "hyperlink" else None
        name, mark, cell = (place or "").rpartition("!")
        bare = name.strip("'").replace("''", "'").casefold()
        if mark and bare in sheets:
            element.set("location", "'" + sheets[bare].replace("'", "''") + "'!" + cell)
