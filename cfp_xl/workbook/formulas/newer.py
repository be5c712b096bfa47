"""Functions newer than Excel 2007 that a formula calls by their plain names.

A file spells them with `_xlfn.` before (Microsoft Support, "Issue: An _xlfn. prefix is displayed in
front of a formula", has the list). Excel does not know the plain name: it keeps the value that the
file holds until it recalculates, and then shows #NAME?.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from cfp_xl.workbook.formulas.tokens import TokenKind, tokens
from cfp_xl.workbook.model import Workbook

NEWER = frozenset(
    [
        "ACOT",
        "ACOTH",
        "AGGREGATE",
        "ANCHORARRAY",
        "ARABIC",
        "ARRAYTOTEXT",
        "BASE",
        "BETA.DIST",
        "BETA.INV",
        "BINOM.DIST",
        "BINOM.DIST.RANGE",
        "BINOM.INV",
        "BITAND",
        "BITLSHIFT",
        "BITOR",
        "BITRSHIFT",
        "BITXOR",
        "BYCOL",
        "BYROW",
        "CEILING.MATH",
        "CHISQ.DIST",
        "CHISQ.DIST.RT",
        "CHISQ.INV",
        "CHISQ.INV.RT",
        "CHISQ.TEST",
        "CHOOSECOLS",
        "CHOOSEROWS",
        "COMBINA",
        "CONCAT",
        "CONFIDENCE.NORM",
        "CONFIDENCE.T",
        "COPILOT",
        "COT",
        "COTH",
        "COVARIANCE.P",
        "COVARIANCE.S",
        "CSC",
        "CSCH",
        "DAYS",
        "DECIMAL",
        "DETECTLANGUAGE",
        "DROP",
        "ENCODEURL",
        "ERF.PRECISE",
        "ERFC.PRECISE",
        "EXPAND",
        "EXPON.DIST",
        "F.DIST",
        "F.DIST.RT",
        "F.INV",
        "F.INV.RT",
        "F.TEST",
        "FIELDVALUE",
        "FILTER",
        "FILTERXML",
        "FLOOR.MATH",
        "FORECAST.ETS",
        "FORECAST.ETS.CONFINT",
        "FORECAST.ETS.SEASONALITY",
        "FORECAST.ETS.STAT",
        "FORECAST.LINEAR",
        "FORMULATEXT",
        "GAMMA",
        "GAMMA.DIST",
        "GAMMA.INV",
        "GAMMALN.PRECISE",
        "GAUSS",
        "GROUPBY",
        "HSTACK",
        "HYPGEOM.DIST",
        "IFNA",
        "IFS",
        "IMAGE",
        "IMCOSH",
        "IMCOT",
        "IMCSC",
        "IMCSCH",
        "IMSEC",
        "IMSECH",
        "IMSINH",
        "IMTAN",
        "IMPORTCSV",
        "IMPORTTEXT",
        "ISFORMULA",
        "ISOMITTED",
        "ISOWEEKNUM",
        "LAMBDA",
        "LET",
        "LOGNORM.DIST",
        "LOGNORM.INV",
        "MAKEARRAY",
        "MAP",
        "MAXIFS",
        "MINIFS",
        "MODE.MULT",
        "MODE.SNGL",
        "MUNIT",
        "NEGBINOM.DIST",
        "NORM.DIST",
        "NORM.INV",
        "NORM.S.DIST",
        "NORM.S.INV",
        "NUMBERVALUE",
        "PDURATION",
        "PERCENTILE.EXC",
        "PERCENTILE.INC",
        "PERCENTOF",
        "PERCENTRANK.EXC",
        "PERCENTRANK.INC",
        "PERMUTATIONA",
        "PHI",
        "PIVOTBY",
        "POISSON.DIST",
        "QUARTILE.EXC",
        "QUARTILE.INC",
        "RANDARRAY",
        "RANK.AVG",
        "RANK.EQ",
        "REDUCE",
        "REGEXEXTRACT",
        "REGEXREPLACE",
        "REGEXTEST",
        "RRI",
        "SCAN",
        "SEC",
        "SECH",
        "SEQUENCE",
        "SHEET",
        "SHEETS",
        "SINGLE",
        "SKEW.P",
        "SORT",
        "SORTBY",
        "STDEV.P",
        "STDEV.S",
        "STOCKHISTORY",
        "SWITCH",
        "T.DIST",
        "T.DIST.2T",
        "T.DIST.RT",
        "T.INV",
        "T.INV.2T",
        "T.TEST",
        "TAKE",
        "TEXTAFTER",
        "TEXTBEFORE",
        "TEXTJOIN",
        "TEXTSPLIT",
        "TOCOL",
        "TOROW",
        "TRANSLATE",
        "TRIMRANGE",
        "UNICHAR",
        "UNICODE",
        "UNIQUE",
        "VALUETOTEXT",
        "VAR.P",
        "VAR.S",
        "VSTACK",
        "WEBSERVICE",
        "WEIBULL.DIST",
        "WRAPCOLS",
        "WRAPROWS",
        "XLOOKUP",
        "XMATCH",
        "XOR",
        "Z.TEST",
    ]
)


_PERHAPS_CALLED = re.compile("(?:" + "|".join(map(re.escape, sorted(NEWER))) + r")\(")
"""In capitals: also in texts, and as the end of a longer name."""


@lru_cache(maxsize=4096)
def unprefixed(formula: str) -> tuple[str, ...]:
    """The newer functions that a formula as stored in a file calls without `_xlfn.`."""
    if not _PERHAPS_CALLED.search(formula.upper()):  # tokens of 20,000 long formulas cost more
        return ()
    called = (t.text.upper() for t in tokens(formula) if t.kind is TokenKind.FUNCTION)
    return tuple(dict.fromkeys(name for name in called if name in NEWER))


NewerInNames = Mapping[str, tuple[str, ...]]
"""Defined names (folded) whose formulas call newer functions by their plain names: which, and
through which names."""


def newer_in_names(workbook: Workbook) -> NewerInNames:
    """The names that are #NAME? in Excel, with `name → function`, also through other names."""
    found: dict[str, tuple[str, ...]] = {}
    for _ in workbook.names:  # as long as names lead to names
        before = len(found)
        for name in workbook.names:
            folded = name.name.casefold()
            if folded not in found and (called := unknown_in(name.formula, found)):
                found[folded] = tuple(f"{name.name} → {one}" for one in called)
        if len(found) == before:
            break
    return found


def unknown_in(formula: str, names: NewerInNames) -> tuple[str, ...]:
    """`unprefixed`, and what the names in the formula call so."""
    direct = unprefixed(formula)
    if not names:
        return direct
    kinds = (TokenKind.NAME, TokenKind.FUNCTION)
    used = (t.text.casefold() for t in tokens(formula) if t.kind in kinds)
    return (*direct, *dict.fromkeys(one for name in used for one in names.get(name, ())))


def cells_excel_does_not_know(workbook: Workbook) -> dict[tuple[str, int, int], tuple[str, ...]]:
    """The formula cells that call newer functions without `_xlfn.`, themselves or by a name."""
    names = newer_in_names(workbook)
    return {
        (sheet.name, row, column): functions
        for sheet in workbook.sheets
        for (row, column), cell in sheet.cells.items()
        if cell.formula and (functions := unknown_in(cell.formula, names))
    }
