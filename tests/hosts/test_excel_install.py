"""Installing for Excel, and what the doctor says: on an imitated folder of a Windows user.

There is no Excel here. What is shown is that the files go where Excel and xlwings look for them,
and that each known illness is told from health.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import pytest
from xlsxwriter import Workbook as NewWorkbook

from cfp_xl.hosts import excel_install
from cfp_xl.hosts.addin import build_addin, put_modules
from cfp_xl.hosts.doctor import Check, examine_installation, examine_workbook
from cfp_xl.hosts.excel import render_udfs
from cfp_xl.hosts.excel_install import (
    ExcelPlaces,
    FileInUse,
    NoExcelHere,
    from_home,
    install,
    read_settings,
    user_home,
)
from cfp_xl.hosts.vba import addin_modules, modules
from cfp_xl.messages import LANGS
from cfp_xl.schema.opened import open_file
from cfp_xl.workbook.reading.read import read_workbook
from cfp_xl.workbook.writing.rebind import rebind

WORKBOOKS = Path(__file__).parents[2] / "workbooks"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's folder, with a Python in it and the functions installed."""
    user = tmp_path / "Users" / "me"
    python = user / "AppData" / "Local" / "Programs" / "Python" / "Python311" / "pythonw.exe"
    python.parent.mkdir(parents=True)
    python.touch()
    install(user, str(python).replace("/", "\\"))
    return user


def test_the_files_go_where_excel_and_xlwings_look(home: Path) -> None:
    start = home / "AppData" / "Roaming" / "Microsoft" / "Excel" / "XLSTART"
    assert (start / "cfp.xlam").read_bytes() == build_addin()
    assert (home / ".cfp_xl" / "cfp_udfs.py").read_text("utf-8") == render_udfs()
    # `Environ("USERPROFILE") & "\." & PROJECT_NAME & "\" & PROJECT_NAME & ".conf"` in xlwings' VBA.
    settings = (home / ".cfp_xl" / "cfp_xl.conf").read_bytes()
    assert settings.startswith(b'"INTERPRETER_WIN","')
    assert b'"UDF MODULES","cfp_udfs"\r\n' in settings


def test_strangers_folders_are_no_source_of_python(home: Path) -> None:
    assert read_settings(ExcelPlaces(home).settings).values["ADD_WORKBOOK_TO_PYTHONPATH"] == "false"


INTERPRETERS = [
    (r"C:\Users\张三\AppData\Local\Python\pythonw.exe", r"C:\Users\张三"),
    (r"c:\users\me\venv\Scripts\pythonw.exe", r"C:\Users\me"),
    (r"C:\Program Files\Python311\pythonw.exe", r"C:\Users\me"),
]


@pytest.mark.parametrize(("python", "user"), INTERPRETERS)
def test_a_users_name_does_not_get_into_the_settings(python: str, user: str) -> None:
    written = from_home(python, user)
    assert written.startswith("%USERPROFILE%" if "sers" in python else "C:\\Program Files")
    assert written.isascii()
    assert written.endswith("pythonw.exe")


def test_installing_again_keeps_the_users_own_settings(home: Path) -> None:
    places = ExcelPlaces(home)
    before = places.settings.read_bytes()
    places.settings.write_bytes(before + b'"SHOW CONSOLE","True"\r\n"CONDA ENV","base"\r\n')
    install(home, "C:\\other\\pythonw.exe")
    settings = read_settings(places.settings).values
    assert settings["CONDA ENV"] == "base"
    assert settings["INTERPRETER_WIN"] == "C:\\other\\pythonw.exe"


def test_excel_holding_the_addin_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_: Path, __: Path) -> Path:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", locked)
    # Building the add-in writes too, into a folder of its own.
    monkeypatch.setattr(excel_install, "build_addin", lambda: b"")
    with pytest.raises(FileInUse, match=r"cfp\.xlam is in use"):
        install(home, "python")


def test_off_windows_a_folder_must_be_named(tmp_path: Path) -> None:
    assert user_home(tmp_path) == tmp_path
    with pytest.raises(NoExcelHere):
        user_home(None)


def ill(home: Path) -> set[str]:
    return {check.id for check in examine_installation(home) if not check.is_well}


def test_a_fresh_installation_is_well(home: Path) -> None:
    assert ill(home) == set()


def addin_with(home: Path, sources: Mapping[str, str]) -> None:
    """An add-in that holds these modules instead of ours."""
    addin = ExcelPlaces(home).addin
    addin.unlink()
    from pyopenvba import ExcelFile

    ExcelFile.create_new(addin).close()
    put_modules(addin, sources)


def changed_addin(home: Path, changes: Mapping[str, bytes | None]) -> None:
    """The add-in with parts replaced, or taken out where None."""
    addin = ExcelPlaces(home).addin
    with zipfile.ZipFile(addin) as old:
        parts: dict[str, bytes | None] = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(addin, "w") as new:
        for name, content in (parts | dict(changes)).items():
            if content is not None:
                new.writestr(name, content)


def cut_addin(home: Path, share: float) -> None:
    addin = ExcelPlaces(home).addin
    content = addin.read_bytes()
    addin.write_bytes(content[: int(len(content) * share)])


def addin_as_folder(home: Path) -> None:
    ExcelPlaces(home).addin.unlink()
    ExcelPlaces(home).addin.mkdir()


def another_version(home: Path) -> None:
    functions = addin_modules()["CFP_Functions"].replace("CFP_TOTAL", "CFP_SUM")
    addin_with(home, {**addin_modules(), "CFP_Functions": functions})


def other_xlwings(home: Path) -> None:
    source = 'Attribute VB_Name = "xlwings"\n\' xlwings64-0.33.0.dll\n'
    addin_with(home, {**addin_modules(), "xlwings": source})


