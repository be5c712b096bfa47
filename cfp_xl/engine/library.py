"""The functions of `formulas`, called with our values: the one module that imports it.

The library catches every exception of its functions and makes it #VALUE!. Here a function is
called below that net: what the library raises for a user's mistake becomes the Excel error, what
can only be its own fault makes the cell not computed.
"""

from __future__ import annotations

import inspect
import math
import os
import re
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from cfp_xl.engine.convert import number, text_of_number
from cfp_xl.engine.function_traits import ONE_BY_ONE
from cfp_xl.engine.operators import TooLarge, Value, as_array, stretch
from cfp_xl.engine.problems import fault_of
from cfp_xl.functions.values import Argument, ExcelError, Omitted, Scalar

LARGE = 1 << 13
"""An array of more cells may take its time: a single value of a distribution is some 100 µs."""

_SHOW_ERRORS = frozenset({"ARRAYTOTEXT", "EXPAND", "VALUETOTEXT"})

_NONE_OF_EXCELS = frozenset({"ARRAY", "ARRAYROW", "BAHTTEXT", "DUMMYFUNCTION"})
"""What the library has for its own parser, and what it needs a package for that is missing."""

LARGEST_ARGUMENT = {
    "AMORDEGRC": 1e9, "AMORLINC": 1e9, "EXPAND": 2000,
    "HYPGEOM.DIST": 1e7, "HYPGEOMDIST": 1e7,
    "MUNIT": 2000,
}  # fmt: skip
"""Beyond it these functions would take forever, or all memory, without a useful result."""


PERIODS = {"AMORDEGRC": (4,), "DB": (2, 3)}
"""Arguments that are periods, which these functions go through one by one."""

MOST_PERIODS = 1e6

NEVER_NEGATIVE = {
    **dict.fromkeys(("BINOM.DIST", "BINOMDIST", "NEGBINOM.DIST", "NEGBINOMDIST"), 2),
    **dict.fromkeys(("POISSON", "POISSON.DIST"), 1),
    **dict.fromkeys(("HYPGEOM.DIST", "HYPGEOMDIST"), 4),
}
"""So many first arguments are counts. Below 0 they are #NUM!, however little: the library cuts off
their decimals first."""


@dataclass(frozen=True, slots=True)
class LibraryFunction:
    """A function of the library. `array_arguments` is None where all take arrays whole."""

    name: str
    body: Callable[..., Any]
    array_arguments: frozenset[int] | None
    wants_numbers: bool
    """All its arguments are numbers: text is converted before, as Excel does."""
    defaults: tuple[Any, ...]

    @property
    def is_one_by_one(self) -> bool:
        return self.name in ONE_BY_ONE

    def takes_array(self, position: int) -> bool:
        return self.array_arguments is None or position in self.array_arguments


def _formulas() -> Any:
    return _imported()[0]


def import_s() -> float:
    """How long importing the library took; 0 before it is first used."""
    return _imported()[1] if _imported.cache_info().currsize else 0.0


