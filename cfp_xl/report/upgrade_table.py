"""What became of many workbooks that were upgraded: a table, and the counts below the lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Literal

from cfp_xl.messages import Lang, say
from cfp_xl.report.verification.table import harmless

COLUMNS = ("file", "outcome", "template", "rows", "total", "left_out")


@dataclass(frozen=True)
class UpgradeRow:
    """One workbook."""

    file: str
    outcome: Literal["upgraded", "same", "refused"]
    template: str = ""
    rows: int | None = None
    total_kgco2e: float | None = None
    left_out: tuple[str, ...] = ()
    """What was not carried; of a refused one why."""


def upgrade_csv(rows: Sequence[UpgradeRow], lang: Lang) -> str:
    """The table with its headings."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([say(f"templates.upgrade.column.{name}", lang) for name in COLUMNS])
    for row in rows:
        cells = (row.file, say(f"templates.upgrade.outcome.{row.outcome}", lang), row.template)
        figures = ("" if value is None else value for value in (row.rows, row.total_kgco2e))
        texts = [harmless(text) for text in (*cells, "; ".join(row.left_out))]
        writer.writerow([*texts[:3], *figures, texts[3]])
    return target.getvalue()


def upgrade_text(rows: Sequence[UpgradeRow], stream: IO[str], lang: Lang) -> None:
    """How many of each, where there is more than one."""
    if len(rows) > 1:
        outcomes = [row.outcome for row in rows]
        counts = {one: outcomes.count(one) for one in ("upgraded", "same", "refused")}
        left = sum(len(row.left_out) for row in rows if row.outcome == "upgraded")
        stream.write(say("templates.upgrade.counts", lang, left=left, **counts) + "\n")
