#!/bin/sh
# Renders the pictures of docs/suppliers.md from workbooks/meter-box: sh docs/images/suppliers.sh
# Needs cfp-xl, LibreOffice, Chromium, poppler-utils and a Noto CJK font.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
books="$here/../../workbooks"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/fonts.conf" <<'XML'
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <match target="pattern">
    <test name="family"><string>Microsoft YaHei</string></test>
    <edit name="family" mode="assign" binding="strong"><string>Noto Sans CJK SC</string></edit>
  </match>
</fontconfig>
XML
export FONTCONFIG_FILE="$work/fonts.conf"
cfp-xl new supplier --product "$books/meter-box.xlsx" --suppliers "$books/meter-box/suppliers.csv" \
  --contact purchasing@meter-box.example --out "$work/out" >/dev/null
cp "$books/meter-box.xlsx" "$work/box.xlsx"
cfp-xl intake "$books/meter-box/answers" "$books/meter-box/faulty" --into "$work/box.xlsx" --apply \
  --date 2026-04-20 --annotate "$work/back" --status "$work/status.html" --lang en >/dev/null || true
# Comments show when the mouse is over their cell; on the picture they always do.
python - "$work/back/V05_P05.xlsx" "$work/annotated.xlsx" <<'PY'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as old, zipfile.ZipFile(sys.argv[2], "w") as new:
    for name in old.namelist():
        part = old.read(name)
        if name.endswith(".vml"):
            part = part.replace(b"<x:MoveWithCells/>", b"<x:MoveWithCells/><x:Visible/>")
            part = part.replace(b"visibility:hidden", b"visibility:visible")
        new.writestr(name, part)
PY
# picture NAME FILE PAGE: one page without its footer and white margins.
picture() {
  soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to pdf \
    --outdir "$work" "$2" >/dev/null 2>&1
  pdftoppm -r 110 -png -f "$3" -singlefile "$work/$(basename "$2" .xlsx).pdf" "$work/page"
  convert "$work/page.png" -gravity south -chop 0x7% -trim +repage -bordercolor white -border 12 \
    +dither -colors 64 -define png:exclude-chunks=date,time "$here/$1.png"
}
picture supplier-first "$work/out/V01_P01.xlsx" 1
picture supplier-fill "$work/out/V02_P02.xlsx" 2
picture supplier-activities "$books/meter-box/answers/V01_P01.xlsx" 4
picture supplier-annotated "$work/annotated.xlsx" 2
picture suppliers-parts "$work/box.xlsx" 5
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1130,900 \
  "--screenshot=$work/status.png" "file://$work/status.html" >/dev/null 2>&1
convert "$work/status.png" +dither -colors 96 -define png:exclude-chunks=date,time "$here/suppliers-status.png"
