//! 自查.html: the core, the plan and a page around them in one file, with which a department checks its workbook in a browser
//! that needs no server, no installation and no network.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

use crate::plan::Plan;

use super::ooxml::escape::escape;

/// The core, compiled by scripts/core.sh.
const CORE: &[u8] = include_bytes!("../../../page/core.wasm.gz");
/// The file's name beside the forms.
pub const NAME: &str = "自查.html";

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
const WORKER: &str = include_str!("worker.js");

/// The page of a plan. `file`: the plan's own bytes, TOML or workbook. The same plan gives the same bytes.
pub fn write(plan: &Plan, file: &[u8]) -> Vec<u8> {
    // What is not needed is not allowed. Nothing may be fetched, and no text of a workbook can become a script.
    let policy = format!(
        "default-src 'none'; script-src '{}' 'wasm-unsafe-eval'; style-src '{}'; worker-src blob:; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    let telephone = plan.briefing.telephone.as_deref();
    let telephone = telephone.map_or_else(String::new, |t| format!("，电话{t}"));
    let contact = match telephone.as_str() {
        "" => String::new(),
        known => format!("有疑问请与督查室联系{known}。"),
    };
    let (title, revision) = (escape(&plan.title), plan.revision.to_string());
    let (telephone, contact) = (escape(&telephone), escape(&contact));
    let (core, plan) = (base64(CORE), base64(&packed(file)));
    let filled = [
        ("policy", policy.as_str()),
        ("title", &title),
        ("revision", &revision),
        ("telephone", &telephone),
        ("contact", &contact),
        ("style", STYLE),
        ("script", SCRIPT),
        ("worker", WORKER),
        ("core", &core),
        ("plan", &plan),
    ];
    let mut page = String::new();
    for (ix, piece) in PAGE.split("{{").enumerate() {
        let (name, rest) = piece.split_once("}}").unwrap_or(("", piece));
        if ix > 0 {
            let is_meant = |(key, _): &&(&str, &str)| *key == name;
            page += filled.iter().find(is_meant).map_or("", |(_, text)| text);
        }
        page += if ix == 0 { piece } else { rest };
    }
    page.into_bytes()
}

/// As a Content-Security-Policy names an inline text.
fn hash(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text)))
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    // Into memory.
    let written = packed.write_all(bytes);
    written.and_then(|()| packed.finish()).unwrap_or_default()
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .chain([0, 0].iter())
            .take(3)
            .fold(0, |bits, &byte| bits << 8 | usize::from(byte));
        for at in 0..4 {
            let sign = SIGNS[bits >> (18 - 6 * at) & 63];
            text.push(if at > three.len() {
                '='
            } else {
                char::from(sign)
            });
        }
    }
    text
}

#[cfg(test)]
mod tests;
