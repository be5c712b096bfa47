"""The small inputs of `tests/cases/suppliers`: what becomes of each, as its README asks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers.judge import judge
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged
from cfp_xl.suppliers.product_parts import SupplierRequests, supplier_requests

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "suppliers"
HELD, REFUSED, ACCEPTED = AnswerStatus.HELD, AnswerStatus.REFUSED, AnswerStatus.ACCEPTED


@cache
def product(name: str) -> SupplierRequests:
    folder = ROOT / "workbooks" if name == "meter-box.xlsx" else CASES
    return supplier_requests(open_file(folder / name))


@cache
def judged(name: str, into: str = "box.xlsx") -> Judged:
    return judge(CASES / f"{name}.xlsx", product(into))


EXPECTED = {
    "nomat": (HELD, {"S36", "S51"}, "box.xlsx"),
    "nomat_kg": (HELD, {"S36"}, "box.xlsx"),
    "x10out": (HELD, {"S36", "S51"}, "box.xlsx"),
    "m4_12_in_kWh": (HELD, {"S52"}, "box.xlsx"),
    "S01_P-101": (ACCEPTED, set(), "box.xlsx"),
    "z_deliv": (ACCEPTED, set(), "box.xlsx"),
    "e_delrows": (ACCEPTED, set(), "box.xlsx"),
    "g_sort": (ACCEPTED, set(), "box.xlsx"),
    "v_yesno": (ACCEPTED, set(), "box.xlsx"),
    "u_onlytwo": (REFUSED, {"S23"}, "box.xlsx"),
    "l_perunit": (REFUSED, {"S36"}, "box.xlsx"),
    "za_pct": (REFUSED, {"S36"}, "box.xlsx"),
    "66-same-item-twice": (HELD, {"S36", "S40"}, "meter-box.xlsx"),
    "67-mwh-slip": (HELD, {"S51", "S52"}, "meter-box.xlsx"),
    "67b-t-kg-slip": (REFUSED, {"S36"}, "meter-box.xlsx"),
    "70a-fuel-3.000-text": (REFUSED, {"S31"}, "meter-box.xlsx"),
    "70d-waste-8.000": (REFUSED, {"S31"}, "meter-box.xlsx"),
    "71d-fuel-t": (HELD, {"S51", "S52"}, "meter-box.xlsx"),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_case_is_judged_as_its_readme_asks(name: str) -> None:
    status, codes, into = EXPECTED[name]
    answer = judged(name, into)
    loud = {one.code for one in answer.findings if one.severity.rank}
    assert (answer.status, loud) == (status, codes)


def test_the_note_of_a_row_reaches_the_buyer() -> None:
    answer = judged("z_deliv")
    assert answer.accepted
    assert [note.text for note in answer.accepted.notes] == ["送货到客户"]
    assert (answer.sender.name, answer.sender.contact) == ("王芳", "0577-12345678")


def test_amounts_of_one_piece_are_called_that() -> None:
    """7.5 kg of steel for 20,000 housings of 6.5 kg."""
    (found,) = judged("l_perunit").findings
    assert "一个单位" in found.message("zh")
    assert "one unit" in found.message("en")
    assert "20,000" in found.supplier_message("en")


def test_sheets_copied_out_are_told_in_one_sentence() -> None:
    (found,) = judged("u_onlytwo").findings
    for name in ("填报", "活动数据"):
        assert name in str(found.seen)
    for name in ("说明", "汇总", "示例", "词汇", "选项"):
        assert name in str(found.expected)


@pytest.mark.parametrize("name", EXPECTED)
def test_suppliers_never_read_the_buyers_figures(name: str) -> None:
    """Neither the generic factor in use nor last year's value, nor how far the answer is off."""
    into = EXPECTED[name][2]
    answer = judged(name, into)
    asked = product(into).by_part[answer.part_id.casefold()]
    figures = [f"{x:.4g}" for x in (asked.usual_kgco2e, asked.part.last_kgco2e) if x]
    for found in answer.findings:
        for lang in ("zh", "en"):
            told = f"{found.supplier_message(lang)} {found.supplier_hint(lang)}"
            assert asked.usual_factor not in told
            if found.code in ("S50", "S51"):
                hidden = (*figures, str(found.values["ratio"]))
                assert not [figure for figure in hidden if figure in told], told
