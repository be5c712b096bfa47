"""How far the collection of suppliers' data has got: who answered, who is late, what it covers.

Worked out from the product workbook and, where there are any, from the answers of an intake. The
day it is said for is an argument: there is no clock in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cfp_xl.findings import Finding
from cfp_xl.footprint.calculate import Footprint
from cfp_xl.footprint.factor import FACTOR_PREFIX
from cfp_xl.footprint.part_rows import rows_of_part
from cfp_xl.footprint.product import Product
from cfp_xl.footprint.units import convert, same_dimension
from cfp_xl.footprint.wording import folded
from cfp_xl.schema.answer_history import HistoryEntry, held_of, history_of
from cfp_xl.schema.opened import Tables
from cfp_xl.suppliers.annotate import to_tell
from cfp_xl.suppliers.doubts import reasons_in_words
from cfp_xl.suppliers.mailing import ListEntry, with_list
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged
from cfp_xl.suppliers.parts import Part, parts_of
from cfp_xl.suppliers.product_parts import product_name


class Stand(StrEnum):
    """How far a part has got."""

    OVERDUE = "overdue"
    TO_CORRECT = "to_correct"
    """A sheet came back and can't be taken in as it is."""
    HELD = "held"
    """Complete, but in doubt: the buyer decides, the supplier checks."""
    RECEIVED = "received"
    """Something came that is no sheet that can be read."""
    LAST_PERIOD = "last_period"
    """Only the answer of the period before is there: to be asked again."""
    WAITING = "waiting"
    READY = "ready"
    """Accepted, and not yet written into the product."""
    IN_USE = "in_use"


@dataclass(frozen=True, slots=True)
class PartStatus:
    """One part as the buyer sees it; amounts are those in one product."""

    part: Part
    stand: Stand
    kgco2e: float | None
    """By the factor that the product uses now; None where no row of it has a result."""
    kgco2e_per_unit: float | None
    """As answered."""
    days_left: int | None
    """Until the answer is due, negative once it is late; None without a date."""
    answer: Judged | None = None
    findings: tuple[Finding, ...] = ()
    """What the supplier has to correct."""
    codes: tuple[str, ...] = ()
    """The doubts that hold the answer back, or that it was taken in in spite of."""
    reason: str = ""
    """Why it was taken in all the same."""
    notes: tuple[str, ...] = ()
    """What the supplier says beside its figures."""
    sender: str = ""
    """Who filled the sheet in."""
    is_of_last_period: bool = False
    """Whether what is in use is the answer of the period before."""

    @property
    def mass_kg(self) -> float | None:
        """The part's mass in one product; carriage has none."""
        if same_dimension(self.part.unit, "kg"):
            return float(convert(self.part.amount, self.part.unit, "kg"))
        return None if self.part.mass_kg is None else self.part.mass_kg * self.part.amount

    @property
    def is_answered(self) -> bool:
        """Whether there are figures to use, be they those of an earlier answer for this period."""
        return self.kgco2e_per_unit is not None and not self.is_of_last_period

    @property
    def is_settled(self) -> bool:
        """Whether the supplier has nothing left to do."""
        return self.stand in (Stand.IN_USE, Stand.READY)


@dataclass(frozen=True, slots=True)
class Coverage:
    """An answered amount beside the whole of it."""

    answered: float
    whole: float

    @property
    def share(self) -> float | None:
        """0–1; None where there is nothing to cover."""
        return self.answered / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class CollectionStatus:
    """The whole picture. `strays` are files that belong to no part of the product."""

    product: str
    today: date
    total_kgco2e: float | None
    primary_kgco2e: float
    """What rows with suppliers' factors give."""
    parts: tuple[PartStatus, ...]
    strays: tuple[Judged, ...] = ()

    @property
    def answered_count(self) -> int:
        return sum(one.is_answered for one in self.parts)

    @property
    def mass(self) -> Coverage:
        """In kg."""
        return _coverage((one.mass_kg, one.is_answered) for one in self.parts)

    @property
    def without_mass_count(self) -> int:
        """Parts whose mass nobody has typed; carriage has none."""
        return sum(p.mass_kg is None and p.part.kind == "part" for p in self.parts)

    @property
    def footprint(self) -> Coverage:
        """Of what the parts give together, in kgCO2e."""
        return _coverage((one.kgco2e, one.is_answered) for one in self.parts)

    @property
    def primary_share(self) -> float | None:
        """0–1, of the product's total; None where that is not known or zero."""
        return self.primary_kgco2e / self.total_kgco2e if self.total_kgco2e else None

    def share(self, one: PartStatus) -> float | None:
        """A part's share of the product's footprint."""
        if one.kgco2e is None or not self.total_kgco2e:
            return None
        return one.kgco2e / self.total_kgco2e


