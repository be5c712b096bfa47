"""Each known difference (docs/differences.toml) is still one, and is what the page says."""

from __future__ import annotations

import tomllib
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cfp_xl.engine.recalculate import recalculate

DATA = tomllib.loads((Path(__file__).parents[2] / "docs/differences.toml").read_text("utf-8"))
FROM_EXCEL = [pytest.param(row, id=row["formula"]) for row in DATA["excel"]]
FROM_FORMULAS = [pytest.param(row, id=row["formula"]) for row in DATA["formulas"]]


def computed(row: dict[str, Any], make_workbook: Any) -> object:
    """The value of cell Z9, or the code of the finding why it has none."""
    content = dict(row.get("cells", {})) | {"Z9": row["formula"]}
    result = recalculate(make_workbook(content, iterates=row.get("iterates", False)))
    cell = next(cell for key, cell in result.cells.items() if key.ref.cell == "Z9")
    if cell.is_computed:
        return cell.value
    assert cell.finding is not None
    return cell.finding.code


def is_same(value: object, written: object) -> bool:
    """Numbers in the digits written, texts after an apostrophe, errors and codes by their name."""
    if isinstance(written, bool) or isinstance(value, bool | np.bool_):
        return bool(value == written) and isinstance(written, bool)
    if isinstance(written, int | float):
        if isinstance(value, str) or not isinstance(value, float | int):
            return False
        digits = len(f"{written!r}".lower().partition("e")[0].replace(".", "").lstrip("-0"))
        return f"{float(value):.{max(digits, 6) - 1}e}" == f"{written:.{max(digits, 6) - 1}e}"
    return str(value) == str(written).removeprefix("'")


@pytest.mark.parametrize("row", FROM_EXCEL)
def test_from_excel(row: dict[str, Any], make_workbook: Any) -> None:
    value = computed(row, make_workbook)
    assert is_same(value, row["here"]), value
    assert not is_same(value, row["excel"]), "mended: delete its row"
    assert row["source"] in "DHCP"


@pytest.mark.parametrize("row", FROM_FORMULAS)
def test_from_formulas(row: dict[str, Any], make_workbook: Any) -> None:
    value = computed(row, make_workbook)
    assert is_same(value, row["here"]), value
    there = stock(row["formula"])
    if not str(row["formulas"]).startswith("("):
        assert is_same(there, row["formulas"]), there
    assert not is_same(there, row["here"]), "mended in the library: delete its row"


def stock(formula: str) -> object:
    """What the library gives by itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import formulas
        from schedula.utils.exc import DispatcherError

        try:
            value = np.ravel(formulas.Parser().ast(formula)[1].compile()())[0]
        except (formulas.errors.FormulaError, DispatcherError, TypeError):
            return "refused"
        return float(value) if isinstance(value, np.floating) else value


def test_every_difference_stands_once() -> None:
    formulas = [row["formula"] for row in DATA["excel"]]
    assert len(set(formulas)) == len(formulas)
