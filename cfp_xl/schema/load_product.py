"""From the tables and settings of a workbook to the record of a product study."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import TypeVar

from cfp_xl.footprint.boundary import boundary_of
from cfp_xl.footprint.factor_set import Pin, parse_pins
from cfp_xl.footprint.gwp import gwp_set
from cfp_xl.footprint.product import KNOWN_FACTS, Fact, Product, functional_unit, period
from cfp_xl.functions.serial_dates import moment_of
from cfp_xl.functions.values import shown
from cfp_xl.messages import Explained
from cfp_xl.schema.schema import Schema, Setting

Stated = TypeVar("Stated")


def product_of(schema: Schema, *, date_1904: bool) -> Product:
    """The product study; what can't be understood keeps what was typed and its cell."""

    def day_of(serial: float) -> date:
        return moment_of(int(serial), date_1904=date_1904).date()

    def named(name: str, understand: Callable[[str], Stated | None]) -> Fact[Stated] | None:
        setting = schema.setting(name)
        return _fact(setting, understand(_text(setting))) if setting else None

    spoken = schema.setting("period")
    return Product(
        product_name=named("product_name", _words),
        producer=named("producer", _words),
        functional_unit=named("functional_unit", functional_unit),
        boundary=named("boundary", boundary_of),
        period=_fact(spoken, period(spoken.values, day_of)) if spoken else None,
        gwp_set=named("gwp_set", _gwp_set),
        factor_set=named("factor_set", _pins),
        other_facts={
            name: _fact(setting, setting.value)
            for name, setting in schema.settings.items()
            if name not in KNOWN_FACTS
        },
        inventory=schema.inventory,
        factors=schema.factors,
        sheet_factors=schema.sheet_factors,
        tables={table: schema.records(table) for table in schema.regions},
        assemblies=schema.assemblies,
        justifications=schema.justifications,
    )


def _fact(setting: Setting, value: Stated | None) -> Fact[Stated]:
    return Fact(value, _text(setting), setting.values, setting.where)


def _text(setting: Setting) -> str:
    return shown(setting.value).strip()


def _words(text: str) -> str | None:
    return text or None


def _gwp_set(text: str) -> str | None:
    with suppress(Explained):
        return gwp_set(text)
    return None


def _pins(text: str) -> tuple[Pin, ...] | None:
    with suppress(Explained):
        return parse_pins(text)
    return None
