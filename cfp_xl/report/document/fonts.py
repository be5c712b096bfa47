"""The font that a report is drawn with: one of the machine's, by a list; none is shipped."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache

from cfp_xl.report.document.model import CannotReport, ReportDocument, pieces_of, printed

CHINESE = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "SimHei",
    "SimSun",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Serif CJK SC",
)
LATIN = ("Arial", "Helvetica", "Liberation Sans", "DejaVu Sans", "Noto Sans")
"""For a report without a Chinese character, where no Chinese font is there."""
_CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class FoundFont:
    """A font of the machine."""

    family: str
    files: tuple[str, ...]
    """Of its regular and bold faces."""


def font_for(document: ReportDocument) -> FoundFont:
    """The first of the list that is there. Raises CannotReport where none is."""
    families = _families()
    wanted = CHINESE if _is_chinese(document) else (*CHINESE, *LATIN)
    for family in wanted:
        if files := families.get(family):
            return FoundFont(family, files)
    raise CannotReport("product_report.no_font", fonts=wanted[:4], how=_how())


def _is_chinese(document: ReportDocument) -> bool:
    words = [document.title, document.header, *(name for name, _ in document.cover)]
    words += [printed(words) for _, words in document.cover]
    words += [printed(tuple(pieces_of(block))) for block in document.blocks]
    return any(_CJK.search(one) for one in words)


@cache
def _families() -> dict[str, tuple[str, ...]]:
    """The machine's fonts by family: the files of their upright regular and bold faces."""
    try:
        import typst
    except ImportError as error:
        raise CannotReport("product_report.extra_missing") from error
    found: dict[str, dict[str, None]] = {}
    for font in typst.Fonts(include_embedded_fonts=False).fonts():
        if font.path and font.style == "normal" and font.weight in (400, 700):
            found.setdefault(font.family, {})[font.path] = None
    return {family: tuple(sorted(files)) for family, files in found.items()}


def _how() -> str:
    is_debian = sys.platform.startswith("linux")
    return "apt-get install fonts-noto-cjk" if is_debian else CHINESE[0]
