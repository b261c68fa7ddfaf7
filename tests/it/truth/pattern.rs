//! Patterns of sentences: `截至<month>底，<n>件（全部|均|）…`.
//!
//! `<n>` is a whole number, `<f>` a decimal one, `<day>` a date, `<words>` any text, `<task>` and its like one of the names the
//! lexicon has. `(a|b|)` is one of these, `[a|b]` one of these that the check wants to know, `{a、}` one or more with 、 between.
//! What a text may mean in several ways is true if one of them is.

use crate::prelude::*;

enum Part {
    Text(String),
    Token(String),
    Choice(Vec<Vec<Part>>),
    Word(Vec<String>),
    Each(Vec<Part>, char),
}

/// Names by token.
pub type Lexicon = BTreeMap<&'static str, Vec<String>>;

/// What stood where a token or a word was asked for: its kind (`w` for a word) and text.
#[derive(Debug)]
pub struct Captures<'a>(Vec<(String, &'a str)>);

impl<'a> Captures<'a> {
    pub fn all(&self, kind: &str) -> Vec<&'a str> {
        let own = self.0.iter().filter(|(k, _)| k == kind);
        own.map(|(_, text)| *text).collect()
    }

    pub fn first(&self, kind: &str) -> &'a str {
        self.all(kind).first().copied().unwrap_or_default()
    }

    pub fn numbers(&self, kind: &str) -> Vec<f64> {
        self.all(kind).iter().map(|n| n.parse().unwrap()).collect()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.0.iter().map(|(kind, text)| (kind.as_str(), *text))
    }
}

fn parse(rest: &mut &str, stops: &[char]) -> Vec<Part> {
    let mut parts = Vec::new();
    while let Some(c) = rest.chars().next().filter(|c| !stops.contains(c)) {
        *rest = &rest[c.len_utf8()..];
        match c {
            '<' => {
                let (name, after) = rest.split_once('>').unwrap();
                *rest = after;
                parts.push(Part::Token(name.to_owned()));
            }
            '[' => {
                let (words, after) = rest.split_once(']').unwrap();
                *rest = after;
                parts.push(Part::Word(words.split('|').map(str::to_owned).collect()));
            }
            '(' => {
                let mut branches = vec![parse(rest, &['|', ')'])];
                while let Some(after) = rest.strip_prefix('|') {
                    *rest = after;
                    branches.push(parse(rest, &['|', ')']));
                }
                *rest = &rest[1..];
                parts.push(Part::Choice(branches));
            }
            '{' => {
                let mut item = parse(rest, &['}']);
                *rest = &rest[1..];
                let Some(Part::Text(last)) = item.last_mut() else {
                    panic!("a list needs what stands between")
                };
                let separator = last.pop().unwrap();
                parts.push(Part::Each(item, separator));
            }
            c => match parts.last_mut() {
                Some(Part::Text(text)) => text.push(c),
                _ => parts.push(Part::Text(c.to_string())),
            },
        }
    }
    parts
}

type Then<'a, 't> = &'a mut dyn FnMut(&'t str, &mut Captures<'t>) -> bool;

struct Matcher<'l>(&'l Lexicon);

