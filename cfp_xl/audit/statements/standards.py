"""Standards that a report names, with their editions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.document import Document, Spot
from cfp_xl.audit.record import SaidStandard
from cfp_xl.audit.statements.sentences import key_values, sentences

_STANDARD = re.compile(
    r"(?<![A-Za-z])(?P<body>(?:GB/T|GB/Z|GB|DB\d{2}/T|T/[A-Z]{2,8}|HJ|RB/T|SJ/T|NB/T|DL/T|QC/T|YB/T"
    r"|(?:BS |DIN |NF )?EN ISO|EN ISO|ISO/TS|ISO/TR|ISO/IEC|ISO|IEC|EN|PAS|CEN/TS)(?:/T)?)\s?-?\s?"
    r"(?P<number>\d{2,6}(?:[.\-–]\d{1,3}(?!\d))?)"
    r"(?:\s?[-–—:：]\s?(?P<edition>(?:19|20)\d{2}))?(?:\s?\+\s?A\d(?::\d{4})?)?"
    r"(?:\s?(?P<title>《[^》]{2,60}》))?"
)
_TITLED = re.compile(r"《(?P<title>[^》]{4,60}(?:要求|指南|规范|规则|标准|准则|体系)[^》]{0,30})》")
_BASIS = re.compile(
    r"依据|根据|按照|遵循|符合|为标准|基于|采用"
    r"|in accordance|according to|based on|conform|complian",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"因子|缺省值|数据来自|数据来源|emission factors?|default|data source", re.IGNORECASE
)
_COMPANY = re.compile(
    r"管理体系|认证证书|荣获|获得|获评|management system|certified to", re.IGNORECASE
)
MANAGEMENT = frozenset({"9001", "14001", "45001", "50001", "27001", "16949"})


def standards(document: Document) -> Iterator[SaidStandard]:
    """Every mention of a standard, in order; a key's value is the basis of the report."""
    for one in key_values(document):
        if one.key == "basis":
            for found in _STANDARD.finditer(one.value):
                yield _said(found, one.spot, _of(found, "basis"))
    for sentence in sentences(document):
        role = _role(sentence.text)
        for found in _STANDARD.finditer(sentence.text):
            yield _said(found, sentence.at(found.start(), found.end()), _of(found, role))
        for found in _TITLED.finditer(sentence.text):
            before = sentence.text[max(0, found.start() - 30) : found.start()]
            if not re.search(r"\d\s*$", before):
                spot = sentence.at(found.start(), found.end())
                yield SaidStandard(found.group(), spot, title=found["title"], role=role)


def _said(found: re.Match[str], spot: Spot, role: str) -> SaidStandard:
    number = re.sub(r"\s+", " ", f"{found['body'].strip()} {found['number']}").replace("–", "-")
    return SaidStandard(
        found.group().strip(),
        spot,
        meaning=number,
        number=number,
        edition=found["edition"] or "",
        title=(found["title"] or "").strip("《》"),
        role=role,
    )


def _of(found: re.Match[str], role: str) -> str:
    return "company" if found["number"] in MANAGEMENT else role


def _role(sentence: str) -> str:
    if _COMPANY.search(sentence):
        return "company"
    if _SOURCE.search(sentence):
        return "source"
    return "basis" if _BASIS.search(sentence) else "mention"
