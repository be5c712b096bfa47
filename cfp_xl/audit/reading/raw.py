"""What a reader of files gives: runs of text and tables in order, before anything is understood."""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in points from the page's upper left corner."""


@dataclass(frozen=True)
class RawText:
    """A paragraph, or a line of one."""

    text: str
    page: int = 0
    line: int = 0
    """Of the file, from 1; 0 where it has no lines."""
    level: int = 0
    """Of a heading, where the file says so."""
    is_furniture: bool = False
    is_contents: bool = False
    """A line of the contents, where the file says so."""
    is_line: bool = False
    """A line of a page, which may go on in the next one."""
    is_full: bool | None = None
    """Of a line, whether it reaches the right margin, so that its paragraph goes on; None where
    nothing is known of margins."""
    box: Box | None = None


@dataclass(frozen=True)
class RawCell:
    """A cell; `copy` where it is covered by the merged cell whose text it repeats."""

    text: str
    copy: bool = False
    box: Box | None = None


@dataclass(frozen=True)
class RawTable:
    """A table with its rows, from the place where it begins."""

    rows: tuple[tuple[RawCell, ...], ...]
    page: int = 0
    line: int = 0
    lines: tuple[int, ...] = ()
    """The line of each row, where the file has lines."""
    row_pages: tuple[int, ...] = ()
    """The page of each row, where the table goes over several."""
    is_uncertain: bool = False
    box: Box | None = None


@dataclass(frozen=True)
class RawDocument:
    """All of a file, and what of it could not be read."""

    blocks: tuple[RawText | RawTable, ...]
    pages: int = 0
    unread: tuple[tuple[int, str], ...] = ()
    """Page (0: the file) and why."""
    is_uncertain: bool = False
    """No figure of it is sure: the text of an OCR."""
