"""The digest of an answer's lines in the supplier data, by which a later change of any is seen.

Written into the history when the answer is taken in, and computed again from the workbook.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from cfp_xl.functions.values import Scalar, shown

COLUMNS = (
    "supplier_id",
    "item",
    "kind",
    "as_answered",
    "quantity",
    "unit",
    "factor_id",
    "factor_kgco2e",
    "output",
    "output_unit",
    "file",
    "sha256",
    "cell",
    "period",
    "boundary",
    "standard",
    "year",
    "verification",
    "includes_delivery",
    "note",
)
"""What of a line is covered; whoever adds a column makes new digests of old lines differ."""
LENGTH = 16


def record_of(lines: Iterable[Mapping[str, object]]) -> str:
    """The digest, whatever the order of the lines."""
    spelled = sorted("\x1f".join(_text(line.get(column)) for column in COLUMNS) for line in lines)
    return sha256("\x1e".join(spelled).encode(errors="surrogatepass")).hexdigest()[:LENGTH]


def _text(value: object) -> str:
    """A value as both sides spell it: programs change the blanks of texts, and nothing else."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return repr(float(value))
    scalar: Scalar = value if isinstance(value, str) else None
    return " ".join(shown(scalar).split())
