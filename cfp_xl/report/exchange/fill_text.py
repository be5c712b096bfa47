"""A planned or written fill: which columns were understood, what enters, and the proposals."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from cfp_xl.exchange.fill import FillPlan, ListRow
from cfp_xl.exchange.fill_apply import WrittenFill
from cfp_xl.exchange.list_lines import AMOUNTS, sums_of
from cfp_xl.exchange.listing import Listing, text
from cfp_xl.footprint.search import Hit
from cfp_xl.footprint.wording import shortened
from cfp_xl.messages import Lang, say

PROPOSED = ("proposed", "name", "value", "likeness", "runner_up", "remark")
"""Columns of a list of proposals that are for its reader."""
SHOWN = 40
"""Lines of a kind that the text lists; the csv has all of them."""


def columns_text(listing: Listing, position: Mapping[str, int], lang: Lang) -> str:
    """Heading by heading, what it was taken for."""
    pairs = [f"{listing.headings[at]} → {field}" for field, at in position.items()]
    unused = [h for at, h in enumerate(listing.headings) if h and at not in position.values()]
    lines = [say("exchange.columns", lang, pairs=tuple(pairs))]
    if set(PROPOSED) <= set(listing.headings):
        unused = [one for one in unused if one not in PROPOSED]
        lines.append(say("exchange.columns_proposed", lang, headings=PROPOSED))
    if unused:
        lines.append(say("exchange.columns_unused", lang, headings=tuple(unused)))
    if listing.is_western:
        lines.append(say("exchange.western", lang))
    if len(listing.sheets) > 1:
        lines.append(say("exchange.sheets", lang, sheets=listing.sheets))
    if listing.other_sheets:
        lines.append(say("exchange.other_sheets", lang, sheets=listing.other_sheets))
    for one in sums_of(listing)[:SHOWN]:
        said = next((text(cell) for cell in one.cells if text(cell)), "")
        lines.append(say("exchange.sum_left_out", lang, line=one.where, name=said))
    return "\n".join(lines)


def plan_text(plan: FillPlan, lang: Lang) -> str:
    """What enters, what doesn't and why, and which factor is proposed."""
    lines = [say("exchange.entering", lang, count=len(plan.entering), where=plan.region.where)]
    if plan.there:
        lines.append(say("exchange.there", lang, count=plan.there))
    for group in plan.twice[:SHOWN]:
        numbers = tuple(line.where for line in group)
        lines.append(say("exchange.twice", lang, name=str(group[0]), lines=numbers))
    for assembly in plan.assemblies[:SHOWN]:
        lines.append(say("exchange.assembly", lang, line=assembly.where, name=str(assembly)))
    lines += _bounded(plan.left_out, _left_out_line, lang)
    lacking = set(map(id, plan.without_factor))
    lines += _bounded(plan.without_factor, partial(_not_found_line, plan), lang)
    others = [one for one in plan.entering if one.propose and id(one) not in lacking]
    lines += _bounded(others, _proposal_line, lang)
    if plan.folded:
        lines.append(say("exchange.folded", lang, columns=plan.folded))
    if plan.unused:
        lines.append(say("exchange.no_column", lang, columns=plan.unused))
    return "\n".join(lines)


def filled_text(filled: WrittenFill, plan: FillPlan, lang: Lang) -> str:
    """What was written where, and which rows have a factor that nothing has."""
    lines = [say("exchange.written", lang, file=filled.written, count=filled.rows)]
    if filled.kept:
        lines.append(say("exchange.kept", lang, file=filled.kept))
    if filled.factors:
        lines.append(say("exchange.factors_added", lang, ids=tuple(f.id for f in filled.factors)))
    if filled.not_added:
        left = tuple(f.id for f in filled.not_added)
        lines.append(say("exchange.factors_left", lang, ids=left))
    if lacking := tuple(one.line.where for one in plan.without_factor):
        ids = tuple(plan.not_found)
        lines.append(say("exchange.factors_not_found", lang, ids=ids, lines=lacking))
    return "\n".join(lines)


