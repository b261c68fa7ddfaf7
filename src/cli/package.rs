//! Every file of `out/<period>/`, from a month's facts.

use std::borrow::Cow;
use std::io::Write;

use crate::combine::{self, Facts};
use crate::intake::arrival::sha256;
use crate::plan::Plan;
use crate::report::manifest::{self, Manifest};
use crate::report::returns::{FOLDER, Returned};
use crate::report::summary::{LinkFrom, SummaryOptions};
use crate::report::{briefing, file_name, findings_json, records_csv, reminders, summary};

use super::args::{BriefingArgs, ListArgs};
use super::error::Error;
use super::output::{Gathered, MANIFEST, Sink};
use super::terminal::Terminal;
use super::{returns, status};

/// The office's own templates; `None`: the shipped one.
#[derive(Debug, Default)]
pub struct Templates {
    pub briefing: Option<Vec<u8>>,
    pub reminder: Option<Vec<u8>>,
}

/// What a month's package is made of.
pub struct Report<'a> {
    pub plan: &'a Plan,
    pub plan_hash: &'a manifest::PlanHash,
    pub facts: &'a Facts,
    /// The month's return copies.
    pub returned: &'a [Returned],
    pub templates: &'a Templates,
    pub briefing: &'a BriefingArgs,
    /// Limits given for this run, `key=value`.
    pub limits: &'a [String],
    pub lists: &'a ListArgs,
    pub inputs: &'a [manifest::Input],
    pub sealed: &'a [manifest::Sealed],
}

/// Puts the return copies into their folder of the package.
pub fn put_returns(returned: &[Returned], sink: &dyn Sink) -> Result<(), Error> {
    let files: Vec<_> = returned
        .iter()
        .map(|copy| (format!("{FOLDER}/{}", copy.name), Cow::from(&copy.bytes)))
        .collect();
    sink.put(&files)
}

/// Makes the package, in which the return copies are already.
pub fn package(report: &Report, sink: &dyn Sink, terminal: &Terminal) -> Result<(), Error> {
    let files = Gathered::default();
    reports(report, &files, sink, terminal)?;
    terminal.stage("write", || files.put_in(sink))?;
    let manifest = Manifest::new(
        report.facts.period,
        options_of(report),
        report.plan_hash.clone(),
        report.inputs.to_vec(),
        sink.outputs(),
    );
    let manifest = Manifest {
        sealed: report.sealed.to_vec(),
        ..manifest
    };
    sink.put(&[(
        MANIFEST.to_owned(),
        manifest.write().map_err(|e| broken(&e))?.into(),
    )])
}

fn broken(e: &dyn std::fmt::Display) -> Error {
    Error::said(format!("生成报告时出错：{e}"))
}

