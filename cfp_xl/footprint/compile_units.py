"""Compiles `data/units.txt`, which pint resolves, into the table that `units` looks up."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files

from cfp_xl.footprint.units import tidy

COMPILED = ("data", "units.csv")
"""Where the table lives below `cfp_xl`; a test fails when it drifts from `render()`."""


def render() -> str:
    """The table as CSV: tidied spelling, canonical spelling, exact size, dimensions."""
    table = io.StringIO()
    rows: dict[str, tuple[str, ...]] = {}
    for row in _rows():
        if rows.setdefault(row[0], row)[1] != row[1]:
            raise ValueError(
                f"units.txt gives the spelling {row[0]} to {rows[row[0]][1]}, {row[1]}"
            )
    csv.writer(table, lineterminator="\n").writerows(rows.values())
    return table.getvalue()


def _rows() -> Iterator[tuple[str, ...]]:
    import pint

    definitions = files("cfp_xl").joinpath("data", "units.txt").read_text("utf-8").splitlines()
    registry: pint.UnitRegistry[Decimal]
    registry = pint.UnitRegistry(None, non_int_type=Decimal, cache_folder=None)
    registry.load_definitions(definitions)
    for line in definitions:
        if "=" not in line or line.startswith("#"):
            continue
        name, _, *spellings = (part.strip() for part in line.split("="))
        size, _ = registry.get_base_units(name)
        powers = sorted(registry.get_dimensionality(name).items())
        dimensions = " ".join(f"{key.strip('[]')}^{power}" for key, power in powers)
        symbol = re.sub(r"_(Net|Gross)_CV$", r" (\1 CV)", spellings[0]).replace("_", " ")
        for spelling in (name, *spellings):
            yield tidy(spelling), symbol, f"{Decimal(str(size)):f}", dimensions
