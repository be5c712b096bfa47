"""Formulas as text: tokens, filling, one spelling, references."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfp_xl.workbook.formulas.canonical import (
    canonical,
    names,
    references,
    relative_key,
    tokens,
    translate,
)

FORMULAS = [
    "SUM(A1:B2)*1.5E-3",
    "'Sheet ''1'''!$A$1&\"a \"\"b\"\" A1\"",
    "IF(活动数据!E7>=0,Sales[[#This Row],['[x]]],#N/A)",
    '{1,-2;"x"}%+INDEX(A:A,3):B9',
]


@given(st.one_of(st.sampled_from(FORMULAS), st.text(max_size=40)))
def test_tokens_joined_are_the_formula(formula: str) -> None:
    assert "".join(token.text for token in tokens(formula)) == formula


KINDS = [
    ("0.5E+3", ["number"]),
    ("12E-3+1", ["number", "operator", "number"]),
    ("nan", ["name"]),
    ("LOG10(A1)", ["function", "operator", "cell", "operator"]),
    ("#SPILL!", ["error"]),
    ("@A1", ["operator", "cell"]),
    ("A1:INDEX(B:B,1)", ["cell", "operator", "function", "operator", "columns"]),
    ("Sales['#x]", ["table"]),
    ("'a!b'!A1", ["prefix", "cell"]),
    ("[1]!CFP_X(A1)", ["prefix", "function", "operator", "cell", "operator"]),
    ("A1:Sheet1!B2", ["cell", "operator", "prefix", "cell"]),
    ("true", ["bool"]),
    ("TRUE_RATE", ["name"]),
    ("A1B", ["name"]),
    ("ABCD1", ["name"]),
    ("$1:3", ["rows"]),
    ("A:$C", ["columns"]),
]


@pytest.mark.parametrize(("formula", "kinds"), KINDS)
def test_kinds_of_tokens(formula: str, kinds: list[str]) -> None:
    found = [str(token.kind) for token in tokens(formula)]
    assert found[: len(kinds)] == kinds


TRANSLATED = [
    # formula of B2, the cell it is filled to, what Excel makes of it
    ("A1", (3, 2), "A2"),
    ("$A1+A$1+$A$1", (3, 3), "$A2+B$1+$A$1"),
    ('"A1"&A1', (3, 2), '"A1"&A2'),
    ("SUM(A1:A9)", (2, 3), "SUM(B1:B9)"),
    ("Sheet1!A1+'A 1'!A1", (3, 2), "Sheet1!A2+'A 1'!A2"),
    ("Sheet1!rate*A1", (3, 2), "Sheet1!rate*A2"),
    ("SUM(1:3)+SUM(A:A)+SUM($A:$A)", (3, 3), "SUM(2:4)+SUM(B:B)+SUM($A:$A)"),
    ("LOG10(A1)+Sales[A1]+A1B", (3, 2), "LOG10(A2)+Sales[A1]+A1B"),
    ("A1", (1, 2), "A1048576"),  # relative references wrap in shared formulas
    ("A1", (2, 1), "XFD1"),
]


@pytest.mark.parametrize(("formula", "target", "expected"), TRANSLATED)
def test_filling_a_formula(formula: str, target: tuple[int, int], expected: str) -> None:
    assert translate(formula, (2, 2), target) == expected


@given(st.sampled_from([f for f, _, _ in TRANSLATED]), st.integers(2, 99), st.integers(2, 99))
def test_copies_share_a_key_and_filling_back_restores(formula: str, row: int, column: int) -> None:
    copy = translate(formula, (2, 2), (row, column))
    assert relative_key(copy, row, column) == relative_key(formula, 2, 2)
    assert translate(copy, (row, column), (2, 2)) == formula


SAME = [
    ("sum( a1 : b2 , 3 )", "SUM(A1:B2,3)"),
    ("IF(A1>0.50,TRUE(),false)", "IF(A1>0.5,TRUE,FALSE)"),
    ("SUM(Sheet1!A1:Sheet1!B2)", "SUM(Sheet1!A1:B2)"),
    ("SUM(A1:A1048576)", "SUM(A:A)"),
    ("SUM($A$1:$XFD$2)", "SUM($1:$2)"),
    ("'Sheet1'!A1", "Sheet1!A1"),
    ("'活动数据'!A1", "活动数据!A1"),
    ("'A1'!A1", "'A1'!A1"),
    ("SUM(A1:C3 B2:D4)", "SUM(A1:C3 B2:D4)"),
    ("A1 + B1", "A1+B1"),
    ('" a "& A1', '" a "&A1'),
    ("_xlfn.XLOOKUP(A1,B:B,C:C)", "XLOOKUP(A1,B:B,C:C)"),
    ('[1]!CFP_FACTOR("x")', 'CFP_FACTOR("x")'),
    ('_xldudf_CFP_FACTOR("_xll.x")', 'CFP_FACTOR("_xll.x")'),
    ("cfp_activities", "CFP_ACTIVITIES"),
    ("1000000000000000000000", "1E+21"),
]


@pytest.mark.parametrize(("formula", "expected"), SAME)
def test_one_spelling(formula: str, expected: str) -> None:
    assert canonical(formula) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A1+B1", "A1-B1"),
        ('"a"', '"A"'),
        ("A1", "$A$1"),
        ("SUM(A1:B2 C1:D2)", "SUM(A1:B2,C1:D2)"),
        ("Sheet1!A1", "Sheet2!A1"),
        ("A1*0.1", "A1*0.10000000000000002"),
    ],
)
def test_other_formulas_stay_other(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)
    assert relative_key(one, 3, 3) != relative_key(other, 3, 3)


def test_a_key_tells_references_from_their_cell() -> None:
    assert relative_key("A1*$B$2+Sheet1!$C4", 2, 3) == "R[-1]C[-2]*R2C2+Sheet1!R[2]C3"


REFERENCES = [
    ("A1", [("Me", (1, 1, 1, 1))]),
    ("$B$2:A1", [("Me", (1, 1, 2, 2))]),
    ("SUM(Data!A:B,3:4)", [("Data", (1, 1, 1048576, 2)), ("Me", (3, 1, 4, 16384))]),
    ("'It''s'!A1+\"A2\"", [("It's", (1, 1, 1, 1))]),
    ("Data!A1:Data!B2", [("Data", (1, 1, 2, 2))]),
    ("Sales[A1]+LOG10(2)+rate", []),
]


@pytest.mark.parametrize(("formula", "expected"), REFERENCES)
def test_references(formula: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(r.sheet, r.bounds) for r in references(formula, "Me")] == expected


def test_references_over_sheets_and_to_other_books() -> None:
    over, linked, path = references("SUM(Jan:Dec!A1)+[2]Data!B1+'C:\\x\\[b.xlsx]S 1'!C1", "Me")
    assert (over.sheet, over.last_sheet) == ("Jan", "Dec")
    assert (linked.book, linked.sheet) == ("2", "Data")
    assert (path.book, path.sheet) == ("C:\\x\\b.xlsx", "S 1")


def test_names_with_their_sheet() -> None:
    assert names("rate*Sheet1!share+SUM(A1)+'S 1'!x") == ("rate", "Sheet1!share", "'S 1'!x")
