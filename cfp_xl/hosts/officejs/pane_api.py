"""What the task pane asks of the server: factors, the footprint, foreign spellings, the pin.

| request | body or query | answer |
|---|---|---|
| `GET /api/factors` | `?q=&lang=&limit=` | `{"factors": [factor…], "has_more": bool}` |
| `GET /api/factors/{id}` | `?lang=` | factor |
| `POST /api/factor-row` | `{"id", "header": [cell…]}` | `{"row": [cell or null…]}` below it |
| `POST /api/rebind` | `{"formulas": [text…]}` | `{"formulas": [{"text", "is_changed"}…]}` |
| `POST /api/footprint` | `{"activities": rows, "factors": rows or null}` | stages and problems |
| `POST /api/factor-set` | `{"pin": text or null}` | state, pinned sets, built-in sets |
| `GET /pane/messages.json` | | `{"zh": {key: text}, "en": {…}}`, the pane's texts |

Cells are as in `wire`: an error is `{"error": "#N/A"}`. `lang` holds everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from cfp_xl import __version__
from cfp_xl.footprint.calculate import Footprint
from cfp_xl.footprint.columns import match_header
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factors import (
    Factor,
    PinNotUnderstood,
    builtin,
    builtin_sets,
    library,
    parse_pins,
)
from cfp_xl.footprint.places import column_of_problem
from cfp_xl.functions.ranges import activities_range, factors_range, footprint
from cfp_xl.functions.spelling import respelled_formula
from cfp_xl.functions.values import Scalar
from cfp_xl.hosts.officejs.guard import language
from cfp_xl.hosts.officejs.wire import Cell, Rows, cell, check_rectangle, table
from cfp_xl.messages import LANGS, Explained, Lang, catalogue

PANE_TEXTS = "officejs_pane."
MAX_FORMULAS = 100_000

pane_routes = APIRouter()
Range = Annotated[Rows, AfterValidator(check_rectangle)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FactorRow(_Body):
    id: str
    header: list[Cell]


class Formulas(_Body):
    formulas: Annotated[list[str], Field(max_length=MAX_FORMULAS)]


class InventoryBody(_Body):
    activities: Range
    factors: Range | None = None


class Pinned(_Body):
    pin: str | None


class MistakeInTable(Explained):
    """A table of the workbook that cannot be read, by the name it has there."""


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except FootprintError as mistake:
        raise MistakeInTable("officejs.in_table", name=name, why=mistake) from mistake


def _lang(request: Request) -> Lang:
    return language(request.scope, request.app.state.door.lang)


@pane_routes.get("/api/factors")
async def find_factors(
    request: Request, q: str = "", limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> dict[str, Any]:
    """The factors that fit the words, best first; none for no words."""
    found = await request.app.state.computed(lambda: library().search(q[:200], limit + 1))
    lang = _lang(request)
    factors = [_factor(factor, lang) for factor in found[:limit]]
    return {"factors": factors, "has_more": len(found) > limit}


@pane_routes.get("/api/factors/{id}")
async def one_factor(id: str, request: Request) -> dict[str, Any]:
    return _factor(library().get(id), _lang(request))


@pane_routes.post("/api/factor-row")
async def factor_row(body: FactorRow, request: Request) -> dict[str, Any]:
    """A factor as a row below the given header; null where a column is not ours or not known."""
    with _reading("cfp_factors"):
        position = match_header("factors", [cell(heading) for heading in body.header])
    values = library().get(body.id).cells(_lang(request))
    row: list[Any] = [None] * len(body.header)
    for name, at in position.items():
        row[at] = None if values[name] == "" else values[name]
    return {"row": row}


@pane_routes.post("/api/rebind")
async def rebind(body: Formulas, request: Request) -> dict[str, Any]:
    """The formulas as they are typed into Excel: our functions by their plain names."""

    def work() -> list[str]:
        return [respelled_formula(text, "{}".format) for text in body.formulas]

    plain = await request.app.state.computed(work)
    pairs = zip(body.formulas, plain, strict=True)
    return {"formulas": [{"text": new, "is_changed": new != old} for old, new in pairs]}


@pane_routes.post("/api/footprint")
async def overview(body: InventoryBody, request: Request) -> dict[str, Any]:
    def work() -> Footprint:
        with _reading("cfp_factors"):
            factors = factors_range(table(body.factors)) if body.factors else None
        with _reading("cfp_activities"):
            activities = activities_range(table(body.activities))
        return footprint(activities, factors)

    whole: Footprint = await request.app.state.computed(work)
    return _footprint(whole, table(body.activities[:1]).rows[0], _lang(request))


@pane_routes.post("/api/factor-set")
async def factor_set(body: Pinned) -> dict[str, Any]:
    """Whether the sets that a workbook pins are those shipped here.

    `state`: not_pinned, not_understood, same, or differs; of a pinned set also not_known.
    """
    built_in = [builtin(id) for id in builtin_sets()]
    answer: dict[str, Any] = {
        "version": __version__,
        "built_in": [{"id": s.id, "version": s.version, "pin": s.pin} for s in built_in],
        "pinned": [],
    }
    if body.pin is None or not body.pin.strip():
        return {"state": "not_pinned", **answer}
    try:
        pins = parse_pins(body.pin)
    except PinNotUnderstood:
        return {"state": "not_understood", **answer}
    by_id = {s.id: s for s in built_in}
    for pin in pins:
        shipped = by_id.get(pin.id)
        state = "not_known" if shipped is None else "same" if pin.fits(shipped) else "differs"
        answer["pinned"].append({"id": pin.id, "version": pin.version, "state": state})
    is_same = all(entry["state"] == "same" for entry in answer["pinned"])
    return {"state": "same" if is_same else "differs", **answer}


@pane_routes.get("/pane/messages.json")
async def messages() -> dict[str, Any]:
    return {
        lang: {
            key.removeprefix(PANE_TEXTS): text.in_lang(lang)
            for key, text in catalogue().items()
            if key.startswith(PANE_TEXTS)
        }
        for lang in LANGS
    }


def _factor(factor: Factor, lang: Lang) -> dict[str, Any]:
    source = factor.source
    return {
        "id": factor.id,
        "name": factor.name.in_lang(lang),
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


def _footprint(whole: Footprint, header: Sequence[Scalar], lang: Lang) -> dict[str, Any]:
    """Stages and problems; `row` counts below the header from 1, `column` in it from 0."""
    total_kgco2e = whole.total_kgco2e
    position = match_header("activities", header)
    failing = [(row, row.problem) for row in whole.rows if row.problem]
    return {
        "state": whole.state.value,
        "total_kgco2e": total_kgco2e,
        "stages": [
            {
                "id": id,
                "name": result.stage.name.in_lang(lang),
                "state": result.state.value,
                "kgco2e": result.kgco2e,
                "share": result.kgco2e / total_kgco2e
                if total_kgco2e and result.kgco2e is not None
                else None,
            }
            for id, result in whole.stages.items()
        ],
        "problems": [
            {
                "row": row.activity.number,
                "column": position.get(column_of_problem(problem)),
                "label": row.activity.label,
                "stage": row.stage_id,
                "state": row.state.value,
                "message": problem.say(lang),
            }
            for row, problem in failing
        ],
        "notes": [problem.say(lang) for problem in whole.problems[len(failing) :]],
    }
