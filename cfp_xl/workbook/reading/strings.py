"""The shared strings of a workbook."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cfp_xl.workbook.reading.cell_text import joined_text, unescaped
from cfp_xl.workbook.reading.container import MIB, Package, Relationship, Unreadable
from cfp_xl.workbook.reading.regular_text import (
    ByteStream,
    Irregular,
    checked,
    is_utf_8,
    plain_text,
    plain_texts,
)

MAX_REGULAR_BYTES = 16 * MIB
_STRING = re.compile(r"<si>(<t[^>]*+>)(?:(?<=/>)|([^<]*+)</t>)</si>|[ \t\r\n]++|(.+)", re.DOTALL)
_T = re.compile(r'<t(?: xml:space="preserve")?/?>')


@dataclass(frozen=True, slots=True)
class Strings:
    """The shared strings: the text of each, by its index."""

    texts: tuple[str, ...] = ()

    def at(self, index: str, part: str) -> str:
        try:
            at = int(index)
            if at >= 0:  # Python would count a negative one from the end
                return self.texts[at]
        except (ValueError, IndexError):
            pass
        raise Unreadable("W08", "string", part=part, index=index)


def strings_part(package: Package, relationships: Mapping[str, Relationship]) -> str | None:
    """The part of the shared strings, if the workbook has one."""
    links = (link.target for link in relationships.values() if link.kind == "sharedStrings")
    return next(filter(package.has, links), None)


def shared_strings(package: Package, relationships: Mapping[str, Relationship]) -> Strings:
    """The shared strings of the workbook that these relationships lead from."""
    part = strings_part(package, relationships)
    return Strings() if part is None else read_strings(package, part)


def read_strings(package: Package, part: str) -> Strings:
    """The shared strings part: runs of rich text joined, phonetic guides left out."""
    bytes_before = package.bytes_read
    try:
        texts, rest = regular_strings(package.open(part))
        if not any(name == "si" for _, name, _ in package.walk(io.BytesIO(rest), part)):
            return Strings(tuple(map(unescaped, texts)))
    except Irregular:
        pass
    package.bytes_read = bytes_before
    return Strings(
        tuple(
            joined_text(element) for _, name, element in package.stream(part, "si") if name == "si"
        )
    )


def regular_strings(source: ByteStream) -> tuple[list[str], bytes]:
    """The shared strings of a part that has no rich text, and the part without them.

    Raises Irregular, Unreadable.
    """
    data = source.read(MAX_REGULAR_BYTES + 1)
    head, opened, _ = data.partition(b"<si>")
    body, closed, tail = data[len(head) :].rpartition(b"</sst>")
    if not opened or not closed or len(data) > MAX_REGULAR_BYTES or not is_utf_8(head):
        raise Irregular
    return _texts(body), head + b"</sst>" + tail


def _texts(body: bytes) -> list[str]:
    if body.startswith(b"<si><t>") and body.endswith(b"</t></si>"):
        try:
            return plain_texts(body[7:-9].split(b"</t></si><si><t>"))
        except Irregular:
            pass  # a tag that says more
    texts: list[str] = []
    for tag, text, junk in _STRING.findall(plain_text(body)):
        if tag:
            texts.append(checked(_T, tag, text))
        elif junk:
            raise Irregular
    return texts
