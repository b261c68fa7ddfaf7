//! Every file of `out/<period>/`, from a month's facts.

use std::fmt::Display;
use std::io::Write;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::combine::{self, Facts};
use crate::intake::arrival::sha256;
use crate::plan::Plan;
use crate::report::manifest::{self, Manifest};
use crate::report::page::{self, Beside};
use crate::report::reminders::{self, DepartmentStanding};
use crate::report::returns::Returned;
use crate::report::summary::{self, LinkFrom, SummaryOptions};
use crate::report::{briefing, file_name, findings_json, records_csv};

use super::args::ReportArgs;
use super::error::{Error, Result};
use super::output::{InMemory, MANIFEST, PackageFiles, Sink};
use super::returns::Index;
use super::signals;
use super::templates::Templates;
use super::terminal::Terminal;

/// What a month's package is made of.
pub struct Report<'a> {
    pub plan: &'a Plan,
    pub plan_hash: &'a manifest::PlanHash,
    pub facts: &'a Facts,
    /// The month's return copies.
    pub returned: &'a [Returned],
    pub templates: &'a Templates,
    /// What the operator asked for; draft and dates are taken from the facts.
    pub options: &'a manifest::Options,
    pub inputs: Vec<manifest::Input>,
    pub sealed: &'a [manifest::Sealed],
}

/// What the operator asks of a month's reports, as their manifest records it.
pub fn options(args: &ReportArgs, templates: &Templates) -> manifest::Options {
    let hash = |template: &Option<Vec<u8>>| template.as_deref().map(sha256);
    let given = args.briefing.clone();
    manifest::Options {
        template_sha256: hash(&templates.briefing),
        reminder_template_sha256: hash(&templates.reminder),
        issue_number: given.issue_number,
        document_number: given.document_number,
        signer: given.signer,
        to: given.to,
        send: given.send,
        distribute: given.distribute,
        copies: given.copies,
        limits: args.limit.clone(),
        detail: args.detail,
        list_rows: args.list_rows,
        ..manifest::Options::default()
    }
}

/// Makes the package, in which the return copies are already.
pub fn package(report: Report, sink: &dyn Sink, terminal: &Terminal) -> Result {
    let files = InMemory::default();
    reports(&report, &files, sink, terminal)?;
    let write = || sink.put_package(&files.into_package());
    terminal.timings.stage("write", write)?;
    let facts = report.facts;
    let options = manifest::Options {
        draft: facts.draft,
        as_of: facts.as_of.map(|d| d.to_string()),
        date: facts.date.to_string(),
        undated: !facts.is_dated && facts.date > report.plan.due_date(facts.period),
        ..report.options.clone()
    };
    let manifest = Manifest {
        sealed: report.sealed.to_vec(),
        ..Manifest::new(
            facts.period,
            options,
            report.plan_hash.clone(),
            report.inputs,
            sink.outputs(),
        )
    };
    let bytes = manifest.write().map_err(broken)?;
    sink.put(&[(MANIFEST.to_owned(), bytes.into())])
}

fn broken(e: impl Display) -> Error {
    said!("生成报告时出错：{e}")
}

