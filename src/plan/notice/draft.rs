//! A notice's rows as a draft plan.

use std::collections::{BTreeMap, BTreeSet};

use super::analyse::analyse;
use super::mask::length;
use super::naming::Unique;
use super::{Draft, Fault, IndicatorDraft, Notice, Row, TaskDraft, departments};
use crate::plan::names::{fold, key, without_brackets};

/// Makes the draft; `year` outranks the notice's own.
///
/// [`Fault::NoYear`] when neither names a year.
pub fn draft(notice: &Notice, year: Option<i16>) -> Result<Draft, Fault> {
    let year = year.or(notice.year).ok_or(Fault::NoYear)?;
    let mut out = untasked(notice, year);
    let mut bodies = Bodies::default();
    let mut numbers = Numbers::default();
    let mut titles = Unique::default();
    for row in &notice.rows {
        let mut task = analyse(row, year);
        task.no = numbers.give(row.no);
        if let Some(no) = row.no.filter(|no| *no != task.no) {
            task.marks
                .push(format!("通知中的序号为 {no}，与前面重复，已改编"));
        }
        bodies.lead(row, &mut task);
        bodies.report(&mut task.indicators);
        if task.name.is_empty() {
            task.marks.push("通知没有写项目名称，请填写".to_owned());
            task.name = format!("第{}项", task.no);
        }
        let name = titles.claim(&task.name);
        if name != task.name {
            task.marks.push(format!(
                "项目名称“{}”与前面的任务相同，或只有括号、标点不同，已改写以示区别",
                task.name
            ));
            task.name = name;
        }
        out.tasks.push(task);
    }
    // A body that leads under another name cooperates under it, too.
    for body in out.tasks.iter_mut().flat_map(|task| &mut task.with) {
        if let Some(name) = bodies.name(body).filter(|name| fold(name) != fold(body)) {
            body.clone_from(name);
        }
    }
    out.departments.append(&mut bodies.names);
    for task in &mut out.tasks {
        task.fingerprint =
            super::print::of_task(&task.fingerprint, task, &out.departments[task.lead]);
    }
    Ok(out)
}

/// The numbers that tasks have.
#[derive(Default)]
struct Numbers {
    taken: BTreeSet<u32>,
    /// No lower one is free.
    next: u32,
}

impl Numbers {
    /// The number that the notice gives, if it is one and free; else the next.
    fn give(&mut self, wanted: Option<u32>) -> u32 {
        let is_free = |no: &u32| (1..=99_999).contains(no) && !self.taken.contains(no);
        let no = wanted.filter(is_free).unwrap_or_else(|| {
            let mut from = self.next.max(1)..;
            from.find(|no| !self.taken.contains(no)).unwrap_or(u32::MAX)
        });
        self.taken.insert(no);
        self.next = self.next.max(no.saturating_add(1));
        no
    }
}

/// The bodies that lead or report, each under one name.
#[derive(Default)]
struct Bodies {
    names: Vec<String>,
    /// 城市建设 事务中心 is the body named before, as the plan's loader sees it.
    known: BTreeMap<String, usize>,
    given: Unique,
}

impl Bodies {
    fn index(&mut self, body: &str) -> usize {
        *self.known.entry(fold(body)).or_insert_with(|| {
            self.names.push(self.given.claim(body));
            self.names.len() - 1
        })
    }

    fn name(&self, body: &str) -> Option<&String> {
        self.names.get(*self.known.get(&fold(body))?)
    }

    /// Who leads a task, and who works on it besides.
    fn lead(&mut self, row: &Row, task: &mut TaskDraft) {
        let bodies = departments::cell(&row.lead, &row.with);
        let lead = if bodies.lead.is_empty() {
            task.marks.push("通知没有写责任单位，请填写".to_owned());
            "责任单位待定".to_owned()
        } else {
            file_name(&bodies.lead)
        };
        if bodies.is_open {
            task.marks.push(format!(
                "通知列了多个单位，未写明谁牵头，暂以“{lead}”为责任单位，其余为会同单位"
            ));
        }
        task.lead = self.index(&lead);
        let name = &self.names[task.lead];
        if fold(name) != fold(&lead) {
            task.marks.push(format!(
                "责任单位“{lead}”与另一单位只有括号或标点不同，已改写为“{name}”，请核对"
            ));
        }
        let mut with: Vec<String> = Vec::new();
        for body in bodies.with.into_iter().chain(task.with.drain(..)) {
            if body != lead && !body.is_ascii() && !with.contains(&body) {
                with.push(body);
            }
        }
        task.with = with;
    }

    /// Who reports a part is a department like those that lead; its parts of one indicator are one.
    fn report(&mut self, indicators: &mut [IndicatorDraft]) {
        for indicator in indicators {
            let mut parts: Vec<(String, f64)> = Vec::new();
            for (body, part) in indicator.reporters.drain(..) {
                let at = self.index(&file_name(&body));
                let name = &self.names[at];
                match parts.iter_mut().find(|(other, _)| other == name) {
                    Some((_, sum)) => *sum += part,
                    None => parts.push((name.clone(), part)),
                }
            }
            indicator.reporters = parts;
        }
    }
}

/// The draft's head, without departments and tasks.
fn untasked(notice: &Notice, year: i16) -> Draft {
    let mut marks = Vec::new();
    let title = if notice.title.is_empty() {
        marks.push("通知中没有认出标题，计划名称请核对".to_owned());
        format!("{year}年重点工作任务")
    } else {
        notice.title.clone()
    };
    let issuer = if notice.issuer.is_empty() {
        marks.push("通知中没有认出印发单位，请填写".to_owned());
        "（待填）".to_owned()
    } else {
        notice.issuer.clone()
    };
    let short = title
        .split_once(&format!("{year}年"))
        .map_or("", |(_, rest)| rest.trim_start_matches('度'));
    let short_title = if length(short) >= 2 {
        file_name(short)
    } else {
        file_name(&title)
    };
    Draft {
        title: file_name(&title),
        short_title,
        issuer,
        year,
        departments: Vec::new(),
        tasks: Vec::new(),
        due: notice.due.clone(),
        left: notice.left.clone(),
        marks,
    }
}

/// A name that can be part of a file name.
fn file_name(text: &str) -> String {
    let name: String = text
        .chars()
        .map(|c| match c {
            '/' | '\\' | '|' => '、',
            ':' => '：',
            '*' | '?' | '"' | '<' | '>' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .take(38)
        .collect();
    let name = name.trim().trim_end_matches('.').to_owned();
    let key = key(&without_brackets(&name));
    // A name needs a letter or a character, and must not look like an id that the draft gives (d02).
    match key.strip_prefix('d') {
        _ if key.is_empty() => "待定".to_owned(),
        Some(rest) if rest.chars().all(|c| c.is_ascii_digit()) => format!("单位{name}"),
        _ => name,
    }
}
