"""What kinds of functions there are, by name: how the evaluator treats their arguments."""

SELECTING = frozenset({
    "AVERAGEIF", "AVERAGEIFS", "CHOOSECOLS", "CHOOSEROWS", "COLUMNS", "COUNTIF", "COUNTIFS",
    "DROP", "FILTER", "HLOOKUP", "INDEX", "LOOKUP", "MATCH", "MAXIFS", "MINIFS", "ROWS",
    "SUMIF", "SUMIFS", "TAKE", "VLOOKUP", "XLOOKUP", "XMATCH",
})  # fmt: skip
"""They use a part of their ranges, so a failure in the rest of it is not hidden by them."""

QUESTIONS = frozenset({
    "COUNT", "COUNTA", "COUNTBLANK", "ERROR.TYPE", "ISBLANK", "ISERR", "ISERROR", "ISLOGICAL",
    "ISNA", "ISNONTEXT", "ISNUMBER", "ISTEXT", "TYPE",
})  # fmt: skip
"""They ask whether something failed. A formula that then says so in words hides nothing."""

ARRAY_FUNCTIONS = frozenset({
    "CORREL", "FREQUENCY", "GROWTH", "INDEX", "LINEST", "LOGEST", "LOOKUP", "MATCH", "MDETERM",
    "MINVERSE", "MMULT", "MODE", "PEARSON", "PROB", "SUMPRODUCT", "SUMX2MY2", "SUMX2PY2",
    "SUMXMY2", "TRANSPOSE", "TREND", "XLOOKUP", "XMATCH",
})  # fmt: skip
"""Their arguments are computed as arrays even in a formula that is not an array formula."""

ONE_BY_ONE = frozenset({
    "BESSELI", "BESSELJ", "BESSELK", "BESSELY", "COMPLEX", "DELTA", "EFFECT", "ERF", "ERF.PRECISE",
    "ERFC", "ERFC.PRECISE", "GESTEP", "IMABS", "IMAGINARY", "IMCONJUGATE", "IMCOS", "IMCOSH",
    "IMCOT", "IMCSC", "IMCSCH", "IMDIV", "IMEXP", "IMLN", "IMLOG10", "IMLOG2", "IMPOWER", "IMREAL",
    "IMSEC", "IMSECH", "IMSIN", "IMSINH", "IMSQRT", "IMSUB", "IMTAN", "ISEVEN", "ISODD", "NOMINAL",
})  # fmt: skip
"""Functions of one number each that came with the Analysis ToolPak: of arrays they take element by
element, as in `ISODD(SEQUENCE(5))`, of ranges of several cells nothing (#VALUE!)."""
