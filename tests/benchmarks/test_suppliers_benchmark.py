"""The product of many parts that suppliers' benchmarks use, and the page of their results."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.suppliers import STEEL, Step, build_product, fill_in, page, write_source
from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers.invite import invite
from cfp_xl.suppliers.judge import judge
from cfp_xl.suppliers.mailing import Asking, requests
from cfp_xl.suppliers.outcomes import AnswerStatus
from cfp_xl.suppliers.product_parts import supplier_requests


def test_every_generated_answer_is_accepted_with_its_own_figure(tmp_path: Path) -> None:
    path = tmp_path / "product.xlsx"
    build_product(write_source(tmp_path, 2), path)
    product = supplier_requests(open_file(path))
    parts = [asked.part for asked in product.parts]
    assert [part.part_id for part in parts] == ["P0001", "P0002"]
    assert {asked.usual_factor for asked in product.parts} == {STEEL}
    asked, findings = requests(parts, None, Asking(product.name))
    assert findings == ()
    (tmp_path / "out").mkdir()
    (tmp_path / "back").mkdir()
    for one in invite(asked, tmp_path / "out"):
        fill_in(one.path, tmp_path / "back")
    answers = [judge(file, product) for file in sorted((tmp_path / "back").iterdir())]
    assert [one.status for one in answers] == [AnswerStatus.ACCEPTED] * 2
    # 1.1 kg of steel and 0.4 kWh for each kg, whatever the output.
    figures = [one.accepted.kgco2e_per_unit for one in answers if one.accepted]
    assert figures == pytest.approx([1.1 * 2.86390131 + 0.4 * 0.5777] * 2, rel=1e-6)


def test_the_page_shows_rates_and_what_memory_does_with_more_files() -> None:
    few, many = (
        [Step("new supplier", n, wall_s, cpu_s, mb)]
        for n, wall_s, cpu_s, mb in ((10, 1.0, 1.0, 50.0), (1000, 20.0, 10.0, 64.0))
    )
    text = page(few, many, "python benchmarks/suppliers.py")
    assert "| new supplier | 1,000 | 10.0 | 100 | 20.0 | 50.0 | 64 | 50 |" in text
    assert "peak MB with 10 |" in text
