#!/usr/bin/env bash
# Renders June's two reports to docs/img/*.png, as the READMEs show them. Needs LibreOffice, poppler-utils and Chinese fonts.
# Usage: scripts/pictures.sh [duban]   (default: the release build)
set -euo pipefail
cd "$(dirname "$0")/.."
duban=${1:-${CARGO_TARGET_DIR:-target}/release/duban}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$duban" run --period 2024-06 --out "$work/out" --quiet || [ $? = 1 ]
for report in "$work"/out/2024-06/*.{xlsx,docx}; do
  soffice -env:UserInstallation="file://$work/profile" --headless --convert-to pdf --outdir "$work" "$report" >/dev/null 2>&1
done
mkdir -p docs/img
# page FILE N NAME DPI: one page to docs/img/NAME.png
page() { pdftoppm -png -r "$4" -f "$2" -l "$2" -singlefile "$1" "docs/img/$3"; }
# first FILE TEXT: the first page that holds a text
first() {
  for n in $(seq 1 30); do
    if pdftotext -f "$n" -l "$n" "$1" - 2>/dev/null | grep -c "$2" >/dev/null; then echo "$n"; return; fi
  done
  echo "no page with $2 in $1" >&2
  exit 1
}
summary=$(ls "$work"/*汇总表*.pdf)
briefing=$(ls "$work"/*简报*.pdf)
page "$summary" 1 summary-overview 80
page "$summary" "$(first "$summary" 推进情况一览表)" summary-tasks 75
page "$briefing" 1 briefing-1 70
page "$briefing" 2 briefing-2 70
page "$briefing" "$(first "$briefing" 进展情况一览表（)" briefing-annex 70
ls -l docs/img
