"""Rules on what a report says in several places: B02 the boundary, T01 the product's name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text
from cfp_xl.verify.declared.names import (
    LEGS,
    TRANSPORT,
    named_parts,
    term_name,
    terms,
    whole_transport,
)
from cfp_xl.verify.declared.table import NO_FIGURE, Declared, Entry, place_name


@dataclass(frozen=True)
class Statement:
    """The parts of the product system that one place names, and the cell that names each."""

    place: Text | str
    parts: frozenset[str]
    cells: Mapping[str, CellRef]
    where: CellRef


def boundary_is_one(declared: Declared) -> Iterator[Finding]:
    """B02: every place names the same parts of the product system; tables count as places."""
    statements = [*_sentences(declared), *_tables(declared)]
    if not statements:
        return
    common = Counter(s.parts for s in statements).most_common(1)[0][0]
    usual = [s for s in statements if s.parts == common]
    for one in statements:
        if one.parts == common:
            continue
        more, fewer = sorted(one.parts - common), sorted(common - one.parts)
        yield finding(
            "B02",
            next((one.cells[part] for part in more if part in one.cells), one.where),
            case="differs" if more and fewer else "more" if more else "fewer",
            seen=_listed(one.parts),
            expected=_listed(common),
            place=one.place,
            usual=usual[0].place,
            usual_cell=usual[0].where,
            more=tuple(term_name(id) for id in more),
            fewer=tuple(term_name(id) for id in fewer),
        )


def _listed(parts: frozenset[str]) -> str:
    """Parts in the order of life, in Chinese: the reports checked here are."""
    order = [id for id in terms() if id in parts]
    names = (term_name(id) for id in [*order, *sorted(parts.difference(order))])
    return "、".join(n.zh if isinstance(n, Text) else n for n in names)


def _sentences(declared: Declared) -> Iterator[Statement]:
    for entry in declared.of("boundary"):
        if parts := named_parts(entry.text("stages")):
            where = entry.where("stages")
            yield Statement(place_name(entry), parts, {}, where)


def _tables(declared: Declared) -> Iterator[Statement]:
    """Inventory and result tables name what their rows name, with or without a figure."""
    stated = set(declared.places("boundary"))
    for place, entries in declared.places("activity", "stage").items():
        if place not in stated:
            cells = {_part(e): _name_cell(e) for e in reversed(entries)}
            parts = whole_transport(cells)
            yield Statement(place_name(entries[0]), parts, cells, _name_cell(entries[0]))


def _part(entry: Entry) -> str:
    if entry.key.process in (*LEGS, "storage"):
        return entry.key.process
    return TRANSPORT if entry.key.stage == "distribution" else entry.key.stage


def _name_cell(entry: Entry) -> CellRef:
    """The cell that names the row's part: its process where it is one of its own."""
    is_named_by_process = entry.key.process and entry.text("process") not in NO_FIGURE
    return entry.where("process" if is_named_by_process else "stage")


def product_is_one(declared: Declared) -> Iterator[Finding]:
    """T01: the product's name is the same everywhere; a longer or shorter form is no difference."""
    named = [e for e in declared.of("product") if folded(e.text("product"))]
    if not named:
        return
    master = declared.product_name or _usual_name([e.text("product") for e in named])
    for entry in named:
        if not same_product(entry.text("product"), master):
            yield finding(
                "T01",
                entry.where("product"),
                seen=entry.text("product"),
                expected=master,
                place=place_name(entry),
            )


def _usual_name(names: Sequence[str]) -> str:
    """The name that most others agree with; of several, the first."""
    return max(names, key=lambda name: sum(same_product(name, other) for other in names))


def same_product(one: str, other: str) -> bool:
    """Whether two names share their words: BXD2型电能计量箱 and 电能计量箱 (BXD2) do."""
    a, b = _words(one), _words(other)
    if not a or not b:
        return folded(one) == folded(other)
    return any(x in y or y in x for x in a for y in b)


def _words(name: str) -> set[str]:
    """Runs of Chinese characters (two or more), or else Latin words."""
    text = folded(name)
    chinese = {w for w in re.findall(r"[\u4e00-\u9fff]+", text) if len(w) > 1}
    return chinese or set(re.findall(r"[a-z]{3,}", " ".join(name.casefold().split())))
