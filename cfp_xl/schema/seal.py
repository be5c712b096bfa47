"""The seal of a workbook's formulas: tells a formula from the constant that was typed over it.

The seal is text in custom document properties `cfp_seal_1`, `cfp_seal_2`, … (Excel keeps at most
255 characters in each; LibreOffice keeps them when it saves the file again):

    version ; number of parts ; digest of the body ; body

The body holds, for each sheet, the runs of cells whose formulas are copies of one another, with
a hash of what they share (`relative_key`), then the ranges of the names that begin with `cfp_`;
no blank, which a program could trim at the end of a property:

    [活动数据]K5:K24=3f2a81c09d4e,L5:L24=90d1…[结果]…[*]cfp_activities=活动数据!$A$4:$L$24,…

A table may grow, shrink and be sorted: its rows are held against the formulas of its columns, and
references are compared as they would read if it had not.

It guards against slips, not against forgery: whoever edits a formula can make a new seal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from urllib.parse import quote, unquote

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.schema.as_laid_out import LaidOut, as_laid_out
from cfp_xl.schema.formula_keys import digest, keyed_columns, sealed_key
from cfp_xl.schema.grown import GrownTable, as_sealed, grown_tables
from cfp_xl.schema.sealed_rows import SealedRows, cell_difference
from cfp_xl.workbook.address import Bounds, cells_of, range_address, range_bounds
from cfp_xl.workbook.formulas.canonical import canonical
from cfp_xl.workbook.model import Sheet, Workbook
from cfp_xl.workbook.writing.frozen import CannotThaw, listing_of, read_listing

PROPERTY = "cfp_seal_"
VERSION = "1"
CHUNK_LENGTH = 255
TEMPLATE = "cfp_template"
"""The document property that says which template a workbook was made from."""
NAMES = "*"
"""Stands for the names where a sheet's name would: no sheet can be called so."""
SEALED_NAMES = "cfp_"

FORMULA_GONE = ("N01", "W41")

MAX_SEALED_CELLS = 200_000
"""Outside of tables that grow, and columns of runs within them; more than any workbook of ours has:
a seal could claim whole columns."""

_PART_NAME = re.compile(PROPERTY + r"([1-9][0-9]{0,3})")
_SECTION = re.compile(r"\[([^\[\]]*)\]([^\[\]]*)")
_RANGE_OF_ONE = re.compile(r"(?<![A-Z$])(\$?[A-Z]{1,3}\$?[0-9]+):\1(?![0-9])")


class _Damaged(Exception):
    """The seal's text is not one that `make_seal` writes."""


@dataclass(frozen=True)
class Seal:
    """What a seal says, read."""

    runs: Mapping[str, tuple[tuple[Bounds, str], ...]]
    """By sheet: bounds of a run, hash of its formulas' key."""
    names: Mapping[str, str]
    """By lower-case name: what it referred to."""


def make_seal(workbook: Workbook) -> dict[str, str]:
    """The custom document properties that seal the workbook's formulas and `cfp_` names."""
    body = "".join(_sections(workbook))
    count, parts = 0, [""]
    while len(parts) != count:
        count = len(parts)
        text = f"{VERSION};{count};{digest(body)};{body}"
        parts = [text[at : at + CHUNK_LENGTH] for at in range(0, len(text), CHUNK_LENGTH)]
    return {f"{PROPERTY}{number}": part for number, part in enumerate(parts, start=1)}


def has_seal(workbook: Workbook) -> bool:
    """Whether the workbook was sealed, whatever the seal is worth."""
    return any(name.startswith(PROPERTY) for name in workbook.properties)


