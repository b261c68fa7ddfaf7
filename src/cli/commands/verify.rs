//! `duban verify`: recomputes every hash of a sealed month, checks it again from its kept originals and makes its reports
//! again; says what differs.
//!
//! Exit codes: 0 everything is as sealed; 1 something differs; 2 could not run.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::prelude::*;
use crate::check::{StoredMonth, StoredSlot};
use crate::cli::archive::integrity::{self, Damage};
use crate::cli::archive::log::{List, Log};
use crate::cli::archive::manifest::OUTPUTS;
use crate::cli::args::VerifyArgs;
use crate::cli::exit;
use crate::cli::month::{Month, ambiguous};
use crate::cli::output::InMemory;
use crate::cli::sealed::SealedMonth;

/// What was found of one seal.
#[derive(Debug, Serialize)]
struct SealReport {
    /// `2024-05`, or `2024-05.1` of an earlier seal.
    folder: String,
    files: usize,
    damaged: Vec<Damage>,
    /// Of the month made again; empty also where it could not be.
    differences: Vec<Difference>,
    /// Why the month could not be made again.
    not_rerun: Option<String>,
    equal: bool,
}

/// One thing that comes out otherwise now.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Difference {
    what: String,
    sealed: String,
    now: String,
}

pub fn run(args: &VerifyArgs, terminal: &Terminal) -> Result<u8> {
    let archive = Archive::at(&args.archive);
    let period = match args.month.one()? {
        Some(month) => Some(sealed_month(month, &archive)?),
        None => None,
    };
    let folders = match period {
        Some(period) => archive.folders_of(period)?,
        None => archive.folders()?.into_iter().collect(),
    };
    if folders.is_empty() {
        let what = period.map_or_else(
            || "没有已封存的月份".to_owned(),
            |p| format!("没有{}的封存", p.chinese()),
        );
        return Err(said!("归档“{}”里{what}", args.archive.display()));
    }
    let head = args.head.as_deref().map(written_head).transpose()?;
    let bar = terminal.progress(folders.len(), "核对封存");
    let mut reports = Vec::new();
    for folder in folders {
        reports.push(verify(&archive, folder, terminal)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let chain = archive.chain()?;
    let mut lists = integrity::of_lists(&archive)?;
    if let Some(head) = &head
        && chain.line_of(head).is_none()
    {
        lists.chain.push(Damage {
            path: List::Chain.file().to_owned(),
            what: format!("没有链头{head}：其后的封存或重开已被删去，或这不是同一个归档").into(),
        });
    }
    let equal = lists.is_whole() && reports.iter().all(|r| r.equal);
    if args.output.is_json() {
        let value = serde_json::json!({
            "equal": equal,
            "seals": reports,
            "reopened": lists.reopened,
            "chain": { "lines": chain.lines.len(), "head": chain.head(), "damaged": lists.chain },
        });
        Terminal::json(&value)?;
    } else {
        for report in &reports {
            print(report, terminal);
        }
        if args.plan.given.is_some() {
            let changed = changed_since(&archive, &reports, &args.plan.path()?)?;
            if !changed.is_empty() {
                let changed = changed.join("、");
                say!(
                    terminal,
                    "{changed}封存后任务计划有改动；封存的数据以封存时的计划为准，不受影响。"
                );
            }
        }
        for damage in lists.reopened.iter().chain(&lists.chain) {
            say!(terminal, "“{}”{}。", damage.path, damage.what);
        }
        terminal.line(words_of_chain(&chain, head.as_deref()));
    }
    Ok(exit::found(!equal))
}

/// Digits of a head that are enough to know it by.
const HEAD_DIGITS: usize = 16;

/// A chain's head as the office wrote it down: its first digits do, and spaces between them.
fn written_head(text: &str) -> Result<String> {
    let digits: String = text.split_whitespace().collect();
    let digits = digits.to_ascii_lowercase();
    if digits.len() >= HEAD_DIGITS && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        Ok(digits)
    } else {
        Err(said!(
            "--head 须是记下的链头，至少写前{HEAD_DIGITS}位（数字和 a 到 f）"
        ))
    }
}

fn words_of_chain(chain: &Log, head: Option<&str>) -> String {
    if !chain.is_there() {
        return "归档没有封存链（由以前的版本封存），下次封存或重开时建立。".to_owned();
    }
    let lines = chain.lines.len();
    let known = match head.and_then(|head| chain.line_of(head)) {
        Some(line) if line == lines => "，与记下的相同".to_owned(),
        Some(line) => format!("；记下的是第{line}次时的，之后有{}次", lines - line),
        None => String::new(),
    };
    format!(
        "封存链：封存和重开共{lines}次，链头{}{known}。",
        chain.head()
    )
}

/// The seals whose plan was another one.
fn changed_since<'r>(
    archive: &Archive,
    reports: &'r [SealReport],
    plan: &Path,
) -> Result<Vec<&'r str>> {
    let (_, now) = plan_file::load(plan)?;
    let is_other = |folder: &str| {
        let sealed = Seal::open(&archive.root().join(folder)).and_then(|seal| seal.plan());
        sealed.is_ok_and(|(_, bytes)| bytes != now)
    };
    let folders = reports.iter().map(|report| report.folder.as_str());
    Ok(folders.filter(|folder| is_other(folder)).collect())
}

