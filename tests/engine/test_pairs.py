"""Each function that has two halves, one for a cell and one for a whole block: the same by both.

A pair without formulas in FORMS fails by its name, and so does one whose formulas are never
computed whole.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from cfp_xl.engine.result import Way
from cfp_xl.engine.whole import filled
from cfp_xl.engine.whole.block import HANDLERS
from cfp_xl.functions.values import ExcelError, Scalar
from tests.engine.test_blocks_against_cells import ROWS, both_ways, workbook_of_columns

CRITERIA = ("$A$2:$A$9,$I$2:$I$9,{x}", "$A$2:$A$9,$I$2:$I$9,{x},$C$2:$C$9,$B$3", "$A:$A,$I:$I,{x}")
COUNTED = ("$I$2:$I$9,{x}", "$I$2:$I$9,{x},$C$2:$C$9,C2", "$I:$I,{x}", "$I$2:$I$9,$B$4")
TESTED = ("A2", "$B$3", "A2/B2", "$A$2:$A$9", "A2&B2", "")
JOINED = ("A2:D2", "A2,B2>1", "$A$2:$A$9,C2", "A2=B2,C2<D2,TRUE", "A2:B2,,D2", "")
SUMMED = ("A2:D2", "$A$2:$B$9", "A2,B2", "A2:C2,D2*2", "$A$2:$A$9,B2", "A$2:A2", "A2:B2,,3", "")
PLACED = ("A2", "A2:D2", "$A$2", "B$3", "")
FORMS: dict[str, Sequence[str]] = {
    **dict.fromkeys(("AVERAGEIFS", "MAXIFS", "MINIFS", "SUMIFS"), CRITERIA),
    **dict.fromkeys(("COUNTIF", "COUNTIFS"), COUNTED),
    **dict.fromkeys(
        ("AVERAGEIF", "SUMIF"),
        ("$I$2:$I$9,{x},$A$2:$A$9", "$A$2:$A$9,{x}", "$I$2:$I$9,{x},$A$2", "$I:$I,{x},$A:$A"),
    ),
    **dict.fromkeys(
        (
            "ERROR.TYPE", "ISBLANK", "ISERR", "ISERROR", "ISLOGICAL", "ISNA", "ISNONTEXT",
            "ISNUMBER", "ISTEXT",
        ),
        TESTED,
    ),
    **dict.fromkeys(("AND", "OR", "XOR"), JOINED),
    **dict.fromkeys(
        (
            "AVERAGE", "MAX", "MEDIAN", "MIN", "PRODUCT", "STDEV", "STDEV.P", "STDEV.S",
            "STDEVP", "SUM", "SUMSQ", "VAR", "VAR.P", "VAR.S", "VARP",
        ),
        SUMMED,
    ),
    **dict.fromkeys(("COUNT", "COUNTA"), ("A2:D2", "$A$2:$B$9", "A2:B2,C2:D2", "A2", "")),
    "COUNTBLANK": ("A2:D2", "$A$2:$B$9", "A2", ""),
    **dict.fromkeys(("COLUMN", "ROW"), PLACED),
    **dict.fromkeys(("COLUMNS", "ROWS"), ("$A$2:$D$9", "A2:D2", "$A$2", "{x}")),
    "SUMPRODUCT": ("$A$2:$A$9", "$A$2:$A$9,$B$2:$B$9", "A2:D2,A2:D2", "$A$2:$A$9*2"),
    "NA": ("", "1"),
    "IF": ("A2,B2,C2", "A2>B2,C2", "A2>B2,,C2", "A2=B2,C2/A2,D2", "$B$3,A2,B2", "A2,{x}"),
    "TEXT": ('A2,"0.00"', 'A2/B2,"0.0##"', '$B$3,{x}', 'A2&"","@"', 'A2,'),
    "IFERROR": ("A2,B2", "A2/B2,{x}", "A2,", "MATCH(A2,$I$2:$I$9,0),D2", "A2"),
    "IFNA": ("A2,B2", "MATCH({x},$I$2:$I$9,0),D2", "A2,", "A2"),
    "MATCH": ("{x},$I$2:$I$9,0", "{x},$I$2:$I$9", "{x},$A$2:$D$2,-1", "{x},$I:$I,0"),
    "INDEX": (
        "$J$2:$J$9,A2", "$I$2:$J$9,A2,2", "$A$2:$D$2,A2", "$I$2:$J$9,,A2", "$J:$J,A2",
        "$J$2:$J$9,ROW(A2)-1", "$I$2:$J$9,ROW(A2)-1,2", "$I$2:$J$9,MATCH(I2,$I$2:$I$9,0),1",
    ),
    "VLOOKUP": ("{x},$I$2:$J$9,2,FALSE", "{x},$I$2:$J$9,2", "{x},$I:$J,2,0", "{x},$I$2:$J$9,3,0"),
    "HLOOKUP": ("{x},$A$2:$D$9,2,FALSE", "{x},$A$2:$D$9,3", "{x},$A$2:$D$9,9,0"),
    "XLOOKUP": (
        "{x},$I$2:$I$9,$J$2:$J$9", "{x},$I$2:$I$9,$J$2:$J$9,B2", "{x},$I$2:$I$9,$J$2:$J$9,,2",
        "{x},$I$2:$I$9,$J$2:$J$9,,-1,-1", "{x},$I$2:$I$9,$I$2:$J$9",
    ),
    "XMATCH": ("{x},$I$2:$I$9", "{x},$I$2:$I$9,1", "{x},$I$2:$I$9,2", "{x},$I$2:$I$9,-1,-1"),
}  # fmt: skip
"""The arguments of the formulas of each pair, as they stand in row 2."""

SOUGHT = ("A2", "I2", "B2", "$B$2")
"""What `{x}` stands for, a formula each."""

NUMBERS = [0.0, 1.0, -2.0, 3.0, 0.1, 0.30000000000000004, 0.3, 1e300, 7.5, 2.0]
DIRTY = [
    *NUMBERS,
    None,
    "",
    "kg",
    "KG",
    "t",
    "3",
    "1E2",
    "k*",
    "?g",
    "~*",
    ">1",
    "<>kg",
    "Straße",
    True,
    False,
    ExcelError.NA,
    ExcelError.DIV0,
]
COUNT = 6 * (ROWS - 1)


def constants() -> list[list[Scalar]]:
    """Clean numbers, ascending ones (for look-ups that ask for order), and dirty cells."""
    draw = random.Random("constants")
    ascending: list[Scalar] = [float(at % (ROWS - 1)) for at in range(COUNT)]
    clean: list[list[Scalar]] = [draw.choices(NUMBERS, k=COUNT) for _ in range(2)]
    return [ascending, *clean, *(draw.choices(DIRTY, k=COUNT) for _ in range(4))]


def test_every_pair_has_formulas_and_nothing_else_has() -> None:
    assert FORMS.keys() == HANDLERS.keys()


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_both_halves_give_the_same(make_workbook: Any, name: str) -> None:
    assert name in FORMS, f"{name} has a half for whole blocks and no formulas to try it by"
    written = [
        f"{name}({form.replace('{x}', x)})"
        for form in FORMS[name]
        for x in (SOUGHT if "{x}" in form else ("",))
    ]
    whole = set()
    for turn, values in enumerate(constants()):
        for at in range(0, len(written), 4):
            content = workbook_of_columns(values, written[at : at + 4], across=turn % 2 == 1)
            blocks, _ = both_ways(make_workbook, content)
            whole |= {key for key, cell in blocks.cells.items() if cell.way is Way.BLOCK}
    assert whole, f"no formula of {name} is computed whole"


def test_what_a_formula_says_more_than_once(
    make_workbook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long blocks compute it once, though cells fail in it, some in branches they do not take."""
    monkeypatch.setattr(filled, "LONG", 0)
    half, kept = "CFP_HALF(A2/B2)", "IF(C2>1,CFP_HALF(A2),B2)"
    again = [
        f"IF(A2>B2,{half}+{kept},{half}*{half})",
        f"IFERROR({half}+{half},{kept})&{kept}",
        f"IF(A2>B2,{half}&{half},D2)&IF(A2<=B2,{kept},{kept})",
    ]
    for values in constants()[1:5]:
        blocks, _ = both_ways(make_workbook, workbook_of_columns(values, again, across=False))
        assert Way.BLOCK in {cell.way for cell in blocks.cells.values()}


def test_a_whole_half_needs_a_built_in_function_of_its_name() -> None:
    from cfp_xl.engine.whole.block import whole_of

    with pytest.raises(LookupError, match="SUMM"):
        whole_of("SUMM")(lambda whole, nodes: 0.0)  # noqa: ARG005
