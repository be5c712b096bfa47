"""Files out of mails and archives: bounded, into one folder, under names that lead nowhere."""

from __future__ import annotations

import email
import email.policy
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path, PurePosixPath

from cfp_xl.findings import Finding, finding
from cfp_xl.workbook.reading.container import MIB

MOST_FILES = 200
MAX_MEMBER_BYTES = 64 * MIB
MAX_WHOLE_BYTES = 256 * MIB
MAX_MAIL_BYTES = 128 * MIB
MOST_TEXT = 20_000
"""Characters of a mail's text that are looked at for a part's number."""
NOT_READ = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What reading a member of a damaged or odd archive raises."""
_UNSAFE = re.compile(r"[^\w.\-()（） ~$]")


class Broken(Exception):
    """A mail or archive that can't be opened; `finding` says why."""

    def __init__(self, why: Finding) -> None:
        super().__init__(why.case)
        self.finding = why


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One file out of another: its name, the copy, or why there is none."""

    name: str
    file: Path
    refusal: Finding | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail with its attachments."""

    sender: str
    subject: str
    text: str
    enclosed: tuple[Enclosed, ...]


def in_archive(file: Path, folder: Path) -> tuple[Enclosed, ...]:
    """The files of a .zip; raises Broken for anything else that packs files."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > MOST_FILES:
                raise Broken(finding("S70", case="too_many", count=len(members), most=MOST_FILES))
            return tuple(_members(archive, members, folder))
    except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError) as error:
        raise Broken(finding("S70", case="archive")) from error


def _members(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], folder: Path
) -> Iterator[Enclosed]:
    left = MAX_WHOLE_BYTES
    for number, member in enumerate(members):
        name = _name(_spelled(member), number)
        place = folder / f"{number:03d}" / name
        if member.flag_bits & 1:
            yield Enclosed(name, place, finding("S70", case="encrypted"))
            continue
        try:
            with archive.open(member) as stream:  # the declared size may be a lie
                data = stream.read(min(MAX_MEMBER_BYTES, left) + 1)
        except NOT_READ:
            yield Enclosed(name, place, finding("S70", case="archive"))
            continue
        if len(data) > min(MAX_MEMBER_BYTES, left):
            yield Enclosed(name, place, finding("S70", case="too_large"))
            continue
        left -= len(data)
        yield _written(place, data)


def _spelled(member: zipfile.ZipInfo) -> str:
    """A member's name; Windows in China packs names in GBK and does not say so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def in_mail(file: Path, folder: Path) -> Mail:
    """A mail as .eml with its attachments; raises Broken."""
    try:
        if file.stat().st_size > MAX_MAIL_BYTES:
            raise Broken(finding("S70", case="too_large"))
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        subject, sender = str(message.get("subject", "")), str(message.get("from", ""))
        text = _text(message)
        return Mail(sender, " ".join(subject.split()), text, tuple(_attached(message, folder)))
    except (OSError, ValueError, LookupError, IndexError, KeyError, RecursionError) as error:
        raise Broken(finding("S70", case="broken_mail")) from error


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    return str(body.get_content())[:MOST_TEXT] if body is not None else ""


def _attached(message: EmailMessage, folder: Path) -> Iterator[Enclosed]:
    parts = [part for part in message.walk() if _is_attached(part)]
    if len(parts) > MOST_FILES:
        raise Broken(finding("S70", case="too_many", count=len(parts), most=MOST_FILES))
    for number, part in enumerate(parts):
        name = _name(part.get_filename() or "mail.eml", number)
        if part.get_content_type() == "message/rfc822":
            data = part.get_payload(0).as_bytes()  # type: ignore[union-attr]
        else:
            payload = part.get_payload(decode=True)
            data = payload if isinstance(payload, bytes) else b""
        yield _written(folder / f"{number:03d}" / name, data)


def _is_attached(part: EmailMessage) -> bool:
    """Whether a part is a file; pictures of a signature are shown in the text."""
    if part.get_content_type() == "message/rfc822":
        return True
    is_shown = part.get_content_disposition() == "inline" and part.get_content_maintype() == "image"
    return part.get_filename() is not None and not is_shown


def _name(typed: str, number: int) -> str:
    """The last step of a path that somebody else wrote, fit for a file of ours."""
    last = PurePosixPath(typed.replace("\\", "/")).name
    safe = _UNSAFE.sub("_", last).strip(" .")[-120:]
    return safe or f"file-{number + 1}"


def _written(place: Path, data: bytes) -> Enclosed:
    place.parent.mkdir()
    place.write_bytes(data)
    return Enclosed(place.name, place)