/// The sealed month that is meant: the archive knows no plan to take a year from.
fn sealed_month(month: Month, archive: &Archive) -> Result<Period> {
    if let Some(period) = month.full() {
        return Ok(period);
    }
    let folders = archive.folders()?;
    let sealed: BTreeSet<Period> = folders
        .iter()
        .filter_map(|name| name.split('.').next()?.parse().ok())
        .collect();
    match month.among(sealed.into_iter()).as_slice() {
        [one] => Ok(*one),
        [] => Err(said!(
            "归档“{}”里没有{month}的封存",
            archive.root().display()
        )),
        many => Err(ambiguous(month, many)),
    }
}

fn verify(archive: &Archive, folder: String, terminal: &Terminal) -> Result<SealReport> {
    let damaged = integrity::of_folder(archive, &folder)?;
    let opened = Seal::open(&archive.root().join(&folder)).and_then(SealedMonth::open);
    let files = opened
        .as_ref()
        .map_or(0, |sealed| sealed.seal.manifest.files.len());
    // Damaged originals would only repeat the damage as differences of figures.
    let rerun = match (&damaged[..], opened) {
        ([], Ok(sealed)) => rerun(&sealed, terminal).map_err(|e| e.to_string()),
        ([], Err(e)) => Err(e.to_string()),
        (_, _) => Err("文件有损坏，未用原件重算".to_owned()),
    };
    let equal = damaged.is_empty() && rerun.as_ref().is_ok_and(Vec::is_empty);
    let (differences, not_rerun) = match rerun {
        Ok(differences) => (differences, None),
        Err(why) => (Vec::new(), Some(why)),
    };
    Ok(SealReport {
        folder,
        files,
        damaged,
        differences,
        not_rerun,
        equal,
    })
}

/// The month again, from its originals.
fn rerun(sealed: &SealedMonth, terminal: &Terminal) -> Result<Vec<Difference>> {
    let again = sealed.recheck()?;
    let mut found = records(&sealed.stored, &StoredMonth::new(&sealed.plan, &again));
    let facts = sealed.facts(&again)?;
    let made = InMemory::default();
    let options = &sealed.manifest.options;
    sealed.package(&facts, &[], options, &made, terminal)?;
    let package = made.into_package();
    for (name, bytes) in &package {
        let kept = sealed.seal.read(&format!("{OUTPUTS}/{name}"));
        if kept.as_ref().is_ok_and(|kept| kept == bytes) {
            continue;
        }
        let size = |n: usize| format!("{n}字节");
        let was = kept.map_or_else(|_| "没有这个文件".to_owned(), |kept| size(kept.len()));
        found.push(Difference {
            what: format!("报告“{name}”"),
            sealed: was,
            now: size(bytes.len()),
        });
    }
    let files = sealed.seal.manifest.files.iter();
    let kept = files.filter_map(|f| f.path.strip_prefix(OUTPUTS)?.strip_prefix('/'));
    let gone = kept.filter(|name| !package.contains_key(*name));
    found.extend(gone.map(|name| Difference {
        what: format!("报告“{name}”"),
        sealed: "有".to_owned(),
        now: "不再生成".to_owned(),
    }));
    Ok(found)
}

fn records(sealed: &StoredMonth, now: &StoredMonth) -> Vec<Difference> {
    let mut found = Vec::new();
    let slots = sealed.accepted.slots.iter().zip(&now.accepted.slots);
    for (was, is) in slots.filter(|(was, is)| was != is) {
        let mut difference = Difference {
            what: format!("{} {}", was.department, was.indicator),
            sealed: words(was),
            now: words(is),
        };
        if difference.sealed == difference.now {
            difference.what.push_str("的文字或出处");
        }
        found.push(difference);
    }
    let count = |month: &StoredMonth| {
        let mut counts: BTreeMap<String, i64> = BTreeMap::new();
        for finding in &month.findings {
            let text = serde_json::to_string(finding).unwrap_or_default();
            *counts.entry(text).or_default() += 1;
        }
        counts
    };
    let (was, is) = (count(sealed), count(now));
    let label = |text: &str| {
        let finding: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        let part = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
        format!(
            "核查问题{} {}",
            part("code"),
            one_line(&part("message"), 60)
        )
    };
    let differing = was
        .keys()
        .chain(is.keys().filter(|k| !was.contains_key(*k)));
    for text in differing.filter(|k| was.get(*k) != is.get(*k)) {
        let times = |counts: &BTreeMap<String, i64>| {
            format!("{}条", counts.get(text).copied().unwrap_or_default())
        };
        found.push(Difference {
            what: label(text),
            sealed: times(&was),
            now: times(&is),
        });
    }
    if found.is_empty() && sealed != now {
        found.push(Difference {
            what: "文件取舍、四要素或规则结果".to_owned(),
            sealed: String::new(),
            now: "有变".to_owned(),
        });
    }
    found
}

/// `accepted 8 未启动`.
fn words(slot: &StoredSlot) -> String {
    let parts = [&slot.value, &slot.status, &slot.done];
    let given = parts.into_iter().flatten();
    let state = slot.state.as_str().to_owned();
    given.fold(state, |words, part| words + " " + part)
}

fn print(report: &SealReport, terminal: &Terminal) {
    let name = &report.folder;
    if report.equal {
        say!(
            terminal,
            "{name}：{}个文件的哈希全部相符；用原件重算，数据和报告与封存时相同。",
            report.files
        );
        return;
    }
    for damage in &report.damaged {
        say!(terminal, "{name}：“{}”{}。", damage.path, damage.what);
    }
    if let Some(why) = &report.not_rerun {
        say!(terminal, "{name}：{}。", why.trim_end_matches('。'));
    }
    for difference in &report.differences {
        say!(
            terminal,
            "{name}：{}：封存时{}，现在{}。",
            difference.what,
            difference.sealed,
            difference.now
        );
    }
}
