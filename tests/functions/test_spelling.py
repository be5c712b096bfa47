"""A function's name as each program spells it, and the plain one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfp_xl.functions.spelling import SPELLINGS as WRITTEN_BY
from cfp_xl.functions.spelling import plain_formula, plain_function_name

SPELLINGS = [
    ("CFP_FACTOR", "CFP_FACTOR", "VBA in the same workbook, openpyxl"),
    ("cfp_factor", "CFP_FACTOR", "LibreOffice, unresolved"),
    ("[1]!CFP_FACTOR", "CFP_FACTOR", ".xlam through an external link"),
    (r"'C:\Users\me\add ins\cfp.xlam'!CFP_FACTOR", "CFP_FACTOR", ".xlam by its path"),
    (r"'C:\O''Neill\cfp.xlam'!CFP_FACTOR", "CFP_FACTOR", "a path with an apostrophe"),
    ("cfp.xlam!CFP_FACTOR", "CFP_FACTOR", ".xlam by its name"),
    ("_xldudf_CFP_FACTOR", "CFP_FACTOR", "Office.js"),
    ("_xldudf_CONTOSO_CFP_FACTOR", "CFP_FACTOR", "Office.js with a namespace"),
    ("_xldudf_CFP_FACTOR_INFO", "CFP_FACTOR_INFO", "Office.js, a longer name"),
    ("_xll.CFP_FACTOR", "CFP_FACTOR", "XLL"),
    ("_xludf.CFP_FACTOR", "CFP_FACTOR", "a function unknown to the Excel that saved it"),
    ("ORG.CFPXL.FUNCTIONS.CFPFACTOR", "CFP_FACTOR", "LibreOffice 7.4"),
    ("ORG.CFPXL.ADDIN.CFPFACTORSEARCH", "CFP_FACTOR_SEARCH", "LibreOffice 7.4"),
    ("@CFP_FACTOR", "CFP_FACTOR", "one value wanted"),
    ("SUM", None, "Excel's own"),
    ("MYCFP_FACTOR", None, "somebody else's"),
    ("CFP_NOPE", None, "named like ours, but none"),
]


@pytest.mark.parametrize(("spelled", "plain", "where"), SPELLINGS, ids=lambda v: str(v))
def test_a_name_in_each_programs_spelling(spelled: str, plain: str | None, where: str) -> None:
    assert plain_function_name(spelled) == plain, where


@pytest.mark.parametrize("host", WRITTEN_BY)
def test_what_is_written_for_a_host_is_read_again(host: str) -> None:
    written = WRITTEN_BY[host].format("CFP_GWP", index=1)
    assert plain_function_name(written) == "CFP_GWP", "functions/spelling.py, _PREFIX"


FORMULAS = [
    ("=cfp_total(A1:J9)", "=CFP_TOTAL(A1:J9)"),
    ("1+_xldudf_CFP_FACTOR(A1)*2", "1+CFP_FACTOR(A1)*2"),
    ("[1]Sheet1!A1+[1]!CFP_GWP(A1,B1)", "[1]Sheet1!A1+CFP_GWP(A1,B1)"),
    ("IF(A1>@CFP_TOTAL(x),1,0)", "IF(A1>CFP_TOTAL(x),1,0)"),
    ("_xlfn.SINGLE(CFP_TOTAL(A1:J9))+1", "CFP_TOTAL(A1:J9)+1"),
    ("_xlfn.SINGLE(CFP_TOTAL(A1)+B1:B3)", "SINGLE(CFP_TOTAL(A1)+B1:B3)"),
    ("SUM(-cfp_total(A1),Sheet1!B1)", "SUM(-CFP_TOTAL(A1),Sheet1!B1)"),
    ("CFP_FACTOR(_xll.CFP_FACTOR_INFO(A1))", "CFP_FACTOR(CFP_FACTOR_INFO(A1))"),
    # Texts, sheet names and table columns are no functions.
    ('"cfp_total(A1)"&cfp_version()', '"cfp_total(A1)"&CFP_VERSION()'),
    ('"say ""cfp_total(""" & A1', '"say ""cfp_total(""" & A1'),
    ("'cfp_total (x'!A1+cfp_total(A1)", "'cfp_total (x'!A1+CFP_TOTAL(A1)"),
    ("'[cfp.xlam]x'!A1", "'[cfp.xlam]x'!A1"),
    ("SUM(Table1[@[cfp_total(a)]])", "SUM(Table1[@[cfp_total(a)]])"),
    ("SUM(Table1[a'[cfp_total(])", "SUM(Table1[a'[cfp_total(])"),
    ("cfp_total+MYCFP_TOTAL(1)", "cfp_total+MYCFP_TOTAL(1)"),
    # A function of ours that this version does not know stays unknown under its plain name.
    ("_xldudf_CFP_NOPE(1)", "CFP_NOPE(1)"),
    # Excel's own prefixes.
    ("_xlfn.XLOOKUP(A1,B:B,C:C)", "XLOOKUP(A1,B:B,C:C)"),
    ("_xlfn._xlws.SORT(A1:A3)", "SORT(A1:A3)"),
    ("_xlfn.LET(_xlpm.x,1,_xlpm.x+1)", "LET(x,1,x+1)"),
    ('"_xlfn.XLOOKUP("', '"_xlfn.XLOOKUP("'),
    # Google's stand-in never answers with the value it carries along.
    ('IFERROR(__xludf.DUMMYFUNCTION("CFP_FACTOR(""x"")"),0.5)', 'CFP_FACTOR("x")'),
    (r'=IFERROR(__xludf.DUMMYFUNCTION("CFP_FACTOR(\"x\")"),0.5)', '=CFP_FACTOR("x")'),
    ('1+IFERROR(__xludf.DUMMYFUNCTION("=cfp_total(A1)"),"a)b")', "1+(CFP_TOTAL(A1))"),
    ('IFERROR(__xludf.DUMMYFUNCTION("QUERY(A1)"),5)', "QUERY(A1)"),
    ("IFERROR(CFP_TOTAL(A1),0)", "IFERROR(CFP_TOTAL(A1),0)"),
]


@pytest.mark.parametrize(("formula", "plain"), FORMULAS)
def test_a_formula_in_plain_spelling(formula: str, plain: str) -> None:
    assert plain_formula(formula) == plain


@pytest.mark.parametrize("plain", [plain for _, plain in FORMULAS])
def test_a_plain_formula_stays_as_it_is(plain: str) -> None:
    assert plain_formula(plain) == plain


@pytest.mark.parametrize("formula", ["", "=", "'", '"', "[", "(", "SUM(", "cfp_total(", "@"])
def test_a_broken_formula_is_the_parsers_to_refuse(formula: str) -> None:
    assert plain_formula(formula).lower() == formula.lower()


words = st.text(st.sampled_from("aZ_cfp_total.(@!'[]{}\\\" =1"), max_size=30)


@given(words)
def test_no_text_is_ever_rewritten(text: str) -> None:
    literal = '"' + text.replace('"', '""') + '"'
    assert plain_formula(f"cfp_version()&{literal}") == f"CFP_VERSION()&{literal}"


@given(words)
def test_no_sheet_name_is_ever_rewritten(name: str) -> None:
    sheet = "'" + name.replace("'", "''") + "'!A1"
    assert plain_formula(f"{sheet}+cfp_version()") == f"{sheet}+CFP_VERSION()"
