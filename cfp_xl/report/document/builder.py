"""Blocks put together: sections, tables and figures are counted, sentences filled with numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from string import Formatter

from cfp_xl.messages import text
from cfp_xl.report.document.model import (
    Block,
    PageBreak,
    Piece,
    Pieces,
    ReportCell,
    ReportGap,
    ReportHeading,
    ReportNumber,
    ReportPhoto,
    ReportPicture,
    ReportTable,
    ReportText,
    cleaned,
)
from cfp_xl.report.document.photos import width_mm
from cfp_xl.report.document.source import ReportSource

_LATIN = re.compile("[0-9A-Za-z]")
_CHINESE = "一二三四五六七八九十"

Words = Piece | Pieces | None
"""What fills a cell or a placeholder."""


class ReportBuilder:
    """Takes the parts of a report in their order."""

    def __init__(self, source: ReportSource) -> None:
        self.source = source
        self.blocks: list[Block] = []
        self._chapter = self._section = self._annex = self._tables = self._figures = 0

    def chapter(self, key: str) -> None:
        self._chapter += 1
        self._section = 0
        number = str(self._chapter)
        if self.source.lang == "zh":
            number = f"{_CHINESE[self._chapter - 1]}、"
        self._heading(1, number, key)

    def section(self, key: str) -> None:
        self._section += 1
        self._heading(2, f"{self._chapter}.{self._section}", key)

    def annex(self, key: str) -> None:
        self._annex += 1
        self.new_page()
        self._heading(1, self.source.say("annex", letter=chr(ord("A") + self._annex - 1)), key)

    def uncounted(self, key: str) -> None:
        """A chapter without a number: the summary, the signatures."""
        self._heading(1, "", key)

    def title(self, key: str) -> None:
        """A section of an annex, which is not counted."""
        self._heading(2, "", key)

    def _heading(self, level: int, number: str, key: str) -> None:
        self.blocks.append(ReportHeading(level, number, self.source.say(f"heading.{key}")))

    def new_page(self) -> None:
        if self.blocks and not isinstance(self.blocks[-1], PageBreak):
            self.blocks.append(PageBreak())

    def sentence(self, key: str, **values: Words) -> Pieces:
        """A text of the catalogue as pieces, its placeholders filled with these."""
        template = text(f"product_report.{key}").in_lang(self.source.lang)
        found: list[Piece] = []
        for words, name, _, _ in Formatter().parse(template):
            found.append(words)
            if name:
                found.extend(_after(found, pieces(values[name])))
        return clean(found)

    def say(self, key: str, *, style: str = "text", **values: Words) -> None:
        """A paragraph of the catalogue."""
        self.write(self.sentence(f"text.{key}", **values), style=style)

    def write(self, words: Words, *, style: str = "text") -> None:
        """A paragraph of the workbook's own words, a line each."""
        for line in _lines(pieces(words)):
            self.blocks.append(ReportText(clean(line), style))

    def form(self, rows: Iterable[tuple[str, Words]]) -> None:
        """Names and values."""
        cells = tuple((_cell(name), _cell(words)) for name, words in rows)
        self.blocks.append(ReportTable("", (), cells, (0.28, 0.72)))

    def table(
        self,
        key: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Words]],
        *,
        widths: Sequence[float],
        numeric: Iterable[int] = (),
        has_total: bool = False,
        above: Sequence[tuple[str, int]] = (),
    ) -> None:
        """A numbered table. `columns` are keys of headings; `above` are headings over several of
        them, each with how many: those over one only take both rows."""
        self._tables += 1
        title = self.source.say(f"table.{key}")
        caption = self.source.say("caption.table", number=self._tables, title=title)
        names = [self._column(one) for one in columns]
        self.blocks.append(
            ReportTable(
                caption,
                tuple(_head(names, [(self._column(one), n) for one, n in above])),
                tuple(tuple(_cell(words) for words in row) for row in rows),
                tuple(widths),
                frozenset(numeric),
                has_total,
            )
        )

    def _column(self, key: str) -> str:
        return self.source.say(f"column.{key}", unit=self.source.result_unit)

    def picture(
        self, key: str, svg: str, alt: str, width_mm: float = 150.0, **values: object
    ) -> None:
        """A numbered figure; `values` fill its title."""
        self._figures += 1
        title = self.source.say(f"figure.{key}", **values)
        caption = self.source.say("caption.figure", number=self._figures, title=title)
        self.blocks.append(ReportPicture(cleaned(caption), svg, cleaned(alt), width_mm))

    def photos(self, entry: str) -> None:
        """The pictures that stand at a text of the workbook, each with what it shows."""
        source = self.source
        for picture in source.photos.by_entry.get(entry, ()):
            self._figures += 1
            title = source.shown(cleaned(picture.words)) or source.label(entry)
            caption = source.say("caption.figure", number=self._figures, title=title)
            self.blocks.append(ReportPhoto(caption, picture.raster, title, width_mm(picture)))


def _head(
    names: Sequence[str], above: Sequence[tuple[str, int]]
) -> Iterable[tuple[ReportCell, ...]]:
    if not above:
        yield tuple(_cell(name) for name in names)
        return
    yield tuple(
        ReportCell((name,), columns=n) if n > 1 else ReportCell((name,), rows=2)
        for name, n in above
    )
    below: list[ReportCell] = []
    at = 0
    for _, n in above:
        below += [_cell(name) for name in names[at : at + n]] if n > 1 else []
        at += n
    yield tuple(below)


def _after(found: Sequence[Piece], more: Pieces) -> Pieces:
    """Words after others, with a blank between Latin ones: `1 piece` `Lamp`."""
    last = next((one for one in reversed(found) if one != ""), "")
    is_latin = more and all(isinstance(one, str) for one in (last, more[0]))
    if is_latin and _LATIN.match(str(last)[-1:]) and _LATIN.match(str(more[0])):
        return (" ", *more)
    return more


def pieces(words: Words) -> Pieces:
    """What fills a cell, as pieces."""
    if words is None:
        return ()
    return (words,) if isinstance(words, str | ReportNumber | ReportGap) else words


def joined(many: Iterable[Words], joint: str) -> Pieces:
    """Several with something between."""
    found: list[Piece] = []
    for at, words in enumerate(many):
        found += [joint] if at else []
        found += pieces(words)
    return tuple(found)


def clean(many: Iterable[Piece]) -> Pieces:
    """Pieces without control characters and numbers of persons."""
    return tuple(cleaned(one) if isinstance(one, str) else one for one in many if one != "")


def _cell(words: Words) -> ReportCell:
    found = clean(pieces(words))
    return ReportCell(
        tuple(" ".join(one.split("\n")) if isinstance(one, str) else one for one in found)
    )


def _lines(words: Pieces) -> Iterable[Pieces]:
    """Each line of what somebody typed is a paragraph."""
    line: list[Piece] = []
    for one in words:
        if not isinstance(one, str):
            line.append(one)
            continue
        first, *more = one.split("\n")
        line.append(first)
        for following in more:
            yield tuple(line)
            line = [following]
    yield tuple(line)
