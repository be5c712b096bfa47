"""Parts of one package copied into another, with all that they relate to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape

from cfp_xl.workbook.reading.container import Package, Relationship
from cfp_xl.workbook.reading.trees import local_name
from cfp_xl.workbook.writing.markup import escape, quoteattr
from cfp_xl.workbook.writing.parts import (
    CONTENT_TYPES,
    RELATIONSHIPS,
    declare,
    declare_extension,
)

COPIED = frozenset(
    (
        *("drawing", "image", "chart", "chartUserShapes", "chartStyle", "chartColorStyle"),
        *("comments", "vmlDrawing", "hyperlink", "table"),
    )
)
"""Kinds of relationships that are followed. All others act, fetch, or need a part of the whole
workbook: pivot tables, embedded objects, controls, queries, printers' own settings."""
UNSAID = frozenset({"printerSettings", "threadedComment"})
"""Left behind without a word: a printer's own bytes; threads, whose words the plain comment has."""
MICROSOFT = {
    "chartStyle": "http://schemas.microsoft.com/office/2011/relationships/chartStyle",
    "chartColorStyle": "http://schemas.microsoft.com/office/2011/relationships/chartColorStyle",
}
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_CHART_FORMULA = re.compile(rb"(<(?:\w+:)?f>)([^<]*)(</(?:\w+:)?f>)")

Rewrite = Callable[[str, bytes], bytes]
"""Kind and content of a part → its content in the target."""


@dataclass
class CopiedParts:
    """What goes from one package into the other: `changed` as in `writing/parts.py`."""

    source: Package
    target: Package
    changed: dict[str, bytes]
    rewrite: Rewrite
    left_out: list[str] = field(default_factory=list)
    """Kinds of what hung on a part and is not copied."""
    _done: dict[str, str] = field(default_factory=dict)

    def copy(self, part: str, kind: str, content: bytes | None = None) -> str:
        """The name of the copy; `content` where it differs from the source's."""
        if part in self._done:
            return self._done[part]
        name = self._done[part] = self.free_name(part)
        self.changed[name] = b""  # the name is taken from here on
        new = self.source.open(part).read() if content is None else content
        self.changed[name] = self.rewrite(kind, new)
        self._declare(part, name)
        self.relate_alike(part, name)
        return name

    def relate_alike(self, part: str, name: str) -> None:
        """The relationships of `part` for its copy `name`, under the same ids."""
        links = []
        for id, link in self.source.relationships(part).items():
            if not self.is_copied(link):
                if link.kind not in UNSAID:
                    self.left_out.append(link.kind)
                continue
            target = link.target
            if not link.is_external:
                copy = self.copy(link.target, link.kind)
                target = posixpath.relpath(copy, posixpath.dirname(name))
            kind = MICROSOFT.get(link.kind, f"{RELATIONSHIPS}/{link.kind}")
            mode = ' TargetMode="External"' if link.is_external else ""
            links.append(
                f'<Relationship Id={quoteattr(id)} Type="{kind}" Target={quoteattr(target)}{mode}/>'
            )
        if links:
            folder, own = posixpath.split(name)
            rels = posixpath.join(folder, "_rels", f"{own}.rels")
            whole = f'<Relationships xmlns="{_RELATIONSHIPS}">{"".join(links)}</Relationships>'
            self.changed[rels] = whole.encode()

    def is_copied(self, link: Relationship) -> bool:
        """Whether what a relationship leads to goes along: a hyperlink, or a part that is there."""
        if link.is_external:
            return link.kind == "hyperlink"
        return link.kind in COPIED and self.source.has(link.target)

    def free_name(self, part: str) -> str:
        """`xl/charts/chart2.xml` for `xl/charts/chart1.xml` where that is taken."""
        stem, ending = posixpath.splitext(part)
        stem, number = stem.rstrip("0123456789"), 1
        while (
            self.target.has(f"{stem}{number}{ending}") or f"{stem}{number}{ending}" in self.changed
        ):
            number += 1
        return f"{stem}{number}{ending}"

    def _declare(self, part: str, name: str) -> None:
        """The copy's content type, as the source has it."""
        ending = posixpath.splitext(part)[1].removeprefix(".")
        for entry in self._types():
            if entry.get("PartName", "").lstrip("/").casefold() == part.casefold():
                declare(self.target, self.changed, name, entry.get("ContentType", ""))
                return
        for entry in self._types():
            if entry.get("Extension", "").casefold() == ending.casefold():
                type = entry.get("ContentType", "")
                declare_extension(self.target, self.changed, ending, type)
                return

    def _types(self) -> Iterator[dict[str, str]]:
        for entry in self.source.xml(CONTENT_TYPES):
            if local_name(entry) in ("Override", "Default"):
                yield {str(key): str(value) for key, value in entry.attrib.items()}


def with_chart_formulas(content: bytes, change: Callable[[str], str]) -> bytes:
    """A chart's part with the ranges of its series changed."""

    def changed(found: re.Match[bytes]) -> bytes:
        new = escape(change(unescape(found[2].decode()))).encode()
        return found[1] + new + found[3]

    return _CHART_FORMULA.sub(changed, content)
