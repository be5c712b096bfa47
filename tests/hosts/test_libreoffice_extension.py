"""The extension for LibreOffice: made from the registry, whole without numpy, always the same."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cfp_xl.functions.registry import all_functions
from cfp_xl.functions.values import OMITTED, ExcelError
from cfp_xl.hosts.libreoffice import install as installing
from cfp_xl.hosts.libreoffice.edge import error_value, incoming, one_value, rows
from cfp_xl.hosts.libreoffice.extension import build_extension, calc_add_ins, interface, parts
from cfp_xl.hosts.libreoffice.formulas import bound_formula, calls_ours
from cfp_xl.work.programs import CHOSEN

NAME = "{http://openoffice.org/2001/registry}name"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def test_the_same_bytes_each_time() -> None:
    assert build_extension() == build_extension()


def test_every_text_of_the_wizard_is_there_in_both_languages() -> None:
    root = ElementTree.fromstring(calc_add_ins())
    described = root.findall("./node/node/node/node")
    for node, spec in zip(described, all_functions().values(), strict=True):
        words = {
            (prop.get(NAME), value.get(LANG)): value.text
            for prop in node.findall("prop")
            for value in prop
        }
        assert words["CompatibilityName", "en"] == spec.name
        assert words["Description", "zh-CN"] == spec.help.zh
        assert words["Description", "en-US"] == spec.help.en
        helps = [
            [value.text for value in prop if value.get(LANG) in ("zh-CN", "en-US")]
            for parameter in node.findall("./node/node")
            for prop in parameter
            if prop.get(NAME) == "Description"
        ]
        assert helps == [[p.help.zh, p.help.en] for p in spec.parameters]


def test_arguments_are_called_the_same_in_the_interface_and_in_the_wizard() -> None:
    """Calc shows `###` for an argument's name where they differ; and it sorts them."""
    declared = re.findall(r"(\w+)\((.*)\);", interface())
    root = ElementTree.fromstring(calc_add_ins())
    for (method, arguments), node in zip(
        declared, root.findall("./node/node/node/node"), strict=True
    ):
        names = [argument.split()[-1] for argument in arguments.split(", ") if argument]
        assert node.get(NAME) == method
        assert [parameter.get(NAME) for parameter in node.findall("./node/node")] == names
        assert names == sorted(names)


