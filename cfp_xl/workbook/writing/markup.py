"""A part's XML as text, cut into tags: some of it can change while the rest stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache


def _markup(name: str) -> re.Pattern[str]:
    return re.compile(
        rf"""<!--.*?-->
      | <!\[CDATA\[.*?\]\]>
      | <\?.*?\?>
      | <(?P<close>/?)(?P<prefix>(?:[\w.-]+:)?)(?P<name>{name})
          (?P<attributes>(?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(?P<empty>/?)>
    """,
        re.VERBOSE | re.DOTALL,
    )


MARKUP = _markup(r"[\w.-]+")
ROW_MARKUP = _markup("row|sheetData")
CELL_MARKUP = _markup("c")
FORMULA_MARKUP = _markup("row|c|f")
"""Only where rows or cells begin and end: what is in them is most of a sheet's markup."""
_FORMULA_AND_VALUE = re.compile(r"(<f(?:\s[^<>/]*)?(?:/>|>[^<]*</f>))(<v(?:/>|>[^<]*</v>))?</c>")
"""What most cells with a formula hold."""
ATTRIBUTE = re.compile(r"""(\s+)([\w.:-]+)(\s*=\s*)("[^"]*"|'[^']*')""")
DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def escape(text: str) -> str:
    """Text as XML writes it. (`xml.sax.saxutils` would bring the modules of the web with it.)"""
    return text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")


def quoteattr(text: str) -> str:
    """Text as the value of an attribute, with its quotes."""
    value = escape(text).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
    if '"' in value and "'" not in value:
        return f"'{value}'"
    return '"' + value.replace('"', "&quot;") + '"'


def attribute(tag: re.Match[str], name: str) -> str | None:
    """An attribute of a start tag as written, entities and all; None where it lacks it."""
    return attribute_in(tag["attributes"], name)


def attribute_in(attributes: str, name: str) -> str | None:
    """The same of the attributes of a start tag."""
    if attributes.startswith(f' {name}="'):
        start = len(name) + 3
        return attributes[start : attributes.index('"', start)]
    if attributes.startswith(' r="'):  # what follows is alike in most cells of a column
        attributes = attributes[attributes.index('"', 4) + 1 :]
    return _attribute_in(attributes, name)


@lru_cache(maxsize=1024)
def _attribute_in(attributes: str, name: str) -> str | None:
    found = (match for match in ATTRIBUTE.finditer(attributes) if match[2] == name)
    return next((str(match[4][1:-1]) for match in found), None)


def encoding_of(xml: bytes) -> str:
    """The part's encoding; a byte order mark stays in the text, so that it is written again."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if xml.startswith(mark):
            return encoding
    declared = DECLARED.match(xml.removeprefix(b"\xef\xbb\xbf"))
    return declared[1].decode("ascii") if declared else "utf-8"


def children(inner: str) -> dict[str, tuple[int, int]]:
    """Start and end of each child element of a cell."""
    if usual := _FORMULA_AND_VALUE.fullmatch(inner):
        return {"f": usual.span(1), "v": usual.span(2)} if usual[2] else {"f": usual.span(1)}
    spans: dict[str, tuple[int, int]] = {}
    markup = MARKUP.finditer(inner)
    for tag in markup:
        if tag["name"] and not tag["close"]:
            end = tag.end() if tag["empty"] else end_of(markup, tag["name"])
            spans[tag["name"]] = (tag.start(), end)
    return spans


def end_of(markup: Iterator[re.Match[str]], name: str) -> int:
    """The position after the end tag of `name`; no element in a cell holds one of its own kind."""
    return next(tag.end() for tag in markup if tag["close"] and tag["name"] == name)
