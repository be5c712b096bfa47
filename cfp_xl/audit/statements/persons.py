"""Persons that a report names, by their role."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.document import Document, PrintedTable
from cfp_xl.audit.record import SaidPerson
from cfp_xl.audit.statements.sentences import key_values
from cfp_xl.footprint.wording import folded

ROLES = frozenset(
    (
        "compiled",
        "leader",
        "member",
        "reviewed",
        "approved",
        "contact",
        "legal_representative",
    )
)
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}|[A-Z][\w.\-']+(?: [A-Z][\w.\-']+){1,3}")
_NO_NAME = re.compile(r"签名|签字|日期|职务|单位|姓名|公司|联系方式|电话|机构|备注")


def persons(document: Document) -> Iterator[SaidPerson]:
    """Persons in the keys of forms, and in tables whose head names 姓名 or a name."""
    signed: set[tuple[int, int]] = set()
    for one in key_values(document):
        for name in re.split(r"[、,，;；/]", one.value) if one.key in ROLES else ():
            if _NAME.fullmatch(name.strip()) and not _NO_NAME.search(name):
                signed.add((one.spot.block, one.spot.table_row))
                yield SaidPerson(name.strip(), one.spot, role=one.key)
    for table in document.tables:
        for person in _of_list(table):
            # A row to be signed, `编制 | name`, is none of a list of experts.
            if (person.spot.block, person.spot.table_row) not in signed:
                yield person


def _of_list(table: PrintedTable) -> Iterator[SaidPerson]:
    """A table of experts: the name's column, and whose they are in the column beside."""
    head = [folded(cell.plain) for cell in table.rows[0]] if table.rows else []
    at = next((i for i, h in enumerate(head) if h in ("姓名", "name", "fullname")), None)
    if at is None:
        return
    of = next(
        (i for i, h in enumerate(head) if "单位" in h or "organi" in h or "compan" in h), None
    )
    organisation = ""
    for row in table.rows[1:]:
        if of is not None and of < len(row) and row[of].plain:
            organisation = row[of].plain
        if at < len(row) and _NAME.fullmatch(row[at].plain):
            yield SaidPerson(row[at].plain, row[at].spot, role="expert", organisation=organisation)
