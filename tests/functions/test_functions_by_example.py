"""Every example of the reference, run: formula, tables, and what it gives."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from cfp_xl.functions.registry import all_functions, call
from cfp_xl.functions.spec import Example
from cfp_xl.functions.values import OMITTED, Argument, ExcelError
from cfp_xl.messages import LANGS

CONTRACT = {
    "CFP_FACTOR": "id,[unit],[factors]",
    "CFP_FACTOR_INFO": "id,[field],[factors]",
    "CFP_FACTOR_SEARCH": "text,[limit],[factors]",
    "CFP_EMISSION": "quantity,unit,factor_id,[factors],[bridge],[bridge_unit],[assemblies]",
    "CFP_ALLOCATE": "quantity,product_basis,total_basis",
    "CFP_STAGE": "stage,activities,[process],[factors],[assemblies]",
    "CFP_TOTAL": "activities,[factors],[assemblies]",
    "CFP_PART": "activities,what,[factors],[assemblies]",
    "CFP_ASSEMBLY": "id,activities,factors,assemblies",
    "CFP_STATUS": "activities,[stage],[lang]",
    "CFP_SHARE": "stage,activities,[process],[factors],[assemblies]",
    "CFP_CONVERT": "value,from,to",
    "CFP_FUEL_FACTOR": "ncv,carbon_content,oxidation",
    "CFP_GWP": "gas,set",
    "CFP_CO2E": "mass,unit,gas,set",
    "CFP_TRANSPORT": "mass,mass_unit,distance,distance_unit,factor_id,[factors]",
    "CFP_INTERVAL": "activities,[factors],[what],[assemblies]",
    "CFP_HOTSPOTS": "activities,[n],[factors],[assemblies]",
    "CFP_DQR": "activities,[aspect],[factors],[assemblies]",
    "CFP_GSD2": "scores,basic",
    "CFP_AGREES": "value,printed",
    "CFP_DIAGNOSE": "quantity,unit,factor_id,[factors],[lang],[assemblies]",
    "CFP_VERSION": "",
}
EXAMPLES = [(name, e) for name, spec in all_functions().items() for e in spec.examples]


def test_the_functions_and_their_parameters_are_the_contract() -> None:
    signatures = {
        name: ",".join(f"[{p.name}]" if p.is_optional else p.name for p in spec.parameters)
        for name, spec in all_functions().items()
    }
    assert signatures == CONTRACT


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[e.formula for _, e in EXAMPLES])
def test_an_example_gives_what_it_says(name: str, example: Example) -> None:
    spelled, args = _parsed(example)
    assert spelled == name
    result = call(name, args)
    if isinstance(example.gives, float):
        assert result == pytest.approx(example.gives, rel=1e-9)
    elif isinstance(example.gives, str) and example.gives.startswith("#"):
        assert result is ExcelError(example.gives)
    elif isinstance(example.gives, tuple):
        assert isinstance(result, np.ndarray)
        assert result.tolist() == [list(row) for row in example.gives]
    else:
        assert result == example.gives


@pytest.mark.parametrize("name", list(all_functions()))
def test_a_function_is_explained_in_both_languages(name: str) -> None:
    spec = all_functions()[name]
    words = [spec.help, spec.returns, *(p.help for p in spec.parameters)]
    words += [case.when for case in spec.errors]
    for lang in LANGS:
        assert all(text.in_lang(lang).strip() for text in words)
    assert len(spec.examples) >= 2 or not spec.parameters


def _parsed(example: Example) -> tuple[str, list[Argument]]:
    """`NAME(1,"a",,table)` as its name and arguments."""
    name, inside = example.formula.removesuffix(")").split("(", 1)
    parts = re.findall(r'("[^"]*"|[^,"]*)(?:,|$)', inside) if inside else []
    parts = parts[:-1] if parts and parts[-1] == "" and not inside.endswith(",") else parts
    return name, [_value(part, example) for part in parts]


def _value(part: str, example: Example) -> Argument:
    if part == "":
        return OMITTED
    if part.startswith('"'):
        return part[1:-1]
    if part in example.tables:
        rows: list[tuple[Any, ...]] = list(example.tables[part])
        array = np.empty((len(rows), len(rows[0])), dtype=object)
        array[:] = rows
        return array
    return float(part)
