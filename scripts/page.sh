#!/usr/bin/env bash
# Tries 自查.html in Chromium and Firefox (scripts/page.mjs), on the sample inbox by default.
#
#   scripts/page.sh DUBAN [CORPUS...] [--every N]
#
# Installs what it lacks where it may: Debian's browsers, and puppeteer-core from the npm registry. What it cannot install it
# says and skips, but in CI that is a failure.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
duban="$(realpath "$1")"
shift
modules="${XDG_CACHE_HOME:-$HOME/.cache}/duban-page-modules"
missing() {
  echo "$1: the page is not tried in browsers"
  [ -z "${CI:-}" ]
  exit
}
if ! command -v node >/dev/null || ! command -v chromium >/dev/null || ! command -v firefox-esr >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    command -v node >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nodejs npm >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium firefox-esr fonts-noto-cjk >/dev/null
  else
    missing "no node, chromium or firefox-esr"
  fi
fi
if [ ! -d "$modules/node_modules/puppeteer-core" ]; then
  mkdir -p "$modules"
  (cd "$modules" && npm install --silent --no-audit --no-fund puppeteer-core@24.8.2 >/dev/null) || missing "puppeteer-core cannot be installed"
fi
[ $# -gt 0 ] || set -- "$here/.." "$here/../tests/second-city"
status=0
for browser in chromium firefox; do
  PAGE_MODULES="$modules" node "$here/page.mjs" "$browser" "$duban" "$@" || status=1
done
exit $status