def status_of(
    tables: Tables,
    answers: Sequence[Judged],
    today: date,
    entries_of_list: Sequence[ListEntry] = (),
) -> CollectionStatus:
    """The status of a product, with the answers of an intake that need not be written yet.

    A list of suppliers knows better who is to be asked until when.

    Parts that need somebody's hand come first, among them those with the larger footprint.
    """
    product, footprint = tables.product, tables.footprint
    assert product is not None
    assert footprint is not None
    parts = with_list(parts_of(product)[0], entries_of_list)
    known = {_key(part.supplier_id, part.part_id) for part in parts}
    by_part: dict[tuple[str, str], Judged] = {}
    strays = []
    for answer in answers:
        if answer.status in (AnswerStatus.IGNORED, AnswerStatus.OPENED):
            continue
        key = _key(answer.supplier_id, answer.part_id)
        if key in known:
            by_part[key] = _better(by_part.get(key), answer)
        else:
            strays.append(answer)
    taken_in = _taken_in(product)
    former = {folded(p.text("part_id")): p.text("last_answer") for p in product.rows("parts")}
    entries = history_of(product.rows("history"))
    held = held_of(entries)
    in_use = {entry.part: entry for entry in entries if not entry.is_held}
    stands = [
        _part_status(
            part,
            by_part.get(_key(part.supplier_id, part.part_id)),
            taken_in.get(folded(part.part_id), _Taken()),
            _kgco2e(part, product, footprint),
            today,
            held.get(folded(part.part_id)) or in_use.get(folded(part.part_id)),
            former.get(folded(part.part_id), ""),
        )
        for part in parts
    ]
    order = list(Stand)
    stands.sort(key=lambda one: (order.index(one.stand), -(one.kgco2e or 0.0)))
    return CollectionStatus(
        product=product_name(tables),
        today=today,
        total_kgco2e=footprint.total_kgco2e,
        primary_kgco2e=sum(
            row.kgco2e or 0.0
            for row in footprint.rows
            if str(row.activity.factor_id or "").strip().startswith(FACTOR_PREFIX)
        ),
        parts=tuple(stands),
        strays=tuple(strays),
    )


def _part_status(
    part: Part,
    answer: Judged | None,
    taken: _Taken,
    kgco2e: float | None,
    today: date,
    entry: HistoryEntry | None,
    former: str,
) -> PartStatus:
    """`former` is the hash of the answer of the period before."""
    per_unit = taken.kgco2e_per_unit
    days_left = None if part.due is None else (part.due - today).days
    findings: tuple[Finding, ...] = ()
    is_in_use = answer is not None and answer.sha256 in taken.files
    by_answer = None if answer is None or is_in_use else STAND_OF.get(answer.status)
    is_former = former in taken.files and by_answer is not Stand.READY
    is_late = days_left is not None and days_left < 0
    if answer is not None and by_answer is not None:
        stand, findings = by_answer, () if by_answer is Stand.READY else to_tell(answer)
        if stand is Stand.READY and answer.accepted is not None:
            per_unit = answer.accepted.kgco2e_per_unit
    elif entry is not None and entry.is_held:
        stand = Stand.HELD
    elif per_unit is not None and not is_former:
        stand = Stand.IN_USE
    elif is_late:
        stand = Stand.OVERDUE
    elif is_former:
        stand = Stand.LAST_PERIOD
    else:
        stand = Stand.WAITING
    return PartStatus(
        part, stand, kgco2e, per_unit, days_left, answer, findings, *_said(answer, entry), is_former
    )


