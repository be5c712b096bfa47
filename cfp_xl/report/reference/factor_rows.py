"""Factors as rows of a workbook's factors sheet: csv to open, tsv to paste."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cfp_xl.messages import Lang

if TYPE_CHECKING:
    from cfp_xl.footprint.factors import Factor


def factors_csv(text: str, found: Sequence[Factor], lang: Lang) -> str:
    """Rows of a factors sheet, with commas."""
    del text
    return factor_rows(found, ",", lang)


def factors_tsv(text: str, found: Sequence[Factor], lang: Lang) -> str:
    """Rows of a factors sheet, with tabs: they can be pasted."""
    del text
    return factor_rows(found, "\t", lang)


def factor_rows(factors: Iterable[Factor], delimiter: str, lang: Lang) -> str:
    """A heading and a row a factor, in the order of our sheets; numbers in full precision."""
    from cfp_xl.footprint.columns import columns

    wanted = [column for column in columns("factors") if column.is_shown and not column.is_folded]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow([column.heading.in_lang(lang) for column in wanted])
    for factor in factors:
        values = factor.row(lang)
        writer.writerow([values.get(column.id) for column in wanted])
    return stream.getvalue()
