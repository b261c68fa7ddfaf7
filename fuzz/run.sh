#!/bin/sh
# Runs fuzz targets one after another: fuzz/run.sh SECONDS [TARGET ...]
# A crash, a single input over 2 s or memory over 1 GB ends the target and leaves the input in fuzz/artifacts/.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:?seconds for each target}
shift
[ $# -gt 0 ] || set -- open sheet_xml legacy layout quantity plan notice
for target in "$@"; do
    cargo +nightly fuzz run -s none --debug-assertions "$target" -- \
        -jobs=1 -max_total_time="$seconds" -timeout=2 -rss_limit_mb=1024 -max_len=65536
done
