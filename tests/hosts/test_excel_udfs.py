"""`udfs/cfp_udfs.py`: made from the registry, importable by xlwings, honest at both edges.

There is no Excel here. xlwings' own `udfs` module is run with stand-ins for the Windows modules
it imports, so that its decorators read our functions as they do on Windows.
"""

from __future__ import annotations

import importlib.util
import sys
import types
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from cfp_xl import __version__
from cfp_xl.functions.registry import all_functions
from cfp_xl.functions.values import ExcelError, Table
from cfp_xl.hosts.edge import ERROR_BY_SCODE, called_from_excel, incoming, outgoing
from cfp_xl.hosts.excel import WIZARD_LIMIT, parameter_name, render_udfs

UDFS = Path(__file__).parents[2] / "udfs" / "cfp_udfs.py"
NA, VALUE, DIV0 = -2146826246, -2146826273, -2146826281
"""How pywin32 hands over #N/A, #VALUE! and #DIV/0! (also in xlwings' own table)."""
TABLE_OF_XLWINGS = {
    -2146826281: "#DIV/0!",
    -2146826246: "#N/A",
    -2146826259: "#NAME?",
    -2146826288: "#NULL!",
    -2146826252: "#NUM!",
    -2146826265: "#REF!",
    -2146826273: "#VALUE!",
}


def test_the_module_on_disk_is_the_registrys() -> None:
    assert UDFS.read_text("utf-8") == render_udfs(), "run `cfp-xl build`"


@pytest.fixture
def on_windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[types.ModuleType]:
    """The module imported with xlwings' real decorators, its Windows modules stood in for."""
    import xlwings

    client = types.ModuleType("win32com.client")
    client.Dispatch = lambda *_: None  # type: ignore[attr-defined]
    pythoncom = types.ModuleType("pythoncom")
    pythoncom.CoInitialize = lambda: None  # type: ignore[attr-defined]
    stand_ins = {
        "pythoncom": pythoncom,
        "pywintypes": types.ModuleType("pywintypes"),
        "win32com": types.ModuleType("win32com"),
        "win32com.client": client,
    }
    for name, module in stand_ins.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.delitem(sys.modules, "xlwings.udfs", raising=False)
    monkeypatch.setitem(xlwings.engines.engines_by_name, "excel", None)
    from xlwings import udfs

    for name, real in (("func", udfs.xlfunc), ("arg", udfs.xlarg), ("ret", udfs.xlret)):
        monkeypatch.setattr(xlwings, name, real)
    yield _imported()
    sys.modules.pop("xlwings.udfs", None)


