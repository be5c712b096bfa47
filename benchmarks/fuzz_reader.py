"""Reads damaged and hostile workbooks for a while: no crash, no hang, no unbounded memory.

    python benchmarks/fuzz_reader.py [--minutes 10] [--seed N]

Each case is a workbook of the seeds with something changed in its bytes, its zip or its XML. It
must be read or refused (`Unreadable`), within time and memory, and a sheet that is read by regular
expressions must have the cells that the XML parser finds in it. Prints what went wrong, with the
number that repeats it (`--case N`); exit code 1 if anything did.
"""

from __future__ import annotations

import argparse
import io
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import xlsxwriter

from benchmarks.workloads import write_supplier
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.reading.read import Unreadable, read_workbook

MOST_SECONDS = 20
MOST_MEMORY_BYTES = 2 * 1024**3
ROOT = Path(__file__).parents[1]
SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
PIECES = (
    b"<", b">", b"/>", b'"', b"&", b"&amp;", b"&#65;", b"&lt;", b"]]>", b"<![CDATA[x]]>",
    b"<!-- -->", b"<?x y?>", b"<v>", b"</v>", b"<v/>", b"<v></v>", b"<v>1</v>", b"<f>",
    b"</f>", b"<f/>",
    b'<f t="shared" si="0"/>', b'<f t="array" ref="A1:XFD1048576">1</f>', b"<c/>", b"</c>",
    b'<c r="A1"><v>1</v></c>', b'<c r="XFD1048576"><v>1</v></c>', b"<row/>", b"</row>",
    b'<row r="1048577">', b"</sheetData>", b"<sheetData>", b"<is><t>x</t></is>", b' t="s"',
    b' t="str"', b' t="b"', b' t="e"', b' t="d"', b' t="inlineStr"', b' s="99999999"', b' r="A0"',
    b' r="ZZZZ1"', b"1e400", b"-1", b"nan", b"99999999999999999999", b"_x0041_", b"_xD800_",
    b"\x00", b"\xff", b"\xef\xbf\xbf", "吨".encode(), "９".encode(), b"\r\n", b"\t", b" " * 50,
    b'<!DOCTYPE x [<!ENTITY a "b">]>', b'<?xml version="1.0" encoding="utf-16"?>',
)  # fmt: skip


class Hang(Exception):
    """A case took too long."""


def seeds(folder: Path) -> list[bytes]:
    """Workbooks to begin with: a supplier's, ours, and one with what both lack."""
    write_supplier(folder / "supplier.xlsx", 8, seed=1)
    with xlsxwriter.Workbook(folder / "other.xlsx") as book:
        sheet = book.add_worksheet("Other 'one' too")
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_rich_string("A1", book.add_format({"bold": True}), "CO", "2e & more")
        sheet.write_number("A2", 45000, date)
        sheet.write_boolean("A3", True)
        sheet.write_formula("A4", "=1/0", None, "#DIV/0!")
        sheet.write_array_formula("B1:B3", "{=ROW(1:3)*A2}", None, 1)
        sheet.write_dynamic_array_formula("C1:C3", "=SEQUENCE(3)", None, 1)
        sheet.add_table("E1:F4", {"columns": [{"header": "a"}, {"header": "b"}]})
        sheet.set_row(6, None, None, {"hidden": True})
        sheet.set_column("H:I", None, None, {"hidden": True})
        book.define_name("quantity", "='Other ''one'' too'!$A$2")
        book.set_custom_property("text", "x_x0041_")
    files = [folder / "supplier.xlsx", folder / "other.xlsx", ROOT / "workbooks" / "bxd2.xlsx"]
    return [file.read_bytes() for file in files]


def in_bytes(random: Random, data: bytes) -> bytes:
    """Flips, cuts out, doubles or overwrites some bytes."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 5, 30))):
        at = random.randrange(len(changed))
        match random.randrange(5):
            case 0:
                changed[at] ^= 1 << random.randrange(8)
            case 1:
                del changed[at : at + random.choice((1, 4, 100, 5000))]
            case 2:
                changed[at:at] = changed[at : at + random.choice((1, 4, 100))]
            case 3:
                changed[at : at + 4] = random.choice((b"\xff" * 4, bytes(4), b"PK\x01\x02"))
            case 4:
                changed[at:at] = random.choice(PIECES)
        if not changed:
            return b"PK"
    return bytes(changed)


def in_directory(random: Random, data: bytes) -> bytes:
    """Overwrites fields of the zip's records, which say where parts are and how large."""
    changed = bytearray(data)
    starts = [match.start() for match in re.finditer(rb"PK\x01\x02|PK\x05\x06|PK\x03\x04", data)]
    for _ in range(random.choice((1, 2))):
        at = random.choice(starts) + random.randrange(4, 46)
        width = random.choice((1, 2, 4))
        value = random.choice((0, 1, 8, 0x7FFFFFFF, 0xFFFFFFFF, random.getrandbits(32)))
        changed[at : at + width] = (value & (256**width - 1)).to_bytes(width, "little")
    return bytes(changed)


