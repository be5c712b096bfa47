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

import hashlib
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote, unquote

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.columns import is_closing
from cfp_xl.footprint.wording import is_blank
from cfp_xl.functions.values import ExcelError
from cfp_xl.schema.grown import Grown, GrownTable, as_sealed, grown_tables
from cfp_xl.workbook.address import Bounds, cells_of, range_address, range_bounds
from cfp_xl.workbook.formulas.canonical import canonical, relative_key
from cfp_xl.workbook.formulas.tokens import Fill, fill
from cfp_xl.workbook.model import Cell, Sheet, Workbook
from cfp_xl.workbook.writing.frozen import CannotThaw, listing_of, read_listing

PROPERTY = "cfp_seal_"
VERSION = "1"
CHUNK_LENGTH = 255
HASH_LENGTH = 12
TEMPLATE = "cfp_template"
"""The document property that says which template a workbook was made from."""
NAMES = "*"
"""Stands for the names where a sheet's name would: no sheet can be called so."""
SEALED_NAMES = "cfp_"

FORMULA_GONE = ("N01", "W41")

MAX_SEALED_CELLS = 200_000
"""More than any workbook of ours has: a seal could claim whole columns."""

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
        text = f"{VERSION};{count};{_digest(body)};{body}"
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
        yield from _formula_differences(workbook, seal, frozen)
        yield from _name_differences(workbook, seal)
    elif "cfp_activities" in cfp_names(workbook):
        yield finding("W42", case="none")


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
    digest, _, body = rest.partition(";")
    if count != str(len(parts)) or digest != _digest(body):
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
    cells = 0
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
            top, left, bottom, right = bounds
            cells += (bottom - top + 1) * (right - left + 1)
            of_sheet.append((bounds, key))
        runs[unquote(match[1])] = tuple(of_sheet)
    if cells > MAX_SEALED_CELLS:
        raise _Damaged
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
    cells = sorted(
        (cell for cell in sheet.cells.values() if cell.formula is not None),
        key=lambda cell: (cell.column, cell.row),
    )
    key_of = KeyOfCopies()
    numbered = [(cell, key_of(cell)) for cell in cells]
    runs = groupby(
        enumerate(numbered),
        # Within a column, row minus position stays the same as long as no row is left out.
        key=lambda item: (item[1][0].column, item[1][0].row - item[0], item[1][1]),
    )
    for (column, _, key), members in runs:
        rows = [cell.row for _, (cell, _) in members]
        yield range_address((rows[0], column, rows[-1], column)), key


def formula_key(cell: Cell) -> str:
    """What copies of a formula, filled down or across, have in common."""
    assert cell.formula is not None
    return _digest(relative_key(cell.formula, cell.row, cell.column))


class KeyOfCopies:
    """`formula_key` for the cells of one sheet: a copy of the one looked at before in its column
    costs as little as filling it down."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[Fill, str]] = {}

    def __call__(self, cell: Cell) -> str:
        assert cell.formula is not None
        at = (cell.row, cell.column)
        last = self._last.get(cell.column)
        if last is not None and last[0].at(*at) == cell.formula:
            return last[1]
        key = formula_key(cell)
        self._last[cell.column] = (fill(cell.formula, *at), key)
        return key


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]


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
    for name, runs in seal.runs.items():
        sheet = workbook.sheet(name)
        if sheet is None:
            count = sum(len(list(cells_of(bounds))) for bounds, _ in runs)
            yield finding("W41", case="sheet", seen=name, expected=count)
            continue
        table = grown.get(name.casefold())
        in_table: dict[int, dict[int, str]] = {}
        for bounds, key in runs:
            for row, column in cells_of(bounds):
                if table is not None and table.held(row):
                    in_table.setdefault(column, {})[row] = key
                    continue
                place = (row if table is None else table.now(row), column)
                cell = sheet.cells.get(place)
                seen = sealed_key(cell, grown, sheet, row) if cell else None
                yield from _cell_difference(cell, seen, {key}, sheet.ref(*place))
        if table is not None:
            yield from _table_differences(sheet, table, in_table, grown, frozen)


def _table_differences(
    sheet: Sheet,
    table: GrownTable,
    keys: Mapping[int, Mapping[int, str]],
    grown: Grown,
    frozen: AbstractSet[CellRef],
) -> Iterator[Finding]:
    """A table's rows, wherever they are now: each has the formulas of its columns, unless blank.

    A row that has some of them was not inserted without them: the others are gone, where every
    sealed row had all; those whose formulas were frozen, to blank values, hold what they should.
    """
    is_regular = len({frozenset(of_column) for of_column in keys.values()}) == 1
    _, left, _, right = table.sealed
    rows = sorted({row for row, _ in sheet.cells if table.holds(row)})
    known: dict[tuple[int, str], str | None] = {}
    key_of = KeyOfCopies()
    for row in rows:
        cells = (sheet.cells.get((row, column)) for column in range(left, right + 1))
        typed = [c.value for c in cells if c and c.formula is None and not is_blank(c.value)]
        if any(is_closing(value) for value in typed):
            continue
        lacking = []
        for column, expected in sorted(keys.items()):
            cell = sheet.cells.get((row, column))
            if not _holds_anything(cell):
                if sheet.ref(row, column) not in frozen:
                    lacking.append(column)
                continue
            seen = None
            if cell is not None and cell.formula is not None:
                # Copies share a key: what one is compared by, all are.
                raw = (column, key_of(cell))
                if raw not in known:
                    known[raw] = sealed_key(cell, grown, sheet, row)
                seen = known[raw]
            yield from _cell_difference(cell, seen, set(expected.values()), sheet.ref(row, column))
        if lacking and (typed or (is_regular and len(lacking) < len(keys))):
            where = sheet.ref(row, lacking[0])
            if len(lacking) > 1:
                where = CellRef(sheet.name, range_address((row, lacking[0], row, lacking[-1])))
            yield finding("W41", where, case="row", row=row, count=len(lacking))


def sealed_key(cell: Cell, grown: Grown, sheet: Sheet, row: int) -> str | None:
    """The key of a cell's formula, told from `row`, as if no table had grown.

    A formula of a table that looks at the row above it looks further up once rows without formulas
    were inserted between: that is no change of it.
    """
    if cell.formula is None:
        return None
    table = grown.get(sheet.name.casefold())
    if table is None or not table.holds(cell.row):
        formula = as_sealed(cell.formula, sheet.name, grown)
        return _digest(relative_key(formula, row, cell.column))

    def told(other: int) -> int:
        between = range(other + 1, cell.row)
        is_above = other < cell.row - 1 and not any(
            _holds_anything(sheet.cells.get((r, cell.column))) for r in between
        )
        return cell.row - 1 if is_above else other

    return _digest(relative_key(as_sealed(cell.formula, sheet.name, grown, told), row, cell.column))


def _holds_anything(cell: Cell | None) -> bool:
    return cell is not None and (cell.formula is not None or cell.value not in (None, ""))


def _cell_difference(
    cell: Cell | None, seen: str | None, expected: set[str], where: CellRef
) -> Iterator[Finding]:
    if cell is None or not _holds_anything(cell):
        yield finding("W41", where)
    elif cell.formula is None:
        yield finding("N01", where, seen=_shown(cell))
    elif seen not in expected:
        yield finding("W40", where, seen=cell.formula)


def _shown(cell: Cell) -> str:
    match cell.value:
        case bool():
            return "TRUE" if cell.value else "FALSE"
        case float():
            return f"{cell.value:.15g}"
        case ExcelError():
            return str(cell.value)
        case _:
            return f'"{cell.value}"'


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
