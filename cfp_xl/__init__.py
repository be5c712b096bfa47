"""Product carbon footprints in the spreadsheet: functions, templates, and a verifier.

    import cfp_xl
    cfp_xl.verify("product.xlsx").findings

The names of `cfp_xl.api` are here too, each imported when it is first used. Four of them are rooms
of this package as well (`verify`, `study`, `why`, `audit`): these modules can be called.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

CALLED_ROOMS = frozenset({"audit", "study", "verify", "why"})
OFFERED = frozenset(
    {"Factors", "ProductWorkbook", "diff", "factors", "open_workbook", "recalculate"}
)


class _CalledRoom(ModuleType):
    """A room that is a function of `cfp_xl.api` too."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        name = self.__name__.rpartition(".")[2]
        return getattr(import_module("cfp_xl.api"), name)(*args, **options)


class _Package(ModuleType):
    """This package: Python puts a room into it as soon as it is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in CALLED_ROOMS and isinstance(value, ModuleType):
            value.__class__ = _CalledRoom
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name in CALLED_ROOMS:
            return import_module(f"{__name__}.{name}")
        if name in OFFERED:
            return getattr(import_module("cfp_xl.api"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *CALLED_ROOMS, *OFFERED})
