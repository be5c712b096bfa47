"""A workbook is read once, and recalculated no more often than its cells change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cfp_xl.cli import run as cfp_xl
from cfp_xl.engine import recalculate as engine
from cfp_xl.schema import opened
from cfp_xl.suppliers.fill import TypedAnswer, Used, fill
from cfp_xl.suppliers.mailing import Asking, requests
from cfp_xl.suppliers.parts import parts_of
from cfp_xl.templates.supplier.issue import issue
from cfp_xl.workbook.reading import read
from tests.suppliers.answered import product
from tests.suppliers.returned import GRID, OF_SHELL, PCF, STEEL
from tests.verify.conftest import BXD2

Counts = Mapping[str, Counter[str]]
NO_MORE = {"has_fuel": "no", "has_transport": "no", "has_waste": "no"}
ANSWERS = {
    "P-01": TypedAnswer({**OF_SHELL, **NO_MORE}, (Used(STEEL, 24, "t"), Used(GRID, 10_000, "kWh"))),
    "P-02": TypedAnswer({**PCF, "pcf_kgco2e": 4.0}, ()),
}


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counts:
    """How often a file's cells were read, its formulas computed, its tables found: by file name."""
    counts: dict[str, Counter[str]] = {step: Counter() for step in ("read", "computed", "found")}

    def counting(module: Any, name: str, step: str, path: Callable[[Any], Path]) -> None:
        real = getattr(module, name)

        def counted(one: Any, *rest: Any) -> Any:
            counts[step][path(one).name] += 1
            return real(one, *rest)

        monkeypatch.setattr(module, name, counted)

    counting(read, "_read", "read", lambda package: package.path)
    counting(engine, "plan_of", "computed", lambda workbook: workbook.path)
    counting(opened, "find_schema", "found", lambda workbook: workbook.path)
    return counts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A product, and beneath it the answers of its two suppliers."""
    box = tmp_path / "box.xlsx"
    box.write_bytes(product("zh-native"))
    record = opened.open_file(box).cached.product
    assert record is not None
    (tmp_path / "in").mkdir()
    for request in requests(parts_of(record)[0], None, Asking("Box"))[0]:
        answer = fill(issue(request), ANSWERS[request.part_id], request.lang, request.kind)
        (tmp_path / "in" / f"{request.part_id}.xlsx").write_bytes(answer)
    return tmp_path


def intake(folder: Path, *more: str) -> int:
    answers, box = str(folder / "in"), str(folder / "box.xlsx")
    return cfp_xl(["intake", answers, "--into", box, "--date", "2026-11-23", "--debug", *more])


def test_an_intake_reads_each_file_once_and_what_it_wrote(counts: Counts, folder: Path) -> None:
    for counter in counts.values():
        counter.clear()
    assert intake(folder, "--apply", "--status", str(folder / "status.html")) == 0
    answers = {"P-01.xlsx": 1, "P-02.xlsx": 1}
    read = {name: n for name, n in counts["read"].items() if name != "supplier.xlsx"}
    assert read == {**answers, "box.xlsx": 2}, "the product, and what was written into it"
    assert counts["computed"] == {"box.xlsx": 2}, "as it was, and with the answers"
    assert counts["found"] == {"box.xlsx": 5}, (
        "as saved and recomputed, before and after; what is printed is known before it is written"
    )


def test_a_dry_run_reads_the_product_once(counts: Counts, folder: Path) -> None:
    for counter in counts.values():
        counter.clear()
    assert intake(folder, "--status", str(folder / "status.html")) == 0
    assert (counts["read"]["box.xlsx"], counts["computed"]["box.xlsx"]) == (1, 1)


@pytest.mark.parametrize("command", ["verify", "show"])
def test_a_workbook_is_read_and_computed_once(command: str, counts: Counts) -> None:
    assert cfp_xl([command, str(BXD2), *(["--debug"] if command == "verify" else [])]) == 0
    assert counts == {step: {"bxd2.xlsx": 1} for step in ("read", "computed", "found")}


def test_a_recalculation_finds_no_tables(counts: Counts, tmp_path: Path) -> None:
    assert cfp_xl(["recalc", str(BXD2), "-o", str(tmp_path / "fresh.xlsx")]) == 0
    assert (counts["read"], counts["computed"]) == ({"bxd2.xlsx": 1}, {"bxd2.xlsx": 1})
    assert not counts["found"]