def never_installed(home: Path) -> None:
    for path in (ExcelPlaces(home).addin, ExcelPlaces(home).settings):
        path.unlink()


def settings_in(home: Path, encoding: str) -> None:
    """A Python in a folder of Chinese letters, the settings saved by an editor."""
    python = home / "软件" / "pythonw.exe"
    python.parent.mkdir()
    python.touch()
    path = str(python).replace("/", "\\")
    ExcelPlaces(home).settings.write_bytes(f'"INTERPRETER_WIN","{path}"\r\n'.encode(encoding))


ANTIVIRUS_NOTE = "This file was removed because it contained a threat. 此文件因包含威胁已被删除。"
ILLNESSES: dict[tuple[str, str], Callable[[Path], object]] = {
    ("addin", "ill"): never_installed,
    ("addin", "quarantined"): lambda home: ExcelPlaces(home).addin.unlink(),
    ("addin", "empty"): lambda home: ExcelPlaces(home).addin.write_bytes(b""),
    ("addin", "truncated"): lambda home: cut_addin(home, 0.5),
    ("addin", "replaced"): lambda h: ExcelPlaces(h).addin.write_text(ANTIVIRUS_NOTE, "gbk"),
    ("addin", "no_vba"): lambda home: changed_addin(home, {"xl/vbaProject.bin": None}),
    ("addin", "vba_damaged"): lambda home: changed_addin(home, {"xl/vbaProject.bin": b"\0" * 999}),
    ("addin", "vba_gone"): lambda home: addin_with(home, {"Other": "' nothing of ours"}),
    ("addin", "earlier"): lambda home: addin_with(home, modules()),
    ("addin", "outdated"): another_version,
    ("addin", "not_opened"): addin_as_folder,
    ("blocked", "ill"): lambda home: Path(f"{ExcelPlaces(home).addin}:Zone.Identifier").touch(),
    ("xlwings", "ill"): other_xlwings,
    ("udfs", "ill"): lambda home: ExcelPlaces(home).udfs.write_text("# 另一版本", "gbk"),
    ("settings", "ill"): lambda home: ExcelPlaces(home).settings.write_bytes(b""),
    ("encoding", "ill"): lambda home: settings_in(home, "gbk"),
    ("python", "ill"): lambda home: next(home.rglob("pythonw.exe")).unlink(),
}


@pytest.mark.parametrize("illness", ILLNESSES, ids="-".join)
def test_each_illness_is_told_with_its_cure(home: Path, illness: tuple[str, str]) -> None:
    ILLNESSES[illness](home)
    found = [check for check in examine_installation(home) if not check.is_well]
    assert (found[0].id, found[0].state) == illness
    assert {check.id for check in found} <= {illness[0], "settings"}
    for lang in LANGS:
        assert "host install excel" in found[0].say(lang)


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-8-sig"])
def test_settings_of_any_editor_are_read_and_written_anew(home: Path, encoding: str) -> None:
    settings_in(home, encoding)
    ill = {check.id: check for check in examine_installation(home) if not check.is_well}
    assert ill.keys() == {"encoding"}  # the Python in them is found
    assert encoding.upper() in ill["encoding"].say("zh")
    install(home, "C:\\other\\pythonw.exe")
    assert {check.id for check in examine_installation(home) if not check.is_well} == {"python"}


@pytest.mark.parametrize("seed", range(60))
def test_no_damage_to_addin_or_settings_is_a_bug_of_ours(home: Path, seed: int) -> None:
    chance = Random(seed)
    places = ExcelPlaces(home)
    damaged = (places.addin, places.settings, places.udfs)[seed % 3]
    content = bytearray(damaged.read_bytes())
    for _ in range(40):
        content[chance.randrange(len(content))] = chance.randrange(256)
    damaged.write_bytes(bytes(content[: chance.randrange(len(content))]))
    ill = [check for check in examine_installation(home) if not check.is_well]
    assert ill
    assert all(check.say(lang) for check in ill for lang in LANGS)


def ailing(path: Path) -> dict[str, Check]:
    return {c.id: c for c in examine_workbook(read_workbook(path)) if not c.is_well}


def test_a_workbook_of_ours_is_well() -> None:
    assert ailing(WORKBOOKS / "bxd2.xlsx") == {}
    assert ailing(WORKBOOKS / "bxd2.xlsm") == {}


def test_a_workbook_linked_to_the_start_folder_is_well(tmp_path: Path) -> None:
    rebind(open_file(WORKBOOKS / "bxd2.xlsx"), tmp_path / "linked.xlsx", "xlam")
    assert ailing(tmp_path / "linked.xlsx") == {}


def test_another_programs_spelling_is_named(tmp_path: Path) -> None:
    rebind(open_file(WORKBOOKS / "bxd2.xlsx"), tmp_path / "mac.xlsx", "officejs")
    found = ailing(tmp_path / "mac.xlsx")
    assert found.keys() == {"spelling"}
    assert "_xldudf_CFP_" in found["spelling"].say("en")
    assert "host rebind" in found["spelling"].say("zh")


def test_stored_names_and_missing_functions_are_named(tmp_path: Path) -> None:
    with NewWorkbook(tmp_path / "unknown.xlsx") as book:
        book.add_worksheet().write_formula("A1", "CFP_VERSION()", value="#NAME?")
    assert ailing(tmp_path / "unknown.xlsx").keys() == {"name"}
    with NewWorkbook(tmp_path / "none.xlsx") as book:
        book.add_worksheet().write_formula("A1", "1+1", value=2)
    assert ailing(tmp_path / "none.xlsx").keys() == {"calls"}
