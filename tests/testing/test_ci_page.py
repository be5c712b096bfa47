"""docs/ci.md and the files it speaks of: every snippet parses, and every command runs."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from cfp_xl.cli import run
from cfp_xl.verify.judging.policy import read_policy

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs" / "ci.md").read_text("utf-8")
WORKFLOW = PROJECT / ".github" / "workflows" / "workbooks.yml"


def snippets(language: str) -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found


def scripts(text: str) -> list[str]:
    """The shell lines of a YAML pipeline."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("run", "script"):
                    found.extend(value if isinstance(value, list) else [value])
                else:
                    walk(value)
        elif isinstance(node, list):
            for item in node:
                walk(item)

    walk(yaml.safe_load(text))
    return [line for script in found for line in script.splitlines()]


def commands() -> list[str]:
    lines = [line for text in [*snippets("yaml"), WORKFLOW.read_text()] for line in scripts(text)]
    lines += [line for text in snippets("bash") for line in text.splitlines()]
    lines += re.findall(r"sh '(.*)'", "".join(snippets("groovy")))
    found = [re.sub(r"^\.venv/bin/", "", x) for x in lines]
    return [line for line in found if line.startswith("cfp-xl ")]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the worked example in `workbooks`, as the page has it."""
    (tmp_path / "workbooks").mkdir()
    shutil.copy(PROJECT / "workbooks" / "bxd2.xlsx", tmp_path / "workbooks")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    return tmp_path


def test_the_page_shows_commands() -> None:
    assert len(commands()) >= 6


def test_every_command_runs(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the order of the page: a baseline is written before it is used."""
    for command in dict.fromkeys(commands()):
        # --debug: in this process, without starting a worker for one small file
        arguments = [*shlex.split(os.path.expandvars(command))[1:], "--debug"]
        assert run(arguments) == 0, f"{command}\n{capsys.readouterr().err}"
    made = {path.name for path in checkout.iterdir()} - {"workbooks"}
    assert made == {"workbooks.xml", "cfp-xl.sarif", "summary.md", "known.json"}


def test_the_policy_can_be_read(tmp_path: Path) -> None:
    (policy,) = snippets("toml")
    (tmp_path / "cfp-xl.toml").write_text(policy, "utf-8")
    read = read_policy(tmp_path / "cfp-xl.toml")
    assert (len(read.severities), len(read.waivers)) == (2, 1)


def test_workbooks_are_tests(checkout: Path) -> None:
    """The page's test file and its command, in a pytest of their own."""
    (test,) = snippets("python")
    (checkout / "test_page.py").write_text(test)
    (line,) = [x for text in snippets("bash") for x in text.splitlines() if x.startswith("pytest ")]
    answer = subprocess.run(
        [sys.executable, "-m", *shlex.split(line), "-p", "cfp_xl.testing", "test_page.py"],
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout
    assert "2 passed" in answer.stdout


def test_the_pre_commit_hook_exists_and_takes_workbooks() -> None:
    (hook,) = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (config,) = [y for y in map(yaml.safe_load, snippets("yaml")) if "repos" in y]
    assert [h["id"] for h in config["repos"][0]["hooks"]] == [hook["id"]]
    is_taken: Callable[[str], bool] = lambda name: bool(  # noqa: E731
        re.search(hook["files"], name) and not re.search(hook["exclude"], name)
    )
    assert is_taken("供应商/a.XLSX")
    assert is_taken("a.xltm")
    assert not is_taken("a/~$b.xlsx")
    assert not is_taken("a.xlsx.txt")


def test_the_hooks_command_runs(checkout: Path) -> None:  # noqa: ARG001
    (hook,) = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    arguments = [*shlex.split(hook["entry"])[1:], "--fail-on", "warning", "workbooks/bxd2.xlsx"]
    assert run(arguments) == 0


def test_no_snippet_names_a_registry() -> None:
    for text in (PAGE, WORKFLOW.read_text("utf-8")):
        assert not re.search(r"https?://|--index-url|pypi|registry", text)
