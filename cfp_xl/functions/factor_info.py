"""The properties of a factor that CFP_FACTOR_INFO tells, under their names in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cfp_xl.footprint.columns import column_of
from cfp_xl.footprint.factors import Factor
from cfp_xl.functions.values import ExcelError, Scalar

PROPERTIES: Mapping[str, Callable[[Factor], Scalar]] = {
    "id": lambda f: f.id,
    "name": lambda f: f.name.zh,
    "category": lambda f: f.category,
    "value": lambda f: f.value,
    "unit": lambda f: f.unit,
    "per_unit": lambda f: f.per_unit,
    "region": lambda f: f.region,
    "year": lambda f: None if f.year is None else float(f.year),
    "gwp_set": lambda f: f.gwp_set,
    "source": lambda f: str(f.source),
    "publisher": lambda f: f.source.publisher,
    "date": lambda f: f.source.date,
    "table": lambda f: f.source.table,
    "licence": lambda f: f.source.licence,
    "confidence": lambda f: f.source.confidence,
    "ncv": lambda f: f.fuel.ncv if f.fuel else None,
    "ncv_unit": lambda f: f.fuel.ncv_unit if f.fuel else None,
    "carbon_content": lambda f: f.fuel.carbon_content_tc_per_tj if f.fuel else None,
    "oxidation": lambda f: f.fuel.oxidation if f.fuel else None,
    "emission_factor": lambda f: f.fuel.ef_tco2_per_tj if f.fuel else None,
}
"""By the names of the factor table's columns, so that a heading of the sheet is a property."""

BESIDES: Mapping[str, Callable[[Factor], Scalar]] = {
    "name_en": lambda f: f.name.en,
    "英文名称": lambda f: f.name.en,
    "set": lambda f: f.set_id,
    "因子集": lambda f: f.set_id,
}


def information(factor: Factor, field: str) -> Scalar:
    """A property of `factor`; #N/A where there is no such property or nothing is recorded."""
    read = BESIDES.get(field.strip().lower())
    if read is None and (column := column_of("factors", field)):
        read = PROPERTIES[column.id]
    known = read(factor) if read else None
    return ExcelError.NA if known in (None, "") else known
