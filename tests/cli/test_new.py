"""`cfp-xl new product`: a workbook to start from, in either language and edition."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.workbook.reading.read import read_workbook
from tests.cli.conftest import Cli

EDITIONS = [
    (("--lang", "zh"), "product-zh"),
    (("--lang", "en"), "product-en"),
    (("--lang", "zh", "--formulas", "native"), "product-zh-native"),
    (("--formulas", "native"), "product-en-native"),
]


@pytest.mark.parametrize(("options", "template"), EDITIONS, ids=[t for _, t in EDITIONS])
def test_a_new_product(cli: Cli, tmp_path: Path, options: tuple[str, ...], template: str) -> None:
    made = tmp_path / "product.xlsx"
    assert cli("new", "product", "-o", made, *options).exit_code == 0
    assert read_workbook(made).properties["cfp_template"] == template


def test_a_workbook_that_is_there_is_never_overwritten(cli: Cli, tmp_path: Path) -> None:
    there = tmp_path / "filled-in.xlsx"
    there.write_bytes(b"somebody's work")
    answer = cli("new", "product", "-o", there)
    assert (answer.exit_code, "not overwritten" in answer.err) == (2, True)
    assert there.read_bytes() == b"somebody's work"
