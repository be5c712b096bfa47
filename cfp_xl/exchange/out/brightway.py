"""Brightway Excel: the model as a workbook that Brightway and Activity Browser import.

One database of its own, emissions included, so that nothing has to be linked by name to another.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from datetime import datetime

from cfp_xl.exchange.out.lca_model import Emission, Exchange, LcaModel, Process, lca_model
from cfp_xl.exchange.out.study import Study

FIXED = datetime(1980, 1, 1)
"""The workbook's properties name no clock."""
LOG_NORMAL = 2
"""The id of the distribution in stats_arrays."""
HEADINGS = (
    *("name", "amount", "database", "location", "unit", "type", "reference product", "categories"),
    *("uncertainty type", "loc", "scale", "negative", "comment"),
)

Line = Sequence[str | float | None]


def write_brightway(study: Study) -> bytes:
    """The workbook. Raises CannotExport."""
    import xlsxwriter

    model = lca_model(study)
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, {**options, "strings_to_urls": False}) as book:
        book.set_properties({"created": FIXED})
        sheet = book.add_worksheet("model")
        for row, line in enumerate(_lines(model)):
            for column, value in enumerate(line):
                if isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif value is not None:
                    sheet.write_number(row, column, value)
    return target.getvalue()


def _lines(model: LcaModel) -> Iterator[Line]:
    database = model.product.name
    yield ("Database", database)
    yield ()
    for emission in model.emissions:
        yield ("Activity", emission.name)
        yield from (("code", emission.name), ("unit", "kilogram"), ("type", "emission"))
        yield ("categories", "air::unspecified")
        yield ()
    by_key = {one.key: one for one in model.processes}
    for process in model.processes:
        yield ("Activity", process.name)
        yield ("code", process.key)
        yield ("location", _place(process, model))
        yield ("reference product", process.name)
        yield ("unit", process.unit.brightway)
        yield ("type", "process")
        yield ("production amount", process.amount)
        if process.comment:
            yield ("comment", process.comment)
        yield ("Exchanges",)
        yield HEADINGS
        yield _line(
            process.name, process.amount, database, process, _place(process, model), "production"
        )
        for one in process.exchanges:
            yield _taken(one, by_key, model, database)
        yield ()


def _taken(exchange: Exchange, by_key: dict[str, Process], model: LcaModel, database: str) -> Line:
    if isinstance(exchange.target, Emission):
        name = exchange.target.name
        line: list[str | float | None] = [name, exchange.amount, database, None, "kilogram"]
        line += ["biosphere", None, "air::unspecified"]
    else:
        process = by_key[exchange.target]
        place = _place(process, model)
        line = _line(process.name, exchange.amount, database, process, place, "technosphere")
    if exchange.sigma:
        line += [LOG_NORMAL, math.log(abs(exchange.amount)), exchange.sigma]
        line += ["True" if exchange.amount < 0 else None]
    else:
        line += [None] * 4
    return [*line, exchange.comment or None]


def _line(
    name: str, amount: float, database: str, process: Process, place: str, kind: str
) -> list[str | float | None]:
    return [name, amount, database, place, process.unit.brightway, kind, process.name, None]


def _place(process: Process, model: LcaModel) -> str:
    return process.location or model.site or "GLO"
