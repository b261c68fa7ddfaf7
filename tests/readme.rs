//! What the READMEs show is real: each command of a block marked `<!-- shown -->` is run on a copy of the project's
//! inbox, plan and template, and its output is the block's, to the letter but for spaces at line ends.
//!
//! `UPDATE=1 cargo test --release --test readme` rewrites the blocks with the real output.
#![cfg(feature = "desktop")]

mod common;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use common::{Temp, files, root, write};

const READMES: [&str; 2] = ["README.md", "README.zh-CN.md"];
const MARK: &str = "<!-- shown -->";

fn copy_of_the_project(temp: &Temp) {
    for folder in ["inbox", "seeds", "templates"] {
        write(&temp.join(folder), files(&root().join(folder)));
    }
}

/// What a command line prints: standard output, then standard error.
fn output(line: &str, place: &Path) -> String {
    let words = line
        .strip_prefix("cargo run --release -- ")
        .or_else(|| line.strip_prefix("duban "));
    let words = words.unwrap_or_else(|| panic!("`{line}` is no command of duban"));
    let output = common::duban()
        .current_dir(place)
        .args(words.split_whitespace())
        .output()
        .unwrap();
    assert!(
        output.status.code().is_some_and(|code| code <= 2),
        "`{line}`: {output:?}"
    );
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

fn trimmed(text: &str) -> String {
    text.lines().fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "{}", line.trim_end());
        out
    })
}

/// The README with the real output in its blocks, and how many commands were run.
fn with_real_output(readme: &str) -> (String, usize) {
    let temp = Temp::new("readme");
    copy_of_the_project(&temp);
    let (mut real, mut commands, mut rest) = (String::new(), 0, readme);
    while let Some(at) = rest.find(MARK) {
        let (before, block) = rest.split_at(at + MARK.len());
        let block = block
            .strip_prefix("\n```console\n")
            .unwrap_or_else(|| panic!("no console block behind {MARK}"));
        let (shown, after) = block.split_once("\n```").expect("an end of the block");
        let _ = write!(real, "{before}\n```console\n");
        let lines: Vec<&str> = shown
            .lines()
            .filter_map(|line| line.strip_prefix("$ "))
            .collect();
        for line in lines {
            let _ = write!(real, "$ {line}\n{}", trimmed(&output(line, &temp.join(""))));
            commands += 1;
        }
        real.push_str("```");
        rest = after;
    }
    real.push_str(rest);
    (real, commands)
}

#[test]
fn shown_commands_print_what_is_shown() {
    for name in READMES {
        let path = root().join(name);
        let readme = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        let (real, commands) = with_real_output(&readme);
        assert!(commands >= 3, "{name} shows {commands} commands");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &real).unwrap();
            continue;
        }
        for (n, (shown, real)) in trimmed(&readme)
            .lines()
            .zip(trimmed(&real).lines())
            .enumerate()
        {
            assert_eq!(shown, real, "{name}, line {}", n + 1);
        }
        assert_eq!(trimmed(&readme), trimmed(&real), "{name}");
    }
}

/// Both list every command of `duban --help` once and in its order, and none besides: four commands stood there twice.
#[test]
fn every_command_is_listed() {
    let temp = Temp::new("commands");
    let help = output("duban --help", &temp.join(""));
    let list = help
        .split("命令:\n")
        .nth(1)
        .and_then(|rest| rest.split("\n\n").next())
        .expect("a list of commands");
    let has: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|w| !w.is_empty())
        .collect();
    for name in READMES {
        let readme = fs::read_to_string(root().join(name)).unwrap();
        let listed: Vec<&str> = readme
            .lines()
            .filter_map(|line| line.strip_prefix("| `duban ")?.split([' ', '`']).next())
            .collect();
        assert_eq!(listed, has, "{name}");
    }
}

/// Files, folders and pictures that are linked are there.
#[test]
fn links_lead_somewhere() {
    for name in READMES {
        let readme = fs::read_to_string(root().join(name)).unwrap();
        let targets: Vec<&str> = readme
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
            .filter(|t| !t.contains("://"))
            .collect();
        assert!(targets.len() >= 8, "{name}: {targets:?}");
        for target in targets {
            let path = target.split('#').next().unwrap_or_default();
            assert!(root().join(path).exists(), "{name} links to {target}");
        }
    }
}
