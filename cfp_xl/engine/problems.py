"""Why a cell has no value."""

from __future__ import annotations

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.result import Failure


class Uncomputable(Exception):
    """This cell cannot be computed: `code` and `case` of the catalogue of findings, their values.

    No function catches it: an IFERROR around it must not make it a value.
    """

    def __init__(
        self,
        code: str,
        what: str,
        *,
        case: str = "",
        root: Failure | None = None,
        **values: object,
    ) -> None:
        super().__init__(code, what)
        self.code = code
        self.what = what
        self.case = case
        self.root = root
        """What failed first, and where, if it was met through a reference."""
        self.values = values


LONGEST_FAULT = 200


def fault_of(name: str, fault: BaseException) -> Uncomputable:
    """`name` failed in a way that is no mistake of the workbook's author: the engine's own."""
    said = " ".join(str(fault).split())[:LONGEST_FAULT]
    kind = type(fault).__name__
    return Uncomputable("E04", name, name=name, fault=f"{kind}: {said}" if said else kind)


class Needs(Exception):
    """The formula cell `key` must be computed first."""

    def __init__(self, key: CellKey) -> None:
        super().__init__(key)
        self.key = key
