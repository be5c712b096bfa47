"""Workbooks for suppliers, written into a folder: one for each supplier and part."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cfp_xl.outputs import write_output
from cfp_xl.suppliers.letters import invitation
from cfp_xl.templates.supplier.issue import Request, issue


class InvitationOutcome(StrEnum):
    """What became of one file."""

    WRITTEN = "written"
    SAME = "same"
    """It stood there already, byte for byte."""
    KEPT = "kept"
    """Another file of that name stands there, perhaps filled in: it is not overwritten."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """One workbook that goes out."""

    request: Request
    path: Path
    outcome: InvitationOutcome


def invite(
    requests: Sequence[Request], folder: Path, contacts: Mapping[str, str] | None = None
) -> Iterator[Invitation]:
    """Writes the workbooks one after the other, each whole or not at all; raises NotWritten.

    With `contacts` (by the part's number) a mail beside each, which carries it; mails that are
    there already stay as they are.
    """
    for request, name in zip(requests, names_of(requests), strict=True):
        path = folder / name
        data = issue(request)
        letter = path.with_suffix(".eml")
        if contacts is not None and not letter.exists() and not path.exists():
            contact = contacts.get(request.part_id, "")
            write_output(letter, invitation(request, name, data, contact))
        if not path.exists():
            write_output(path, data)
            yield Invitation(request, path, InvitationOutcome.WRITTEN)
        else:
            is_same = path.is_file() and path.read_bytes() == data
            yield Invitation(
                request, path, InvitationOutcome.SAME if is_same else InvitationOutcome.KEPT
            )


def names_of(requests: Sequence[Request]) -> tuple[str, ...]:
    """A file name for each request: supplier and part; told apart where two would be the same.

    Programs on Windows and Mac take `a.xlsx` and `A.xlsx` for one file.
    """
    plain = [f"{request.supplier_id}_{request.part_id}" for request in requests]
    count = Counter(name.casefold() for name in plain)
    return tuple(
        f"{name}.xlsx" if count[name.casefold()] == 1 else f"{name}-{_short(request)}.xlsx"
        for name, request in zip(plain, requests, strict=True)
    )


def _short(request: Request) -> str:
    key = f"{request.supplier_id}\n{request.part_id}"
    return hashlib.sha256(key.encode()).hexdigest()[:6]
