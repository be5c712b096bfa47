"""The inventory: activity rows as their author left them, and what their status says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cache, cached_property
from operator import itemgetter

from cfp_xl.findings import CellRef
from cfp_xl.footprint.cells import is_error, words
from cfp_xl.footprint.columns import ROW_ID, column, columns, is_closing, match_header
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factor_choice import chosen_id
from cfp_xl.footprint.wording import folded, is_blank, shortened
from cfp_xl.messages import Text, text


class ActivityStatus(StrEnum):
    """What a row says about its data: it has them, they are a true zero, they do not apply with
    a reason, or they are missing, which is an error and never a zero."""

    DATA = "data"
    ZERO = "zero"
    NOT_APPLICABLE = "not_applicable"
    MISSING = "missing"

    @property
    def text(self) -> Text:
        """The word in the status column: 数据, 零, 不适用, 缺失."""
        return text(f"footprint.status.{self.value}")


class StatusNotKnown(FootprintError):
    """A status column that says something else."""

    def __init__(self, typed: str) -> None:
        known = Text(
            "、".join(status.text.zh for status in ActivityStatus),
            ", ".join(s.value for s in ActivityStatus),
        )
        super().__init__(status=shortened(typed), known=known)


def status(typed: str) -> ActivityStatus:
    """The status that a word means, in Chinese or English; raises StatusNotKnown."""
    if found := _by_word().get(_key(typed)):
        return found
    raise StatusNotKnown(typed)


@cache
def _by_word() -> dict[str, ActivityStatus]:
    return {
        _key(word): status for status in ActivityStatus for word in (status.value, status.text.zh)
    }


def _key(word: str) -> str:
    return folded(word).replace("_", "").replace("-", "")


@dataclass(frozen=True, slots=True)
class Activity:
    """One row of the activities, raw: numbers, texts, blanks (None) and errors as in the cells.

    `number` counts the rows below the header from 1, the empty ones too; `origin` is the row's
    first cell in its sheet.
    """

    stage: object = None
    process: object = None
    activity: object = None
    status: object = None
    quantity: object = None
    unit: object = None
    factor_id: object = None
    bridge: object = None
    bridge_unit: object = None
    reason: object = None
    part_id: object = None
    direction: object = None
    carbon: object = None
    aircraft: object = None
    assembly: object = None
    scheme: object = None
    row_id: object = None
    number: int = 0
    origin: CellRef | None = None
    more: Mapping[str, object] = field(default_factory=dict, hash=False)
    """What cells hold of columns that the calculation has no use for, by the ids of these."""

    @property
    def identity(self) -> str:
        """What names the row wherever it moves: its row_id, else stage, process and activity."""
        typed = "" if self.row_id is None else _id_text(self.row_id).strip()
        return typed or row_label(
            (_id_text(self.stage), _id_text(self.process), _id_text(self.activity))
        )

    @property
    def assembly_id(self) -> str:
        """The assembly it belongs to, as typed; "" for the product itself, and for an error."""
        typed = self.assembly
        return "" if is_error(typed) else words(typed, column("activities", "assembly").heading)

    @property
    def label(self) -> str:
        """What to call the row in messages: its activity, process or stage, and its number."""
        for name in (self.activity, self.process, self.stage):
            if isinstance(name, str) and (plain := name.strip()):
                return f"{plain} (#{self.number})"
        return f"#{self.number}"


def row_label(texts: Iterable[str]) -> str:
    """A row's identity by what it says: `生产/焊接/电力`."""
    return "/".join([text.strip() for text in texts])


def _id_text(value: object) -> str:
    """An id as typed; one of digits only is a number in its cell."""
    return f"{value:.15g}" if isinstance(value, float) else value if isinstance(value, str) else ""


FIELDS: tuple[str, ...] = tuple(c.id for c in columns("activities") if not c.is_computed)
"""The columns an activity is read from."""
CALCULATED = frozenset(field.name for field in fields(Activity)).intersection(FIELDS)
"""Those of them that are fields of an Activity."""


@dataclass(frozen=True)
class Inventory:
    """The activity rows of a product, without the empty ones."""

    activities: tuple[Activity, ...]

    @cached_property
    def by_part(self) -> Mapping[str, tuple[Activity, ...]]:
        """The activities that name a supplier's part, by its id, folded."""
        found: dict[str, list[Activity]] = {}
        for row in self.activities:
            if id := folded(_id_text(row.part_id)):
                found.setdefault(id, []).append(row)
        return {id: tuple(rows) for id, rows in found.items()}

    def __iter__(self) -> Iterator[Activity]:
        return iter(self.activities)

    def __len__(self) -> int:
        return len(self.activities)

    @classmethod
    def from_rows(
        cls,
        header: Sequence[object],
        rows: Iterable[Sequence[object]],
        origins: Sequence[CellRef] | None = None,
    ) -> Inventory:
        """Read a range: its header row, the rows below it, and for each row its first cell.

        Empty rows are left out: a row counts as soon as one of our columns holds anything.
        Raises HeadingMissing or HeadingTwice.
        """
        position = match_header("activities", header)
        names = [name for name in FIELDS if name in position]
        read, cells_of = ActivityReader(names), _picker([position[name] for name in names])
        activities = []
        for number, row in enumerate(rows, start=1):
            cells = cells_of(row)
            if _counts_for_nothing(names, cells):
                continue
            origin = origins[number - 1] if origins else None
            row_id = row[position[ROW_ID]] if ROW_ID in position else None
            activities.append(read(cells, number, origin, row_id))
        return cls(tuple(activities))


def _counts_for_nothing(names: Sequence[str], cells: Sequence[object]) -> bool:
    """Whether a row is blank, or closes the table."""
    filled = -1
    for at, value in enumerate(cells):
        if value is None or is_blank(value):
            continue
        if filled >= 0:
            return False
        filled = at
    return filled < 0 or (names[filled] == "stage" and is_closing(cells[filled]))


class ActivityReader:
    """Makes activities of cells that come in the same columns row by row."""

    def __init__(self, names: Sequence[str]) -> None:
        """`names`: the ids of the columns, whichever the table has."""
        own = [at for at, name in enumerate(names) if name in CALCULATED]
        more = [at for at, name in enumerate(names) if name not in CALCULATED]
        self._own, self._more = _picker(own), _picker(more)
        self._own_names, self._more_names = [[names[at] for at in some] for some in (own, more)]
        self._known: dict[tuple[object, ...], Mapping[str, object]] = {}
        """Further cells: most rows have the same, mostly none."""

    def __call__(
        self,
        cells: Sequence[object],
        number: int,
        origin: CellRef | None,
        row_id: object = None,
    ) -> Activity:
        own = dict(zip(self._own_names, self._own(cells), strict=True))
        if isinstance(named := own.get("factor_id"), str):
            own["factor_id"] = chosen_id(named)
        further = self._more(cells)
        filled = further.count(None) < len(further)
        key = (further, tuple(map(type, further))) if filled else _NOTHING  # 1 and TRUE are equal
        if (more := self._known.get(key)) is None:
            held = zip(self._more_names, further, strict=True)
            more = self._known[key] = {name: value for name, value in held if value is not None}
        return Activity(**own, row_id=row_id, number=number, origin=origin, more=more)


_NOTHING: tuple[object, ...] = ()


def _picker(places: Sequence[int]) -> Callable[[Sequence[object]], tuple[object, ...]]:
    """What takes the cells at some places out of a row."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: tuple(row[at] for at in places)
