"""What to write to suppliers whose answer is missing or has to be corrected: a mail for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cfp_xl.messages import Lang, say
from cfp_xl.suppliers.annotate import grouped, langs, unsafe
from cfp_xl.suppliers.status import CollectionStatus, PartStatus, Stand

URGENCY = (
    *(Stand.OVERDUE, Stand.TO_CORRECT, Stand.RECEIVED, Stand.HELD),
    *(Stand.LAST_PERIOD, Stand.WAITING),
)
"""A mail's subject speaks of the most urgent of its parts."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A mail to one supplier about all of its parts, in its language."""

    supplier_id: str
    supplier: str
    contact: str
    subject: str
    body: str


def reminders(status: CollectionStatus) -> Iterator[Reminder]:
    """A mail to each supplier that has something to do, in the order of the status."""
    by_supplier: dict[str, list[PartStatus]] = {}
    for one in status.parts:
        if not one.is_settled:
            by_supplier.setdefault(one.part.supplier_id, []).append(one)
    for supplier_id, parts in by_supplier.items():
        first = parts[0].part
        spoken = langs(first.lang)
        yield Reminder(
            supplier_id,
            first.supplier,
            first.contact,
            " / ".join(_subject(parts, lang) for lang in spoken),
            "\n\n———\n\n".join(_body(status, parts, lang) for lang in spoken),
        )


def _subject(parts: list[PartStatus], lang: Lang) -> str:
    stands = {one.stand for one in parts}
    most_urgent = next(stand for stand in URGENCY if stand in stands)
    names = tuple(one.part.part for one in parts)
    return say(f"supplier_status.mail.subject_{most_urgent}", lang, parts=names)


def _body(status: CollectionStatus, parts: list[PartStatus], lang: Lang) -> str:
    hello = say("supplier_status.mail.hello", lang, supplier=parts[0].part.supplier)
    why = say("supplier_status.mail.why", lang, product=status.product)
    lines = [line for one in parts for line in _lines(one, lang)]
    return "\n".join([hello, why, "", *lines, "", say("supplier_status.mail.close", lang)])


def _lines(one: PartStatus, lang: Lang) -> Iterator[str]:
    key = str(one.stand)
    if one.stand in (Stand.WAITING, Stand.LAST_PERIOD) and one.part.due is None:
        key = f"{key}_no_due"
    if one.stand is Stand.TO_CORRECT and unsafe(one.findings):
        key = "start_anew"
    yield say(
        f"supplier_status.mail.{key}",
        lang,
        part=one.part.part,
        part_id=one.part.part_id,
        due=one.part.due,
        days=-(one.days_left or 0),
        count=len(one.findings),
        file=Path(one.answer.path).name if one.answer else "–",
    )
    for cells, todo in grouped(one.findings, lang):
        yield say("supplier_status.mail.item", lang, cell=cells, todo=todo.replace("\n", " "))
