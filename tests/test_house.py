"""The house rules that no single room can check: imports run downwards, texts exist twice."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import cfp_xl
from cfp_xl.findings import editions, kinds
from cfp_xl.hosts.libreoffice.extension import CARRIED
from cfp_xl.messages import LANGS, Text, catalogue

PACKAGE = Path(cfp_xl.__file__).parent
PROJECT = PACKAGE.parent

# A room may import itself and the rooms named after it; every room may import GROUND.
GROUND = {"data_files", "messages", "findings", "a1", "inputs", "outputs", "privacy"}
ROOMS = (
    "footprint",
    "study",
    "functions",
    "workbook",
    "work",
    "engine",
    "hosts",
    "schema",
    "whatif",
    "why",
    "compare",
    "templates",
    "exchange",
    "verify",
    "suppliers",
    "audit",
    "mutate",
    "report",
    "desk",
)
"""From below to above."""
CALCULATION = {"footprint", "study", "functions", "workbook", "engine"}
STUDY = {*CALCULATION, "schema"}
MAY_IMPORT: dict[str, set[str]] = {
    "privacy": set(),
    "data_files": set(),
    "messages": {"privacy", "data_files"},
    "a1": set(),
    "findings": {"messages", "a1", "data_files"},
    "inputs": {"messages"},
    "outputs": {"messages"},
    "footprint": set(),
    "study": {"footprint"},
    "functions": {"footprint", "study"},
    "workbook": {"footprint", "functions"},
    "engine": CALCULATION,
    "hosts": CALCULATION - {"engine"} | {"work"},
    "schema": CALCULATION,
    "whatif": STUDY,
    "why": {*STUDY, "whatif"},
    "compare": {*STUDY, "whatif", "why"},
    "templates": STUDY,
    "exchange": STUDY,
    "work": {"workbook"},
    "verify": {*STUDY, "whatif", "work", "hosts"},
    "suppliers": {*STUDY, "work", "verify", "templates", "exchange"},
    "audit": {*STUDY, "work", "verify"},
    "mutate": {*STUDY, "whatif", "verify"},
    "report": {
        *STUDY,
        "whatif",
        "why",
        "compare",
        "work",
        "verify",
        "suppliers",
        "exchange",
        "audit",
        "mutate",
    },
    "desk": {
        *STUDY,
        "whatif",
        "why",
        "compare",
        "exchange",
        "work",
        "hosts",
        "verify",
        "suppliers",
        "audit",
        "report",
    },
    "testing": {"work", "verify", "report"},
    "api": {*STUDY, "whatif", "why", "compare", "verify", "audit", "exchange", "report"},
    "build": set(ROOMS),
    "cli": {*ROOMS, "build"},
    "__main__": {"cli"},
    "__init__": set(),
}
"""What a room may import besides itself and GROUND."""
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(module: Path) -> str:
    first = module.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(module: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            if node.module == "cfp_xl":
                yield from ((node.lineno, f"cfp_xl.{alias.name}") for alias in node.names)


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_imports_run_downwards(module: Path) -> None:
    room = room_of(module)
    assert room in MAY_IMPORT, f"{module} stands in no known room: add it to docs/architecture.md"
    allowed = MAY_IMPORT[room] | GROUND | {room}
    for line, name in imported(module):
        if name.startswith("cfp_xl."):
            target = name.split(".")[1]
            if target.startswith("__"):
                continue
            assert target in allowed, f"{module}:{line}: {room} must not import {target}"


TOP = {"pyproject.toml", "cfp_xl", "workbooks", "tests", "udfs", "README.md"}
BESIDE = {"docs", "benchmarks", "CHANGELOG.md", "LICENSE"}


def test_the_top_of_the_project_holds_what_is_expected_there() -> None:
    """Nothing else that is under version control, but for settings whose names begin with a dot."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("no git checkout: what belongs to the project cannot be told")
    found = {name.split("/")[0] for name in listed.stdout.split("\0") if name}
    assert {name for name in found if not name.startswith(".")} == TOP | BESIDE


def test_the_architecture_page_has_every_room_in_its_order() -> None:
    page = (PROJECT / "docs" / "architecture.md").read_text("utf-8")
    folders = [m for m in re.findall(r"^\| `(\w+)/` \|", page, re.MULTILINE) if m != "data"]
    assert folders == [*ROOMS, "cli"]
    below = {m.parent.relative_to(PACKAGE).as_posix() for m in MODULES if m.name == "__init__.py"}
    for folder in sorted(below - {"."} - set(folders)):
        assert f"`{folder.split('/')[-1]}/`" in page, f"{folder}/ is not described"