def in_parts(random: Random, data: bytes) -> bytes:
    """Changes the XML of one or two parts, or their names, and zips them again."""
    parts = parts_of(data)
    sheets = [name for name in parts if SHEET.fullmatch(name)]
    for _ in range(random.choice((1, 1, 2))):
        name = random.choice(sheets if random.random() < 0.6 else list(parts))
        match random.randrange(8):
            case 0:
                parts[name] = b"" if random.random() < 0.3 else parts[name][: random.randrange(99)]
            case 1 if name in parts:
                parts[random.choice((name.upper(), "x/" + name, name + "x"))] = parts.pop(name)
                sheets = [one for one in parts if SHEET.fullmatch(one)] or list(parts)
            case _:
                parts[name] = in_xml(random, parts[name])
    return zipped(parts)


def in_xml(random: Random, xml: bytes) -> bytes:
    """Inserts, removes, repeats or exchanges pieces between tags, or within them."""
    tokens = re.findall(rb"<[^>]*>|[^<]+", xml)
    if not tokens:
        return random.choice(PIECES)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        at = random.randrange(len(tokens))
        match random.randrange(6):
            case 0:
                tokens[at] = random.choice(PIECES)
            case 1:
                tokens.insert(at, random.choice(PIECES))
            case 2:
                del tokens[at : at + random.choice((1, 2, 7))]
                tokens = tokens or [b" "]
            case 3:
                run = tokens[at : at + random.choice((1, 3, 8))]
                tokens[at:at] = run * random.choice((1, 1, 1, 3000))
            case 4:
                where = random.randrange(len(tokens[at]) + 1)
                tokens[at] = tokens[at][:where] + random.choice(PIECES) + tokens[at][where:]
            case 5:
                other = random.randrange(len(tokens))
                tokens[at], tokens[other] = tokens[other], tokens[at]
    return b"".join(tokens)


CHANGES: Sequence[Callable[[Random, bytes], bytes]] = (in_bytes, in_directory, in_parts, in_parts)


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read(file: Path) -> Workbook | str:
    """The workbook, or the code by which it was refused."""
    try:
        return read_workbook(file)
    except Unreadable as refusal:
        refusal.say("zh")
        return refusal.finding.code


def differs_by_parser(workbook: Workbook, data: bytes, file: Path) -> str:
    """What the XML parser reads otherwise: a comment among the rows leaves the sheet to it."""
    parts = parts_of(data)
    for name in list(parts):
        parts[name] = parts[name].replace(b"<sheetData>", b"<sheetData><!-- -->", 1)
    file.write_bytes(zipped(parts))
    other = read(file)
    if isinstance(other, str):
        return f"refused by the parser: {other}"
    for one, two in zip(workbook.sheets, other.sheets, strict=True):
        if repr(dict(one.cells)) != repr(dict(two.cells)):
            return f"other cells in {one.name}"
        if (one.hidden_rows, one.hidden_columns) != (two.hidden_rows, two.hidden_columns):
            return f"other hidden rows or columns in {one.name}"
    return ""


def run_case(number: int, beginnings: Sequence[bytes], folder: Path) -> tuple[str, str]:
    """How the case ended, in a word, and what is wrong with that."""
    random = Random(number)
    change = random.choice(CHANGES)
    data = change(random, random.choice(beginnings))
    file = folder / "case.xlsx"
    file.write_bytes(data)
    signal.alarm(MOST_SECONDS)
    try:
        found = read(file)
        if isinstance(found, str):
            return found, ""
        wrong = differs_by_parser(found, data, file) if change is in_parts else ""
        return "read", wrong
    except Exception:
        return "failed", traceback.format_exc()
    finally:
        signal.alarm(0)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0, help="the number of the first case")
    parser.add_argument("--case", type=int, help="only this one")
    options = parser.parse_args(arguments)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))

    def hang(*_: object) -> None:
        raise Hang(f"more than {MOST_SECONDS} s")

    signal.signal(signal.SIGALRM, hang)
    ends: Counter[str] = Counter()
    count, failures = 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        beginnings = seeds(folder)
        end = time.monotonic() + options.minutes * 60
        number = options.seed if options.case is None else options.case
        while time.monotonic() < end and not (count and options.case is not None):
            how, wrong = run_case(number, beginnings, folder)
            ends[how] += 1
            if wrong:
                failures += 1
                print(f"--case {number}: {wrong}", flush=True)
            number, count = number + 1, count + 1
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count} cases, {failures} wrong, peak {peak_mb:.0f} MB; {dict(ends.most_common())}")
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
