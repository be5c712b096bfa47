"""Sets of one's own that `factors import` made: in the user's folder, and beside a workbook.

A set is a .csv with our headings and a .toml of the same name with its id, version and hash. One
whose table was changed afterwards is named and not used: its version would say the wrong thing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from cfp_xl.exchange import list_columns
from cfp_xl.exchange.factor_tables import own_set
from cfp_xl.exchange.listing import ListNotRead, read_listing
from cfp_xl.footprint.factors import FactorSet, Library, library
from cfp_xl.messages import Explained

HEAD = frozenset({"id", "version", "sha256"})


def own_folder() -> Path:
    """Where sets are kept that all products of a user share."""
    return list_columns.user_folder() / "factors"


def read_set(table: Path) -> FactorSet:
    """The set in a table of factors, by any headings that are understood; with the version of its
    head where it has one. Raises ListNotRead, OwnSetChanged."""
    listing = read_listing(table)
    position = list_columns.match("factors", listing.headings, {})
    found = own_set(listing, position, table.stem).factors
    head = table.with_suffix(".toml")
    said = _head(head) if head != table else {}
    if not said.keys() >= HEAD:
        return found
    if said["sha256"] != found.sha256:
        raise ListNotRead("exchange.own_set_changed", file=table)
    return replace(found, id=str(said["id"]), version=str(said["version"]))


def own_sets(*folders: Path) -> tuple[tuple[FactorSet, ...], tuple[Explained, ...]]:
    """The sets in these folders, an id once, and what is to be said of those that are not used."""
    found: dict[str, FactorSet] = {}
    problems: list[Explained] = []
    for head in _heads(folders):
        table = head.with_suffix(".csv")
        if not table.is_file() or not _head(head).keys() >= HEAD:
            continue
        try:
            one = read_set(table)
        except Explained as problem:
            problems.append(problem)
            continue
        found.setdefault(one.id, one)
    return tuple(found.values()), tuple(problems)


def library_with(own: tuple[FactorSet, ...]) -> Library:
    """The shipped sets, and these behind them."""
    return replace(library(), own=own) if own else library()


def _heads(folders: Iterable[Path]) -> list[Path]:
    once = dict.fromkeys(folder.resolve() for folder in folders)
    return [head for folder in once if folder.is_dir() for head in sorted(folder.glob("*.toml"))]


def _head(file: Path) -> dict[str, object]:
    """A set's head; nothing where the file is none, for other programs write .toml too."""
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
