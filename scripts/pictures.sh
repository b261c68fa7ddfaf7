#!/usr/bin/env bash
# Renders June's two reports to docs/img/*.png, as the READMEs show them, and January's and an empty month's summary, as
# docs/conformance.md does, and the upper part of June's 结果.html. Needs LibreOffice, poppler-utils, Chromium and Chinese fonts.
# Usage: scripts/pictures.sh [duban]   (default: the release build)
set -euo pipefail
cd "$(dirname "$0")/.."
duban=${1:-${CARGO_TARGET_DIR:-target}/release/duban}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# reports FOLDER ARGUMENTS: a run's reports as PDF, in a folder of their own.
reports() {
  "$duban" run --out "$work/$1" --archive none --quiet "${@:2}" || [ $? = 1 ]
  soffice -env:UserInstallation="file://$work/profile" --headless --convert-to pdf --outdir "$work/$1" "$work/$1"/*/*.{xlsx,docx} >/dev/null 2>&1
}
mkdir -p "$work/nothing/2024-06"
reports june --period 2024-06
reports january --period 2024-01
reports missing --period 2024-06 --inbox "$work/nothing"
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
summary=$(ls "$work"/june/*汇总表*.pdf)
briefing=$(ls "$work"/june/*简报*.pdf)
page "$summary" 1 summary-overview 80
page "$summary" "$(first "$summary" 推进情况一览表)" summary-tasks 75
page "$briefing" 1 briefing-1 70
page "$briefing" 2 briefing-2 70
# The list of annexes names it first; its own page is the next.
page "$briefing" $(($(first "$briefing" 进展情况一览表（) + 1)) briefing-annex 70
for month in january missing; do
  summary=$(ls "$work/$month"/*汇总表*.pdf)
  page "$summary" 1 "summary-$month" 60
  page "$summary" "$(first "$summary" 推进情况一览表)" "summary-$month-tasks" 60
done
# screen NAME WIDTH HEIGHT: what a browser of this size shows of 结果.html
screen() {
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/browser" --window-size="$2,$3" \
    --screenshot="docs/img/$1.png" "file://$(ls "$work"/june/*/结果.html)" 2>/dev/null
}
screen results 1000 1150
screen results-phone 500 1150
ls -l docs/img