def check_seal(workbook: Workbook) -> tuple[Finding, ...]:
    """What differs from the seal; a note where a workbook of ours was never sealed.

    Our templates are always sealed: one without its seal has lost it. In a frozen workbook the
    formulas that its list keeps are said once, not cell by cell.
    """
    listing = listing_of(workbook)
    if listing is None:
        return tuple(_differences(workbook))
    try:
        frozen = read_listing(workbook, listing)
    except CannotThaw as damaged:
        what = finding("W44", listing.ref(1, 1), case="damaged", why=damaged)
        return (what, *_differences(workbook))
    listed = {CellRef(one.sheet, one.cell) for one in frozen}
    others = (
        found
        for found in _differences(workbook, listed)
        if found.code not in FORMULA_GONE or found.where not in listed
    )
    return (finding("W44", listing.ref(1, 1), count=len(frozen)), *others)


def date_system(workbook: Workbook) -> tuple[Finding, ...]:
    """All templates count days from 1900: a workbook of ours that counts from 1904 was switched."""
    is_ours = has_seal(workbook) or TEMPLATE in workbook.properties
    return (finding("W42", case="date_1904"),) if is_ours and workbook.date_1904 else ()


def differences_from_template(workbook: Workbook, template: Workbook) -> tuple[Finding, ...]:
    """What differs from the seal of a template: for a workbook that lost its own."""
    body = "".join(_parts(template.properties)).split(";", 3)[3]
    return tuple(_formula_differences(workbook, _parsed(body)))


def _differences(
    workbook: Workbook, frozen: AbstractSet[CellRef] = frozenset()
) -> Iterator[Finding]:
    yield from date_system(workbook)
    seal = read_seal(workbook)
    if isinstance(seal, Finding):
        yield seal
    elif seal is not None:
        if TEMPLATE not in workbook.properties:
            yield finding("W42", case="no_template")
        yield from _of_layout(workbook, seal, frozen)
    elif "cfp_activities" in cfp_names(workbook):
        yield finding("W42", case="none")


def _of_layout(workbook: Workbook, seal: Seal, frozen: AbstractSet[CellRef]) -> Sequence[Finding]:
    """What differs where the workbook's cells lie; as they lay, if less does then."""

    def of(workbook: Workbook) -> list[Finding]:
        formulas = _formula_differences(workbook, seal, frozen)
        return [*formulas, *_name_differences(workbook, seal)]

    found = of(workbook)
    laid_out = None if frozen or not found else _laid_out(workbook, seal)
    other = of(laid_out.workbook) if laid_out else found
    if laid_out and len(other) < len(found):
        return [laid_out.found(one) for one in other]
    return found


def moved_cells(workbook: Workbook) -> Callable[[CellRef], CellRef]:
    """Where cells are now that people know by the address that they had in the template."""
    seal = read_seal(workbook)
    laid_out = _laid_out(workbook, seal) if isinstance(seal, Seal) else None
    return laid_out.now if laid_out else lambda where: where


def _laid_out(workbook: Workbook, seal: Seal) -> LaidOut | None:
    return as_laid_out(workbook, seal.runs, seal.names, cfp_names(workbook))


def read_seal(workbook: Workbook) -> Seal | Finding | None:
    """The seal, None where the workbook never had one, or what is wrong with it."""
    if not has_seal(workbook):
        return finding("W42", case="lost") if TEMPLATE in workbook.properties else None
    parts = _parts(workbook.properties)
    version, _, rest = "".join(parts).partition(";")
    if version != VERSION:
        is_other = version.isdecimal()
        return finding("W42", case="version" if is_other else "", seen=version[:20])
    count, _, rest = rest.partition(";")
    written, _, body = rest.partition(";")
    if count != str(len(parts)) or written != digest(body):
        return finding("W42")
    try:
        return _parsed(body)
    except _Damaged:
        return finding("W42")


def _parts(properties: Mapping[str, str]) -> list[str]:
    """The seal's parts in the order of their numbers."""
    numbered = {
        int(match[1]): text
        for name, text in properties.items()
        if (match := _PART_NAME.fullmatch(name))
    }
    return [numbered[number] for number in sorted(numbered)]


