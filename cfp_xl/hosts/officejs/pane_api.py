"""What the task pane asks of the server: factors, the footprint, foreign spellings, the pin.

| request | body or query | answer |
|---|---|---|
| `GET /api/factors` | `?q=&lang=&limit=` | `{"factors": [factor…], "has_more", "missing"}` |
| `POST /api/factor-search` | `{"words", "factors": rows or null}` | the same, own factors too |
| `GET /api/factors/{id}` | `?lang=` | factor |
| `POST /api/factor-row` | `{"id", "header": [cell…]}` | `{"row": [cell or null…]}` below it |
| `POST /api/rebind` | `{"formulas": [text…]}` | `{"formulas": [{"text", "is_changed"}…]}` |
| `POST /api/footprint` | `{"activities": rows, "factors": rows or null}` | stages and problems |
| `POST /api/factor-set` | `{"pin": text or null}` | state, pinned sets, built-in sets |
| `GET /pane/messages.json` | | `{"zh": {key: text}, "en": {…}}`, the pane's texts |

What is posted is computed by `pane_jobs`. Cells are as in `wire`: an error is
`{"error": "#N/A"}`. `lang` holds everywhere.
"""

from __future__ import annotations

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request

from cfp_xl.footprint.factors import library
from cfp_xl.hosts.officejs.guard import language
from cfp_xl.hosts.officejs.pane_jobs import LIMIT, found_factors, shown_factor
from cfp_xl.messages import LANGS, Lang, catalogue

PANE_TEXTS = "officejs_pane."
DESK_TEXTS = "desk.page."
OF_THE_DESK = tuple(f"{DESK_TEXTS}{room}." for room in ("verify", "severity", "report"))
"""Texts that the desk's page has too."""

pane_routes = APIRouter()


def _lang(request: Request) -> Lang:
    return language(request.scope, request.app.state.door.lang)


@pane_routes.get("/api/factors")
async def find_factors(
    request: Request, q: str = "", limit: Annotated[int, Query(ge=1, le=100)] = LIMIT
) -> dict[str, Any]:
    """The factors that fit the words, best first; none for no words. Where no open factor is of
    what is meant, `missing` is its name and the factors are the nearest."""
    lang = _lang(request)
    return await to_thread.run_sync(lambda: found_factors(q, None, limit, lang))


@pane_routes.get("/api/factors/{id}")
async def one_factor(id: str, request: Request) -> dict[str, Any]:
    """One factor as the pane shows it; a FactorNotFound names the nearest ids."""
    return shown_factor(library().get(id), _lang(request))


@pane_routes.get("/pane/messages.json")
async def messages() -> dict[str, Any]:
    """The pane's texts in both languages: it changes language without asking again."""
    return {
        lang: {
            key.removeprefix(PANE_TEXTS).removeprefix(DESK_TEXTS): text.in_lang(lang)
            for key, text in catalogue().items()
            if key.startswith((PANE_TEXTS, *OF_THE_DESK))
        }
        for lang in LANGS
    }
