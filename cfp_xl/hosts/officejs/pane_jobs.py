"""What the task pane posts, and what comes of it (`pane_api` lists the addresses)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

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
from cfp_xl.functions.ranges import (
    FactorsRange,
    activities_range,
    factors_range,
    find_factors,
    footprint,
)
from cfp_xl.functions.spelling import respelled_formula
from cfp_xl.functions.values import Scalar
from cfp_xl.hosts.officejs.wire import Cell, Rows, cell, check_rectangle, table
from cfp_xl.messages import Explained, Lang

MAX_FORMULAS = 100_000
MAX_WORDS = 200
"""Characters of a search."""
LIMIT = 20
OWN_FACTORS = "cfp_factors"

Range = Annotated[Rows, AfterValidator(check_rectangle)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Body):
    """Asks for factors by words, among the built-in ones and those of a range."""

    words: str
    factors: Range | None = None


class FactorRow(_Body):
    """Asks for the cells of a factor, in the order of a sheet's headings."""

    id: str
    header: list[Cell]


class Formulas(_Body):
    """Formulas whose names of functions are to be written plainly; at most MAX_FORMULAS."""

    formulas: Annotated[list[str], Field(max_length=MAX_FORMULAS)]


class InventoryBody(_Body):
    """The tables of a workbook, as ranges with a heading row."""

    activities: Range
    factors: Range | None = None


class Pinned(_Body):
    """The factor set that a workbook pins; None where it pins none."""

    pin: str | None


class MistakeInTable(Explained):
    """A table of the workbook that cannot be read, by the name it has there."""


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except FootprintError as mistake:
        raise MistakeInTable("officejs.in_table", name=name, why=mistake) from mistake


def factor_search(body: Words, lang: Lang) -> dict[str, Any]:
    """The factors that fit the words, the workbook's own among them."""
    with _reading(OWN_FACTORS):
        own = factors_range(table(body.factors)) if body.factors else None
    return found_factors(body.words, own, LIMIT, lang)


def found_factors(words: str, own: FactorsRange | None, limit: int, lang: Lang) -> dict[str, Any]:
    """The factors that fit the words, best first; of what no open factor is of, the nearest."""
    found, some = find_factors(words[:MAX_WORDS], limit + 1, own)
    return {
        "factors": [shown_factor(factor, lang) for factor in some[:limit]],
        "has_more": len(some) > limit,
        "missing": found.missing.in_lang(lang) if found.missing else None,
    }


def shown_factor(factor: Factor, lang: Lang) -> dict[str, Any]:
    """A factor as the pane shows it; the formula of one that the sheet adds names the sheet's."""
    source = factor.source
    arguments = [factor.id, factor.per_unit]
    is_own = factor.set_id not in builtin_sets()
    table = f",{OWN_FACTORS}" if is_own else ""
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
        "is_own": is_own,
        "source": {
            "title": source.title,
            "publisher": source.publisher,
            "date": source.date,
            "table": source.table,
            "licence": source.licence,
        },
        "formula": f"=CFP_FACTOR({','.join(map(_quoted, arguments))}{table})",
    }


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def factor_row(body: FactorRow, lang: Lang) -> dict[str, Any]:
    """A factor as a row below the given header; null where a column is not ours or not known."""
    with _reading(OWN_FACTORS):
        position = match_header("factors", [cell(heading) for heading in body.header])
    values = library().get(body.id).cells(lang)
    row: list[Any] = [None] * len(body.header)
    for name, at in position.items():
        value = values.get(name)
        row[at] = None if value == "" else value
    return {"row": row}


def rebind(body: Formulas, lang: Lang) -> dict[str, Any]:  # noqa: ARG001
    """The formulas as they are typed into Excel: our functions by their plain names."""
    plain = [respelled_formula(text, "{}".format) for text in body.formulas]
    pairs = zip(body.formulas, plain, strict=True)
    return {"formulas": [{"text": new, "is_changed": new != old} for old, new in pairs]}


def overview(body: InventoryBody, lang: Lang) -> dict[str, Any]:
    """The footprint by stages, of the ranges that the pane read from the workbook."""
    with _reading(OWN_FACTORS):
        factors = factors_range(table(body.factors)) if body.factors else None
    with _reading("cfp_activities"):
        activities = activities_range(table(body.activities))
    whole = footprint(activities, factors)
    return _footprint(whole, table(body.activities[:1]).rows[0], lang)


def factor_set(body: Pinned, lang: Lang) -> dict[str, Any]:  # noqa: ARG001
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