impl Matcher<'_> {
    fn row<'t>(
        &self,
        parts: &[Part],
        text: &'t str,
        seen: &mut Captures<'t>,
        then: Then<'_, 't>,
    ) -> bool {
        let Some((first, rest)) = parts.split_first() else {
            return then(text, seen);
        };
        match first {
            Part::Text(own) => text
                .strip_prefix(own.as_str())
                .is_some_and(|text| self.row(rest, text, seen, then)),
            Part::Token(kind) => self
                .ends(kind, text)
                .into_iter()
                .any(|end| self.seen(kind, end, rest, text, seen, then)),
            Part::Word(words) => words
                .iter()
                .filter(|w| text.starts_with(w.as_str()))
                .any(|w| self.seen("w", w.len(), rest, text, seen, then)),
            Part::Choice(branches) => branches.iter().any(|branch| {
                self.row(branch, text, seen, &mut |text, seen| {
                    self.row(rest, text, seen, then)
                })
            }),
            Part::Each(item, separator) => self.each((item, *separator), rest, text, seen, then),
        }
    }

    fn seen<'t>(
        &self,
        kind: &str,
        end: usize,
        rest: &[Part],
        text: &'t str,
        seen: &mut Captures<'t>,
        then: Then<'_, 't>,
    ) -> bool {
        seen.0.push((kind.to_owned(), &text[..end]));
        let holds = self.row(rest, &text[end..], seen, then);
        if !holds {
            seen.0.pop();
        }
        holds
    }

    fn each<'t>(
        &self,
        (item, separator): (&[Part], char),
        rest: &[Part],
        text: &'t str,
        seen: &mut Captures<'t>,
        then: Then<'_, 't>,
    ) -> bool {
        self.row(item, text, seen, &mut |text, seen| {
            let next = text.strip_prefix(separator);
            next.is_some_and(|next| self.each((item, separator), rest, next, seen, then))
                || self.row(rest, text, seen, then)
        })
    }

    /// Where a token at the text's start may end.
    fn ends(&self, kind: &str, text: &str) -> Vec<usize> {
        let digits = |allowed: fn(char) -> bool| text.find(|c| !allowed(c)).unwrap_or(text.len());
        let one = |end: usize| if end == 0 { Vec::new() } else { vec![end] };
        match kind {
            "n" | "m" | "k" | "y" => one(digits(|c| c.is_ascii_digit())),
            "f" | "p" | "d" | "v" | "a" | "b" | "c" => one(text
                [..digits(|c| c.is_ascii_digit() || c == '.')]
                .trim_end_matches('.')
                .len()),
            "day" | "limit" => one(digits(|c| c.is_ascii_digit() || "年月日".contains(c))),
            "words" | "head" | "cause" | "next" | "when" => text
                .char_indices()
                .skip(1)
                .map(|(at, _)| at)
                .chain((!text.is_empty()).then_some(text.len()))
                .collect(),
            name => {
                let names = self
                    .0
                    .get(name)
                    .unwrap_or_else(|| panic!("no names for <{name}>"));
                let mut ends: Vec<usize> = names
                    .iter()
                    .filter(|n| text.starts_with(n.as_str()))
                    .map(String::len)
                    .collect();
                ends.sort_unstable_by(|a, b| b.cmp(a));
                ends.dedup();
                ends
            }
        }
    }
}

/// Whether the whole text is of this pattern, and in such a way that `holds`.
pub fn is(
    pattern: &str,
    text: &str,
    names: &Lexicon,
    holds: &mut dyn FnMut(&Captures) -> bool,
) -> bool {
    let parts = parse(&mut &*pattern, &[]);
    let mut seen = Captures(Vec::new());
    Matcher(names).row(&parts, text, &mut seen, &mut |rest, seen| {
        rest.is_empty() && holds(seen)
    })
}

#[test]
fn a_pattern_takes_what_it_names_and_nothing_else() {
    let names = Lexicon::from([("task", ["甲", "甲、乙", "乙"].map(str::to_owned).to_vec())]);
    let pattern = "已完成<n>件[（全部）|]：{<task>、}(。|)";
    let mut ways = 0;
    let found = is(
        pattern,
        "已完成2件：甲、乙。",
        &names,
        &mut |seen| {
            ways += 1;
            seen.all("task") == ["甲", "乙"]
                && seen.numbers("n") == [2.0]
                && seen.first("w").is_empty()
        },
    );
    assert!(found && ways == 2);
    for other in ["已完成件：甲", "已完成2件：丙", "已完成2件：甲，乙"] {
        assert!(!is(pattern, other, &names, &mut |_| true), "{other}");
    }
}
