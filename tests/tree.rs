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

/// The names in `cargo tree` of this package.
fn tree(args: &[&str]) -> Option<Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args([
            "tree",
            "--offline",
            "--locked",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "-e",
            "normal,build,dev",
        ])
        .args(args)
        .output()
        .ok()?;
    if !output.status.success() {
        return None;
    }
    let names = String::from_utf8(output.stdout).unwrap();
    Some(
        names
            .lines()
            .filter_map(|line| line.split_whitespace().next())
            .map(str::to_owned)
            .collect(),
    )
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
    let mut listed = 0;
    for target in TARGETS {
        for features in ["--all-features", "--no-default-features"] {
            // Other systems' crates may not be on an offline machine; cargo cannot list them then.
            let Some(names) = tree(&[features, "--target", target]) else {
                eprintln!("skipped: cargo cannot list {features} for {target} here");
                continue;
            };
            assert!(
                names.iter().any(|n| n == "calamine"),
                "{features} {target} lists {names:?}"
            );
            let banned: Vec<&String> = names
                .iter()
                .filter(|n| BANNED.contains(&n.as_str()))
                .collect();
            assert!(banned.is_empty(), "{features} {target} has {banned:?}");
            listed += 1;
        }
    }
    if listed == 0 {
        eprintln!("skipped: no tree could be listed");
    }
}

#[test]
fn only_polars_brings_its_executor() {
    for name in EXECUTOR {
        // `-i` fails where the crate is not in the tree at all, which is as good.
        let Some(parents) = tree(&["--all-features", "--depth", "1", "-i", name]) else {
            continue;
        };
        let fit =
            |parent: &&String| parent.starts_with("polars") || EXECUTOR.contains(&parent.as_str());
        let others: Vec<&String> = parents.iter().filter(|p| !fit(p)).collect();
        assert!(others.is_empty(), "{name} is asked for by {others:?}");
    }
}
