"""What the task pane asks of the server: factors, the footprint, foreign spellings, the pin.

| request | body or query | answer |
|---|---|---|
| `GET /api/factors` | `?q=&lang=&limit=` | `{"factors": [factor…], "has_more", "missing"}` |
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

from cfp_xl.footprint.factors import Factor, library
from cfp_xl.hosts.officejs.guard import language
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
    request: Request, q: str = "", limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> dict[str, Any]:
    """The factors that fit the words, best first; none for no words. Where no open factor is of
    what is meant, `missing` is its name and the factors are the nearest."""
    found = await to_thread.run_sync(lambda: library().find(q[:200], limit + 1))
    lang = _lang(request)
    some = found.factors or found.nearest
    return {
        "factors": [_factor(factor, lang) for factor in some[:limit]],
        "has_more": len(some) > limit,
        "missing": found.missing.in_lang(lang) if found.missing else None,
    }


@pane_routes.get("/api/factors/{id}")
async def one_factor(id: str, request: Request) -> dict[str, Any]:
    """One factor as the pane shows it; a FactorNotFound names the nearest ids."""
    return _factor(library().get(id), _lang(request))


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


def _factor(factor: Factor, lang: Lang) -> dict[str, Any]:
    source = factor.source
    return {
        "id": factor.id,
        "name": factor.label(lang),
        "category": factor.category,
        "value": factor.value,
        "unit": factor.unit,
        "per_unit": factor.per_unit,
        "region": factor.region,
        "year": factor.year,
        "gwp_set": factor.gwp_set,
        "gwp_note": factor.gwp_note.in_lang(lang) if factor.gwp_note else None,
        "confidence": source.confidence,
        "set": factor.set_id,
        "source": {
            "title": source.title,
            "publisher": source.publisher,
            "date": source.date,
            "table": source.table,
            "licence": source.licence,
        },
        "formula": f"=CFP_FACTOR({_quoted(factor.id)},{_quoted(factor.per_unit)})",
    }


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
