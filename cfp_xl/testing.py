"""A workbook as a test: a pytest plugin.

    def test_the_meter_box(verify_workbook):
        result = verify_workbook("workbooks/bxd2.xlsx", fail_on="warning")
        assert result.footprint.total_kgco2e < 16

`pytest --cfp-xl-workbooks 'workbooks/*.xlsx'` makes a test of every workbook that matches. Policies
(`cfp-xl.toml`) apply as on the command line.

pytest loads this module in every environment that has `cfp_xl`, so what it needs is imported when
it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cfp_xl.verify.result import FileResult

VerifyWorkbook = Callable[..., "FileResult"]


class WorkbookFailed(AssertionError):
    """A workbook that does not pass; the message lists the cells."""


def assert_workbook(
    path: str | Path,
    *,
    fail_on: str | None = None,
    tolerance: float | None = None,
    require_schema: str | None = None,
    policy: str | Path | None = None,
) -> FileResult:
    """Verifies a workbook and returns the result; raises WorkbookFailed unless it passes.

    What is not given, the policy says: `policy`, else the nearest `cfp-xl.toml` above the file.
    With `fail_on="never"` only a file that can't be verified fails.
    """
    from cfp_xl.verify.judging.judge import Judge
    from cfp_xl.verify.judging.policy import policies_for, read_policy
    from cfp_xl.verify.pipeline import verify_file
    from cfp_xl.verify.result import FailOn, Options

    file = Path(path)
    chosen = read_policy(Path(policy)) if policy else policies_for([file])[file]
    judge = Judge(
        policies={file.as_posix(): chosen},
        fail_on=FailOn(fail_on) if fail_on else None,
        require_schema=require_schema,
    )
    allowed = tolerance if tolerance is not None else chosen.tolerance
    options = Options() if allowed is None else Options(tolerance=allowed)
    result = judge(verify_file(file, options))
    if result.exit_code():
        raise WorkbookFailed(_said(result))
    return result


def _said(result: FileResult) -> str:
    """The file's verdict, and each cell that made it fail on a line of its own."""
    from cfp_xl.messages import default_lang, say
    from cfp_xl.report.verification.lines import counts, finding_line
    from cfp_xl.report.verification.order import by_sheet

    lang = default_lang()
    status = say(f"report.status.{result.status}", lang)
    lines = [finding_line(f, lang) for f in by_sheet(result.findings) if result.makes_fail(f)]
    return "\n  ".join((f"{result.path}: {status} ({counts(result, lang)})", *lines))


@pytest.fixture
def verify_workbook(request: pytest.FixtureRequest) -> VerifyWorkbook:
    """`assert_workbook`, with paths relative to the root of the tests' project."""

    def verify(path: str | Path, **settings: Any) -> FileResult:
        return assert_workbook(request.config.rootpath / path, **settings)

    return verify


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that names the workbooks to verify."""
    parser.getgroup("cfp-xl").addoption(
        "--cfp-xl-workbooks",
        action="append",
        default=[],
        metavar="GLOB",
        help="workbooks to verify, each a test of its own (such as 'workbooks/*.xlsx'); repeatable",
    )


_WORKBOOKS = pytest.StashKey[frozenset[Path]]()


def pytest_configure(config: pytest.Config) -> None:
    """Adds the workbooks to what is collected; a pattern that means none is no silent pass."""
    found: dict[str, Path] = {}
    for pattern in config.getoption("--cfp-xl-workbooks"):
        matches = sorted(glob(str(config.invocation_params.dir / pattern), recursive=True))
        if not matches:
            raise pytest.UsageError(f"--cfp-xl-workbooks: no workbook matches {pattern}")
        found |= {m: Path(m) for m in matches if not Path(m).name.startswith("~$")}
    config.stash[_WORKBOOKS] = frozenset(found.values())
    config.args.extend(name for name in found if name not in config.args)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Takes the files that the option named, once each, wherever they are."""
    if file_path in parent.config.stash[_WORKBOOKS]:
        return WorkbookFile.from_parent(parent, path=file_path)
    return None


class WorkbookFile(pytest.File):
    """A workbook that pytest found."""

    def collect(self) -> Iterator[pytest.Item]:
        yield WorkbookItem.from_parent(self, name="verify")


class WorkbookItem(pytest.Item):
    """The test that a workbook passes."""

    def runtest(self) -> None:
        assert_workbook(self.path)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, WorkbookFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.path.name
