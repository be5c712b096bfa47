"""`cfp-xl study` over workbooks: intervals, scenarios, targets, bridges, any workbook's cells."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName

from cfp_xl.cli import run

Cell = str | float | None
ACTIVITIES: list[list[Cell]] = [
    ["stage", "activity", "quantity", "unit", "factor_id", "gsd2", "emission"],
    ["production", "power", 100.0, "kWh", "POWER", 1.1, None],
    ["use", "boiling", "=B1*2", "kWh", "POWER", None, None],
    ["production", "steel", 2.0, "kg", "STEEL", 1.3, None],
]
FACTORS: list[list[Cell]] = [
    ["id", "value", "unit", "per_unit", "gsd2"],
    ["POWER", 0.5, "kgCO2e", "kWh", 1.2],
    ["STEEL", 2.0, "kgCO2e", "kg", None],
    ["RECYCLED", 0.5, "kgCO2e", "kg", None],
]
SCENARIOS: list[list[Cell]] = [
    ["scenario", "target", "change", "value", "unit", "note", "source"],
    ["recycled steel", "activities:production//steel", "factor_id", "RECYCLED", None, "n", "s"],
    ["longer life", "Life!B1", None, 30.0, None, None, None],
    ["both", "production//steel", None, "RECYCLED", None, None, None],
    ["both", "factor:POWER", "×", 0.8, None, None, None],
    ["in MWh", "production//power", "value", 0.05, "MWh", None, None],
]
# By hand: power 50 + boiling 2 × 20 × 0.5 = 20 + steel 4 = 74 kgCO2e.


def write(path: Path, **cells: Cell) -> Path:
    """The workbook, with other values in some cells: `Scenarios_B2=…`."""
    book = Workbook()
    book.remove(book["Sheet"])
    tables = {"Activities": ACTIVITIES, "Factors": FACTORS, "Scenarios": SCENARIOS}
    for title, rows in tables.items():
        sheet = book.create_sheet(title)
        for line in rows:
            sheet.append(line)
    book["Activities"]["C3"] = "=Life!B1*2"
    for number in (2, 3, 4):
        book["Activities"][f"G{number}"] = (
            f"=CFP_EMISSION(C{number},D{number},E{number},cfp_factors)"
        )
    book.create_sheet("Life")["B1"] = 20.0
    for place, value in cells.items():
        title, _, cell = place.partition("_")
        book[title][cell] = value
    names = {
        "cfp_activities": "Activities!$A$1:$G$4",
        "cfp_factors": "Factors!$A$1:$E$4",
        "cfp_scenarios": f"Scenarios!$A$1:$G${len(SCENARIOS)}",
        "life": "Life!$B$1",
    }
    for name, target in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=target)
    book.save(path)
    return path


def document(path: Path, *options: str | Path, code: int = 0) -> dict[str, Any]:
    out = path.parent / "out.json"
    line = ["study", str(path), *map(str, options), "--draws", "2000", "--report", f"json={out}"]
    assert run(line) == code
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


def test_a_study_and_its_scenarios(tmp_path: Path) -> None:
    source = write(tmp_path / "a.xlsx")
    before = source.read_bytes()
    found = document(source)
    assert source.read_bytes() == before
    assert found["deterministic"] == pytest.approx(74.0, rel=1e-12)
    s_power, s_factor, s_steel = math.log(1.1) / 2, math.log(1.2) / 2, math.log(1.3) / 2
    sigma = math.hypot(50 / 74 * s_power, 70 / 74 * s_factor, 4 / 74 * s_steel)
    assert found["gsd2"] == pytest.approx(math.exp(2 * sigma), rel=1e-12)
    assert found["contributions"][0]["input"] == "factor:POWER"
    assert found["contributions"][0]["elasticity"] == pytest.approx(70 / 74, rel=1e-12)
    assert found["low"] < found["median"] < found["high"]
    assert found["simulation"]["agrees_with_formula"] is True
    assert [spot["kgco2e"] for spot in found["hotspots"]] == [50.0, 20.0, 4.0]
    by_name = {one["name"]: one for one in found["scenarios"]}
    deltas = {"recycled steel": -3.0, "longer life": 10.0, "both": -17.0, "in MWh": -25.0}
    assert {name: one["delta"] for name, one in by_name.items()} == {
        name: pytest.approx(delta, rel=1e-9) for name, delta in deltas.items()
    }
    assert by_name["longer life"]["by_stage"]["use"] == pytest.approx(30.0)
    assert by_name["both"]["probability_below"] == 1.0
    assert by_name["longer life"]["probability_below"] == 0.0
    assert by_name["recycled steel"]["note"] == "n"


def test_the_same_seed_gives_the_same_report(tmp_path: Path) -> None:
    source = write(tmp_path / "a.xlsx")
    assert document(source) == document(source)
    assert document(source)["median"] != document(source, "--seed", "7")["median"]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"Scenarios_B2": "Activities!C3", "Scenarios_D2": 1.0, "Scenarios_C2": None}, "formula"),
        ({"Scenarios_B2": "production//stel"}, "production//steel"),
        ({"Scenarios_C2": "swap"}, "multiply"),
        ({"Scenarios_D3": "much", "Scenarios_C3": "multiply"}, "a number"),
        ({"Scenarios_E6": "kg"}, "kWh"),
        ({"Activities_F2": 0.5}, "power (#1)"),
        ({"Activities_C2": None}, "fill in the quantity"),
    ],
)
def test_bad_input_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], cells: dict[str, Cell], words: str
) -> None:
    source = write(tmp_path / "a.xlsx", **cells)
    assert run(["study", str(source), "--draws", "10", "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said


def test_a_target_is_reached_and_by_nine_in_ten(tmp_path: Path) -> None:
    """74 − 24 = 50: boiling must vanish by 24 > 20: not by life alone; by power: 100 → 52 kWh."""
    source = write(tmp_path / "a.xlsx")
    power = document(source, "--seek", "50", "--lever", "production//power")["seek"]
    assert (power["lever"], power["value"]) == ("Activities!C2", pytest.approx(52.0, rel=1e-9))
    assert 20.0 < power["value_at_90_percent"] < 52.0
    life = document(source, "--seek", "50", "--lever", "life", code=1)["seek"]
    assert (life["value"], life["best"], life["best_result"]) == (None, 0.0, pytest.approx(54.0))
    wide = document(source, "--seek", "64", "--lever", "Life!B1", "--between", "5", "25")["seek"]
    assert (wide["value"], wide["bounds"]) == (pytest.approx(10.0), [5.0, 25.0])


def test_why_it_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = write(tmp_path / "old.xlsx")
    new = write(tmp_path / "new.xlsx", Factors_B2=0.4, Life_B1=30.0)
    found = document(old, new)["bridge"]
    assert found["difference"] == pytest.approx(68.0 - 74.0, rel=1e-12)
    # power −0.1 × 100; boiling 40 → 60 kWh: +20 × 0.45 and −0.1 × 50
    assert found["by_cause"] == {"activity": pytest.approx(9.0), "factor": pytest.approx(-15.0)}
    assert found["steps"][0]["after"] == "Activities!A2"
    capsys.readouterr()
    assert run(["study", str(old), str(new), "--bridge", "--draws", "10", "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "变动分解" in said
    assert "-10.0000" in said


def test_the_printed_bars_add_to_the_printed_difference() -> None:
    from cfp_xl.report.study.sections import _adding_up

    values = [1 / 3, 1 / 3, 1 / 3, -2 / 7, 5 / 11]
    printed = _adding_up(values, sum(values))
    assert sum(round(float(text) * 10_000) for text in printed) == round(sum(values) * 10_000)
    assert all(abs(float(t) - v) < 1e-4 for t, v in zip(printed, values, strict=True))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_format_in_both_languages(tmp_path: Path, lang: str) -> None:
    out = {name: tmp_path / f"o.{name}" for name in ("text", "markdown", "html")}
    reports = [part for name, file in out.items() for part in ("--report", f"{name}={file}")]
    cut = ["--draws", "100", "--lang", lang, *reports]
    scenario = {"Scenarios_B2": "production//<b>st|eel</b>", "Scenarios_B4": "factor:STEEL"}
    source = write(tmp_path / "a.xlsx", Activities_B4="<b>st|eel</b>", **scenario, Scenarios_D4=1.0)
    assert run(["study", str(source), *cut]) == 0
    page = out["html"].read_text("utf-8")
    assert "<b>st" not in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "&lt;b&gt;st|eel" in page
    assert "\\|" in out["markdown"].read_text("utf-8")
    word = {"zh": "主要排放源", "en": "Hot spots"}[lang]
    assert all(word in file.read_text("utf-8") for file in out.values())
    assert "█" in out["text"].read_text("utf-8")


def test_a_workbook_with_charts_of_its_own(tmp_path: Path) -> None:
    """Numbers are numbers, texts never formulas, and the same study gives the same bytes."""
    steel: dict[str, Cell] = {"Activities_B4": "'=1+1", "Scenarios_B4": "factor:STEEL"}
    more: dict[str, Cell] = {"Scenarios_C2": None, "Scenarios_D2": 1.0, "Scenarios_D4": 1.0}
    old = write(tmp_path / "old.xlsx", **steel, **more, Scenarios_B2="factor:STEEL")
    new = write(tmp_path / "new.xlsx", **steel, **more, Scenarios_B2="factor:STEEL", Life_B1=30.0)
    files = [tmp_path / "one.xlsx", tmp_path / "two.xlsx"]
    for file in files:
        line = ["study", str(old), str(new), "--draws", "200", "--report", f"xlsx={file}"]
        assert run([*line, "--lang", "en"]) == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    book = load_workbook(files[0])
    charts = {sheet.title: len(sheet._charts) for sheet in book}  # type: ignore[attr-defined]
    assert charts["Hot spots"] == charts["Why it changed"] == 1
    assert charts["Distribution of the draws"] == 1
    spots = book["Hot spots"]
    assert [cell.value for cell in spots[3]] == ["activity", "kgCO2e", "share", "length of bar"]
    assert spots._charts[0].x_axis.tickLblSkip == 1  # type: ignore[attr-defined]
    assert spots._charts[0].y_axis.scaling.min == 0  # type: ignore[attr-defined]
    ranks = [cell.value for cell in book["What makes it uncertain"]["D"][3:]]
    assert all(isinstance(rank, float) for rank in ranks[:3])
    assert spots["B4"].value == pytest.approx(50.0, rel=1e-12)
    assert not any(cell.data_type == "f" for sheet in book for row in sheet for cell in row)
    bridge = book["Why it changed"]
    added = {title: [cell.value for cell in book[title][3]][3:] for title in charts}
    assert added["Why it changed"] == ["start", "total or rise"]
    tornado = next(title for title in charts if title.startswith("The total with one input"))
    assert added[tornado] == ["start", "width of range"]
    flows = {(r[0].value, r[1].value): r[2].value for r in book["Flows, for a Sankey diagram"]}
    assert flows["boiling (#2)", "use"] == pytest.approx(20.0, rel=1e-12)
    assert bridge["B5"].value == pytest.approx(10.0, rel=1e-12)  # 20 kWh more at 0.5


def any_book(path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in ([10.0, "=A1*A2"], [3.0, "=B1+5"], [None, "=A1>9"]):
        sheet.append(line)
    book.save(path)
    return path


def test_cells_of_any_workbook(tmp_path: Path) -> None:
    source = any_book(tmp_path / "any.xlsx")
    found = document(
        source,
        "--input",
        "Sheet!A1=uniform:8,12",
        "--input",
        "Sheet!A2=±10%",
        "--result",
        "Sheet!B2",
        "--seek",
        "65",
        "--lever",
        "Sheet!A2",
    )
    (cell,) = found["cells"]
    assert (cell["output"], cell["deterministic"], cell["failed"]) == ("Sheet!B2", 35.0, 0)
    assert 28.0 < cell["low"] < cell["median"] < cell["high"] < 43.0
    assert cell["median"] == pytest.approx(35.0, rel=0.02)
    ends = {bar["input"]: (bar["low"], bar["high"]) for bar in cell["tornado"]}
    assert ends["Sheet!A1"] == (pytest.approx(5 + 3 * 8.1), pytest.approx(5 + 3 * 11.9))
    assert ends["Sheet!A2"] == (pytest.approx(5 + 30 / 1.1), pytest.approx(5 + 30 * 1.1))
    assert found["seek"]["value"] == pytest.approx(6.0)
    assert found["deterministic"] is None


def test_arithmetic_typed_in_a_cell_is_an_input_like_its_result(tmp_path: Path) -> None:
    """Beside a cell that holds 10, one with =2*5: the same draws, the same lever."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (["=2*5", "=A1*A2"], [3.0, "=B1+5"]):
        sheet.append(line)
    book.save(tmp_path / "typed.xlsx")
    line = [
        "--input",
        "Sheet!A1=10%",
        "--result",
        "Sheet!B2",
        "--seek",
        "65",
        "--lever",
        "Sheet!A1",
    ]
    typed = document(tmp_path / "typed.xlsx", *line)
    assert typed["cells"] == document(any_book(tmp_path / "any.xlsx"), *line)["cells"]
    assert typed["seek"]["value"] == pytest.approx(20.0)


@pytest.mark.parametrize(
    "options",
    [
        ["--input", "Sheet!B1=10%", "--result", "Sheet!B2"],
        ["--input", "Sheet!A1=wide", "--result", "Sheet!B2"],
        ["--input", "Sheet!A1=triangular:1,2", "--result", "Sheet!B2"],
        ["--input", "Sheet!A1=-5%", "--result", "Sheet!B2"],
        ["--input", "Sheet!A1=5%", "--result", "Sheet!B3"],
        ["--input", "Sheet!A1=5%"],
        ["--seek", "5"],
        ["--bridge"],
        [],
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, options: list[str]) -> None:
    source = any_book(tmp_path / "any.xlsx")
    assert run(["study", str(source), *options]) == 2