def _imported() -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("cfp_udfs", UDFS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", list(all_functions()))
def test_what_xlwings_reads_of_a_function(on_windows: types.ModuleType, name: str) -> None:
    spec, read = all_functions()[name], getattr(on_windows, name).__xlfunc__
    assert read["name"] == name
    assert read["category"].startswith("CFP ")
    assert read["volatile"] is False
    assert [a["name"] for a in read["args"]] == [parameter_name(p) for p in spec.parameters]
    assert ["optional" in a for a in read["args"]] == [p.is_optional for p in spec.parameters]
    assert all(a["options"]["convert"] == "raw" for a in read["args"])
    assert read["ret"]["options"]["convert"] == "raw"
    for doc in (read["ret"]["doc"], *(a["doc"] for a in read["args"])):
        assert 0 < len(doc) <= WIZARD_LIMIT


RAW = [2.5, "kWh", True, None, NA, ((1.0, NA), (None, "x"))]


@pytest.mark.parametrize("value", RAW)
def test_xlwings_own_converters_leave_values_as_they_are(
    on_windows: types.ModuleType, value: Any
) -> None:
    from xlwings import conversion

    read = on_windows.CFP_EMISSION.__xlfunc__
    for argument in read["args"]:
        assert conversion.read(None, value, argument["options"]) is value
    assert conversion.write(value, None, read["ret"]["options"]) is value


@pytest.mark.parametrize(
    "name", [parameter_name(p) for f in all_functions().values() for p in f.parameters]
)
def test_parameters_are_no_words_of_vba(name: str) -> None:
    assert name.lower() not in {"set", "to", "from", "type", "date", "string", "next", "end"}
    assert name.isidentifier()


def test_off_windows_the_functions_are_plain_python() -> None:
    udfs = _imported()
    assert udfs.CFP_FACTOR("CN-ELEC-CFP-2024") == [[0.5777]]
    assert udfs.CFP_CONVERT(2.0, "t", "kg") == [[2000.0]]


INCOMING = [
    (None, None),
    (2.5, 2.5),
    (True, True),
    ("kWh", "kWh"),
    (NA, ExcelError.NA),
    (DIV0, ExcelError.DIV0),
    (-2146826288 + 45, ExcelError.SPILL),
    ("#N/A", ExcelError.NA),
    ("#VALUE!", ExcelError.VALUE),
    (Decimal("12.5"), 12.5),
    (datetime(2026, 1, 1, 12, tzinfo=UTC), 46023.5),
    (7, 7.0),
]


@pytest.mark.parametrize(("raw", "value"), INCOMING)
def test_what_excel_hands_over(raw: Any, value: Any) -> None:
    read = incoming(raw)
    assert read == value
    assert type(read) is type(value)


def test_errors_arrive_by_the_numbers_that_xlwings_knows_too() -> None:
    assert {k: str(ERROR_BY_SCODE[k]) for k in TABLE_OF_XLWINGS} == TABLE_OF_XLWINGS


def test_a_range_arrives_as_rows_of_rows() -> None:
    table = incoming(((1.0, NA), (None, "#N/A")))
    assert isinstance(table, Table)
    assert table.rows == [[1.0, ExcelError.NA], [None, ExcelError.NA]]


LEAVING = [
    (ExcelError.NA, "#N/A"),
    (1.5, 1.5),
    ("OK", "OK"),
    (True, True),
    (incoming(((1.0, VALUE),)), [[1.0, "#VALUE!"]]),
]


@pytest.mark.parametrize(("value", "left"), LEAVING)
def test_what_a_cell_is_handed(value: Any, left: Any) -> None:
    assert outgoing(value) == left


CALLS = [
    ("CFP_EMISSION", (4.6241, "kWh", "CN-ELEC-CFP-2024", None, None, None), 2.67134257),
    ("CFP_EMISSION", (NA, "kWh", "CN-ELEC-CFP-2024", None, None, None), "#N/A"),
    ("CFP_EMISSION", ("#DIV/0!", "kWh", "CN-ELEC-CFP-2024"), "#DIV/0!"),
    ("CFP_EMISSION", (None, "kWh", "CN-ELEC-CFP-2024"), "#VALUE!"),
    ("CFP_CONVERT", (((1.0,), (NA,), (None,)), "t", "kg"), [[1000.0], ["#N/A"], ["#VALUE!"]]),
]


@pytest.mark.parametrize(("name", "args", "cell"), CALLS)
def test_an_error_never_turns_into_a_blank_or_a_number(name: str, args: Any, cell: Any) -> None:
    wanted = cell if isinstance(cell, list) else [[cell]]
    result = called_from_excel(name, *args)
    assert [[same(value) for value in row] for row in result] == wanted


def same(value: Any) -> Any:
    """Equal to what 1e-12 tells from it."""
    return pytest.approx(value, rel=1e-12) if isinstance(value, float) else value


@pytest.fixture
def server(on_windows: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """xlwings' own COM server, as the VBA wrappers call it."""
    import xlwings

    windows = MagicMock()
    windows.server.util.unwrap.side_effect = TypeError
    for name in (
        "win32api",
        "win32event",
        "win32com",
        "win32com.server",
        "win32com.server.dispatcher",
        "win32com.server.policy",
        "win32com.server.util",
    ):
        monkeypatch.setitem(sys.modules, name, windows if name == "win32com" else MagicMock())
    monkeypatch.setattr(sys.modules["pythoncom"], "TypeIIDs", MagicMock(), raising=False)
    monkeypatch.setattr(sys.modules["pythoncom"], "IID_IDispatch", None, raising=False)
    workbooks = types.SimpleNamespace(
        Range=lambda **_: types.SimpleNamespace(), is_range_instance=lambda _: False
    )
    monkeypatch.setattr(xlwings, "_xlwindows", workbooks, raising=False)
    monkeypatch.setitem(sys.modules, "cfp_udfs", on_windows)
    from xlwings import com_server

    yield com_server.XLPython()
    com_server.loop.close()
    sys.modules.pop("xlwings.com_server", None)


SERVED = [
    ("CFP_FACTOR", ("CN-ELEC-CFP-2024", None, None), 0.5777),
    ("CFP_FACTOR", ("CN-ELEC", None, None), "#N/A"),
    ("CFP_CONVERT", (((1.0,), (NA,)), "t", "kg"), [[1000.0], ["#N/A"]]),
    ("CFP_CONVERT", (((1.0, 2.0),), "t", "kg"), [1000.0, 2000.0]),
    ("CFP_AGREES", (4.62, "4.62"), True),
    ("CFP_VERSION", (), __version__),
]


@pytest.mark.parametrize(("name", "args", "answer"), SERVED)
def test_what_xlwings_server_gives_the_wrappers(
    server: Any, name: str, args: Any, answer: Any
) -> None:
    assert server.CallUDF("cfp_udfs", name, args) == answer
