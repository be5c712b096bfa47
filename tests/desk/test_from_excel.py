"""What the macro `CFP_Verify` asks of Python. In a browser: clients/test_desk_from_excel.py."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cfp_xl.desk import from_excel
from cfp_xl.desk.task import PREFIX

NAME = "--port 杯 子's %TEMP% & calc;$(touch x)`y`.xlsx"
"""What a shell would take for options, commands or variables."""


def test_a_copy_gets_a_folder_of_its_own_and_an_ending() -> None:
    for name in (NAME, "工作簿1", "a.XLSM", "1.5"):
        copy = Path(from_excel.place_for_copy(name))
        assert copy.name == (name if name in (NAME, "a.XLSM") else f"{name}.xlsx")
        assert copy.parent.name.startswith(PREFIX)
        assert not [*copy.parent.iterdir()]
        copy.parent.rmdir()


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "工作台没有启动，没有结论：没有 web"),
        ("en", "The desk did not start; there is no verdict: 没有 web"),
    ],
)
def test_why_the_desk_did_not_start_is_said(
    monkeypatch: pytest.MonkeyPatch, lang: str, said: str
) -> None:
    command = (sys.executable, "-c", "print('没有 web'); raise SystemExit(2)")
    monkeypatch.setattr(from_excel, "desk_command_line", lambda *_: command)
    copy = Path(from_excel.place_for_copy("a.xlsx"))
    copy.touch()
    assert from_excel.open_copy(str(copy), lang) == said
    assert not copy.parent.exists()
    monkeypatch.setattr(from_excel, "desk_command_line", lambda *_: ("no such program here",))
    copy = Path(from_excel.place_for_copy("a.xlsx"))
    assert "no such program here" in from_excel.open_copy(str(copy), lang)


def test_the_name_is_one_word_of_the_command_and_no_option() -> None:
    *options, name = from_excel.desk_command_line(Path(NAME), "zh")
    assert name == NAME
    assert options[-3:] == ["--lang", "zh", "--"]