@cache
def _imported() -> tuple[Any, float]:
    """The library, imported when first used, and how long that took: 0.7 s at least, and 100 MB."""
    began = time.monotonic()
    os.environ.setdefault("TQDM_DISABLE", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import formulas
        import formulas.functions

        formulas.functions.get_functions()
    return formulas, time.monotonic() - began


@cache
def find(name: str) -> LibraryFunction | None:
    """The library's function of that plain upper-case name."""
    table = _formulas().functions.get_functions()
    entry = None if name in _NONE_OF_EXCELS else table.get(name)
    if entry is None or getattr(entry, "__name__", "") == "not_implemented":
        return None
    wrapped = entry["function"] if isinstance(entry, Mapping) else entry
    if isinstance(entry, Mapping) and entry.get("extra_inputs"):
        return None  # they ask for the graph of ExcelModel; ours are in `builtin`
    body, array_arguments = _below_the_net(wrapped)
    return LibraryFunction(name, body, array_arguments, _wants_numbers(body), _defaults(body))


def _below_the_net(wrapped: Callable[..., Any]) -> tuple[Callable[..., Any], frozenset[int] | None]:
    """The function inside `wrap_ranges_func(wrap_func(…))`, and which arguments it takes whole.

    An element-wise function is a closure of `wrap_ufunc`, whose `excluded` names the others.
    """
    body: Callable[..., Any] = wrapped
    for net in ("wrap_ranges_func", "wrap_func"):
        code = getattr(body, "__code__", None)
        if code is not None and code.co_qualname.startswith(net):
            body = getattr(body, "__wrapped__", None) or _closed_over(body, "func")
    code = getattr(body, "__code__", None)
    if code is None or not code.co_qualname.startswith("wrap_ufunc"):
        return body, None
    excluded = _closed_over(body, "kw").get("excluded", ())
    return body, frozenset(i for i in excluded if isinstance(i, int))


def _wants_numbers(body: Callable[..., Any]) -> bool:
    """Whether `wrap_ufunc` was given no parser of arguments, or the one that only makes floats."""
    functions = _formulas().functions
    if "safe_eval" not in getattr(getattr(body, "__code__", None), "co_freevars", ()):
        return False
    parser = _closed_over(_closed_over(body, "safe_eval"), "input_parser")
    default = inspect.signature(functions.wrap_ufunc).parameters["input_parser"].default
    return parser is default or parser is functions.convert2float


def _closed_over(function: Callable[..., Any], name: str) -> Any:
    return inspect.getclosurevars(function).nonlocals[name]


def _defaults(body: Callable[..., Any]) -> tuple[Any, ...]:
    """What each argument is when left out between others; 0 where the function does not say."""
    try:
        parameters = inspect.signature(body).parameters.values()
    except (TypeError, ValueError):
        return ()
    return tuple(
        0 if p.default is inspect.Parameter.empty else p.default
        for p in parameters
        if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    )


LibraryArgument = Value | Omitted | Callable[..., Any]


def call(function: LibraryFunction, arguments: Sequence[LibraryArgument]) -> Value:
    """The function's value for our arguments. Raises Uncomputable, TooLarge."""
    _refuse_too_large(function, arguments)
    arguments = _as_it_takes_them(function, arguments)
    if function.array_arguments is not None and function.name not in _SHOW_ERRORS:
        error = next((a for a in arguments if isinstance(a, ExcelError)), None)
        if error is not None:
            return error
    counts = arguments[: NEVER_NEGATIVE.get(function.name, 0)]
    if any(isinstance(count, float) and count < 0 for count in counts):
        return ExcelError.NUM
    given = [
        (function.defaults[i] if i < len(function.defaults) else 0)
        if isinstance(argument, Omitted)
        else _to_library(argument)
        for i, argument in enumerate(arguments)
    ]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return _run(function, given)


def one_value(function: LibraryFunction, arguments: Sequence[LibraryArgument]) -> Scalar:
    """`call` for arguments of one value each, errors passed through."""
    error = next((a for a in arguments if isinstance(a, ExcelError)), None)
    if error is not None:
        return error
    value = call(function, arguments)
    return value[0, 0] if isinstance(value, np.ndarray) else value


def _refuse_too_large(function: LibraryFunction, arguments: Sequence[LibraryArgument]) -> None:
    largest = LARGEST_ARGUMENT.get(function.name, math.inf)
    if any(isinstance(a, float) and abs(a) > largest for a in arguments):
        raise TooLarge
    periods = (arguments[at] for at in PERIODS.get(function.name, ()) if at < len(arguments))
    if any(isinstance(a, float) and a > MOST_PERIODS for a in periods):
        raise TooLarge


def _as_it_takes_them(
    function: LibraryFunction, arguments: Sequence[LibraryArgument]
) -> Sequence[LibraryArgument]:
    """Numbers where it wants them; what is left out between scalars is 0."""
    if function.wants_numbers:
        arguments = [_number_of_text(argument) for argument in arguments]
    elif function.name.startswith("IM"):  # "3" is a complex number too
        arguments = [_real(argument) for argument in arguments]
    elif function.name not in _SHOW_ERRORS:
        arguments = [_number_or_text(argument) for argument in arguments]
    if function.array_arguments is not None:
        arguments = [0.0 if isinstance(argument, Omitted) else argument for argument in arguments]
        return _in_one_shape(function, arguments)
    return arguments


def _number_or_text(argument: LibraryArgument) -> LibraryArgument:
    """A text that stands for a number or a moment, which the library reads in ways of its own:
    "12:30" and "1010" are dates to it."""
    found = number(argument) if isinstance(argument, str) else argument
    return argument if isinstance(found, ExcelError) else found


def _in_one_shape(
    function: LibraryFunction, arguments: Sequence[LibraryArgument]
) -> Sequence[LibraryArgument]:
    """Arrays that are gone through together, of sizes that do not fit, filled up with #N/A."""
    shapes = {
        argument.shape
        for at, argument in enumerate(arguments)
        if isinstance(argument, np.ndarray) and not function.takes_array(at)
    }
    rows, columns = ({shape[axis] for shape in shapes} - {1} for axis in (0, 1))
    if len(rows) < 2 and len(columns) < 2:
        return arguments
    shape = max(rows, default=1), max(columns, default=1)
    return [
        stretch(argument, shape)
        if isinstance(argument, np.ndarray) and not function.takes_array(at)
        else argument
        for at, argument in enumerate(arguments)
    ]


def _run(function: LibraryFunction, given: Sequence[Any]) -> Value:
    errors = _formulas().errors
    try:
        return _from_library(function.name, function.body(*given))
    except errors.FoundError as found:
        return _from_library(function.name, found.err)
    except (ValueError, TypeError, AssertionError, errors.InvalidRangeError):
        return ExcelError.VALUE
    except (OverflowError, FloatingPointError):
        return ExcelError.NUM
    except ZeroDivisionError:
        return ExcelError.DIV0
    except Exception as fault:  # whatever else its code raises: reported for this one cell
        raise fault_of(function.name, fault) from fault


def _number_of_text(argument: LibraryArgument) -> LibraryArgument:
    if isinstance(argument, np.ndarray):
        converted = np.empty(argument.shape, object)
        for position, scalar in np.ndenumerate(argument):
            converted[position] = number(scalar) if isinstance(scalar, str) else scalar
        return converted
    return number(argument) if isinstance(argument, str) else argument


def _real(argument: LibraryArgument) -> LibraryArgument:
    if isinstance(argument, np.ndarray):
        converted = np.empty(argument.shape, object)
        for position, scalar in np.ndenumerate(argument):
            converted[position] = _real(scalar)
        return converted
    if isinstance(argument, str) and _REAL.fullmatch(argument):
        return float(argument)
    return argument


_REAL = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:E[-+]?\d+)?", re.IGNORECASE)


