//! Nothing leaves the machine: no crate that talks to a network is in the dependency tree, whatever is switched on.

use std::process::Command;

/// What polars 0.55 brings whatever its features: its executor, which it builds with sockets it never opens without a cloud
/// feature. Nothing else may ask for them.
const EXECUTOR: [&str; 3] = ["tokio", "mio", "socket2"];

/// Names that would bring a network client, server or TLS with them.
const BANNED: [&str; 28] = [
    "async-std",
    "attohttpc",
    "aws-lc-rs",
    "axum",
    "boring",
    "curl",
    "curl-sys",
    "h2",
    "hyper",
    "hyper-util",
    "isahc",
    "libssh2-sys",
    "native-tls",
    "object_store",
    "openssl",
    "openssl-sys",
    "quinn",
    "reqwest",
    "ring",
    "rustls",
    "s2n-tls",
    "schannel",
    "security-framework",
    "surf",
    "tungstenite",
    "ureq",
    "websocket",
    "warp",
];

/// The names in `cargo tree` of this package; `None`: not all of the crates are on this machine.
fn tree(args: &[&str]) -> Option<Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["tree", "--offline", "--locked", "--prefix", "none"])
        .args(["--format", "{p}", "-e", "normal,build,dev"])
        .args(args)
        .output()
        .unwrap();
    let names = String::from_utf8(output.stdout).unwrap();
    let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
    output
        .status
        .success()
        .then(|| names.lines().filter_map(first).collect())
}

/// The systems duban is built for, the core's browser among them.
const TARGETS: [&str; 7] = [
    "all",
    "x86_64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-pc-windows-msvc",
    "aarch64-apple-darwin",
    "wasm32-unknown-unknown",
];

#[test]
fn no_network_or_tls_crate_in_any_configuration() {
    for features in ["--all-features", "--no-default-features"] {
        // This system's crates are here, since this test was built from them; other systems' may not be.
        let others = TARGETS.map(|target| tree(&[features, "--target", target]));
        let own = tree(&[features]).expect("the crates of this very build");
        for names in others.into_iter().flatten().chain([own]) {
            assert!(names.iter().any(|n| n == "calamine"), "{names:?}");
            let banned: Vec<&String> = names
                .iter()
                .filter(|n| BANNED.contains(&n.as_str()))
                .collect();
            assert!(banned.is_empty(), "{features}: {banned:?}");
        }
    }
}

#[test]
fn only_polars_brings_its_executor() {
    let all = tree(&["--all-features"]).expect("the crates of this very build");
    for name in EXECUTOR {
        if !all.iter().any(|n| n == name) {
            continue;
        }
        let parents = tree(&["--all-features", "--depth", "1", "-i", name]).expect(name);
        let fit =
            |parent: &&String| parent.starts_with("polars") || EXECUTOR.contains(&parent.as_str());
        let others: Vec<&String> = parents.iter().filter(|p| !fit(p)).collect();
        assert!(others.is_empty(), "{name} is asked for by {others:?}");
    }
}
