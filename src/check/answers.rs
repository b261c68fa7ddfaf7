//! A department's answers: which warnings the 情况说明 sheet, or an earlier month's answer, settles.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use crate::intake::layout::serial;
use crate::intake::submission::{AnswerPlace, Explanation};
use crate::intake::workbook::Region;
use crate::plan::names;
use crate::plan::{IndIx, Plan, TaskIx};

use super::result::finding::{Finding, Severity, Status};
use super::result::history::{ExplainedKey, History};

/// Marks explained warnings and returns the new answers to remember.
pub fn apply(
    plan: &Plan,
    findings: &mut [Finding],
    answers: &[Explanation],
    history: &History,
) -> Vec<(ExplainedKey, String)> {
    let mut words: Vec<Vec<&str>> = vec![Vec::new(); findings.len()];
    for answer in answers {
        for ix in placed(plan, findings, answer, is_warning) {
            let own: &mut Vec<&str> = &mut words[ix];
            if !own.contains(&answer.text.as_str()) {
                own.push(&answer.text);
            }
        }
    }
    let mut remembered = Vec::new();
    for (finding, words) in findings.iter_mut().zip(words) {
        if !is_warning(finding) || finding.status == Status::Explained {
            continue;
        }
        let key = key(finding);
        let said = if words.is_empty() {
            key.and_then(|key| history.explanation(&key).map(str::to_owned))
        } else {
            let said = joined(&words);
            remembered.extend(key.map(|key| (key, said.clone())));
            Some(said)
        };
        if said.is_some() {
            finding.status = Status::Explained;
            finding.explanation = said;
        }
    }
    remembered
}

/// Answers to one warning in one line: 征地未完成；资金未到位。
fn joined(words: &[&str]) -> String {
    let (last, before) = words.split_last().unwrap_or((&"", &[]));
    let stop = |c: char| "。；;．.".contains(c) || c.is_whitespace();
    let before = before
        .iter()
        .map(|w| format!("{}；", w.trim_end_matches(stop)));
    before.chain([(*last).to_owned()]).collect()
}

/// As [`placed`], of the warnings, or where none is meant of all findings: an answer to an error settles nothing and is no
/// stray.
pub fn meant<F: Borrow<Finding>>(plan: &Plan, findings: &[F], answer: &Explanation) -> Vec<usize> {
    let warnings = placed(plan, findings, answer, is_warning);
    if warnings.is_empty() {
        placed(plan, findings, answer, |_| true)
    } else {
        warnings
    }
}

/// Only a warning is settled by words.
pub fn is_warning(finding: &Finding) -> bool {
    finding.severity == Severity::Warning
}

/// The rules' codes that an answer names: R016, ｒ016, R016、R010, R016进度滞后.
pub fn codes(answer: &Explanation) -> Vec<&str> {
    let words = answer.code.split(|c: char| !c.is_ascii_alphanumeric());
    let is_code = |word: &&str| {
        word.len() == 4
            && word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.bytes().skip(1).all(|b| b.is_ascii_digit())
    };
    words.filter(is_code).collect()
}

/// The findings that an answer speaks of, by their places in the list: for each place it names, those that are nearest to it.
/// One without a place speaks of its rule's only finding; one without a code of the only finding at its place.
fn placed<F: Borrow<Finding>>(
    plan: &Plan,
    findings: &[F],
    answer: &Explanation,
    may: fn(&Finding) -> bool,
) -> Vec<usize> {
    let codes = codes(answer);
    let findings = findings.iter().map(Borrow::borrow).enumerate();
    let meant: Vec<(usize, &Finding)> = findings
        .filter(|(_, f)| may(f) && (codes.is_empty() || codes.contains(&f.code)))
        .collect();
    let mut found: Vec<usize> = Vec::new();
    for place in &answer.places {
        let place = Named::of(plan, place);
        let mut near: BTreeMap<&str, (Nearness, Vec<usize>)> = BTreeMap::new();
        for (ix, finding) in &meant {
            let Some(own) = place.nearness(finding) else {
                continue;
            };
            let (nearest, all) = near.entry(finding.code).or_insert((own, Vec::new()));
            if own < *nearest {
                *nearest = own;
                all.clear();
            }
            if own == *nearest {
                all.push(*ix);
            }
        }
        found.extend(near.into_values().flat_map(|(_, all)| all));
    }
    if answer.places.is_empty() && !codes.is_empty() {
        found.extend(meant.iter().map(|(ix, _)| *ix));
    }
    found.sort_unstable();
    found.dedup();
    if (answer.places.is_empty() || codes.is_empty()) && found.len() > 1 {
        found.clear();
    }
    found
}

