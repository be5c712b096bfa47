"""The figures that charts keep of the cells they draw: programs show them until they draw anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.reading.container import Package

_CHART = re.compile(r"xl/charts/chart[^/]*\.xml")
_CACHE = re.compile(
    rb"(<(?:\w+:)?numRef>\s*<(?:\w+:)?f>)(?P<source>[^<]*)(</(?:\w+:)?f>)"
    rb"(?P<kept>\s*<(?:\w+:)?numCache>.*?</(?:\w+:)?numCache>)",
    re.DOTALL,
)
_POINT = re.compile(
    rb'(<(?:\w+:)?pt\s[^>]*?idx="(?P<index>\d+)"[^>]*>\s*<(?:\w+:)?v>)(?P<value>[^<]*)(?=</)'
)


def redrawn(package: Package, values: Mapping[tuple[str, int, int], Scalar]) -> dict[str, bytes]:
    """The chart parts whose kept figures are not those of the cells, with the cells' figures."""
    by_place = {(sheet.casefold(), row, column): v for (sheet, row, column), v in values.items()}
    found = {}
    for part in package.parts:
        if _CHART.fullmatch(part):
            old = package.open(part).read()
            new = _CACHE.sub(lambda cache: _redrawn(cache, by_place), old)
            if new != old:
                found[part] = new
    return found


def _redrawn(cache: re.Match[bytes], values: Mapping[tuple[str, int, int], Scalar]) -> bytes:
    """One range with its points; what is no range of one row or column stays as it is."""
    areas = references(unescape(cache["source"].decode("utf-8", "replace")), "")
    if len(areas) != 1:
        return cache[0]
    top, left, bottom, right = areas[0].bounds
    sheet, down = areas[0].sheet.casefold(), 1 if right == left else 0
    if down == 0 and top != bottom:
        return cache[0]

    def point(match: re.Match[bytes]) -> bytes:
        index = int(match["index"])
        value = values.get((sheet, top + index * down, left + index * (1 - down)))
        if not isinstance(value, float) or _is_same(match["value"], value):
            return match[0]
        return match[1] + repr(value).encode()

    return cache[1] + cache["source"] + cache[3] + _POINT.sub(point, cache["kept"])


def _is_same(kept: bytes, value: float) -> bool:
    try:
        return float(kept) == value
    except ValueError:
        return False
