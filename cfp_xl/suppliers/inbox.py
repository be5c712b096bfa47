"""Everything that lies in an inbox: sheets to be judged, and what else came, by name and content.

Mails and archives are opened one level deep into a temporary folder, within bounds and under names
of ours; nothing of them is run or followed. OpenDocument sheets are converted by LibreOffice where
it is installed. No file is passed over in silence.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from cfp_xl.findings import Finding, finding
from cfp_xl.suppliers.containers import Broken, Enclosed, in_archive, in_mail
from cfp_xl.suppliers.file_kinds import FileKind, kind_of
from cfp_xl.suppliers.matching import PartMatch, part_of_mail, part_of_name
from cfp_xl.suppliers.open_document import as_workbook
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged
from cfp_xl.suppliers.product_parts import SupplierRequests
from cfp_xl.work.sources import NothingToVerify, Source, Unpacked, sha256_of, shown, workbooks_in


@dataclass(frozen=True)
class Inbox:
    """What came: sheets, and the other files with what is to be said of each."""

    sheets: tuple[Source, ...]
    others: tuple[Judged, ...]


def received_in(paths: Iterable[str]) -> tuple[tuple[Source, ...], tuple[NothingToVerify, ...]]:
    """The files that paths mean, whatever they are, and the paths that mean none."""
    return workbooks_in(paths, _is_received)


def _is_received(path: PurePath) -> bool:
    """Any file but those in hidden folders, and hidden ones that are no program's lock."""
    *folders, name = path.parts
    is_hidden = any(folder.startswith(".") for folder in folders)
    return not is_hidden and (not name.startswith(".") or name.startswith((".~lock", ".DS_")))


@contextmanager
def opened_inbox(files: Sequence[Source], product: SupplierRequests) -> Iterator[Inbox]:
    """The inbox with its mails and archives opened; copies last as long as the context."""
    with tempfile.TemporaryDirectory(prefix="cfp-xl-") as folder:
        opening = _Opening(Path(folder), product)
        for file in files:
            opening.take(file)
        yield Inbox(tuple(opening.sheets), tuple(opening.others))


class _Opening:
    """Sorts files as they are taken out of folders, mails and archives."""

    def __init__(self, folder: Path, product: SupplierRequests) -> None:
        self.folder, self.product = folder, product
        self.sheets: list[Source] = []
        self.others: list[Judged] = []

    def take(self, source: Source, within: PartMatch | None = None) -> None:
        """One file; `within` is the part that the mail or archive around it speaks of."""
        file = source.file if isinstance(source, Unpacked) else source
        kind = kind_of(file) if isinstance(file, Path) and file.is_file() else FileKind.WORKBOOK
        if not isinstance(file, Path) or kind in (FileKind.WORKBOOK, FileKind.FOOTPRINT):
            self.sheets.append(source)
        elif kind is FileKind.OPEN_DOCUMENT:
            self._convert(source, file, within)
        elif kind in (FileKind.MAIL, FileKind.ARCHIVE):
            self._open(source, file, kind, within, is_inside=isinstance(source, Unpacked))
        else:
            status = AnswerStatus.IGNORED if kind is FileKind.TEMPORARY else AnswerStatus.OTHER
            self._other(source, status, finding("S70", case=kind.value), within)

    def _convert(self, source: Source, file: Path, within: PartMatch | None) -> None:
        converted = as_workbook(file, self._place())
        if converted is None:
            self._other(source, AnswerStatus.OTHER, finding("S70", case="open_document"), within)
            return
        self.sheets.append(Unpacked(shown(source), converted, sha256_of(file) or ""))

    def _open(
        self,
        source: Source,
        file: Path,
        kind: FileKind,
        within: PartMatch | None,
        *,
        is_inside: bool,
    ) -> None:
        if is_inside:
            self._other(source, AnswerStatus.OTHER, finding("S70", case="nested"), within)
            return
        about: PartMatch | None = None
        subject = ""
        try:
            if kind is FileKind.MAIL:
                mail = in_mail(file, self._place())
                about, subject = part_of_mail(mail, self.product), mail.subject
                enclosed: tuple[Enclosed, ...] = mail.enclosed
            else:
                enclosed = in_archive(file, self._place())
        except Broken as why:
            self._other(source, AnswerStatus.OTHER, why.finding, within)
            return
        case = "opened" if enclosed else ("mail" if kind is FileKind.MAIL else "empty")
        status = AnswerStatus.OPENED if enclosed else AnswerStatus.OTHER
        told = finding("S70", case=case, count=len(enclosed), subject=subject or "–")
        self._other(source, status, told, about)
        for one in enclosed:
            inner = Unpacked(f"{shown(source)}/{one.name}", one.file)
            if one.refusal is not None:
                self._other(inner, AnswerStatus.OTHER, one.refusal, about)
            else:
                self.take(inner, about)

    def _other(
        self, source: Source, status: AnswerStatus, why: Finding, within: PartMatch | None
    ) -> None:
        match = part_of_name(PurePath(shown(source)).name, self.product) or within
        file = source.file if isinstance(source, Unpacked) else source
        sha256 = sha256_of(file) if isinstance(file, Path) else None
        ids = (match.supplier_id, match.part_id) if match else ("", "")
        self.others.append(Judged(shown(source), sha256 or "", *ids, status, None, (why,)))

    def _place(self) -> Path:
        """A folder of its own for what is taken out of one file."""
        return Path(tempfile.mkdtemp(dir=self.folder))


def matched(judged: Judged, product: SupplierRequests) -> Judged:
    """A sheet that does not say whose it is, with the part that its name tells."""
    from dataclasses import replace

    if judged.part_id:
        return judged
    match = part_of_name(PurePath(judged.path).name, product)
    if match is None:
        return judged
    return replace(judged, supplier_id=match.supplier_id, part_id=match.part_id)
