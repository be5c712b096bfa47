"""No piece of work stops the others: not one that hangs, dies or raises."""

from __future__ import annotations

import os
import time

import pytest

from benchmarks.isolated import each_isolated

# Under pytest-xdist a test process has threads, and from Python 3.12 on forking it warns.
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


def _behave(how: str) -> str:
    if how == "hang":
        time.sleep(600)
    if how == "die":
        os._exit(7)
    if how == "raise":
        raise RuntimeError("said on stderr")
    return how.upper()


def test_each_ends_in_its_own_way(capfd: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    items = ["hang", "die", "raise", "a", "b"]
    done = {d.item: d for d in each_isolated(_behave, items, jobs=2, deadline_s=5.0)}
    assert {item: (d.result, d.failure) for item, d in done.items()} == {
        "hang": (None, "timed out"),
        "die": (None, "died (7)"),
        "raise": (None, "died (1)"),
        "a": ("A", ""),
        "b": ("B", ""),
    }
    assert time.monotonic() - started < 300
    assert "said on stderr" in capfd.readouterr().err


def test_a_result_larger_than_a_pipe_arrives() -> None:
    (done,) = each_isolated(lambda n: b"x" * n, [10_000_000], jobs=1, deadline_s=300.0)
    assert done.result is not None
    assert len(done.result) == 10_000_000
