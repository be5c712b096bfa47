"""The properties of a factor that CFP_FACTOR_INFO tells, under their names in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cfp_xl.footprint.columns import column_of
from cfp_xl.footprint.factors import Factor
from cfp_xl.functions.values import ExcelError, Scalar

BESIDES: Mapping[str, Callable[[Factor], Scalar]] = {
    "name_en": lambda f: f.name.en,
    "英文名称": lambda f: f.name.en,
    "set": lambda f: f.set_id,
    "因子集": lambda f: f.set_id,
}
"""Properties that no column of a factors table shows."""


def information(factor: Factor, field: str) -> Scalar:
    """A property of `factor`: what a column of the factors table shows of it, by any heading of
    that column; #N/A where there is no such property or nothing is recorded."""
    read = BESIDES.get(field.strip().lower())
    column = column_of("factors", field)
    known = read(factor) if read else _shown(factor, column.id) if column else None
    return ExcelError.NA if known in (None, "") else known


def _shown(factor: Factor, column: str) -> Scalar:
    if column == "source":  # where a sheet has a column for each part, a formula asks for all
        return str(factor.source)
    value = factor.cells("zh").get(column)
    return float(value) if isinstance(value, int) else value