def _said(
    answer: Judged | None, entry: HistoryEntry | None
) -> tuple[tuple[str, ...], str, tuple[str, ...], str]:
    """Doubts, the reason given, notes and sender: of the answer at hand, else of the history."""
    if answer is not None and answer.accepted is not None:
        given, who = answer.accepted, answer.sender
        codes = tuple(doubt.code for doubt in given.doubts)
        notes = tuple(": ".join(filter(None, (n.about, n.text))) for n in answer.notes)
        return (
            codes,
            reasons_in_words(given),
            notes,
            " · ".join(filter(None, (who.name, who.contact))),
        )
    if entry is None:
        return (), "", (), ""
    note = entry.record.text("note")
    return entry.codes, entry.reason, (note,) if note else (), entry.record.text("contact")


def _key(supplier_id: str, part_id: str) -> tuple[str, str]:
    return folded(supplier_id), folded(part_id)


STAND_OF = {
    **dict.fromkeys((AnswerStatus.ACCEPTED, AnswerStatus.REPLACES), Stand.READY),
    AnswerStatus.HELD: Stand.HELD,
    AnswerStatus.REFUSED: Stand.TO_CORRECT,
    **dict.fromkeys(
        (AnswerStatus.OTHER, AnswerStatus.UNREADABLE, AnswerStatus.FAILED), Stand.RECEIVED
    ),
}
"""How far a part is by what became of its file; the others change nothing."""
USABLE = (
    AnswerStatus.ACCEPTED,
    AnswerStatus.REPLACES,
    AnswerStatus.UNCHANGED,
    AnswerStatus.HELD,
    AnswerStatus.REFUSED,
    AnswerStatus.UNREADABLE,
    AnswerStatus.FAILED,
    AnswerStatus.OTHER,
    AnswerStatus.OLDER,
    AnswerStatus.OPENED,
    AnswerStatus.IGNORED,
)
"""Of several files for one part the first of these says how far it is."""


def _better(earlier: Judged | None, later: Judged) -> Judged:
    """Of two files for one part the one that can be used, else the later one."""
    if earlier is None or USABLE.index(later.status) <= USABLE.index(earlier.status):
        return later
    return earlier


@dataclass(frozen=True, slots=True)
class _Taken:
    """What the product holds of a part's answer."""

    kgco2e_per_unit: float | None = None
    files: frozenset[str] = frozenset()
    """Their hashes."""


def _taken_in(product: Product) -> dict[str, _Taken]:
    """By the part's folded number."""
    found: dict[str, _Taken] = {}
    for record in product.rows("answers"):
        values = [record.values.get(name) for name in ("quantity", "factor_kgco2e", "output")]
        match values:
            case [float(quantity), float(factor), float(output)] if output:
                part_id = folded(record.text("part_id"))
                earlier = found.get(part_id, _Taken())
                found[part_id] = _Taken(
                    (earlier.kgco2e_per_unit or 0.0) + quantity * factor / output,
                    earlier.files | {record.text("sha256")},
                )
    return found


def _kgco2e(part: Part, product: Product, footprint: Footprint) -> float | None:
    """What the part's own rows give: carriage of a part to the buyer is none of them."""
    own = {row.number for row in rows_of_part(product.inventory, part.part_id, part.unit)}
    found = [row.kgco2e for row in footprint.rows if row.activity.number in own]
    if not found or None in found:
        return None
    return sum(value for value in found if value is not None)


def _coverage(amounts: Iterable[tuple[float | None, bool]]) -> Coverage:
    known = [(amount, is_answered) for amount, is_answered in amounts if amount is not None]
    return Coverage(
        sum(amount for amount, is_answered in known if is_answered),
        sum(amount for amount, _ in known),
    )
