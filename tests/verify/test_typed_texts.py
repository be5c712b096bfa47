"""N11: figures that people type into the texts of the report are those of the workbook.

The lamp of `tests/exchange/products.py`: by hand 559.8 kgCO2e a piece, of which use 500 (89.32 %),
production 53.05 (steam 0.05, power 50, motors 3; 9.48 %), raw materials 4.25 (0.76 %).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.schema.case import Case
from cfp_xl.schema.opened import open_file
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.rules.typed_texts import report_texts_say_the_results
from tests.exchange.products import write_product
from tests.verify.conftest import BXD2, Editor

RIGHT = (
    "The carbon footprint is 559.8 kgCO2e per piece.",
    "本产品碳足迹为 560 kgCO2e/件，其中使用阶段 500.0 kgCO2e，占 89.3 %。",
    "Production accounts for 9.47 % of the total.",  # of rounded emissions
    "The use stage is the largest with 89.3 %.",
    "The carbon footprint is 254.5 kgCO2e/kg.",  # per something else
    "Last year the carbon footprint was 600 kgCO2e.",
    "The carbon footprint of our plant is 1679 tCO2e per year.",
    "With green power the carbon footprint falls to 480 kgCO2e.",
    "改用绿电后碳足迹可降至 480 kgCO2e。",
    "Our target is a carbon footprint of 400 kgCO2e.",
    "原材料阶段中钢材占 30%。",
    "使用阶段占 89 %，生产阶段约 53 kgCO2e。",
)
WRONG = {
    "The carbon footprint is 559.9 kgCO2e per piece.": ["559.9"],
    "本产品碳足迹为 56 kgCO2e/件，其中使用阶段 510 kgCO2e。": ["56", "510"],
    "本产品碳足迹为 560 kgCO2e/件，其中使用阶段 500.0 kgCO2e，占 99.3 %。": ["99.3 %"],
    "Production accounts for 9.38 % of the total.": ["9.38 %"],
    "生产阶段贡献了71.44%的排放。": ["71.44 %"],
    "使用阶段占 79 %，生产阶段约 35 kgCO2e。": ["35", "79 %"],
    "A lamp.\nThe use stage is the largest with 79.3 %.": ["79.3 %"],
}


def test_sentences_say_what_the_workbook_gives(tmp_path: Path) -> None:
    for words, expected in {**{words: [] for words in RIGHT}, **WRONG}.items():
        opened = open_file(write_product(tmp_path / "lamp.xlsx", {"improvement": words}))
        case = Case(opened.recomputed, opened.recalculation, None, opened.appearance)
        found = list(report_texts_say_the_results(case))
        assert [one.seen for one in found] == expected, words
        assert {str(one.where) for one in found} <= {"product!B20"}
        assert all(one.message("en").startswith("Improvement: ") for one in found)


@pytest.mark.parametrize(
    ("words", "seen"),
    [("生产阶段贡献最大，占 71.44 %。", ["71.44 %"]), ("生产阶段贡献最大，占 66.37 %。", [])],
)
def test_a_wrong_share_on_the_sheet_of_texts_fails(
    tmp_path: Path, words: str, seen: list[str]
) -> None:
    """9.95654 of 15.00056 kgCO2e are 66.37 %; a report is refused where `verify` has an error."""
    book = Editor(BXD2)
    book.set("报告文字", "B21", words)
    found = [f for f in verify_file(book.save(tmp_path / "texts.xlsx")).findings if f.code == "N11"]
    assert [(f.seen, str(f.where), f.severity.name) for f in found] == [
        (one, "报告文字!B21", "ERROR") for one in seen
    ]
