"""Mails as files and links: an invitation beside each sheet, a reminder that a click opens."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

from cfp_xl.messages import Lang, say
from cfp_xl.suppliers.annotate import langs
from cfp_xl.templates.supplier.issue import Request

MAX_LINK = 1900
"""Windows hands on about two thousand characters of a link, and cuts off the rest."""
MAX_SUBJECT = 80
_ADDRESS = re.compile(r"[^\s@<>()（）,;，；]+@[^\s@<>()（）,;，；]+\.[^\s@<>()（）,;，；]+")
_TYPE = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
BETWEEN_LANGUAGES = "\n\n———\n\n"


def address_in(contact: str) -> str:
    """The mail address in what was typed as contact; "" where there is none."""
    match = _ADDRESS.search(contact)
    return match[0].rstrip(".。") if match else ""


def invitation(request: Request, name: str, sheet: bytes, contact: str) -> bytes:
    """A mail with the sheet attached, not sent yet: mail programs open it for writing (.eml).

    No date and no random part: the same request gives the same bytes.
    """
    spoken = langs(request.lang)
    subject = " / ".join(_said("subject", request, name, lang) for lang in spoken)
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"
    if address := address_in(contact):
        message["To"] = address
    message["Subject"] = " ".join(subject.split())
    message.set_content(BETWEEN_LANGUAGES.join(_body(request, name, lang) for lang in spoken))
    main, sub = _TYPE
    message.add_attachment(sheet, maintype=main, subtype=sub, filename=name)
    message.set_boundary(f"cfp-{request.digest}")
    return message.as_bytes()


def _body(request: Request, name: str, lang: Lang) -> str:
    lines = ["hello", "why", "attached"]
    lines += ["due"] if request.due else []
    lines += ["contact"] if request.contact else []
    return "\n".join(_said(line, request, name, lang) for line in (*lines, "close"))


def _said(key: str, request: Request, name: str, lang: Lang) -> str:
    return say(
        f"supplier_status.invitation.{key}",
        lang,
        supplier=request.supplier,
        buyer=request.buyer or "–",
        product=request.product,
        part=request.part,
        part_id=request.part_id,
        file=name,
        due=request.due,
        contact=request.contact,
    )


def mail_link(contact: str, subject: str, body: str, lang: Lang) -> str:
    """A `mailto:` link that every system takes: CRLF, and short enough; "" without an address.

    What does not fit is left out line by line, and the mail says that the rest is in the file.
    """
    address = address_in(contact)
    if not address:
        return ""
    shown = subject if len(subject) <= MAX_SUBJECT else f"{subject[: MAX_SUBJECT - 1]}…"
    head = f"mailto:{quote(address, safe='@')}?subject={quote(shown)}&body="
    lines = body.split("\n")
    more = say("supplier_status.mail.more", lang)
    for count in range(len(lines), 0, -1):
        rest = [] if count == len(lines) else [more]
        link = head + quote("\r\n".join([*lines[:count], *rest]))
        if len(link) <= MAX_LINK:
            return link
    return head + quote(more)
