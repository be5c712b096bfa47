"""What the server keeps in the user's own folder: token, certificate, and the manifest to install.

All of it is made at the first start and kept, so that the add-in is installed once. The token is
random and lies in the manifest's addresses; the files that hold it, or the certificate's key, are
readable by the user alone.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cfp_xl.hosts.officejs.manifest import MANIFEST, render_manifest
from cfp_xl.messages import Explained
from cfp_xl.outputs import not_written, write_output

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")
"""What a token may be: it stands in an address."""
CERTIFICATE_DAYS = 820
"""Apple's systems accept no certificate of a server that holds longer than 825 days."""
RENEWED_BEFORE_DAYS = 30


class BadToken(Explained):
    """A token that is too short to keep anyone out, or can't stand in an address."""


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """The files, below the user's folder."""

    home: Path

    @property
    def folder(self) -> Path:
        return self.home / ".cfp_xl" / "officejs"

    @property
    def token(self) -> Path:
        return self.folder / "token"

    @property
    def authority(self) -> Path:
        """The certificate that the user's system is to trust."""
        return self.folder / "trust-this.crt"

    @property
    def certificate(self) -> Path:
        """The server's own, with its private key."""
        return self.folder / "localhost.pem"

    @property
    def manifest(self) -> Path:
        return self.folder / MANIFEST


def checked_token(given: str) -> str:
    """A token that somebody chose. Raises BadToken."""
    if not TOKEN.fullmatch(given):
        raise BadToken("officejs.serve.bad_token")
    return given


def token_in(kept: ServerFiles, given: str | None) -> str:
    """The token given, or the one kept, which is made at first; BadToken."""
    if given is not None:
        return checked_token(given)
    if kept.token.is_file() and TOKEN.fullmatch(known := kept.token.read_text("ascii").strip()):
        return known
    token = secrets.token_urlsafe(32)
    _write(kept.token, token.encode())
    return token


def write_manifest(kept: ServerFiles, address: str, token: str) -> Path:
    """The manifest to install, for the server's address and token; its path."""
    _write(kept.manifest, render_manifest(address, token).encode())
    return kept.manifest


def certificate_in(kept: ServerFiles, names: tuple[str, ...]) -> bool:
    """Whether a certificate for `names` had to be made, which the user must then trust.

    Its authority signs this one certificate: the authority's key is thrown away, so that nobody
    can use what the user trusts for another site.
    """
    if _still_good(kept, names):
        return False
    import trustme

    now = datetime.now(UTC).replace(tzinfo=None)
    until = now + timedelta(days=CERTIFICATE_DAYS)
    authority = trustme.CA(organization_name="cfp-xl", organization_unit_name="localhost")
    own = authority.issue_cert(
        *names,
        organization_name="cfp-xl",
        not_before=now - timedelta(days=1),
        not_after=until,
    )
    _write(kept.certificate, own.private_key_and_cert_chain_pem.bytes())
    _write(kept.authority, authority.cert_pem.bytes())
    return True


def _still_good(kept: ServerFiles, names: tuple[str, ...]) -> bool:
    """Whether the certificate there is for all the names, and holds for a while yet."""
    if not (kept.certificate.is_file() and kept.authority.is_file()):
        return False
    from cryptography import x509

    own = x509.load_pem_x509_certificate(kept.certificate.read_bytes())
    held = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    for_names = {str(name.value) for name in held}
    soon = datetime.now(UTC) + timedelta(days=RENEWED_BEFORE_DAYS)
    return set(names) <= for_names and own.not_valid_after_utc > soon


def _write(path: Path, content: bytes) -> None:
    """A file that only the user can read. Raises NotWritten."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise not_written(path, error) from error
    write_output(path, content, is_private=True)
