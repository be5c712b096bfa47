"""Pictures of a report are as large as the numbers that they show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook.defined_name import DefinedName

from cfp_xl.report.document.model import ReportDocument, ReportPicture
from cfp_xl.report.document.outline import document_of
from cfp_xl.report.document.pictures.sankey import FLOW
from tests.exchange.products import ROWS, Cell, write_product
from tests.report.test_product_report import rows, source, table

SCENARIOS: list[list[Cell]] = [
    ["scenario", "target", "change", "value", "note"],
    ["shorter use", "activities:use/use/power", "value", 700.0, "7 of 10 hours"],
    ["steel from scrap", "factors:STEEL", "value", 0.5, "list of 2025"],
    ["both", "activities:use/use/power", "value", 700.0, None],
    ["both", "factors:STEEL", "value", 0.5, None],
]
# By hand: 300 kWh × 0.5 = 150 less in use; 2 kg × (2 − 0.5) = 3 less of raw materials.


@pytest.fixture(scope="module")
def lamp(tmp_path_factory: pytest.TempPathFactory) -> ReportDocument:
    path = write_product(tmp_path_factory.mktemp("pictures") / "lamp.xlsx")
    book = load_workbook(path)
    sheet = book.create_sheet("scenarios")
    for line in SCENARIOS:
        sheet.append(line)
    block = f"scenarios!$A$1:$E${len(SCENARIOS)}"
    book.defined_names["cfp_scenarios"] = DefinedName("cfp_scenarios", attr_text=block)
    book.save(path)
    return document_of(source(path, "en"))


def picture(document: ReportDocument, words: str) -> ReportPicture:
    found = [b for b in document.blocks if isinstance(b, ReportPicture) and words in b.caption]
    assert len(found) == 1, words
    return found[0]


def bars(svg: str) -> dict[str, float]:
    """The widths of bars by the names before them."""
    found = re.findall(
        r'anchor="end"[^>]*>([^<]+)</text><rect x="[^"]*" y="[^"]*" width="(.*?)"', svg
    )
    return {name: float(width) for name, width in found}


def test_flows_are_as_wide_as_the_processes_are_large(lamp: ReportDocument) -> None:
    """The lamp of tests/exchange/products.py: use 500 and power 50 of 559.8 in all."""
    assert rows(table(lamp, "Carbon footprint by unit process")) == [
        ["materials (raw material acquisition)", "4.25", "0.8%"],
        ["power (production)", "50.00", "8.9%"],
        ["boiler (production)", "0.050", "0.0%"],
        ["assembly (production)", "3.00", "0.5%"],
        ["inbound transport (distribution)", "0.80", "0.1%"],
        ["outbound transport (distribution)", "1.20", "0.2%"],
        ["storage (distribution)", "0.50", "0.1%"],
        ["use (use)", "500.00", "89.3%"],
        ["Total", "559.80", "100.0%"],
    ]
    found = picture(lamp, "Flows of emissions")
    flows = re.findall(r'<path d="M[\d.]+ ([\d.]+) .*? ([\d.]+) Z"', found.svg)
    heights = [float(end) - float(start) for start, end in flows]
    assert len(heights) == 8 + 4  # each process into its stage, each stage into the total
    for value in (500.0, 50.0, 4.25):
        assert min(abs(one - FLOW * value / 559.8) for one in heights) < 0.02
    assert "use 500.00" in found.alt


def test_a_scenario_is_shown_by_what_it_changes(lamp: ReportDocument) -> None:
    found = picture(lamp, "“both”")
    assert found.alt.endswith(
        "As it is 559.80; raw material acquisition -3.00; use -150.00; both 406.80"
    )
    widths = bars(found.svg)
    scale = widths["As it is"] / 559.8
    for name, value in {"raw material acquisition": 3.0, "use": 150.0, "both": 406.8}.items():
        assert widths[name] == pytest.approx(value * scale, abs=0.1)
    assert list(bars(picture(lamp, "“steel from scrap”").svg)) == [
        "As it is",
        "raw material acquisition",
        "steel from scrap",
    ]


def test_a_process_below_zero_is_a_step_back(tmp_path: Path) -> None:
    """Coke brings 30 kg of CO2 in, 9 of them leave in the slag: no flow can show that."""
    coke: list[Cell] = ["production", "furnace", "coke", 30.0, "kg", "CO2", *[None] * 6]
    slag: list[Cell] = ["production", "slag", "carbon in slag", 9.0, "kg", "CO2", "output"]
    path = write_product(tmp_path / "furnace.xlsx", rows=[*ROWS, coke, [*slag, *[None] * 5]])
    book = load_workbook(path)
    book["factors"]["D3"] = "kgCO2"
    book.save(path)
    document = document_of(source(path, "en"))
    assert not [b for b in document.blocks if isinstance(b, ReportPicture) and "Flows" in b.caption]
    found = picture(document, "Processes and total")
    widths = bars(found.svg)
    assert widths["slag"] == pytest.approx(widths["Total"] * 9 / 580.8, abs=0.1)
    assert "slag -9.00" in found.alt
