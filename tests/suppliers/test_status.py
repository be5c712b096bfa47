"""The buyer's status: who answered, what that covers, what to write to the others."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cfp_xl.findings import CellRef, finding
from cfp_xl.messages import Lang
from cfp_xl.report.suppliers.status import FormatNotKnown, write_status
from cfp_xl.report.suppliers.status_html import status_html
from cfp_xl.report.suppliers.status_xlsx import status_xlsx
from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers.outcomes import Accepted, AnswerStatus, Judged
from cfp_xl.suppliers.reminders import reminders
from cfp_xl.suppliers.status import CollectionStatus, Stand, status_of

METER_BOX = Path(__file__).parents[2] / "workbooks" / "meter-box.xlsx"
AFTER = METER_BOX.with_stem("meter-box-with-suppliers")
STEEL_KGCO2E_PER_KG = 2.86390131
"""DESNZ 2025, material use, steel cans, primary production: 2863.90131 kgCO2e per tonne."""
DAY = date(2026, 4, 3)


def accepted(part_id: str, supplier_id: str) -> Judged:
    answer = Accepted(
        part_id,
        supplier_id,
        "示例",
        "activity_data",
        45.7,
        "件",
        (),
        "a.xlsx",
        "f" * 64,
        "2025-01-01/2025-12-31",
        2025,
        "zh",
    )
    return Judged("back/a.xlsx", "f" * 64, supplier_id, part_id, AnswerStatus.ACCEPTED, answer)


def refused(part_id: str, supplier_id: str, path: str = "back/b.xlsx", lang: str = "zh") -> Judged:
    findings = (finding("W11", CellRef("活动数据", "C7")), finding("W04"))
    return Judged(path, "e" * 64, supplier_id, part_id, AnswerStatus.REFUSED, None, findings, lang)


def status(*answers: Judged, today: date = DAY, product: Path = METER_BOX) -> CollectionStatus:
    return status_of(open_file(product).cached, answers, today)


ANSWERS = (accepted("P01", "V01"), refused("P05", "V05"))


def test_each_part_has_one_standing_and_what_needs_a_hand_comes_first() -> None:
    found = [(one.part.part_id, one.stand, one.days_left) for one in status(*ANSWERS).parts]
    assert found == [
        ("P02", Stand.OVERDUE, -3),
        ("P04", Stand.OVERDUE, -3),
        ("P03", Stand.OVERDUE, -3),
        ("P05", Stand.TO_CORRECT, -3),
        ("P06", Stand.WAITING, 12),
        ("P01", Stand.READY, -3),
    ]


@pytest.mark.parametrize(
    ("today", "stand"),
    [(date(2026, 3, 31), Stand.WAITING), (date(2026, 4, 1), Stand.OVERDUE)],
)
def test_the_last_day_is_not_late(today: date, stand: Stand) -> None:
    by_id = {one.part.part_id: one.stand for one in status(today=today).parts}
    assert by_id["P01"] is stand


def test_coverage_counts_mass_and_footprint_of_what_is_answered() -> None:
    found = status(*ANSWERS)
    assert found.answered_count == 1
    # 14.2 kg of shell + 1.6 copper + 0.45 fasteners + 1.2 plates + 0.9 carton; freight has none.
    assert found.mass.answered == pytest.approx(14.2)
    assert found.mass.whole == pytest.approx(14.2 + 1.6 + 0.45 + 1.2 + 0.9)
    assert found.without_mass_count == 0
    shell_kgco2e = 14.2 * STEEL_KGCO2E_PER_KG
    # DESNZ 2025: scrap metal 3473.11953, rigid plastic 3354.28062, board 1199.72542 per tonne,
    # lorries 0.10163 per t·km.
    others_kgco2e = (
        1.6 * 3.47311953,
        0.45 * STEEL_KGCO2E_PER_KG,
        1.2 * 3.35428062,
        0.9 * 1.19972542,
        5.1 * 0.10163,
    )
    assert found.footprint.answered == pytest.approx(shell_kgco2e, rel=1e-6)
    assert found.footprint.whole == pytest.approx(shell_kgco2e + sum(others_kgco2e), rel=1e-6)
    assert found.primary_share == 0  # accepted, but not taken in yet


def test_of_two_files_for_a_part_the_good_one_counts() -> None:
    for answers in (
        [accepted("P01", "V01"), refused("P01", "V01")],
        [refused("P01", "V01"), accepted("P01", "V01")],
    ):
        by_id = {one.part.part_id: one.stand for one in status(*answers).parts}
        assert by_id["P01"] is Stand.READY
    same = replace(accepted("P04", "V04"), status=AnswerStatus.UNCHANGED, accepted=None)
    found = status(same, refused("P04", "V04"), product=AFTER)
    assert {one.part.part_id: one.stand for one in found.parts}["P04"] is Stand.IN_USE


def test_what_stands_in_the_product_is_in_use() -> None:
    """A later file that is refused has to be corrected; until then the earlier one counts."""
    file = METER_BOX.parent / "meter-box" / "answers" / "V01_P01.xlsx"
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    answers = (replace(accepted("P01", "V01"), sha256=sha256), refused("P04", "V04"))
    found = status(*answers, product=AFTER)
    by_id = {one.part.part_id: (one.stand, one.is_answered) for one in found.parts}
    assert by_id == {
        **dict.fromkeys(("P01", "P02", "P03", "P06"), (Stand.IN_USE, True)),
        "P04": (Stand.TO_CORRECT, True),
        "P05": (Stand.OVERDUE, False),
    }
    assert found.answered_count == 5
    assert {mail.supplier_id for mail in reminders(found)} == {"V04", "V05"}
    shares = [found.share(one) or 0 for one in found.parts if one.part.part_id != "P05"]
    assert found.primary_share == pytest.approx(sum(shares))


def test_a_file_of_no_part_is_shown_apart() -> None:
    found = status(refused("P01", "V09"), refused("", ""))
    assert len(found.strays) == 2
    assert {one.stand for one in found.parts} == {Stand.OVERDUE, Stand.WAITING}


def test_a_mail_says_to_each_supplier_what_is_wanted_in_its_language() -> None:
    mails = {mail.supplier_id: mail for mail in reminders(status(*ANSWERS))}
    assert set(mails) == {"V02", "V03", "V04", "V05", "V06"}
    assert mails["V02"].subject == "Reminder: carbon footprint data overdue: 铜排"
    assert "it was due on 2026-03-31, 3 days ago" in mails["V02"].body
    assert not re.search("您好", mails["V02"].body)
    assert mails["V03"].subject == "催办：碳足迹数据已过截止日期：紧固件"
    assert mails["V03"].contact == "li@fasteners.example"
    assert "有 2 处需要更正" in mails["V05"].body
    assert "  – 活动数据!C7：请修改：" in mails["V05"].body
    assert "尚未收到填报表，截止日期 2026-04-15" in mails["V06"].body
    assert "we have not received your sheet yet; it is due on 2026-04-15" in mails["V06"].body


def test_a_file_that_is_not_returned_is_asked_for_anew() -> None:
    macro = (finding("S14", seen="vbaProject.bin"),)
    answer = replace(refused("P05", "V05"), findings=macro)
    mails = {mail.supplier_id: mail for mail in reminders(status(answer))}
    assert "请在附上的空白表中重新填写" in mails["V05"].body
    assert "标红" not in mails["V05"].body


def test_nobody_is_reminded_once_all_have_answered() -> None:
    parts = [(one.part.part_id, one.part.supplier_id) for one in status().parts]
    found = status(*(accepted(*ids) for ids in parts))
    assert list(reminders(found)) == []
    assert "没有需要催办的供应商" in status_html(found, "zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_suppliers_wrote_is_text_on_the_page(lang: Lang) -> None:
    page = status_html(status(refused("P9", "V9", path="<script>alert(1)<%2Fscript>.xlsx")), lang)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    # Nothing is fetched from elsewhere.
    assert not re.search(r"""(src|href)=["'](?!mailto:)|url\(|@import""", page)


