"""For all tests: no time limit but their own, and at the end one line on what was skipped."""

from __future__ import annotations

import gc

import pytest
from hypothesis import HealthCheck, settings

from cfp_xl.work import bounded_process
from tests.programs import skipped_line

# How fast a machine is, or how busy, is no property of the code.
settings.register_profile("cfp_xl", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("cfp_xl")

# Thousands of tests in one process keep much alive: to look through it all the time costs a sixth.
gc.set_threshold(200_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _processes_start_warm() -> None:
    """One server for all tests of this process, whichever asks first."""
    bounded_process.prepare("tests.warm")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names what the machine lacks, and how to get it."""
    reports = terminalreporter.stats.get("skipped", [])
    reasons = [one.longrepr[2] for one in reports if isinstance(one.longrepr, tuple)]
    if reasons:
        terminalreporter.write_line(skipped_line(reasons))