/// How nearly a place points at a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    /// Its cell, its indicator, or its task where it has no indicator.
    Itself,
    /// Another cell of its row.
    Row,
    /// The task of its indicator.
    Task,
    /// It is about several and names this one, too.
    Mentioned,
}

/// What a place points at, told once for all findings.
struct Named<'a> {
    place: &'a AnswerPlace,
    sheet: Option<String>,
    indicators: Vec<IndIx>,
    tasks: Vec<TaskIx>,
    /// How a finding's message names them.
    mentions: Vec<String>,
}

impl<'a> Named<'a> {
    fn of(plan: &Plan, place: &'a AnswerPlace) -> Self {
        let mut named = Self {
            place,
            sheet: place.sheet.as_ref().map(|sheet| names::fold(sheet)),
            indicators: Vec::new(),
            tasks: Vec::new(),
            mentions: Vec::new(),
        };
        let (raw, key) = (names::fold(&place.text), names::key(&place.text));
        if key.is_empty() {
            return named;
        }
        let is_named = |name: &String| names::key(name) == key;
        for (ix, own) in plan.indicators.iter().enumerate() {
            let is_itself = own.id == raw || is_named(&own.name);
            if is_itself {
                named.mentions.push(format!("“{}”", own.name));
            }
            if is_itself || own.aliases.iter().any(is_named) {
                named.indicators.push(ix);
            }
        }
        let no = serial(&place.text).filter(|_| !raw.contains('.'));
        for (ix, task) in plan.tasks.iter().enumerate() {
            if no == Some(task.no) || is_named(&task.name) {
                named.mentions.push(format!("第{}项“", task.no));
                named.tasks.push(ix);
            }
        }
        named
    }

    fn nearness(&self, finding: &Finding) -> Option<Nearness> {
        let is_sheet = self.sheet.as_ref().is_none_or(|sheet| {
            let own = finding.sheet.as_ref();
            own.is_some_and(|own| names::fold(own) == *sheet)
        });
        if let (Some(cells), Some(at), true) = (&self.place.cells, finding.cell, is_sheet) {
            let own = finding.region.unwrap_or(Region {
                first: at,
                last: at,
            });
            let meet = |a: (u32, u32), b: (u32, u32)| a.0 <= b.1 && b.0 <= a.1;
            if meet(
                (own.first.row, own.last.row),
                (cells.first.row, cells.last.row),
            ) {
                let columns = |region: &Region| (region.first.col, region.last.col);
                return Some(if meet(columns(&own), columns(cells)) {
                    Nearness::Itself
                } else {
                    Nearness::Row
                });
            }
        }
        let is_own = |ix| self.indicators.contains(&ix);
        let is_task = |ix| self.tasks.contains(&ix);
        if finding.indicator.is_some_and(is_own) {
            return Some(Nearness::Itself);
        }
        if finding.task.is_some_and(is_task) {
            return Some(if finding.indicator.is_some() {
                Nearness::Task
            } else {
                Nearness::Itself
            });
        }
        let is_mentioned = self
            .mentions
            .iter()
            .any(|name| finding.message.contains(name));
        is_mentioned.then_some(Nearness::Mentioned)
    }
}

/// What an answer is remembered by; findings of a file as a whole are this month's alone.
fn key(finding: &Finding) -> Option<ExplainedKey> {
    Some(ExplainedKey {
        code: finding.code,
        department: finding.department?,
        task: finding.task,
        indicator: finding.indicator,
        found: finding.found.clone()?,
    })
}