def test_it_needs_nothing_but_python(tmp_path: Path) -> None:
    """What it carries is enough: an interpreter without any installed package computes."""
    zipfile.ZipFile(io.BytesIO(build_extension())).extractall(tmp_path)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'pythonpath')!r})\n"
        "from cfp_xl.functions.registry import all_functions\n"
        "from cfp_xl.hosts.libreoffice import formulas\n"
        "from cfp_xl.hosts.libreoffice.edge import called_from_calc\n"
        "spec = all_functions()['CFP_FACTOR']\n"
        "print(called_from_calc(spec, ('CN-ELEC-CFP-2024', None, None)))"
    )
    alone = [sys.executable, "-I", "-S", "-c", code]
    done = subprocess.run(alone, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "((0.5777,),)"


def test_nothing_of_this_machine_is_in_it() -> None:
    for name, content in parts().items():
        assert "__pycache__" not in name
        assert os.fsencode(Path.cwd()) not in content


@pytest.mark.parametrize(
    ("formula", "bound"),
    [
        ('=cfp_factor("a")', '=ORG.CFPXL.FUNCTIONS.CFPFACTOR("a")'),
        ('=IF(A1;_xldudf_CFP_CO2E(1;"kg");0)', '=IF(A1;ORG.CFPXL.FUNCTIONS.CFPCO2E(1;"kg");0)'),
        ("{=CFP_TOTAL($data.A1:G9)}", "{=ORG.CFPXL.FUNCTIONS.CFPTOTAL($data.A1:G9)}"),
        ('="CFP_FACTOR("&"CFP_FACTOR(1)"', None),
        ("=ORG.CFPXL.FUNCTIONS.CFPTOTAL(A1:B2)", None),
        ("=SUM(A1:A3)", None),
        ("=$'CFP_TOTAL(x)'.A1+1", None),
        ("=CFP_LATER(1)", None),
    ],
)
def test_formulas_as_libreoffice_takes_them(formula: str, bound: str | None) -> None:
    assert bound_formula(formula) == bound


@pytest.mark.parametrize(
    ("formula", "is_call"),
    [
        ("=1+ORG.CFPXL.FUNCTIONS.CFPTOTAL(A1:B2)", True),
        ("=org.cfpxl.Functions.cfpTotal(A1:B2)", True),
        ("=CFP_LATER(1)", False),
        ("=SUM(A1:A3)", False),
    ],
)
def test_calls_of_ours_are_known(formula: str, is_call: bool) -> None:
    assert calls_ours(formula) == is_call


@pytest.mark.parametrize(
    ("position", "given", "read"),
    [
        (0, 0.0, 0.0),  # a required number: a true zero, or an empty cell
        (1, 0.0, None),  # a text can't be 0: the cell is empty
        (3, None, OMITTED),
        (4, 0.0, None),
        (5, "", ""),
    ],
)
def test_single_arguments_of_cfp_emission(position: int, given: object, read: object) -> None:
    assert incoming(all_functions()["CFP_EMISSION"].parameters[position], given) == read


@pytest.mark.parametrize("error", [ExcelError.NA, ExcelError.VALUE, ExcelError.NUM])
def test_an_error_is_never_a_text_nor_a_number(error: ExcelError) -> None:
    value = error_value(error)
    assert value != value  # NaN: what Calc keeps errors in
    assert [type(v) for v in (one_value(error), rows(error)[0][0])] == [float, float]


@pytest.mark.parametrize("truth", [True, False])
def test_a_truth_is_handed_over_as_a_number(truth: bool) -> None:
    """Calc shows a False among an add-in's rows as 1: a report that disagrees would agree."""
    assert [type(v) for v in (one_value(truth), rows(truth)[0][0])] == [float, float]
    assert rows(truth) == ((1.0 if truth else 0.0,),)


@pytest.fixture(autouse=True)
def _no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests with a LibreOffice of their choice means the client tests."""
    monkeypatch.delenv(CHOSEN, raising=False)


def fake_unopkg(folder: Path, exit_code: int) -> None:
    script = folder / "unopkg"
    script.write_text(f'#!/bin/sh\necho "$@" > {folder}/said\necho broken >&2\nexit {exit_code}\n')
    script.chmod(0o755)


def test_install_hands_the_extension_to_unopkg(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_unopkg(tmp_path, 0)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    installing.install(tmp_path / "profile")
    said = (tmp_path / "said").read_text()
    assert said.startswith("add --force --suppress-license ")
    assert said.strip().endswith(f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}")


def test_a_failure_is_told_in_unopkgs_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_unopkg(tmp_path, 1)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(installing.NotInstalled, match="broken"):
        installing.install()


def test_root_is_told_to_be_someone_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_unopkg(tmp_path, 0)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(installing.RootRefused):
        installing.install()


def test_without_libreoffice_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(installing, "USUAL_PLACES", ())
    with pytest.raises(installing.LibreOfficeNotFound, match="apt-get install"):
        installing.install()


def test_of_several_the_chosen_one_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, chosen = tmp_path / "usual", tmp_path / "chosen"
    for folder in (usual, chosen):
        folder.mkdir()
        fake_unopkg(folder, 0)
    monkeypatch.setenv("PATH", str(usual), prepend=os.pathsep)
    monkeypatch.setenv(CHOSEN, str(chosen / "soffice"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert installing.install().program == chosen / "unopkg"
    assert not (usual / "said").exists()


def test_a_choice_that_is_none_is_no_other_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_unopkg(tmp_path, 0)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv(CHOSEN, "/nowhere/soffice")
    with pytest.raises(installing.LibreOfficeNotFound, match="/nowhere/soffice"):
        installing.install()
