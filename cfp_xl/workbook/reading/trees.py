"""XML as trees: parsed without entities, DTDs or network; walked element by element."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache
from typing import IO

from lxml import etree


def tree(data: bytes) -> etree._Element:
    """XML from a stranger: no entities resolved, no network, no DTD loaded; raises
    XMLSyntaxError."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    return etree.fromstring(data, parser)


@lru_cache(maxsize=64)
def small_tree(data: bytes) -> etree._Element:
    """The copies of a template that come back differ in few of their parts."""
    return tree(data)


def walk_tree(
    root: etree._Element, wanted: frozenset[str]
) -> Iterator[tuple[str, str, etree._Element]]:
    """What `stream` yields, of a part that is small enough to be parsed at once."""
    todo = [root]
    while todo:
        element = todo.pop()
        name = local_name(element)
        if name in wanted:
            yield "end", name, element
        else:
            yield "start", name, element
            todo.extend(reversed(element))


class Rejoined:
    """A stream of which the beginning has been read already."""

    def __init__(self, begin: bytes, rest: IO[bytes] | io.RawIOBase) -> None:
        self._begin = begin
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        if self._begin:
            found, self._begin = self._begin, b""
            return found
        return self._rest.read(size) or b""


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace: the strict and the usual one alike."""
    return str(element.tag).rsplit("}", 1)[-1]


def children(root: etree._Element, parent: str, child: str) -> Iterator[etree._Element]:
    """The `child` elements of each `parent` that stands directly below the root."""
    for outer in root:
        if local_name(outer) == parent:
            yield from (inner for inner in outer if local_name(inner) == child)
