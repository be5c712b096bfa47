"""The buyer's status page as HTML: one file that needs nothing from elsewhere."""

from __future__ import annotations

from functools import partial
from importlib.resources import files
from pathlib import Path

from cfp_xl.messages import Lang, say
from cfp_xl.report.suppliers.status_words import ROOM, cards, days, figure, percent
from cfp_xl.suppliers.letters import mail_link
from cfp_xl.suppliers.outcomes import Judged
from cfp_xl.suppliers.reminders import reminders
from cfp_xl.suppliers.status import CollectionStatus, Stand

SIGN = {
    Stand.OVERDUE: "!",
    Stand.TO_CORRECT: "✗",
    Stand.RECEIVED: "?",
    Stand.HELD: "?",
    Stand.LAST_PERIOD: "↻",
    Stand.WAITING: "…",
    Stand.READY: "✓",
    Stand.IN_USE: "✓✓",
}
"""Stands beside the colour, which not everybody tells apart."""


def status_html(status: CollectionStatus, lang: Lang) -> str:
    """The page in one language; what suppliers wrote stands in it as text, never as markup."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    template = environment.from_string(
        files("cfp_xl").joinpath("data", "status.html").read_text("utf-8")
    )
    return template.render(
        lang=lang,
        status=status,
        cards=cards(status, lang),
        corrections=[one for one in status.parts if one.findings],
        said=[one for one in status.parts if one.notes or one.reason],
        mails=tuple(reminders(status)),
        say=lambda key, **values: say(f"{ROOM}.{key}", lang, **values),
        days=partial(days, lang=lang),
        figure=partial(figure, lang=lang),
        percent=partial(percent, lang=lang),
        file=_file,
        mail_link=partial(mail_link, lang=lang),
        SIGN=SIGN,
    )


def _file(answer: Judged) -> str:
    return Path(answer.path).name
