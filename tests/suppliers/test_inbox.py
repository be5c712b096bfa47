"""An inbox: every file is accounted for, mails and archives are opened safely, one level deep."""

from __future__ import annotations

import shutil
import zipfile
from datetime import date
from email.message import EmailMessage
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from cfp_xl.findings import Finding, Severity, kind
from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers import inbox as room
from cfp_xl.suppliers.containers import MOST_FILES
from cfp_xl.suppliers.inbox import opened_inbox, received_in
from cfp_xl.suppliers.intake import IntakeResult, IntakeRun, intake
from cfp_xl.suppliers.matching import part_of_name
from cfp_xl.suppliers.outcomes import AnswerStatus
from cfp_xl.suppliers.product_parts import SupplierRequests, supplier_requests
from cfp_xl.suppliers.reminders import reminders
from cfp_xl.suppliers.status import Stand, status_of
from tests.suppliers.answered import DAY

CASES = Path(__file__).parents[2] / "tests" / "cases" / "suppliers"
MIXED = CASES / "mixed-inbox"
ACCEPTED, OTHER, UNREADABLE = AnswerStatus.ACCEPTED, AnswerStatus.OTHER, AnswerStatus.UNREADABLE
HERE = IntakeRun(is_isolated=False)


@cache
def box() -> SupplierRequests:
    return supplier_requests(open_file(CASES / "box.xlsx"))


def taken(folder: Path) -> IntakeResult:
    files, _ = received_in([str(folder)])
    with opened_inbox(files, box()) as received:
        return intake(
            received.sheets, open_file(CASES / "box.xlsx"), run=HERE, others=received.others
        )


