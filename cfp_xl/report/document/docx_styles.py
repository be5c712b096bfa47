"""The styles of the Word document; each names a font for Latin and one for Chinese characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

LATIN, CHINESE, CHINESE_HEADINGS = "Arial", "宋体", "黑体"
INK, SOFT, WARNING = "1F2933", "555555", "8C2F14"
_STYLES: tuple[tuple[str, str, float, bool, str, float, float, float], ...] = (
    # name, after which it is made, points, bold, colour, points before and after, indent in mm
    ("Normal", "", 10.5, False, INK, 0, 4, 0),
    ("Title", "", 26, True, INK, 150, 90, 0),
    ("Heading 1", "", 15, True, INK, 18, 6, 0),
    ("Heading 2", "", 12, True, INK, 12, 4, 0),
    ("TOC Heading", "", 15, True, INK, 0, 8, 0),
    ("Caption", "", 9.5, True, INK, 8, 4, 0),
    ("Header", "", 8, False, SOFT, 0, 0, 0),
    ("Footer", "", 8, False, SOFT, 0, 0, 0),
    ("TOC 1", "Normal", 10.5, False, INK, 2, 0, 0),
    ("TOC 2", "Normal", 10.5, False, INK, 0, 0, 8),
    ("Report Note", "Normal", 9, False, SOFT, 2, 4, 0),
    ("Report Item", "Normal", 10.5, False, INK, 0, 2, 6),
    ("Report Warning", "Normal", 10.5, True, WARNING, 4, 4, 0),
    ("Report Seal", "Normal", 11, False, SOFT, 90, 60, 0),
    ("Report Draft", "Normal", 12, True, WARNING, 0, 4, 0),
)
_KEPT_WITH_NEXT = frozenset({"Heading 1", "Heading 2"})


def set_styles(made: Document, *, is_own: bool) -> dict[str, str]:
    """The report's styles in a document; their ids in it by ours. Of somebody else's document the
    styles stay that it has."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Mm, Pt, RGBColor

    ids: dict[str, str] = {}
    for name, based_on, size, bold, colour, before, after, indent in _STYLES:
        is_there = name in made.styles
        if is_there:
            style = made.styles[name]
        else:
            style = made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = made.styles[based_on or "Normal"]
        ids[name.replace(" ", "")] = style.style_id
        if is_there and not is_own:
            continue
        style.font.size, style.font.bold = Pt(size), bold
        style.font.color.rgb = RGBColor.from_string(colour)
        is_heading = name.startswith(("Heading", "Title", "TOC Heading"))
        _set_fonts(style, CHINESE_HEADINGS if is_heading else CHINESE)
        form = style.paragraph_format
        form.space_before, form.space_after = Pt(before), Pt(after)
        form.left_indent = Mm(indent)
        form.keep_with_next = name in _KEPT_WITH_NEXT
        if name == "Title":
            form.alignment = 1
            _without_line(style)
    if is_own:
        made.styles["Normal"].paragraph_format.line_spacing = 1.35
    return ids


def _set_fonts(style: Any, chinese: str) -> None:
    """Both pairs: without the second Word takes a font of its own for Chinese."""
    from docx.oxml import OxmlElement

    traits = style.element.get_or_add_rPr()
    fonts = traits.find(_w("rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        traits.insert(0, fonts)
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, family in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", chinese)):
        fonts.set(_w(name), family)


def _without_line(style: Any) -> None:
    """The title of Word's own template has a line below it."""
    traits = style.element.pPr
    line = traits.find(_w("pBdr")) if traits is not None else None
    if line is not None:
        traits.remove(line)


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))
