"""Phone and identity numbers of persons are masked in every output; nothing else is.

The identity numbers are the two worked examples of GB 11643-1999; the mobile numbers are invented.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas
import pytest

from cfp_xl.cli import run
from cfp_xl.messages import LANGS, Lang
from cfp_xl.privacy import masked, masked_document
from cfp_xl.report.formats import DIFF, INTAKE, PORTFOLIO, STUDY, VERIFY, WHY, formats_of
from cfp_xl.schema.schema import find_schema
from cfp_xl.workbook.address import cell_position
from cfp_xl.workbook.reading.container import open_package
from cfp_xl.workbook.reading.read import read_workbook
from cfp_xl.workbook.writing.values import write_values

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
MOBILE, IDENTITY = "13912345678", "11010519491231002X"

MASKED = [
    (f"联系人电话{MOBILE}转李工", "联系人电话139****5678转李工"),
    ("tel.139 1234 5678, 139-1234-5678", "tel.139 **** 5678, 139-****-5678"),
    ("+8613912345678", "+86139****5678"),
    ("１３９１２３４５６７８", "１３９****５６７８"),
    (f"身份证{IDENTITY}。", "身份证110***********002X。"),
    ("440524188001010014", "440***********0014"),
    ("110105 1949 1231 002x", "110*** **** **** 002x"),
    ("call +44 20 7946 0958", "call +44 2* **** 0958"),
    ("+49 170 1234567", "+49 1** ***4567"),
    ("+1 (415) 555-2671", "+1 (41*) ***-2671"),
    ("139 12345678", "139 ****5678"),
    ("139.1234.5678", "139.****.5678"),
    ("139\u20131234\u20135678", "139\u2013****\u20135678"),
    ("Zhang_San_13912345678_Shanghai_Plant_2", "Zhang_San_139****5678_Shanghai_Plant_2"),
]
LEFT = [
    "wang@example.com",
    "12345678901",  # no mobile number begins so
    "1391234567",  # ten digits
    "139123456789",
    "0.13912345678",
    "13912345678.25",
    "110105194912310021",  # the check digit does not fit
    "110105194913310020",  # no such month
    "91310000132198765X",  # a company's
    "6901234567892",  # an article number
    "a1391234567813912345678139123456780139123456781391234567800aaaa1",  # a hash
    "12345678-1234-1234-1234-139123456789",  # a UUID
    "=A1+1-200-3000-40000",
    "139.12345678",
    "+0.12345678 kg",
    "+123.45678",
    "=SUM(A1,139)",
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_numbers_of_persons_are_masked(text: str, expected: str) -> None:
    assert masked(text) == expected
    assert masked(expected) == expected
    assert len(masked(text)) == len(text)


@pytest.mark.parametrize("text", LEFT)
def test_everything_else_stays(text: str) -> None:
    assert masked(text) == text


SAID = f"王工 {MOBILE} {IDENTITY}"
SHOWN = "139****5678"


def with_persons(
    source: Path, target: Path, table: str, columns: set[str], setting: str = "functional_unit"
) -> Path:
    """A copy in which people typed their numbers into these columns of a table, and into a
    setting."""
    schema, _ = find_schema(read_workbook(source))
    assert schema is not None
    values: dict[str, dict[tuple[int, int], str]] = {}
    for record in schema.records(table):
        for column in columns:
            where = record.cell(column)
            place = cell_position(where.cell)
            assert place is not None
            values.setdefault(where.sheet, {})[place] = f"{record.text(column)} {SAID}".strip()
    fact = schema.setting(setting)
    assert fact is not None
    assert fact.where is not None
    place = cell_position(fact.where.cell)
    assert place is not None
    values.setdefault(fact.where.sheet, {})[place] = f"1 台 {SAID}"
    target.write_bytes(write_values(open_package(source), values))
    return target


def assert_masked(output: str) -> None:
    assert MOBILE not in output
    assert IDENTITY not in output
    assert SHOWN in output.replace("\\*", "*")  # it would have been seen


@pytest.fixture
def named(tmp_path: Path) -> Path:
    source = WORKBOOKS / "bxd2.xlsx"
    return with_persons(source, tmp_path / "book.xlsx", "activities", {"process", "unit"})


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("format", formats_of(VERIFY))
def test_no_report_shows_them(named: Path, format: str, lang: Lang) -> None:
    report = named.with_name("report")
    assert run(["verify", str(named), "--report", f"{format}={report}", "--lang", lang]) == 1
    if format == "parquet":
        table = pandas.read_parquet(report)
        assert_masked(table.to_csv())
    elif format == "findings":
        assert_masked(pandas.read_excel(report, engine="openpyxl").to_csv())
    elif format == "review":
        assert_masked(zipfile.ZipFile(report).read("word/document.xml").decode())
    else:
        assert_masked(report.read_text("utf-8"))


@pytest.mark.parametrize("format", ["text", "json"])
def test_show_does_not_show_them(named: Path, format: str) -> None:
    report = named.with_name("report")
    run(["show", str(named), "--report", f"{format}={report}"])
    assert_masked(report.read_text("utf-8"))


def test_a_baseline_does_not_hold_them(named: Path) -> None:
    baseline = named.with_name("known.json")
    options = ["--baseline", str(baseline)]
    run(["verify", str(named), *options, "--write-baseline"])
    assert_masked(baseline.read_text("utf-8"))
    assert run(["verify", str(named), *options, "--fail-on-new"]) == 0


@pytest.mark.parametrize("status", ["status.html", "status.xlsx"])
def test_no_intake_shows_them(tmp_path: Path, status: str) -> None:
    source = WORKBOOKS / "meter-box.xlsx"
    product = with_persons(source, tmp_path / "box.xlsx", "parts", {"supplier", "contact"})
    page = tmp_path / status
    answers = str(WORKBOOKS / "meter-box" / "answers")
    argv = ["intake", answers, "--into", str(product), "--status", str(page), "--lang", "zh"]
    for format in formats_of(INTAKE):
        argv += ["--report", f"{format}={tmp_path / format}"]
    run(argv)
    for format in formats_of(INTAKE):
        written = (tmp_path / format).read_text("utf-8")
        assert MOBILE not in written, format
        assert IDENTITY not in written, format
    assert_masked((tmp_path / "text").read_text("utf-8"))
    assert_masked(text_in(page))


def text_in(file: Path) -> str:
    """What a file says; of a package, all its parts but the workbook in an archive."""
    if not zipfile.is_zipfile(file):
        return file.read_text("utf-8")
    with zipfile.ZipFile(file) as package:
        names = [name for name in package.namelist() if not name.endswith((".xlsx", ".png"))]
        return "".join(package.read(name).decode("utf-8", "replace") for name in names)


FURTHER = {
    "study {book}": STUDY,
    "why {book} --depth 5": WHY,
    "diff {before} {book}": DIFF,
    "show .": PORTFOLIO,
}
"""Commands that tell of a workbook, and what their reports are called in `formats`."""
WRITTEN = (
    "report {book} --draft --for own -o {out}.html",
    "report {book} --draft --for own -o {out}.docx",
    "export {book} --draft --to openlca -o {out}",
    "export {book} --draft --to brightway -o {out}",
    "archive {book} -o {out}",
)


def test_no_other_output_shows_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = WORKBOOKS / "meter-box.xlsx"
    folder, out = tmp_path / "books", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    columns = {"process", "activity"}
    book = with_persons(before, folder / "book.xlsx", "activities", columns, "product_name")
    monkeypatch.chdir(folder)
    for line, command in FURTHER.items():
        argv = line.format(before=before, book=book).split()
        for format in formats_of(command):
            argv += ["--report", f"{format}={out / f'{argv[0]}.{format}'}"]
        assert run(argv) in (0, 1), line
    for number, line in enumerate(WRITTEN):
        assert run(line.format(book=book, out=out / f"{number}").split()) in (0, 1), line
    written = sorted(out.iterdir())
    assert len(written) == sum(len(formats_of(one)) for one in FURTHER.values()) + len(WRITTEN)
    seen = 0
    for file in written:
        words = text_in(file)
        assert MOBILE not in words, file.name
        assert IDENTITY not in words, file.name
        seen += SHOWN in words.replace("\\*", "*")
    assert seen > len(WRITTEN)  # they would have been seen


def test_what_something_is_found_by_is_not_masked() -> None:
    document = {"fingerprint": f"abc{MOBILE}0f", "seen": MOBILE}
    assert masked_document(document) == {**document, "seen": masked(MOBILE)}
