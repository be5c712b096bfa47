"""What a text report is written on: a terminal with colours, or a plain stream.

Widths count a Chinese character as two columns. On a terminal long lines wrap under their own
indent; a plain stream keeps one line a finding, so that `grep` finds whole findings.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

PLAIN_WIDTH = 100
"""Columns of tables and bars where there is no terminal to ask."""

Span = tuple[str, str]
"""A piece of a line and its style (rich's words, e.g. "bold red"; "" for none)."""


class TextPaper:
    """Writes lines of styled pieces to a stream."""

    def __init__(self, stream: TextIO) -> None:
        self.is_terminal = stream.isatty()
        self.console = Console(
            file=stream,
            no_color="NO_COLOR" in os.environ,
            width=None if self.is_terminal or "COLUMNS" in os.environ else PLAIN_WIDTH,
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=True,
        )
        self.is_plain = not self.console.is_terminal

    @property
    def width(self) -> int:
        return self.console.width

    def line(self, *spans: Span | str, indent: int = 0, hanging: int | None = None) -> None:
        """One line; when it is too long for a terminal it goes on `hanging` columns in."""
        text = Text.assemble(*(_harmless(span) for span in spans))
        deeper = indent if hanging is None else hanging
        if not self.is_terminal or indent + cell_len(text.plain) <= self.width:
            self._print(indent, text)
            return
        room = max(self.width - deeper, 20)
        head, *rest = text.divide(line_breaks(text.plain, room))
        self._print(indent, head)
        for more in rest:
            self._print(deeper, more)

    def _print(self, indent: int, text: Text) -> None:
        text.rstrip()
        if self.is_plain:  # ten thousand files' lines: rich would take minutes over them
            self.console.file.write(f"{' ' * indent}{text.plain}\n")
            return
        self.console.print(Text(" " * indent).append_text(text), end="\n")

    def blank(self) -> None:
        self.console.print()

    def heading(self, words: str) -> None:
        self.blank()
        self.line((words, "bold"))


def line_breaks(text: str, width: int) -> list[int]:
    """Where to break a line so that no part is wider than `width` columns.

    After a blank, or between Chinese characters, which have none: not before closing marks, not
    after opening ones. A word wider than the line is cut.
    """
    breaks: list[int] = []
    start = last = columns = 0
    for at, char in enumerate(text):
        if at > start and _may_break(text[at - 1], char):
            last = at
        columns += cell_len(char)
        if columns > width and char != " ":
            start = last if last > start else at
            breaks.append(start)
            columns = cell_len(text[start : at + 1])
    return breaks


def _may_break(before: str, after: str) -> bool:
    if before == " ":
        return True
    is_between_wide = cell_len(before) > 1 or cell_len(after) > 1
    return is_between_wide and after not in CLOSING and before not in OPENING


CLOSING = frozenset(" ，。；：、！？）」』”’》%!?,.;:)]")
OPENING = frozenset("（「『“‘《([")


def _harmless(span: Span | str) -> Span:
    """Words of a workbook can't steer the terminal: control characters become blanks."""
    words, style = (span, "") if isinstance(span, str) else span
    return "".join(c if c.isprintable() else " " for c in words), style


def padded(text: str, width: int, *, right: bool = False) -> str:
    """`text` filled with blanks to `width` columns; longer text stays whole."""
    blanks = " " * (width - cell_len(text))
    return blanks + text if right else text + blanks


def column_width(texts: Sequence[str], least: int = 0) -> int:
    """Terminal cells that the longest text takes; a Chinese character takes two."""
    return max([least, *(cell_len(t) for t in texts)])
