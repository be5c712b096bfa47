"""The formats that a study is exported to: options, help, documentation and writing derive.

A writer is named as `module:function` below `cfp_xl/exchange/out/` and imported when used. It takes
the `Study` and gives the bytes of the file; what the study lacks it notes there, all of it, and
raises CannotExport.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from cfp_xl.messages import Text, text

if TYPE_CHECKING:
    from cfp_xl.exchange.out.study import Study


@dataclass(frozen=True, slots=True)
class ExchangeFormat:
    """A format: its name at `--to`, the ending of its files, who writes it."""

    name: str
    ending: str
    writer: str
    has_draft: bool = False
    """Whether a file can say that it is a draft."""
    has_preceding: bool = False
    """Whether a file names the one that it replaces."""

    def write(self, study: Study) -> bytes:
        """The file. Raises CannotExport."""
        module, _, function = self.writer.partition(":")
        write: Callable[[Study], bytes] = getattr(
            import_module(f"cfp_xl.exchange.out.{module}"), function
        )
        return write(study)

    @property
    def is_workbook(self) -> bool:
        return self.ending == ".xlsx"

    @property
    def title(self) -> Text:
        return text(f"exchange_out.format.{self.name.replace('-', '_')}.title")

    @property
    def omits(self) -> Text:
        """What of a study it cannot carry."""
        return text(f"exchange_out.format.{self.name.replace('-', '_')}.omits")


FORMATS: Mapping[str, ExchangeFormat] = {
    one.name: one
    for one in (
        ExchangeFormat("pact", ".json", "pact:write_pact", has_preceding=True),
        ExchangeFormat("catena-x", ".json", "catena_x:write_catena_x"),
        ExchangeFormat("aas", ".json", "aas:write_aas"),
        ExchangeFormat("openlca", ".zip", "openlca:write_openlca", has_draft=True),
        ExchangeFormat("brightway", ".xlsx", "brightway:write_brightway", has_draft=True),
        ExchangeFormat("label", ".csv", "label:write_label"),
    )
}