@cache
def _errors() -> tuple[Mapping[ExcelError, Any], Mapping[str, ExcelError]]:
    """Our errors as the library's, and back by their text. It knows eight of Excel's."""
    known = _formulas().tokens.operand.Error.errors
    theirs = {error: known.get(str(error), known["#VALUE!"]) for error in ExcelError}
    return theirs, {str(error): error for error in ExcelError}


_PLAIN = frozenset({float, str, bool})
"""What is in the library what it is here."""


def _to_library(value: Value | Callable[..., Any]) -> Any:
    if isinstance(value, np.ndarray):
        converted = value.copy()
        if not _PLAIN.issuperset(map(type, value.ravel())):
            for position, scalar in np.ndenumerate(value):
                converted[position] = _scalar_to_library(scalar)
        return converted.view(_formulas().functions.Array)
    return value if callable(value) else _scalar_to_library(value)


def _scalar_to_library(value: Scalar) -> Any:
    if isinstance(value, ExcelError):
        return _errors()[0][value]
    if value is None:
        from schedula import EMPTY

        return EMPTY
    return value


def _from_library(name: str, value: Any) -> Value:
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return _from_library(name, value.item())
        if value.size == 0:
            return ExcelError.CALC
        shaped = np.asarray(value if value.ndim == 2 else value.reshape(-1, 1))
        if shaped.dtype == np.float64 and np.isfinite(shaped).all():
            return (shaped + 0.0).astype(object) if shaped.size != 1 else shaped.item() + 0.0
        converted = np.empty(shaped.shape, object)
        for position, scalar in np.ndenumerate(shaped):
            converted[position] = _scalar_from_library(name, scalar)
        return converted if converted.size != 1 else converted[0, 0]
    if isinstance(value, list | tuple):
        return _rows_from_library(name, value)
    return _scalar_from_library(name, value)


