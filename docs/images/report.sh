#!/usr/bin/env bash
# The pictures of docs/report.md: pages of the example's report, four beside each other.
# From the project's folder; needs pdftoppm (poppler-utils), and Pillow, which pdfplumber brings.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for lang in zh en; do
  .venv/bin/cfp-xl report workbooks/meter-box-with-suppliers.xlsx -o "$work/$lang.pdf" --lang "$lang"
  pdftoppm -r 55 -png -f 1 -l 9 "$work/$lang.pdf" "$work/$lang"
done
.venv/bin/python - "$work" << 'PYTHON'
import sys
from pathlib import Path

from PIL import Image

PAGES = {"zh": (1, 4, 6, 7), "en": (1, 3, 4, 8)}
for lang, wanted in PAGES.items():
    files = sorted(Path(sys.argv[1]).glob(f"{lang}-*.png"))
    pages = [Image.open(files[number - 1]) for number in wanted]
    width, height = pages[0].size
    sheet = Image.new("RGB", (4 * width + 50, height + 20), "#969696")
    for at, page in enumerate(pages):
        sheet.paste(page, (10 + at * (width + 10), 10))
    sheet.quantize(48).save(f"docs/images/report-{lang}.png", optimize=True)
PYTHON
