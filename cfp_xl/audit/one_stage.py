"""Tables of one stage: its inventory (表 3 生产阶段清单), its parts (Manufacturing by component).

Their rows are of that stage, and what they call a total is the stage's. Only where another table
has the stage as a row of its own: else the total may be that of the product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cfp_xl.audit.document import Paragraph, PrintedTable
from cfp_xl.audit.record import PrintedFigures
from cfp_xl.audit.table_heads import names_a_stage
from cfp_xl.verify.declared.words import is_total, parts_in

LEAST_ROWS = 2


def of_one_stage(
    rows: Sequence[PrintedFigures],
    table: Paragraph | PrintedTable,
    elsewhere: Mapping[str | None, str],
) -> Sequence[PrintedFigures]:
    """The rows of such a table as rows of its stage; any other table's as they are.

    `elsewhere` has the names of the stages of other tables by their ids.
    """
    parts = [one for one in rows if one.item != "total"]
    if not isinstance(table, PrintedTable) or len(parts) < LEAST_ROWS:
        return rows
    if any(_is_of_a_stage(one) for one in parts):
        return rows
    titles = (table.caption.title if table.caption else "", table.rows[0][0].plain)
    named = next((found for words in titles if (found := parts_in(words))), ())
    stage = elsewhere.get(named[0], "") if len(named) == 1 else ""
    return [_of(one, stage) for one in rows] if stage else rows


def _is_of_a_stage(one: PrintedFigures) -> bool:
    named = one.text("stage")
    return bool(named) and names_a_stage(named) and not is_total(named)


def _of(one: PrintedFigures, stage: str) -> PrintedFigures:
    texts = {**one.texts, "stage": stage}
    if one.item == "stage" and one.text("stage") and not one.text("process"):
        texts["process"] = one.text("stage")
    spots = {**dict.fromkeys(texts, one.spot), **one.spots}
    return replace(one, item="stage" if one.item == "total" else one.item, texts=texts, spots=spots)
