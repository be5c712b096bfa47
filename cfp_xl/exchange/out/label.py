"""The data behind a product's footprint mark, as a table; the mark itself is its scheme's to give.

What the workbook must say is refused where it lacks; data quality that nobody stated is said so.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from cfp_xl.exchange.out import terms
from cfp_xl.exchange.out.study import Study
from cfp_xl.messages import say
from cfp_xl.study.inputs import inputs_of
from cfp_xl.study.quality import PACT, ratings

MARK = "\ufeff"
"""Tells Excel that the file is UTF-8."""


def write_label(study: Study) -> bytes:
    """The table as csv, in the workbook's language. Raises CannotExport."""
    rows = [("item", say("exchange_out.label.value_column", study.lang)), *_rows(study)]
    study.refuse_lacks()
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    for id, value in rows:
        writer.writerow([say(f"exchange_out.label.{id}", study.lang), _as_text(value)])
    return (MARK + target.getvalue()).encode()


def _as_text(value: str) -> str:
    """A text that no spreadsheet takes for a formula; numbers stay numbers."""
    return f"'{value}" if value[:1] in ("=", "+", "@") else value


def _rows(study: Study) -> Iterator[tuple[str, str]]:
    """Each item with its value."""
    period = study.period()
    unit = study.functional_unit()
    total = study.footprint.total_kgco2e
    assert total is not None
    yield "product", study.words("product_name")
    yield "model", study.words("model", is_wanted=False)
    yield "producer", study.words("producer")
    yield "value", terms.digits(total)
    of_one = unit.unit if unit and unit.amount == 1 else study.words("functional_unit")
    yield "unit", f"kgCO2e/{of_one}"
    yield "boundary", study.words("boundary")
    yield "standard", study.words("standard")
    yield "period", f"{period.start.isoformat()} – {period.end.isoformat()}" if period else ""
    yield "gwp_set", study.words("gwp_set")
    made = study.day("report_date")
    yield "date", made.isoformat() if made else ""
    yield from _quality(study)


def _quality(study: Study) -> Iterator[tuple[str, str]]:
    """Primary data and ratings of the whole footprint."""
    product = study.product
    inputs = inputs_of(study.footprint, product.factors, product.assemblies)
    share = study.primary_share_of(inputs)
    nothing = say("exchange_out.label.not_stated", study.lang)
    yield "primary", nothing if share is None else f"{terms.digits(100 * share)} %"
    found = ratings(inputs, product.factors)
    for aspect in PACT:
        one = found.get(aspect)
        shown = nothing
        if one:
            covered = terms.digits(round(100 * one.coverage, 1))
            rated = terms.digits(round(one.value, 2))
            shown = say("exchange_out.label.rated", study.lang, value=rated, covered=covered)
        yield f"dqr_{aspect}", shown