def proposals_csv(plan: FillPlan, lang: Lang) -> bytes:
    """A list of the lines with their proposals, which `fill --from` reads again: enter the id in
    its column factor_id."""
    amount = AMOUNTS[plan.table]
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    fields = ("stage", "process", "activity", amount, "unit", "part_id", "factor_id")
    writer.writerow([*fields, *PROPOSED])
    for one in plan.rows:
        hit = one.proposal.best if one.proposal else None
        writer.writerow(
            [
                *(_csv_cell(one.values.get(name)) for name in fields),
                *_hit_cells(hit, lang),
                _name(one.proposal.runner_up if one.proposal else None, lang),
                "; ".join(filter(None, (_not_found(plan, one, lang), _remark(one, lang)))),
            ]
        )
    return target.getvalue().encode("utf-8-sig")


def _csv_cell(value: object) -> object:
    """A text that a program would run as a formula stays a text."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@"):
        return f"'{value}"
    return "" if value is None else value


def _hit_cells(hit: Hit | None, lang: Lang) -> tuple[object, ...]:
    if hit is None:
        return ("", "", "", "")
    factor = hit.factor
    value = f"{factor.value:.7g} {factor.unit}/{factor.per_unit}"
    return (factor.id, factor.label(lang), value, hit.likeness)


def _name(hit: Hit | None, lang: Lang) -> str:
    return f"{hit.factor.id} {hit.factor.label(lang)}" if hit else ""


def _not_found(plan: FillPlan, one: ListRow, lang: Lang) -> str:
    """That the id in the list is no factor's, and which ids are nearest to it."""
    typed = text(one.values.get("factor_id"))
    if typed not in plan.not_found:
        return ""
    nearest = plan.not_found[typed]
    key = "no_such_id_near" if nearest else "no_such_id"
    return say(f"exchange.{key}", lang, factor=shortened(typed), nearest=nearest)


def _remark(one: ListRow, lang: Lang) -> str:
    if one.why is not None:
        return one.why.say(lang)
    if one.proposal and one.proposal.missing:
        return say("exchange.no_open_factor", lang, what=one.proposal.missing)
    if one.proposal and one.proposal.best and not one.proposal.fits_unit:
        return say("exchange.unit_differs", lang)
    return ""


def _bounded(
    rows: Sequence[ListRow], render: Callable[[ListRow, Lang], str], lang: Lang
) -> Iterator[str]:
    for one in rows[:SHOWN]:
        yield render(one, lang)
    if len(rows) > SHOWN:
        yield say("exchange.and_more", lang, count=len(rows) - SHOWN)


def _left_out_line(one: ListRow, lang: Lang) -> str:
    why = one.why.say(lang) if one.why else ""
    return say("exchange.left_out", lang, line=one.line.where, name=str(one.line), why=why)


def _not_found_line(plan: FillPlan, one: ListRow, lang: Lang) -> str:
    """The factor, the ids nearest to it, and what is proposed by the line's name."""
    typed = text(one.values.get("factor_id"))
    said = {"line": one.line.where, "name": str(one.line), "factor": shortened(typed)}
    nearest = list(plan.not_found[typed])
    if one.proposal and one.proposal.best:
        nearest.append(_shown(one.proposal.best, lang))
    if not nearest:
        return say("exchange.factor_unknown", lang, **said)
    return say("exchange.factor_unknown_near", lang, **said, nearest=tuple(nearest))


def _proposal_line(one: ListRow, lang: Lang) -> str:
    assert one.proposal is not None
    said: dict[str, object] = {"line": one.line.where, "name": str(one.line)}
    if taken := text(one.values.get("factor_id")):
        return say("exchange.takes", lang, **said, factor=taken)
    best, runner_up = one.proposal.best, one.proposal.runner_up
    if best is None:
        remark = _remark(one, lang) or say("exchange.no_factor", lang)
        return say("exchange.unmatched", lang, **said, why=remark)
    return say(
        "exchange.proposed",
        lang,
        **said,
        factor=_shown(best, lang),
        likeness=best.likeness,
        other=_shown(runner_up, lang) if runner_up else "–",
        remark=_remark(one, lang),
    ).rstrip()


def _shown(hit: Hit, lang: Lang) -> str:
    id, label, value, _ = _hit_cells(hit, lang)
    return f"{id} ({label}, {value})"
