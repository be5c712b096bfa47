"""What a product workbook knows of its suppliers' parts: all that an answer is judged by."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from cfp_xl.findings import CellRef, Finding
from cfp_xl.footprint.emission import emission_kgco2e
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factor import FACTOR_PREFIX
from cfp_xl.footprint.part_rows import rows_of_part, transport_rows
from cfp_xl.footprint.product import Product, Row
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.schema.answer_history import HistoryEntry, history_of
from cfp_xl.schema.opened import Opened, Tables
from cfp_xl.suppliers.parts import Part, parts_beyond, parts_of


class NoParts(Explained):
    """A workbook that asks no supplier for anything."""


@dataclass(frozen=True, slots=True)
class RequestedPart:
    """A part as the product asks for it, and what the product holds of it by now."""

    part: Part
    usual_kgco2e: float | None = None
    """What one declared unit gives by the factor in use, or the one that an answer replaced."""
    usual_factor: str = ""
    deliveries: tuple[CellRef, ...] = ()
    """Rows of the product that carry the part to the buyer (t·km)."""
    current_kgco2e: float | None = None
    """What the answer in the product gives for one declared unit."""
    current: frozenset[str] = frozenset()
    """Hashes of the files whose answers stand in the product."""
    replaced: frozenset[str] = frozenset()
    """Hashes of files whose answers stood there once."""
    current_filled_on: date | None = None
    """When the sheet of the product's answer was filled in; None where nobody noted it."""


@dataclass(frozen=True)
class SupplierRequests:
    """A product's parts as its suppliers are asked for them; small enough for every worker."""

    path: Path
    name: str
    parts: tuple[RequestedPart, ...]
    findings: tuple[Finding, ...]

    @cached_property
    def by_part(self) -> Mapping[str, RequestedPart]:
        """By the part's folded number."""
        return {folded(asked.part.part_id): asked for asked in self.parts}


def supplier_requests(product: Opened) -> SupplierRequests:
    """What the product asks of its suppliers, by the values saved in it; raises NoParts."""
    path, tables = product.workbook.path, product.cached
    record = tables.product
    if record is None or "parts" not in record.tables:
        raise NoParts("suppliers.no_parts", path=str(path))
    parts, findings = parts_of(record)
    beyond = tuple(parts_beyond(tables.schema)) if tables.schema else ()
    asked = tuple(_asked(record, parts, date_1904=product.workbook.date_1904))
    return SupplierRequests(path, product_name(tables), asked, (*findings, *beyond))


def product_name(tables: Tables) -> str:
    """What the product is called in its workbook."""
    name = tables.product.product_name if tables.product else None
    return name.text if name else ""


def _asked(
    product: Product, parts: tuple[Part, ...], *, date_1904: bool
) -> Iterator[RequestedPart]:
    answers = _by_part(product.rows("answers"))
    entries = history_of(product.rows("history"))
    taken: dict[str, list[HistoryEntry]] = {}
    for entry in entries:
        if not entry.is_held:
            taken.setdefault(entry.part, []).append(entry)
    for part in parts:
        key = folded(part.part_id)
        usual_kgco2e, usual_factor = _usual(product, part)
        now = _hashes(answers.get(key, ()))
        yield RequestedPart(
            part,
            usual_kgco2e,
            usual_factor,
            tuple(_deliveries(product, part)),
            _answered_kgco2e(answers.get(key, ())),
            now,
            frozenset(entry.sha256 for entry in taken.get(key, ())) - now,
            _filled_on(taken.get(key, ()), now, date_1904=date_1904),
        )


def _filled_on(
    taken: Iterable[HistoryEntry], now: frozenset[str], *, date_1904: bool
) -> date | None:
    """When the sheet was filled in whose answer the product holds."""
    days = [entry.filled_on(date_1904=date_1904) for entry in taken if entry.sha256 in now]
    return days[-1] if days else None


def _by_part(records: tuple[Row, ...]) -> Mapping[str, list[Row]]:
    """Rows of a table by the part's folded number: a product may have a thousand parts."""
    found: dict[str, list[Row]] = {}
    for record in records:
        found.setdefault(folded(record.text("part_id")), []).append(record)
    return found


def _hashes(records: Iterable[Row]) -> frozenset[str]:
    """The files that these rows come from."""
    return frozenset(sha256 for record in records if (sha256 := record.text("sha256")))


def _answered_kgco2e(records: Iterable[Row]) -> float | None:
    """The sum of a part's lines of supplier data, computed here; None where there is none."""
    lines = []
    for record in records:
        figures = [record.values.get(name) for name in ("quantity", "factor_kgco2e", "output")]
        quantity, factor, output = (f if isinstance(f, float) else None for f in figures)
        if quantity is not None and factor and output:
            lines.append(quantity * factor / output)
    return math.fsum(lines) if lines else None


def _usual(product: Product, part: Part) -> tuple[float | None, str]:
    """kgCO2e of one declared unit by the factor of the part's row, where that is no supplier's."""
    for activity in rows_of_part(product.inventory, part.part_id, part.unit):
        factor_id = str(activity.factor_id or "").strip()
        if not factor_id or factor_id.upper().startswith(FACTOR_PREFIX):
            continue
        try:
            factor = product.factors.get(factor_id)
            bridge = activity.bridge if isinstance(activity.bridge, float) else None
            bridge_unit = str(activity.bridge_unit or "")
            return emission_kgco2e(1.0, part.unit, factor, bridge, bridge_unit), factor.id
        except FootprintError:
            continue  # verify tells what is wrong with the product's own rows
    return part.secondary_kgco2e, ""


def _deliveries(product: Product, part: Part) -> Iterator[CellRef]:
    """Rows that carry the part to the buyer, as far as they count."""
    for activity in transport_rows(product.inventory, part.part_id, part.unit):
        if isinstance(activity.quantity, float) and activity.quantity > 0:
            yield product.cell(activity, "quantity")
