"""129 files as an attacker or a broken program writes them, made by hand from raw parts.

Three kinds: the container, the XML of its parts, and formulas that want time or memory.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = RELS.replace("relationships", "content-types")
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
STRINGS, STYLES, BOOK_RELS = "xl/sharedStrings.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"

Parts = Mapping[str, str | bytes]


def sheet(cells: str, before: str = "", after: str = "") -> str:
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{before}'
        f"<sheetData>{cells}</sheetData>{after}</worksheet>"
    )


def formula(text: str, value: str = "0") -> str:
    return f'<row r="1"><c r="A1"><f>{escape(text)}</f><v>{value}</v></c></row>'


def parts(sheet_xml: str | None = None, names: str = "") -> dict[str, str | bytes]:
    """A sound workbook of one sheet with the formula 1+1."""
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = "".join(
        f'<Override PartName="/{part}" ContentType="{kinds}.{kind}+xml"/>'
        for part, kind in (
            (BOOK, "sheet.main"),
            (SHEET, "worksheet"),
            (STRINGS, "sharedStrings"),
            (STYLES, "styles"),
        )
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(
            (
                ("worksheet", "worksheets/sheet1.xml"),
                ("sharedStrings", "sharedStrings.xml"),
                ("styles", "styles.xml"),
            ),
            1,
        )
    )
    xml = "application/vnd.openxmlformats-package.relationships+xml"
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{TYPES}">'
        f'<Default Extension="rels" ContentType="{xml}"/>{types}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{RELS}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="{BOOK}"/></Relationships>',
        BOOK: f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="S" sheetId="1" r:id="rId1"/></sheets>{names}</workbook>',
        BOOK_RELS: f'{HEAD}<Relationships xmlns="{RELS}">{links}</Relationships>',
        SHEET: sheet_xml or sheet(formula("1+1", "2")),
        STRINGS: f'{HEAD}<sst xmlns="{MAIN}"><si><t>a</t></si></sst>',
        STYLES: f'{HEAD}<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/></cellXfs>'
        "</styleSheet>",
    }


def packed(content: Parts) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return target.getvalue()


def containers() -> Iterator[tuple[str, bytes]]:
    sound = packed(parts())
    yield "empty", b""
    yield "text", b"Hello"
    yield "html", b"<html><table><tr><td>1</td></tr></table></html>"
    yield "pdf", b"%PDF-1.7\n%%EOF"
    yield "zeros", bytes(100_000)
    yield "lines", b"\n" * 100_000
    yield "only-magic", b"PK\x03\x04"
    yield "end-record-alone", b"PK\x05\x06" + bytes(18)
    yield "old-excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
    yield "rubbish-before", b"rubbish" * 1000 + sound
    yield "rubbish-behind", sound + b"rubbish" * 10_000
    for tenths in range(1, 10):
        yield f"cut-at-{tenths}-tenths", sound[: len(sound) * tenths // 10]
    for step in (97, 211, 401, 797):
        spoiled = bytearray(sound)
        spoiled[step::step] = bytes(0xFF ^ byte for byte in spoiled[step::step])
        yield f"every-{step}th-byte-flipped", bytes(spoiled)
    yield "bomb-of-zeros", packed({**parts(), SHEET: bytes(40_000_000)})
    yield "bomb-of-blanks", packed({**parts(), STRINGS: b"<sst>" + b" " * 40_000_000})
    yield "30000-parts", packed({**parts(), **{f"x/{n}": b"" for n in range(30_000)}})
    yield "climbing-names", packed({**parts(), "../../../tmp/evil": b"x", "/etc/evil": b"x"})
    for missing in (BOOK, BOOK_RELS, SHEET, STRINGS, STYLES, "_rels/.rels", "[Content_Types].xml"):
        rest = {name: part for name, part in parts().items() if name != missing}
        yield f"without-{missing.rsplit('/')[-1]}", packed(rest)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def documents() -> Iterator[tuple[str, bytes]]:
    for part in (BOOK, BOOK_RELS, SHEET, STRINGS, STYLES):
        name, original = part.rsplit("/")[-1], str(parts()[part])
        body = original.removeprefix(HEAD)
        outside = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'
        yield f"entities-in-{name}", packed({**parts(), part: f"{HEAD}{ENTITIES}]>{body}"})
        yield f"dtd-outside-in-{name}", packed({**parts(), part: f"{HEAD}{outside}{body}"})
        yield f"cut-{name}", packed({**parts(), part: original[: len(original) * 2 // 3]})
        yield f"no-xml-in-{name}", packed({**parts(), part: b"\x00\xff\xfe" * 100})
        yield f"empty-{name}", packed({**parts(), part: b""})
        yield f"deep-{name}", packed({**parts(), part: HEAD + "<a>" * 50_000})
    odd = {
        "string-index": '<row r="1"><c r="A1" t="s"><v>999999999</v></c></row>',
        "style-index": '<row r="1"><c r="A1" s="99999999"><f>1</f><v>1</v></c></row>',
        "row-number": '<row r="99999999999999"><c r="A1"><f>1</f></c></row>',
        "negative-row": '<row r="-1"><c r="A-1"><f>1</f></c></row>',
        "address": '<row r="1"><c r="ZZZZZZ99999999"><f>1</f><v>1</v></c></row>',
        "no-number": '<row r="1"><c r="A1"><f>1</f><v>one</v></c></row>',
        "shared-without-master": '<row r="1"><c r="A1"><f t="shared" si="7"/><v>1</v></c></row>',
        "array-over-all": '<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">1</f></c></row>',
        "shared-over-all": '<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:XFD1048576">'
        "ROW()</f></c></row>",
        "cell-twice": '<row r="1"><c r="A1"><f>1</f></c><c r="A1"><f>2</f></c></row>',
        "type": '<row r="1"><c r="A1" t="nonsense"><f>1</f><v>1</v></c></row>',
    }
    for name, cells in odd.items():
        yield f"odd-{name}", packed(parts(sheet(cells)))
    cols = "".join(f'<col min="{n}" max="16384" width="9"/>' for n in range(1, 20_001))
    yield "20000-cols", packed(parts(sheet(formula("1+1", "2"), f"<cols>{cols}</cols>")))
    names = "".join(f'<definedName name="n{n}">S!$A$1</definedName>' for n in range(100_000))
    many = parts(names=f"<definedNames>{names}</definedNames>")
    yield "100000-names", packed(many)
    merges = "".join('<mergeCell ref="A1:XFD1048576"/>' for _ in range(10_000))
    yield (
        "merged-all",
        packed(parts(sheet(formula("1+1", "2"), "", f"<mergeCells>{merges}</mergeCells>"))),
    )


FORMULAS = (
    "(" * 200_000, "(" * 200_000 + "1" + ")" * 200_000, "-" * 50_000 + "1", "1" + "+1" * 50_000,
    "IF(" * 1000 + "1" + ",1)" * 1000, "{" + "1," * 100_000 + "1}", '"' + "a" * 40_000 + '"',
    'REPT("a",2000000000)', 'REPT(REPT("a",30000),30000)', 'LEN(REPT("ab",1E300))',
    'SUBSTITUTE(REPT("a",30000),"a",REPT("b",30000))', "SEQUENCE(1048576,16384)",
    "RANDARRAY(1048576,16384)", "SUM(SEQUENCE(1E9))", "MUNIT(100000)", "MMULT(A:Z,A:Z)",
    "SUMPRODUCT(A:XFD*A:XFD)", "TEXTJOIN(REPT(\"x\",30000),FALSE,B1:XFD1048576)",
    "FACT(1E9)", "COMBIN(1E15,5E14)", "2^1E9", "1E308*1E308", "DB(1,1,1E9,1E9)",
    "BESSELJ(1E9,1E9)", "GCD(1E15,3)", "FIBONACCI(99)", "MULTINOMIAL(1E9,1E9)",
    'COUNTIF(A1:A1,"' + "*a" * 100 + '*")', 'SEARCH("' + "*?" * 100 + 'b",REPT("a",30000))',
    'REGEXTEST(REPT("a",5000),"(a+)+$b")', 'TEXT(1,"' + "#," * 5000 + '")', "FIXED(1,2000000)",
    "A1", "A1+1", "INDIRECT(\"A1\")", "OFFSET(A1,0,0)", "SUM(A:A)", "INDIRECT(\"S!\"&\"A1\")",
    "[1]X!A1", "'C:\\evil\\[x.xlsx]S'!A1", 'HYPERLINK("file:///etc/passwd")',
    "cmd|' /C calc'!A0",
    'WEBSERVICE("http://127.0.0.1:9/")', 'CALL("kernel32","WinExec","JJ","x")', 'EXEC("calc")',
    "LAMBDA(x,x(x))(LAMBDA(x,x(x)))", "LET(a,1,a(a))", "_xlfn.REDUCE(0,A:A,1)", "#REF!", "1/0",
)  # fmt: skip


def formulas() -> Iterator[tuple[str, bytes]]:
    for number, text in enumerate(FORMULAS):
        yield f"formula-{number:02d}", packed(parts(sheet(formula(text))))


def files() -> dict[str, bytes]:
    """By name, without an ending."""
    return dict((*containers(), *documents(), *formulas()))
