"""A workbook's text source: `workbook.toml` and the .csv files beside it.

`based_on = "bxd2"` takes everything from the neighbouring folder `bxd2` first; tables of the
.toml are laid over it key by key, and a .csv of the same name replaces the other's.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cfp_xl.messages import Lang

Record = Mapping[str, str]
"""A row of a .csv: column id → text, "" where it is empty."""


@dataclass(frozen=True)
class WorkbookSource:
    """What one workbook is made of; `settings` is the .toml, `tables` the .csv files by name."""

    id: str
    settings: Mapping[str, Any]
    tables: Mapping[str, tuple[Record, ...]]

    @property
    def lang(self) -> Lang:
        return "zh" if self.settings["lang"] == "zh" else "en"

    @property
    def is_template(self) -> bool:
        """Whether people start from it: then its results wait for the first activity."""
        return bool(self.settings["template"])

    @property
    def is_native(self) -> bool:
        """Whether it is the edition without CFP functions."""
        return bool(self.settings.get("formulas") == "native")

    @property
    def product(self) -> Mapping[str, Any]:
        return self._section("product")

    @property
    def report(self) -> Mapping[str, Any]:
        """Texts for the report, by the names of their cells."""
        return self._section("report")

    @property
    def notes(self) -> Mapping[str, str]:
        """Notes shown under the title of a sheet, by sheet id."""
        return self._section("notes")

    @property
    def factor_ids(self) -> tuple[str, ...]:
        """The factors pinned in the workbook, in their order there."""
        return tuple(self._section("factors")["ids"])

    @property
    def spare_factors(self) -> int:
        return int(self._section("factors").get("spare", 6))

    @property
    def has_suppliers(self) -> bool:
        """Whether the workbook has the tables of suppliers' parts and answers."""
        return "suppliers" in self.settings

    @property
    def shows_former(self) -> bool:
        """Whether it has columns for the values of the period before."""
        return bool(self.settings.get("former"))

    def supplier_rows(self, region: str) -> int:
        """How many rows a table of suppliers has, spare ones included."""
        return max(int(self._section("suppliers")[region]), len(self.table(region)))

    def rows(self, region: str) -> int:
        """How many rows a region has, spare ones included."""
        return max(int(self._section("rows")[region]), len(self.table(region)))

    def table(self, region: str) -> tuple[Record, ...]:
        return self.tables.get(region, ())

    def _section(self, name: str) -> Mapping[str, Any]:
        section: Mapping[str, Any] = self.settings.get(name, {})
        return section


def read_source(folder: Path) -> WorkbookSource:
    """The source in `folder`, with what it is based on."""
    settings = tomllib.loads((folder / "workbook.toml").read_text("utf-8"))
    tables = {file.stem: _read_csv(file) for file in sorted(folder.glob("*.csv"))}
    if base_id := settings.pop("based_on", None):
        base = read_source(folder.parent / base_id)
        settings = _laid_over(base.settings, settings)
        tables = {**base.tables, **tables}
    return WorkbookSource(folder.name, settings, tables)


def _laid_over(base: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in settings.items():
        merged[key] = {**merged.get(key, {}), **value} if isinstance(value, dict) else value
    return merged


def _read_csv(file: Path) -> tuple[Record, ...]:
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines, strict=True))