def _parsed(body: str) -> Seal:
    runs: dict[str, tuple[tuple[Bounds, str], ...]] = {}
    names: dict[str, str] = {}
    for match in _SECTION.finditer(body):
        items = [item.partition("=")[::2] for item in match[2].split(",")]
        if match[1] == NAMES:
            names = {name: unquote(range_text) for name, range_text in items}
            continue
        of_sheet = []
        for range_text, key in items:
            bounds = range_bounds(range_text)
            if bounds is None:
                raise _Damaged
            of_sheet.append((bounds, key))
        runs[unquote(match[1])] = tuple(of_sheet)
    return Seal(runs, names)


def _sections(workbook: Workbook) -> Iterator[str]:
    for sheet in workbook.sheets:
        runs = [f"{range_text}={key}" for range_text, key in _runs(sheet)]
        if runs:
            yield f"[{_escaped(sheet.name)}]" + ",".join(runs)
    names = [f"{name}={_escaped(formula)}" for name, formula in cfp_names(workbook).items()]
    if names:
        yield f"[{NAMES}]" + ",".join(names)


def _runs(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Vertical runs of formula cells with one key, as (range, hash), column by column."""
    for column, runs in sorted(keyed_columns(sheet).items()):
        for first, last, key in runs:
            yield range_address((first, column, last, column)), key


def cfp_names(workbook: Workbook) -> dict[str, str]:
    """The names to seal, by lower-case name, with what they refer to in one spelling."""
    return {
        name.name.casefold(): canonical(name.formula)
        for name in sorted(
            workbook.names, key=lambda name: (name.name.casefold(), name.sheet or "")
        )
        if name.name.casefold().startswith(SEALED_NAMES)
    }


def _escaped(text: str) -> str:
    """`text` without blanks and the seal's own signs; Chinese stays as it is, to be short."""
    return re.sub(r"[\s%\[\]=;,]", lambda match: quote(match[0], safe=""), text)


def _formula_differences(
    workbook: Workbook, seal: Seal, frozen: AbstractSet[CellRef] = frozenset()
) -> Iterator[Finding]:
    grown = grown_tables(workbook, seal.names, cfp_names(workbook))
    left = MAX_SEALED_CELLS
    for name, runs in seal.runs.items():
        sheet, table = workbook.sheet(name), grown.get(name.casefold())
        others = [(part, key) for whole, key in runs for part in _outside(table, whole)]
        left -= sum(_size(part) for part, _ in others)
        left -= sum(bounds[3] - bounds[1] + 1 for bounds, _ in runs)
        if left < 0:
            yield finding("W42")
            return
        if sheet is None:
            count = sum(_size(bounds) for bounds, _ in runs)
            yield finding("W41", case="sheet", seen=name, expected=count)
            continue
        for part, key in others:
            for row, column in cells_of(part):
                place = (row if table is None else table.now(row), column)
                cell = sheet.cells.get(place)
                seen = sealed_key(cell, grown, sheet, row) if cell else None
                yield from cell_difference(cell, seen, {key}, sheet.ref(*place))
        if table is not None:
            yield from SealedRows(sheet, table, grown, runs, frozen).differences()


def _outside(table: GrownTable | None, bounds: Bounds) -> Iterable[Bounds]:
    return [bounds] if table is None else table.outside(bounds)


def _size(bounds: Bounds) -> int:
    top, left, bottom, right = bounds
    return (bottom - top + 1) * (right - left + 1)


def _name_differences(workbook: Workbook, seal: Seal) -> Iterator[Finding]:
    now = cfp_names(workbook)
    grown = grown_tables(workbook, seal.names, now)
    for name, sealed in seal.names.items():
        if name not in now:
            yield finding("W43", case="removed", name=name, expected=sealed)
        elif _place(as_sealed(now[name], "", grown)) != _place(sealed):
            yield finding("W43", name=name, seen=now[name], expected=sealed)


def _place(formula: str) -> str:
    """What a name refers to, a range of one cell as that cell: LibreOffice 25.2 saves it so."""
    return _RANGE_OF_ONE.sub(r"\1", formula)
