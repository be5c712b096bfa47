"""xlwings' App, stood in for: an Excel whose cells have the values that a test gives them.

It has what `hosts/excel_session.py` asks of xlwings 0.37 on Windows, and notes what was done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

Values = Callable[[Path], Mapping[tuple[str, int, int], Any]]


class StandInError(Exception):
    """As pywin32's com_error: an Exception of its own."""


@dataclass
class Excel:
    """The program: what it would compute, and what it was asked."""

    values: Values
    refuses: str = ""
    """The name of a file that it can't open."""
    title: str = "{name}"
    log: list[str] = field(default_factory=list)
    opened: dict[str, dict[str, Any]] = field(default_factory=dict)
    given: dict[str, bytes] = field(default_factory=dict)
    is_computed: bool = False

    def App(self, **options: Any) -> App:  # noqa: N802
        self.log.append(f"start visible={options['visible']} add_book={options['add_book']}")
        return App(self)


class App:
    version = "16.0"
    pid = 2**30

    def __init__(self, excel: Excel) -> None:
        self._excel = excel
        self.books = Books(excel)
        self.display_alerts = True
        self.api = Api(excel)

    def quit(self) -> None:
        self._excel.log.append("quit")

    def kill(self) -> None:
        self._excel.log.append("kill")


class Api:
    Build = 17928

    def __init__(self, excel: Excel) -> None:
        self._excel = excel

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "AutomationSecurity":
            self._excel.log.append(f"macros {value}")
        super().__setattr__(name, value)

    def CalculateFullRebuild(self) -> None:  # noqa: N802
        self._excel.log.append("calculate")
        self._excel.is_computed = True


class Books:
    def __init__(self, excel: Excel) -> None:
        self._excel = excel
        self._open: list[Book] = []

    def __iter__(self) -> Iterator[Book]:
        return iter(self._open)

    def open(self, fullname: str, **options: Any) -> Book:
        path = Path(fullname)
        if path.name == self._excel.refuses:
            raise StandInError("-2147352567 Excel cannot open the file")
        self._excel.log.append(f"open {path.name}")
        self._excel.opened[path.name] = options
        self._excel.given[path.name] = path.read_bytes()
        book = Book(self._excel, path, self._open)
        self._open.append(book)
        return book


class Book:
    def __init__(self, excel: Excel, path: Path, among: list[Book]) -> None:
        self.name = path.name
        self._excel, self._among = excel, among
        self._values = excel.values(path)
        caption = excel.title.format(name=path.name)
        self.api = SimpleNamespace(Windows=lambda _: SimpleNamespace(Caption=caption))

    @property
    def sheets(self) -> Sheets:
        return Sheets(self._excel, self._values)

    def close(self) -> None:
        self._excel.log.append(f"close {self.name}")
        self._among.remove(self)


@dataclass
class Sheets:
    excel: Excel
    values: Mapping[tuple[str, int, int], Any]

    def __getitem__(self, name: str) -> Sheet:
        return Sheet(self, name)


@dataclass
class Sheet:
    sheets: Sheets
    name: str

    def range(self, first: tuple[int, int], last: tuple[int, int]) -> Any:
        values, is_computed = self.sheets.values, self.sheets.excel.is_computed
        table = tuple(
            tuple(
                values.get((self.name, row, column)) if is_computed else None
                for column in range(first[1], last[1] + 1)
            )
            for row in range(first[0], last[0] + 1)
        )
        value = table[0][0] if first == last else table
        return SimpleNamespace(api=SimpleNamespace(Value2=value))
