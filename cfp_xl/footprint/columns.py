"""The columns of our tables and how a header row is read (`data/columns.toml`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text, text

EVERY_TABLE = "every_table"
ROW_ID = "row_id"
LONGEST_KEPT = 100
"""Texts up to this length are looked up once: workbooks ask for the same ones again and again."""


class HeadingMissing(FootprintError):
    """A table lacks columns that it cannot be read without; `columns` are their ids."""

    def __init__(self, columns: Sequence[Column]) -> None:
        zh = "、".join(column.heading.zh for column in columns)
        super().__init__(columns=Text(zh, ", ".join(column.heading.en for column in columns)))
        self.columns = tuple(column.id for column in columns)


class HeadingTwice(FootprintError):
    """Two headings of a table name the same column; `columns` is its id."""

    def __init__(self, column: Column) -> None:
        super().__init__(column=column.heading)
        self.column = column.id


Fill = Literal["must", "may", "pinned", "former"]
Copied = Literal["", "same", "same_or_blank"]
FLAGS = ("required", "computed", "hashed", "number", "folded", "former")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table as `data/columns.toml` declares it, where the keys are explained."""

    id: str
    heading: Text
    also: tuple[str, ...] = ()
    is_required: bool = False
    is_computed: bool = False
    width: float | None = None
    """In templates; None where they don't show it."""
    fill: Fill = "may"
    is_hashed: bool = False
    is_number: bool = False
    is_folded: bool = False
    """Whether templates show it in a group that is folded away."""
    is_former: bool = False
    """Whether only workbooks show it that were made from another one: a value of its period."""
    measured_in: str = ""
    """The unit that its numbers are always in; empty where another column says it."""
    copied: Copied = ""

    @property
    def is_shown(self) -> bool:
        """Whether templates have it; any other is only understood where somebody adds it."""
        return self.width is not None

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.id, self.heading.zh, self.heading.en, *self.also)


@cache
def tables() -> Mapping[str, tuple[Column, ...]]:
    """All tables by name: activities, factors, allocation, parts, …"""
    return {
        table: tuple(_column(id, dict(entry)) for id, entry in columns.items())
        for table, columns in read_toml("columns.toml").items()
        if table != EVERY_TABLE
    }


@cache
def row_id() -> Column:
    """The column that gives a row of any table an identity; no content of the row."""
    return _column(ROW_ID, dict(read_toml("columns.toml")[EVERY_TABLE][ROW_ID]))


def _column(id: str, entry: dict[str, Any]) -> Column:
    """One line of the file; an unknown key raises TypeError."""
    heading = Text(entry.pop("zh"), entry.pop("en"))
    also = tuple(entry.pop("also", ()))
    flags = {f"is_{key}": entry.pop(key) for key in FLAGS if key in entry}
    return Column(id, heading, also, **flags, **entry)


def columns(table: str) -> tuple[Column, ...]:
    """The columns of `table`, in the order we write them."""
    return tables()[table]


@cache
def column(table: str, id: str) -> Column:
    """One column of `table` by its id; an unknown id is a bug and raises KeyError."""
    return {column.id: column for column in (*tables()[table], row_id())}[id]


def match_header(table: str, headings: Sequence[object]) -> dict[str, int]:
    """Where each column of `table` stands: column id to position in `headings`, from 0.

    A heading matches as a whole, or by one of its parts: a line, a language, the text before a
    bracket (`数量 quantity`, `unit\n单位`, `排放量（kgCO2e）`). Other headings are ignored.
    Raises HeadingMissing and HeadingTwice.
    """
    found: dict[str, int] = {}
    for position, heading in enumerate(headings):
        if not isinstance(heading, str):
            continue
        if matched := column_of(table, heading):
            if matched.id in found:
                raise HeadingTwice(matched)
            found[matched.id] = position
    if missing := [c for c in columns(table) if c.is_required and c.id not in found]:
        raise HeadingMissing(missing)
    return found


def is_closing(value: object) -> bool:
    """Whether a cell says that its row ends a table of our templates and is none of its rows."""
    return isinstance(value, str) and value[:1] == "▲" and folded(value) in _closing_words()


@cache
def _closing_words() -> frozenset[str]:
    said = [text(f"templates.{key}") for key in ("closing", "end_of_processes")]
    return frozenset(folded(words) for both in said for words in (both.zh, both.en))


def column_of(table: str, heading: str) -> Column | None:
    """The column of `table` that a heading names, or None."""
    if len(heading) > LONGEST_KEPT:
        return _column_of.__wrapped__(table, heading)
    return _column_of(table, heading)


@lru_cache(maxsize=4096)
def _column_of(table: str, heading: str) -> Column | None:
    spellings = _spellings(table)
    return next((spellings[part] for part in _parts(heading) if part in spellings), None)


@cache
def _spellings(table: str) -> Mapping[str, Column]:
    known = (*columns(table), row_id())
    return {_key(name): column for column in known for name in column.spellings}


def _parts(heading: str) -> Iterator[str]:
    """The heading as a whole first, then its parts."""
    yield _key(heading)
    for line in heading.splitlines():
        plain = re.sub(r"[(（\[【].*", "", line)
        yield from (_key(line), _key(plain))
        yield _key("".join(re.findall(r"[\u3400-\u9fff]+", plain)))
        yield _key("".join(re.findall(r"[^\u3400-\u9fff]+", plain)))


def _key(heading: str) -> str:
    # Marks such as ● ○ ƒ * tell what kind of cell it is; they are no part of the name.
    return re.sub(r"[^\w]|_|ƒ", "", folded(heading))
