"""Mistakes in words: what CFP_STATUS and CFP_DIAGNOSE answer, in the language asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from cfp_xl.footprint.errors import FootprintError
from cfp_xl.functions.ranges import ActivitiesRange, FactorsRange, MistakenRange
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.messages import Lang, say

OK = "OK"
"""What an explanation says when there is nothing to explain, in either language."""

AnyRange = ActivitiesRange | FactorsRange | MistakenRange | None


def language(wanted: Scalar, ranges: AnyRange) -> Lang:
    """The language of the words: the one asked for, else that of the headings, else English.

    Never the machine's own: the same sheet must give the same text everywhere.
    """
    asked = wanted.strip().lower()[:2] if isinstance(wanted, str) else ""
    if asked in ("zh", "中文"):
        return "zh"
    if asked in ("en", "英文"):
        return "en"
    return ranges.lang if isinstance(ranges, ActivitiesRange | FactorsRange) else "en"


def range_in_words(
    parameter: Literal["activities", "factors"], mistaken: MistakenRange, lang: Lang
) -> str:
    """What is wrong with a range that cannot be read."""
    match mistaken.mistake:
        case FootprintError() as mistake:
            return mistake.say(lang)
        case ExcelError() as error:
            return say("functions.range_error", lang, parameter=parameter, error=error)
        case None:
            return say("functions.not_a_range", lang, parameter=parameter)


def joined(sentences: Iterable[str], lang: Lang) -> str:
    """Several explanations as one, each once; `OK` where there are none."""
    found = dict.fromkeys(sentences)
    return say("functions.joint", lang).join(found) if found else OK
