"""From the cell to Python and back: the wrappers' VBA, interpreted, over the real functions.

pyOpenVBA's interpreter stands for Excel and its VBA; values cross to Python as pywin32 hands them
over: errors as integers, blanks as None, arrays as rows. Only the process boundary is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyopenvba.interpreter import HostBridge, Interpreter
from pyopenvba.interpreter._values import EMPTY, MISSING, VBAArray, VBAErrorValue

from cfp_xl import __version__
from cfp_xl.functions.registry import all_functions
from cfp_xl.hosts.edge import called_from_excel
from cfp_xl.hosts.vba import modules

SCODE = 0x800A0000 - 2**32
"""What pywin32 adds to an error's number."""

WIZARD_IS_CLOSED = 'Application.CommandBars("Standard").Controls(1).Enabled'
"""A button of Excel's that the wizard disables; there is no Excel here to have it."""

Call = Callable[..., Any]


class PythonBehind(HostBridge):  # type: ignore[misc]
    """Answers `CallPython`, as `XLPy.CallUDF` would."""

    def has_global_member(self, name: str) -> bool:
        return name.lower() == "callpython"

    def call_global(self, name: str, args: list[object], named: dict[str, object]) -> object:
        assert not named, name
        function, arguments = args
        assert isinstance(arguments, VBAArray)
        rows = called_from_excel(str(function), *map(to_python, arguments.items))
        # As xlwings does: one value alone, one row as a list, more as a table.
        if len(rows) == 1 and len(rows[0]) == 1:
            return rows[0][0]
        return to_vba(rows)


def to_python(value: object) -> object:
    match value:
        case VBAErrorValue():
            return SCODE + value.number
        case VBAArray():
            (top, bottom), (left, right) = value.bounds
            return tuple(
                tuple(to_python(value.get([row, column])) for column in range(left, right + 1))
                for row in range(top, bottom + 1)
            )
        case bool() | float() | str():
            return value
        case int():
            return float(value)
        case _:
            return None


def to_vba(rows: list[list[Any]]) -> VBAArray:
    table = VBAArray([(0, len(rows) - 1), (0, len(rows[0]) - 1)])
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            table.set([row, column], value)
    return table


def cell(value: object) -> object:
    """What a cell shows: `#2042` for an error value, rows for an array."""
    match value:
        case VBAErrorValue():
            return f"#{value.number}"
        case VBAArray():
            (top, bottom), (left, right) = value.bounds
            return [
                [cell(value.get([row, column])) for column in range(left, right + 1)]
                for row in range(top, bottom + 1)
            ]
        case _:
            return value


@pytest.fixture(scope="module")
def excel() -> Call:
    vba = Interpreter(PythonBehind())
    for name in ("CFP_Functions", "CFP_Bridge", "CFP_Help"):
        source = modules()[name].replace(WIZARD_IS_CLOSED, "True")
        vba.add_module(source, name=name)
    return lambda name, *args: cell(vba.run(name, args))


NA, DIV0 = VBAErrorValue(2042), VBAErrorValue(2007)
ACTIVITIES = to_vba(
    [
        ["stage", "process", "activity", "status", "quantity", "unit", "factor_id", "reason"],
        ["production", "x", "power", "data", 10.0, "kWh", "CN-ELEC-CFP-2024", ""],
        ["use", "y", "none", "not_applicable", "", "", "", "a part"],
    ]
)
CALLS = [
    ("CFP_FACTOR", ("CN-ELEC-CFP-2024",), 0.5777),
    ("CFP_FACTOR", ("CN-ELEC-CFP-2024", "MWh"), pytest.approx(577.7)),
    ("CFP_FACTOR", ("CN-ELEC-2024",), "#2042"),
    ("CFP_FACTOR", ("CN-ELEC-CFP-2024", "kg"), "#2015"),
    ("CFP_FACTOR", (DIV0,), "#2007"),
    ("CFP_FUEL_FACTOR", (42.652, 20.2, 1.5), "#2036"),
    ("CFP_EMISSION", (4.6241, "kWh", "CN-ELEC-CFP-2024"), pytest.approx(4.6241 * 0.5777)),
    ("CFP_EMISSION", ("4,6", "kWh", "CN-ELEC-CFP-2024"), "#2015"),
    ("CFP_EMISSION", (NA, "kWh", "CN-ELEC-CFP-2024"), "#2042"),
    ("CFP_EMISSION", (EMPTY, "kWh", "CN-ELEC-CFP-2024"), "#2015"),
    (
        "CFP_EMISSION",
        (10.0, "L", "CN-FUEL-GBT32151-DIESEL", MISSING, 0.84, "kg/L"),
        pytest.approx(10 * 0.84 * 42.652 * 20.2e-3 * 0.98 * 44 / 12),
    ),
    ("CFP_CONVERT", (to_vba([[1.0], [NA], ["x"]]), "t", "kg"), [[1000.0], ["#2042"], ["#2015"]]),
    ("CFP_TOTAL", (ACTIVITIES,), pytest.approx(5.777)),
    ("CFP_STAGE", ("production", ACTIVITIES, "nowhere"), "#2042"),
    ("CFP_STATUS", (ACTIVITIES, MISSING, "en"), "OK"),
    ("CFP_DIAGNOSE", (1.0, "kWh", "CN-ELEC-CFP-2024"), "OK"),
    ("CFP_AGREES", (4.623, "4.62"), True),
    ("CFP_VERSION", (), __version__),
]


@pytest.mark.parametrize(("name", "args", "shown"), CALLS)
def test_what_a_cell_shows(excel: Call, name: str, args: tuple[object, ...], shown: object) -> None:
    assert excel(name, *args) == shown


@pytest.mark.parametrize("name", [n for n, f in all_functions().items() if not f.explains])
def test_an_error_in_any_argument_passes_through(excel: Call, name: str) -> None:
    for at, parameter in enumerate(all_functions()[name].parameters):
        args: list[object] = [1.0] * len(all_functions()[name].parameters)
        args[at] = VBAErrorValue(2023)
        assert excel(name, *args) == "#2023", parameter.name


def test_the_wizards_words_are_put_together(excel: Call) -> None:
    assert excel("Words", "CFP \\u56e0\\u5b50\\uff1a a\\u00d7b") == "CFP 因子： a×b"
