"""`desk`: the page in the browser for people who type no commands."""

from __future__ import annotations

import secrets
import time
from _thread import interrupt_main
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import click

from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import common, count, option, port, seconds
from cfp_xl.messages import Lang, say

if TYPE_CHECKING:
    from cfp_xl.desk.visits import Visits

FILE = click.Path(path_type=Path)
BUDGET_S = 300.0
UPLOAD_LIMIT_MIB = 256
FUNCTIONS_S = 10.0
LEFT_S = 60.0
"""How long `--once` waits for a page: a browser may take its time to start."""


def desk_command(lang: Lang) -> Spoken:
    """The command with its options."""
    return Spoken(
        "desk",
        lang,
        callback=partial(desk, lang),
        params=[
            click.Argument(["files"], nargs=-1, type=FILE, metavar="[FILE]..."),
            option(lang, "--no-browser", is_flag=True),
            option(lang, "--once", is_flag=True),
            option(lang, "--shortcut", is_flag=True),
            option(lang, "--host", default="127.0.0.1", metavar="ADDRESS"),
            option(lang, "--port", type=port(lang), default=0, metavar="N"),
            option(lang, "--token", metavar="TEXT"),
            option(lang, "--url", metavar="URL"),
            option(lang, "--budget", type=seconds(lang), default=BUDGET_S, metavar="S"),
            option(
                lang, "--upload-limit", type=count(lang), default=UPLOAD_LIMIT_MIB, metavar="MIB"
            ),
            option(lang, "--home", type=click.Path(path_type=Path), metavar="DIR"),
            *common(lang),
        ],
    )


def desk(
    lang: Lang,
    files: Sequence[Path],
    no_browser: bool,
    once: bool,
    host: str,
    port: float,
    token: str | None,
    url: str | None,
    budget: float,
    upload_limit: float,
    shortcut: bool,
    home: Path | None,
) -> None:
    """Serves the desk until it is interrupted; or makes a shortcut that does."""
    from cfp_xl.hosts.officejs.server import Address, check_address, listening, require_web, run

    require_web()
    if shortcut:
        from cfp_xl.desk.shortcut import make_shortcut

        made = make_shortcut(home or Path.home(), lang)
        click.echo(say("desk.serve.shortcut", lang, file=made))
        return
    asked = Address(host, int(port), is_https=False, url=url)
    check_address(asked, has_token=token is not None, may_have_path=True)
    own = listening(asked)
    address = Address(host, own.getsockname()[1], is_https=False, url=url)

    from cfp_xl.desk.app import Desk, NotGiven, desk_part
    from cfp_xl.hosts.officejs.guard import Door
    from cfp_xl.hosts.officejs.server_files import checked_token

    secret = checked_token(token) if token is not None else secrets.token_urlsafe(32)
    page = f"{address.base}/desk/#{secret}"
    served = Desk(budget, int(upload_limit), lang)
    try:
        served.give(files)
    except NotGiven:
        served.end()
        raise
    served.runner.prepare()

    def ready() -> None:
        click.echo(say("desk.serve.open", lang, address=page))
        click.echo(say("desk.serve.running", lang))
        if once:
            Thread(target=_interrupt_when_left, args=(served.visits,), daemon=True).start()
        if not no_browser:
            import webbrowser

            webbrowser.open(page)

    run(Door(address.origins, secret, lang), own, None, FUNCTIONS_S, ready, [desk_part(served)])
    click.echo(say("officejs.serve.stopped", lang))


def _interrupt_when_left(visits: Visits) -> None:
    """Ends the server as Ctrl+C does once its last page is closed."""
    while not visits.is_left(LEFT_S):
        time.sleep(LEFT_S / 20)
    interrupt_main()
