"""Rules on what a report says in several places: B02 the boundary, T01 the product's name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text
from cfp_xl.verify.declared.figures import shown_stages
from cfp_xl.verify.declared.names import (
    LEGS,
    TRANSPORT,
    named_parts,
    term,
    term_name,
    terms,
)
from cfp_xl.verify.declared.table import NO_FIGURE, Declared, DeclaredEntry, place_name
from cfp_xl.verify.rule import rule

INNER = ("storage",)
"""Parts of distribution that a statement may name by themselves."""


@dataclass(frozen=True)
class Statement:
    """The parts of the product system that one place names, and the cell that names each."""

    place: Text | str
    parts: frozenset[str]
    cells: Mapping[str, CellRef]
    where: CellRef
    may_name: frozenset[str] = frozenset()
    """Parts it shows inside others: inbound transport as a process of raw material acquisition."""
    is_complete: bool = True
    """Whether what it does not name is left out; an extract of a table leaves nothing out."""

    def without(self, other: Statement) -> list[str]:
        """The parts it names that the other does not."""
        return sorted(part for part in self.parts if not other.has(part))

    def has(self, part: str) -> bool:
        named = self.parts | self.may_name
        if part == TRANSPORT:
            return not named.isdisjoint({TRANSPORT, *LEGS})
        return part in named or (part in (*LEGS, *INNER) and TRANSPORT in named)

    def agrees_with(self, other: Statement) -> bool:
        return not self.without(other) and not other.without(self)


@rule("B02", reads=("declared",))
def boundary_is_one(declared: Declared) -> Iterator[Finding]:
    """B02: every place names the same parts of the product system; tables count as places."""
    statements = [*_sentences(declared), *_tables(declared)]
    complete = [s for s in statements if s.is_complete]
    if not complete:
        return
    usual = max(complete, key=lambda one: sum(one.agrees_with(other) for other in complete))
    for one in statements:
        more = one.without(usual)
        fewer = usual.without(one) if one.is_complete else []
        if not more and not fewer:
            continue
        yield finding(
            "B02",
            next((one.cells[part] for part in more if part in one.cells), one.where),
            case="differs" if more and fewer else "more" if more else "fewer",
            seen=_listed(one.parts),
            expected=_listed(usual.parts),
            place=one.place,
            usual=usual.place,
            usual_cell=usual.where,
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
    totals, everywhere = declared.places("total"), shown_stages(declared)
    for place, entries in declared.places("activity", "stage").items():
        if place in stated:
            continue
        cells = {part: _name_cell(e) for e in reversed(entries) if (part := _part(e))}
        yield Statement(
            place_name(entries[0]),
            frozenset(cells),
            cells,
            _name_cell(entries[0]),
            may_name=frozenset(e.key.process for e in entries).intersection((*LEGS, *INNER)),
            is_complete=place in totals and everywhere.issubset(e.key.stage for e in entries),
        )


def _part(entry: DeclaredEntry) -> str | None:
    """The part that a row's stage names; None where its name is none of a boundary's."""
    if entry.key.stage == "distribution":
        return entry.key.process if entry.key.process in (*LEGS, *INNER) else TRANSPORT
    part = entry.key.stage if entry.key.stage in terms() else term(entry.text("stage"))
    return part if part in terms() else None


def _name_cell(entry: DeclaredEntry) -> CellRef:
    """The cell that names the row's part: its process where it is one of its own."""
    is_named_by_process = entry.key.process and entry.text("process") not in NO_FIGURE
    return entry.where("process" if is_named_by_process else "stage")


@rule("T01", reads=("declared", "product_name"))
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
