//! Mistakes of a plan while they are gathered. Each knows its place in the file by a span or a path; line and column are
//! computed when all are known.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use super::model::{IndIx, Kind, TaskIx};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One step down the file: a key of a table or an element of an array.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Key(Cow<'static, str>),
    At(usize),
}

impl From<&'static str> for Step {
    fn from(key: &'static str) -> Self {
        Self::Key(Cow::Borrowed(key))
    }
}

impl From<String> for Step {
    fn from(key: String) -> Self {
        Self::Key(Cow::Owned(key))
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::At(index)
    }
}

/// `steps!["task", 3, "lead"]`.
macro_rules! steps {
    ($($step:expr),* $(,)?) => { vec![$($crate::plan::problem::Step::from($step)),*] };
}
pub(in crate::plan) use steps;

#[derive(Debug, Clone)]
pub(super) enum Place {
    Span(Range<usize>),
    /// The value there; where the path ends early (a key that is absent), the table that lacks it.
    Value(Vec<Step>),
    Key(Vec<Step>),
}

#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub place: Place,
    pub message: String,
    pub help: Option<String>,
}

/// A name that a workbook has for no department, where it stands, and the known name that may be meant.
#[derive(Debug)]
pub(super) struct Stranger {
    pub at: Vec<Step>,
    pub name: String,
    pub meant: Option<String>,
}

/// Everything found so far.
#[derive(Debug)]
pub(super) struct Problems {
    pub list: Vec<Problem>,
    /// The plan is a workbook: messages use its words, and departments are named by any of their names.
    pub in_workbook: bool,
    /// Indicators whose kind, unit or id is wrong: what disagrees with them only follows from that.
    pub unsure: HashSet<IndIx>,
    /// Tasks with an indicator whose id is missing or wrong: an unknown id may be meant for it.
    pub nameless: HashSet<TaskIx>,
    /// Names of no department; the plan as a whole shows where the mistake is.
    pub strangers: Vec<Stranger>,
    suggestions_left: usize,
}

/// Looking for the nearest name costs a pass over all names; a file with more mistakes than this
/// has another trouble than spelling, and loading stays linear.
const SUGGESTIONS: usize = 200;

impl Problems {
    pub fn new() -> Self {
        Self {
            list: Vec::new(),
            in_workbook: false,
            unsure: HashSet::new(),
            nameless: HashSet::new(),
            strangers: Vec::new(),
            suggestions_left: SUGGESTIONS,
        }
    }

    /// What something is called in this kind of file.
    pub fn word(&self, in_toml: &'static str, in_workbook: &'static str) -> &'static str {
        if self.in_workbook {
            in_workbook
        } else {
            in_toml
        }
    }

    /// What a kind of indicators is called in this kind of file, before a Chinese word.
    pub fn kind(&self, kind: Kind) -> String {
        if self.in_workbook {
            kind.chinese().to_owned()
        } else {
            format!("{} ", kind.as_str())
        }
    }

    fn push(&mut self, place: Place, message: impl Into<String>, help: Option<String>) {
        self.list.push(Problem {
            place,
            message: message.into(),
            help,
        });
    }

    pub fn span(&mut self, span: Range<usize>, message: impl Into<String>, help: Option<String>) {
        self.push(Place::Span(span), message, help);
    }

    /// A mistake in the value at a path.
    pub fn at(&mut self, path: Vec<Step>, message: impl Into<String>) {
        self.push(Place::Value(path), message, None);
    }

    /// The same, with a guess at what was meant.
    pub fn at_with(&mut self, path: Vec<Step>, message: impl Into<String>, help: Option<String>) {
        self.push(Place::Value(path), message, help);
    }

    /// A mistake in the key at a path.
    pub fn key(&mut self, path: Vec<Step>, message: impl Into<String>, help: Option<String>) {
        self.push(Place::Key(path), message, help);
    }

    /// The known name most like the one written, if any is like it at all. Only ever shown, never used.
    pub fn nearest<'a>(
        &mut self,
        written: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        if self.suggestions_left == 0 {
            return None;
        }
        self.suggestions_left -= 1;
        let mut best: Option<(f64, &str)> = None;
        for name in known {
            let likeness = strsim::normalized_damerau_levenshtein(written, name);
            if likeness >= 0.5 && best.is_none_or(|(b, _)| likeness > b) {
                best = Some((likeness, name));
            }
        }
        best.map(|(_, name)| name)
    }

    pub fn suggest<'a>(
        &mut self,
        written: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Option<String> {
        self.nearest(written, known)
            .map(|name| format!("是不是“{name}”？"))
    }
}

/// The bytes a path stands for.
pub(super) fn locate(root: &Spanned<DeTable<'_>>, place: &Place) -> Range<usize> {
    let (path, want_key) = match place {
        Place::Span(span) => return span.clone(),
        Place::Value(path) => (path, false),
        Place::Key(path) => (path, true),
    };
    let mut span = 0..0;
    let mut table = Some(root.get_ref());
    let mut array = None;
    for (n, step) in path.iter().enumerate() {
        let value: &Spanned<DeValue<'_>> = match step {
            Step::Key(name) => {
                let Some((key, value)) = table.and_then(|t| t.get_key_value(name.as_ref())) else {
                    break;
                };
                if want_key && n + 1 == path.len() {
                    return key.span();
                }
                value
            }
            Step::At(index) => match array.and_then(|a: &toml::de::DeArray<'_>| a.get(*index)) {
                Some(value) => value,
                None => break,
            },
        };
        span = value.span();
        table = value.get_ref().as_table();
        array = value.get_ref().as_array();
    }
    span
}
