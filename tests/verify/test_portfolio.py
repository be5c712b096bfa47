"""`cfp-xl show DIR`: products beside each other, comparable only where unit and boundary agree."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from openpyxl import load_workbook

from cfp_xl.cli import run
from cfp_xl.exchange.factor_moves import moves
from cfp_xl.messages import Text
from cfp_xl.verify import portfolio
from cfp_xl.verify.many.each import each
from cfp_xl.verify.portfolio import PortfolioEntry, entry_of, grouped
from cfp_xl.verify.result import FileStatus, Options
from tests.exchange.products import TOTAL, Cell, write_product

DOCS = Path(__file__).parents[2] / "docs"
GRAVE, GATE = Text("从摇篮到坟墓", "cradle-to-grave"), Text("从摇篮到大门", "cradle-to-gate")
ONE = PortfolioEntry(
    "a.xlsx",
    FileStatus.PASSED,
    functional_unit="1 piece",
    boundary=GRAVE,
    total_kgco2e=2.0,
    period="2025",
    gwp_set="AR6",
)


def test_only_what_agrees_in_unit_and_boundary_is_in_a_group() -> None:
    entries = [
        ONE,
        replace(ONE, path="b.xlsx", total_kgco2e=1.0, functional_unit="1  Piece"),
        replace(ONE, path="c.xlsx", boundary=GATE),
        replace(ONE, path="d.xlsx", functional_unit="1 kg", period="2024"),
        replace(ONE, path="e.xlsx", functional_unit="1 kg"),
        replace(ONE, path="f.xlsx", boundary=None),
        replace(ONE, path="g.xlsx", functional_unit=""),
        replace(ONE, path="h.xlsx", total_kgco2e=None),
        replace(ONE, path="i.xlsx", status=FileStatus.TIMEOUT),
    ]
    found = [(one.path[0], one.group, one.apart, one.differs) for one in grouped(entries)]
    assert found == [
        ("b", "1", "", ""),  # within a group by the total
        ("a", "1", "", ""),
        ("d", "2", "", "period"),
        ("e", "2", "", "period"),
        ("c", "", "alone", ""),
        ("f", "", "boundary", ""),
        ("g", "", "functional_unit", ""),
        ("h", "", "total", ""),
        ("i", "", "unread", ""),
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lamps, one without its boundary, and two files that are no products."""
    place = tmp_path_factory.mktemp("products")
    for name in ("lamp", "lamp-2", "unstated"):
        unstated: dict[str, Cell] = {"boundary": None} if name == "unstated" else {}
        product = write_product(place / f"{name}.xlsx", unstated)
        book = load_workbook(product)
        book.create_sheet("check")["A1"] = "=1+1"  # without any formula nothing is verified
        book.save(product)
    (place / "broken.xlsx").write_bytes(b"PK\x03\x04 no zip")
    (place / "list.xlsx").write_text("a,b")
    return place


def test_an_entry_holds_the_figures_by_hand(folder: Path) -> None:
    entry = entry_of(folder / "lamp.xlsx", Options())
    assert entry.total_kgco2e == pytest.approx(TOTAL)
    assert entry.stages is not None
    assert entry.stages["use"] == pytest.approx(500.0)  # 1000 kWh at 0.5
    assert entry.stages["end_of_life"] is None
    assert (entry.period, entry.gwp_set) == ("2025-01-01 – 2025-12-31", "AR6")
    assert entry.recalculation == "incomplete"  # openpyxl saves no values of formulas


def test_a_folder_in_json_and_xlsx(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_this_process(
        files: tuple[Path, ...], options: Options, _: int
    ) -> tuple[PortfolioEntry, ...]:
        return grouped(entry_of(file, options) for file in files)

    monkeypatch.setattr(portfolio, "entries_of", in_this_process)
    out, table = tmp_path / "p.json", tmp_path / "p.xlsx"
    line = ["show", folder, "--lang", "en", "--report", f"json={out}", "--report", f"xlsx={table}"]
    assert run([str(word) for word in line]) == 2  # two files can't be read, the others are shown
    document = json.loads(out.read_text("utf-8"))
    schema = json.loads((DOCS / "portfolio.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate({**document, "surprise": 1})
    found = {Path(one["path"]).stem: (one["group"], one["apart"]) for one in document["products"]}
    assert found == {
        "lamp": ("1", ""),
        "lamp-2": ("1", ""),
        "unstated": ("", "boundary"),
        "broken": ("", "unread"),
        "list": ("", "unread"),
    }
    sheet = load_workbook(table).worksheets[0]
    heads = [cell.value for cell in sheet[4]]
    rows = {
        Path(str(row[heads.index("file")])).stem: row
        for row in sheet.iter_rows(min_row=5, values_only=True)
    }
    assert rows["lamp"][heads.index("total kgCO2e")] == pytest.approx(TOTAL)
    assert rows["broken"][heads.index("total kgCO2e")] == "–"  # never 0
    assert "no boundary" in str(rows["unstated"][heads.index("note")])


def test_a_bug_at_one_file_stops_no_other(tmp_path: Path) -> None:
    """What is given lacks everything: our own failure is each file's answer, with the reason."""
    for name in "ab":
        (tmp_path / f"{name}.xlsx").write_text("x")
    answers = dict(each([tmp_path / "a.xlsx", tmp_path / "b.xlsx"], moves, ()))
    assert [Path(path).name for path in answers] == ["a.xlsx", "b.xlsx"]
    for one in answers.values():
        assert (one.status, one.why.code) == (FileStatus.INTERNAL_ERROR, "W99")
        assert "ValueError" in one.why.message("en")
    entry = portfolio._entry("a.xlsx", answers[(tmp_path / "a.xlsx").as_posix()])
    assert entry.exit_code == 3
    assert entry.why is not None
    assert "ValueError" in entry.why.en
