"""The macro `CFP_Verify`, interpreted: what it saves, what it asks of Python, what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from pyopenvba.interpreter import HostBridge, Interpreter
from pyopenvba.interpreter._objects import VBAObject
from pyopenvba.interpreter._runtime import UNRESOLVED
from pyopenvba.interpreter._values import NOTHING, VBAArray, error

from cfp_xl.hosts.vba import addin_modules
from cfp_xl.messages import Lang, say

NAME, PLACE = "杯 子's & calc.xlsx", "C:\\Users\\张 three\\Temp\\cfp-xl-desk-1\\杯 子's & calc.xlsx"


@dataclass(eq=False)
class Book(VBAObject):  # type: ignore[misc]
    """Excel's active workbook."""

    Name: str = NAME
    Path: str = "D:\\"
    Saved: bool = True
    copies: list[str] = field(default_factory=list)

    def vba_get(self, name: str, args: list[object], named: dict[str, object]) -> object:
        assert not named
        if name.lower() == "savecopyas":
            self.copies.append(str(args[0]))
            return None
        return {key.lower(): value for key, value in vars(self).items()}[name.lower()]


@dataclass(eq=False)
class Python(VBAObject):  # type: ignore[misc]
    """What `XLPy` gives: a function of a module is called, and its answer made a text."""

    answer: str | None = ""
    """Nothing where Python can't be reached."""
    asked: list[tuple[str, list[object]]] = field(default_factory=list)

    def vba_get(self, name: str, args: list[object], named: dict[str, object]) -> object:
        assert not named
        match name.lower(), args:
            case "module", ["cfp_xl.desk.from_excel"] if self.answer is not None:
                return self
            case "module", _:
                raise error(1000, "no Python here")
            case "tuplefromarray" | "str", [value]:
                return value
            case "call", [_, str(function), VBAArray() as arguments]:
                self.asked.append((function, list(arguments.items)))
                return PLACE if function == "place_for_copy" else self.answer
        raise AssertionError(name)


class Excel(HostBridge):  # type: ignore[misc]
    """A workbook or none, and Python behind it."""

    def __init__(self, book: Book | None, answer: str | None = "") -> None:
        self.book, self.python = book, Python(answer)

    def global_object(self, name: str) -> object:
        if name.lower() == "xlpy":
            return self.python
        if name.lower() != "activeworkbook":
            return UNRESOLVED
        return self.book if self.book is not None else NOTHING


def said_by(excel: Excel, lang: Lang = "en") -> list[str]:
    """The boxes that the macro shows."""
    vba = Interpreter(excel)
    is_chinese = f"IsChinese = {lang == 'zh'}"
    for name in ("CFP_Desk", "CFP_Help"):
        vba.add_module(re.sub(r"IsChinese = \(.*", is_chinese, addin_modules()[name]), name=name)
    vba.run("CFP_Verify", ())
    return [prompt for _, prompt, _, _ in vba.dialogs]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_copy_is_saved_where_python_says_and_handed_over(lang: Lang) -> None:
    excel = Excel(Book())
    assert said_by(excel, lang) == []
    assert excel.book is not None
    assert excel.book.copies == [PLACE]
    assert excel.python.asked == [("place_for_copy", [NAME]), ("open_copy", [PLACE, lang])]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_not_as_it_should_be_is_said(lang: Lang) -> None:
    def words(key: str) -> str:
        return say(f"desk.excel.{key}", lang)

    assert said_by(Excel(None), lang) == [words("no_workbook")]
    for book in (Book(Saved=False), Book(Path="")):
        assert said_by(Excel(book), lang) == [words("unsaved")]
        assert book.copies == [PLACE]
    assert said_by(Excel(Book(), "why not"), lang) == ["why not"]
    unreached = Excel(Book(), None)
    assert said_by(unreached, lang) == [f"{words('failed')}\r\n\r\nno Python here"]


def test_the_macro_puts_no_command_line_together() -> None:
    source = addin_modules()["CFP_Desk"]
    assert not re.search(r"\bShell\b|CreateObject|RunPython|cmd|&\s*copyPath", source)