def test_the_page_of_a_day_is_always_the_same() -> None:
    assert status_html(status(*ANSWERS), "zh") == status_html(status(*ANSWERS), "zh")
    assert status_xlsx(status(*ANSWERS), "zh") == status_xlsx(status(*ANSWERS), "zh")


@pytest.mark.parametrize(
    ("lang", "sheets", "words"),
    [
        ("zh", ["零部件", "待更正", "催办邮件"], ["已逾期", "待更正", "待答复", "已通过，待写入"]),
        (
            "en",
            ["Parts", "Corrections", "Reminders"],
            ["overdue", "to be corrected", "waiting", "accepted, to be taken in"],
        ),
    ],
)
def test_the_workbook_holds_what_the_page_holds(
    tmp_path: Path, lang: Lang, sheets: list[str], words: list[str]
) -> None:
    file = tmp_path / "status.xlsx"
    write_status(status(*ANSWERS), file, lang)
    book = load_workbook(file)
    assert book.sheetnames == sheets
    shown = [row[0].value for row in book[sheets[0]].iter_rows(min_row=10)]
    assert list(dict.fromkeys(shown)) == words
    page = status_html(status(*ANSWERS), lang)
    for subject in book[sheets[2]]["C"][1:]:
        assert str(subject.value) in page


def test_formulas_in_names_stay_text_in_the_workbook(tmp_path: Path) -> None:
    file = tmp_path / "status.xlsx"
    evil = refused("P05", "V05", path="=HYPERLINK(1).xlsx")
    write_status(status(evil), file, "en")
    cell = load_workbook(file)["Corrections"]["C2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1).xlsx", "s")


def test_another_ending_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(FormatNotKnown, match=r"status\.pdf: the status can be written as"):
        write_status(status(), tmp_path / "status.pdf", "en")