/// Makes the reports side by side: each is independent of the others.
fn reports(report: &Report, files: &InMemory, sink: &dyn Sink, terminal: &Terminal) -> Result {
    let Report {
        plan,
        facts,
        templates,
        options,
        ..
    } = report;
    let timings = &terminal.timings;
    let month = facts.period.chinese();
    let draft = if facts.draft {
        "（征求意见稿）"
    } else {
        ""
    };
    let short = file_name(&plan.short_title);
    let name = |what: &str| format!("{short}{what}（{month}）{draft}");
    let mut names = vec![
        format!("{}.xlsx", name("汇总表")),
        format!("{}.docx", name("简报")),
    ];
    names.extend(options.detail.then(|| format!("{}.xlsx", name("明细"))));
    let notices = || notices_and_page(report, &names, files, terminal);
    let docx = || {
        let options = briefing_options(options, facts);
        let template = match &templates.briefing {
            Some(bytes) => bytes,
            None => timings
                .part("docx", briefing::default_template)
                .map_err(broken)?,
        };
        let render = || briefing::render(template, facts, plan, &options);
        let made = timings.part("docx", render).map_err(|e| {
            let which = templates.briefing.as_ref().map_or("（内置）", |_| "");
            said!("简报模板{which}不能使用：\n{e}")
        })?;
        files.add(names[1].clone(), made);
        Ok(())
    };
    let xlsx = || {
        let index = Index::new(report.returned);
        let links = |from: LinkFrom<'_>| index.link(from);
        let rows = options.list_rows.map(usize::try_from);
        let options = SummaryOptions {
            links: Some(&links),
            listed: rows.and_then(Result::ok).unwrap_or(summary::LISTED),
        };
        let make = || summary::workbook(facts, plan, &options);
        let made = timings.part("xlsx", make).map_err(broken)?;
        files.add(names[0].clone(), made);
        Ok(())
    };
    let detail = || {
        if let Some(name) = names.get(2) {
            let make = || summary::detail(facts, plan);
            let made = timings.part("detail", make).map_err(broken)?;
            files.add(name.clone(), made);
        }
        Ok(())
    };
    let findings = || {
        let make = || findings_json::write(&facts.findings, plan);
        let made = timings.part("json", make).map_err(broken)?;
        files.add("findings.json".to_owned(), made);
        Ok(())
    };
    // The two that grow with every value are written as they are made.
    let stream = |name, write: &mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>| {
        timings.part("json", || sink.stream(name, write))
    };
    let records = || {
        stream("records.csv", &mut |out| {
            records_csv::write(facts, plan, out)
        })
    };
    let all_facts = || {
        stream("facts.json", &mut |out| {
            serde_json::to_writer_pretty(&mut *out, &combine::facts_json(facts, plan))?;
            out.write_all(b"\n")
        })
    };
    // Two threads begin with one half of the list each, and whichever ends first takes from the other: the longest come first.
    let jobs: [&(dyn Fn() -> Result + Sync); 7] = [
        &xlsx, &findings, &detail, &records, &all_facts, &docx, &notices,
    ];
    // All are made before the first error of the list is reported: the message does not depend on which thread is faster.
    let made: Vec<_> = jobs
        .par_iter()
        .with_max_len(1)
        .map(|job| {
            signals::check()?;
            job()
        })
        .collect();
    made.into_iter().collect()
}

/// The notices, and the page that leads to them and to the reports of these names.
fn notices_and_page(
    report: &Report,
    names: &[String],
    files: &InMemory,
    terminal: &Terminal,
) -> Result {
    let (plan, facts, timings) = (report.plan, report.facts, &terminal.timings);
    let chased = reminders::chased(plan, facts);
    let template = report.templates.reminder.as_deref();
    let make = || notices(plan, facts, &chased, template, None);
    let made = timings.part("docx", make)?;
    let page = || {
        let notices = chased.iter().filter_map(|s| {
            let name = file_name(&reminders::notice_name(&s.name));
            let path = format!("{}/{name}", reminders::FOLDER);
            Some((
                plan.department(&s.id)?,
                made.contains_key(&name).then_some(path)?,
            ))
        });
        let given = briefing_options(report.options, facts);
        let beside = Beside {
            reports: names.to_vec(),
            notices: notices.collect(),
            returns: Index::new(report.returned).folder(),
            blanks: given.or_plan(plan, facts.period).blanks(),
        };
        page::write(facts, plan, &beside)
    };
    files.add(page::NAME.to_owned(), timings.part("html", page));
    for (name, bytes) in made {
        files.add(format!("{}/{name}", reminders::FOLDER), bytes);
    }
    Ok(())
}

/// The notices of a month: name in 催报/ → document. `template`: the office's own.
pub fn notices(
    plan: &Plan,
    facts: &Facts,
    standings: &[DepartmentStanding],
    template: Option<&[u8]>,
    until: Option<Date>,
) -> Result<PackageFiles> {
    let options = reminders::NoticeOptions {
        template,
        date: facts.date,
        until,
    };
    let made = reminders::notices(plan, facts, standings, &options)
        .map_err(|e| said!("催报通知模板有误：\n{e}"))?;
    let named = made.into_iter();
    Ok(named
        .map(|(name, bytes)| (file_name(&name), bytes))
        .collect())
}

/// What the run's options say about the briefing.
pub fn briefing_options(given: &manifest::Options, facts: &Facts) -> briefing::BriefingOptions {
    let given = given.clone();
    briefing::BriefingOptions {
        draft: facts.draft,
        issue_number: given.issue_number,
        document_number: given.document_number,
        signer: given.signer,
        to: given.to,
        send: given.send,
        distribute: given.distribute,
        copies: given.copies,
        date: None,
    }
}
