"""What every reader of statements needs: sentences with their places, keys with their values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from cfp_xl.audit.document import Document, Paragraph, PrintedTable, Spot, quoted
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.words import field_of, key_of

_SENTENCE = re.compile(r"[^。！!？?\n]+?(?:[。！!？?\n]|(?<=[a-z0-9)%])\.(?=\s+[A-Z(])|$)")
LONGEST_VALUE = 120
_KEY_VALUE = re.compile(r"^(?P<key>[^:：。，,;；]{2,24}?)\s*[:：]\s*(?P<value>\S.*)$")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a paragraph, in NFKC, and the words of the section it is in."""

    text: str
    paragraph: Paragraph
    start: int
    section: str
    """The folded title of its section; "" on the cover."""

    def at(self, start: int, end: int) -> Spot:
        """The place of some of its words, quoted with the sentence around them."""
        spot = self.paragraph.at(self.start + start, self.start + end)
        return Spot(
            spot.sheet,
            spot.cell,
            quoted(_around(self.text, start, end)),
            spot.page,
            spot.block,
            start=spot.start,
            box=spot.box,
        )

    @property
    def spot(self) -> Spot:
        return self.at(0, len(self.text))


def _around(text: str, start: int, end: int) -> str:
    """Some words with those beside them, as much as a quote may have."""
    left = max(0, start - 30)
    return text[left : end + 60].strip()


def sentences(document: Document) -> Iterator[Sentence]:
    """The sentences of all paragraphs of text, headings and captions left out."""
    for paragraph in document.paragraphs:
        if paragraph.kind != "text":
            continue
        section = document.section_of(paragraph)
        title = folded(section.heading.title) if section else ""
        for found in _SENTENCE.finditer(paragraph.plain):
            if found.group().strip():
                yield Sentence(found.group(), paragraph, found.start(), title)


@dataclass(frozen=True)
class KeyValue:
    """A name and its value, from a line (报告编号：A-1) or neighbouring cells of a table."""

    key: str
    """As `keys` of `data/report_words.toml` call it."""
    value: str
    spot: Spot


def key_values(document: Document) -> Iterator[KeyValue]:
    """All known names with values: lines of their own, and tables of names and values."""
    for block in document.blocks:
        if isinstance(block, PrintedTable):
            yield from _of_table(block)
        elif found := _KEY_VALUE.match(block.plain):
            key, value = key_of(found["key"]), found["value"].strip()
            if key and len(value) <= LONGEST_VALUE:
                yield KeyValue(key, value, block.spot)
        elif block.kind == "text" and (field := field_of(block.plain)):
            yield KeyValue(*field, block.spot)


def _of_table(table: PrintedTable) -> Iterator[KeyValue]:
    """Names beside their values, or above them where the first row has more of the names."""
    head = table.rows[0] if table.rows else ()
    above = sum(bool(key_of(cell.plain)) for cell in head)
    if above > 1 and above >= sum(bool(key_of(row[0].plain)) for row in table.rows if row):
        pairs = [pair for row in table.rows[1:] for pair in zip(head, row, strict=False)]
    else:
        pairs = [
            pair for row in table.rows for pair in pairwise([cell for cell in row if not cell.copy])
        ]
    for name, value in pairs:
        key = key_of(name.plain)
        if key and value.plain and not value.copy and not key_of(value.plain):
            yield KeyValue(key, value.plain, value.spot)
