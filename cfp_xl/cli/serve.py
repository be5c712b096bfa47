"""`cfp-xl host serve`: the server of the Office.js add-in, and what the user does with it."""

from __future__ import annotations

from pathlib import Path

import click

from cfp_xl.messages import Lang, say


def serve(
    lang: Lang,
    host: str,
    port: float,
    token: str | None,
    url: str | None,
    no_https: bool,
    budget: float,
    home: Path | None,
) -> None:
    """Runs the server of the Office.js add-in until it is interrupted."""
    from cfp_xl.hosts.officejs.server import Address, check_address, listening, require_web, run

    require_web()
    asked = Address(host, int(port), not no_https, url)
    check_address(asked, has_token=token is not None)
    own = listening(asked)
    address = Address(host, own.getsockname()[1], not no_https, url)

    from cfp_xl.desk.app import BUDGET_S, UPLOAD_LIMIT_MIB, Desk, desk_part
    from cfp_xl.hosts.officejs.guard import Door
    from cfp_xl.hosts.officejs.server_files import (
        ServerFiles,
        certificate_in,
        token_in,
        write_manifest,
    )

    kept = ServerFiles(home or Path.home())
    secret = token_in(kept, token)
    if address.is_https and certificate_in(kept, address.names):
        click.echo(say("officejs.serve.trust", lang, file=kept.authority))
    place = address.origins[0]
    manifest = write_manifest(kept, place, secret)
    click.echo(say("officejs.serve.manifest", lang, file=manifest))
    run(
        Door(address.origins, secret, lang),
        own,
        kept.certificate if address.is_https else None,
        budget,
        ready=lambda: click.echo(say("officejs.serve.running", lang, address=place)),
        parts=[desk_part(Desk(BUDGET_S, UPLOAD_LIMIT_MIB, lang))],
    )
    click.echo(say("officejs.serve.stopped", lang))
