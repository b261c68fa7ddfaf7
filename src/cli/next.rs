//! Command lines that are printed for people to type next: with the options that this one was given, where they are taken.

use std::ffi::OsString;
use std::sync::OnceLock;

use clap::ArgMatches;

use super::args;
use crate::Joined;

/// Options that hold for the one command alone.
const OWN: [&str; 12] = [
    "period",
    "format",
    "draft",
    "as_of",
    "timings",
    "reopen",
    "reason",
    "with_open",
    "received",
    "correct",
    "until",
    "open",
];

/// An option's name and its values.
pub type Given = Vec<(String, Vec<OsString>)>;

/// Those of this process.
static GIVEN: OnceLock<Given> = OnceLock::new();

/// Remembers what the command line of this process gave.
pub fn remember(matches: &ArgMatches) {
    let _ = GIVEN.set(given(matches));
}

fn given(matches: &ArgMatches) -> Given {
    let (mut command, mut matches) = (args::command(), matches);
    while let Some((name, inner)) = matches.subcommand() {
        let Some(found) = command.find_subcommand(name) else {
            break;
        };
        (command, matches) = (found.clone(), inner);
    }
    let typed = |id: &str| {
        matches.value_source(id) == Some(clap::parser::ValueSource::CommandLine)
            && !OWN.contains(&id)
    };
    let options = command.get_arguments().filter_map(|arg| {
        let (id, name) = (arg.get_id().as_str(), arg.get_long()?);
        let values = if arg.get_action().takes_values() {
            matches.try_get_raw(id).ok()??.map(Into::into).collect()
        } else {
            Vec::new()
        };
        (typed(id) && !arg.is_global_set()).then(|| (name.to_owned(), values))
    });
    options.collect()
}

/// `seal 2024-06` as a whole command line.
pub fn next(line: &str) -> String {
    with(line, GIVEN.get().map_or(&[], Vec::as_slice))
}

fn with(line: &str, given: &[(String, Vec<OsString>)]) -> String {
    let words: Vec<OsString> = line.split(' ').map(Into::into).collect();
    let added = shown(&added(&words, given));
    format!("duban {line}{}", &added["duban".len()..])
}

/// The options of a command line, of those given, that its command takes and that are not there.
pub fn added(words: &[OsString], given: &[(String, Vec<OsString>)]) -> Vec<OsString> {
    let mut command = args::command();
    for word in words {
        let Some(inner) = command.find_subcommand(word) else {
            break;
        };
        command = inner.clone();
    }
    let mut added = Vec::new();
    for (name, values) in given {
        let option = OsString::from(format!("--{name}"));
        let is_taken = command
            .get_arguments()
            .any(|arg| arg.get_long() == Some(name.as_str()));
        if !is_taken || words.contains(&option) {
            continue;
        }
        if values.is_empty() {
            added.push(option.clone());
        }
        for value in values {
            added.extend([option.clone(), value.clone()]);
        }
    }
    added
}

/// A command line as it is typed.
pub fn shown(words: &[OsString]) -> String {
    let words = words.iter().map(|word| quoted(&word.to_string_lossy()));
    std::iter::once("duban".to_owned()).chain(words).joined(" ")
}

/// A word as the system's shell takes it for one.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:,=+@%~".contains(c);
    let is_plain = |c: char| is_plain(c) || cfg!(windows) && c == '\\';
    if !word.is_empty() && !word.starts_with('~') && word.chars().all(is_plain) {
        word.to_owned()
    } else if cfg!(windows) {
        format!("\"{word}\"")
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The next steps of a run with `--plan` did not name it: typed as printed, they worked on another plan.
    #[test]
    fn a_printed_line_repeats_what_was_given() {
        let line = "run 2025-01 --plan 云岭/plan.toml --inbox 收件 --draft --detail --to 市长 --to 副市长 --quiet";
        let words = std::iter::once("duban").chain(line.split(' '));
        let given = given(&args::command().get_matches_from(words));
        assert_eq!(
            with("seal 2025-01", &given),
            "duban seal 2025-01 --plan 云岭/plan.toml --inbox 收件 --detail --to 市长 --to 副市长"
        );
        assert_eq!(
            with("verify 2025-01", &given),
            "duban verify 2025-01 --plan 云岭/plan.toml"
        );
        assert_eq!(with("explain C006", &given), "duban explain C006");
    }

    #[cfg(unix)]
    #[test]
    fn words_are_quoted_where_a_shell_asks_for_it() {
        for (word, shown) in [
            ("云岭/plan.toml", "云岭/plan.toml"),
            ("我的 计划.xlsx", "'我的 计划.xlsx'"),
            ("计划（定稿）.xlsx", "'计划（定稿）.xlsx'"),
            ("a'b$c", r"'a'\''b$c'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(word), shown);
        }
    }
}