/// The reports have nothing of each other: they are made side by side.
fn reports(
    report: &Report,
    files: &Gathered,
    sink: &dyn Sink,
    terminal: &Terminal,
) -> Result<(), Error> {
    let Report {
        plan,
        facts,
        templates,
        ..
    } = report;
    let month = facts.period.chinese();
    let draft = if facts.draft {
        "（征求意见稿）"
    } else {
        ""
    };
    let short = file_name(&plan.short_title);
    let options = briefing_options(report.briefing, plan, facts);
    let listed = report.lists.list_rows.map_or(summary::LISTED, |rows| {
        usize::try_from(rows).unwrap_or(summary::LISTED)
    });
    let index = returns::Index::new(report.returned);
    let notices = || {
        let made = terminal.part("docx", || {
            status::notices(
                plan,
                facts,
                &reminders::chased(plan, facts),
                templates.reminder.as_deref(),
                None,
            )
        })?;
        for (name, bytes) in made {
            files.add(format!("{}/{name}", reminders::FOLDER), bytes);
        }
        Ok(())
    };
    let docx = || {
        let template = match &templates.briefing {
            Some(bytes) => bytes.as_slice(),
            None => terminal
                .part("docx", briefing::default_template)
                .map_err(|e| broken(&e))?,
        };
        let made = terminal
            .part("docx", || briefing::render(template, facts, plan, &options))
            .map_err(|e| {
                let which = if templates.briefing.is_some() {
                    ""
                } else {
                    "（内置）"
                };
                Error::said(format!("简报模板{which}不能使用：\n{e}"))
            })?;
        files.add(format!("{short}简报（{month}）{draft}.docx"), made);
        Ok(())
    };
    let xlsx = || {
        let links = |from: LinkFrom<'_>| index.link(from);
        let made = terminal.part("xlsx", || {
            summary::workbook_with(
                facts,
                plan,
                &SummaryOptions {
                    links: Some(&links),
                    listed,
                },
            )
        });
        files.add(
            format!("{short}汇总表（{month}）{draft}.xlsx"),
            made.map_err(|e| broken(&e))?,
        );
        Ok(())
    };
    let detail = || {
        if report.lists.detail {
            let made = terminal
                .part("detail", || summary::detail(facts, plan))
                .map_err(|e| broken(&e))?;
            files.add(format!("{short}明细（{month}）{draft}.xlsx"), made);
        }
        Ok(())
    };
    let findings = || {
        let made = terminal
            .part("json", || findings_json::write(facts, plan))
            .map_err(|e| broken(&e))?;
        files.add("findings.json".to_owned(), made);
        Ok(())
    };
    // The two that grow with every value are written as they are made.
    let records = || {
        terminal.part("json", || {
            sink.stream("records.csv", &mut |out| {
                records_csv::write(facts, plan, out)
            })
        })
    };
    let all_facts = || {
        let write = &mut |out: &mut dyn Write| {
            serde_json::to_writer_pretty(&mut *out, &combine::facts_json(facts, plan))?;
            out.write_all(b"\n")
        };
        terminal.part("json", || sink.stream("facts.json", write))
    };
    // Those that take long begin first, so that none is left alone at the end.
    let (xlsx, ((records, all_facts), ((docx, detail), (notices, findings)))) =
        rayon::join(xlsx, || {
            rayon::join(
                || rayon::join(records, all_facts),
                || {
                    rayon::join(
                        || rayon::join(docx, detail),
                        || rayon::join(notices, findings),
                    )
                },
            )
        });
    // Told in this order where several cannot be made.
    notices
        .and(xlsx)
        .and(detail)
        .and(docx)
        .and(findings)
        .and(records)
        .and(all_facts)
}

fn options_of(report: &Report) -> manifest::Options {
    let Report {
        facts,
        templates,
        briefing,
        ..
    } = report;
    manifest::Options {
        draft: facts.draft,
        as_of: facts.as_of.map(|d| d.to_string()),
        date: facts.date.to_string(),
        template_sha256: templates.briefing.as_deref().map(sha256),
        reminder_template_sha256: templates.reminder.as_deref().map(sha256),
        issue_number: briefing.issue_number.clone(),
        document_number: briefing.document_number.clone(),
        signer: briefing.signer.clone(),
        to: briefing.to.clone(),
        send: briefing.send.clone(),
        distribute: briefing.distribute.clone(),
        copies: briefing.copies,
        limits: report.limits.to_vec(),
        detail: report.lists.detail,
        list_rows: report.lists.list_rows,
    }
}

/// Flags outrank `[briefing]` in the plan.
fn briefing_options(given: &BriefingArgs, plan: &Plan, facts: &Facts) -> briefing::BriefingOptions {
    let own = &plan.briefing;
    let or = |list: &Vec<String>, plan: &Vec<String>| {
        if list.is_empty() {
            plan.clone()
        } else {
            list.clone()
        }
    };
    briefing::BriefingOptions {
        draft: facts.draft,
        issue_number: given
            .issue_number
            .clone()
            .or_else(|| own.numbers.get(&facts.period).cloned()),
        document_number: given
            .document_number
            .clone()
            .or_else(|| own.document_numbers.get(&facts.period).cloned()),
        signer: given.signer.clone().or_else(|| own.signer.clone()),
        to: or(&given.to, &own.to),
        send: or(&given.send, &own.send),
        distribute: or(&given.distribute, &own.distribute),
        copies: given.copies.or(own.copies),
        date: None,
    }
}

/// A sealed package's own words for the briefing.
pub fn given(options: &manifest::Options) -> BriefingArgs {
    BriefingArgs {
        issue_number: options.issue_number.clone(),
        document_number: options.document_number.clone(),
        signer: options.signer.clone(),
        to: options.to.clone(),
        send: options.send.clone(),
        distribute: options.distribute.clone(),
        copies: options.copies,
    }
}

/// What a sealed package's workbooks list.
pub fn lists(options: &manifest::Options) -> ListArgs {
    ListArgs {
        detail: options.detail,
        list_rows: options.list_rows,
    }
}