def test_a_class_is_called_as_no_other_is() -> None:
    """A name tells which thing is meant, without its module. Private classes stay in theirs."""
    where: dict[str, list[str]] = {}
    for module in MODULES:
        for node in ast.parse(module.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where.setdefault(node.name, []).append(str(module.relative_to(PROJECT)))
    assert {name: places for name, places in where.items() if len(places) > 1} == {}


def test_what_goes_into_libreoffice_imports_nothing_that_stays_here() -> None:
    carried = {name.removesuffix(".py") for name in CARRIED} - {"__init__", "hosts/__init__"}
    for module in MODULES:
        if room_of(module) in carried:
            lacking = {
                name.split(".")[1]
                for node in ast.parse(module.read_text("utf-8")).body  # late imports may fail there
                if isinstance(node, ast.ImportFrom)
                and (name := node.module or "").count(".")
                and name.startswith("cfp_xl.")
            } - carried
            assert not lacking, f"{module} needs {lacking}: add it to CARRIED"


def _dotted(module: Path) -> str:
    parts = module.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


BY_NAME = {_dotted(module): module for module in MODULES}


def _imported_modules(module: Path) -> set[str]:
    """The modules of ours that `module` imports, late or for types only too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= inner if inner & BY_NAME.keys() else {node.module}
    return names & BY_NAME.keys()


def test_no_modules_import_each_other_in_a_circle() -> None:
    imports = {name: _imported_modules(module) - {name} for name, module in BY_NAME.items()}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as circle:
        pytest.fail("imports run in a circle: " + " → ".join(circle.args[1]))


def test_no_room_may_import_one_above_it() -> None:
    for above, room in enumerate(ROOMS):
        assert MAY_IMPORT[room] <= set(ROOMS[: above + 1]), room


OPENING = {"read_workbook", "read_package", "recalculate", "find_schema", "with_recomputed_values"}
"""The steps of opening a workbook."""


def test_a_workbook_is_opened_in_one_place() -> None:
    """Read, recalculated, its tables found, its recomputed values laid over it: by
    `schema/opened.py` only. The room that has a step may name it."""
    callers = {
        module.relative_to(PACKAGE).as_posix()
        for module in MODULES
        if room_of(module) not in ("workbook", "engine")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Call) and OPENING & {_called(node.func)}
    }
    assert callers == {"schema/opened.py"}


FACTS = {"records", "row", "setting", "settings", "inventory", "factors", "sheet_factors"}
"""What a study states: asked of the product, not of the workbook's schema."""


@pytest.mark.parametrize("room", ["verify", "report", "suppliers"])
def test_rules_read_the_product_record(room: str) -> None:
    """Of the schema they ask for its kind and for places only; what writes goes by places."""
    loose = [
        f"{module.relative_to(PROJECT)}:{node.lineno}: {node.attr}"
        for module in (PACKAGE / room).rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {*FACTS, "justifications"}
        if _is_called(node.value, "schema") and module.name not in ("plan.py", "annotate.py")
    ]
    assert not loose, "ask `case.product`"


def _called(function: ast.expr) -> str:
    return str(getattr(function, "id", None) or getattr(function, "attr", ""))


def test_only_the_engine_imports_formulas() -> None:
    importers = {
        room_of(m)
        for m in MODULES
        for _, name in imported(m)
        if name.split(".")[0] in {"formulas", "schedula"}
    }
    assert importers <= {"engine"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def assert_same_placeholders(key: str, text: Text) -> None:
    assert placeholders(text.zh) == placeholders(text.en), f"{key}: placeholders differ"
    assert all(text.in_lang(lang).strip() for lang in LANGS), f"{key}: a language is empty"


def test_every_message_exists_in_both_languages() -> None:
    for key, text in catalogue().items():
        assert_same_placeholders(key, text)


@pytest.mark.parametrize("code", kinds())
def test_every_finding_is_complete(code: str) -> None:
    kind = kinds()[code]
    assert re.fullmatch(r"[A-Z]\d\d", code)
    assert kind.messages, f"{code} has no message"
    for name, text in [("title", kind.title), ("rule", kind.rule)]:
        assert_same_placeholders(f"{code}.{name}", text)
    for case, text in [*kind.messages.items(), *kind.hints.items()]:
        assert_same_placeholders(f"{code}.{case}", text)


@pytest.mark.parametrize("room", ["verify", "suppliers", "report", "cli"])
def test_no_code_is_taken_apart(room: str) -> None:
    """What holds of a code or a case is declared in its entry of the catalogue: nothing asks for
    the letter of a code or the name of a case."""
    asked = [
        f"{module.relative_to(PROJECT)}:{node.lineno}"
        for module in (PACKAGE / room).rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.expr) and _takes_apart(node)
    ]
    assert not asked, "declare a trait (cfp_xl/findings.py, Traits) and ask for that"


def _takes_apart(node: ast.expr) -> bool:
    if isinstance(node, ast.Subscript):
        return not isinstance(node.slice, ast.Name) and _is_called(node.value, "code")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        is_prefix = node.func.attr in ("startswith", "removeprefix", "endswith")
        return is_prefix and _is_called(node.func.value, "code")
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        return any(isinstance(side, ast.Attribute) and side.attr == "case" for side in sides)
    return False


def _is_called(node: ast.expr, name: str) -> bool:
    return name in (getattr(node, "id", None), getattr(node, "attr", None))


def test_modules_stay_small() -> None:
    long = {
        str(m.relative_to(PROJECT)): n
        for m in MODULES
        if (n := len(m.read_text("utf-8").splitlines())) > 400
    }
    assert not long, "one subject a module: split what a reader looks for separately"


def test_functions_stay_short() -> None:
    long = {
        f"{module.relative_to(PACKAGE).as_posix()} {node.name}": lines
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > 60
    }
    assert long == {}


def test_no_function_is_exempt_from_the_limit_of_complexity() -> None:
    files = [*MODULES, *(PROJECT / "tests").rglob("*.py")]
    exempt = [str(file) for file in files if f"noqa: {'C901'}" in file.read_text("utf-8")]
    assert exempt == []


@pytest.mark.parametrize(
    "arguments", [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)], ids=" ".join
)
def test_the_code_is_as_its_tools_want_it(arguments: tuple[str, ...]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_code_says_in_which_edition_of_the_rules_it_came() -> None:
    """The codes of edition 0.1 never change; a new one is declared with `since`, so that an upgrade
    turns no workbook red whose policy keeps to an earlier edition."""
    first = (PROJECT / "tests" / "data" / "edition_0_1.txt").read_text("utf-8").split()
    later = {code for code, kind in kinds().items() if kind.traits.since != "0.1"}
    assert kinds().keys() - first == later, 'a new code needs `since = "0.2"` in its entry'
    assert editions()[0] == "0.1"