def _rows_from_library(name: str, rows: Sequence[Any]) -> Value:
    if not rows:
        return ExcelError.CALC
    lists = [row if isinstance(row, list | tuple | np.ndarray) else [row] for row in rows]
    converted = np.empty((len(lists), len(lists[0])), object)
    for i, row in enumerate(lists):
        converted[i, :] = [_scalar_from_library(name, scalar) for scalar in row]
    return converted


_COMPLEX = frozenset({
    "COMPLEX", "IMCONJUGATE", "IMCOS", "IMCOSH", "IMCOT", "IMCSC", "IMCSCH", "IMDIV", "IMEXP",
    "IMLN", "IMLOG10", "IMLOG2", "IMPOWER", "IMPRODUCT", "IMSEC", "IMSECH", "IMSIN", "IMSINH",
    "IMSQRT", "IMSUB", "IMSUM", "IMTAN",
})  # fmt: skip
"""Their results are complex numbers written as text."""

_DECIMAL = re.compile(r"\d+\.\d+(?:e[-+]?\d+)?|\d+e[-+]?\d+", re.IGNORECASE)


def _in_15_digits(complex_number: str) -> str:
    """The numbers of a text as Excel writes numbers into text."""
    return _DECIMAL.sub(lambda found: text_of_number(float(found[0])), complex_number)


def _scalar_from_library(name: str, value: Any) -> Scalar:
    match value:
        case bool() | np.bool_():
            return bool(value)
        case int() | float() | np.number() if not isinstance(value, complex | np.complexfloating):
            result = float(value)
            return result + 0.0 if math.isfinite(result) else ExcelError.NUM
        case np.ndarray() if value.size == 1:
            return _scalar_from_library(name, value.item())
    if str(value) in _errors()[1] and type(value).__name__ == "XlError":
        return _errors()[1][str(value)]
    if type(value).__name__ == "Token" and str(value) == "empty":
        return None
    if isinstance(value, str) and type(value) in (str, np.str_):
        return _in_15_digits(str(value)) if name in _COMPLEX else str(value)
    raise fault_of(name, TypeError(f"result of type {type(value).__name__}"))


def bind(name: str, function: Callable[[Sequence[Argument]], Value]) -> None:
    """Adds `function` to the library's own table, which is global to the process.

    It is not run while a formula is compiled, as the library does with constant arguments:
    what it depends on may change between two calculations.
    """
    functions = _formulas().functions

    def called(*arguments: Any) -> Any:
        given = [_from_library(name, argument) for argument in arguments]
        return _to_library(as_array(function(given)))

    functions.get_functions()[name] = {
        "extra_inputs": {functions.COMPILING: False},
        "function": functions.wrap_impure_func(functions.wrap_ranges_func(called)),
    }