@pytest.fixture
def _office(monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice, as far as one sheet goes: the .ods of P-101 is that .xlsx saved by it."""

    def converted(file: Path, folder: Path) -> Path:
        made = folder / f"{file.stem}.xlsx"
        shutil.copy(CASES / "S01_P-101.xlsx", made)
        return made

    monkeypatch.setattr(room, "as_workbook", converted)


@pytest.mark.usefixtures("_office")
def test_every_file_of_a_mixed_inbox_is_named_with_its_part() -> None:
    result = taken(MIXED)
    names = {path.name for path in MIXED.iterdir()}
    seen = {Path(answer.path).name: answer for answer in result.answers}
    assert set(seen) == names | {"S04_P-107.xlsx"}  # the one in answers.zip
    standing = {name: (one.status, one.part_id) for name, one in seen.items()}
    assert standing == {
        "S01_P-101.ods": (ACCEPTED, "P-101"),
        "S01_P-102.xlsx": (ACCEPTED, "P-102"),
        "S02_P-103.xlsx": (ACCEPTED, "P-103"),
        "S03_P-105.xlsx": (UNREADABLE, "P-105"),
        "S03_P-106.xlsx": (UNREADABLE, "P-106"),
        "S04_P-107.XLSX.bak": (ACCEPTED, "P-107"),
        "S04_P-107.et": (AnswerStatus.UNCHANGED, "P-107"),
        "S04_P-107.xlsx": (AnswerStatus.UNCHANGED, "P-107"),
        "S04_P-107.pdf": (OTHER, "P-107"),
        "S05_P-108 照片.jpg": (OTHER, "P-108"),
        "answers.zip": (AnswerStatus.OPENED, ""),
        "mail.eml": (OTHER, ""),
        "~$S02_P-104.xlsx": (OTHER, "P-104"),
    }
    (ods,) = (one for one in result.accepted if one.part_id == "P-101")
    received = (MIXED / "S01_P-101.ods").read_bytes()
    assert (ods.file, ods.sha256) == ("S01_P-101.ods", sha256(received).hexdigest())


@pytest.mark.usefixtures("_office")
def test_nobody_whose_file_came_is_told_that_none_did() -> None:
    product = open_file(CASES / "box.xlsx")
    status = status_of(product.recomputed, taken(MIXED).answers, date.fromisoformat(DAY))
    stands = {one.part.part_id: one.stand for one in status.parts}
    assert {part for part, stand in stands.items() if stand is Stand.RECEIVED} == {
        "P-104",
        "P-105",
        "P-106",
        "P-108",
    }
    for mail in reminders(status):
        assert "not received" not in mail.body
        assert "尚未收到" not in mail.body
        for of_buyer in ("inbox", "收件文件夹", "run this again", "请对方"):
            assert of_buyer not in mail.body
    assert any("照片.jpg" in mail.body for mail in reminders(status))


def test_what_a_supplier_reads_of_a_file_that_is_no_sheet_is_not_advice_for_the_buyer() -> None:
    of_buyer = ("inbox", "run this again", "ask for", "收件文件夹", "请对方", "再运行")
    for code in ("S70", "W04", "W05", "W06", "W07", "W08", "W09"):
        for case in kind(code).messages:
            found = Finding(code, Severity.WARNING, case=case)
            said = found.supplier_hint("en") + found.supplier_hint("zh")
            assert not [words for words in of_buyer if words in said], (code, case)


def test_without_libreoffice_the_sheet_is_asked_for_as_xlsx(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(room, "as_workbook", lambda *_: None)
    shutil.copy(MIXED / "S01_P-101.ods", tmp_path)
    (answer,) = taken(tmp_path).answers
    assert (answer.status, answer.part_id, answer.findings[0].case) == (
        OTHER,
        "P-101",
        "open_document",
    )


def mail(path: Path, *files: tuple[str, bytes], subject: str = "回复", text: str = "hi") -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@supplier.example", subject
    message.set_content(text)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    path.write_bytes(message.as_bytes())


def test_attachments_of_mails_are_judged(tmp_path: Path) -> None:
    mail(
        tmp_path / "m.eml",
        ("../../S01_P-101.xlsx", (CASES / "S01_P-101.xlsx").read_bytes()),
        ("说明.pdf", b"%PDF-1.4"),
        subject="P-101 的数据",
    )
    seen = {one.path.rsplit("/", 1)[1]: one for one in taken(tmp_path).answers}
    assert seen["S01_P-101.xlsx"].status is ACCEPTED
    assert seen["S01_P-101.xlsx"].path.endswith("m.eml/S01_P-101.xlsx")
    # What came with it is of the part that the mail speaks of.
    assert (seen["说明.pdf"].status, seen["说明.pdf"].part_id) == (OTHER, "P-101")
    assert seen["m.eml"].status is AnswerStatus.OPENED
    assert not list(tmp_path.parent.glob("*.xlsx"))


def test_a_mail_without_a_sheet_is_of_the_part_it_speaks_of(tmp_path: Path) -> None:
    mail(tmp_path / "m.eml", text="关于 P-103：下周发")
    (answer,) = taken(tmp_path).answers
    assert (answer.status, answer.part_id, answer.findings[0].case) == (OTHER, "P-103", "mail")


def test_archives_are_opened_one_level_deep(tmp_path: Path) -> None:
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.write(CASES / "S01_P-101.xlsx", "S01_P-101.xlsx")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(inner, "a/b/inner.zip")
        archive.writestr("../evil.txt", "x")
    inner.unlink()
    seen = {Path(one.path).name: one for one in taken(tmp_path).answers}
    assert seen["inner.zip"].findings[0].case == "nested"
    assert seen["evil.txt"].status is OTHER
    assert [path.name for path in tmp_path.iterdir()] == ["outer.zip"]


def test_what_is_broken_too_much_or_locked_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 nothing")
    (tmp_path / "list.rar").write_bytes(b"Rar!\x1a\x07\x00")
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(MOST_FILES + 1):
            archive.writestr(f"{number}.txt", "x")
    with zipfile.ZipFile(tmp_path / "locked.zip", "w") as archive:
        archive.writestr("S01_P-101.xlsx", b"secret")
    data = bytearray((tmp_path / "locked.zip").read_bytes())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + at] |= 1
    (tmp_path / "locked.zip").write_bytes(bytes(data))
    (tmp_path / "~$S01_P-101.xlsx").write_bytes(b"\x05user")
    cases = {Path(one.path).name: one.findings[0].case for one in taken(tmp_path).answers}
    assert cases == {
        "broken.zip": "archive",
        "list.rar": "archive",
        "many.zip": "too_many",
        "locked.zip": "opened",
        "S01_P-101.xlsx": "encrypted",
        "~$S01_P-101.xlsx": "temporary",
    }


NAMES = {
    "S01_P-101.pdf": "P-101",
    "p-101 (1).jpg": "P-101",
    "报价P-101终版.pdf": "P-101",
    "Ｐ-１０１.pdf": "P-101",
    "P-1011.pdf": None,
    "XP-101.pdf": None,
    "Steel housing.pdf": "P-101",
    "P-101 and P-102.pdf": None,
    "scan.pdf": None,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_tells_its_part(name: str) -> None:
    found = part_of_name(name, box())
    assert (found and found.part_id) == NAMES[name]
