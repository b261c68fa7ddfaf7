# The month on the bundled sample inbox.
run:
    cargo run --release -- run

# All tests; shares the build of `run`.
test:
    cargo test --release

# Formats everything, the rules too, whose modules a macro declares.
fmt:
    cargo fmt
    rustfmt --edition 2024 src/check/rules/*.rs

# What a change must pass.
ci:
    bash .ci/run

# The core for a browser, after a change of it.
core:
    scripts/core.sh

# Licences, sources, and no network crate (needs cargo-deny).
deny:
    cargo deny check

# Makes the sample inbox and the shipped template again.
samples:
    cargo run --release --example make_sample
    cargo run --release --example make_template

# The packages for Windows and Linux, and their sums (docs/release.md).
dist *ARGS:
    scripts/dist {{ARGS}}
