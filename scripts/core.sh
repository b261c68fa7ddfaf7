#!/usr/bin/env bash
# Builds the core for a browser into page/core.wasm.gz, and writes down of which sources (page/core.sources lists them) it was
# built: page/core.sha256, which a test holds against the sources as they are.
#
#   scripts/core.sh           after a change of the core, before it is handed in
#   scripts/core.sh --check   rebuilds it and compares the bytes, as CI does
#
# The same sources give the same bytes wherever they lie: one codegen unit, no path of this machine in them.
set -euo pipefail
cd "$(dirname "$0")/.."
checked=page/core.wasm.gz
target=wasm32-unknown-unknown
if ! rustup target list --installed 2>/dev/null | grep -q "^$target\$"; then
  rustup target add "$target" >/dev/null
fi
home="${CARGO_HOME:-$HOME/.cargo}"
cargo fetch --locked --target "$target" >/dev/null 2>&1
flags="--remap-path-prefix=$PWD=/duban -Clink-arg=-zstack-size=4194304"
for registry in "$home"/registry/src/*/; do
  flags+=" --remap-path-prefix=${registry%/}=/crates"
done
# As they are now: whoever changes them while this runs builds again. Tests are no part of them.
sources=$(xargs -a page/core.sources -I{} find {} -type f ! -name tests.rs ! -path '*/tests/*' ! -path '*/testing/*' |
  LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1)
# A folder of its own: other flags than the program's.
out="${CARGO_TARGET_DIR:-target}/page"
RUSTFLAGS="$flags" CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$out" nice cargo build --locked --quiet -p duban-page --profile page --target "$target"
core="$out/$target/page/duban_page.wasm"
if [ "${1:-}" = --check ]; then
  if ! gzip -dc "$checked" | cmp -s - "$core"; then
    echo "page/core.wasm.gz is not what these sources give: run scripts/core.sh and commit it"
    exit 1
  fi
  echo "page/core.wasm.gz is what these sources give"
  exit 0
fi
gzip -9nc "$core" > "$checked"
echo "$sources" > page/core.sha256
ls -l "$checked"
