"""Mails to suppliers: an invitation beside each sheet, links that every system opens."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import date
from email.policy import default
from pathlib import Path
from urllib.parse import unquote

import pytest

from cfp_xl.cli import run as cfp_xl
from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers.invite import invite
from cfp_xl.suppliers.letters import MAX_LINK, address_in, invitation, mail_link
from cfp_xl.suppliers.mailing import read_list
from cfp_xl.suppliers.reminders import reminders
from cfp_xl.suppliers.status import Stand, status_of
from cfp_xl.templates.supplier.issue import Request

CASES = Path(__file__).parents[2] / "tests" / "cases" / "suppliers"
REQUEST = Request(
    "S01",
    "某某钣金厂",
    "P-101",
    "钢壳",
    "件",
    "配电箱",
    "某某电气",
    "li@buyer.example",
    "2026-12-31",
    "both",
    "part",
)


def test_an_invitation_carries_its_sheet(tmp_path: Path) -> None:
    (one,) = invite([REQUEST], tmp_path, {"P-101": "王工 wang@supplier.example"})
    letter = one.path.with_suffix(".eml")
    mail = email.message_from_bytes(letter.read_bytes(), policy=default)
    assert mail["To"] == "wang@supplier.example"
    assert mail["X-Unsent"] == "1"
    assert "钢壳" in mail["Subject"]
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "S01_P-101.xlsx"
    assert attached.get_payload(decode=True) == one.path.read_bytes()
    body = mail.get_body(("plain",))
    assert body is not None
    for words in ("配电箱", "2026-12-31", "li@buyer.example", "carbon footprint"):
        assert words in body.get_content()


def test_the_same_request_gives_the_same_mail() -> None:
    assert invitation(REQUEST, "a.xlsx", b"x", "") == invitation(REQUEST, "a.xlsx", b"x", "")
    other = invitation(replace(REQUEST, due="2027-01-31"), "a.xlsx", b"x", "")
    assert other != invitation(REQUEST, "a.xlsx", b"x", "")


def test_a_mail_that_exists_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "S01_P-101.eml").write_text("mine")
    list(invite([REQUEST], tmp_path, {}))
    assert (tmp_path / "S01_P-101.eml").read_text() == "mine"


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        ("wang@a.example", "wang@a.example"),
        ("王工 wang@a.example；138", "wang@a.example"),
        ("<wang@a.example>", "wang@a.example"),
        ("138 0000 0000", ""),
    ],
)
def test_the_address_in_a_contact(contact: str, address: str) -> None:
    assert address_in(contact) == address


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_links_are_short_enough_and_break_lines_as_mail_does(lang: str) -> None:
    body = "\n".join(["您好！", *("请核对第几行的数量和单位。" for _ in range(100))])
    link = mail_link("a@b.example", "请更正" * 60, body, lang)  # type: ignore[arg-type]
    assert len(link) <= MAX_LINK
    text = unquote(link.partition("&body=")[2])
    assert text.startswith("您好！\r\n")
    assert "\n" not in text.replace("\r\n", "")
    short = mail_link("a@b.example", "x", "one\ntwo", lang)  # type: ignore[arg-type]
    assert short == "mailto:a@b.example?subject=x&body=one%0D%0Atwo"


def test_the_lists_due_dates_reach_the_reminders(tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text(
        "supplier_id,part_id,due,contact\nS04,P-107,2026-11-15,box@carton.example\n", "utf-8"
    )
    product = open_file(CASES / "box.xlsx")
    status = status_of(product.recomputed, (), date(2026, 11, 25), read_list(listed))
    (one,) = (p for p in status.parts if p.part.part_id == "P-107")
    assert (one.stand, one.days_left) == (Stand.OVERDUE, -10)
    (mail,) = (m for m in reminders(status) if m.supplier_id == "S04")
    assert mail.contact == "box@carton.example"
    assert "2026-11-15" in mail.body


@pytest.mark.parametrize(("name", "sheets"), [("box60", 0), ("ins", 60)])
def test_no_part_is_left_out_in_silence(
    name: str, sheets: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """60 parts: rows put in are part of the table; rows typed below it are named."""
    out = tmp_path / "out"
    product = str(CASES / f"{name}.xlsx")
    code = cfp_xl(["new", "supplier", "--product", product, "--out", str(out)])
    said = capsys.readouterr()
    assert len(list(out.glob("*.xlsx"))) == sheets
    assert (code == 0) == bool(sheets)
    named = [part for part in range(41, 61) if f"Q-0{part}" in said.err + said.out]
    assert len(named) == (0 if sheets else 20)
