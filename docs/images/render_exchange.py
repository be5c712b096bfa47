"""Renders the picture of docs/exchange.md: files written from the worked example, as a program for
tables shows them:

    .venv/bin/python -m docs.images.render_exchange

Needs Chromium and a Noto CJK font.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import sync_playwright

from cfp_xl import api

HERE = Path(__file__).parent
WORKBOOK = HERE.parents[1] / "workbooks" / "meter-box-with-suppliers.xlsx"
SHOWN = "ABDEFM"
"""Columns of Brightway's sheet; the others repeat what these say, or are empty here."""
FIRST, BEHIND = "stage:raw_material_acquisition", "stage:distribution"
"""The codes of the process that is shown first, and of the one that is no more."""
COLOURS = 64
STYLE = """
body { margin: 0; padding: 14px; display: inline-flex; gap: 18px; align-items: flex-start;
  background: #d9dcdf; font: 13px/1.5 "Noto Sans CJK SC", sans-serif; }
figure { margin: 0; background: #fff; border: 1px solid #9aa0a6; }
figcaption { padding: 4px 10px; font-weight: bold; color: #fff; background: #217346; }
table { border-collapse: collapse; }
th, td { padding: 1px 8px; border: 1px solid #d4d4d4; white-space: nowrap; text-align: left; }
th { font-weight: normal; color: #666; background: #f3f3f3; text-align: center; }
td.number { text-align: right; }
td.head { font-weight: bold; }
"""

Row = Sequence[object]


def label(product: api.ProductWorkbook) -> dict[int, Row]:
    """The table for a footprint mark, whole."""
    text = product.export("label").decode("utf-8-sig")
    return dict(enumerate(csv.reader(io.StringIO(text)), start=1))


def processes(product: api.ProductWorkbook) -> dict[int, Row]:
    """Two stages of the model for Brightway, by the rows that they stand at."""
    sheet = load_workbook(io.BytesIO(product.export("brightway"))).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    codes = [row[1] if row[0] == "code" else None for row in rows]
    first, behind = codes.index(FIRST), codes.index(BEHIND)
    columns = ["ABCDEFGHIJKLM".index(letter) for letter in SHOWN]
    return {at: [rows[at - 1][c] for c in columns] for at in range(first, behind - 1)}


def table(title: str, columns: str, rows: Mapping[int, Row]) -> Iterator[str]:
    """HTML of the rows, with letters and numbers around them."""
    yield f"<figure><figcaption>{title}</figcaption><table><tr><th></th>"
    yield "".join(f"<th>{letter}</th>" for letter in columns) + "</tr>"
    for number, row in rows.items():
        kind = "head" if row[0] in ("Activity", "name", "项目") else ""
        yield f"<tr><th>{number}</th>"
        for value in row:
            is_number = isinstance(value, int | float)
            words = "" if value is None else f"{value:.12g}" if is_number else escape(str(value))
            yield f'<td class="{"number" if is_number else kind}">{words}</td>'
        yield "</tr>"
    yield "</table></figure>"


def main() -> None:
    """Draws it, in few colours so that it is small."""
    product = api.open_workbook(WORKBOOK)
    body = [*table("label.csv", "AB", label(product))]
    body += table("model.xlsx (Brightway)", SHOWN, processes(product))
    file = HERE / "exchange.png"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1600, "height": 600})
        page.set_content(f"<style>{STYLE}</style>{''.join(body)}")
        page.locator("body").screenshot(path=file)
        browser.close()
    with Image.open(file) as shot:
        small = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(file, optimize=True)


if __name__ == "__main__":
    main()
