"""Reading a stranger's pdf, docx or html in a process of its own, within time and memory.

What comes back is JSON, not objects: a reader that a file has broken can only send wrong text.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.util import find_spec
from typing import Any

from cfp_xl.audit.reading.raw import Box, RawCell, RawDocument, RawTable, RawText
from cfp_xl.work.bounded_process import BoundedProcess, ProcessDied
from cfp_xl.work.sources import ExtraMissing
from cfp_xl.workbook.reading.container import Unreadable

DEADLINE_S = 60.0
MEMORY_MIB = 1024
NEEDED = {"pdf": ("pypdfium2", "pdfplumber")}
"""Packages of the extra `audit` that a form needs."""
PRELOADED = "cfp_xl.audit.reading.bounded"


def read_bounded(data: bytes, form: str, deadline_s: float = DEADLINE_S) -> RawDocument:
    """The blocks of a file. Raises Unreadable, and ExtraMissing where a package lacks."""
    if any(find_spec(name) is None for name in NEEDED.get(form, ())):
        raise ExtraMissing("audit.error.extra_missing")
    process = BoundedProcess(MEMORY_MIB, _read, PRELOADED)
    try:
        answer = json.loads(process.run((data, form, deadline_s), deadline_s))
    except TimeoutError as late:
        raise Unreadable("W80", "too_slow", seen=f"{deadline_s:g}") from late
    except MemoryError as large:
        raise Unreadable("W80", "memory") from large
    except ProcessDied as dead:
        raise Unreadable("W80", "damaged") from dead
    finally:
        process.stop()
    if refused := answer.get("refused"):
        raise Unreadable(refused["code"], refused["case"], **refused["values"])
    return raw_of(answer)


def _read(job: tuple[bytes, str, float]) -> bytes:
    """In the process: the document as JSON, or why it is refused."""
    data, form, deadline_s = job
    try:
        return json.dumps(asdict(read_here(data, form, deadline_s))).encode()
    except RecursionError:
        refusal: dict[str, Any] = {"code": "W80", "case": "too_deep", "values": {}}
    except Unreadable as error:
        one = error.finding
        values = {"seen": one.seen, **{k: str(v) for k, v in one.values.items()}}
        refusal = {"code": one.code, "case": one.case, "values": values}
    except MemoryError:
        raise
    except Exception:  # whatever a stranger's file does to the programs that read it
        refusal = {"code": "W80", "case": "damaged", "values": {}}
    return json.dumps({"refused": refusal}).encode()


def read_here(data: bytes, form: str, deadline_s: float = DEADLINE_S) -> RawDocument:
    """The blocks of a file, read in this process."""
    if form == "pdf":
        from cfp_xl.audit.reading.pdf import read_pdf

        return read_pdf(data, deadline_s)
    if form == "docx":
        from cfp_xl.audit.reading.docx import read_docx

        return read_docx(data, deadline_s)
    from cfp_xl.audit.reading.html import read_html

    return read_html(data, deadline_s)


def raw_of(answer: dict[str, Any]) -> RawDocument:
    """The document that `asdict` made plain."""
    blocks = tuple(
        _table(one) if "rows" in one else RawText(**{**one, "box": _box(one["box"])})
        for one in answer["blocks"]
    )
    unread = tuple((int(page), str(why)) for page, why in answer["unread"])
    return RawDocument(blocks, answer["pages"], unread, answer["is_uncertain"])


def _table(one: dict[str, Any]) -> RawTable:
    rows = tuple(
        tuple(RawCell(cell["text"], cell["copy"], _box(cell["box"])) for cell in row)
        for row in one["rows"]
    )
    return RawTable(
        rows,
        one["page"],
        one["line"],
        tuple(one["lines"]),
        tuple(one["row_pages"]),
        one["is_uncertain"],
        _box(one["box"]),
    )


def _box(box: list[float] | None) -> Box | None:
    return (box[0], box[1], box[2], box[3]) if box else None
