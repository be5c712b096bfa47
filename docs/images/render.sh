#!/bin/sh
# Renders the pictures of the README from workbooks/bxd2.xlsx: sh docs/images/render.sh
# Needs LibreOffice, poppler-utils and a Noto CJK font, which stands in for Microsoft YaHei.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
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
FONTCONFIG_FILE="$work/fonts.conf" soffice "-env:UserInstallation=file://$work/profile" \
  --headless --convert-to pdf --outdir "$work" "$here/../../workbooks/bxd2.xlsx" >/dev/null
# A page for each sheet; pictures are cut to what is on it (left, top, width, height in pixels).
picture() {
  pdftoppm -r 130 -png -f "$2" -singlefile -x "$3" -y "$4" -W "$5" -H "$6" \
    "$work/bxd2.pdf" "$here/$1"
}
picture bxd2-activities 4 30 60 1410 470
picture bxd2-results 7 30 60 1110 950
