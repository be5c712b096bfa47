"""No mutant passes: each is named by an error or a warning; honest edits raise no error.

What survives is listed in `survivors.toml`, under the reason why it is not caught yet. A survivor
that becomes caught leaves the list; a new one fails.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from cfp_xl.findings import Severity
from cfp_xl.schema.opened import opened
from tests.mutants.campaign import (
    EDITIONS,
    alarms_of,
    all_bases,
    known_survivors,
    mutants,
    run,
    saved,
    usual_alarms,
)
from tests.mutants.edits import Base, Book
from tests.mutants.honest import HONEST

CHUNKS = 48
"""So many tests share the mutants, so that two processes are done at the same time."""


def test_the_campaign_is_wide() -> None:
    everyone = mutants()
    assert len(everyone) >= 1000
    assert len({one.kind.name for one in everyone}) == len(everyone)
    assert len({one.kind.operator for one in everyone}) >= 100
    assert len(Counter(one.base.name for one in everyone)) >= 8
    assert all(one.kind.reason for one in everyone)


@pytest.mark.parametrize("base", all_bases(), ids=lambda base: base.name)
def test_the_right_workbooks_are_right(base: Base) -> None:
    assert not [f for f in usual_alarms(base) if f.severity is Severity.ERROR]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_mutants_are_named(chunk: int) -> None:
    chosen = mutants()[chunk::CHUNKS]
    known = known_survivors()
    outcomes = [outcome for one in chosen for outcome in run(one)]
    passed = {outcome.name for outcome in outcomes if not outcome.is_caught}
    listed = {outcome.name for outcome in outcomes if outcome.name in known}
    new = sorted(passed - listed)
    assert not new, "survive and are not listed"
    caught = sorted(listed - passed)
    assert not caught, "are caught now: take them off survivors.toml"


def test_every_survivor_that_is_listed_is_a_mutant() -> None:
    names = {f"{one.name} {state}" for one in mutants() for state in ("stale", "recalculated")}
    assert not sorted(set(known_survivors()) - names)


@pytest.mark.parametrize("number", range(len(HONEST)), ids=list(HONEST))
def test_honest_edits_raise_no_error(number: int) -> None:
    base = next(b for b in all_bases() if b.name == EDITIONS[number % len(EDITIONS)])
    book = Book(base)
    list(HONEST.values())[number](book)
    changed = saved(opened(book.bytes(), Path(f"{base.name}.xlsx")))
    errors = [f for f in alarms_of(changed, base.name) if f.severity is Severity.ERROR]
    assert not [f"{f.code} {f.where}: {f.message('en')}" for f in errors]
