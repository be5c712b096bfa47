"""Which column of a list is which of ours: as the user says, as remembered, or by its words."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.columns import columns
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.outputs import write_output

_BRACKET = re.compile(r"[(\[【]")
IGNORED = "-"
"""What `--map HEADING=-` maps a heading to."""


class MapNotUnderstood(Explained):
    """A `--map` that names no heading or no column."""


def user_folder() -> Path:
    """Where what belongs to a user is kept: `CFP_XL_HOME`, else `.cfp-xl` in the home folder."""
    named = os.environ.get("CFP_XL_HOME")
    return Path(named) if named else Path.home() / ".cfp-xl"


def fields(table: str) -> tuple[str, ...]:
    """What a list may have for a table."""
    own = [column.id for column in columns(table) if not column.is_computed]
    return tuple(dict.fromkeys([*own, *_words(table)]))


@cache
def _words(table: str) -> Mapping[str, tuple[str, ...]]:
    data = read_toml("list_columns.toml")
    found: dict[str, tuple[str, ...]] = {}
    named = data.get(table, data["every"] if table == "activities" else {})
    for field, words in named.items():
        found[field] = tuple(folded(word) for word in words)
    for column in columns(table):
        if not column.is_computed:
            own = tuple(folded(word) for word in column.spellings)
            also = found.get(column.id, ())
            if column.id == "part_id" and not also:  # parts are called the same in every list
                also = tuple(folded(word) for word in data["every"]["part_id"])
            found[column.id] = (*own, *also)
    return found


def parse_maps(texts: Iterable[str], table: str, headings: Sequence[str]) -> dict[str, str]:
    """`--map 物料描述=activity`, heading by heading; raises MapNotUnderstood."""
    known = {folded(heading): heading for heading in headings}
    found = {}
    for one in texts:
        heading, _, field = (part.strip() for part in one.rpartition("="))
        if folded(heading) not in known:
            raise MapNotUnderstood("exchange.map_heading", map=one, headings=tuple(headings))
        if field != IGNORED and field not in fields(table):
            raise MapNotUnderstood("exchange.map_field", map=one, fields=fields(table))
        found[folded(heading)] = field
    return found


def match(table: str, headings: Sequence[str], said: Mapping[str, str]) -> dict[str, int]:
    """Field → position in the headings; what is said or remembered wins over words."""
    told = {**remembered(table), **said}
    position: dict[str, int] = {}
    taken: set[int] = set()
    for at, heading in enumerate(headings):
        if field := told.get(folded(heading)):
            taken.add(at)
            if field != IGNORED:
                position.setdefault(field, at)
    words = _words(table)
    for is_same in (_is_whole, _is_but_for_signs, _is_inside):
        for field, spellings in words.items():
            if field in position:
                continue
            fits = (
                at
                for word in spellings
                for at, heading in enumerate(headings)
                if at not in taken and is_same(folded(heading), word)
            )
            if (first := next(fits, None)) is not None:
                position[field] = first
                taken.add(first)
    return position


def _is_whole(heading: str, word: str) -> bool:
    return heading == word


def _is_but_for_signs(heading: str, word: str) -> bool:
    """`Part No.`, `part_no` and `Part #` are one heading, and so are `P/N` and `PN`."""
    return letters(heading) == letters(word) != ""


def _is_inside(heading: str, word: str) -> bool:
    """Whether a heading begins with a word and goes on in brackets or with a unit: 重量(kg)."""
    begin = _BRACKET.split(heading)[0]
    return len(word) > 1 and begin != heading and _is_but_for_signs(begin, word)


@cache
def letters(text: str) -> str:
    """A folded text without punctuation and signs; # is read as it is said."""
    return "".join(one for one in text.replace("#", "no") if one.isalnum())


def remembered(table: str, columns_of: Sequence[str] = ()) -> dict[str, str]:
    """What `--map` said before, for a table of ours; for another one its columns are given."""
    try:
        kept = json.loads(_memory().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    of_table = kept.get(table, {}) if isinstance(kept, dict) else {}
    known = {*(columns_of or fields(table)), IGNORED}
    return {str(heading): str(f) for heading, f in of_table.items() if f in known}


def remember(table: str, said: Mapping[str, str]) -> None:
    """Keeps what `--map` said for the next list."""
    if not said:
        return
    try:
        kept = json.loads(_memory().read_text("utf-8"))
    except (OSError, ValueError):
        kept = {}
    kept = kept if isinstance(kept, dict) else {}
    kept[table] = {**kept.get(table, {}), **said}
    _memory().parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True)
    write_output(_memory(), f"{text}\n".encode())


def _memory() -> Path:
    return user_folder() / "list-headings.json"
